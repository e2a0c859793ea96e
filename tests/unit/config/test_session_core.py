"""The session takes the settings as they are: the names are the same, and so are the values."""

import pytest

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.config.keys import ATTRIBUTES
from pyfixmsg_plus.session import SessionConfig
from tests.unit.config.texts import ACCEPTOR, INITIATOR, loaded, session

# What the session is given otherwise: dictionaries that are loaded, and bounds that follow from others.
APART = {
    "app_dictionaries", "check_xml", "dictionary", "max_held_bytes", "max_set_aside_bytes", "max_waiting",
    "max_waiting_bytes", "transport_dictionary",
}  # fmt: skip


def _core(one: SessionSettings) -> SessionConfig:
    return SessionConfig(**{name: getattr(one, name) for name in SessionConfig.names() if name in ATTRIBUTES})


def test_every_setting_of_the_session_is_a_key() -> None:
    assert SessionConfig.names() - APART <= set(ATTRIBUTES)


@pytest.mark.parametrize("name", ["quickfix.cfg", "quickfixgo.cfg", "quickfixn.cfg", "ours.ini", "ours.toml"])
def test_the_session_takes_the_settings_of_a_file(name: str) -> None:
    for one in loaded(name):
        assert isinstance(_core(one), SessionConfig)


@pytest.mark.parametrize(
    "lines",
    [
        ("BeginString=FIXT.1.1", "DefaultApplVerID=9", "MsgTypes=D:S,8:R:FIX.5.0SP2:default", "DefaultApplExtID=97"),
        ("StartDay=Mon", "EndDay=Fri", "LogonTime=01:00:00", "LogonDay=Tue", "TimeZone=America/New_York"),
        ("Weekdays=Mon,Tue", "ResetSeqTime=12:00:00", "StartTime=08:00:00 Asia/Tokyo"),
        ("StartTime", "EndTime", "NonStopSession=Y"),
        ("EndSeqNo=closed", "AllowCodes=54,40", "GapFillPossDup=N", "CloseAfterLogoutReplyS=10", "StrictLogon=Y"),
        ("Profile=cme", "EnableLastMsgSeqNumProcessed=Y", "AllowedOnBehalfOf=A,B", "TestMessageIndicator=Y"),
        ("TimestampPrecision=9", "HeartBeatTimeoutMultiplier=2.5", "LogonTag=554=x", "MaxSetAside=5"),
    ],
)
@pytest.mark.parametrize("base", [INITIATOR, ACCEPTOR], ids=["initiator", "acceptor"])
def test_the_session_takes_settings_of_every_kind(lines: tuple[str, ...], base: dict[str, str]) -> None:
    assert isinstance(_core(session(*lines, base=base)), SessionConfig)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"nope": 1}, "nope is no setting"),
        ({"weekdays": ["MON"]}, "start_time is missing"),
        ({"start_time": "08:00:00"}, "end_time is missing"),
        ({"non_stop_session": True, "weekdays": ["MON"]}, "non_stop_session"),
        ({"timestamp_precision": 5}, "timestamp_precision is 0, 3, 6, 9 or 12 digits, not 5"),
        ({"max_latency": -1}, "max_latency is a number from 0"),
        ({"test_message_indicator": "Z"}, "test_message_indicator is any, Y or N"),
        ({"reset_seq_time": "25:00:00"}, "reset_seq_time"),
        ({"profile": "nobody"}, "no profile"),
        ({"session_version": "FIX.4.2"}, "session_version is the same as begin_string"),
    ],
)
def test_what_the_session_does_not_take_is_named(wrong: dict[str, object], words: str) -> None:
    one = {"begin_string": "FIX.4.4", "connection_type": "acceptor", "sender_comp_id": "US", "target_comp_id": "PEER"}
    with pytest.raises(ValueError, match=words):
        SessionConfig(**{**one, **wrong})
