"""One call for all who ask for the same at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["SingleFlight"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Flight(Generic[V]):
    def __init__(self, task: asyncio.Task[V]) -> None:
        self.task = task
        self.waiting = 0


class SingleFlight(Generic[K, V]):
    """Shares a call and how it ended among its callers; nothing is kept once it has ended.

    A caller that gives up does not end the call for the others; when the last one has given up the call ends too.
    """

    def __init__(self) -> None:
        self._flights: dict[K, _Flight[V]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    async def do(self, key: K, call: Callable[[], Awaitable[V]]) -> V:
        """Return what the call under way for this key returns, or begin one.

        Raises:
            Exception: Whatever the call raised, for every caller alike.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.ensure_future(_run(call)))
            flight.task.add_done_callback(lambda task: self._ended(key, flight, task))
        flight.waiting += 1
        try:
            # asyncio.wait leaves the task alone when the one who waits is cancelled, and raises nothing of the task's.
            await asyncio.wait([flight.task])
        finally:
            flight.waiting -= 1
            if flight.waiting == 0 and not flight.task.done():
                # Whoever comes now must not share a call that is about to end.
                self._landed(key, flight)
                flight.task.cancel()
        return flight.task.result()

    def _ended(self, key: K, flight: _Flight[V], task: asyncio.Task[V]) -> None:
        self._landed(key, flight)
        if not task.cancelled():
            # Seen, even where the last caller gave up in the moment in which it failed.
            task.exception()

    def _landed(self, key: K, flight: _Flight[V]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]


async def _run(call: Callable[[], Awaitable[V]]) -> V:
    return await call()
