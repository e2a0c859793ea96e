"""How scenarios are played: what is judged, and what a peer can do about it."""

import asyncio
import contextlib
import re
import socket
import struct

import pytest

from pyfixmsg_plus.testing.certification import (
    Lane,
    Limits,
    Result,
    Role,
    Verdict,
    as_text,
    read_scenario,
    run_against_acceptor,
)
from tests.unit.testing.peers import LIMITS, Peer, clock, initiate, party, play, scenario
from tests.wire import wire

QUICK = Limits(reply_s=0.2, connect_s=0.5, logout_s=0.1)


async def lawful(peer: Peer) -> None:
    await peer.log_on()
    await peer.obey()


def cause(result: Result) -> str:
    assert result.finding is not None
    return result.finding.cause


def verdict(result: Result) -> tuple[Verdict, str]:
    return result.verdict, "" if result.finding is None else result.finding.cause


def test_a_lawful_peer_passes() -> None:
    result = play("logon\nping\nsend 35=0\nping\nlogout", lawful)
    assert verdict(result) == (Verdict.PASS, "")
    assert (result.session, result.role, result.notes) == ("FIX.4.4", Role.ACCEPTOR, ())
    sent = [entry.text for entry in result.transcript if entry.mark == "->"]
    assert [re.search(r"\|34=(\d+)", text)[1] for text in sent] == ["1", "2", "3", "4", "5"]  # type: ignore[index]
    assert sent[0].startswith("8=FIX.4.4|9=")
    assert "|49=US|52=20260302-14:30:00.000|56=PEER|98=0|108=30|141=Y|10=" in sent[0]


def test_a_fixt_session_says_its_application_version() -> None:
    result = play("logon\nping", lawful, counterparty=party("FIX.5.0SP2"))
    assert result.verdict is Verdict.PASS
    assert "|1137=9|" in result.transcript[1].text


def test_a_version_without_resets_logs_on_without_one() -> None:
    result = play("logon\nping", lawful, counterparty=party("FIX.4.0"))
    assert result.verdict is Verdict.PASS
    assert "|141=" not in result.transcript[1].text
    assert "|52=20260302-14:30:00|" in result.transcript[1].text


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("35=0|34=7|112=A", "field 34: expected 2, received 7"),
        ("35=0|34=2|49=OTHER|112=A", "field 49: expected PEER, received OTHER"),
        ("35=0|34=2|56=OTHER|112=A", "field 56: expected US, received OTHER"),
        ("35=0|34=2|52=20260302-14:00:00.000|112=A", "SendingTime(52) is 1800 s away from our clock"),
        ("35=0|34=2|52=now|112=A", "SendingTime(52) is no UTCTimestamp"),
        ("35=0|34=2|52=20261399-14:00:00.000|112=A", "SendingTime(52) is no UTCTimestamp"),
        ("35=0|34=2|112=A|10=000", "CheckSum(10) is wrong"),
        ("35=0|34=2|112=A|10=1", "the message does not end with a CheckSum(10) of three digits"),
        ("34=2|35=0|112=A", "8, 9 and 35 are not the first three fields"),
        ("35=0|112=B", "field 112: expected A, received B"),
        ("35=3|45=2", "field 35: expected 0, received 3"),
    ],
)
def test_frame_identity_number_and_time_of_each_answer_are_judged(answer: str, fault: str) -> None:
    async def liar(peer: Peer) -> None:
        await peer.log_on()
        await peer.read()
        peer.send(answer)
        await peer.gone()

    result = play("logon\nsend 35=1|112=A\nexpect 35=0|112=A", liar)
    assert result.verdict is Verdict.FAIL
    assert result.finding is not None
    assert fault in result.finding.cause
    assert (result.finding.line, result.finding.expected) == (7, "35=0|112=A")
    assert answer.partition("|")[0] in result.finding.received


def test_a_field_that_the_scenario_names_is_not_judged_twice() -> None:
    async def peer_with_another_number(peer: Peer) -> None:
        await peer.log_on()
        await peer.read()
        peer.send("35=0|34=9|112=A")
        peer.next_out = 10
        await peer.obey()

    result = play("logon\nsend 35=1|112=A\nexpect 35=0|112=A|34=@n\nset in = $n+1\nping", peer_with_another_number)
    assert result.verdict is Verdict.PASS


def test_what_is_named_can_be_said_again() -> None:
    async def asks(peer: Peer) -> None:
        await peer.log_on()
        peer.send("35=1|112=A$B\\")
        received = await peer.read()
        assert received["112"] == "A$B\\"
        await peer.obey()

    assert play("logon\nexpect 35=1|112=@id\nsend 35=0|112=$id\nping", asks).verdict is Verdict.PASS


def test_a_name_without_a_value_proves_nothing() -> None:
    result = play("logon\nsend 35=0|112=$gone", lawful)
    assert verdict(result) == (Verdict.INCONCLUSIVE, "$gone has no value")


def test_heartbeats_that_nobody_asked_for_are_passed_over_and_counted() -> None:
    async def eager(peer: Peer) -> None:
        await peer.log_on()
        for _ in range(3):
            peer.send("35=0")
        received = await peer.read()
        peer.send(f"35=0|112={received['112']}")
        peer.send("35=0")
        await peer.obey()

    assert play("logon\nping\nexpect silence 100ms\nlogout", eager).verdict is Verdict.PASS


def test_a_scenario_about_time_judges_heartbeats() -> None:
    async def eager(peer: Peer) -> None:
        await peer.log_on()
        peer.send("35=0")
        await peer.gone()

    result = play("logon\nexpect silence 2s", eager, head="heartbeats: judged")
    assert verdict(result) == (Verdict.FAIL, "something came within 2s")


def test_silence_is_held() -> None:
    assert play("logon\nexpect silence 50ms\nping", lawful).verdict is Verdict.PASS


def test_the_end_of_the_connection_is_awaited_without_a_message() -> None:
    async def closes(peer: Peer) -> None:
        await peer.log_on()

    assert play("logon\nexpect disconnect", closes).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("35=3|45=1", "a message came before the end of the connection"),
        (None, "the connection was not closed within 0.2s"),
    ],
)
def test_a_message_or_nothing_is_not_the_end_of_the_connection(said: str | None, fault: str) -> None:
    async def stays(peer: Peer) -> None:
        await peer.log_on()
        if said is not None:
            peer.send(said)
        await peer.gone()

    result = play("logon\nexpect disconnect", stays, limits=QUICK)
    assert verdict(result) == (Verdict.FAIL, fault)


def test_bytes_that_are_no_message_are_not_the_end_of_the_connection() -> None:
    async def mumbles(peer: Peer) -> None:
        await peer.log_on()
        peer.writer.write(b"bye")

    result = play("logon\nexpect disconnect", mumbles)
    assert result.verdict is Verdict.FAIL
    assert cause(result).startswith("bytes came before the end of the connection")


def test_the_connection_that_ends_is_no_answer() -> None:
    async def closes(peer: Peer) -> None:
        await peer.log_on()
        await peer.read()

    result = play("logon\nping", closes)
    assert result.verdict is Verdict.FAIL
    assert cause(result) in ("the connection was closed", "the connection was reset")


def test_a_peer_that_says_nothing_fails_after_the_deadline() -> None:
    async def silent(peer: Peer) -> None:
        await peer.log_on()
        await peer.gone()

    result = play("logon\nping", silent, limits=QUICK)
    assert verdict(result) == (Verdict.FAIL, "nothing came within 0.2s")
    assert result.finding is not None
    assert result.finding.received == "nothing"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.2, (Verdict.FAIL, "it came after 0.200 s, sooner than 1s")), (3.0, (Verdict.PASS, ""))],
)
def test_an_answer_may_not_come_too_soon(seconds: float, expected: tuple[Verdict, str]) -> None:
    told = clock()

    async def beats(peer: Peer) -> None:
        await peer.log_on()
        assert (await peer.read())["35"] == "0"
        told.advance(int(seconds * 1e9))
        peer.send("35=0")
        await peer.gone()

    result = play("logon\nsend 35=0\nexpect after 1s before 60s 35=0", beats, head="heartbeats: judged", told=told)
    assert verdict(result) == expected


COURSES = """logon
send 35=0|34=$out+1
either quickfix:
  expect 35=5|58=first
  expect disconnect
or standard:
  expect 35=3|58=second
  ping
or:
  expect disconnect
end"""


@pytest.mark.parametrize(
    ("answer", "notes"), [("35=5|58=first", ("quickfix",)), ("35=3|58=second", ("standard",)), (None, ())]
)
def test_one_of_several_lawful_courses_is_taken_and_noted(answer: str | None, notes: tuple[str, ...]) -> None:
    async def takes(peer: Peer) -> None:
        await peer.log_on()
        await peer.read()
        if answer is not None:
            peer.send(answer)
            if "second" in answer:
                await peer.obey()

    result = play(COURSES, takes)
    assert verdict(result) == (Verdict.PASS, "")
    assert result.notes == notes


def test_an_answer_that_is_none_of_the_lawful_ones_fails_and_names_them() -> None:
    async def invents(peer: Peer) -> None:
        await peer.log_on()
        await peer.read()
        peer.send("35=3|58=third")
        await peer.gone()

    result = play(COURSES, invents)
    assert result.verdict is Verdict.FAIL
    assert result.finding is not None
    assert result.finding.cause == "none of the lawful answers"
    assert result.finding.expected.startswith("35=3|58=second (field 58: expected second, received third)")


def test_silence_can_be_a_course() -> None:
    text = "logon\neither loud:\n  expect 35=5\nor quiet:\n  expect silence 100ms\n  ping\nend"
    result = play(text, lawful)
    assert (result.verdict, result.notes) == (Verdict.PASS, ("quiet",))


def test_what_is_optional_is_taken_if_it_comes() -> None:
    async def asks(peer: Peer) -> None:
        await peer.log_on()
        peer.send("35=2|7=1|16=0")
        await peer.obey()

    text = "logon\noptional before 200ms 35=2|7=*\nping"
    assert play(text, asks).verdict is Verdict.PASS
    assert play(text, lawful).verdict is Verdict.PASS


def test_steps_are_played_for_their_version_role_and_option() -> None:
    text = """logon
when FIX.4.2
  send 35=1|112=WRONG
end
when acceptor
  when option=yes
    ping
  else
    expect disconnect
  end
end
when FIX.4.4, FIX.4.2
  ping
end"""
    assert play(text, lawful, counterparty=party(options={"option": "yes"})).verdict is Verdict.PASS


def test_our_clock_can_be_wrong() -> None:
    result = play("logon\nclock +121s\nping\nclock 0s", lawful)
    assert result.verdict is Verdict.PASS
    assert "52=20260302-14:32:01.000" in next(entry.text for entry in result.transcript if "|35=1|" in entry.text)


def test_a_lost_link_is_a_reset() -> None:
    seen: list[str] = []

    async def watches(peer: Peer) -> None:
        await peer.log_on()
        try:
            await peer.reader.read(100)
        except ConnectionResetError:
            seen.append("reset")

    assert play("logon\nlose\nlogon\nping", watches, lawful).verdict is Verdict.PASS
    assert seen == ["reset"]


def test_raw_bytes_are_sent_as_they_are() -> None:
    received: list[bytes] = []

    async def takes(peer: Peer) -> None:
        received.append(await peer.reader.readexactly(6))

    assert play(r"connect" + "\n" + r"raw 8=\xff|\n\|" + "\nexpect disconnect", takes).verdict is Verdict.PASS
    assert received == [b"8=\xff\x01\n|"]


def test_a_second_connection_has_its_own_steps() -> None:
    async def refuses(peer: Peer) -> None:
        await peer.read()

    text = "logon\n@2 connect\n@2 send 35=A|34=1|98=0|108=30\n@2 expect disconnect\nping"
    assert play(text, lawful, refuses).verdict is Verdict.PASS


def test_a_step_on_a_connection_that_is_not_open_fails() -> None:
    assert verdict(play("send 35=0", lawful)) == (Verdict.FAIL, "the connection is not open")


def test_a_peer_that_is_not_there_proves_nothing() -> None:
    async def run() -> Result:
        server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        lanes = [Lane(party(), [scenario("logon")])]
        (result,) = await run_against_acceptor("127.0.0.1", port, lanes, clock(), LIMITS)
        return result

    result = asyncio.run(run())
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.is_unreached
    assert cause(result).startswith("no connection: ")


def test_a_session_that_cannot_be_begun_proves_nothing() -> None:
    async def refuses(peer: Peer) -> None:
        await peer.read()
        peer.send("35=5|58=not today")

    result = play("logon\nping", refuses)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert cause(result).startswith("there is no session to begin with: field 35: expected A, received 5")


def test_a_session_that_is_not_free_yet_is_logged_on_to_again() -> None:
    async def busy(peer: Peer) -> None:
        await peer.read()

    result = play("logon\nping", busy, lawful)
    assert result.verdict is Verdict.PASS
    assert sum(entry.text == "connected" for entry in result.transcript) == 2


def test_a_session_that_goes_on_is_taken_up_where_the_peer_says() -> None:
    async def too_low(peer: Peer) -> None:
        await peer.read()
        peer.send("35=5|34=41|58=MsgSeqNum too low, expecting 17 but received 1")

    async def goes_on(peer: Peer) -> None:
        received = await peer.read()
        assert received["34"] == "17"
        assert "141" not in received
        peer.next_out = 42
        peer.send("35=A|98=0|108=30")
        await peer.obey()

    result = play("logon\nping", too_low, goes_on, counterparty=party(options={"reset": "N"}))
    assert verdict(result) == (Verdict.PASS, "")


def test_a_gap_at_the_beginning_is_filled() -> None:
    async def behind(peer: Peer) -> None:
        await peer.log_on()
        first = await peer.read()
        assert (first["35"], first["34"]) == ("1", "2")
        peer.send("35=2|7=1|16=0")
        fill = await peer.read()
        assert (fill["35"], fill["34"], fill["123"], fill["36"]) == ("4", "1", "Y", "3")
        await peer.obey()

    result = play("logon\nping", behind, counterparty=party(options={"reset": "N"}))
    assert verdict(result) == (Verdict.PASS, "")


def test_a_logon_may_say_other_fields() -> None:
    async def takes(peer: Peer) -> None:
        received = await peer.read()
        assert (received["108"], received["789"], "141" in received) == ("5", "1", False)
        peer.send("35=A|98=0|108=5|789=2")
        await peer.obey()

    assert play("logon 789=1|108=5|141=!\nping", takes).verdict is Verdict.PASS


def test_fields_of_the_profile_go_into_the_logon_and_are_masked() -> None:
    async def takes(peer: Peer) -> None:
        received = await peer.read()
        assert (received["553"], received["554"]) == ("me", "secret")
        peer.send("35=A|98=0|108=30|141=Y")
        await peer.obey()

    result = play("logon\nping", takes, counterparty=party(logon="553=me|554=secret|"))
    assert result.verdict is Verdict.PASS
    assert "|553=me|554=***|" in as_text(result)
    assert "secret" not in as_text(result)


def test_a_session_that_is_left_open_is_logged_out_of() -> None:
    result = play("logon\nping", lawful)
    last = [entry.text for entry in result.transcript if entry.mark in ("->", "<-")][-2:]
    assert "|35=5|" in last[0]
    assert "|58=end of scenario|" in last[0]
    assert "|35=5|" in last[1]


def test_a_logout_of_the_peer_is_answered_before_the_end_is_awaited() -> None:
    async def leaves(peer: Peer) -> None:
        await peer.log_on()
        peer.send("35=5")
        assert (await peer.read())["35"] == "5"

    assert play("logon\nexpect 35=5\nleave", leaves).verdict is Verdict.PASS


def test_resets_and_gap_fills_of_the_peer_move_his_number() -> None:
    async def resets(peer: Peer) -> None:
        await peer.log_on()
        peer.send("35=4|34=2|123=Y|36=5")
        peer.send("35=4|34=1|36=9")
        peer.send("35=0|34=3|43=Y|122=20260302-14:29:00.000|112=OLD")
        peer.next_out = 9
        await peer.obey()

    text = "logon\nexpect 35=4|123=Y\nexpect 35=4|36=9\nexpect 35=0|43=Y|112=OLD\nping"
    assert verdict(play(text, resets)) == (Verdict.PASS, "")


# ------------------------------------------------------------------------------------------------- hostile peers


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (b"GET / HTTP/1.1\r\n\r\n" * 100, "there is no BodyLength(9) where a message should begin"),
        (b"8=FIX.4.4\x019=many\x0135=0\x01", "BodyLength(9) is no number"),
        (b"8=FIX.4.4\x019=" + b"1" * 100, "BodyLength(9) is no number"),
        (b"8=FIX.4.4\x019=99999999\x0135=0\x01", "the message is longer than 1,048,576 bytes"),
        (b"8=FIX.4.4\x019=5\x0135=0\x01" + b"x" * 1000, "there is no CheckSum(10) where BodyLength(9) says"),
        (b"8=FIX.4.4\x019=500\x0135=0\x01", "the connection ended within a message"),
    ],
)
def test_what_is_no_message_ends_the_scenario(said: bytes, fault: str) -> None:
    async def hostile(peer: Peer) -> None:
        await peer.log_on()
        await peer.read()
        peer.writer.write(said)
        await peer.writer.drain()

    result = play("logon\nping", hostile)
    assert verdict(result) == (Verdict.FAIL, fault)
    assert result.finding is not None
    assert len(result.finding.received) < 20_000


def test_a_flood_of_heartbeats_ends() -> None:
    async def floods(peer: Peer) -> None:
        await peer.log_on()
        await peer.read()
        for _ in range(1200):
            peer.send("35=0")
        await peer.gone()

    result = play("logon\nping", floods, limits=Limits(reply_s=20.0, connect_s=2.0, logout_s=0.1))
    assert verdict(result) == (Verdict.FAIL, "1000 Heartbeats came in its place")


def test_a_peer_that_takes_nothing_fails_after_the_deadline() -> None:
    async def deaf(peer: Peer) -> None:
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined] # a socket's transport can
        await asyncio.Event().wait()

    steps = "connect\n" + f"send 35=0|58={'x' * 100_000}\n" * 200
    result = play(steps, deaf, limits=QUICK)
    assert verdict(result) == (Verdict.FAIL, "the connection is gone, or the peer does not take what we send")


def test_the_transcript_has_a_limit() -> None:
    limits = Limits(reply_s=2.0, connect_s=2.0, logout_s=0.2, transcript_bytes=1000)
    result = play("logon\n" + "ping\n" * 20, lawful, limits=limits)
    assert result.verdict is Verdict.PASS
    assert result.transcript[-1].text == "the rest of the conversation is not kept"
    assert len(result.transcript) < 10


# ---------------------------------------------------------------------------------------------------- initiators


async def initiator(peer: Peer) -> None:
    peer.send("35=A|98=0|108=30|141=Y")
    assert (await peer.read())["35"] == "A"
    await peer.obey()


def test_a_lawful_initiator_passes() -> None:
    result = initiate("logon\nping\nlogout", initiator)
    assert verdict(result) == (Verdict.PASS, "")
    assert result.role is Role.INITIATOR


def test_an_initiator_that_does_not_begin_with_a_logon_proves_nothing() -> None:
    async def strange(peer: Peer) -> None:
        peer.send("35=0")
        await peer.gone()

    result = initiate("logon\nping", strange)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert cause(result).startswith("there is no session to begin with")


def test_an_initiator_that_keeps_its_numbers_tells_which_it_expects() -> None:
    async def first(peer: Peer) -> None:
        peer.next_out = 7
        peer.send("35=A|98=0|108=30")
        assert (await peer.read())["34"] == "1"
        peer.send("35=5|58=MsgSeqNum too low, expecting 12 but received 1")

    async def again(peer: Peer) -> None:
        peer.next_out = 9
        peer.send("35=A|98=0|108=30")
        assert (await peer.read())["34"] == "12"
        await peer.obey()

    assert verdict(initiate("logon\nping", first, again)) == (Verdict.PASS, "")


def test_a_heartbeat_interval_that_is_too_long_makes_time_not_applicable() -> None:
    result = initiate("logon\nping", initiator, head="heartbeat: 2")
    assert verdict(result) == (Verdict.NOT_APPLICABLE, "HeartBtInt(108) is 30, and 1 to 15 s are waited for")


def test_a_heartbeat_interval_that_is_no_number_proves_nothing() -> None:
    async def strange(peer: Peer) -> None:
        peer.send("35=A|98=0|108=soon|141=Y")
        await peer.gone()

    assert verdict(initiate("logon", strange)) == (Verdict.INCONCLUSIVE, "HeartBtInt(108) is 'soon'")


def test_nobody_who_connects_proves_nothing() -> None:
    result = initiate("logon", limits=QUICK)
    assert verdict(result) == (Verdict.INCONCLUSIVE, "no connection: nobody connected in time")


def test_a_scenario_that_does_not_apply_is_not_played() -> None:
    result = play("logon", lawful, head="versions: FIX.4.2")
    assert verdict(result) == (Verdict.NOT_APPLICABLE, "it is not for FIX.4.4")
    assert result.transcript == ()


# --------------------------------------------------------------------------------------------- what is left over


def test_waiting_leaves_what_comes_for_the_next_expectation() -> None:
    async def asks(peer: Peer) -> None:
        await peer.log_on()
        peer.send("35=1|112=EARLY")
        await peer.obey()

    assert play("logon\nwait 50ms\nexpect 35=1|112=EARLY\nping", asks).verdict is Verdict.PASS


def test_a_message_in_pieces_is_put_together() -> None:
    async def stutters(peer: Peer) -> None:
        await peer.log_on()
        received = await peer.read()
        raw = wire(f"8=FIX.4.4|35=0|34=2|112={received['112']}|")
        for at in range(0, len(raw), 7):
            peer.writer.write(raw[at : at + 7])
            await peer.writer.drain()
            await asyncio.sleep(0)
        peer.next_out = 3
        await peer.obey()

    assert play("logon\nping\nlogout", stutters).verdict is Verdict.PASS


def test_a_reset_by_the_peer_is_the_end_of_the_connection() -> None:
    async def resets(peer: Peer) -> None:
        await peer.log_on()
        opened = peer.writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.writer.transport.abort()

    result = play("logon\nexpect disconnect", resets)
    assert result.verdict is Verdict.PASS
    assert any(entry.text == "reset by the peer" for entry in result.transcript)


@pytest.mark.parametrize("name", ["out", "in"])
def test_our_numbers_stay_numbers(name: str) -> None:
    result = play(f"logon\nset {name} = many", lawful)
    assert verdict(result) == (Verdict.INCONCLUSIVE, f"${name} is a number, and 'many' is none")


def test_an_initiator_that_never_takes_our_numbers_proves_nothing() -> None:
    async def complains(peer: Peer) -> None:
        peer.send("35=A|98=0|108=30")
        await peer.read()
        peer.send("35=5|58=expecting 99")

    result = initiate("logon\nping", *[complains] * 4)
    assert verdict(result) == (Verdict.INCONCLUSIVE, "the initiator does not take our numbers")


def test_other_messages_may_come_before_a_session_is_in_step() -> None:
    async def chats(peer: Peer) -> None:
        await peer.log_on()
        peer.send("35=0")
        await peer.obey()

    assert play("logon\nping", chats, counterparty=party(options={"reset": "N"})).verdict is Verdict.PASS


QUICKFIX = """id: x
title: x
rule: x
dialect: quickfix
---
connect
send 8=FIX.4.4|35=A|34=1|49=US|52=<TIME>|56=PEER|98=0|108=30|
expect 8=FIX.4.4|9=55|35=A|34=1|49=PEER|52=0|56=US|98=0|108=30|10=0|
"""


def test_the_dialect_of_quickfix_compares_whole_messages() -> None:
    async def answers(peer: Peer) -> None:
        await peer.read()
        peer.send("35=A|34=1|98=0|108=30")
        peer.send("35=A|34=1|98=0|108=31")
        await peer.gone()

    good = play(read_scenario(QUICKFIX.replace("9=55", "9=61"), "x.scenario"), answers)
    assert verdict(good) == (Verdict.PASS, "")
    wrong = play(read_scenario(QUICKFIX, "x.scenario"), answers)
    assert verdict(wrong) == (Verdict.FAIL, "field '9': expected '55', received '61'")


def test_a_run_that_is_stopped_drops_its_connections() -> None:
    async def run() -> bool:
        dropped = asyncio.Event()
        connected = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = Peer(reader, writer, "FIX.4.4")
            await peer.log_on()
            connected.set()
            with contextlib.suppress(ConnectionError):
                await peer.gone()
            dropped.set()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        lanes = [Lane(party(), [scenario("logon\nexpect before 60s 35=5")])]
        task = asyncio.create_task(run_against_acceptor("127.0.0.1", port, lanes, clock(), LIMITS))
        await connected.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5):
            await dropped.wait()
        server.close()
        return task.cancelled()

    assert asyncio.run(run())
