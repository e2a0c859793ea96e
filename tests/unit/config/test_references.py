"""Values that stand in the environment, in files, or encrypted; and settings that never show a secret."""

import pickle
from pathlib import Path

import pytest

from pyfixmsg_plus.config import ConfigError, Location, Secret, encryption, load_settings
from pyfixmsg_plus.config.kinds import NotReadable
from pyfixmsg_plus.config.references import escaped, escaped_location, escaped_secret
from tests.unit.config.texts import faults, session, text

PROXY = ("ProxyType=http", "ProxyHost=p", "ProxyPort=1", "ProxyUser=u")


def _password(line: str, environ: dict[str, str] | None = None) -> str:
    found = session(*PROXY, f"ProxyPassword={line}", environ=environ).proxy_password
    assert found is not None
    return found.reveal()


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("${A}", "1"),
        ("$(A)", "1"),
        ("x${A}y$(B)z", "x1y2z"),
        ("$${A}", "${A}"),
        ("$$$(A)", "$$(A)"),
        ("$A", "$A"),
        ("${A", "${A"),
        ("${}", "${}"),
        ("$$", "$$"),
        ("${a b}", "${a b}"),
    ],
)
def test_variables_of_the_environment_are_taken(given: str, value: str) -> None:
    assert session(f"Description={given}", environ={"A": "1", "B": "2"}).description == value


def test_a_variable_may_stand_for_any_kind_of_value() -> None:
    one = session("HeartBtInt=${H}", "SocketConnectPort=90${P}", environ={"H": "45", "P": "01"})
    assert (one.heart_bt_int, one.socket_connect_port) == (45, (9001,))


def test_a_variable_that_is_not_there_is_a_fault() -> None:
    (fault,) = faults("HeartBtInt=${NOPE}")
    assert (fault.key, fault.text) == ("HeartBtInt", "the environment has no NOPE")
    assert fault.remedy == "Set NOPE, or write $${NOPE} for the text itself."


def test_a_session_that_gives_a_value_does_not_need_what_it_would_inherit() -> None:
    lines = "[DEFAULT]\nHeartBtInt=${NOPE}\n" + text()
    with pytest.raises(ConfigError, match="the environment has no NOPE"):
        load_settings(lines, {})


def test_a_secret_may_be_the_content_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("hunter2\n", encoding="utf-8")
    assert _password(f"@file:{file}") == "hunter2"
    assert _password("@file:${DIR}/secret", {"DIR": str(tmp_path)}) == "hunter2"
    assert _password(f"@@file:{file}") == f"@file:{file}"
    assert session(f"LogonTag=554=@file:{file}").logon_tag[0].value == Secret("hunter2")
    assert session(f"MyPassword=@file:{file}").extra == {"MyPassword": "hunter2"}


def test_only_secrets_are_taken_from_files() -> None:
    assert session("Description=@file:/etc/hostname", "Other=@file:x").description == "@file:/etc/hostname"


def test_a_file_of_a_secret_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "long").write_bytes(b"x" * 70_000)
    for name, said in (("none", "cannot be read: No such file"), ("binary", "it is no text"), ("long", "is too long")):
        (fault,) = faults(*PROXY, f"ProxyPassword=@file:{tmp_path / name}")
        assert said in fault.text
        assert fault.key == "ProxyPassword"


def test_a_store_may_stand_in_a_file_and_its_password_too(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("p@ss/word", encoding="utf-8")
    one = session(f"Store=postgresql://fix:@file:{file}@db/fix".replace("/secret", "%2Fsecret").replace(
        str(tmp_path), str(tmp_path).replace("/", "%2F")))  # fmt: skip
    assert one.store.reveal() == "postgresql://fix:p%40ss%2Fword@db/fix"
    file.write_text("mysql://fix:hunter2@db/fix\n", encoding="utf-8")
    assert session(f"Store=@file:{file}").store.reveal() == "mysql://fix:hunter2@db/fix"


def test_a_secret_may_be_encrypted(tmp_path: Path) -> None:
    key = encryption.new_key()
    sealed = encryption.encrypt("hunter2", key)
    assert _password(sealed, {"FIXPLUS_CONFIG_KEY": key}) == "hunter2"
    file = tmp_path / "key"
    file.write_text(f"{key}\n", encoding="ascii")
    assert _password(sealed, {"FIXPLUS_CONFIG_KEY_FILE": str(file)}) == "hunter2"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "there is no key to decrypt it with"),
        ({"FIXPLUS_CONFIG_KEY_FILE": "/nowhere"}, "the key file '/nowhere' cannot be read"),
        ({"FIXPLUS_CONFIG_KEY": "short"}, "the key to decrypt it with is none"),
        ({"FIXPLUS_CONFIG_KEY": "A" * 43 + "="}, "it cannot be decrypted with this key"),
    ],
)
def test_without_its_key_an_encrypted_secret_is_a_fault(environ: dict[str, str], said: str) -> None:
    sealed = encryption.encrypt("hunter2", encryption.new_key())
    (fault,) = faults(*PROXY, f"ProxyPassword={sealed}", environ=environ)
    assert said in fault.text
    assert sealed not in str(fault)


def test_a_key_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff")
    with pytest.raises(NotReadable, match="it is no text"):
        encryption.key_from({"FIXPLUS_CONFIG_KEY_FILE": str(tmp_path / "key")})


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    with pytest.raises(NotReadable, match="need the library cryptography") as error:
        encryption.new_key()
    assert error.value.remedy == "Install it: pip install 'pyfixmsg-plus[encryption]'."


@pytest.mark.parametrize("text", ["plain", "${A}", "$$(A)", "$", "a$(B)c${D}"])
def test_what_is_escaped_is_read_as_itself(text: str) -> None:
    assert session(f"Description={escaped(text)}").description == text


@pytest.mark.parametrize("text", ["plain", "${A}", "@file:x", "@@file:x", "@encrypted:", "@other"])
def test_a_secret_that_is_escaped_is_read_as_itself(text: str) -> None:
    assert _password(escaped_secret(text)) == text


@pytest.mark.parametrize(
    "url",
    [
        "memory:",
        "mysql://u:${A}@h/d",
        "mysql://u:%24%7BA%7D@h/d",
        "mysql://u:%40file%3Ax@h/d",
        "mysql://${A}:p@h/${B}",
        "mysql://u@h/d?x=$(A)",
    ],
)
def test_a_url_that_is_escaped_is_read_as_the_same(url: str) -> None:
    found = session(f"Store={escaped_location(url)}").store.reveal()
    assert found.replace("%24%7BA%7D", "${A}") == url.replace("%24%7BA%7D", "${A}")


LEAKY = [
    "ProxyPassword=hunter2",
    "SocketKeyStorePassword=hunter2",
    "LogonTag=554=hunter2",
    "LogonTag=9999=hunter2",
    "Store=mysql://u:hunter2@h/d",
    "Store=mysql://u:x/hunter2@h/d",
    "Store=redis://:hunter2@h",
    "Store=mysql://h/d?password=hunter2",
    "Store=mysql://h/d?sslPassword=hunter2&a=b",
    "Log=mongodb://u:p@hunter2@h/d",
    "MySQLStorePassword=hunter2",
    "PostgreSQLLogPassword=hunter2",
    "OdbcStoreConnectionString=DRIVER={MySQL};PWD=hunter2",
    "JdbcURL=jdbc:postgresql://h/d?user=u&password=hunter2",
    "Password=hunter2",
    "MyApiKey=hunter2",
    "client_secret=hunter2",
]


@pytest.mark.parametrize("line", LEAKY)
def test_no_secret_is_shown_by_settings(line: str) -> None:
    one = session(line)
    assert "hunter2" not in f"{one!r} {one} {one.notes()} {one.extra!r} {one.store} {one.store!r} {one.log}"
    assert "hunter2" in pickle.dumps(one).decode("latin-1")


@pytest.mark.parametrize("line", LEAKY)
def test_no_secret_is_shown_by_errors(line: str) -> None:
    name, _, value = line.partition("=")
    wrong = (line, f"{name}={value}\ud800", "StrictSettings=Y", "Profile=nowhere", "SocketTimeout=x")
    assert "hunter2" not in str(faults(*wrong))


def test_a_secret_is_masked_in_whichever_way_it_is_formatted() -> None:
    secret = Secret("hunter2")
    assert f"{secret} {secret!s} {secret!r} {secret:>5}" == "*** *** Secret(***)   ***"
    assert (bool(secret), bool(Secret(""))) == (True, False)
    assert secret == Secret("hunter2") != Secret("other")
    assert secret != "hunter2"
    assert secret != Location("hunter2")
    assert len({secret, Secret("hunter2")}) == 1
    assert pickle.loads(pickle.dumps(secret)) == secret


def test_the_rest_of_a_url_is_shown() -> None:
    location = Location("PostgreSQL://fix:hunter2@db:5432/fix?table=a")
    assert str(location) == "PostgreSQL://fix:***@db:5432/fix?table=a"
    assert repr(location) == "Location('PostgreSQL://fix:***@db:5432/fix?table=a')"
    assert location.scheme == "postgresql"
    assert Location("no url").scheme == ""
    assert str(Location("redis://fix@db")) == "redis://fix@db"
