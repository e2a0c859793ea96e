"""The one link over streams of bytes: TCP, TLS over it, the in-process pipe.

It is an asyncio protocol on whatever transport carries it. Its life has parts, none entered twice::

    OPENING ──> MADE ──> CLOSING ──> LOST
        └─────────┴──> DROPPED ───────┘

OPENING runs the openings; MADE delivers; CLOSING has sent all it will send and throws away what still comes in; DROPPED
has been aborted and waits for the loop to say that it is gone.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, Protocol, cast

from pyfixmsg_plus.errors import ConnectionRefused, SlowConsumer, TransportError, TransportTimeout
from pyfixmsg_plus.transport.contract import Address, LinkHandler, PeerInfo
from pyfixmsg_plus.transport.opening import Answer, Opening
from pyfixmsg_plus.transport.options import LinkLimits
from pyfixmsg_plus.transport.sockets import plain_address, set_after_connect
from pyfixmsg_plus.transport.tls.channel import TlsChannel

__all__ = ["LinkOwner", "Scheduler", "StreamLink", "Timer"]

# What one read takes at most. FIX messages are small; a burst of some hundred fits.
READ_BYTES = 64 * 1024


_rooms = threading.local()


def _reading_room() -> memoryview:
    """Memory for one read, which all links of a thread share: what a read brought is taken before the next begins."""
    room: memoryview | None = getattr(_rooms, "room", None)
    if room is None:
        room = _rooms.room = memoryview(bytearray(READ_BYTES))
    return room


class _Part(IntEnum):
    OPENING = 0
    MADE = 1
    CLOSING = 2
    DROPPED = 3
    LOST = 4


class Timer(Protocol):
    """A callback that is still to come."""

    def cancel(self) -> None:
        """Let it not come."""
        ...


class Scheduler(Protocol):
    """What a link needs of an event loop, which is less than one is."""

    def time(self) -> float:
        """Monotonic seconds."""
        ...

    def call_soon(self, callback: Callable[..., object], /, *args: Any) -> Timer:
        """Call in the next turn."""
        ...

    def call_later(self, delay: float, callback: Callable[..., object], /, *args: Any) -> Timer:
        """Call after so many seconds."""
        ...

    def call_at(self, when: float, callback: Callable[..., object], /, *args: Any) -> Timer:
        """Call at a time."""
        ...


class LinkOwner(Protocol):
    """Who makes links: the connector, the listener."""

    def link_ready(self, link: "StreamLink") -> LinkHandler:
        """The openings are over; answers who is to be told from here on."""
        ...

    def link_failed(self, link: "StreamLink", error: Exception) -> None:
        """The link ended before it was made."""
        ...

    def link_ended(self, link: "StreamLink") -> None:
        """The connection is gone, made or not; this comes last and once."""
        ...


class StreamLink(asyncio.BufferedProtocol):
    """A ``Link`` on an asyncio transport.

    Args:
        loop: The loop of the transport.
        owner: Who is told of the link's making and end.
        limits: What it may hold and how long it may take.
        openings: What is to be settled first, in order. The last ``TlsChannel`` among them carries the bytes after it.
        nodelay: TCP_NODELAY, which asyncio switches on by itself.
        first_byte_timeout_s: The longest silence of the peer at the start.
    """

    def __init__(
        self,
        loop: Scheduler,
        owner: LinkOwner,
        limits: LinkLimits,
        openings: Sequence[Opening] = (),
        *,
        nodelay: bool = True,
        first_byte_timeout_s: float | None = None,
    ) -> None:
        self._loop = loop
        self._owner = owner
        self._limits = limits
        self._openings = deque(openings)
        self._opening: Opening | None = None
        self._nodelay = nodelay
        self._first_byte_timeout_s = first_byte_timeout_s
        self._part = _Part.OPENING
        self._made = False  # whether that part is MADE, which every read and write asks
        self._low_water, self._high_water = limits.marks()
        self._transport: asyncio.Transport  # from connection_made on, before which nobody knows the link
        self._handler: LinkHandler | None = None
        self._tls: TlsChannel | None = None
        self._error: Exception | None = None
        self._peer = PeerInfo("", 0)
        self._room = _reading_room()
        self._batch: list[bytes] = []
        self._batch_bytes = 0
        self._flush_due = False
        self._delivering = False
        self._reading_paused = False
        self._held = b""
        self._input_over = False
        self._stage_timer: Timer | None = None
        self._first_byte_timer: Timer | None = None
        self._send_timer: Timer | None = None
        self._receive_timer: Timer | None = None
        self._heard_at = 0.0
        self._handed_over = 0
        self._waiting_writes = 0

    # ------------------------------------------------------------------------------------------------ Link

    @property
    def peer(self) -> PeerInfo:
        """The other end."""
        return self._peer

    @property
    def unwritten(self) -> int:
        """Bytes that were accepted and that the operating system has not taken yet."""
        if self._part >= _Part.DROPPED:
            return 0
        return self._batch_bytes + self._transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        """Send bytes at the end of this turn of the loop, or of the delivery that is going on."""
        if not self._made or not data:
            return
        self._batch.append(data)
        self._batch_bytes += len(data)
        if self._batch_bytes > self._high_water:
            self._flush()
        elif not self._flush_due and not self._delivering:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def pause_reading(self) -> None:
        """Deliver nothing and read nothing until ``resume_reading``."""
        if self._part is _Part.MADE and not self._reading_paused:
            self._reading_paused = True
            if not self._input_over:
                self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Deliver what was held, and read on."""
        if self._part is _Part.MADE and self._reading_paused:
            self._reading_paused = False
            if self._held or self._input_over:
                self._loop.call_soon(self._deliver_held)
            if not self._input_over:
                self._transport.resume_reading()

    def close(self) -> None:
        """Send what waits, say that no more comes, drain, close."""
        self._begin_closing()

    def abort(self) -> None:
        """End the connection now."""
        self._drop(None)

    def end(self) -> None:
        """Close a link that is made, and abort one that is not yet."""
        if self._part is _Part.OPENING:
            self._drop(ConnectionRefused("the listener is stopping", reason="stopping"))
        else:
            self.close()

    def vanish(self) -> None:
        """Be lost: the loop was stopped in making the connection, and uvloop then does not say that it is gone."""
        self.connection_lost(None)

    # ------------------------------------------------------------------------------------- asyncio protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport and start the openings."""
        self._transport = transport = cast("asyncio.Transport", transport)
        if self._part is _Part.LOST:
            transport.abort()
            return
        transport.set_write_buffer_limits(self._high_water, self._low_water)
        set_after_connect(transport.get_extra_info("socket"), nodelay=self._nodelay)
        self._peer = _peer_of(transport)
        if self._first_byte_timeout_s is not None:
            self._first_byte_timer = self._loop.call_later(self._first_byte_timeout_s, self._nothing_came)
        self._step(Answer(done=True))

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        """Where the transport puts the next bytes."""
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        """Take bytes from the transport."""
        if self._first_byte_timer is not None:
            self._first_byte_timer.cancel()
            self._first_byte_timer = None
        if self._made:
            if self._receive_timer is not None:
                self._heard_at = self._loop.time()
            if self._tls is None:
                self._deliver(bytes(self._room[:nbytes]))
            else:
                self._decrypt(self._tls, self._room[:nbytes])
        elif self._part is _Part.OPENING:
            self._take_opening(bytes(self._room[:nbytes]))

    def eof_received(self) -> bool:
        """The peer sends no more. Our side ends too, after what waits has been sent."""
        self._input_over = True
        if self._part is _Part.OPENING:
            self._fail_opening(TransportError(f"the connection ended during {self._stage()}"))
        elif self._part is _Part.MADE:
            if self._tls is not None and not self._tls.closed_by_peer:
                self._error = self._tls.truncated()
            self._end_of_input()
        elif self._part is _Part.CLOSING:
            self._transport.close()
        return True

    def pause_writing(self) -> None:
        """More waits than the high-water mark."""
        self._loop.call_soon(self._tell_writing, True)  # noqa: FBT003 - a callback's argument

    def resume_writing(self) -> None:
        """No more waits than the low-water mark."""
        self._loop.call_soon(self._tell_writing, False)  # noqa: FBT003 - a callback's argument

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        if self._part is _Part.LOST:
            return
        self._enter(_Part.LOST)
        for timer in (self._stage_timer, self._first_byte_timer, self._send_timer, self._receive_timer):
            if timer is not None:
                timer.cancel()
        self._batch.clear()
        self._batch_bytes = 0
        self._held = b""
        handler, self._handler = self._handler, None
        error = self._error or exc
        if handler is not None:
            handler.link_lost(error)
        else:
            self._owner.link_failed(self, error or TransportError(f"the connection ended during {self._stage()}"))
        self._owner.link_ended(self)

    def _enter(self, part: _Part) -> None:
        self._part = part
        self._made = part is _Part.MADE

    # --------------------------------------------------------------------------------------------- openings

    def _stage(self) -> str:
        return self._opening.name if self._opening is not None else "its opening"

    def _take_opening(self, data: bytes) -> None:
        if self._opening is not None and self._error is None:
            try:
                answer = self._opening.receive(data)
            except TransportError as error:
                self._fail_opening(error)
            else:
                self._step(answer)

    def _step(self, answer: Answer) -> None:
        """Do what openings ask for until one waits for bytes or all are over."""
        transport = self._transport
        while True:
            if answer.peer is not None:
                self._peer = answer.peer
            if answer.send:
                transport.write(answer.send)
            if not answer.done:
                return
            self._end_stage()
            if not self._openings:
                self._make(answer.rest)
                return
            self._opening = opening = self._openings.popleft()
            rest = answer.rest
            if opening.timeout_s is not None:
                self._stage_timer = self._loop.call_later(opening.timeout_s, self._stage_too_long, opening.timeout_s)
            try:
                answer = opening.begin(self._peer)
                if rest:
                    if answer.send:
                        transport.write(answer.send)
                    answer = opening.receive(rest) if not answer.done else answer._replace(send=b"", rest=rest)
            except TransportError as error:
                self._fail_opening(error)
                return

    def _end_stage(self) -> None:
        if isinstance(self._opening, TlsChannel):
            self._tls = self._opening
        self._opening = None
        if self._stage_timer is not None:
            self._stage_timer.cancel()
            self._stage_timer = None

    def _stage_too_long(self, limit_s: float) -> None:
        self._fail_opening(TransportTimeout(f"{self._stage()} took longer than {limit_s:g} s", limit_s=limit_s))

    def _nothing_came(self) -> None:
        limit_s = self._first_byte_timeout_s or 0.0
        self._first_byte_timer = None
        self._drop(TransportTimeout(f"the peer sent nothing for {limit_s:g} s", limit_s=limit_s))

    def _fail_opening(self, error: Exception) -> None:
        """End a connection that was never made; the owner hears of it when it is gone."""
        transport = self._transport
        if self._error is not None:
            return
        self._error = error
        farewell = self._opening.farewell() if self._opening is not None else b""
        if self._stage_timer is not None:
            self._stage_timer.cancel()
        if farewell and not transport.is_closing():
            transport.write(farewell)
            transport.close()
            # A peer that takes nothing may not hold the connection.
            self._stage_timer = self._loop.call_later(self._limits.close_timeout_s, transport.abort)
        else:
            transport.abort()

    def _make(self, rest: bytes) -> None:
        self._enter(_Part.MADE)
        if self._limits.receive_timeout_s is not None:
            self._heard_at = self._loop.time()
            self._receive_timer = self._loop.call_later(self._limits.receive_timeout_s, self._check_silence)
        self._delivering = True
        try:
            self._handler = self._owner.link_ready(self)
            self._handler.link_made(self)
        except Exception as error:  # noqa: BLE001, RUF100 - whatever a handler raises loses its link, and no other
            self._drop(error)
        self._delivering = False
        self._flush()
        if self._tls is not None:
            self._decrypt(self._tls, b"")
        elif rest:
            self._deliver(rest)

    # ---------------------------------------------------------------------------------------------- reading

    def _decrypt(self, tls: TlsChannel, data: bytes | memoryview) -> None:
        clear = tls.decrypt(data)
        answer = tls.outgoing()
        if answer:
            self._transport.write(answer)
        if clear:
            self._deliver(clear)
        if tls.failure is not None:
            self._drop(tls.failure)
        elif tls.closed_by_peer:
            self._end_of_input()

    def _deliver(self, data: bytes) -> None:
        """Hand bytes to the handler; its answers go out together when it returns."""
        if not self._made or self._handler is None:
            return
        if self._reading_paused or self._held:
            self._held += data
            if self._reading_paused and not self._input_over:
                self._transport.pause_reading()  # uvloop forgets it when the connection has just been made
            return
        self._delivering = True
        try:
            self._handler.data_received(data)
        except Exception as error:  # noqa: BLE001, RUF100 - whatever a handler raises loses its link, and no other
            self._drop(error)
        finally:
            self._delivering = False
        if self._batch:
            self._flush()

    def _deliver_held(self) -> None:
        if self._part is _Part.MADE and not self._reading_paused:
            held, self._held = self._held, b""
            if held:
                self._deliver(held)
            if self._input_over or (self._tls is not None and self._tls.closed_by_peer):
                self._end_of_input()

    def _end_of_input(self) -> None:
        """The peer sends no more: end our side too, once all that it sent is delivered."""
        if not self._reading_paused and not self._held:
            self._begin_closing()

    def _check_silence(self) -> None:
        limit_s = self._limits.receive_timeout_s or 0.0
        due = self._heard_at + limit_s
        if self._reading_paused:
            due = self._loop.time() + limit_s  # it is we who do not listen
        if self._loop.time() < due:
            self._receive_timer = self._loop.call_at(due, self._check_silence)
        else:
            self._drop(TransportTimeout(f"the peer was silent for {limit_s:g} s", limit_s=limit_s))

    # ---------------------------------------------------------------------------------------------- writing

    def _flush(self) -> None:
        """Hand the batch to the transport as one piece."""
        self._flush_due = False
        transport = self._transport
        if not self._batch or not self._made:
            return
        writes = len(self._batch)
        data = self._batch[0] if writes == 1 else b"".join(self._batch)
        self._batch.clear()
        self._batch_bytes = 0
        if self._tls is not None:
            try:
                data = self._tls.encrypt(data)
            except TransportError as error:
                self._drop(error)
                return
        self._handed_over += len(data)
        transport.write(data)
        waiting = transport.get_write_buffer_size()
        if waiting:
            if waiting <= len(data):
                self._waiting_writes = 0  # all that was written before has been taken
            self._waiting_writes += writes
            self._hold_to_limits(waiting)

    def _hold_to_limits(self, waiting: int) -> None:
        limits = self._limits
        most_writes = limits.write_buffer_writes
        if waiting > limits.write_buffer_bytes:
            text = (
                f"{self._peer.origin} does not read: {waiting} bytes wait to be sent, {limits.write_buffer_bytes} may"
            )
            self._drop(SlowConsumer(text, unwritten=waiting, limit=limits.write_buffer_bytes))
        elif most_writes is not None and self._waiting_writes > most_writes:
            text = f"{self._peer.origin} does not read: {self._waiting_writes} writes wait, {most_writes} may"
            self._drop(SlowConsumer(text, unwritten=waiting, limit=most_writes))
        elif limits.send_timeout_s is not None and self._send_timer is None:
            self._watch_sending(limits.send_timeout_s)

    def _watch_sending(self, limit_s: float) -> None:
        self._send_timer = self._loop.call_later(limit_s, self._check_sending, self._taken())

    def _taken(self) -> int:
        return self._handed_over - self._transport.get_write_buffer_size()

    def _check_sending(self, taken_before: int) -> None:
        self._send_timer = None
        limit_s = self._limits.send_timeout_s or 0.0
        if not self._transport.get_write_buffer_size():
            return
        if self._taken() > taken_before:
            self._watch_sending(limit_s)
        else:
            self._drop(TransportTimeout(f"the peer took nothing for {limit_s:g} s", limit_s=limit_s))

    def _tell_writing(self, paused: bool) -> None:
        if self._part is _Part.MADE and self._handler is not None:
            if paused:
                self._handler.writing_paused()
            else:
                self._handler.writing_resumed()

    # ----------------------------------------------------------------------------------------------- ending

    def _begin_closing(self) -> None:
        transport = self._transport
        self._flush()
        if self._part is not _Part.MADE:
            return  # closed before, or lost by the flush
        self._enter(_Part.CLOSING)
        self._held = b""
        self._stage_timer = self._loop.call_later(self._limits.close_timeout_s, self._close_too_long)
        if self._tls is not None:
            transport.write(self._tls.shut())
        if self._input_over:
            transport.close()
            return
        try:
            transport.write_eof()
        except OSError as error:  # the connection broke, and the loop has not told us yet
            self._error = self._error or error
            transport.abort()
            return
        if self._reading_paused:
            transport.resume_reading()

    def _close_too_long(self) -> None:
        limit_s = self._limits.close_timeout_s
        transport = self._transport
        if waiting := transport.get_write_buffer_size():
            text = f"{waiting} bytes were still to be sent {limit_s:g} s after the link was closed"
            self._error = self._error or TransportTimeout(text, limit_s=limit_s)
        transport.abort()

    def _drop(self, error: Exception | None) -> None:
        """End the connection at once, for a reason if there is one."""
        transport = self._transport
        if self._part >= _Part.DROPPED:
            return
        if self._part is _Part.OPENING:
            self._fail_opening(error or TransportError("the link was aborted"))
            return
        self._error = self._error or error
        self._enter(_Part.DROPPED)
        self._batch.clear()
        self._batch_bytes = 0
        transport.abort()


def _peer_of(transport: asyncio.Transport) -> PeerInfo:
    peer = transport.get_extra_info("peername")
    local = transport.get_extra_info("sockname")
    host, port = plain_address(peer)
    return PeerInfo(host, port, Address(*plain_address(local)))
