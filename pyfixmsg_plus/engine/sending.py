"""Messages of the application on their way to the session: ``to_app``, the rate, and who waits."""

import asyncio
import inspect
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.engine.dispatch import Dispatch
from pyfixmsg_plus.engine.outbox import Outbox
from pyfixmsg_plus.engine.session import Session
from pyfixmsg_plus.engine.throttle import Throttle
from pyfixmsg_plus.errors import DoNotSend, LocalProtocolError, PyFixMsgError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.message_types import TypedMessage
from pyfixmsg_plus.session import Append, Effect
from pyfixmsg_plus.session import Session as SessionCore

__all__ = ["Sending"]

_SECOND_NS = 1_000_000_000
# What is sent at most between two turns of the loop by who waits for the peer.
_TURN_BYTES = 64 * 1024

_Sent = Message | TypedMessage


class Sending:
    """The messages of the application on one session.

    Args:
        session: It.
        core: What numbers and writes them.
        dispatch: The callbacks.
        read_clock: Tells the time.
        outbox: Where they go.
        rate_per_s: How many a second; nothing: any number.
        carry: Carries effects out.
        spawn: Runs what must be awaited.
        tell: Tells people what happened.
    """

    __slots__ = (
        "_carry",
        "_core",
        "_dispatch",
        "_loop",
        "_outbox",
        "_read_clock",
        "_session",
        "_spawn",
        "_tell",
        "_thread",
        "_throttle",
        "_timer",
        "_writable",
    )

    def __init__(
        self,
        session: Session,
        core: SessionCore,
        dispatch: Dispatch,
        read_clock: Callable[[], Now],
        outbox: Outbox,
        rate_per_s: int | None,
        *,
        carry: Callable[[list[Effect]], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        tell: Callable[..., None],
    ) -> None:
        self._session = session
        self._core = core
        self._dispatch = dispatch
        self._read_clock = read_clock
        self._outbox = outbox
        self._carry = carry
        self._spawn = spawn
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._throttle: Throttle[tuple[_Sent, asyncio.Future[int] | None]] | None = (
            Throttle(rate_per_s) if rate_per_s else None
        )
        self._timer: asyncio.TimerHandle | None = None
        self._writable: asyncio.Event | None = None

    @property
    def waiting(self) -> int:
        """Messages that wait for their turn."""
        return len(self._throttle) if self._throttle is not None else 0

    def send(self, message: _Sent) -> int:
        """Send a message; its number, or 0 where it has none yet, or will have none."""
        if threading.get_ident() != self._thread:
            raise LocalProtocolError("send belongs to the thread of the event loop: use send_threadsafe")
        if self._throttle is not None and self._is_held(self._throttle):
            self._throttle.put((message, None))
            self._arm()
            return 0
        return self._send_now(message)

    async def send_async(self, message: _Sent) -> int:
        """The same; waits while the peer takes no bytes, for the rate, and for an async ``to_app``."""
        # Who sends in a loop must let the loop turn, or nobody could tell that the peer does not take it all.
        while self._outbox.waiting_bytes > _TURN_BYTES:
            await asyncio.sleep(0)
        await self.until_writable()
        if self._throttle is not None and self._is_held(self._throttle):
            future: asyncio.Future[int] = self._loop.create_future()
            self._throttle.put((message, future))
            self._arm()
            return await future
        if self._dispatch.to_app_waits:
            return await self._send_slowly(message)
        return self._send_now(message)

    def _is_held(self, throttle: Throttle[Any]) -> bool:
        return self._core.is_logged_on and not throttle.passes(self._read_clock().mono_ns)

    def _send_now(self, message: _Sent) -> int:
        if self._dispatch.hears_to_app:
            try:
                answer = self._dispatch.application.to_app(_plain(message), self._session)
            except DoNotSend:
                return 0
            if answer is not None and inspect.isawaitable(answer):
                if inspect.iscoroutine(answer):
                    answer.close()
                raise LocalProtocolError("to_app is async: use send_async")
        return self._send_asked(message)

    async def _send_slowly(self, message: _Sent) -> int:
        try:
            await self._dispatch.application.to_app(_plain(message), self._session)
        except DoNotSend:
            return 0
        return self._send_asked(message)

    def _send_asked(self, message: _Sent) -> int:
        effects = self._core.send(message, self._read_clock())
        self._carry(effects)
        for effect in effects:
            if isinstance(effect, Append):
                return effect.seq
        return 0

    # -------------------------------------------------------------------------------------- back-pressure

    def pause(self) -> None:
        """The peer takes bytes more slowly than they come."""
        if self._writable is None:
            self._writable = asyncio.Event()

    def resume(self) -> None:
        """It has taken most of them, or is gone."""
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    async def until_writable(self) -> None:
        """Wait until the peer takes bytes, or is gone."""
        while self._writable is not None:
            await self._writable.wait()

    # -------------------------------------------------------------------------------------------- the rate

    def release(self) -> None:
        """Send what may go now."""
        if self._throttle is not None:
            for message, future in self._throttle.due(self._read_clock().mono_ns):
                self._send_waiting(message, future)
            self._arm()

    def release_all(self) -> None:
        """Let all that wait take their numbers: nobody is logged on, and they are stored for the peer to ask for."""
        if self._throttle is not None:
            for message, future in self._throttle.drain():
                self._send_waiting(message, future)

    def stop(self) -> None:
        """Send nothing more by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        if self._timer is None and self._throttle is not None:
            wait_ns = self._throttle.wait_ns(self._read_clock().mono_ns)
            if wait_ns is not None:
                self._timer = self._loop.call_later(wait_ns / _SECOND_NS, self._due)

    def _due(self) -> None:
        self._timer = None
        self.release()

    def _send_waiting(self, message: _Sent, future: asyncio.Future[int] | None) -> None:
        if self._dispatch.to_app_waits:
            self._spawn(self._send_waiting_slowly(message, future))
            return
        try:
            seq = self._send_now(message)
        except PyFixMsgError as error:
            self._not_sent(error, future)
        else:
            _settle(future, seq)

    async def _send_waiting_slowly(self, message: _Sent, future: asyncio.Future[int] | None) -> None:
        try:
            seq = await self._send_slowly(message)
        except PyFixMsgError as error:
            self._not_sent(error, future)
        else:
            _settle(future, seq)

    def _not_sent(self, error: PyFixMsgError, future: asyncio.Future[int] | None) -> None:
        if future is None:
            self._tell("not_sent", error=str(error))
        elif not future.done():
            future.set_exception(error)


def _settle(future: asyncio.Future[int] | None, seq: int) -> None:
    if future is not None and not future.done():
        future.set_result(seq)


def _plain(message: _Sent) -> Message:
    return message.message if isinstance(message, TypedMessage) else message
