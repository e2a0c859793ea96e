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
import threading
from collections import deque
from collections.abc import Awaitable, Iterable
from typing import Any, Protocol, assert_never

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.codec import Splitter, parse
from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine.application import LogonDecision
from pyfixmsg_plus.engine.authentication import decision_of
from pyfixmsg_plus.engine.connection import Connection
from pyfixmsg_plus.engine.dispatch import Dispatch
from pyfixmsg_plus.engine.logs import SessionLog
from pyfixmsg_plus.engine.metrics import HANDLER_EVERY, SessionMetrics
from pyfixmsg_plus.engine.refusals import refusal_of
from pyfixmsg_plus.engine.session import Session
from pyfixmsg_plus.engine.throttle import Throttle
from pyfixmsg_plus.errors import (
    DoNotSend,
    LocalProtocolError,
    PyFixMsgError,
    Refusal,
    RejectLogon,
    SlowConsumer,
    StoreError,
)
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.message_types import TypedMessage
from pyfixmsg_plus.session import (
    Advance,
    Append,
    Close,
    Deliver,
    Effect,
    Notify,
    Replay,
    ResetStore,
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

# What is sent at most between two turns of the loop by who waits for the peer.
_TURN_BYTES = 64 * 1024
# What may wait behind a callback before the peer is held up.
_WAITING_BYTES = 1024 * 1024
# What one look into the store brings at most for a resend; the loop turns between two looks.
_SLICE_BYTES = 256 * 1024
# How long a callback may go on after its connection was lost before it is cancelled, and the message counts as
# undelivered.
_CALLBACK_GRACE_S = 10.0
# Under a policy that waits for the disk, the number expected next needs no disk of its own: lost, it costs a message
# delivered twice.
_LAZY_COMMIT_S = 0.05

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
        "_closing",
        "_commit_task",
        "_connection",
        "_core",
        "_dispatch",
        "_flush_due",
        "_frames",
        "_in_bucket",
        "_in_closed",
        "_inbox",
        "_inbox_bytes",
        "_is_paused",
        "_is_resyncing",
        "_is_synced",
        "_lazy_commit",
        "_link",
        "_log",
        "_loop",
        "_lost",
        "_now",
        "_out",
        "_out_bytes",
        "_owner",
        "_queue",
        "_replay_task",
        "_running",
        "_settings",
        "_spawned",
        "_store",
        "_task",
        "_thread",
        "_throttle",
        "_throttle_timer",
        "_timer",
        "_timer_at",
        "_to_admin_done",
        "_told_logon",
        "_until_measured",
        "_writable",
        "close_reason",
        "events",
        "is_authenticated",
        "last_error",
        "logout_text",
        "metrics",
        "session",
        "session_id",
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
        self.session = Session(self)
        self.events = events
        self.metrics = SessionMetrics()
        self.close_reason: str = ""
        self.logout_text: str | None = None
        self.last_error: Exception | None = None
        # Whether the Logon(35=A) of this connection was authenticated before the session was made.
        self.is_authenticated = False
        self._settings = settings
        self._core = core
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._log = log
        self._frames: Splitter | None = None
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._owner: DriverOwner | None = None
        self._now = clock.now()
        # What came of the session and is not carried out yet; filled while something is waited for.
        self._queue: deque[Effect] = deque()
        self._out: list[bytes] = []
        self._out_bytes = 0
        self._inbox: deque[bytes] | None = None
        self._inbox_bytes = 0
        self._running = False
        self._task: asyncio.Task[None] | None = None
        self._replay_task: asyncio.Task[None] | None = None
        self._commit_task: asyncio.Task[None] | None = None
        self._spawned: set[asyncio.Task[None]] | None = None
        self._flush_due = False
        self._lazy_commit: asyncio.TimerHandle | None = None
        self._is_synced = settings.store_sync == "always"
        self._link: Link | None = None
        self._connection: Connection | None = None
        self._closing = False
        self._lost = False
        self._is_resyncing = False
        self._is_paused = False
        self._writable: asyncio.Event | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0
        self._told_logon = False
        self._to_admin_done: tuple[bytes, bytes] | None = None
        self._until_measured = HANDLER_EVERY
        self._throttle: Throttle[tuple[Message | TypedMessage, asyncio.Future[int] | None]] | None = (
            Throttle(settings.throttle_out_per_s) if settings.throttle_out_per_s else None
        )
        self._throttle_timer: asyncio.TimerHandle | None = None
        self._in_bucket = TokenBucket(settings.throttle_in_per_s) if settings.throttle_in_per_s else None
        self._in_closed = False

    # ------------------------------------------------------------------------------------------------- state

    @property
    def core(self) -> SessionCore:
        """What decides."""
        return self._core

    @property
    def settings(self) -> SessionSettings:
        """What was said of the session."""
        return self._settings

    @property
    def link(self) -> Link | None:
        """The connection, if there is one."""
        return self._link

    @property
    def is_bound(self) -> bool:
        """Whether the session has a connection, or is not done with the last one."""
        return self._link is not None or self._lost

    @property
    def waiting_messages(self) -> int:
        """Messages that wait for the throttle."""
        return len(self._throttle) if self._throttle is not None else 0

    @property
    def waiting_bytes(self) -> int:
        """Bytes of the peer that wait behind a callback."""
        return self._inbox_bytes

    @property
    def unwritten(self) -> int:
        """Bytes that wait to be sent, those that the operating system took left out."""
        return self._out_bytes + (self._link.unwritten if self._link is not None else 0)

    def owned_by(self, owner: DriverOwner) -> None:
        """Tell this one when the connection ends."""
        self._owner = owner

    def start(self) -> None:
        """Keep the session's time from now on, connected or not."""
        self._arm()

    @property
    def may_connect(self) -> bool:
        """Whether the session is enabled and within its time."""
        return self._core.may_log_on(self._clock.now())

    # -------------------------------------------------------------------------------------------- connection

    def abort(self) -> None:
        """Break the connection."""
        if self._link is not None:
            self._link.abort()
            self.close_reason = self.close_reason or "it was broken"
            self._end_connection()

    def refresh(self) -> Awaitable[None] | None:
        """Read the numbers again before a Logon(35=A), where the settings ask for it; what to await, if anything."""
        if not self._settings.refresh_on_logon:
            return None
        numbers = self._store.refresh()
        if inspect.isawaitable(numbers):
            return self._refreshed(numbers)
        self._resync(*numbers)
        return None

    async def _refreshed(self, numbers: Awaitable[tuple[int, int, int | None]]) -> None:
        self._resync(*await numbers)

    def attach(self, connection: Connection, link: Link) -> None:
        """The session has a connection from now on."""
        self._connection = connection
        self._link = link
        self._closing = False
        self._is_paused = False
        self.close_reason = ""
        self.logout_text = None
        self.last_error = None
        self._frames = Splitter() if self._log is not None else None
        now = self._read_clock()
        peer = link.peer
        self._tell("connected", peer=str(peer.origin), tls=peer.tls.version if peer.tls is not None else None)
        self._take(self._core.connected(now))

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer."""
        self.metrics.bytes_in += len(data)
        now = self._read_clock()
        if self._frames is not None:
            self._log_incoming(data, now)
        if self._task is not None or self._in_closed:
            self._let_wait(data)
            return
        self._queue.extend(self._core.receive(data, now))
        self._go()

    def link_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        self.last_error = error
        if error is not None:
            name = "slow_consumer" if isinstance(error, SlowConsumer) else "connection_failed"
            self._tell(name, error=str(error))
        self._end_connection()

    def writing_paused(self) -> None:
        """The peer takes bytes more slowly than they come."""
        if self._writable is None:
            self._writable = asyncio.Event()
        self._writable.clear()

    def writing_resumed(self) -> None:
        """It has taken most of them."""
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    # ----------------------------------------------------------------------------------------------- sending

    def send(self, message: Message | TypedMessage) -> int:
        """Send a message of the application.

        Returns:
            Its MsgSeqNum(34); 0 where it has none yet, because it waits behind a resend or for the throttle, or will
            have none, because ``to_app`` declined it.
        """
        if threading.get_ident() != self._thread:
            raise LocalProtocolError("send belongs to the thread of the event loop: use send_threadsafe")
        if self._throttle is not None and self._is_throttled(self._throttle):
            self._throttle.put((message, None))
            self._arm_throttle()
            return 0
        return self._send_now(message)

    async def send_async(self, message: Message | TypedMessage) -> int:
        """The same; waits while the peer takes no bytes, while the throttle is closed and for an async ``to_app``."""
        # Who sends in a loop must let the loop turn, or nobody could tell that the peer does not take it all.
        while self._out_bytes > _TURN_BYTES:
            await asyncio.sleep(0)
        while self._writable is not None and self._link is not None:
            await self._writable.wait()
        if self._throttle is not None and self._is_throttled(self._throttle):
            future: asyncio.Future[int] = self._loop.create_future()
            self._throttle.put((message, future))
            self._arm_throttle()
            return await future
        if self._dispatch.to_app_waits:
            try:
                waiting = self._dispatch.application.to_app(_plain(message), self.session)
                if inspect.isawaitable(waiting):
                    await waiting
            except DoNotSend:
                return 0
            return self._send_asked(message)
        return self._send_now(message)

    def _is_throttled(self, throttle: Throttle[Any]) -> bool:
        return self._core.is_logged_on and not throttle.passes(self._clock.now().mono_ns)

    def _send_now(self, message: Message | TypedMessage) -> int:
        if self._dispatch.hears_to_app:
            try:
                answer = self._dispatch.application.to_app(_plain(message), self.session)
            except DoNotSend:
                return 0
            if answer is not None and inspect.isawaitable(answer):
                if inspect.iscoroutine(answer):
                    answer.close()
                raise LocalProtocolError("to_app is async: use send_async")
        return self._send_asked(message)

    def _send_asked(self, message: Message | TypedMessage) -> int:
        now = self._read_clock()
        effects = self._core.send(message, now)
        self._carry_aside(effects)
        for effect in effects:
            if isinstance(effect, Append):
                return effect.seq
        return 0

    def command(self, name: str, **arguments: Any) -> None:
        """Give the session a command."""
        self._take(self._core.command(name, self._read_clock(), **arguments))

    # ------------------------------------------------------------------------------------------------- time

    def tick(self) -> None:
        """Look at the clock now: for those who move it by hand."""
        now = self._read_clock()
        self._take(self._core.tick(now))
        if self._throttle is not None:
            self._release()

    def _read_clock(self) -> Now:
        self._now = now = self._clock.now()
        return now

    def _arm(self) -> None:
        deadline = self._core.next_deadline()
        if deadline is None or (self._timer is not None and self._timer_at <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = self._loop.call_later(max(0, deadline - self._now.mono_ns) / _SECOND_NS, self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        now = self._read_clock()
        deadline = self._core.next_deadline()
        # Most deadlines have moved on by the time that the timer is due: a message need not touch it.
        if deadline is not None and deadline <= now.mono_ns:
            self._take(self._core.tick(now))
        self._arm()

    # ------------------------------------------------------------------------------------------ carrying out

    def _take(self, effects: Iterable[Effect]) -> None:
        """Carry effects out behind those that wait, or at once where nothing before them does."""
        if self._running or self._task is not None:
            waiting = list(effects)
            if all(self._may_pass(effect) for effect in waiting):
                self._carry_aside(waiting)
            else:
                self._queue.extend(waiting)
            self._arm()
        else:
            self._queue.extend(effects)
            self._go()

    def _may_pass(self, effect: Effect) -> bool:
        """Whether an effect may be carried out before those that wait for a callback."""
        if isinstance(effect, Append | Write):
            return not (self._dispatch.hears_to_admin and _is_admin(effect.raw))
        return isinstance(effect, _AT_ANY_TIME)

    def _carry_aside(self, effects: list[Effect]) -> None:
        """Carry out at once what did not come from the bytes of the peer, unless output before it still waits."""
        queue = self._queue
        if queue and any(isinstance(effect, _OUTPUTS) for effect in queue):
            queue.extend(effects)
            return
        rest = deque(effects)
        try:
            while (waiting := self._perform(rest)) is not None:
                self._spawn(waiting)
        except StoreError as error:
            self._store_failed(error)
            raise
        if not self._running and not self._flush_due:
            # What is sent in one turn of the loop is committed and written together.
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def _go(self) -> None:
        """Carry out what is queued until nothing is left or something must be waited for."""
        self._running = True
        try:
            waiting = self._run()
        except StoreError as error:
            self._running = False
            self._store_failed(error)
            return
        finally:
            self._running = False
        self._flush()
        if waiting is not None:
            self._task = self._loop.create_task(self._work(waiting))
        self._arm()

    async def _work(self, waiting: Awaitable[None] | None) -> None:
        """The same, where something must be waited for."""
        try:
            while waiting is not None:
                await waiting
                self._running = True
                try:
                    waiting = self._run()
                finally:
                    self._running = False
                self._flush()
        except StoreError as error:
            self._store_failed(error)
        finally:
            self._task = None
            if self._lost:
                self._lost = False
                self._finish_connection()
            self._resume()
            self._arm()

    def _run(self) -> Awaitable[None] | None:
        core, queue = self._core, self._queue
        while True:
            waiting = self._perform(queue)
            if waiting is not None:
                return waiting
            if self._in_closed or self._link is None:
                return None
            if core.pending:
                queue.extend(core.receive(b"", self._read_clock() if self._inbox is not None else self._now))
            elif self._inbox:
                data = self._inbox.popleft()
                self._inbox_bytes -= len(data)
                queue.extend(core.receive(data, self._read_clock()))
            else:
                self._inbox = None
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
                    if self._dispatch.hears_to_admin and _is_admin(raw):
                        if (waiting := self._ask_to_admin(effect, raw, queue)) is not None:
                            return waiting
                        raw = self._after_to_admin(raw)
                    self._store.append(seq, raw, self._now.utc_ns)
                case Write(raw):
                    if self._dispatch.hears_to_admin and _is_admin(raw):
                        if (waiting := self._ask_to_admin(effect, raw, queue)) is not None:
                            return waiting
                        raw = self._after_to_admin(raw)
                    self._write(raw)
                case Notify(event):
                    if (waiting := self._notify(event)) is not None:
                        return waiting
                case Replay(begin, end):
                    self._replay(begin, end)
                case ResetStore(next_out, next_in, created_ns):
                    self._reset_store(next_out, next_in, created_ns)
                case Close(reason):
                    self._close(reason)
                case _:
                    assert_never(effect)
        return None

    # ---------------------------------------------------------------------------------------------- inbound

    def _let_wait(self, data: bytes) -> None:
        if self._inbox is None:
            self._inbox = deque()
        self._inbox.append(data)
        self._inbox_bytes += len(data)
        if self._inbox_bytes > _WAITING_BYTES and not self._is_paused and self._link is not None:
            self._is_paused = True
            self._link.pause_reading()

    def _deliver(self, effect: Deliver) -> Awaitable[None] | None:
        self.metrics.messages_in += 1
        message, dispatch = effect.message, self._dispatch
        match effect.kind:
            case "app":
                handler = dispatch.from_app(message)
            case "admin":
                if not dispatch.hears_from_admin:
                    return None
                handler = dispatch.application.from_admin
            case _:
                return self._judge_logon(effect)
        self._until_measured -= 1
        began_ns = self._clock.now().mono_ns if self._until_measured == 0 else 0
        try:
            answer = handler(message, self.session)
            if answer is not None and inspect.isawaitable(answer):
                return self._delivered(answer, effect)
        except Refusal as refusal:
            self._refused(refusal, effect)
        except Exception as error:  # noqa: BLE001, RUF100 - whatever an application raises is told, and ends no other session
            self._handler_failed(error, effect)
        if self._until_measured == 0:
            self.metrics.handler.record(self._clock.now().mono_ns - began_ns)
            self._until_measured = HANDLER_EVERY
        if self._in_bucket is not None and effect.kind == "app":
            self._count_in(self._in_bucket)
        return None

    async def _delivered(self, answer: Awaitable[Any], effect: Deliver) -> None:
        """Wait for a callback that is not done yet."""
        began_ns = self._clock.now().mono_ns
        try:
            await answer
        except Refusal as refusal:
            self._refused(refusal, effect)
        except asyncio.CancelledError:
            self._undelivered("the application was stopped before it was done with a message")
            if not self._lost:
                raise
        except Exception as error:  # noqa: BLE001, RUF100 - as for callbacks that answer at once
            self._handler_failed(error, effect)
        self.metrics.handler.record(self._clock.now().mono_ns - began_ns)
        if self._until_measured <= 0:
            self._until_measured = HANDLER_EVERY
        if self._in_bucket is not None and effect.kind == "app":
            self._count_in(self._in_bucket)

    def _judge_logon(self, effect: Deliver) -> Awaitable[None] | None:
        dispatch = self._dispatch
        if dispatch.hears_from_admin or (dispatch.authenticates and self._settings.connection_type == "acceptor"):
            return self._judged(effect)
        self._queue.extend(self._core.command("accept_logon", self._read_clock()))
        return None

    async def _judged(self, effect: Deliver) -> None:
        """Ask the application about a Logon(35=A); what is not answered in time is refused."""
        application = self._dispatch.application
        decision = LogonDecision(accepted=True)
        try:
            async with asyncio.timeout(self._settings.logon_timeout):
                answer: Any = application.from_admin(effect.message, self.session)
                if answer is not None and inspect.isawaitable(answer):
                    await answer
                link = self._link
                if self._settings.connection_type == "acceptor" and link is not None and not self.is_authenticated:
                    decision = await decision_of(application, effect.message, link.peer)
        except RejectLogon as refusal:
            decision = LogonDecision(accepted=False, text=refusal.text, session_status=refusal.session_status, say=True)
        except Refusal as refusal:
            decision = LogonDecision(accepted=False, text=str(refusal), say=True)
        except TimeoutError:
            decision = LogonDecision(accepted=False, text="the application did not answer in time")
        except Exception as error:  # noqa: BLE001, RUF100 - a failing authenticator lets nobody in
            self.metrics.handler_errors += 1
            self._tell("handler_failed", error=f"{type(error).__name__} at a Logon")
            _LOG.error("%s: the application failed at a Logon", self.session_id, exc_info=error)
            decision = LogonDecision(accepted=False, text="the application failed")
        if self._link is None:
            return
        if decision.accepted:
            self._queue.extend(self._core.command("accept_logon", self._read_clock()))
        else:
            self._tell("logon_refused", text=decision.text or None)
            arguments = {"text": decision.text, "session_status": decision.session_status, "say": decision.say}
            self._queue.extend(self._core.command("refuse_logon", self._read_clock(), **arguments))

    def _refused(self, refusal: Refusal, effect: Deliver) -> None:
        self.metrics.rejects += 1
        name, arguments = refusal_of(refusal, effect)
        self._queue.extend(self._core.command(name, self._read_clock(), **arguments))

    def _handler_failed(self, error: Exception, effect: Deliver) -> None:
        self.metrics.handler_errors += 1
        what = f"{effect.message.name or 'message'}(35={effect.message.msg_type}), MsgSeqNum(34)={effect.seq}"
        self._tell("handler_failed", error=f"{type(error).__name__} at {what}")
        _LOG.error("%s: the application failed at %s", self.session_id, what, exc_info=error)
        if not self._settings.reject_message_on_unhandled_exception:
            self._undelivered(f"the application failed at message {effect.seq}")
            return
        name, arguments = "business_reject", {"message": effect.message, "reason": 4}
        if effect.kind == "admin":
            name, arguments = "reject", {"message": effect.message, "reason": 99}
        self._queue.extend(self._core.command(name, self._read_clock(), **arguments))

    def _undelivered(self, why: str) -> None:
        """The message was not delivered: drop what follows from it, and let the peer send it again."""
        self._queue.clear()
        self._is_resyncing = True
        self._queue.extend(self._core.command("disconnect", self._read_clock(), why=why))

    def _count_in(self, bucket: TokenBucket) -> None:
        """Take no more from the peer while messages come faster than they may."""
        mono_ns = self._now.mono_ns
        if bucket.take(mono_ns) and not bucket.wait_ns(mono_ns):
            return
        if not self._in_closed:
            self._in_closed = True
            if self._link is not None and not self._is_paused:
                self._is_paused = True
                self._link.pause_reading()
            self._loop.call_later(bucket.wait_ns(mono_ns) / _SECOND_NS, self._open_input)

    def _open_input(self) -> None:
        self._in_closed = False
        if self._task is None and self._link is not None:
            self._read_clock()
            self._go()
            self._resume()

    def _resume(self) -> None:
        """Take bytes again, if nothing speaks against it."""
        if self._is_paused and not self._in_closed and self._task is None and self._link is not None:
            self._is_paused = False
            self._link.resume_reading()

    # ----------------------------------------------------------------------------------------------- output

    def _ask_to_admin(self, effect: Append | Write, raw: bytes, queue: deque[Effect]) -> Awaitable[None] | None:
        """Show a session message to the application before it is stored and written."""
        if self._to_admin_done is not None and self._to_admin_done[0] == raw:
            return None
        message = parse(raw)
        answer = self._call("to_admin", self._dispatch.application.to_admin, message)
        if answer is None:
            self._to_admin_done = (raw, message.encode() if message.is_changed else raw)
            return None
        return self._asked_to_admin(answer, message, effect, raw, queue)

    async def _asked_to_admin(
        self, answer: Awaitable[Any], message: Message, effect: Append | Write, raw: bytes, queue: deque[Effect]
    ) -> None:
        await self._finished("to_admin", answer)
        self._to_admin_done = (raw, message.encode() if message.is_changed else raw)
        queue.appendleft(effect)

    def _after_to_admin(self, raw: bytes) -> bytes:
        done = self._to_admin_done
        return done[1] if done is not None else raw

    def _call(self, name: str, callback: Any, *arguments: Any) -> Awaitable[Any] | None:
        """Call a callback whose failure changes nothing, and tell of the failure."""
        try:
            answer = callback(*arguments, self.session)
        except Exception as error:  # noqa: BLE001, RUF100 - it is told
            self._callback_failed(name, error)
            return None
        return answer if answer is not None and inspect.isawaitable(answer) else None

    async def _finished(self, name: str, answer: Awaitable[Any]) -> None:
        try:
            await answer
        except Exception as error:  # noqa: BLE001, RUF100 - it is told
            self._callback_failed(name, error)

    def _callback_failed(self, name: str, error: Exception) -> None:
        self.metrics.handler_errors += 1
        self._tell("handler_failed", error=f"{type(error).__name__} in {name}")
        _LOG.error("%s: %s failed", self.session_id, name, exc_info=error)

    def _write(self, raw: bytes) -> None:
        if self._link is None or self._closing:
            return
        self._out.append(raw)
        self._out_bytes += len(raw)
        self.metrics.messages_out += 1
        if self._log is not None:
            self._log.outgoing(raw, self._now.utc_ns)

    def _flush(self) -> None:
        """Make safe what was stored, then write what was to be written; close if that was asked for."""
        self._flush_due = False
        if self._commit_task is not None:
            return  # it takes what came since
        if self._is_synced and not self._out and not self._closing:
            if self._lazy_commit is None:
                self._lazy_commit = self._loop.call_later(_LAZY_COMMIT_S, self._commit_lazily)
            return
        try:
            waiting = self._store.commit()
        except StoreError as error:
            self._store_failed(error)
            return
        if waiting is None:
            self._write_out()
        else:
            self._commit_task = self._loop.create_task(self._commit(waiting))

    def _commit_lazily(self) -> None:
        self._lazy_commit = None
        if self._commit_task is None:
            try:
                waiting = self._store.commit()
            except StoreError as error:
                self._store_failed(error)
                return
            if waiting is not None:
                self._commit_task = self._loop.create_task(self._commit(waiting))

    async def _commit(self, waiting: Awaitable[None] | None) -> None:
        """Wait for the store; what is stored meanwhile is made safe together by the next round."""
        try:
            while waiting is not None:
                out = self._taken_out()
                link, closing = self._link, self._closing
                await waiting
                if link is self._link:
                    self._write_bytes(out)
                if closing:
                    self._close_link()
                waiting = self._store.commit() if self._out or self._closing else None
            self._write_out()
        except StoreError as error:
            self._commit_task = None
            self._store_failed(error)
        finally:
            self._commit_task = None

    def _write_out(self) -> None:
        if self._out:
            self._write_bytes(self._taken_out())
        if self._closing:
            self._close_link()

    def _taken_out(self) -> list[bytes]:
        out, self._out, self._out_bytes = self._out, [], 0
        return out

    def _write_bytes(self, out: list[bytes]) -> None:
        if self._link is not None and out:
            data = out[0] if len(out) == 1 else b"".join(out)
            self.metrics.bytes_out += len(data)
            self._link.write(data)

    def _arm_throttle(self) -> None:
        if self._throttle_timer is None and self._throttle is not None:
            wait_ns = self._throttle.wait_ns(self._clock.now().mono_ns)
            if wait_ns is not None:
                self._throttle_timer = self._loop.call_later(wait_ns / _SECOND_NS, self._throttle_due)

    def _throttle_due(self) -> None:
        self._throttle_timer = None
        self._release()

    def _release(self) -> None:
        """Send what the throttle lets through now."""
        if self._throttle is not None:
            for message, future in self._throttle.due(self._read_clock().mono_ns):
                self._send_waiting(message, future)
            self._arm_throttle()

    def _send_waiting(self, message: Message | TypedMessage, future: asyncio.Future[int] | None) -> None:
        if self._dispatch.to_app_waits:
            self._spawn(self._send_waiting_async(message, future))
            return
        try:
            seq = self._send_now(message)
        except PyFixMsgError as error:
            self._not_sent(error, future)
        else:
            if future is not None and not future.done():
                future.set_result(seq)

    async def _send_waiting_async(self, message: Message | TypedMessage, future: asyncio.Future[int] | None) -> None:
        try:
            await self._dispatch.application.to_app(_plain(message), self.session)
            seq = self._send_asked(message)
        except DoNotSend:
            seq = 0
        except PyFixMsgError as error:
            self._not_sent(error, future)
            return
        if future is not None and not future.done():
            future.set_result(seq)

    def _not_sent(self, error: PyFixMsgError, future: asyncio.Future[int] | None) -> None:
        if future is None:
            self._tell("not_sent", error=str(error))
        elif not future.done():
            future.set_exception(error)

    # ----------------------------------------------------------------------------------------------- resend

    def _replay(self, begin: int, end: int) -> None:
        if self._replay_task is None:
            self._replay_task = self._loop.create_task(self._replay_on(begin, end))

    async def _replay_on(self, begin: int, end: int) -> None:
        """Read the store in slices and give them to the session; the loop turns in between."""
        connection = self._connection
        # A slice fits into what a peer that reads may leave unread.
        slice_bytes = min(_SLICE_BYTES, self._settings.write_buffer_bytes // 4)
        try:
            while begin <= end and self._connection is connection:
                while self._writable is not None and self._link is not None:
                    await self._writable.wait()
                records = self._store.read(begin, end, slice_bytes)
                if inspect.isawaitable(records):
                    records = await records
                through = records[-1].seq if records else end
                asked = [(record.seq, await self._ask_again(record.raw)) for record in records]
                if self._connection is not connection:
                    return
                effects = self._core.replay(asked, through, self._read_clock())
                self._take([one for one in effects if not isinstance(one, Replay)])
                begin, end = next(((one.begin, one.end) for one in effects if isinstance(one, Replay)), (1, 0))
                # Let the loop turn: others have messages too.
                await asyncio.sleep(0)
        except StoreError as error:
            self._store_failed(error)
        finally:
            self._replay_task = None

    async def _ask_again(self, raw: bytes) -> bytes | None:
        """The message, unless the application does not want it to be sent again."""
        if not self._dispatch.hears_to_app or not raw or _is_admin(raw):
            return raw
        message = parse(raw, strict=False)
        message[43] = "Y"
        try:
            answer = self._dispatch.application.to_app(message, self.session)
            if answer is not None and inspect.isawaitable(answer):
                await answer
        except DoNotSend:
            return None
        except Exception as error:  # noqa: BLE001, RUF100 - it is told; what was sent once may be sent again
            self._callback_failed("to_app", error)
        return raw

    # ----------------------------------------------------------------------------------------- what happens

    def _notify(self, event: Any) -> Awaitable[None] | None:
        metrics = self.metrics
        attributes = event.attributes
        waiting: Awaitable[Any] | None = None
        match event.name:
            case "logged_on":
                metrics.logons += 1
                self._told_logon = True
                waiting = self._call("on_logon", self._dispatch.application.on_logon)
                if waiting is not None:
                    waiting = self._finished("on_logon", waiting)
            case "logged_out" | "logon_rejected":
                self.logout_text = attributes.get("text")
                waiting = self._logged_out()
            case "garbled":
                metrics.garbled += 1
            case "rejected":
                metrics.rejects += 1
            case "gap_opened":
                metrics.gaps += 1
                metrics.gap = attributes["end"] - attributes["begin"] + 1
            case "gap_closed":
                metrics.gap = 0
            case "resend_served":
                metrics.resend_bytes += attributes["bytes"]
                metrics.resend_messages += attributes["messages"]
            case "round_trip":
                metrics.round_trip.record(attributes["ns"])
            case _:
                pass
        self._tell(event.name, **attributes)
        return waiting

    def _logged_out(self) -> Awaitable[None] | None:
        if not self._told_logon:
            return None
        self._told_logon = False
        waiting = self._call("on_logout", self._dispatch.application.on_logout)
        return self._finished("on_logout", waiting) if waiting is not None else None

    def _tell(self, name: str, **attributes: Any) -> None:
        event = Event(name, str(self.session_id), self._now.utc_ns, attributes)
        if self._log is not None:
            self._log.event(str(event), event.utc_ns)
        self.events.publish(event)

    def _log_incoming(self, data: bytes, now: Now) -> None:
        if self._log is not None and self._frames is not None:
            for frame in self._frames.feed(data):
                self._log.incoming(frame, now.utc_ns)
            self._frames.garbled()  # the session tells of it

    # ----------------------------------------------------------------------------------------------- ending

    def _reset_store(self, next_out: int, next_in: int, created_ns: int | None) -> None:
        if created_ns is None:
            self._store.set_numbers(next_out, next_in)
        else:
            self._store.reset(next_out, next_in, created_ns)
            if self._log is not None:
                self._log.backup()

    def _close(self, reason: Any) -> None:
        self.close_reason = reason.text or reason.name.replace("_", " ")
        self._tell("closing", reason=reason.name, text=reason.text or None)
        self._closing = True
        if not self._running and not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def _close_link(self) -> None:
        """Let go of the connection: it closes by itself, and the session is free for the next."""
        link = self._link
        if link is not None:
            link.close()
            self._end_connection()

    def _end_connection(self) -> None:
        if self._link is None:
            return
        self._link = None
        if self._connection is not None:
            self._connection.driver = None
            self._connection = None
        self._inbox = None
        self._inbox_bytes = 0
        self._taken_out()
        self._closing = False
        self.writing_resumed()
        task = self._task
        if task is not None and task is not asyncio.current_task():
            # A callback is not done with a message: the session is not done with it either.
            self._lost = True
            self._loop.call_later(_CALLBACK_GRACE_S, task.cancel)
        else:
            self._finish_connection()

    def _finish_connection(self) -> None:
        """Tell the session that its connection is gone, and whoever wants to make the next one."""
        self.metrics.disconnects += 1
        self.is_authenticated = False
        self.metrics.gap = 0
        now = self._read_clock()
        self._tell("disconnected", reason=self.close_reason or None)
        try:
            self._take(self._core.disconnected(now))
            if self._is_resyncing:
                self._is_resyncing = False
                self._resync(*self._store.numbers())
        except StoreError as error:
            self._tell("store_failed", error=str(error))
        if (waiting := self._logged_out()) is not None:
            self._spawn(waiting)
        if self._throttle is not None:
            # What waited is stored, for the peer to ask for.
            for message, future in self._throttle.drain():
                self._send_waiting(message, future)
        if self._owner is not None:
            self._owner.connection_ended(self)
        if self._log is not None:
            self._log.flush()

    def _resync(self, next_out: int, next_in: int, created_ns: int | None) -> None:
        """Let the session go on from what the store holds."""
        now = self._read_clock()
        numbers = {"next_out": next_out, "next_in": next_in, "created_ns": created_ns}
        self._take(self._core.command("refreshed", now, **numbers))

    def _store_failed(self, error: StoreError) -> None:
        """What cannot be stored is not sent: the connection ends, and the session goes on from what is stored."""
        _LOG.error("%s: the store failed: %s", self.session_id, error)
        self._tell("store_failed", error=str(error))
        self._queue.clear()
        self._taken_out()
        self._is_resyncing = True
        self.close_reason = "the store failed"
        link = self._link
        if link is not None:
            link.abort()
            self._end_connection()

    def _spawn(self, waiting: Awaitable[None]) -> None:
        task: asyncio.Task[None] = self._loop.create_task(_awaited(waiting))
        if self._spawned is None:
            self._spawned = set()
        self._spawned.add(task)
        task.add_done_callback(self._spawned.discard)

    async def close(self) -> None:
        """Give everything up: timers, tasks, the store and the log. The connection must have ended."""
        for timer in (self._timer, self._throttle_timer, self._lazy_commit):
            if timer is not None:
                timer.cancel()
        self._timer = self._throttle_timer = self._lazy_commit = None
        tasks = [task for task in (self._task, self._replay_task, *(self._spawned or ())) if task is not None]
        for task in tasks:
            task.cancel()
        if self._commit_task is not None:
            tasks.append(self._commit_task)
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            if (waiting := self._store.close()) is not None:
                await waiting
        finally:
            if self._log is not None:
                self._log.close()
                self._log = None


async def _awaited(waiting: Awaitable[None]) -> None:
    await waiting


def _plain(message: Message | TypedMessage) -> Message:
    return message.message if isinstance(message, TypedMessage) else message


_ADMIN = frozenset(b"0\x01 1\x01 2\x01 3\x01 4\x01 5\x01 A\x01".split(b" "))


def _is_admin(raw: bytes) -> bool:
    """Whether a message of ours is a session message; MsgType(35) is its third field."""
    at = raw.find(b"\x0135=", 0, 40)
    return at >= 0 and raw[at + 4 : at + 6] in _ADMIN
