"""Files in the manner of each engine, and in ours, are read as they are."""

from decimal import Decimal
from pathlib import Path

import pytest

from pyfixmsg_plus.config import SessionSettings, TimeOfDay, load_settings, read_settings
from tests.unit.config.texts import SAMPLES, loaded


@pytest.fixture
def in_samples(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The files that samples name exist."""
    for name in ("client.pem", "client.key", "keys.p12"):
        (tmp_path / name).write_bytes(b"\x30\x82")
    monkeypatch.chdir(tmp_path)


def test_a_file_of_quickfix() -> None:
    one, two = loaded("quickfix.cfg")
    assert str(one) == "FIX.4.1:TW->ARCA"
    assert one.addresses == (("123.123.123.123", 9823),)
    assert (one.reconnect_interval, two.reconnect_interval) == (60, 30)
    assert two.addresses == (("3.3.3.3", 6523), ("8.8.8.8", 8392), ("12.12.12.12", 2932))
    assert two.host_selection_policy == "PRIORITY"
    assert (two.store.reveal(), two.log and two.log.reveal()) == ("journal:store", "file:log")
    assert (two.socket_certificate_file, two.socket_private_key_file) == (Path("client.pem"), Path("client.key"))
    assert (two.timestamp_precision, two.need_client_auth, two.ssl_protocol) == (0, True, "TLSv1.2")


@pytest.mark.usefixtures("in_samples")
def test_a_file_of_quickfix_j() -> None:
    one, two = loaded("quickfixj.cfg")
    assert one.start_time == TimeOfDay(0, 0, 0, "US/Central")
    assert one.allowed_remote_addresses == ("10.0.0.0/8", "192.168.1.7")
    assert one.store.reveal() == "postgresql://fix:s3cret@db.example:5432/fix?messages_table=msgs"
    assert str(one.store) == "postgresql://fix:***@db.example:5432/fix?messages_table=msgs"
    assert one.socket_private_key_password is not None
    assert one.socket_private_key_password.reveal() == "changeit"
    assert (one.timestamp_precision, one.need_client_auth, one.socket_use_ssl) == (6, True, True)
    assert one.cipher_suites == ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")
    assert two.default_appl_ver_id == two.application_version == "FIX.5.0SP2"
    assert two.acceptor_template


@pytest.mark.usefixtures("in_samples")
def test_what_is_ignored_is_told_once() -> None:
    notes = load_settings(SAMPLES / "quickfixj.cfg", {}).notes
    assert [note.key for note in notes] == ["KeyManagerFactoryAlgorithm", "SocketSynchronousWrites"]


def test_a_file_of_quickfix_go() -> None:
    one, two = loaded("quickfixgo.cfg")
    assert one.store.reveal() == "mysql://fix:p%40ss%2Fword@db:3306/fix?parseTime=true&connection_lifetime_s=14400"
    assert "ss" not in str(one.store).partition("@")[0].partition("//")[2].replace("***", "")
    assert [str(day) for day in one.weekdays] == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert (one.socket_timeout, one.time_zone) == (30, "America/New_York")
    assert (two.default_appl_ver_id, two.timestamp_precision, two.ssl_validate_certificates) == ("FIX.5.0SP2", 9, True)


def test_a_file_that_does_not_say_who_connects_needs_to_be_told() -> None:
    faults = read_settings(SAMPLES / "quickfixgo.cfg", {}).faults
    assert {(fault.key, fault.text) for fault in faults} == {("ConnectionType", "ConnectionType is missing")}
    (one,) = load_settings(SAMPLES / "quickfixn.cfg", {}, connection_type="acceptor").sessions
    assert one.connection_type == "initiator"


def test_a_file_of_quickfix_n() -> None:
    (one,) = loaded("quickfixn.cfg")
    assert str(one) == "FIX.4.4:CLIENT/DESK->SIMPLE"
    assert (one.non_stop_session, one.socket_use_ssl, one.sni_host_name) == (True, True, "fix.example")
    assert one.redact_fields_in_logs == (554, 925, 96, 1402, 1404, 58, 1)
    assert (one.redaction_log_text, one.socket_nodelay, one.socket_send_timeout) == ("<redacted>", False, 5000)


def _check_ours(one: SessionSettings) -> None:
    assert one.addresses == (("a.example", 9001), ("b.example", 9002))
    assert [(field.tag, field.value.reveal()) for field in one.logon_tag] == [(553, "trader"), (554, "secret")]
    assert "secret" not in repr(one)


def test_a_file_with_our_names() -> None:
    (one,) = loaded("ours.ini")
    _check_ours(one)
    assert one.default_appl_ver_id == "FIX.5.0SP2"
    assert one.supported_app_versions == ("FIX.4.4", "FIX.5.0SP1")
    assert one.app_data_dictionary == {"FIX.4.4": "FIX.4.4"}
    assert one.max_message_size == 2 << 20


def test_a_file_in_toml() -> None:
    one, two = loaded("ours.toml")
    _check_ours(one)
    assert (one.start_time, one.reset_on_logon) == (TimeOfDay(8), True)
    assert (two.default_appl_ver_id, two.test_request_delay_multiplier) == ("FIX.5.0SP2", Decimal("0.5"))
    assert two.app_data_dictionary == {"FIX.4.4": "FIX.4.4"}


@pytest.mark.parametrize("name", ["quickfix.cfg", "quickfixgo.cfg", "quickfixn.cfg", "ours.ini", "ours.toml"])
def test_the_form_is_recognised_without_a_name(name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    text = text[text.index("[") :]
    assert load_settings(text, {}, connection_type="initiator").sessions == loaded(name)


def test_every_key_has_the_line_it_came_from() -> None:
    one, two = loaded("ours.toml")
    assert (one.sources["sender_comp_id"].line, one.sources["sender_comp_id"].is_default) == (3, True)
    assert (one.sources["reset_on_logon"].line, two.sources["socket_connect_host"].line) == (15, 21)
    assert loaded("quickfix.cfg")[1].sources["heart_bt_int"].line == 31


def test_no_sample_has_a_fault() -> None:
    assert not read_settings(SAMPLES / "ours.toml", {}).faults
