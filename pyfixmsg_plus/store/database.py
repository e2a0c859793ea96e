"""One SQLite file, the thread that works on it, and its group commits.

Whatever waits when the thread comes round goes into one transaction, whichever sessions it belongs to: the more there
is to do, the fewer commits it takes. The event loop never waits for the disk.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from pyfixmsg_plus.clock import Clock, SystemClock
from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store.contract import SyncPolicy

__all__ = ["Database"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    next_out INTEGER NOT NULL,
    next_in INTEGER NOT NULL,
    created_ns INTEGER,
    era INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
    session INTEGER NOT NULL,
    era INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    raw BLOB NOT NULL,
    stored_ns INTEGER NOT NULL,
    PRIMARY KEY (session, era, seq)
);
"""
_VERSION = 1
_BUSY_TIMEOUT_S = 10.0
_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000

Statement = tuple[str, Sequence[Any]]


@dataclass(slots=True)
class _Job:
    """What is to be done: statements for the next transaction, or a question after it."""

    done: "Future[Any]"
    statements: Sequence[Statement] = ()
    question: Callable[[sqlite3.Connection], Any] | None = None


@dataclass(slots=True)
class _Safety:
    """The fsyncs that are due under ``interval``."""

    interval_ns: int
    clock: Clock
    due_ns: int | None = field(default=None)

    def left_s(self) -> float | None:
        """Seconds until the next fsync is due; None where none is."""
        if self.due_ns is None:
            return None
        return max(0, self.due_ns - self.clock.now().mono_ns) / _NS_PER_S

    def written(self) -> None:
        """Note that something was written."""
        if self.due_ns is None:
            self.due_ns = self.clock.now().mono_ns + self.interval_ns


class Database:
    """A SQLite file that several sessions of one process share.

    Args:
        path: The file; made if absent, for its owner alone.
        sync: What a commit survives.
        sync_interval_ms: The longest time between a commit and its fsync under ``interval``.
        clock: What says when an fsync is due.

    Raises:
        StoreError: The file cannot be used.
    """

    _open: dict[tuple[Path, SyncPolicy, int], "Database"] = {}  # noqa: RUF012 - shared on purpose
    _lock = threading.Lock()

    def __init__(self, path: Path, sync: SyncPolicy, sync_interval_ms: int, clock: Clock | None = None) -> None:
        self.path = path
        self._sync = sync
        self._safety = _Safety(sync_interval_ms * _NS_PER_MS, clock or SystemClock())
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._users = 0
        self._failure: StoreError | None = None
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreError(f"cannot make {path}: {error.strerror}") from error
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="sqlite-store", daemon=True)
        self._thread.start()
        opened.result()

    @classmethod
    def shared(cls, path: Path, sync: SyncPolicy, sync_interval_ms: int) -> "Database":
        """Return the file as it is open in this process, or open it. Each call is to be followed by a release."""
        key = (path.absolute(), sync, sync_interval_ms)
        with cls._lock:
            database = cls._open.get(key)
            if database is None:
                database = cls._open[key] = cls(key[0], sync, sync_interval_ms)
            database._users += 1
            return database

    def release(self) -> None:
        """Close the file when nobody uses it any more. Waits for its last fsync."""
        with self._lock:
            self._users -= 1
            if self._users > 0:
                return
            self._forget()
        self._jobs.put(None)
        self._thread.join()

    def _forget(self) -> None:
        """Let whoever opens the file next open it anew."""
        for key in [key for key, database in self._open.items() if database is self]:
            del self._open[key]

    def write(self, statements: Sequence[Statement]) -> "Future[None]":
        """Have statements done in the next transaction."""
        return self._put(_Job(Future(), statements=statements))

    def ask(self, question: Callable[[sqlite3.Connection], Any]) -> "Future[Any]":
        """Have a question answered after all that was given before is written."""
        return self._put(_Job(Future(), question=question))

    def _put(self, job: _Job) -> "Future[Any]":
        self._jobs.put(job)
        return job.done

    # ------------------------------------------------------------------------------------------------- on the thread

    def _run(self, opened: "Future[None]") -> None:
        try:
            connection = self._connect()
        except (sqlite3.Error, StoreError) as error:
            opened.set_exception(self._told(error))
            return
        opened.set_result(None)
        try:
            while self._work(connection, self._taken()):
                pass
        finally:
            with suppress(sqlite3.Error):
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL: an fsync of the log ends each commit. NORMAL: the log is synced before it is taken over.
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._sync is SyncPolicy.ALWAYS else 'NORMAL'}")
            self._check_version(connection)
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT")
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_version(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise StoreError(f"{self.path} is written in version {version}, which is not known here")

    def _taken(self) -> list[_Job | None]:
        """Everything that waits; the first is waited for, but not longer than until an fsync is due."""
        try:
            jobs = [self._jobs.get(timeout=self._safety.left_s())]
        except Empty:
            return []
        with suppress(Empty):
            while True:
                jobs.append(self._jobs.get_nowait())
        return jobs

    def _work(self, connection: sqlite3.Connection, jobs: list[_Job | None]) -> bool:
        """Do what was taken; return whether to go on."""
        for writes, question in _rounds(jobs):
            if writes:
                self._write(connection, writes)
            if question is not None:
                self._answer(connection, question)
        ends = None in jobs
        if self._safety.due_ns is not None and (ends or self._safety.left_s() == 0):
            self._fsync()
        return not ends

    def _write(self, connection: sqlite3.Connection, jobs: list[_Job]) -> None:
        if self._failure is None:
            try:
                connection.execute("BEGIN IMMEDIATE")
                for job in jobs:
                    for statement, values in job.statements:
                        connection.execute(statement, values)
                connection.execute("COMMIT")
            except (sqlite3.Error, OverflowError) as error:
                self._fail(error)
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            else:
                if self._sync is SyncPolicy.INTERVAL:
                    self._safety.written()
        for job in jobs:
            if self._failure is None:
                job.done.set_result(None)
            else:
                job.done.set_exception(self._failure)

    def _answer(self, connection: sqlite3.Connection, job: _Job) -> None:
        assert job.question is not None  # noqa: S101 - for the type checker
        try:
            if self._failure is not None:
                raise self._failure
            answer = job.question(connection)
        except (sqlite3.Error, StoreError) as error:
            job.done.set_exception(self._told(error))
        else:
            job.done.set_result(answer)

    def _fsync(self) -> None:
        self._safety.due_ns = None
        try:
            # The log alone: closing a descriptor of the file itself would drop this process's locks on it.
            descriptor = os.open(f"{self.path}-wal", os.O_RDONLY)
        except FileNotFoundError:
            return
        try:
            os.fsync(descriptor)
        except OSError as error:
            self._fail(error)
        finally:
            os.close(descriptor)

    def _fail(self, error: Exception) -> None:
        """After a failure nothing more is acknowledged: what the file holds then is not known."""
        self._failure = StoreError(f"nothing is kept any more since this failed: {self._told(error)}")
        self._failure.__cause__ = error
        with self._lock:
            self._forget()

    def _told(self, error: Exception) -> StoreError:
        return error if isinstance(error, StoreError) else StoreError(f"{self.path}: {error}")


def _rounds(jobs: list[_Job | None]) -> list[tuple[list[_Job], _Job | None]]:
    """Group jobs into transactions, each up to the next question."""
    rounds: list[tuple[list[_Job], _Job | None]] = []
    writes: list[_Job] = []
    for job in jobs:
        if job is None:
            continue
        if job.question is None:
            writes.append(job)
        else:
            rounds.append((writes, job))
            writes = []
    if writes:
        rounds.append((writes, None))
    return rounds
