"""The session as Python sees it: effects, commands, errors."""

from typing import Any

import pytest

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.codec import parse
from pyfixmsg_plus.errors import LocalProtocolError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.message_types import fix44
from pyfixmsg_plus.session import (
    Advance,
    Append,
    Close,
    Deliver,
    Effect,
    Notify,
    Replay,
    ResetStore,
    Session,
    SessionConfig,
    Write,
)
from tests.wire import wire

T0 = Now(1_772_461_800_000_000_000, 5_000_000_000)
ORDER = {8: "FIX.4.4", 35: "D", 11: "A1", 54: "1", 55: "IBM", 38: 1, 40: "1", 60: "20260302-14:30:00"}


def config(**settings: Any) -> SessionConfig:
    given = {"begin_string": "FIX.4.4", "connection_type": "acceptor", "sender_comp_id": "US", "target_comp_id": "PEER"}
    return SessionConfig(**(given | settings))


def message(fields: str) -> bytes:
    """A message of the peer, now."""
    msg_type, rest = fields.split("|", 1)
    return wire(f"8=FIX.4.4|{msg_type}|49=PEER|52=20260302-14:30:00.000|56=US|{rest}")


def logged_on(**settings: Any) -> Session:
    session = Session(config(**settings), created_ns=T0.utc_ns)
    session.connected(T0)
    session.receive(message("35=A|34=1|98=0|108=30|"), T0)
    session.command("accept_logon", T0)
    assert session.is_logged_on
    return session


def names(effects: list[Effect]) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def test_a_logon_is_judged_and_then_answered() -> None:
    session = Session(config())
    assert (session.state, session.is_logged_on) == ("closed", False)
    assert session.connected(T0) == []
    (deliver,) = session.receive(message("35=A|34=1|98=0|108=20|"), T0)
    assert isinstance(deliver, Deliver)
    assert (deliver.kind, deliver.seq, deliver.message["HeartBtInt"]) == ("logon", 1, "20")
    effects = session.command("accept_logon", T0)
    assert names(effects) == ["ResetStore", "Append", "Write", "Advance", "Notify"]
    assert (session.state, session.next_out, session.next_in, session.heart_bt_int) == ("logged_on", 2, 2, 20)
    assert session.next_deadline() == T0.mono_ns + 20_000_000_000


def test_effects_can_be_matched() -> None:
    session = logged_on()
    found: list[object] = []
    for effect in session.receive(message("35=0|34=5|"), T0) + session.receive(message("35=2|34=6|7=1|16=0|"), T0):
        match effect:
            case Append(seq, raw):
                found.append((seq, raw[:9]))
            case Write(raw):
                found.append(raw[:9])
            case Replay(begin, end):
                found.append((begin, end))
            case Notify(event):
                found.append(event.name)
            case Deliver(delivered, kind, seq, poss_dup, poss_resend, warnings):
                found.append((delivered.msg_type, kind, seq, poss_dup, poss_resend, warnings))
            case Advance() | ResetStore() | Close():
                raise AssertionError(effect)
    assert found == [
        "gap_opened",
        (2, b"8=FIX.4.4"),
        b"8=FIX.4.4",
        "resend_requested",
        ("2", "admin", 6, False, False, ()),
        (1, 2),
    ]
    assert session.gap == (2, 4)
    (reset,) = Session(config()).command("set_next", T0, next_out=5, next_in=6)
    match reset:
        case ResetStore(next_out, next_in, created_ns):
            assert (next_out, next_in, created_ns) == (5, 6, None)


def test_effects_and_events_are_shown_without_bytes() -> None:
    session = Session(config(logon_tag=["554=hush"], connection_type="initiator", heart_bt_int=30))
    effects = session.connected(T0)
    assert [repr(effect) for effect in effects] == [
        f"ResetStore(next_out=1, next_in=1, created_ns={T0.utc_ns})",
        "Append(seq=1, 92 bytes)",
        "Write(92 bytes)",
    ]
    assert b"554=hush" in effects[1].raw  # type: ignore[union-attr] # an Append, as was just seen
    shown = repr(session.receive(message("35=A|34=3|98=0|108=30|554=hush|"), T0))
    assert shown.startswith("[Deliver(<Logon(35=A)")
    assert "hush" not in shown
    shown = repr(session.command("accept_logon", T0))
    assert "Notify(<gap_opened begin=1 end=2>)" in shown
    assert "Notify(<logged_on>)" in shown
    assert repr(session) == "<Session FIX.4.4:US->PEER recovering next_out=3 next_in=1>"
    assert repr(session.command("disconnect", T0, why="enough")[-1]) == "Close(<command: enough>)"
    session.connected(T0)
    assert repr(session.receive(message("35=A|34=1|98=0|108=30|"), T0)[0]).endswith('kind="logon", seq=1)')
    accepted = repr(session.command("accept_logon", T0))
    assert "Advance(next_in=2)" in accepted
    assert "Replay(begin=1, end=1)" in repr(session.receive(message("35=2|34=2|7=1|16=1|"), T0))
    reset = repr(session.command("disconnect", T0) + session.command("set_next", T0, next_in=9))
    assert "ResetStore(next_out=4, next_in=9, created_ns=None)" in reset
    session = logged_on()
    ended = session.receive(message("35=5|34=2|58=bye|"), T0)
    assert repr(ended[-1]) == "Close(<logged_out>)"
    assert str(ended[-1].reason) == "logged_out"  # type: ignore[union-attr] # a Close, as was just seen
    (told,) = [effect.event for effect in ended if isinstance(effect, Notify)]
    assert (told.name, told.attributes) == ("logged_out", {"text": "bye"})


@pytest.mark.parametrize(
    ("stimulus", "name", "attributes"),
    [
        (
            "35=0|34=2|55=IBM|",
            "rejected",
            {"seq": 2, "msg_type": "0", "reason": 2, "business_reason": None, "ref_tag": 55},
        ),
        ("35=4|34=2|36=2|", "warning", {"text": "SequenceReset(35=4) to 2, which is expected anyway"}),
        ("35=A|34=1|98=0|108=30|141=Y|", "reset", {"why": "ResetSeqNumFlag(141)=Y"}),
        ("35=0|34=2|x4=1|", "garbled", {"length": 76}),
    ],
)
def test_events_carry_what_happened(stimulus: str, name: str, attributes: dict[str, object]) -> None:
    effects = logged_on().receive(message(stimulus), T0)
    (event,) = [effect.event for effect in effects if isinstance(effect, Notify)]
    assert event.name == name
    assert attributes.items() <= event.attributes.items()


def test_more_events() -> None:
    session = logged_on()
    (asked,) = [effect.event for effect in session.command("test_request", T0) if isinstance(effect, Notify)]
    assert (asked.name, asked.attributes) == ("test_request_sent", {"test_req_id": "TEST"})
    later = Now(T0.utc_ns, T0.mono_ns + 7)
    answered = session.receive(message("35=0|34=2|112=TEST|"), later)
    assert [effect.event.attributes for effect in answered if isinstance(effect, Notify)] == [{"ns": 7}]
    session.receive(message("35=0|34=4|"), T0)
    closed = session.receive(message("35=4|34=3|43=Y|36=4|123=Y|"), T0)
    assert [effect.event.attributes for effect in closed if isinstance(effect, Notify)] == [{"next_in": 4}]
    assert session.pending
    session.receive(b"", T0)
    session.receive(message("35=2|34=5|7=1|16=1|"), T0)
    served = session.replay([(1, None)], 1, T0)
    (event,) = [effect.event for effect in served if isinstance(effect, Notify)]
    assert event.name == "resend_served"
    assert {key: event.attributes[key] for key in ("begin", "end", "messages")} == {"begin": 1, "end": 1, "messages": 0}
    initiator = Session(config(connection_type="initiator", heart_bt_int=30))
    initiator.connected(T0)
    refused = initiator.receive(message("35=5|34=1|58=go|"), T0)
    assert refused[0].event.attributes == {"text": "go", "session_status": None}  # type: ignore[union-attr] # a Notify


def test_faults_of_a_message_that_is_delivered_all_the_same() -> None:
    session = logged_on(reject_invalid_message=False)
    effects = session.receive(message("35=0|34=2|"), T0)
    assert names(effects) == ["Deliver", "Advance"]
    order = "35=D|34=3|11=A|54=?|55=IBM|38=1|40=1|60=20260302-14:30:00|"
    deliver = session.receive(message(order), T0)[0]
    assert isinstance(deliver, Deliver)
    assert [fault.reason for fault in deliver.warnings] == [5]


def test_messages_go_out_plain_or_typed_and_keep_what_they_were() -> None:
    session = logged_on()
    plain = Message(ORDER)
    append, write = session.send(plain, T0)
    assert isinstance(append, Append)
    assert isinstance(write, Write)
    assert append.seq == 2
    assert append.raw is write.raw
    assert b"\x0134=2\x0149=US\x0152=20260302-14:30:00.000\x0156=PEER\x0111=A1\x01" in write.raw
    assert 34 not in plain
    typed = fix44.NewOrderSingle(cl_ord_id="A2", side=fix44.Side.BUY, ord_type=fix44.OrdType.MARKET)
    assert session.send(typed, T0)[0].seq == 3  # type: ignore[union-attr] # an Append


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({35: "0"}, LocalProtocolError, "session's own"),
        ({35: "D", 1128: "9"}, LocalProtocolError, r"1128 is no"),
        ({55: "IBM"}, LocalProtocolError, r"MsgType\(35\) is missing"),
    ],
)
def test_what_may_not_be_sent_is_refused(given: dict[int, str], error: type[Exception], text: str) -> None:
    session = logged_on()
    with pytest.raises(error, match=text):
        session.send(Message({8: "FIX.4.4", **given}, dictionary=False), T0)
    assert session.next_out == 2


def test_only_messages_are_sent() -> None:
    with pytest.raises(TypeError, match="a Message or a typed message, not dict"):
        logged_on().send(ORDER, T0)  # type: ignore[arg-type] # that is the test
    with pytest.raises(TypeError, match="bytes, bytearray or memoryview"):
        logged_on().receive("8=FIX", T0)  # type: ignore[arg-type] # that is the test


def test_a_field_that_no_version_knows_is_refused_before_it_takes_a_number() -> None:
    session = logged_on()
    changed = Message(ORDER)
    changed[4999] = "x"
    with pytest.raises(LocalProtocolError, match="4999 is no field of"):
        session.send(changed, T0)
    assert session.next_out == 2


def test_the_application_refuses_a_message_by_a_command() -> None:
    session = logged_on()
    deliver = session.receive(message("35=D|34=2|115=A|11=A|54=1|55=IBM|38=1|40=1|60=20260302-14:30:00|"), T0)[0]
    assert isinstance(deliver, Deliver)
    write = session.command("business_reject", T0, message=deliver.message, reason=3, ref_id="A")[1]
    assert isinstance(write, Write)
    assert b"\x01128=A\x0145=2\x0158=Unsupported Message Type\x01372=D\x01379=A\x01380=3\x01" in write.raw
    write = session.command("reject", T0, message=deliver.message, reason=99, ref_tag=55, text="no")[1]
    assert isinstance(write, Write)
    assert b"\x01128=A\x0145=2\x0158=no\x01371=55\x01372=D\x01373=99\x01" in write.raw
    with pytest.raises(ValueError, match=r"no MsgSeqNum\(34\)"):
        session.command("reject", T0, message=Message({8: "FIX.4.4", 35: "D"}), reason=1)


@pytest.mark.parametrize(
    ("name", "arguments", "error", "text"),
    [
        ("dance", {}, ValueError, 'there is no command "dance"'),
        ("logout", {"why": "x"}, TypeError, "logout does not take all of"),
        ("business_reject", {}, TypeError, "business_reject needs message"),
        ("business_reject", {"message": Message({8: "FIX.4.4", 35: "D", 34: 1})}, TypeError, "needs reason"),
        ("reject", {"message": 5, "reason": 1}, TypeError, "a Message or a typed message"),
        ("refreshed", {"next_out": 1}, TypeError, "refreshed needs next_in"),
        ("set_next", {"next_out": 5}, LocalProtocolError, "while disconnected"),
        ("set_next", {"next_out": "five"}, TypeError, "cannot be interpreted as an integer"),
    ],
)
def test_commands_that_make_no_sense_are_refused(
    name: str, arguments: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        logged_on().command(name, T0, **arguments)


def test_every_command_has_a_name() -> None:
    session = logged_on()
    assert names(session.command("disable", T0)) == ["Append", "Write"]
    assert session.state == "logout_sent"
    session.disconnected(T0)
    assert session.command("enable", T0) == []
    assert names(session.command("refreshed", T0, next_out=7, next_in=8, created_ns=T0.utc_ns)) == []
    assert (session.next_out, session.next_in) == (7, 8)
    assert names(session.command("reset", T0)) == ["ResetStore", "Notify"]
    session = logged_on()
    write = session.command("logout", T0, text="caf\u00e9")[1]
    assert isinstance(write, Write)
    assert b"58=caf\xe9\x01" in write.raw
    session = Session(config())
    session.connected(T0)
    session.receive(message("35=A|34=1|98=0|108=30|"), T0)
    refused = session.command("refuse_logon", T0, text="no", session_status=5, say=True)
    assert names(refused) == ["Write", "Close"]
    assert session.command("accept_logon", T0)[0].event.name == "warning"  # type: ignore[union-attr] # a Notify


def test_time_alone_brings_heartbeats() -> None:
    session = logged_on()
    assert session.tick(Now(T0.utc_ns, T0.mono_ns + 29_999_999_999)) == []
    assert names(session.tick(Now(T0.utc_ns, T0.mono_ns + 30_000_000_000))) == ["Append", "Write"]


def test_stored_messages_are_sent_again() -> None:
    session = logged_on()
    raw = session.send(Message(ORDER), T0)[1].raw  # type: ignore[union-attr] # a Write
    session.receive(message("35=2|34=2|7=1|16=0|"), T0)
    effects = session.replay([(2, raw)], 2, T0)
    written = [effect.raw for effect in effects if isinstance(effect, Write)]
    assert [b"35=4\x0134=1\x0143=Y" in written[0], b"35=D\x0134=2\x0143=Y" in written[1]] == [True, True]


def test_an_acceptor_finds_its_session_by_the_first_message() -> None:
    identity = Session.identify(message("35=A|34=1|50=F|57=D|142=N|143=L|98=0|108=30|"))
    assert identity is not None
    assert repr(identity) == "<LogonIdentity FIX.4.4:PEER->US>"
    found = (identity.sender_sub_id, identity.target_sub_id, identity.sender_location_id, identity.target_location_id)
    assert found == ("F", "D", "N", "L")
    assert (identity.begin_string, identity.sender_comp_id, identity.target_comp_id) == ("FIX.4.4", "PEER", "US")
    assert Session.identify(message("35=0|34=1|")) is None
    assert Session.identify(bytearray(b"GET / HTTP/1.1")) is None


def test_delivered_messages_are_messages_like_others() -> None:
    deliver = logged_on().receive(message("35=D|34=2|11=A|54=1|55=IBM|38=1|40=1|60=20260302-14:30:00|"), T0)[0]
    assert isinstance(deliver, Deliver)
    order = deliver.message
    assert (order["Symbol"], order.int(38), order.name, order.dictionary.version) == (  # type: ignore[union-attr] # it has one
        "IBM",
        1,
        "NewOrderSingle",
        "FIX.4.4",
    )


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        ({}, "11=A|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|95=3|96=a|b|453=2|448=X|447=D|452=1|448=Y|447=D|"),
        (
            {"preserve_message_fields_order": True},
            "55=IBM|54=1|453=2|448=X|447=D|452=1|448=Y|447=D|60=20260302-14:30:00|11=A|95=3|96=a|b|38=1|40=1|",
        ),
    ],
)
def test_a_received_message_goes_out_again_in_the_order_of_the_settings(settings: dict[str, bool], body: str) -> None:
    session = logged_on(**settings, validate_incoming_message=False)
    raw = "35=D|34=2|55=IBM|54=1|453=2|448=X|447=D|452=1|448=Y|447=D|60=20260302-14:30:00|11=A|95=3|96=a|b|38=1|40=1|"
    deliver = session.receive(message(raw), T0)[0]
    assert isinstance(deliver, Deliver)
    changed = deliver.message.copy()
    changed["Symbol"] = "MSFT"
    for sent, expected in ((deliver.message, body), (changed, body.replace("IBM", "MSFT"))):
        write = session.send(sent, T0)[1]
        assert isinstance(write, Write)
        text = write.raw.decode().replace("\x01", "|")
        assert text[text.index("56=PEER|") + 8 : text.rindex("10=")] == expected


def test_without_a_dictionary_fields_that_come_twice_keep_their_order() -> None:
    session = logged_on()
    for raw, body in [
        ("35=U1|55=b|54=a|", "54=a|55=b|"),
        ("35=U1|55=b|54=a|55=c|", "55=b|54=a|55=c|"),
    ]:
        received = parse(wire(f"8=FIX.4.4|{raw}", header=False), dictionary=False)
        write = session.send(received, T0)[1]
        assert isinstance(write, Write)
        assert body.replace("|", "\x01").encode() in write.raw
