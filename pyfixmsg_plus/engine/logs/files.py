"""Two files a session, in the layout of the QuickFIX family: messages and events.

``<BeginString>-<SenderCompID>-<TargetCompID>.messages.current.log`` holds a line a message, in both directions, with
its SOH bytes; ``.event.current.log`` a line an event. A line begins with the time, ``YYYYMMDD-HH:MM:SS.ffffff : ``.
Lines wait in memory until there are enough of them or a short time is over, so that a message costs no write.
"""

import asyncio
import hashlib
import os
import re
from pathlib import Path

from pyfixmsg_plus.engine.logs.contract import is_heartbeat
from pyfixmsg_plus.engine.logs.lines import LineTimes
from pyfixmsg_plus.engine.logs.redaction import Redaction
from pyfixmsg_plus.values import SessionID

__all__ = ["FileLog", "file_prefix"]

# What waits at most, and how long: a crash loses no more of the log than this.
_BUFFER_BYTES = 64 * 1024
_FLUSH_AFTER_S = 0.1

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def file_prefix(session_id: SessionID) -> str:
    """Return how the files of a session begin.

    What cannot stand in the name of a file is replaced; then a digest keeps the names of different sessions apart.
    """
    parts = [session_id.begin_string, session_id.sender_comp_id, session_id.target_comp_id]
    parts += [part for part in (session_id.sender_sub_id, session_id.target_sub_id) if part]
    parts += [session_id.session_qualifier] if session_id.session_qualifier else []
    written = "-".join(parts)
    safe = _UNSAFE.sub("_", written)[:120]
    if safe != written:
        safe = f"{safe}-{hashlib.sha256(repr(session_id).encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return safe


class _File:
    """One file, written in pieces."""

    __slots__ = ("_file", "_size", "_waiting", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[bytes] = []
        self._size = 0
        self._file = _opened(path)

    def add(self, line: bytes) -> bool:
        """Take a line; the answer says whether enough wait to be written."""
        self._waiting.append(line)
        self._size += len(line)
        return self._size >= _BUFFER_BYTES

    def write(self) -> None:
        if self._waiting:
            data = memoryview(b"".join(self._waiting))
            self._waiting.clear()
            self._size = 0
            while data:
                data = data[os.write(self._file, data) :]

    def move(self, folder: Path) -> None:
        """Move what is there to the first free ``.backup.<n>.log`` of a folder, and begin anew."""
        self.write()
        os.close(self._file)
        folder.mkdir(parents=True, exist_ok=True)
        stem = self.path.name.removesuffix(".current.log")
        number = 1
        while (target := folder / f"{stem}.backup.{number}.log").exists():
            number += 1
        if self.path.stat().st_size:
            self.path.replace(target)
        self._file = _opened(self.path)

    def close(self) -> None:
        try:
            self.write()
        finally:
            os.close(self._file)


def _opened(path: Path) -> int:
    # Messages are their owner's business.
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


class FileLog:
    """Messages and events of one session in files.

    Args:
        folder: Where the files lie; made if absent.
        session_id: The session.
        redaction: What is masked.
        backup_folder: Where the files of an earlier interval of the session go; nothing: they go on.
        heartbeats: Write Heartbeats(35=0) too.
        fraction: Write the fraction of the second.
        message_times: Write the time before messages.

    Raises:
        OSError: The files cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        session_id: SessionID,
        redaction: Redaction,
        *,
        backup_folder: Path | None = None,
        heartbeats: bool = False,
        fraction: bool = True,
        message_times: bool = True,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        prefix = file_prefix(session_id)
        self._redaction = redaction
        self._backup_folder = backup_folder
        self._heartbeats = heartbeats
        self._message_times = message_times
        self._times = LineTimes(6 if fraction else 0)
        self._messages = _File(folder / f"{prefix}.messages.current.log")
        self._events = _File(folder / f"{prefix}.event.current.log")
        self._timer: asyncio.TimerHandle | None = None

    def incoming(self, raw: bytes, utc_ns: int) -> None:
        """Take a message of the peer."""
        self._message(raw, utc_ns)

    def outgoing(self, raw: bytes, utc_ns: int) -> None:
        """Take a message of ours."""
        self._message(raw, utc_ns)

    def event(self, text: str, utc_ns: int) -> None:
        """Take something that happened, in words."""
        line = f"{self._times.text(utc_ns)} : {text}".replace("\n", " ").replace("\r", " ")
        self._add(self._events, line.encode("utf-8", "backslashreplace") + b"\n")

    def backup(self) -> None:
        """Move the files of the interval that is over, where a folder for them was named."""
        if self._backup_folder is not None:
            self._messages.move(self._backup_folder)
            self._events.move(self._backup_folder)

    def flush(self) -> None:
        """Write what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._messages.write()
        self._events.write()

    def close(self) -> None:
        """Write what waits and close the files."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            self._messages.close()
        finally:
            self._events.close()

    def _message(self, raw: bytes, utc_ns: int) -> None:
        if not self._heartbeats and is_heartbeat(raw):
            return
        raw = self._redaction.of(raw)
        line = b"%s : %s\n" % (self._times.text(utc_ns).encode("ascii"), raw) if self._message_times else raw + b"\n"
        self._add(self._messages, line)

    def _add(self, file: _File, line: bytes) -> None:
        if file.add(line):
            file.write()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_FLUSH_AFTER_S, self._flush_due)

    def _flush_due(self) -> None:
        self._timer = None
        self.flush()
