"""Variables of the environment override what a file says: for all sessions, or for one."""

import pytest

from pyfixmsg_plus.config import load_settings, read_settings
from tests.unit.config.texts import faults, read, session, text

TWO = text() + text("TargetCompID=OTHER-1")


def test_a_variable_overrides_a_key_for_all_sessions() -> None:
    settings = load_settings(TWO, {"FIXPLUS_HEART_BT_INT": "45"})
    assert [one.heart_bt_int for one in settings] == [45, 45]
    assert settings.sessions[0].sources["heart_bt_int"] == ("environment", 0, "FIXPLUS_HEART_BT_INT", False)


@pytest.mark.parametrize("name", ["US_OTHER_1", "FIX_4_4_US_OTHER_1", "us_other_1"])
def test_a_variable_overrides_a_key_for_one_session(name: str) -> None:
    environ = {"FIXPLUS_HEART_BT_INT": "45", f"FIXPLUS_{name}__HEART_BT_INT": "5"}
    assert [one.heart_bt_int for one in load_settings(TWO, environ)] == [45, 5]


def test_all_ids_and_the_qualifier_name_the_session() -> None:
    lines = ("SenderSubID=DESK", "TargetLocationID=LDN", "SessionQualifier=q")
    one = session(*lines, environ={"FIXPLUS_US_DESK_PEER_LDN_Q__HEART_BT_INT": "5"})
    assert one.heart_bt_int == 5


def test_a_list_is_overridden_as_a_whole() -> None:
    lines = ("SocketConnectHost1=b", "SocketConnectPort1=2")
    environ = {"FIXPLUS_SOCKET_CONNECT_HOST": "c,d", "FIXPLUS_SOCKET_CONNECT_PORT": "3,4"}
    assert session(*lines, environ=environ).addresses == (("c", 3), ("d", 4))
    one = session(*lines, environ={"FIXPLUS_SOCKET_CONNECT_HOST1": "c"})
    assert one.addresses == (("localhost", 9876), ("c", 2))
    assert len(session(environ={"FIXPLUS_LOGON_TAG": "553=a,554=b"}).logon_tag) == 2


def test_a_fault_of_a_variable_names_it() -> None:
    (fault,) = faults(environ={"FIXPLUS_HEART_BT_INT": "x"})
    assert (fault.file, fault.line, fault.key) == ("environment", 0, "FIXPLUS_HEART_BT_INT")
    (fault,) = faults(environ={"FIXPLUS_PROXY_PASSWORD": "@file:/nowhere"})
    assert (fault.file, fault.key) == ("environment", "FIXPLUS_PROXY_PASSWORD")


def test_a_variable_counts_before_other_ways_to_write_a_key() -> None:
    one = session("MillisecondsInTimeStamp=N", environ={"FIXPLUS_TIMESTAMP_PRECISION": "6"})
    assert one.timestamp_precision == 6
    one = session("TimestampPrecision=6", environ={"FIXPLUS_MILLISECONDS_IN_TIME_STAMP": "N"})
    assert one.timestamp_precision == 0


def test_a_variable_that_is_nearly_a_key_is_warned_of() -> None:
    (warning,) = read(environ={"FIXPLUS_HART_BT_INT": "5"}).settings.warnings
    assert (warning.key, warning.remedy) == ("FIXPLUS_HART_BT_INT", "Did you mean FIXPLUS_HEART_BT_INT?")
    (warning,) = read(environ={"FIXPLUS_US_PEER__HART_BT_INT": "5"}).settings.warnings
    assert warning.remedy == "Did you mean FIXPLUS_US_PEER__HEART_BT_INT?"


@pytest.mark.parametrize("name", ["FIXPLUS_SHARED", "FIXPLUS_CONFIG_KEY", "FIXPLUS_ZZZ", "HEART_BT_INT", "OTHER"])
def test_other_variables_are_left_alone(name: str) -> None:
    reading = read(environ={name: "x"})
    assert not reading.faults
    assert not reading.settings.warnings


def test_a_variable_for_a_session_that_is_not_there_is_warned_of() -> None:
    reading = read_settings(TWO, {"FIXPLUS_US_NOBODY__HEART_BT_INT": "5", "FIXPLUS_US_PEER__HEART_BT_INT": "5"})
    (warning,) = reading.settings.warnings
    assert (warning.key, warning.text) == (
        "FIXPLUS_US_NOBODY__HEART_BT_INT",
        "it is for a session that the file does not have",
    )
