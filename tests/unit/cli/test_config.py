"""``fixplus config``: what it says, and how it ends."""

import io
import json
import os
import stat
from pathlib import Path

import pytest
import typer

from pyfixmsg_plus.cli import config
from pyfixmsg_plus.config import load_settings
from tests.unit.cli.run import run
from tests.unit.config.texts import SAMPLES, text


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fix.cfg"
    lines = text("Password=hunter2", "Desk=7", "LogonTag=554=hunter2", "HartBtInt=5", "SendResetSeqNumFlag=Y")
    path.write_text(lines, encoding="utf-8")
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.cfg"
    path.write_text(text("HeartBtInt=x", "StartTime"), encoding="utf-8")
    return path


def test_settings_that_can_be_used_end_with_0(file: Path) -> None:
    result = run("config", "check", str(file))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[-1] == "1 session can be used: 3 warnings, 1 note"
    assert f"warning {file}:14: [SESSION]: HartBtInt: there is no such key" in lines
    assert "        Did you mean HeartBtInt?" in lines
    assert f"note    {file}:15: [SESSION]: SendResetSeqNumFlag: SendResetSeqNumFlag is read and ignored" in lines


def test_every_fault_is_explained_and_the_command_ends_with_1(faulty: Path) -> None:
    result = run("config", "check", str(faulty))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"fault   {faulty}:1: FIX.4.4:US->PEER: StartTime: StartTime is missing",
        "        Write StartTime=00:00:00, or NonStopSession=Y for a session without a schedule.",
        f"fault   {faulty}:9: [SESSION]: HeartBtInt: 'x' is not whole seconds",
        "        Write whole seconds.",
        "the settings cannot be used: 2 faults",
    ]


def test_the_settings_are_shown_in_the_end_with_secrets_masked(file: Path) -> None:
    result = run("config", "check", str(file), "--show")
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert {"FIX.4.4:US->PEER", "heart_bt_int = 30", "logon_tag = 554=***", "Password = ***  (not ours)"} <= set(lines)
    assert "hunter2" not in result.stdout


def test_programs_read_json(file: Path, faulty: Path) -> None:
    data = json.loads(run("config", "check", str(faulty), "--json").stdout)
    assert (data["usable"], data["sessions"], len(data["faults"])) == (False, [], 2)
    assert data["faults"][1] == {
        "file": str(faulty), "line": 9, "session": "[SESSION]", "key": "HeartBtInt",
        "text": "'x' is not whole seconds", "remedy": "Write whole seconds.",
    }  # fmt: skip
    result = run("config", "check", str(file), "--json", "--show")
    (session,) = json.loads(result.stdout)["sessions"]
    assert (session["session"], session["settings"]["heart_bt_int"]) == ("FIX.4.4:US->PEER", "30")
    assert session["settings"]["logon_timeout"] == "10"
    assert session["settings"]["extra"] == {"Password": "***", "Desk": "7", "HartBtInt": "5"}
    assert "hunter2" not in result.stdout


def test_the_environment_overrides_what_is_checked_and_not_what_is_converted(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIXPLUS_HEART_BT_INT", "45")
    assert "  heart_bt_int = 45" in run("config", "check", str(file), "--show").stdout.splitlines()
    assert "HeartBtInt=30" in run("config", "convert", str(file), "--to", "quickfix").stdout.splitlines()


@pytest.mark.parametrize("form", ["toml", "quickfix"])
def test_a_file_is_converted(tmp_path: Path, form: str) -> None:
    source = SAMPLES / "ours.toml"
    output = tmp_path / "out.txt"
    result = run("config", "convert", str(source), "--to", form, "--output", str(output))
    assert result.exit_code == 0
    assert load_settings(output, {}).sessions == load_settings(source, {}).sessions
    assert run("config", "convert", str(source), "--to", form).stdout == output.read_text(encoding="utf-8")


def test_warnings_of_a_conversion_are_told_beside_it(file: Path) -> None:
    result = run("config", "convert", str(file))
    assert "HartBtInt: there is no such key. Did you mean HeartBtInt?" in result.stderr
    assert 'HartBtInt = "5"' in result.stdout


def test_the_schema_is_printed() -> None:
    schema = json.loads(run("config", "schema").stdout)
    assert "heart_bt_int" in schema["$defs"]["session"]["properties"]


def test_a_secret_is_encrypted_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key"
    made = run("config", "encrypt", "--new-key", str(key))
    assert (made.exit_code, made.stdout) == (0, "")
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600  # noqa: PTH116 # beside S_IMODE
    sealed = run("config", "encrypt", "--key-file", str(key), given=b"hunter2\n").stdout.strip()
    assert sealed.startswith("@encrypted:")
    monkeypatch.setenv("FIXPLUS_CONFIG_KEY_FILE", str(key))
    assert run("config", "encrypt", given=b"hunter2").stdout.startswith("@encrypted:")
    (one,) = load_settings(text(f"LogonTag=554={sealed}"))
    assert one.logon_tag[0].value.reveal() == "hunter2"


def test_a_person_types_the_secret_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def prompt(_text: str, **options: object) -> str:
        asked.append(options)
        return "hunter2"

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr("sys.stdin", _Terminal())
    assert config._secret() == "hunter2"
    assert asked == [{"hide_input": True, "err": True}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "nowhere.cfg"), "nowhere.cfg: there is no such file"),
        (("check", "."), ". is a directory"),
        (("convert", "nowhere.cfg"), "nowhere.cfg: there is no such file"),
        (("convert", "fix.cfg", "--to", "yaml"), "--to yaml: there are toml, quickfix"),
        (("convert", "faulty.cfg"), "StartTime is missing"),
        (("convert", "faulty.cfg"), "and 1 more; `fixplus config check faulty.cfg` tells all"),
        (("encrypt",), "there is no key to decrypt it with"),
        (("encrypt", "--key-file", "nowhere"), "the key file 'nowhere' cannot be read"),
        (("encrypt", "--new-key", "fix.cfg"), "fix.cfg is there already"),
        (("schema", "--output", "no/such/place"), "No such file or directory"),
    ],
)
def test_what_cannot_be_done_says_why(
    file: Path, faulty: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(file.parent)
    result = run("config", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    run("config", "encrypt", "--new-key", str(tmp_path / "key"))
    result = run("config", "encrypt", "--key-file", str(tmp_path / "key"), given=b" \n")
    assert (result.exit_code, "standard input holds no secret" in result.stderr) == (2, True)
