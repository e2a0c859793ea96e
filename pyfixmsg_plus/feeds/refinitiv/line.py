"""The driver of one line: it reads frames, tells the time, carries out what the consumer answers, and decides nothing.

Reading is a task of its own, so that a reader of prices who is slow never keeps the server waiting.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.errors import PyFixMsgError, TransportError
from pyfixmsg_plus.feeds.refinitiv.consumer import Consumer
from pyfixmsg_plus.feeds.refinitiv.dialing import DialSettings, dial
from pyfixmsg_plus.feeds.refinitiv.events import Drop, Effect, LoggedIn, LoginFailed, LoginRule, Send
from pyfixmsg_plus.feeds.refinitiv.reconnect import ReconnectPlan

__all__ = ["Line", "Places", "TokenStopped", "Tokens"]

_LOG = logging.getLogger("pyfixmsg_plus.feeds.refinitiv")
SECOND_NS = 1_000_000_000
# More than that waiting to be written means that the server does not read.
_UNWRITTEN_MAX = 64 * 1024 * 1024


class TokenStopped(PyFixMsgError):  # noqa: N818 - the state
    """No token is to be had, and asking again could lock the account."""


class Tokens(Protocol):
    """Where tokens come from."""

    async def token(self, *, fresh: bool) -> Secret:
        """Return a token that may be used to log in.

        Args:
            fresh: The one before was refused.

        Raises:
            TokenStopped: There is none, and there will be none.
            TransportError: There is none now.
        """
        ...

    def login_accepted(self, line: "Line", reissue_by_s: int | None) -> None:
        """Hear of a Login: ``line.renew`` takes a new token as long as it lasts."""
        ...

    def login_ended(self, line: "Line") -> None:
        """Hear of its end."""
        ...


class Places(Protocol):
    """Where to connect: asked before each attempt."""

    async def urls(self, token: Secret | None) -> Sequence[str]:
        """Return the URLs, the best first.

        Raises:
            TransportError: They cannot be had now.
        """
        ...


class Line:
    """One connection after another to the places of a list.

    Args:
        consumer: What decides.
        places: Where to connect.
        plan: When to connect again.
        clock: Says the time.
        told: Is given every effect that is not about the connection, in order, on the event loop.
        dialing: How a connection is made.
        tokens: Where tokens come from, where they are needed.
        tick_s: Between two looks at the time.
    """

    def __init__(
        self,
        consumer: Consumer,
        places: Places,
        plan: ReconnectPlan,
        clock: Clock,
        told: Callable[[Effect], None],
        *,
        dialing: DialSettings | None = None,
        tokens: Tokens | None = None,
        tick_s: float = 0.1,
    ) -> None:
        self.consumer = consumer
        self.detail = "not started"
        self.stopped = False
        self._places = places
        self._plan = plan
        self._clock = clock
        self._told = told
        self._dialing = dialing or DialSettings()
        self._tokens = tokens
        self._tick_s = tick_s
        self._fresh = False
        self._closing = False
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._unwritten = 0
        self._dropped: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to connect."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Log out, and end the connection."""
        self._closing = True
        self.carry_out(self.consumer.close(self._clock.now()))
        task, self._task = self._task, None
        if task is not None:
            # The Close of the Login shall still be written.
            await asyncio.wait([task], timeout=self._dialing.close_s + 0.5 if self._dropped is not None else 0)
            task.cancel()
            await asyncio.wait([task])
        self.detail = "closed"

    def renew(self, token: Secret) -> None:
        """Hand on a new token."""
        self.carry_out(self.consumer.renew(token))

    def carry_out(self, effects: Iterable[Effect]) -> None:
        """Carry out effects, in order."""
        for effect in effects:
            match effect:
                case Send(data):
                    self._unwritten += len(data)
                    self._outbox.put_nowait(data)
                    if self._unwritten > _UNWRITTEN_MAX:
                        self._drop("the server does not read")
                case Drop(reason):
                    self._drop(reason)
                case LoggedIn(reissue_by_s):
                    self._logged_in(reissue_by_s)
                    self._told(effect)
                case LoginFailed():
                    self._login_failed(effect)
                    self._told(effect)
                case _:
                    self._told(effect)

    def _logged_in(self, reissue_by_s: int | None) -> None:
        self.detail = ""
        self._fresh = False
        self._plan.connected(self._clock.now())
        if self._tokens is not None:
            self._tokens.login_accepted(self, reissue_by_s)

    def _login_failed(self, failed: LoginFailed) -> None:
        self.detail = f"Login {failed.code}: {failed.text}"
        _LOG.warning("Login closed: %s, %s", failed.code, failed.rule)
        match failed.rule:
            case LoginRule.STOP:
                self.stopped = True
            case LoginRule.FRESH_TOKEN:
                self._fresh = True
            case LoginRule.LATER:
                self._plan.refused()
                self._fresh = failed.accepted
            case LoginRule.BACK_OFF:
                pass

    def _drop(self, reason: str) -> None:
        if self._dropped is not None and not self._dropped.is_set():
            self.detail = self.detail or reason
            _LOG.info("connection ended by us: %s", reason)
            self._dropped.set()

    async def _run(self) -> None:
        while not (self._closing or self.stopped):
            attempt = self._plan.next(self._clock.now())
            await self._until(attempt.not_before_ns)
            try:
                token = await self._tokens.token(fresh=self._fresh) if self._tokens is not None else None
                urls = await self._places.urls(token)
                self._plan.places(len(urls))
                if not urls:
                    self.detail = "no endpoint is known"
                    continue
                connection = await dial(urls[attempt.place % len(urls)], self._dialing)
            except TokenStopped as error:
                self.stopped, self.detail = True, str(error)
                _LOG.error("no token: %s", error)
            except TransportError as error:
                self.detail = str(error)
                _LOG.warning("%s", error)
            else:
                await self._served(connection, token)
        if self.stopped:
            _LOG.error("stopped: %s", self.detail)

    async def _until(self, mono_ns: int) -> None:
        while (left_ns := mono_ns - self._clock.now().mono_ns) > 0:
            await asyncio.sleep(min(left_ns / SECOND_NS, self._tick_s))

    async def _served(self, connection: ClientConnection, token: Secret | None) -> None:
        """One connection, to its end."""
        self._outbox = asyncio.Queue()
        self._unwritten = 0
        self._dropped = dropped = asyncio.Event()
        self.detail = "logging in"
        loop = asyncio.get_running_loop()
        tasks = [
            loop.create_task(self._read(connection)),
            loop.create_task(self._write(connection)),
            loop.create_task(self._watch()),
            loop.create_task(self._end_of(dropped)),
        ]
        self.carry_out(self.consumer.connected(self._clock.now(), token))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if dropped.is_set():
                await self._flushed()
        finally:
            self._dropped = None
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception):
                    _LOG.error("a task of the connection failed", exc_info=ended)
            if self._tokens is not None:
                self._tokens.login_ended(self)
            self.detail = self.detail or "the connection was lost"
            self.carry_out(self.consumer.disconnected(self._clock.now()))
            await connection.close()

    async def _read(self, connection: ClientConnection) -> None:
        try:
            while True:
                data = await connection.recv(decode=False)
                for effects in self.consumer.steps(data, self._clock.now()):
                    self.carry_out(effects)
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd is not None else None
            self.detail = self.detail or f"the server ended the connection ({code or 'without a close'})"

    async def _write(self, connection: ClientConnection) -> None:
        try:
            while True:
                data = await self._outbox.get()
                await connection.send(data.decode())
                self._unwritten -= len(data)
                self._outbox.task_done()
        except ConnectionClosed:
            return

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._tick_s)
            self.carry_out(self.consumer.tick(self._clock.now()))

    async def _end_of(self, dropped: asyncio.Event) -> None:
        await dropped.wait()

    async def _flushed(self) -> None:
        """Let what was to be sent before the end be written, for a moment."""
        try:
            async with asyncio.timeout(self._dialing.close_s / 2):
                await self._outbox.join()
        except TimeoutError:
            return
