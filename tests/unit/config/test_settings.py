"""Settings made in code: defaults applied, values checked, what follows from others filled in."""

import pickle
from dataclasses import FrozenInstanceError, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.config import (
    ConfigError,
    Day,
    Extra,
    FrozenMap,
    Location,
    LogonTag,
    MsgTypeEntry,
    Secret,
    SessionSettings,
    Settings,
    Source,
    TimeOfDay,
    appl_ver_id,
    load_settings,
)
from tests.unit.config.texts import ACCEPTOR, text


def made(**changes: Any) -> SessionSettings:
    """An initiator with these values."""
    values: dict[str, Any] = {
        "connection_type": "initiator",
        "begin_string": "FIX.4.4",
        "sender_comp_id": "US",
        "target_comp_id": "PEER",
        "heart_bt_int": 30,
        "non_stop_session": True,
        "socket_connect_host": ("localhost",),
        "socket_connect_port": (9876,),
    }
    return SessionSettings(**(values | changes))


def test_every_key_has_its_default() -> None:
    one = made()
    assert (one.logon_timeout, one.logout_timeout, one.max_latency) == (10, 2, 120)
    assert one.test_request_delay_multiplier == Decimal("0.2")
    assert (one.store, one.log) == (Location("memory:"), None)
    assert (one.max_message_size, one.write_buffer_bytes) == (1 << 20, 16 << 20)
    assert one.end_seq_no is None
    assert one.extra == {}


def test_values_may_be_given_as_a_file_writes_them() -> None:
    one = made(heart_bt_int="45", start_time="08:00:00", end_time="17:00:00", non_stop_session="N",
               socket_connect_host="a,b", socket_connect_port="1,2", file_store_path="store")  # fmt: skip
    assert (one.heart_bt_int, one.start_time) == (45, TimeOfDay(8))
    assert one.addresses == (("a", 1), ("b", 2))
    assert one.file_store_path == Path("store")


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        made(heart_bt_int="x", profile="nowhere", socket_connect_port=(), extra={"a=b": "1", "c": "x\ny"})
    assert [fault.key for fault in error.value.faults] == [
        "heart_bt_int", "a=b", "c", "profile", "socket_connect_port",
    ]  # fmt: skip
    assert {(fault.file, fault.line, fault.session) for fault in error.value.faults} == {("", 0, "FIX.4.4:US->PEER")}


def test_an_unknown_key_is_a_fault_under_strict_settings() -> None:
    with pytest.raises(ConfigError, match="Desk: there is no such key"):
        made(strict_settings=True, extra={"Desk": "7"})


def test_one_fault_is_the_text_of_the_error() -> None:
    with pytest.raises(ConfigError, match=r"^FIX.4.4:US->PEER: heart_bt_int: HeartBtInt is missing"):
        made(heart_bt_int=None)


def test_a_name_that_is_no_key_is_refused_by_python() -> None:
    with pytest.raises(TypeError, match="hart_bt_int"):
        made(hart_bt_int=5)


def test_the_version_of_messages_has_two_names() -> None:
    for name in ("default_appl_ver_id", "application_version"):
        one = made(begin_string="FIXT.1.1", **{name: "9"})
        assert one.default_appl_ver_id == one.application_version == "FIX.5.0SP2"
    with pytest.raises(ConfigError, match="They mean the same"):
        made(begin_string="FIXT.1.1", default_appl_ver_id="9", application_version="8")
    assert appl_ver_id("FIX.5.0SP2") == "9"


def test_the_dictionary_of_no_version_belongs_to_the_version_of_messages() -> None:
    one = made(begin_string="FIXT.1.1", application_version="9", app_data_dictionary="FIX50SP2")
    assert one.app_data_dictionary == {"FIX.5.0SP2": "FIX50SP2"}
    assert made(app_data_dictionary="FIX50SP2").app_data_dictionary == {"": "FIX50SP2"}


def test_one_end_of_the_logon_window_is_that_of_the_session() -> None:
    weekly = {"non_stop_session": False, "start_time": "08:00:00", "end_time": "17:00:00", "start_day": "Mon",
              "end_day": "Fri"}  # fmt: skip
    one = made(**weekly, logon_day="Tue")
    assert (one.logon_day, one.logout_day) == (Day.TUESDAY, Day.FRIDAY)
    one = made(**weekly, logout_day="Thu")
    assert (one.logon_day, one.logout_day) == (Day.MONDAY, Day.THURSDAY)
    assert made(**weekly).logon_day is None


def test_a_changed_copy_follows_what_it_was_changed_to() -> None:
    one = made(file_store_path="a", begin_string="FIXT.1.1", application_version="9")
    assert one.replace(file_store_path="b").store == Location("journal:b")
    assert one.replace(application_version="8").default_appl_ver_id == "FIX.5.0SP1"
    assert one.replace(default_appl_ver_id="8").application_version == "FIX.5.0SP1"
    assert one.replace(heart_bt_int=5).replace(heart_bt_int=30) == one
    kept = made(store="sqlite:a").replace(file_store_path="b")
    assert kept.store == Location("sqlite:a")
    with pytest.raises(ConfigError):
        one.replace(profile="nowhere")


def test_a_changed_value_forgets_where_it_came_from() -> None:
    source = Source("fix.cfg", 3, "HeartBtInt")
    one = made(sources={"heart_bt_int": source, "profile": source}, origins={"heart_bt_int": "${H}", "profile": "${P}"})
    changed = one.replace(heart_bt_int=5)
    assert changed.sources == {"profile": source}
    assert changed.origins == {"profile": "${P}"}
    assert one == made()


def test_settings_are_values() -> None:
    one = made(logon_tag="553=u,554=p", app_data_dictionary={"FIX.4.4": "FIX44"}, extra={"a": "b"})
    assert hash(one) == hash(one.replace())
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != made()
    with pytest.raises(FrozenInstanceError):
        one.heart_bt_int = 5  # type: ignore[misc]
    assert not hasattr(one, "__dict__")


def test_a_text_shows_what_is_not_as_ever() -> None:
    assert str(made(sender_sub_id="DESK", session_qualifier="q")) == "FIX.4.4:US/DESK->PEER:q"
    shown = repr(made(logon_tag="554=hunter2", extra={"Password": "hunter2", "Desk": "7"}))
    assert shown.startswith("SessionSettings(begin_string='FIX.4.4', sender_comp_id='US'")
    assert "extra={'Password': '***', 'Desk': '7'}" in shown
    assert "LogonTag(554=***)" in shown
    assert "logon_timeout" not in shown


def test_each_quirk_can_be_set() -> None:
    one = made(end_seq_no="closed", allow_codes=[54, 40], test_request_id="unique", gap_fill_poss_dup=False,
               cme_enhanced_resend=True, enable_last_msg_seq_num_processed=True)  # fmt: skip
    assert (one.end_seq_no, one.allow_codes, one.gap_fill_poss_dup) == ("closed", (54, 40), False)


def test_an_initiator_within_the_process_needs_no_host() -> None:
    one = made(socket_connect_protocol="VM_PIPE", socket_connect_host=())
    assert one.addresses == (("", 9876),)


def test_settings_are_a_sequence_of_sessions() -> None:
    one, two = made(), made(target_comp_id="B")
    settings = Settings((one, two))
    assert (len(settings), list(settings)) == (2, [one, two])


def test_what_a_key_that_is_ignored_says_is_a_note() -> None:
    (note,) = made(socket_synchronous_writes=True).notes()
    assert note.startswith("SocketSynchronousWrites is read and ignored. Writing never waits")


def test_an_acceptor_that_only_this_host_reaches_says_so() -> None:
    (one,) = load_settings(text(base=ACCEPTOR), {})
    (note,) = one.notes()
    assert note.startswith("SocketAcceptAddress is not given: only this host can connect, through 127.0.0.1.")
    (one,) = load_settings(text("SocketAcceptHost=127.0.0.1", base=ACCEPTOR), {})
    assert not one.notes()


def test_small_values_show_themselves() -> None:
    assert str(MsgTypeEntry("D", "S")) == "D:S"
    assert str(MsgTypeEntry("8", "R", "FIX.4.4", is_default=True)) == "8:R:FIX.4.4:default"
    assert str(TimeOfDay(8, 5, 9, "US/Central")) == "08:05:09 US/Central"
    assert TimeOfDay(1, 1, 1).seconds == 3661
    assert repr(LogonTag(553, Secret("u"))) == "LogonTag(553=***)"
    table = FrozenMap({"a": 1})
    assert (len(table), list(table), table["a"], repr(table)) == (1, ["a"], 1, "{'a': 1}")
    assert {table: 1}[FrozenMap({"a": 1})] == 1
    assert repr(Extra({"pwd": "x"})) == "{'pwd': '***'}"
    with pytest.raises(ValueError, match="not in tuple"):
        appl_ver_id("FIX.9")


def test_fields_of_the_settings_are_given_by_name_alone() -> None:
    assert all(field.kw_only for field in fields(SessionSettings))
