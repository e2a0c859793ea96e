"""Run the command within the test, or as a process of its own."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from typer.testing import CliRunner, Result

from pyfixmsg_plus.cli import app

__all__ = ["SAMPLE", "process", "run", "started"]

SAMPLE = str(Path(__file__).resolve().parents[3] / "examples" / "data" / "every_kind.log")
_COMMAND = (sys.executable, "-m", "pyfixmsg_plus.cli")


def run(*arguments: str, given: bytes = b"") -> Result:
    """The command with these arguments and this standard input."""
    result = CliRunner().invoke(app, arguments, input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def process(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as a process that has ended."""
    return subprocess.run([*_COMMAND, *arguments], input=given, capture_output=True, timeout=60, check=False)


def started(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """The command as a process that runs, and hears Ctrl-C even where the tests themselves were started without."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([*_COMMAND, *arguments], **pipes)  # type: ignore[call-overload,no-any-return]
    finally:
        signal.signal(signal.SIGINT, before)
