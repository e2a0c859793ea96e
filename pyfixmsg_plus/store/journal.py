"""A store that is an append-only journal: one folder a session, one write a commit.

Which bytes a record has, and what survives what, is said in ``docs/decisions/journal.md``.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Sequence
from pathlib import Path

from pyfixmsg_plus._core import JournalReader, SessionJournal, journal_segments, verify_journal
from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store.contract import Record, StoredNumbers, SyncPolicy
from pyfixmsg_plus.store.names import identity, identity_of, safe_name
from pyfixmsg_plus.store.waiting import Committed, Waiting
from pyfixmsg_plus.values import SessionID

__all__ = [
    "MESSAGE",
    "RESET",
    "JournalReader",
    "JournalStore",
    "journal_folder",
    "journal_segments",
    "journal_sessions",
    "verify_journal",
]

# The kinds of records that are looked for outside the compiled module.
MESSAGE, RESET = 1, 5
IDENTITY = "session.json"
SEGMENT_BYTES = 64 * 1024 * 1024


def journal_folder(directory: Path, session_id: SessionID) -> Path:
    """Return the folder of a session's journal."""
    return directory / safe_name(session_id)


def journal_sessions(directory: Path) -> dict[SessionID, Path]:
    """Return the sessions whose journals lie in a directory, with their folders, in the order of their names.

    Raises:
        StoreError: A folder does not say which session it holds.
    """
    found = {}
    for path in sorted(directory.glob(f"*/{IDENTITY}")):
        try:
            found[identity_of(path.read_text(encoding="utf-8"))] = path.parent
        except ValueError as error:
            raise StoreError(f"{path} names no session") from error
    return found


class JournalStore:
    """Messages and numbers of one session in a journal.

    Args:
        directory: Where the journals lie, one folder a session; made if absent, for its owner alone.
        session_id: The session.
        sync: What a commit survives.
        sync_interval_ms: The longest time between a commit and its fsync under ``interval``.
        chained: Link the records by SHA-256, so that a record that is altered, removed or moved is found.
        segment_bytes: The size at which a segment of the journal is ended.
        standby: Look on while another process writes. The first change takes the journal over, if it is free then.

    Raises:
        StoreInUseError: Another writer holds the journal.
        StoreDamagedError: A record is broken that is no torn end of the last write.
        StoreError: The directory cannot be used.
    """

    def __init__(
        self,
        directory: Path,
        session_id: SessionID,
        *,
        sync: SyncPolicy = SyncPolicy.ALWAYS,
        sync_interval_ms: int = 5,
        chained: bool = False,
        segment_bytes: int = SEGMENT_BYTES,
        standby: bool = False,
    ) -> None:
        self.session_id = session_id
        self.folder = journal_folder(directory, session_id)
        self._core = SessionJournal(
            self.folder,
            durability=sync,
            interval_ms=sync_interval_ms,
            chained=chained,
            segment_bytes=segment_bytes,
            standby=standby,
        )
        try:
            _claim(self.folder, session_id, is_writer=not standby)
        except BaseException:
            self._core.close()
            raise
        self._is_synced = sync is not SyncPolicy.NEVER
        self._waiting = Waiting(self._core)

    def numbers(self) -> StoredNumbers:
        """Return the numbers."""
        return StoredNumbers(*self._core.numbers())

    def append(self, seq: int, raw: bytes, now_ns: int) -> None:
        """Keep our message ``seq``, or with no bytes only that its number is used."""
        self._core.append(seq, raw, now_ns)

    def advance(self, next_in: int) -> None:
        """Keep the number expected from the peer."""
        self._core.advance(next_in)

    def set_numbers(self, next_out: int, next_in: int) -> None:
        """Set both next numbers; messages stay."""
        self._core.set_numbers(next_out, next_in)

    def reset(self, next_out: int, next_in: int, created_ns: int) -> None:
        """Set both next numbers and when the session was created; messages before are history."""
        self._core.reset(next_out, next_in, created_ns)

    def commit(self) -> Awaitable[None] | None:
        """Write what was given, in one write; what to await where an fsync is asked for."""
        position = self._core.commit()
        return None if position is None else Committed(self._waiting, position)

    def read(self, begin: int, end: int, limit_bytes: int) -> list[Record]:
        """Return our messages with numbers from ``begin`` to ``end``."""
        return list(map(Record._make, self._core.read(begin, end, limit_bytes)))

    def refresh(self) -> StoredNumbers:
        """Read again what another process wrote, where this one looks on."""
        return StoredNumbers(*self._core.refresh())

    async def history(self) -> AsyncIterator[Record]:
        """Go through every message that is still there, also from before resets."""
        self._core.commit()
        reader = JournalReader(self.folder)
        while records := reader.read():
            for _, kind, number, time_ns, payload in records:
                if kind == MESSAGE:
                    yield Record(number, payload, time_ns)

    @property
    def live_from(self) -> int:
        """The position of the record with which the current sequence begins."""
        return self._core.live_from

    def retire(self, before: int, archive: Path | None = None) -> Sequence[Path]:
        """Remove, or move to a folder, the segments that hold only records before a position; return their files."""
        return self._core.retire(before, archive)

    def close(self) -> Awaitable[None] | None:
        """Write and, unless the policy is ``never``, fsync the rest, and give the journal up."""
        try:
            position = self._core.commit()
            if self._is_synced and position is None:
                position = self._core.sync()
        except BaseException:
            self._core.close()
            raise
        if position is None:
            self._core.close()
            return None
        return self._closed_after(position)

    async def _closed_after(self, position: int) -> None:
        try:
            await self._waiting.until_safe(position)
        finally:
            self._core.close()


def _claim(folder: Path, session_id: SessionID, *, is_writer: bool) -> None:
    """See to it that the folder says which session it holds, and that it is this one."""
    path = folder / IDENTITY
    try:
        held = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if is_writer:
            unfinished = folder / f"{IDENTITY}.new"
            with open(unfinished, "w", encoding="utf-8", opener=_for_owner) as file:
                file.write(identity(session_id))
            unfinished.replace(path)
        return
    if held != identity(session_id):
        raise StoreError(f"{folder} holds the journal of another session: {held}")


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
