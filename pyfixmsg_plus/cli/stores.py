"""The stores that a command is pointed at: their URLs, their sessions, and how far it has come."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyfixmsg_plus.cli.endings import Failure

if TYPE_CHECKING:
    from pyfixmsg_plus.store import MessageStore
    from pyfixmsg_plus.values import SessionID

__all__ = ["Place", "counted", "place_named"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where stores are.

    Attributes:
        kind: ``journal`` or ``sqlite``.
        path: The directory of the journals, or the SQLite file.
    """

    kind: str
    path: Path

    @property
    def url(self) -> str:
        """The URL, as settings write it."""
        return f"{self.kind}:{self.path}"

    async def sessions(self) -> "list[SessionID]":
        """Return the sessions that have a store here.

        Raises:
            Failure: There is nothing here.
        """
        from pyfixmsg_plus.store import journal_sessions, sqlite_sessions

        if not self.path.exists():
            raise Failure(f"{self.path}: there is no such {'directory' if self.kind == 'journal' else 'file'}")
        return list(journal_sessions(self.path)) if self.kind == "journal" else await sqlite_sessions(self.path)

    async def chosen(self, named: str | None) -> "list[SessionID]":
        """Return the sessions that a name stands for: all, the one of this name, or the one whose name holds it.

        Raises:
            Failure: It stands for none, or for several.
        """
        known = await self.sessions()
        if not known:
            raise Failure(f"{self.path} holds no session")
        if named is None:
            return known
        exact = [session_id for session_id in known if str(session_id) == named]
        found = exact or [session_id for session_id in known if named in str(session_id)]
        if len(found) != 1:
            text = "no session" if not found else f"{len(found)} sessions"
            listed = "\n".join(f"  {session_id}" for session_id in (found or known)[:20])
            raise Failure(f"--session: {named} stands for {text} here", listed)
        return found

    @asynccontextmanager
    async def store(self, session_id: "SessionID", *, standby: bool = False) -> "AsyncIterator[MessageStore]":
        """Open the store of a session, and close it after use."""
        from pyfixmsg_plus.store import open_store
        from pyfixmsg_plus.store.query import settled

        sync = "never" if standby else "always"
        store = await settled(open_store(self.url, session_id, sync=sync, standby=standby))
        try:
            yield store
        finally:
            await settled(store.close())


def place_named(url: str) -> Place:
    """Return the place of a URL, or of a path that is there.

    Raises:
        Failure: It is none.
    """
    kind, colon, rest = url.partition(":")
    if colon and rest and kind in ("journal", "sqlite"):
        return Place(kind, Path(rest))
    path = Path(url)
    if path.is_dir():
        return Place("journal", path)
    if path.is_file():
        return Place("sqlite", path)
    raise Failure(f"{url}: there is no such store", "Name it as the settings do: journal:<directory> or sqlite:<file>.")


@contextmanager
def counted(doing: str, total: int | None, wanted: bool | None) -> Iterator[Callable[[object], None] | None]:
    """Show on standard error how many messages were done; by itself on a terminal, where it is worth it.

    Args:
        doing: What is done, in a word.
        total: How many there may be.
        wanted: What the user asked for.
    """
    import sys

    is_worth_it = total is not None and total >= _WORTH_A_BAR
    is_shown = (sys.stderr.isatty() and not sys.stdout.isatty() and is_worth_it) if wanted is None else wanted
    if not is_shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=console.is_terminal) as bar:
        task = bar.add_task(doing, total=total)

        def one(_message: object) -> None:
            bar.advance(task)

        yield one


# Fewer messages are done before a bar could be read.
_WORTH_A_BAR = 50_000
