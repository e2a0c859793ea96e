"""What is written is read as the same settings, in both forms, and holds references instead of what they stand for."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from pyfixmsg_plus.config import Settings, load_settings, read_settings
from pyfixmsg_plus.config.schema import json_schema
from pyfixmsg_plus.config.writing import to_quickfix, to_toml
from tests.unit.config.generated import settings
from tests.unit.config.texts import INITIATOR, SAMPLES, text

FORMS = pytest.mark.parametrize("form", [to_quickfix, to_toml], ids=["quickfix", "toml"])
VALIDATOR = Draft202012Validator(json_schema())


@FORMS
@given(any_settings=settings())
def test_any_settings_survive_the_way_there_and_back(form: Callable[[Settings], str], any_settings: Settings) -> None:
    written = form(any_settings)
    reading = read_settings(written, {})
    assert not reading.faults, written
    assert reading.settings.sessions == any_settings.sessions, written
    again = form(reading.settings)
    assert form(load_settings(again, {})) == again


@given(any_settings=settings())
def test_what_is_written_as_toml_is_valid_by_the_schema(any_settings: Settings) -> None:
    VALIDATOR.validate(tomllib.loads(to_toml(any_settings)))


def test_the_schema_is_valid_by_its_own_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("[[session]]\nheart_bt_int = -1\n", ["session", 0]),
        ("[default]\nreset_on_logon = 5\n", ["default", "reset_on_logon"]),
        ("[default]\nconnection_type = 'server'\n", ["default", "connection_type"]),
        ("session = 5\n", ["session"]),
    ],
)
def test_the_schema_finds_what_is_wrong(lines: str, path: list[object]) -> None:
    errors = list(VALIDATOR.iter_errors(tomllib.loads(lines)))
    assert [list(error.absolute_path)[: len(path)] for error in errors] == [path[: len(errors[0].absolute_path)]]


@pytest.mark.parametrize("lines", ["[session]\nheart_bt_int = '${H}'\nconnection_type = '${T}'\nown = 5\n"])
def test_the_schema_lets_references_and_unknown_keys_pass(lines: str) -> None:
    assert VALIDATOR.is_valid(tomllib.loads(lines))


@FORMS
@pytest.mark.parametrize(
    "name", ["quickfix.cfg", "quickfixj.cfg", "quickfixgo.cfg", "quickfixn.cfg", "ours.ini", "ours.toml"]
)
def test_every_sample_survives(
    form: Callable[[Settings], str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("keys.p12").write_bytes(b"\x30\x82")
    found = load_settings(SAMPLES / name, {}, connection_type="initiator")
    again = load_settings(form(found), {})
    assert again.sessions == found.sessions


REFERENCES = [
    "HeartBtInt=${H}",
    "Description=a ${H} b",
    "SocketConnectHost=${H}",
    "LogonTag=554=${H}",
    "LogonTag=554=@file:{file}",
    "SocketConnectHost=a\nSocketConnectHost1=${H}\nSocketConnectPort1=1",
    "logon_tag=553=a,554=${H}",
    "Store=mysql://u:${H}@h/d",
    "Store=@file:{url}",
    "MySQLStorePassword=${H}",
    "MySQLStorePassword=@file:{file}",
    "JdbcURL=jdbc:mysql://h/d\nJdbcPassword=${H}",
    "SQLStoreDriver=mysql\nSQLStoreDataSourceName=u:${H}@tcp(h)/d",
    "Weekdays=Mon,${D}",
    "AppDataDictionary.FIX.4.4=${X}",
    "Password=@file:{file}",
    "MyOwn=${H}",
]


@FORMS
@pytest.mark.parametrize("line", REFERENCES)
def test_a_reference_is_written_and_not_what_it_stands_for(
    form: Callable[[Settings], str], line: str, tmp_path: Path
) -> None:
    environ = {"H": "7777", "D": "Tue", "X": "FIX44"}
    (tmp_path / "secret").write_text("7777", encoding="utf-8")
    (tmp_path / "url").write_text("mysql://u:7777@h/d", encoding="utf-8")
    line = line.replace("{file}", str(tmp_path / "secret")).replace("{url}", str(tmp_path / "url"))
    found = load_settings(text(*line.split("\n")), environ)
    written = form(found)
    assert "7777" not in written
    assert load_settings(written, environ).sessions == found.sessions
    assert form(load_settings(written, environ)) == written


@FORMS
def test_what_is_inherited_stays_in_the_defaults(form: Callable[[Settings], str]) -> None:
    base = "[DEFAULT]\n" + "".join(f"{key}={value}\n" for key, value in INITIATOR.items())
    lines = (
        f"{base}EnableNextExpectedMsgSeqNum=Y\nReconnectInterval=60\nSenderSubID=A\n"
        "[SESSION]\nBeginString=FIX.4.2\n[SESSION]\nReconnectInterval=30\nSenderSubID=\nSocketConnectHost=b\n"
    )
    found = load_settings(lines, {})
    written = form(found)
    again = load_settings(written, {})
    assert again.sessions == found.sessions
    # In a section of its own, 789 would be a fault of the session of FIX 4.2.
    assert len(again.warnings) == len(found.warnings) == 1
    assert written.lower().index("reconnect") < written.lower().index("[session")


def test_quickfix_names_are_written_for_quickfix_and_ours_for_toml() -> None:
    found = load_settings(text("SocketConnectHost1=b", "SocketConnectPort1=2", "LogonTag=553=a"), {})
    lines = to_quickfix(found).splitlines()
    assert lines[0] == "[SESSION]"
    assert {"SocketConnectHost=localhost", "SocketConnectHost1=b", "SocketConnectPort1=2", "LogonTag=553=a"} <= set(
        lines
    )
    lines = to_toml(found).splitlines()
    assert lines[0] == "[[session]]"
    assert {'socket_connect_host = ["localhost", "b"]', "socket_connect_port = [9876, 2]", "heart_bt_int = 30"} <= set(
        lines
    )
