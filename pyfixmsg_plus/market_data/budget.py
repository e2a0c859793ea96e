"""How many calls may be made upstream, by whom, and who waits.

So many calls fit in any hour. What publishing needs goes first: the others together leave it a fifth, and history has a
fifth at most.
"""

import asyncio
import heapq
from collections import Counter, deque
from enum import IntEnum
from itertools import count
from typing import Protocol

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.market_data.source import BudgetSpent

__all__ = ["CallBudget", "CallQueue", "LocalBudget", "Priority", "RollingBudget", "shares"]

HOUR_NS = 3600 * 1_000_000_000
_SECOND_NS = 1_000_000_000


class Priority(IntEnum):
    """Who calls; the lower number goes first."""

    PUBLISHING = 0
    INTERACTIVE = 1
    HISTORY = 2


def shares(calls: int) -> dict[Priority, int]:
    """Return how many calls of a window each priority may have used, those below it counted in."""
    return {Priority.PUBLISHING: calls, Priority.INTERACTIVE: calls * 80 // 100, Priority.HISTORY: calls * 20 // 100}


class RollingBudget:
    """Counts the calls of the last hour.

    Args:
        calls: How many may be made in any window.
        window_ns: How long the window is.
    """

    def __init__(self, calls: int = 1000, window_ns: int = HOUR_NS) -> None:
        self._shares = shares(calls)
        self._window_ns = window_ns
        self._made: deque[tuple[int, Priority]] = deque()
        self._used: Counter[Priority] = Counter()

    def take(self, priority: Priority, mono_ns: int) -> int:
        """Take one call and return 0, or return for how many nanoseconds none can be had."""
        self._forget(mono_ns)
        wait = 0
        # A call counts for its own priority and for all above it.
        for level in Priority:
            if level <= priority and self._within(level) >= self._shares[level]:
                wait = max(wait, self._frees_ns(level) - mono_ns)
        if wait == 0:
            self._made.append((mono_ns, priority))
            self._used[priority] += 1
        return wait

    def remaining(self, mono_ns: int) -> int:
        """Return how many calls are left in this window for the highest priority."""
        self._forget(mono_ns)
        return self._shares[Priority.PUBLISHING] - len(self._made)

    def _within(self, level: Priority) -> int:
        return sum(used for priority, used in self._used.items() if priority >= level)

    def _frees_ns(self, level: Priority) -> int:
        first = next((made for made, priority in self._made if priority >= level), None)
        # With a share of nothing no call ever frees one.
        return self._window_ns + first if first is not None else HOUR_NS * 24 * 365

    def _forget(self, mono_ns: int) -> None:
        while self._made and self._made[0][0] <= mono_ns - self._window_ns:
            self._used[self._made.popleft()[1]] -= 1


class CallBudget(Protocol):
    """A budget that may be shared by processes."""

    async def take(self, priority: Priority, now: Now) -> int:
        """Take one call and return 0, or return for how many nanoseconds none can be had."""
        ...

    async def remaining(self, now: Now) -> int:
        """Return how many calls are left for the highest priority."""
        ...


class LocalBudget:
    """The budget of a single process.

    Args:
        calls: How many may be made in any window.
        window_ns: How long the window is.
    """

    def __init__(self, calls: int = 1000, window_ns: int = HOUR_NS) -> None:
        self._budget = RollingBudget(calls, window_ns)

    async def take(self, priority: Priority, now: Now) -> int:
        """Take one call and return 0, or return for how many nanoseconds none can be had."""
        return self._budget.take(priority, now.mono_ns)

    async def remaining(self, now: Now) -> int:
        """Return how many calls are left for the highest priority."""
        return self._budget.remaining(now.mono_ns)


class CallQueue:
    """Where calls wait for the budget: the higher priority first, then the one that came first.

    A call for which nothing will be free in time is refused at once; waiting would not help it.

    Args:
        budget: What may be called.
        clock: Says the time.
        limit: How many may wait.
        patience_ns: How long one waits.
    """

    def __init__(
        self, budget: CallBudget, clock: Clock, *, limit: int = 1000, patience_ns: int = 2 * _SECOND_NS
    ) -> None:
        self._budget = budget
        self._clock = clock
        self._limit = limit
        self._patience_ns = patience_ns
        self._waiting: list[tuple[Priority, int, int, asyncio.Future[None]]] = []
        self._order = count()
        self._changed = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    async def acquire(self, priority: Priority) -> None:
        """Wait for a call, and take it.

        Raises:
            BudgetSpent: None is free in time, or too many wait.
        """
        if len(self._waiting) >= self._limit:
            raise BudgetSpent(f"{self._limit} calls wait for the budget", retry_after_s=self._patience_ns / _SECOND_NS)
        free: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        until = self._clock.now().mono_ns + self._patience_ns
        heapq.heappush(self._waiting, (priority, next(self._order), until, free))
        self._changed.set()
        if self._pump is None:
            self._pump = asyncio.ensure_future(self._serve())
        await free

    async def close(self) -> None:
        """Refuse all who wait."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.wait([self._pump])
        for *_, free in self._waiting:
            free.cancel()
        self._waiting.clear()

    async def _serve(self) -> None:
        try:
            while self._waiting:
                entry = self._waiting[0]
                priority, _, until, free = entry
                self._changed.clear()
                now = self._clock.now()
                wait = 0 if free.done() else await self._budget.take(priority, now)
                if wait and now.mono_ns + wait <= until:
                    # One of higher priority may come in the meantime.
                    await _either(self._changed, wait)
                    continue
                self._waiting.remove(entry)
                heapq.heapify(self._waiting)
                if free.done():
                    continue
                if wait:
                    text = "the budget of calls upstream is spent"
                    free.set_exception(BudgetSpent(text, retry_after_s=wait / _SECOND_NS))
                else:
                    free.set_result(None)
        except Exception as error:
            for *_, free in self._waiting:
                if not free.done():
                    free.set_exception(error)
            self._waiting.clear()
        finally:
            self._pump = None


async def _either(changed: asyncio.Event, wait_ns: int) -> None:
    try:
        async with asyncio.timeout(wait_ns / _SECOND_NS):
            await changed.wait()
    except TimeoutError:
        return
