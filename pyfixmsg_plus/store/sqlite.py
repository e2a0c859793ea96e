"""A store in a SQLite file, which many sessions and other programs may share.

Numbers are unsigned 64-bit and SQLite's integers are signed: the upper half is kept as negative numbers, and read after
the lower half.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyfixmsg_plus.errors import StoreError, StoreInUseError
from pyfixmsg_plus.store.contract import NUMBER_MAX, Record, StoredNumbers, SyncPolicy, check_numbers
from pyfixmsg_plus.store.database import Database, Statement
from pyfixmsg_plus.store.names import identity, identity_of, safe_name
from pyfixmsg_plus.values import SessionID

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["SqliteStore", "sqlite_sessions"]

_SIGN = 2**63
_KEEP = "INSERT OR REPLACE INTO messages (session, era, seq, raw, stored_ns) VALUES (?, ?, ?, ?, ?)"
_DROP = "DELETE FROM messages WHERE session = ? AND era = ? AND seq = ?"
_NUMBERS = "UPDATE sessions SET next_out = ?, next_in = ?, created_ns = ?, era = ? WHERE id = ?"
_CLAIM = "INSERT OR IGNORE INTO sessions (identity, next_out, next_in, created_ns, era) VALUES (?, 1, 1, NULL, 0)"
_LOAD = "SELECT id, next_out, next_in, created_ns, era FROM sessions WHERE identity = ?"
_READ = "SELECT seq, raw, stored_ns FROM messages WHERE session = ? AND era = ? AND seq BETWEEN ? AND ? ORDER BY seq"

_HISTORY = "SELECT rowid, seq, raw, stored_ns FROM messages WHERE session = ? AND rowid > ? ORDER BY rowid LIMIT 500"

_NOT_AMONG_THE_LATEST = (
    "rowid NOT IN (SELECT rowid FROM messages AS o WHERE o.session = m.session ORDER BY rowid DESC LIMIT ?)"
)

# id, numbers, era
_Loaded = tuple[int, StoredNumbers, int]


def _signed(number: int) -> int:
    return number - 2 * _SIGN if number >= _SIGN else number


def _unsigned(number: int) -> int:
    return number + 2 * _SIGN if number < 0 else number


def _ranges(begin: int, end: int) -> list[tuple[int, int]]:
    """The numbers from ``begin`` to ``end`` as SQLite holds them, in ascending order."""
    halves = ((begin, min(end, _SIGN - 1)), (max(begin, _SIGN), end))
    return [(_signed(low), _signed(high)) for low, high in halves if low <= high]


class _Done:
    """What another thread is doing, to be awaited at most once or not at all."""

    __slots__ = ("_future",)

    def __init__(self, future: "Future[Any]") -> None:
        self._future = future

    def __await__(self) -> Generator[Any, None, Any]:
        return asyncio.wrap_future(self._future).__await__()


class SqliteStore:
    """Messages and numbers of one session in a SQLite file. To be opened with :meth:`open`."""

    def __init__(self, database: Database, session_id: SessionID, loaded: _Loaded | None, lock: int | None) -> None:
        self.session_id = session_id
        self._database = database
        self._lock = lock
        self._id, self._numbers, self._era = loaded or (0, StoredNumbers(1, 1, None), 0)
        self._statements: list[Statement] = []
        self._is_changed = False
        self._is_closed = False
        self._last: Future[None] | None = None

    @classmethod
    async def open(
        cls,
        path: Path,
        session_id: SessionID,
        *,
        sync: SyncPolicy = SyncPolicy.ALWAYS,
        sync_interval_ms: int = 5,
        standby: bool = False,
    ) -> "SqliteStore":
        """Open the store of a session.

        Args:
            path: The file, shared by all sessions; made if absent, for its owner alone.
            session_id: The session.
            sync: What a commit survives.
            sync_interval_ms: The longest time between a commit and its fsync under ``interval``.
            standby: Look on while another process writes. The first change takes the session over, if it is free then.

        Raises:
            StoreInUseError: Another writer holds the session.
            StoreError: The file cannot be used.
        """
        database = await asyncio.to_thread(Database.shared, path, sync, sync_interval_ms)
        lock = None
        try:
            if not standby:
                lock = _locked(database.path, session_id)
                await _Done(database.write([(_CLAIM, (identity(session_id),))]))
            loaded = await _Done(database.ask(partial(_load, identity(session_id))))
        except BaseException:
            if lock is not None:
                os.close(lock)
            await asyncio.to_thread(database.release)
            raise
        return cls(database, session_id, loaded, lock)

    def numbers(self) -> StoredNumbers:
        """Return the numbers."""
        return self._numbers

    def append(self, seq: int, raw: bytes, now_ns: int) -> None:
        """Keep our message ``seq``, or with no bytes only that its number is used."""
        self._take_over()
        check_numbers(seq)
        if seq > NUMBER_MAX:
            raise StoreError(f"there is no number after {seq}")
        if raw:
            self._statements.append((_KEEP, (self._id, self._era, _signed(seq), raw, now_ns)))
        else:
            self._statements.append((_DROP, (self._id, self._era, _signed(seq))))
        _, next_in, created_ns = self._numbers
        self._numbers = StoredNumbers(seq + 1, next_in, now_ns if created_ns is None else created_ns)
        self._is_changed = True

    def advance(self, next_in: int) -> None:
        """Keep the number expected from the peer."""
        self._take_over()
        check_numbers(next_in)
        self._numbers = self._numbers._replace(next_in=next_in)
        self._is_changed = True

    def set_numbers(self, next_out: int, next_in: int) -> None:
        """Set both next numbers; messages stay."""
        self._take_over()
        check_numbers(next_out, next_in)
        self._numbers = self._numbers._replace(next_out=next_out, next_in=next_in)
        self._is_changed = True

    def reset(self, next_out: int, next_in: int, created_ns: int) -> None:
        """Set both next numbers and when the session was created; messages before are history."""
        self._take_over()
        check_numbers(next_out, next_in)
        self._numbers = StoredNumbers(next_out, next_in, created_ns)
        self._era += 1
        self._is_changed = True

    def commit(self) -> Awaitable[None] | None:
        """Hand what was given to the thread that writes; what to await for it."""
        if self._is_closed:
            raise StoreError("the store is closed")
        if not self._is_changed:
            return None if self._last is None or _is_good(self._last) else _Done(self._last)
        next_out, next_in, created_ns = self._numbers
        values = (_signed(next_out), _signed(next_in), created_ns, self._era, self._id)
        statements, self._statements = [*self._statements, (_NUMBERS, values)], []
        self._is_changed = False
        self._last = self._database.write(statements)
        return _Done(self._last)

    async def read(self, begin: int, end: int, limit_bytes: int) -> list[Record]:
        """Return our messages with numbers from ``begin`` to ``end``."""
        self.commit()
        found: list[Record] = await _Done(
            self._database.ask(partial(_read, self._id, self._era, _ranges(begin, end), limit_bytes))
        )
        return found

    async def refresh(self) -> StoredNumbers:
        """Read again what another process wrote."""
        self.commit()
        loaded = await _Done(self._database.ask(partial(_load, identity(self.session_id))))
        if loaded is not None:
            self._id, self._numbers, self._era = loaded
        return self._numbers

    async def close(self) -> None:
        """Write the rest, and give the session up."""
        if self._is_closed:
            return
        try:
            done = self.commit()
            if done is not None:
                await done
        finally:
            self._is_closed = True
            if self._lock is not None:
                os.close(self._lock)
            await asyncio.to_thread(self._database.release)

    async def history(self) -> AsyncIterator[Record]:
        """Go through every message that is still there, also from before resets."""
        self.commit()
        after = -1
        while True:
            found = await _Done(self._database.ask(partial(_read_history, self._id, after)))
            if not found:
                return
            for _, seq, raw, stored_ns in found:
                yield Record(_unsigned(seq), raw, stored_ns)
            after = found[-1][0]

    async def prune(
        self, before_ns: int | None, max_messages: int | None, max_sequences: int | None, *, current: bool
    ) -> int:
        """Remove messages beyond any of the limits that are given, and return how many.

        Args:
            before_ns: Those stored before this time.
            max_messages: The oldest, when there are more than this.
            max_sequences: Those of sequences before the last so many.
            current: Of the current sequence too.
        """
        self._take_over()
        self.commit()
        last_era = self._era if current else self._era - 1
        limits = (before_ns, max_messages, None if max_sequences is None else self._era - max_sequences)
        pruned: int = await _Done(self._database.ask(partial(_prune, self._id, last_era, limits)))
        return pruned

    async def integrity(self) -> list[str]:
        """Return what SQLite finds wrong with the file, a sentence each."""
        found: list[tuple[str]] = await _Done(self._database.ask(_integrity))
        return [text for (text,) in found if text != "ok"]

    def _take_over(self) -> None:
        """Become the writer, where this one looked on so far."""
        if self._is_closed:
            raise StoreError("the store is closed")
        if self._lock is None:
            lock = _locked(self._database.path, self.session_id)
            try:
                # Once in the life of a standby: the one wait for the disk on the event loop.
                self._database.write([(_CLAIM, (identity(self.session_id),))]).result()
                loaded = self._database.ask(partial(_load, identity(self.session_id))).result()
            except BaseException:
                os.close(lock)
                raise
            self._lock = lock
            self._id, self._numbers, self._era = loaded


def _is_good(future: "Future[None]") -> bool:
    return future.done() and future.exception() is None


def _load(named: str, connection: sqlite3.Connection) -> _Loaded | None:
    row = connection.execute(_LOAD, (named,)).fetchone()
    if row is None:
        return None
    return row[0], StoredNumbers(_unsigned(row[1]), _unsigned(row[2]), row[3]), row[4]


def _read(
    session: int, era: int, ranges: list[tuple[int, int]], limit_bytes: int, connection: sqlite3.Connection
) -> list[Record]:
    found: list[Record] = []
    size = 0
    for low, high in ranges:
        for seq, raw, stored_ns in connection.execute(_READ, (session, era, low, high)):
            size += len(raw)
            if found and size > limit_bytes:
                return found
            found.append(Record(_unsigned(seq), raw, stored_ns))
    return found


def _read_history(session: int, after: int, connection: sqlite3.Connection) -> list[tuple[int, int, bytes, int]]:
    return connection.execute(_HISTORY, (session, after)).fetchall()


def _prune(
    session: int, last_era: int, limits: tuple[int | None, int | None, int | None], connection: sqlite3.Connection
) -> int:
    before_ns, max_messages, first_era = limits
    pruned = 0
    for condition, limit in (
        ("stored_ns < ?", before_ns),
        ("era < ?", first_era),
        (
            "rowid NOT IN (SELECT rowid FROM messages WHERE session = m.session ORDER BY rowid DESC LIMIT ?)",
            max_messages,
        ),
    ):
        if limit is not None:
            sql = f"DELETE FROM messages AS m WHERE session = ? AND era <= ? AND {condition}"  # noqa: S608 - ours alone
            pruned += connection.execute(sql, (session, last_era, limit)).rowcount
    return pruned


def _integrity(connection: sqlite3.Connection) -> list[tuple[str]]:
    return connection.execute("PRAGMA integrity_check(10)").fetchall()


def _locked(path: Path, session_id: SessionID) -> int:
    """Lock a session of a file for this process, until the descriptor is closed."""
    lock_path = Path(f"{path}.{safe_name(session_id)}.lock")
    try:
        lock = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"cannot lock {lock_path}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
    except BlockingIOError:
        said = os.pread(lock, 32, 0)
        os.close(lock)
        holder = int(said) if said.isdigit() else None
        by = f"process {holder}" if holder else "another process"
        raise StoreInUseError(f"{session_id} in {path} is being written by {by}", path=path, holder=holder) from None
    except OSError as error:
        os.close(lock)
        raise StoreError(f"cannot lock {lock_path}: {error.strerror}") from error
    return lock


async def sqlite_sessions(path: Path) -> list[SessionID]:
    """Return the sessions of a file, in the order in which they came into it.

    Raises:
        StoreError: The file cannot be read.
    """
    if not path.exists():
        raise StoreError(f"there is no file {path}")
    database = await asyncio.to_thread(Database.shared, path, SyncPolicy.NEVER, 0)
    try:
        rows = await _Done(database.ask(_identities))
    finally:
        await asyncio.to_thread(database.release)
    return [identity_of(text) for (text,) in rows]


def _identities(connection: sqlite3.Connection) -> list[tuple[str]]:
    return connection.execute("SELECT identity FROM sessions ORDER BY id").fetchall()
