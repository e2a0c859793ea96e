"""The command as a process: pipes, signals, memory, start."""

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.run import SAMPLE, process, run, started
from tests.wire import wire

MESSAGE = wire("8=FIX.4.4|35=D|34=7|11=A1|55=AAPL|54=1|60=20260302-14:30:00.000|38=100|40=2|44=10.50|") + b"\n"


def test_the_version_and_the_licences_are_told() -> None:
    told = process("--version", "--licenses")
    assert told.returncode == 0
    lines = told.stdout.decode().splitlines()
    assert lines[0].startswith("fixplus 0.")
    acknowledgement = "This product includes software developed by quickfixengine.org (http://www.quickfixengine.org/)."
    assert acknowledgement in lines
    assert "Copyright (c) FIX Protocol Limited" in told.stdout.decode()
    assert run("--licences").stdout in told.stdout.decode()


def test_the_version_is_told_without_loading_what_is_not_needed() -> None:
    code = (
        "import sys; from pyfixmsg_plus.cli import app; import typer.testing as t;"
        "t.CliRunner().invoke(app, ['--version']);"
        "print([name for name in ('rich.table', 'rich.progress') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_without_a_command_the_help_is_shown_and_it_ends_with_2() -> None:
    result = run()
    assert result.exit_code == 2
    assert "dictionary" in result.stdout
    assert run("parse").exit_code == 2
    assert run("parse", "--sumary", SAMPLE).exit_code == 2
    assert run("--help").exit_code == 0


def test_plain_and_compressed_logs_are_read_from_a_pipe() -> None:
    for given in (MESSAGE, gzip.compress(MESSAGE)):
        done = process("parse", "-", given=given)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"buy 100 AAPL @ 10.50" in done.stdout


def test_a_message_is_shown_as_soon_as_it_is_there() -> None:
    with started(["parse", "--raw", "-"]) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        # What begins a second message ends the first.
        running.stdin.write(MESSAGE + MESSAGE[:20])
        running.stdin.flush()
        assert running.stdout.readline().startswith(b"8=FIX.4.4|")
        running.kill()


@pytest.mark.parametrize(("arguments", "is_good"), [
    ("parse -", True), ("parse -", False), ("parse --json -", True), ("validate -", False),
    ("validate --json -", False),
])  # fmt: skip
def test_a_reader_that_goes_away_ends_the_command_as_it_ends_cat(arguments: str, is_good: bool) -> None:
    given = MESSAGE if is_good else MESSAGE.replace(b"54=1", b"54=z")
    command = f"'{sys.executable}' -m pyfixmsg_plus.cli {arguments} | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], input=given * 20_000, capture_output=True, check=False)
    *shown, code = done.stdout.splitlines()
    assert len(shown) == 1
    assert (code, done.stderr) == (b"141", b"")


CUT = gzip.compress(MESSAGE * 3 + MESSAGE.replace(b"54=1", b"54=z"), mtime=0)[:-12]


@pytest.mark.parametrize(("arguments", "shown"), [
    (["parse"], "AAPL"), (["parse", "--raw"], "55=AAPL"), (["parse", "--json"], '"Symbol":"AAPL"'),
    (["parse", "--summary"], "messages  9: "), (["parse", "--summary", "--json"], '"messages": 9,'),
    (["parse", "--summary", "--validate"], "messages  9: "), (["parse", "--summary", "--filter", "35=D"], "messages"),
    (["validate"], "9 messages: "), (["validate", "--json"], '"reasons": ["'),
], ids=str)  # fmt: skip
def test_of_a_log_that_is_cut_what_was_read_is_shown_and_what_broke_is_said(
    arguments: list[str], shown: str, tmp_path: Path
) -> None:
    cut, whole, other = tmp_path / "cut.gz", tmp_path / "whole.log", tmp_path / "other.gz"
    cut.write_bytes(CUT)
    other.write_bytes(CUT)
    whole.write_bytes(MESSAGE)
    done = process(*arguments, str(cut), str(whole), str(other))
    assert done.returncode == 2
    told = done.stderr.decode()
    for path in (cut, other):
        assert f"{path}: the gzip data end too early, after {len(CUT)} bytes" in told
    assert "what stands before the damage was read" in told
    assert "Traceback" not in told
    assert shown in done.stdout.decode()


def test_the_summary_for_programs_names_the_damaged_logs(tmp_path: Path) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(CUT)
    (damage,) = json.loads(process("parse", "--summary", "--json", str(cut)).stdout)["damages"]
    assert (damage["file"], damage["offset"]) == (str(cut), len(CUT))
    assert damage["text"].startswith("the gzip data end too early")


def test_a_log_of_which_nothing_could_be_read_says_so_alone(tmp_path: Path) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(CUT[:12])
    for arguments in (["parse"], ["parse", "--summary"], ["validate"]):
        done = process(*arguments, str(cut))
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"the gzip data end too early" in done.stderr
        assert b"no FIX message" not in done.stderr


@pytest.mark.parametrize("arguments", [
    ["parse"], ["parse", "--pretty"], ["parse", "--json"], ["parse", "--raw"], ["validate"],
    ["parse", "--csv", "--columns", "55,Price,49"],
], ids=str)  # fmt: skip
def test_fields_that_a_user_names_are_hidden(arguments: list[str]) -> None:
    done = process(*arguments, "--hide", "Symbol, 44,49,", "-", given=MESSAGE)
    assert done.returncode == 0, done.stderr
    for value in (b"AAPL", b"10.50", b"PEER"):
        assert value not in done.stdout


def test_a_field_that_nobody_knows_cannot_be_hidden() -> None:
    done = process("parse", "--hide", "Simbol", "-", given=MESSAGE)
    assert done.returncode == 2
    assert b"--hide: " in done.stderr
    assert b"Symbol" in done.stderr


def test_ctrl_c_ends_with_130_and_without_a_word() -> None:
    with started(["parse", "--raw", "-"]) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(MESSAGE + MESSAGE[:20])
        running.stdin.flush()
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
        assert running.stderr is not None
        assert b"Traceback" not in running.stderr.read()


def _peak_of(arguments: list[str]) -> int:
    """Bytes of memory that the command held at most."""
    code = (
        "import resource, subprocess, sys;"
        "done = subprocess.run([sys.executable, '-m', 'pyfixmsg_plus.cli', *sys.argv[1:]], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.returncode)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True)
    peak, code_found = done.stdout.split()
    assert int(code_found) == 0
    return int(peak) * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.parametrize("form", [["--summary"], ["--limit", "2000"], ["--csv", "--filter", "35=8"]])
def test_memory_does_not_grow_with_the_log(tmp_path: Path, form: list[str]) -> None:
    path = tmp_path / "large.log"
    with path.open("wb") as log:
        for _ in range(30):
            log.write(MESSAGE * (1_000_000 // len(MESSAGE)))
    assert _peak_of(["parse", *form, str(path)]) < 100_000_000
