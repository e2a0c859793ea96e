"""The command as a process: pipes, signals, memory, start."""

import gzip
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


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"'{sys.executable}' -m pyfixmsg_plus.cli parse - | head -n 1"
    done = subprocess.run(["bash", "-c", command], input=MESSAGE * 20_000, capture_output=True, check=False)
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


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
