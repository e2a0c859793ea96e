"""How a command ends: codes for scripts, and errors that say what to do."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from pyfixmsg_plus.errors import DictionaryError, PyFixMsgError

__all__ = ["Ending", "Failure", "guarded", "note"]


class Ending(IntEnum):
    """The code with which the process ends."""

    GOOD = 0
    # Invalid messages, or differences, were found.
    FOUND = 1
    # The command was not understood, or its input could not be read.
    USAGE = 2
    INTERRUPTED = 130
    # Whoever reads the output went away, as `head` does: as if SIGPIPE had ended the process, which ends cat or grep.
    READER_GONE = 141


class Failure(Exception):  # noqa: N818 # how a command ends, beside Ending
    """Something that the user can put right.

    Args:
        text: What is wrong.
        remedy: What to do about it, on a line of its own.
    """

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.remedy = remedy


def note(text: str) -> None:
    """Tell the user something beside the output."""
    print(f"fixplus: {text}", file=sys.stderr)


def _refuse(text: str, remedy: str = "") -> typer.Exit:
    note(text)
    if remedy:
        print(remedy, file=sys.stderr)
    return typer.Exit(Ending.USAGE)


def _dictionary_remedy(error: DictionaryError) -> str:
    shown = error.faults[:10]
    lines = [f"  {fault.file}:{fault.line}: {f'{fault.element} {fault.name}'.strip()}: {fault.text}" for fault in shown]
    if len(error.faults) > len(shown):
        lines.append(f"  and {len(error.faults) - len(shown)} more")
    return "\n".join(lines)


def _silence_output() -> None:
    """Let nothing more be written to a reader that has gone away, not even when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        return
    finally:
        os.close(nowhere)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever can go wrong in a command into its ending."""
    try:
        yield
        sys.stdout.flush()
    except Failure as failure:
        raise _refuse(str(failure), failure.remedy) from failure
    except DictionaryError as error:
        first, _, _ = str(error).partition("\n")
        raise _refuse(first, _dictionary_remedy(error)) from error
    except PyFixMsgError as error:
        raise _refuse(str(error)) from error
    except BrokenPipeError as error:
        _silence_output()
        raise typer.Exit(Ending.READER_GONE) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise _refuse(f"{where}{error.strerror or error}") from error
    except KeyboardInterrupt as error:
        raise typer.Exit(Ending.INTERRUPTED) from error
