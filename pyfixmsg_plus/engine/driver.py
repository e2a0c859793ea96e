"""Carry out what a session asks for: one loop, one ``match``.

The session decides and does no input or output; the driver decides nothing. It tells the session what came and what
time it is, and carries the effects out in their order. What a handler sends goes out at once and not behind the rest:
a reply is stored before the message that it answers counts as delivered, so that a crash between the two gives the
message twice and never loses the reply.

As long as callbacks answer at once and the store is safe at once, everything runs straight from the arrival of the
bytes. Where something must be waited for a task takes over; what arrives meanwhile waits, and reading is paused where
too much does.
"""

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol, assert_never

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.codec import Splitter
from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine.callbacks import Callbacks, Outcome, is_admin
from pyfixmsg_plus.engine.connection import Connection
from pyfixmsg_plus.engine.dispatch import Dispatch
from pyfixmsg_plus.engine.logs import SessionLog
from pyfixmsg_plus.engine.metrics import SessionMetrics
from pyfixmsg_plus.engine.outbox import Outbox
from pyfixmsg_plus.engine.resending import Resending
from pyfixmsg_plus.engine.sending import Sending
from pyfixmsg_plus.engine.session import Session
from pyfixmsg_plus.errors import SlowConsumer, StoreError
from pyfixmsg_plus.session import (
    Advance,
    Append,
    Close,
    CloseReason,
    Deliver,
    Effect,
    Notify,
    Replay,
    ResetStore,
    SessionEvent,
    Write,
)
from pyfixmsg_plus.session import Session as SessionCore
from pyfixmsg_plus.store import MessageStore
from pyfixmsg_plus.telemetry import Event, Events
from pyfixmsg_plus.transport import Link, TokenBucket
from pyfixmsg_plus.values import SessionID

__all__ = ["DriverOwner", "SessionDriver"]

_LOG = logging.getLogger("pyfixmsg_plus.session")
_SECOND_NS = 1_000_000_000

# What may wait behind a callback before the peer is held up.
_WAITING_BYTES = 1024 * 1024
# Where a message ends, for InChanCapacity, which counts messages.
_END = b"\x0110="
# How long a callback may go on after its connection was lost before it is cancelled, and the message counts as
# undelivered.
_CALLBACK_GRACE_S = 10.0

_OUTPUTS = (Append, Write, ResetStore)
# What may be carried out while a callback is waited for.
_AT_ANY_TIME = (Notify, Close, ResetStore)


class DriverOwner(Protocol):
    """Who keeps the session connected."""

    def connection_ended(self, driver: "SessionDriver") -> None:
        """The session has no connection any more."""
        ...


class SessionDriver:
    """One session with its store, its log and its connection, if it has one.

    Args:
        session_id: Its name.
        settings: What was said of it.
        core: What decides.
        store: What keeps.
        dispatch: The callbacks.
        clock: Tells the time.
        events: Who hears what happens.
        log: Where messages and events are written; nothing for nowhere.
    """

    __slots__ = (
        "__weakref__",
        "_clock",
        "_connection",
        "_events",
        "_frames",
        "_in_bucket",
        "_in_closed",
        "_inbox",
        "_is_lost",
        "_is_paused",
        "_is_resyncing",
        "_is_running",
        "_log",
        "_loop",
        "_now",
        "_outbox",
        "_owner",
        "_queue",
        "_resending",
        "_spawned",
        "_store",
        "_task",
        "_timer",
        "_timer_at",
        "_waiting_messages",
        "_was_logged_on",
        "callbacks",
        "close_reason",
        "core",
        "link",
        "logout_text",
        "metrics",
        "sending",
        "session",
        "session_id",
        "settings",
        "waiting_bytes",
    )

    def __init__(
        self,
        session_id: SessionID,
        settings: SessionSettings,
        core: SessionCore,
        store: MessageStore,
        dispatch: Dispatch,
        clock: Clock,
        events: Events,
        log: SessionLog | None,
    ) -> None:
        self.session_id = session_id
        self.settings = settings
        self.core = core
        self.session = session = Session(self)
        self.metrics = metrics = SessionMetrics()
        self.link: Link | None = None
        self.close_reason = ""
        self.logout_text: str | None = None
        self.waiting_bytes = 0
        self._waiting_messages = 0
        self._store = store
        self._clock = clock
        self._events = events
        self._log = log
        self._frames: Splitter | None = None
        self._loop = asyncio.get_running_loop()
        self._owner: DriverOwner | None = None
        self._connection: Connection | None = None
        self._now = clock.now()
        # What came of the session and is not carried out yet; filled while something is waited for.
        self._queue: deque[Effect] = deque()
        self._inbox: deque[bytes] | None = None
        self._is_running = False
        self._task: asyncio.Task[None] | None = None
        self._spawned: set[asyncio.Task[None]] | None = None
        self._is_lost = False
        self._is_resyncing = False
        self._is_paused = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0
        self._was_logged_on = False
        self._in_bucket = TokenBucket(settings.throttle_in_per_s) if settings.throttle_in_per_s else None
        self._in_closed = False
        self.callbacks = Callbacks(session, settings, core, dispatch, clock, metrics, self._tell)
        is_synced = settings.store_sync == "always"
        self._outbox = Outbox(
            store, metrics, is_synced=is_synced, closed=self._end_connection, failed=self._store_failed
        )
        self.sending = Sending(
            session,
            core,
            dispatch,
            self._read_clock,
            self._outbox,
            settings.throttle_out_per_s,
            carry=self._carry_aside,
            spawn=self._spawn,
            tell=self._tell,
        )
        self._resending = Resending(
            core,
            store,
            self._read_clock,
            settings.write_buffer_bytes,
            asked_again=self.callbacks.asked_again,
            until_writable=self.sending.until_writable,
            take=self._take,
            failed=self._store_failed,
        )

    # ------------------------------------------------------------------------------------------------- state

    @property
    def is_bound(self) -> bool:
        """Whether the session has a connection, or is not done with the last one."""
        return self.link is not None or self._is_lost

    @property
    def may_connect(self) -> bool:
        """Whether the session is enabled and within its time."""
        return self.core.may_log_on(self._clock.now())

    @property
    def unwritten(self) -> int:
        """Bytes that wait to be sent, those that the operating system took left out."""
        return self._outbox.unwritten

    def owned_by(self, owner: DriverOwner) -> None:
        """Tell this one when the connection ends."""
        self._owner = owner

    def command(self, name: str, **arguments: Any) -> None:
        """Give the session a command."""
        self._take(self.core.command(name, self._read_clock(), **arguments))

    # -------------------------------------------------------------------------------------------- connection

    def attach(self, connection: Connection, link: Link) -> None:
        """The session has a connection from now on."""
        self._connection = connection
        self.link = self._outbox.link = connection.link = link
        self._is_paused = False
        self.close_reason = ""
        self.logout_text = None
        self._frames = Splitter() if self._log is not None else None
        now = self._read_clock()
        peer = link.peer
        self._tell("connected", peer=str(peer.origin), tls=peer.tls.version if peer.tls is not None else None)
        self._take(self.core.connected(now))

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer."""
        self.metrics.bytes_in += len(data)
        now = self._read_clock()
        if self._frames is not None:
            self._log_incoming(self._frames, data, now)
        if self._task is not None or self._in_closed:
            self._let_wait(data)
            return
        self._queue.extend(self.core.receive(data, now))
        self._go()

    def link_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        if error is not None:
            name = "slow_consumer" if isinstance(error, SlowConsumer) else "connection_failed"
            self.close_reason = self.close_reason or str(error)
            self._tell(name, error=str(error))
        self._end_connection()

    def writing_paused(self) -> None:
        """The peer takes bytes more slowly than they come."""
        self.sending.pause()

    def writing_resumed(self) -> None:
        """It has taken most of them."""
        self.sending.resume()

    def abort(self) -> None:
        """Break the connection."""
        if self.link is not None:
            self.link.abort()
            self.close_reason = self.close_reason or "it was broken"
            self._end_connection()

    def refresh(self) -> Awaitable[None] | None:
        """Read the numbers again before a Logon(35=A), where the settings ask for it; what to await, if anything."""
        if not self.settings.refresh_on_logon:
            return None
        numbers = self._store.refresh()
        if inspect.isawaitable(numbers):
            return self._refreshed(numbers)
        self._resync(*numbers)
        return None

    async def _refreshed(self, numbers: Awaitable[tuple[int, int, int | None]]) -> None:
        found = await numbers
        # Another connection may have been quicker.
        if not self.is_bound:
            self._resync(*found)

    def _resync(self, next_out: int, next_in: int, created_ns: int | None) -> None:
        """Let the session go on from what the store holds."""
        numbers = {"next_out": next_out, "next_in": next_in, "created_ns": created_ns}
        self._take(self.core.command("refreshed", self._read_clock(), **numbers))

    # ------------------------------------------------------------------------------------------------- time

    def start(self) -> None:
        """Keep the session's time from now on, connected or not."""
        self._arm()

    def tick(self) -> None:
        """Look at the clock now: for those who move it by hand."""
        self._take(self.core.tick(self._read_clock()))
        self.sending.release()

    def _read_clock(self) -> Now:
        self._now = now = self._clock.now()
        return now

    def _arm(self) -> None:
        deadline = self.core.next_deadline()
        if deadline is None or (self._timer is not None and self._timer_at <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = self._loop.call_later(max(0, deadline - self._now.mono_ns) / _SECOND_NS, self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        now = self._read_clock()
        deadline = self.core.next_deadline()
        # Most deadlines have moved on by the time that the timer is due: a message need not touch it.
        if deadline is not None and deadline <= now.mono_ns:
            self._take(self.core.tick(now))
        self._arm()

    # ------------------------------------------------------------------------------------------ carrying out

    def _take(self, effects: list[Effect]) -> None:
        """Carry effects out behind those that wait, or at once where nothing before them does."""
        if self._is_running or self._task is not None:
            if all(self._may_pass(effect) for effect in effects):
                self._carry_aside(effects)
            else:
                self._queue.extend(effects)
            self._arm()
        else:
            self._queue.extend(effects)
            self._go()

    def _may_pass(self, effect: Effect) -> bool:
        """Whether an effect may be carried out before those that wait for a callback."""
        if isinstance(effect, Append | Write):
            return not (self.callbacks.to_admin_waits and is_admin(effect.raw))
        return isinstance(effect, _AT_ANY_TIME)

    def _carry_aside(self, effects: list[Effect]) -> None:
        """Carry out at once what did not come from the bytes of the peer, unless output before it still waits."""
        for effect in self._queue:
            if isinstance(effect, _OUTPUTS):
                self._queue.extend(effects)
                return
        rest = deque(effects)
        try:
            while (waiting := self._perform(rest)) is not None:
                self._spawn(_awaited(waiting))
        except StoreError as error:
            self._store_failed(error)
            raise
        if not self._is_running:
            self._outbox.flush_soon()

    def _go(self) -> None:
        """Carry out what is queued until nothing is left or something must be waited for."""
        self._is_running = True
        failure: StoreError | None = None
        waiting = None
        try:
            waiting = self._run()
        except StoreError as error:
            failure = error
        finally:
            self._is_running = False
        if failure is not None:
            self._store_failed(failure)
            return
        self._outbox.flush()
        if waiting is not None:
            self._task = self._loop.create_task(self._work(waiting))
        self._arm()

    async def _work(self, waiting: Awaitable[None] | None) -> None:
        """The same, where something must be waited for."""
        failure: StoreError | None = None
        try:
            while waiting is not None:
                await waiting
                self._read_clock()
                self._is_running = True
                try:
                    waiting = self._run()
                finally:
                    self._is_running = False
                self._outbox.flush()
        except StoreError as error:
            failure = error
        except asyncio.CancelledError:
            # What was waited for is lost with what follows from it; what is stored is where the session goes on.
            self._queue.clear()
            self._is_resyncing = True
            raise
        finally:
            self._task = None
            if failure is not None:
                self._store_failed(failure)
            if self._is_lost:
                self._is_lost = False
                self._finish_connection()
            self._resume()
            self._arm()

    def _run(self) -> Awaitable[None] | None:
        core, queue = self.core, self._queue
        while True:
            waiting = self._perform(queue)
            if waiting is not None:
                return waiting
            if self._in_closed or self.link is None:
                return None
            if core.pending:
                queue.extend(core.receive(b"", self._read_clock()))
            elif self._inbox:
                data = self._inbox.popleft()
                self.waiting_bytes -= len(data)
                queue.extend(core.receive(data, self._read_clock()))
            else:
                self._inbox = None
                self._waiting_messages = 0
                return None

    def _perform(self, queue: deque[Effect]) -> Awaitable[None] | None:
        """Carry effects out in their order; what must be awaited before the rest is carried out, if anything."""
        while queue:
            effect = queue.popleft()
            match effect:
                case Deliver():
                    if (waiting := self._deliver(effect)) is not None:
                        return waiting
                case Advance(next_in):
                    self._store.advance(next_in)
                case Append(seq, raw):
                    if self.callbacks.hears_to_admin and is_admin(raw):
                        shown = self.callbacks.shown(raw)
                        if not isinstance(shown, bytes):
                            return _put_back(shown, effect, queue)
                        raw = shown
                    self._store.append(seq, raw, self._now.utc_ns)
                case Write(raw):
                    if self.callbacks.hears_to_admin and is_admin(raw):
                        shown = self.callbacks.shown(raw)
                        if not isinstance(shown, bytes):
                            return _put_back(shown, effect, queue)
                        raw = shown
                    if self._outbox.write(raw) and self._log is not None:
                        self._log.outgoing(raw, self._now.utc_ns)
                case Notify(event):
                    if (waiting := self._notify(event)) is not None:
                        return waiting
                case Replay(begin, end):
                    self._resending.begin(begin, end, self._connection)
                case ResetStore(next_out, next_in, created_ns):
                    self._reset_store(next_out, next_in, created_ns)
                case Close(reason):
                    self._close(reason)
                case _:
                    assert_never(effect)
        return None

    # ---------------------------------------------------------------------------------------------- inbound

    def _deliver(self, effect: Deliver) -> Awaitable[None] | None:
        outcome = self.callbacks.deliver(effect, self._connection)
        if outcome is not None:
            if not isinstance(outcome, Outcome):
                return self._settle_later(outcome, effect)
            self._settle(outcome)
        if self._in_bucket is not None and effect.kind == "app":
            self._count_in(self._in_bucket)
        return None

    async def _settle_later(self, waiting: Awaitable[Outcome], effect: Deliver) -> None:
        try:
            self._settle(await waiting)
        except asyncio.CancelledError:
            self._settle(self.callbacks.undelivered("the application was stopped before it was done with a message"))
            if not self._is_lost:
                raise
        if self._in_bucket is not None and effect.kind == "app":
            self._count_in(self._in_bucket)

    def _settle(self, outcome: Outcome) -> None:
        if not outcome.is_delivered:
            # Nothing that follows from the message may happen; what is stored is where the session goes on.
            self._queue.clear()
            self._is_resyncing = True
        self._queue.extend(outcome.effects)

    def _let_wait(self, data: bytes) -> None:
        if self._inbox is None:
            self._inbox = deque()
        self._inbox.append(data)
        self.waiting_bytes += len(data)
        capacity = self.settings.in_chan_capacity
        if capacity:
            self._waiting_messages += data.count(_END)
        if self.waiting_bytes > _WAITING_BYTES or (capacity and self._waiting_messages > capacity):
            self._pause()

    def _pause(self) -> None:
        """Take no bytes for now."""
        if self.link is not None and not self._is_paused:
            self._is_paused = True
            self.link.pause_reading()

    def _resume(self) -> None:
        """Take bytes again, if nothing speaks against it."""
        if self._is_paused and not self._in_closed and self._task is None and self.link is not None:
            self._is_paused = False
            self.link.resume_reading()

    def _count_in(self, bucket: TokenBucket) -> None:
        """Take no more from the peer while messages come faster than they may."""
        mono_ns = self._now.mono_ns
        if bucket.take(mono_ns) and not bucket.wait_ns(mono_ns):
            return
        if not self._in_closed:
            self._in_closed = True
            self._pause()
            self._loop.call_later(bucket.wait_ns(mono_ns) / _SECOND_NS, self._open_input)

    def _open_input(self) -> None:
        self._in_closed = False
        if self._task is None and self.link is not None:
            self._read_clock()
            self._go()
            self._resume()

    def _log_incoming(self, frames: Splitter, data: bytes, now: Now) -> None:
        if self._log is not None:
            for frame in frames.feed(data):
                self._log.incoming(frame, now.utc_ns)
            frames.garbled()  # the session tells of it

    # ----------------------------------------------------------------------------------------- what happens

    def _notify(self, event: SessionEvent) -> Awaitable[None] | None:
        attributes = event.attributes
        waiting = None
        match event.name:
            case "logged_on":
                self._was_logged_on = True
                waiting = self.callbacks.logged_on()
            case "logged_out" | "logon_rejected":
                self.logout_text = attributes.get("text")
                waiting = self._logged_out()
        self.metrics.count(event.name, attributes)
        self._tell(event.name, **attributes)
        return waiting

    def _logged_out(self) -> Awaitable[None] | None:
        if not self._was_logged_on:
            return None
        self._was_logged_on = False
        return self.callbacks.logged_out()

    def _tell(self, name: str, **attributes: Any) -> None:
        event = Event(name, str(self.session_id), self._now.utc_ns, attributes)
        if self._log is not None:
            self._log.event(str(event), event.utc_ns)
        self._events.publish(event)

    # ----------------------------------------------------------------------------------------------- ending

    def _reset_store(self, next_out: int, next_in: int, created_ns: int | None) -> None:
        if created_ns is None:
            self._store.set_numbers(next_out, next_in)
        else:
            self._store.reset(next_out, next_in, created_ns)
            if self._log is not None:
                self._log.backup()

    def _close(self, reason: CloseReason) -> None:
        self.close_reason = reason.text or reason.name.replace("_", " ")
        self._tell("closing", reason=reason.name, text=reason.text or None)
        self._outbox.close()
        if not self._is_running:
            self._outbox.flush_soon()

    def _end_connection(self) -> None:
        """Let go of the connection, which closes by itself: the session is free for the next."""
        if self.link is None:
            return
        self.link = None
        if self._connection is not None:
            self._connection.driver = None
            self._connection = None
        self._inbox = None
        self.waiting_bytes = self._waiting_messages = 0
        self._outbox.drop()
        self.sending.resume()
        task = self._task
        if task is not None and task is not asyncio.current_task():
            # A callback is not done with a message: the session is not done with it either.
            self._is_lost = True
            self._loop.call_later(_CALLBACK_GRACE_S, task.cancel)
        else:
            self._finish_connection()

    def _finish_connection(self) -> None:
        """Tell the session that its connection is gone, and whoever wants to make the next one."""
        self.metrics.disconnects += 1
        self.metrics.gap = 0
        self.callbacks.is_authenticated = False
        now = self._read_clock()
        self._tell("disconnected", reason=self.close_reason or None)
        try:
            self._take(self.core.disconnected(now))
            if self._is_resyncing:
                self._is_resyncing = False
                self._resync(*self._store.numbers())
        except StoreError as error:
            self._tell("store_failed", error=str(error))
        if (waiting := self._logged_out()) is not None:
            self._spawn(_awaited(waiting))
        self.sending.release_all()
        if self._owner is not None:
            self._owner.connection_ended(self)
        if self._log is not None:
            self._log.flush()

    def _store_failed(self, error: StoreError) -> None:
        """What cannot be stored is not sent: the connection ends, and the session goes on from what is stored."""
        _LOG.error("%s: the store failed: %s", self.session_id, error)
        self._tell("store_failed", error=str(error))
        self._queue.clear()
        self._is_resyncing = True
        self.close_reason = "the store failed"
        self.abort()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        if self._spawned is None:
            self._spawned = set()
        self._spawned.add(task)
        task.add_done_callback(self._spawned.discard)

    async def close(self) -> None:
        """Give everything up: timers, tasks, the store and the log. The connection must have ended."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.sending.stop()
        tasks = [task for task in (self._task, self._resending.task, *(self._spawned or ())) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._outbox.stop()
        try:
            if (waiting := self._store.close()) is not None:
                await waiting
        finally:
            if self._log is not None:
                self._log.close()
                self._log = None


async def _awaited(waiting: Awaitable[None]) -> None:
    await waiting


async def _put_back(waiting: Awaitable[None], effect: Effect, queue: deque[Effect]) -> None:
    """Wait, then carry the effect out after all."""
    await waiting
    queue.appendleft(effect)
