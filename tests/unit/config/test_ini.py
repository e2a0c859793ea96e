"""INI as QuickFIX reads it: sections, inheritance, comments, and values to the end of the line."""

import pytest

from pyfixmsg_plus.config import ConfigError, load_settings, read_settings
from tests.unit.config.texts import INITIATOR, faults, read, session, text

DEFAULTS = "[DEFAULT]\n" + "".join(f"{key}={value}\n" for key, value in INITIATOR.items())


def test_lines_before_the_first_section_are_ignored() -> None:
    settings = load_settings("HeartBtInt=1\nnot even a key\n" + text(), {})
    assert [one.heart_bt_int for one in settings] == [30]
    assert not settings.warnings


def test_keys_and_sections_compare_without_case() -> None:
    changed = (
        text("HEARTBTINT=45", "HeartBtInt").replace("[SESSION]", "[sEsSiOn]").replace("BeginString", "beginstring")
    )
    (one,) = load_settings(changed, {})
    assert (one.heart_bt_int, one.begin_string) == (45, "FIX.4.4")


def test_a_session_inherits_and_overrides_defaults() -> None:
    one, two = load_settings(f"{DEFAULTS}[SESSION]\nTargetCompID=A\n[SESSION]\nTargetCompID=B\nHeartBtInt=5\n", {})
    assert (one.target_comp_id, one.heart_bt_int) == ("A", 30)
    assert (two.target_comp_id, two.heart_bt_int) == ("B", 5)
    assert one.sources["heart_bt_int"].is_default
    assert not two.sources["heart_bt_int"].is_default


def test_defaults_may_stand_behind_and_in_several_sections() -> None:
    lines = f"[SESSION]\nTargetCompID=A\n{DEFAULTS}[DEFAULT]\nHeartBtInt=7\n"
    (one,) = load_settings(lines, {})
    assert one.heart_bt_int == 7


def test_the_empty_value_undoes_what_is_inherited() -> None:
    (one,) = load_settings(f"{DEFAULTS}SenderSubID=DESK\n[SESSION]\nSenderSubID=\n", {})
    assert one.sender_sub_id == ""


def test_a_value_is_the_rest_of_the_line_trimmed() -> None:
    one = session("Description =  a = b ; c # d  ")
    assert one.description == "a = b ; c # d"


def test_only_a_hash_in_column_one_begins_a_comment() -> None:
    one = session("   # HeartBtInt=1", "#HeartBtInt=2")
    assert one.heart_bt_int == 30
    assert not one.extra


def test_a_semicolon_is_no_comment() -> None:
    (fault,) = read_settings(text() + "; not a comment\n", {}).faults
    assert (fault.line, fault.remedy) == (11, "Begin a comment with #.")
    assert session("; HeartBtInt=1").extra == {"; HeartBtInt": "1"}


def test_a_line_that_is_no_pair_is_a_fault() -> None:
    for line in ("HeartBtInt", "= 5"):
        (fault,) = read_settings(text() + line + "\n", {}).faults
        assert "is neither a section nor Key=Value" in fault.text
        assert fault.line == 11


def test_lines_end_in_any_way_and_in_no_other() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert load_settings("\n" + text().replace("\n", end), {}).sessions
    (fault,) = faults("Description=a\u2028b")
    assert "control character or a line break" in fault.text


def test_a_byte_order_mark_is_passed_over() -> None:
    assert load_settings("\ufeff" + text(), {}).sessions


def test_the_same_session_twice_is_an_error() -> None:
    (fault,) = read_settings(text() + text(), {}).faults
    assert fault.text == "the session FIX.4.4:US->PEER is there twice"
    assert fault.line == 15
    assert not read_settings(text() + text("SessionQualifier=2"), {}).faults


def test_sessions_whose_names_only_look_alike_are_two() -> None:
    assert not read_settings(text("SenderSubID=A") + text("SenderLocationID=A"), {}).faults


def test_another_section_is_passed_over_with_a_warning() -> None:
    reading = read_settings(text() + "[SESION]\nHeartBtInt=x\nno pair\n", {})
    assert not reading.faults
    (warning,) = reading.settings.warnings
    assert (warning.session, warning.line) == ("[SESION]", 11)


def test_a_key_given_twice_counts_the_last_time_and_is_warned_of() -> None:
    reading = read("HeartBtInt=5", "HeartBtInt=6")
    assert reading.settings.sessions[0].heart_bt_int == 6
    (warning,) = reading.settings.warnings
    assert (warning.key, "line 10" in warning.text) == ("HeartBtInt", True)
    assert not read("HeartBtInt=5", "HeartBtInt=5").settings.warnings


def test_an_alias_is_the_same_key() -> None:
    assert session("SSLEnable=Y").socket_use_ssl
    (warning,) = read("SocketLocalPort=1", "SocketConnectSourcePort=2").settings.warnings
    assert "as SocketLocalPort, which is another name of the same" in warning.text


def test_an_unknown_key_is_kept_and_warned_about_with_the_nearest() -> None:
    reading = read("HartBtInt=5", "MyOwn = kept ")
    assert reading.settings.sessions[0].extra == {"HartBtInt": "5", "MyOwn": "kept"}
    assert [warning.remedy for warning in reading.settings.warnings] == [
        "Did you mean HeartBtInt?",
        "It is kept for the application.",
    ]


def test_an_unknown_key_is_an_error_under_strict_settings() -> None:
    (fault,) = faults("HartBtInt=5", "StrictSettings=Y")
    assert (fault.key, fault.text, fault.remedy) == ("HartBtInt", "there is no such key", "Did you mean HeartBtInt?")


def test_an_unknown_key_overrides_an_inherited_one_in_any_case() -> None:
    (one,) = load_settings(f"{DEFAULTS}MyOwn=1\n[SESSION]\nMYOWN=2\n", {})
    assert one.extra == {"MYOWN": "2"}


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    found = faults("HeartBtInt=x", "StartTime=y", "Foo=1", "StrictSettings=Y", "SocketConnectPort=0")
    assert [(fault.line, fault.key) for fault in found] == [
        (8, "HeartBtInt"),
        (9, "StartTime"),
        (10, "Foo"),
        (12, "SocketConnectPort"),
    ]
    with pytest.raises(ConfigError) as error:
        load_settings(text("HeartBtInt=x", "StartTime=y"), {})
    assert str(error.value).startswith("2 faults in the settings\nsettings:9: [SESSION]: HeartBtInt: 'x' is not")


def test_what_is_wrong_in_the_defaults_is_told_once() -> None:
    lines = f"{DEFAULTS}LogonTimeout=x\n[SESSION]\nTargetCompID=A\n[SESSION]\nTargetCompID=B\n"
    (fault,) = read_settings(lines, {}).faults
    assert (fault.session, fault.key, fault.line) == ("[DEFAULT]", "LogonTimeout", 11)


def test_the_defaults_are_kept_for_sessions_made_at_run_time() -> None:
    settings = load_settings(f"{DEFAULTS}[SESSION]\nTargetCompID=A\n", {})
    assert settings.defaults["heart_bt_int"] == 30
    assert settings.defaults["target_comp_id"] == "PEER"


def test_a_file_without_a_session_is_an_error() -> None:
    for lines in ("", "HeartBtInt=1\n", DEFAULTS):
        (fault,) = read_settings(lines or "\n", {}).faults
        assert fault.text == "there is no session"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            ("SocketConnectHost2=b", "SocketConnectPort2=2"),
            "SocketConnectHost2 is given, and SocketConnectHost1 is not",
        ),
        (("SocketConnectHost", "SocketConnectHost1=b"), "SocketConnectHost1 is given, and SocketConnectHost is not"),
        (("SocketConnectHost1=b",), "there are 2 hosts and 1 ports"),
        (("SocketConnectHost=a,b", "SocketConnectHost1=c"), "SocketConnectHost is a list, and SocketConnectHost1"),
    ],
)
def test_hosts_are_numbered_without_a_gap(lines: tuple[str, ...], said: str) -> None:
    assert any(said in fault.text for fault in faults(*lines))


def test_hosts_of_a_session_add_to_inherited_ones_unless_it_gives_a_list() -> None:
    default = f"{DEFAULTS}SocketConnectHost1=b\nSocketConnectPort1=2\n"
    (one,) = load_settings(f"{default}[SESSION]\nSocketConnectHost=c\n", {})
    assert one.addresses == (("c", 9876), ("b", 2))
    (one,) = load_settings(f"{default}[SESSION]\nsocket_connect_host=c,d\n", {})
    assert one.addresses == (("c", 9876), ("d", 2))


def test_logon_tags_are_one_a_line_in_the_order_of_their_numbers() -> None:
    one = session("LogonTag2=925=c", "LogonTag=553=a,b", "LogonTag1=554=b", "LogonTag5=")
    assert [(field.tag, field.value.reveal()) for field in one.logon_tag] == [(553, "a,b"), (554, "b"), (925, "c")]
    one = session("logon_tag=553=a, 554=b")
    assert [field.tag for field in one.logon_tag] == [553, 554]


def test_a_dictionary_for_each_version() -> None:
    fixt = ("BeginString=FIXT.1.1", "DefaultApplVerID=9")
    one = session(*fixt, "AppDataDictionary=FIX50SP2", "AppDataDictionary.FIX.4.4=FIX44")
    assert one.app_data_dictionary == {"FIX.5.0SP2": "FIX50SP2", "FIX.4.4": "FIX44"}
    (fault,) = faults(*fixt, "AppDataDictionary=FIX44", "AppDataDictionary.FIX.5.0SP2=FIX50SP2")
    assert fault.text == "AppDataDictionary and AppDataDictionary.FIX.5.0SP2 are the same and differ"
    (fault,) = faults(*fixt, "AppDataDictionary.FIX.9=x")
    assert "is not a version" in fault.text


def test_a_refused_key_says_why_unless_it_is_empty() -> None:
    (fault,) = faults("ProxyDomain=CORP")
    assert (fault.text, "NTLM is not spoken" in fault.remedy) == ("ProxyDomain is refused", True)
    assert not faults("ProxyDomain=")


def test_a_file_that_cannot_be_read_is_a_fault() -> None:
    (fault,) = read_settings("/nowhere/fix.cfg", {}).faults
    assert (fault.file, fault.text) == ("/nowhere/fix.cfg", "it cannot be read: No such file or directory")
    (fault,) = read_settings("nul\0", {}).faults
    assert "it cannot be read" in fault.text
