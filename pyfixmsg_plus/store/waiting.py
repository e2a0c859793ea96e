"""Wait on an event loop for fsyncs that end on other threads.

The threads that fsync know nothing of Python: they make a descriptor readable, one for each event loop, and the loop
wakes whoever waits on any store.
"""

import asyncio
from collections.abc import Generator
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from pyfixmsg_plus._core import SyncSignal
from pyfixmsg_plus.errors import StoreError

__all__ = ["Committed", "Waiting"]


class Journal(Protocol):
    """What says whether a position is safe, and gives a signal when that may have changed."""

    def listen(self, signal: SyncSignal) -> None: ...

    def is_safe(self, position: int) -> bool: ...


class _Waker:
    """What wakes the waiting stores of one event loop."""

    def __init__(self) -> None:
        self.signal = SyncSignal()
        self.waiting: set[Waiting] = set()

    def wake(self) -> None:
        self.signal.drain()
        for store in list(self.waiting):
            store.wake()


_WAKERS: WeakKeyDictionary[asyncio.AbstractEventLoop, _Waker] = WeakKeyDictionary()


def _waker(loop: asyncio.AbstractEventLoop) -> _Waker:
    waker = _WAKERS.get(loop)
    if waker is None:
        waker = _WAKERS[loop] = _Waker()
        loop.add_reader(waker.signal.fileno(), waker.wake)
    return waker


class Waiting:
    """Those who wait for one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waker: _Waker | None = None
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []

    async def until_safe(self, position: int) -> None:
        """Wait until everything before a position is safe.

        Raises:
            StoreError: An fsync failed.
        """
        loop = asyncio.get_running_loop()
        waker = _waker(loop)
        if waker is not self._waker:
            self._waker = waker
            self._journal.listen(waker.signal)
        # Asked after listening: an fsync that ends from here on gives the signal.
        if self._journal.is_safe(position):
            return
        future: asyncio.Future[None] = loop.create_future()
        self._waiters.append((position, future))
        waker.waiting.add(self)
        await future

    def wake(self) -> None:
        """Tell those whose position is safe, or that it never will be."""
        left = []
        for position, future in self._waiters:
            if future.done():
                continue
            try:
                if self._journal.is_safe(position):
                    future.set_result(None)
                else:
                    left.append((position, future))
            except StoreError as error:
                future.set_exception(error)
        self._waiters = left
        if not left and self._waker is not None:
            self._waker.waiting.discard(self)


class Committed:
    """A commit whose fsync is under way."""

    __slots__ = ("_position", "_waiting")

    def __init__(self, waiting: Waiting, position: int) -> None:
        self._waiting = waiting
        self._position = position

    def __await__(self) -> Generator[Any, None, None]:
        return self._waiting.until_safe(self._position).__await__()
