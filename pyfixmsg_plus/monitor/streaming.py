"""Serve one page over one WebSocket: its token, a snapshot, then deltas until one side ends it.

The first message of the page is ``{"token": "..."}``, never a query string: addresses are logged. A page may send
another token at any time, when it switches users or renews; it is then given a new snapshot. Close codes: 4401 no
valid token, 4400 not understood, 4408 too slow, 1013 too many pages.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.monitor.hub import Hub, Reader

__all__ = ["LARGEST_MESSAGE", "READERS_MAX", "Admission", "PageSocket", "follow"]

# Tokens with many roles have a few thousand characters.
LARGEST_MESSAGE = 16_384
READERS_MAX = 200
TOKEN_WITHIN_S = 5.0
SENT_WITHIN_S = 10.0
# A person sees ten changes a second as one movement; more would only cost.
PACE_S = 0.1
BEAT_S = 5.0

_NO_TOKEN, _NOT_UNDERSTOOD, _TOO_SLOW, _TOO_MANY = 4401, 4400, 4408, 1013


class PageSocket(Protocol):
    """A WebSocket that was accepted, such as Starlette's."""

    async def receive_text(self) -> str:
        """Return the next message; raise when the other side is gone."""
        ...

    async def send_text(self, data: str) -> None:
        """Send a message; wait while the other side does not take it; raise when it is gone."""
        ...

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End it."""
        ...


@dataclass(frozen=True, slots=True)
class Admission:
    """What a token opens.

    Attributes:
        scopes: Such as ``baskets:read``.
        expires_ns: In nanoseconds since 1970; nothing: it does not expire.
    """

    scopes: frozenset[str]
    expires_ns: int | None = None


class _Ended(Exception):  # noqa: N818 - no error: the way out of two tasks at once
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Following:
    def __init__(
        self, socket: PageSocket, hub: Hub, admit: Callable[[str], Awaitable[Admission | None]], clock: Clock
    ) -> None:
        self._socket = socket
        self._hub = hub
        self._admit = admit
        self._clock = clock
        self._changed = asyncio.Event()
        self._reader: Reader | None = None
        self._expires_ns: int | None = None

    async def run(self) -> None:
        """Serve to the end; raises ``_Ended`` where this side ends it."""
        try:
            async with asyncio.timeout(TOKEN_WITHIN_S):
                await self._take_token()
        except TimeoutError as error:
            raise _Ended(_NO_TOKEN, "no token came") from error
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._send())
                tasks.create_task(self._listen())
        except* _Ended as ended:
            first = ended.exceptions[0]
            while isinstance(first, BaseExceptionGroup):
                first = first.exceptions[0]
            raise first from None

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()

    async def _listen(self) -> None:
        while True:
            await self._take_token()

    async def _take_token(self) -> None:
        admission = await self._admit(_token(await self._socket.receive_text()))
        if admission is None:
            raise _Ended(_NO_TOKEN, "the token is not valid")
        self.close()
        self._expires_ns = admission.expires_ns
        self._reader = self._hub.reader(admission.scopes, self._changed.set)
        self._changed.set()

    async def _send(self) -> None:
        while True:
            try:
                async with asyncio.timeout(BEAT_S):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            now_ns = self._clock.now().utc_ns
            if self._expires_ns is not None and now_ns >= self._expires_ns:
                raise _Ended(_NO_TOKEN, "the token has expired")
            if (reader := self._reader) is None:  # pragma: no cover - the token came first
                continue
            frame = reader.take(now_ns)
            try:
                async with asyncio.timeout(SENT_WITHIN_S):
                    await self._socket.send_text(reader.beat(now_ns) if frame is None else frame)
            except TimeoutError as error:
                raise _Ended(_TOO_SLOW, "the page does not take what is sent") from error
            await asyncio.sleep(PACE_S)


def _token(text: str) -> str:
    if len(text) > LARGEST_MESSAGE:
        raise _Ended(_NOT_UNDERSTOOD, "too long")
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Ended(_NOT_UNDERSTOOD, "not JSON") from error
    token = said.get("token") if isinstance(said, dict) else None
    if not isinstance(token, str):
        raise _Ended(_NOT_UNDERSTOOD, "no token in it")
    return token


async def follow(
    socket: PageSocket, hub: Hub, admit: Callable[[str], Awaitable[Admission | None]], clock: Clock
) -> None:
    """Serve one page until one side ends it.

    Args:
        socket: Accepted already.
        hub: What the page follows.
        admit: Says what a token opens, or ``None`` where it is not valid.
        clock: Tells the time that frames carry, and when tokens expire.

    Raises:
        Exception: What ``socket`` raises when the other side is gone, perhaps in a group.
    """
    if hub.readers >= READERS_MAX:
        await socket.close(_TOO_MANY, "too many pages")
        return
    following = _Following(socket, hub, admit, clock)
    try:
        await following.run()
    except _Ended as ended:
        await socket.close(ended.code, ended.reason)
    finally:
        following.close()
