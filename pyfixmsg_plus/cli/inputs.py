"""The logs that a command is pointed at, and how far they were read."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import typer

from pyfixmsg_plus.cli.endings import Ending, Failure, note
from pyfixmsg_plus.diagnostics import LogEntry
from pyfixmsg_plus.diagnostics.sources import LogSource, LogSourceError, Progress, size_of

__all__ = ["Input", "no_messages", "opened", "shown_progress", "tell_damages", "until_damage"]

# A bar for less than this would flash up and be gone.
_WORTH_A_BAR = 32 * 1024 * 1024

_FOREIGN = (
    (b"PK\x03\x04", "it is a zip archive: unpack it first"),
    (b"BZh", "it is compressed with bzip2: pipe it in with `bzcat FILE | fixplus parse -`"),
    (b"\xfd7zXZ", "it is compressed with xz: pipe it in with `xzcat FILE | fixplus parse -`"),
    (b"\x28\xb5\x2f\xfd", "it is compressed with zstd: pipe it in with `zstdcat FILE | fixplus parse -`"),
    (b"\xff\xfe", "it is UTF-16: pipe it in with `iconv -f UTF-16 -t UTF-8 FILE | fixplus parse -`"),
    (b"\xfe\xff", "it is UTF-16: pipe it in with `iconv -f UTF-16 -t UTF-8 FILE | fixplus parse -`"),
    (b"\xd4\xc3\xb2\xa1", "it is a packet capture: extract the TCP streams first, such as with tcpflow"),
    (b"\xa1\xb2\xc3\xd4", "it is a packet capture: extract the TCP streams first, such as with tcpflow"),
    (b"\x0a\x0d\x0d\x0a", "it is a packet capture: extract the TCP streams first, such as with tcpflow"),
)


@dataclass(frozen=True, slots=True)
class Input:
    """One log.

    Attributes:
        name: As the user wrote it.
        source: What is read.
    """

    name: str
    source: LogSource

    @property
    def is_live(self) -> bool:
        """Whether more may come while we read: a pipe or a terminal."""
        return size_of(self.source) is None


def _checked(name: str) -> str:
    path = Path(name)
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:
        raise Failure(f"{name}: there is no such file{_nearest(path)}") from None
    if stat.S_ISDIR(kind):
        raise Failure(f"{name} is a directory", f"Name the logs in it, such as {path / '*.log'}.")
    if not os.access(path, os.R_OK):
        raise Failure(f"{name} may not be read", "Ask its owner, or copy it to a place of your own.")
    return name


def _nearest(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"; nor is there a directory {path.parent}" if not path.parent.is_dir() else ""
    close = get_close_matches(path.name, names, n=1)
    return f"; did you mean {path.parent / close[0]}?" if close else ""


def opened(names: Sequence[str]) -> list[Input]:
    """Return the logs of these names; ``-`` is standard input.

    Raises:
        Failure: One cannot be read.
    """
    if names.count("-") > 1:
        raise Failure("standard input can be read once only")
    return [Input("standard input", sys.stdin.buffer) if name == "-" else Input(name, _checked(name)) for name in names]


def no_messages(name: str, source: LogSource) -> str:
    """Say that a log holds no message, and why that may be."""
    if not isinstance(source, str):
        return f"{name}: no FIX message was found"
    with Path(source).open("rb") as stream:
        start = stream.read(4096)
    if not start:
        return f"{name} is empty"
    for magic, remedy in _FOREIGN:
        if start.startswith(magic):
            return f"{name}: no FIX message was found; {remedy}"
    if b"\0" in start:
        return f"{name}: no FIX message was found; it looks like binary data, not like a log"
    if b"8=FIX" in start:
        return f"{name}: no FIX message was found: 8=FIX occurs, but no field stands behind it"
    return f"{name}: no FIX message was found: nothing in it begins with 8=FIX"


def until_damage(entries: Iterable[LogEntry], log: Input, damages: list[str]) -> Iterator[LogEntry]:
    """Return the messages of a log up to where it is damaged, and add to the damages what is wrong there."""
    try:
        yield from entries
    except LogSourceError as error:
        damages.append(f"{log.name}: {error}")


def tell_damages(damages: Sequence[str]) -> None:
    """Say behind the output which logs could not be read to their ends; if there are any, the command ends."""
    if not damages:
        return
    sys.stdout.flush()
    for damage in damages:
        note(damage)
    note("what stands before the damage was read; what stands behind it was not")
    raise typer.Exit(Ending.USAGE)


@contextmanager
def shown_progress(inputs: Sequence[Input], wanted: bool | None, *, is_quiet: bool) -> Iterator[Progress | None]:
    """Show on standard error how far several logs were read.

    Args:
        inputs: The logs.
        wanted: What the user asked for; without a wish it is shown where it disturbs nobody.
        is_quiet: Nothing else is written to the terminal meanwhile.
    """
    sizes = [size_of(log.source) for log in inputs]
    known = [size for size in sizes if size is not None]
    total = sum(known) if len(known) == len(sizes) else None
    worth = total is not None and total >= _WORTH_A_BAR
    is_shown = (sys.stderr.isatty() and is_quiet and worth) if wanted is None else wanted
    if not is_shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=console.is_terminal) as bar:
        task = bar.add_task("reading", total=total)

        def advance(done: int) -> None:
            bar.update(task, completed=done)

        yield advance
