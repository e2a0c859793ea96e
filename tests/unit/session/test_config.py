"""The settings of a session, by their names."""

from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.dictionary import load_dictionary
from pyfixmsg_plus.session import Deliver, Notify, Session, SessionConfig, Write
from tests.wire import wire

T0 = Now(1_772_461_800_000_000_000, 0)
GIVEN: dict[str, Any] = {
    "begin_string": "FIX.4.4",
    "connection_type": "initiator",
    "sender_comp_id": "US",
    "target_comp_id": "PEER",
    "heart_bt_int": 30,
}
HEAD = "35=A|34=1|49=US|52=20260302-14:30:00.000|56=PEER|98=0|108=30|"
FIXT = GIVEN | {"begin_string": "FIXT.1.1", "default_appl_ver_id": "FIX.5.0SP2"}


def logon(**settings: Any) -> str:
    """The Logon(35=A) of an initiator with these settings, without frame."""
    effects = Session(SessionConfig(**(GIVEN | settings))).connected(T0)
    (raw,) = [effect.raw for effect in effects if isinstance(effect, Write)]
    text = raw.decode("latin-1").replace("\x01", "|")
    return text[text.index("|35=") + 1 : text.rindex("10=")]


def test_every_setting_of_a_session_that_decides_is_known() -> None:
    """What the names of the two leave out is listed, so that a new key cannot be forgotten."""
    names = SessionConfig.names()
    keys = {field.name for field in fields(SessionSettings)}
    # Dictionaries are given as objects and not as paths; limits have settings in code alone.
    assert names - keys == {
        "app_dictionaries",
        "check_xml",
        "dictionary",
        "max_held_bytes",
        "max_set_aside_bytes",
        "max_waiting",
        "max_waiting_bytes",
        "transport_dictionary",
    }
    assert {"begin_string", "profile", "reset_on_logon", "end_seq_no", "start_time"} <= names & keys


def test_the_values_of_loaded_settings_are_taken_as_they_are() -> None:
    settings = SessionSettings(
        **GIVEN | {"connection_type": "acceptor"},
        start_time="08:00:00",  # type: ignore[arg-type] # as files write it
        end_time="17:00:00 US/Central",  # type: ignore[arg-type] # as files write it
        weekdays=("Monday", "Tue"),  # type: ignore[arg-type] # as files write it
        logon_tag=("553=joe",),  # type: ignore[arg-type] # as files write it
        socket_accept_port=5001,
    )
    known = {name: getattr(settings, name) for name in SessionConfig.names() if hasattr(settings, name)}
    assert repr(SessionConfig(**known)) == "<SessionConfig FIX.4.4:US->PEER acceptor>"


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, HEAD),
        ({"heart_bt_int": 7}, "35=A|34=1|49=US|52=20260302-14:30:00.000|56=PEER|98=0|108=7|"),
        (
            {"sender_sub_id": "A", "sender_location_id": "B", "target_sub_id": "C", "target_location_id": "D"},
            "35=A|34=1|49=US|50=A|52=20260302-14:30:00.000|56=PEER|57=C|142=B|143=D|98=0|108=30|",
        ),
        ({"timestamp_precision": 0}, "35=A|34=1|49=US|52=20260302-14:30:00|56=PEER|98=0|108=30|"),
        ({"reset_on_logon": True}, "35=A|34=1|49=US|52=20260302-14:30:00.000|56=PEER|98=0|108=30|141=Y|"),
        (
            {"logon_tag": ["553=joe", (554, "s=cret")]},
            "35=A|34=1|49=US|52=20260302-14:30:00.000|56=PEER|98=0|108=30|553=joe|554=s=cret|",
        ),
        ({"test_message_indicator": "Y"}, "35=A|34=1|49=US|52=20260302-14:30:00.000|56=PEER|98=0|108=30|464=Y|"),
        (
            {"enable_next_expected_msg_seq_num": True, "enable_last_msg_seq_num_processed": True},
            "35=A|34=1|49=US|52=20260302-14:30:00.000|56=PEER|369=0|98=0|108=30|789=1|",
        ),
        (FIXT, HEAD + "1137=9|"),
        (
            FIXT
            | {
                "msg_types": ["D:S:FIX.4.2:default", "8:R"],
                "default_appl_ext_id": "5",
                "default_cstm_appl_ver_id": "c",
            },
            HEAD + "384=2|372=D|385=S|1130=4|1410=Y|372=8|385=R|1137=9|1407=5|1408=c|",
        ),
        (
            FIXT | {"default_appl_ver_id": "", "application_version": "FIX50"},
            "35=A|34=1|49=US|52=20260302-14:30:00.000|56=PEER|98=0|108=30|1137=7|",
        ),
        (
            {"begin_string": "FIX.4.2", "session_version": "FIX.4.2", "default_appl_ver_id": "9"},
            "35=A|34=1|49=US|52=20260302-14:30:00.000|56=PEER|98=0|108=30|",
        ),
    ],
)
def test_settings_are_seen_in_our_logon(settings: dict[str, Any], text: str) -> None:
    assert logon(**settings) == text


def test_fields_may_be_added_to_one_logon() -> None:
    session = Session(SessionConfig(**GIVEN))
    write = session.connected(T0, [(553, "joe"), (554, "pass")])[-1]
    assert isinstance(write, Write)
    assert b"\x01553=joe\x01554=pass\x01" in write.raw


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"colour": "blue"}, "colour is no setting of a session"),
        ({"begin_string": "FIX.9.9"}, "begin_string is FIX.4.0 to FIX.4.4 or FIXT.1.1, not 'FIX.9.9'"),
        ({"connection_type": "both"}, "connection_type is initiator or acceptor"),
        ({"sender_comp_id": ""}, "sender_comp_id is missing"),
        ({"target_comp_id": ""}, "target_comp_id is missing"),
        ({"target_comp_id": "a\x01b"}, "target_comp_id is text without SOH, not 'a\\x01b'"),
        ({"sender_comp_id": 5}, "sender_comp_id is text, not 5"),
        ({"heart_bt_int": -1}, "heart_bt_int is a whole number in its range, not -1"),
        ({"heart_bt_int": True}, "heart_bt_int is a whole number"),
        ({"heart_bt_int": "30"}, "heart_bt_int is a whole number"),
        ({"reset_on_logon": "Y"}, "reset_on_logon is true or false, not 'Y'"),
        ({"max_latency": "long"}, "max_latency is a number from 0, not 'long'"),
        ({"max_latency": -1}, "max_latency is a number from 0, not -1"),
        ({"max_latency": True}, "max_latency is a number from 0"),
        ({"logon_timeout": float("inf")}, "logon_timeout is a number from 0"),
        ({"test_request_delay_multiplier": 1e9}, "test_request_delay_multiplier is a number in its range"),
        ({"timestamp_precision": 13}, "timestamp_precision is 0, 3, 6, 9 or 12 digits, not 13"),
        ({"test_message_indicator": "x"}, "test_message_indicator is any, Y or N"),
        ({"default_appl_ver_id_reply": "mine"}, "default_appl_ver_id_reply is peer or own"),
        ({"default_appl_ver_id": "FIX.9"}, "default_appl_ver_id is a version of the application"),
        ({"session_version": "FIX.4.2"}, "session_version is the same as begin_string"),
        ({"begin_string": "FIXT.1.1"}, "default_appl_ver_id is missing; FIXT.1.1 needs it"),
        ({"msg_types": ["D"]}, "msg_types is a list of type:R or type:S"),
        ({"msg_types": ["D:X"]}, "msg_types is a list"),
        ({"msg_types": [":R"]}, "msg_types is a list"),
        ({"msg_types": ["D:R:FIX.9"]}, "msg_types is a list"),
        ({"msg_types": ["D:R:9:other"]}, "msg_types is a list"),
        ({"msg_types": ["D:R:9:default:more"]}, "msg_types is a list"),
        ({"msg_types": "D:R"}, "msg_types is a list"),
        ({"msg_types": 5}, "msg_types is a list"),
        ({"logon_tag": ["553"]}, "logon_tag is a list of tag=value, not ..."),
        ({"logon_tag": ["0=x"]}, "logon_tag is a list"),
        ({"logon_tag": [(0, "x")]}, "logon_tag is a list"),
        ({"logon_tag": [object()]}, "logon_tag is a list"),
        ({"start_time": "8 o'clock", "end_time": "17:00:00"}, "start_time names the time zone"),
        ({"start_time": "08:00:00"}, "end_time"),
        ({"non_stop_session": True, "start_time": "08:00:00"}, "non_stop_session"),
        ({"time_zone": "Moon/Sea", "start_time": "08:00:00", "end_time": "09:00:00"}, "Moon/Sea"),
        ({"reset_seq_time": "noon"}, "reset_seq_time"),
        ({"profile": "nobody"}, 'profile: there is no profile "nobody"; shipped are quickfix, quickfixj'),
        ({"profile": "end_seq_no = 7"}, "profile: end_seq_no takes"),
        ({"end_seq_no": "7"}, "end_seq_no takes auto, zero, 999999 or closed"),
        ({"allow_codes": ["x"]}, "allow_codes takes tags"),
        ({"dictionary": 5}, "dictionary is a Dictionary, not int"),
        (FIXT | {"app_dictionaries": 5}, "app_dictionaries is a mapping"),
        (FIXT | {"app_dictionaries": {"FIX.9": None}}, "app_dictionaries: FIX.9 is no version of the application"),
        (FIXT | {"app_dictionaries": {"FIX.4.4": None}}, "app_dictionaries: FIX.4.4 is no version"),
        (FIXT | {"supported_app_versions": ["FIX.9"]}, "app_dictionaries: FIX.9 is no version"),
    ],
)
def test_a_wrong_value_is_named(settings: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        SessionConfig(**(GIVEN | settings))
    assert text in str(caught.value)


@pytest.mark.parametrize("missing", ["begin_string", "connection_type", "sender_comp_id", "target_comp_id"])
def test_what_is_required_is_named(missing: str) -> None:
    with pytest.raises(ValueError, match=f"{missing} is missing"):
        SessionConfig(**{name: value for name, value in GIVEN.items() if name != missing})


def test_every_setting_is_read() -> None:
    settings: dict[str, Any] = dict.fromkeys(
        (
            "reset_on_logout", "reset_on_disconnect", "refresh_on_logon", "reset_on_error", "disconnect_on_error",
            "closed_resend_interval", "send_redundant_resend_requests", "resend_session_level_rejects",
            "requires_orig_sending_time", "allow_pos_dup", "force_resend_when_corrupted_store", "check_comp_id",
            "check_latency", "validate_sequence_numbers", "disable_heart_beat_check", "persist_messages",
            "send_logout_before_disconnect_from_timeout", "logout_waits_for_gap", "send_session_status",
            "require_same_heart_bt_int", "adopt_expected_seq_num", "use_data_dictionary", "validate_incoming_message",
            "reject_invalid_message", "reject_garbled_message", "validate_length_and_checksum", "validate_checksum",
            "validate_fields_out_of_order", "validate_fields_have_values", "validate_user_defined_fields",
            "validate_unordered_group_fields", "first_field_in_group_is_delimiter", "allow_unknown_msg_fields",
            "allow_unknown_enum_values", "check_xml", "heart_bt_int_override", "use_local_time",
            "preserve_message_fields_order",
        ),
        True,
    )  # fmt: skip
    settings |= dict.fromkeys(
        (
            "resend_request_chunk_size", "max_messages_in_resend_request", "max_set_aside", "max_set_aside_bytes",
            "max_waiting", "max_waiting_bytes", "max_held_bytes", "max_message_size",
        ),
        4096,
    )  # fmt: skip
    settings |= {
        "max_latency": 2.5,
        "logon_timeout": Decimal(3),
        "logout_timeout": 4,
        "resend_request_timeout": 5,
        "test_request_delay_multiplier": Decimal("0.5"),
        "heart_beat_timeout_multiplier": 1.5,
        "allowed_on_behalf_of": ("A", "B"),
        "start_day": "Monday",
        "end_day": "Friday",
        "start_time": "08:00:00",
        "end_time": "17:00:00",
        "logon_day": "Monday",
        "logout_day": "Friday",
        "logon_time": "09:00:00",
        "logout_time": "16:00:00",
        "time_zone": "Europe/London",
        "reset_seq_time": "12:00:00",
        "default_appl_ver_id_reply": "own",
        "profile": "standard",
        "reject_style": "quickfixj",
        "allow_codes": [150, 39],
        "allow_tags": (),
        "end_seq_no": None,
        "close_after_logout_reply_s": 3,
        "gap_fill_poss_dup": False,
        "dictionary": None,
        "test_message_indicator": "N",
    }
    SessionConfig(**(GIVEN | settings))
    assert set(settings) | set(GIVEN) >= SessionConfig.names() - {
        # Seen in other tests.
        "app_dictionaries", "appl_ver_id_in_business_reject", "application_version", "ask_again_after_serving",
        "begin_string_text", "cme_enhanced_resend", "default_appl_ext_id", "default_appl_ver_id",
        "default_cstm_appl_ver_id", "echo_reset_seq_num_flag", "enable_last_msg_seq_num_processed",
        "enable_next_expected_msg_seq_num", "heartbeats_while_test_request_pending", "ignore_poss_dup_resend_requests",
        "last_processed_in_resend_request", "logon_refusal", "logon_tag", "logout_text", "missing_group_delimiter",
        "msg_types", "non_stop_session", "reset_on_logon", "sender_location_id", "sender_sub_id", "session_version",
        "strict_logon", "supported_app_versions", "target_location_id", "target_sub_id", "test_request_id",
        "timestamp_precision", "transport_dictionary", "weekdays",
    }  # fmt: skip


def test_a_profile_is_a_name_a_text_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "venue.profile"
    path.write_text("# a venue\nparent = quickfixj\nend_seq_no = closed\n", encoding="utf-8")
    for profile in ("cme", "end_seq_no = closed", str(path)):
        session = Session(SessionConfig(**(GIVEN | {"profile": profile})))
        session.connected(T0)
        session.receive(received("35=A|34=5|98=0|108=30|"), T0)
        effects = session.command("accept_logon", T0)
        (raw,) = [effect.raw for effect in effects if isinstance(effect, Write)]
        assert b"\x017=1\x0116=4\x01" in raw


def test_the_hosts_zone_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":America/New_York")
    # 14:30 UTC is 09:30 there.
    times = {"start_time": "09:00:00", "end_time": "10:00:00", "use_local_time": True}
    assert len(Session(SessionConfig(**(GIVEN | times))).connected(T0)) == 3
    monkeypatch.delenv("TZ")
    Session(SessionConfig(**(GIVEN | times))).connected(T0)


def received(fields: str, begin_string: str = "FIX.4.4") -> bytes:
    msg_type, rest = fields.split("|", 1)
    return wire(f"8={begin_string}|{msg_type}|49=PEER|52=20260302-14:30:00.000|56=US|{rest}")


def answer(settings: dict[str, Any], *messages: str) -> list[object]:
    """What comes of messages behind a Logon."""
    begin_string = settings.get("begin_string", "FIX.4.4")
    session = Session(SessionConfig(**(GIVEN | settings | {"connection_type": "acceptor"})))
    session.connected(T0)
    session.receive(received(messages[0], begin_string), T0)
    session.command("accept_logon", T0)
    found: list[object] = []
    for text in messages[1:]:
        for effect in session.receive(received(text, begin_string), T0):
            match effect:
                case Deliver(message):
                    found.append(message.dictionary.version if message.dictionary is not None else None)
                case Notify(event):
                    found.append((event.attributes.get("reason"), event.attributes.get("ref_tag")))
    return found


ORDER = "35=D|34=2|11=A|54=1|55=IBM|38=1|40=1|60=20260302-14:30:00|"
LOGON = "35=A|34=1|98=0|108=30|"


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, "FIX.4.4"),
        ({"dictionary": None}, "FIX.4.4"),
        # Messages have their names all the same.
        ({"dictionary": False}, "FIX.4.4"),
        ({"use_data_dictionary": False}, "FIX.4.4"),
        ({"dictionary": load_dictionary("FIX.4.3")}, "FIX.4.3"),
    ],
)
def test_a_session_of_4_x_has_one_dictionary(settings: dict[str, Any], found: str) -> None:
    order = ORDER.replace("54=1|", "21=1|54=1|")
    assert answer(settings, LOGON, order) == [found]


def test_without_a_dictionary_nothing_is_refused() -> None:
    strange = "35=D|34=2|4999=x|54=?|"
    assert answer({}, LOGON, strange) == [(1, 11)]
    assert answer({"dictionary": False}, LOGON, strange) == ["FIX.4.4"]


FIXT_LOGON = "35=A|34=1|98=0|108=30|1137=9|"


@pytest.mark.parametrize(
    ("settings", "order", "found"),
    [
        ({}, ORDER, "FIX.5.0SP2"),
        ({}, ORDER.replace("34=2|", "34=2|1128=7|"), "FIX.5.0"),
        ({"supported_app_versions": ["FIX.5.0SP2"]}, ORDER.replace("34=2|", "34=2|1128=7|"), (18, 1128)),
        (
            {"app_dictionaries": {"FIX.5.0": load_dictionary("FIX.5.0")}},
            ORDER.replace("34=2|", "34=2|1128=7|"),
            "FIX.5.0",
        ),
        # A dictionary of 4.2 is laid over the transport, and HandlInst(21) is required there.
        ({"app_dictionaries": {"9": load_dictionary("FIX.4.2")}}, ORDER, (1, 21)),
        (
            {"app_dictionaries": {"9:house": load_dictionary("FIX.4.2")}},
            ORDER.replace("34=2|", "34=2|1129=house|"),
            (1, 21),
        ),
        ({"transport_dictionary": load_dictionary("FIXT.1.1")}, ORDER, "FIX.5.0SP2"),
        ({"transport_dictionary": load_dictionary("FIXT.1.1"), "supported_app_versions": ["9"]}, ORDER, "FIX.5.0SP2"),
        ({"transport_dictionary": False}, ORDER, "FIX.5.0SP2"),
    ],
)
def test_a_session_of_fixt_has_a_dictionary_for_each_version(
    settings: dict[str, Any], order: str, found: object
) -> None:
    assert answer(FIXT | settings, FIXT_LOGON, order) == [found]


def test_messages_of_a_session_that_speaks_5_0_are_of_5_0() -> None:
    assert answer(FIXT | {"default_appl_ver_id": "FIX.5.0"}, FIXT_LOGON.replace("1137=9", "1137=7"), ORDER) == [
        "FIX.5.0"
    ]


@pytest.mark.parametrize("build", [lambda: SessionConfig(**FIXT), lambda: SessionConfig(**GIVEN)])
def test_one_config_serves_many_sessions(build: Callable[[], SessionConfig]) -> None:
    config = build()
    first, second = Session(config), Session(config, 5, 6, T0.utc_ns)
    assert (first.next_out, second.next_out, second.next_in) == (1, 5, 6)
