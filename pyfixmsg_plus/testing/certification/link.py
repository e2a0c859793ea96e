"""One TCP connection with the engine under test: every read and write has a deadline, every buffer a limit."""

import asyncio
import contextlib
import re
import socket
import struct
from dataclasses import dataclass

from pyfixmsg_plus.clock import Clock

__all__ = ["Closed", "Event", "Frame", "Junk", "Link", "Nothing"]

_LENGTH_FIELD = b"\x019="
# What stands before BodyLength(9) is BeginString(8), a few bytes; a peer that sends more speaks something else.
_LONGEST_HEAD = 256
_DIGITS = re.compile(rb"\d{1,9}")
_READ_SIZE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Frame:
    """A message, by its own BodyLength(9)."""

    raw: bytes
    at_ns: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of the connection."""

    at_ns: int
    is_reset: bool = False


@dataclass(frozen=True, slots=True)
class Junk:
    """Bytes that are no message, or a message over the limit; nothing can be read behind them."""

    raw: bytes
    cause: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """The deadline came first."""


Event = Frame | Closed | Junk | Nothing


class Link:
    """A connection.

    Args:
        reader: What the peer sends.
        writer: What we send.
        clock: Says when something came.
        message_bytes: The longest message that is read.
        received: Bytes that were read already.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        clock: Clock,
        message_bytes: int,
        received: bytes = b"",
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._message_bytes = message_bytes
        self._buffer = bytearray(received)
        self._end: Closed | Junk | None = None
        self._next: Event | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the peer has closed it and left nothing to read, as far as we know."""
        return self._reader.at_eof() and not self._buffer

    async def peek(self, seconds: float) -> Event:
        """Return what comes next, and leave it for the next call; `Nothing` after so many seconds."""
        if self._next is None:
            event = await self._read(seconds)
            if isinstance(event, Nothing):
                return event
            self._next = event
        return self._next

    async def next(self, seconds: float) -> Event:
        """Return what comes next, or `Nothing` after so many seconds."""
        event = await self.peek(seconds)
        self._next = None
        return event

    async def _read(self, seconds: float) -> Event:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    found = self._frame()
                    if found is not None:
                        return found
                    await self._fill()
        return Nothing()

    async def _fill(self) -> None:
        try:
            data = await self._reader.read(_READ_SIZE)
        except OSError:
            self._end = Closed(self._clock.now().mono_ns, is_reset=True)
            return
        if data:
            self._buffer += data
            return
        at_ns = self._clock.now().mono_ns
        if self._buffer:
            self._end = Junk(bytes(self._buffer), "the connection ended within a message", at_ns)
        else:
            self._end = Closed(at_ns)

    def _frame(self) -> Event | None:
        """The next message of the buffer; nothing if more has to be read."""
        at_ns = self._clock.now().mono_ns
        head = self._buffer.find(_LENGTH_FIELD, 0, _LONGEST_HEAD)
        if head < 0:
            if len(self._buffer) >= _LONGEST_HEAD:
                return self._junk("there is no BodyLength(9) where a message should begin", at_ns)
            return self._end
        begin = head + len(_LENGTH_FIELD)
        end = self._buffer.find(b"\x01", begin, begin + 12)
        if end < 0:
            if len(self._buffer) >= begin + 12:
                return self._junk("BodyLength(9) is no number", at_ns)
            return self._end
        digits = bytes(self._buffer[begin:end])
        if not _DIGITS.fullmatch(digits):
            return self._junk("BodyLength(9) is no number", at_ns)
        body_end = end + 1 + int(digits)
        if body_end + 8 > self._message_bytes:
            return self._junk(f"the message is longer than {self._message_bytes:,} bytes", at_ns)
        close = self._buffer.find(b"\x01", body_end, body_end + _LONGEST_HEAD)
        if close < 0:
            if len(self._buffer) >= body_end + _LONGEST_HEAD:
                return self._junk("there is no CheckSum(10) where BodyLength(9) says", at_ns)
            return self._end
        raw = bytes(self._buffer[: close + 1])
        del self._buffer[: close + 1]
        return Frame(raw, at_ns)

    def _junk(self, cause: str, at_ns: int) -> Junk:
        self._end = Junk(bytes(self._buffer[:4096]), cause, at_ns)
        self._buffer.clear()
        return self._end

    async def send(self, data: bytes, seconds: float) -> bool:
        """Hand bytes to the peer; false if the connection is gone or he does not take them in time."""
        try:
            self._writer.write(data)
            async with asyncio.timeout(seconds):
                await self._writer.drain()
        except (OSError, TimeoutError):
            return False
        return not self._writer.is_closing()

    async def close(self, seconds: float) -> None:
        """Close in order."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(seconds):
                await self._writer.wait_closed()
        self._writer.transport.abort()

    def abort(self) -> None:
        """Drop the connection with a reset, as when the link is lost."""
        opened = self._writer.get_extra_info("socket")
        if opened is not None:
            with contextlib.suppress(OSError):
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
