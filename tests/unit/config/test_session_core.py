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
