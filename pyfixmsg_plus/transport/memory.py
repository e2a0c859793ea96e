"""A pair of links within the process, without a socket: for sessions that meet in one program, and for tests.

Nothing happens by chance: what is written is delivered in steps of the loop that is given, in order, cut as ``cut``
says.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from pyfixmsg_plus.transport.contract import Address, Link, LinkHandler
from pyfixmsg_plus.transport.link import Scheduler, StreamLink
from pyfixmsg_plus.transport.options import LinkLimits

__all__ = ["MemoryTransport", "join", "memory_pair"]


class MemoryTransport(asyncio.Transport):
    """One end of an in-process stream; ``join`` makes two.

    Args:
        loop: Where steps are scheduled.
        protocol: Who reads and writes at this end.
        own: Our name.
        peer: The other end's name.
        cut: Of that many waiting bytes, how many to deliver in one step; None: all that the reader has room for.
    """

    def __init__(
        self,
        loop: Scheduler,
        protocol: asyncio.BufferedProtocol,
        own: Address,
        peer: Address,
        cut: Callable[[int], int] | None,
    ) -> None:
        super().__init__({"peername": tuple(peer), "sockname": tuple(own)})
        self._loop = loop
        self._protocol = protocol
        self._cut = cut
        self._other: MemoryTransport  # from join on
        self._outgoing: deque[memoryview] = deque()
        self._waiting = 0
        self._high, self._low = 64 * 1024, 16 * 1024
        self._protocol_paused = False
        self._reading = True
        self._pump_due = False
        self._eof_wanted = self._eof_told = False
        self._closing = self._lost = False

    def begin(self) -> None:
        """Tell the protocol."""
        self._protocol.connection_made(self)

    # ---------------------------------------------------------------------------------------------- writing

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        """Send bytes; they are delivered in a later step."""
        if self._closing or self._lost or self._eof_wanted or not data:
            return
        self._outgoing.append(memoryview(bytes(data)))
        self._waiting += len(data)
        self._schedule()
        if self._waiting > self._high and not self._protocol_paused:
            self._protocol_paused = True
            self._protocol.pause_writing()

    def write_eof(self) -> None:
        """Say, after what waits, that no more comes."""
        self._eof_wanted = True
        self._schedule()

    def can_write_eof(self) -> bool:
        """Whether one direction can end alone."""
        return True

    def get_write_buffer_size(self) -> int:
        """Bytes that the other end has not read."""
        return self._waiting

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set the marks between which writing is paused and resumed."""
        self._high = 64 * 1024 if high is None else high
        self._low = self._high // 4 if low is None else low

    # ---------------------------------------------------------------------------------------------- reading

    def pause_reading(self) -> None:
        """Let nothing be delivered here."""
        self._reading = False

    def resume_reading(self) -> None:
        """Let bytes be delivered here again."""
        self._reading = True
        self._other._schedule()  # noqa: SLF001 - two ends of one thing

    # ----------------------------------------------------------------------------------------------- ending

    def is_closing(self) -> bool:
        """Whether this end is closed or about to be."""
        return self._closing or self._lost

    def close(self) -> None:
        """Close when what waits has been read."""
        self._closing = self._eof_wanted = True
        self._schedule()

    def abort(self) -> None:
        """Close now, with a reset for the other end."""
        self._closing = True
        self._drop()
        self._loop.call_soon(self._lose, None)
        if not self._eof_told:
            self._loop.call_soon(self._other._lose, ConnectionResetError("the other end aborted"))  # noqa: SLF001

    def _drop(self) -> None:
        self._outgoing.clear()
        self._waiting = 0

    def _lose(self, error: Exception | None) -> None:
        if not self._lost:
            self._lost = True
            self._drop()
            self._protocol.connection_lost(error)

    # ------------------------------------------------------------------------------------------------ steps

    def _schedule(self) -> None:
        if not self._pump_due:
            self._pump_due = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        """One step: deliver one piece, or the end."""
        self._pump_due = False
        other = self._other
        if self._lost:
            return
        if other._lost:  # noqa: SLF001 - two ends of one thing
            if self._outgoing or self._closing:
                self._drop()
                self._lose(None if self._closing else BrokenPipeError("the other end is closed"))
            return
        if not other._reading:  # noqa: SLF001 - two ends of one thing
            return
        if self._outgoing:
            self._deliver(other._protocol)  # noqa: SLF001 - two ends of one thing
            self._schedule()
        elif self._eof_wanted and not self._eof_told:
            self._eof_told = True
            other._protocol.eof_received()  # noqa: SLF001 - two ends of one thing
            self._schedule()
        elif self._closing:
            self._lose(None)

    def _deliver(self, reader: asyncio.BufferedProtocol) -> None:
        piece = self._outgoing.popleft()
        room = memoryview(reader.get_buffer(len(piece))).cast("B")
        wanted = len(piece) if self._cut is None else max(1, self._cut(len(piece)))
        size = min(len(piece), len(room), wanted)
        room[:size] = piece[:size]
        if size < len(piece):
            self._outgoing.appendleft(piece[size:])
        self._waiting -= size
        if self._protocol_paused and self._waiting <= self._low:
            self._protocol_paused = False
            self._protocol.resume_writing()
        reader.buffer_updated(size)


def join(
    loop: Scheduler,
    one: asyncio.BufferedProtocol,
    other: asyncio.BufferedProtocol,
    *,
    names: tuple[Address, Address] = (Address("memory", 0), Address("memory", 0)),
    cut: Callable[[int], int] | None = None,
) -> None:
    """Join two protocols by an in-process stream; both are told at once, the second first, as one that listened."""
    left = MemoryTransport(loop, one, names[0], names[1], cut)
    right = MemoryTransport(loop, other, names[1], names[0], cut)
    left._other, right._other = right, left  # noqa: SLF001 - two ends of one thing
    right.begin()
    left.begin()


def memory_pair(
    one: LinkHandler,
    other: LinkHandler,
    *,
    limits: LinkLimits | None = None,
    loop: Scheduler | None = None,
    cut: Callable[[int], int] | None = None,
) -> tuple[Link, Link]:
    """Two joined links, made when this returns.

    Args:
        one: Who is told at one end.
        other: Who is told at the other; its ``link_made`` comes first.
        limits: Limits of both.
        loop: Where steps are scheduled and time passes; None: the running loop.
        cut: Of that many waiting bytes, how many to deliver in one step; None: all that there is room for.
    """
    loop = loop or asyncio.get_running_loop()
    limits = limits or LinkLimits()
    links = [StreamLink(loop, _Given(handler), limits) for handler in (one, other)]
    join(loop, links[0], links[1], cut=cut)
    return links[0], links[1]


class _Given:
    """The owner of a link whose handler is known from the start."""

    def __init__(self, handler: LinkHandler) -> None:
        self._handler = handler

    def link_ready(self, link: StreamLink) -> LinkHandler:  # noqa: ARG002 - one link alone comes here
        return self._handler

    def link_failed(self, link: StreamLink, error: Exception) -> None:
        """Nothing is to be settled first, so nothing fails."""

    def link_ended(self, link: StreamLink) -> None:
        pass
