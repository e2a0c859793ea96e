"""A shared cache and a shared budget that may go away: the process goes on with its own, and comes back to them."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.breaker import Breaker, BreakerSettings, Outcome
from pyfixmsg_plus.market_data.budget import CallBudget, Priority
from pyfixmsg_plus.market_data.cache.memory import MemoryCache
from pyfixmsg_plus.market_data.cache.port import CacheUnavailable, PriceCache

__all__ = ["SHARED_BREAKER", "DegradingBudget", "DegradingCache"]

T = TypeVar("T")
_SECOND_NS = 1_000_000_000
# A cache that is away costs every request its time limit: one failure is enough, and one success too.
SHARED_BREAKER = BreakerSettings(window=1, minimum=1, open_ns=5 * _SECOND_NS, probes=1)


class _Shared:
    """Calls of what is shared, left alone for a while after it could not be reached."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._breaker = Breaker(SHARED_BREAKER)
        self.failures = 0

    async def call(self, make: Callable[[], Awaitable[T]]) -> T:
        """Return what the call returns.

        Raises:
            CacheUnavailable: It could not be made.
        """
        began = self._clock.now()
        if not self._breaker.allow(began):
            self.failures += 1
            raise CacheUnavailable("the cache could not be reached a moment ago")
        outcome = Outcome.IGNORED
        try:
            answer = await make()
            outcome = Outcome.SUCCESS
        except CacheUnavailable:
            self.failures += 1
            outcome = Outcome.FAILURE
            raise
        finally:
            now = self._clock.now()
            self._breaker.record(outcome, now.mono_ns - began.mono_ns, now)
        return answer


class DegradingCache:
    """A shared cache in front of one in memory; what is kept is kept in both.

    Args:
        shared: May go away.
        local: Serves while it is away.
        clock: Says the time.
    """

    def __init__(self, shared: PriceCache, local: MemoryCache, clock: Clock) -> None:
        self._cache = shared
        self._local = local
        self._shared = _Shared(clock)

    @property
    def failures(self) -> int:
        """How often the shared cache could not be asked."""
        return self._shared.failures

    async def get(self, key: str, utc_ns: int) -> MarketPrice | None:
        """Return the price under a key, or ``None`` where there is none or it has expired."""
        try:
            return await self._shared.call(lambda: self._cache.get(key, utc_ns))
        except CacheUnavailable:
            return await self._local.get(key, utc_ns)

    async def put(self, key: str, price: MarketPrice, expires_ns: int, utc_ns: int) -> bool:
        """Keep a price until it expires unless a newer one is kept, and say whether it is the one that is kept."""
        kept = await self._local.put(key, price, expires_ns, utc_ns)
        try:
            return await self._shared.call(lambda: self._cache.put(key, price, expires_ns, utc_ns))
        except CacheUnavailable:
            return kept

    async def missing(self, key: str, utc_ns: int) -> bool:
        """Say whether it is known that there is nothing under a key."""
        try:
            return await self._shared.call(lambda: self._cache.missing(key, utc_ns))
        except CacheUnavailable:
            return await self._local.missing(key, utc_ns)

    async def put_missing(self, key: str, expires_ns: int, utc_ns: int) -> None:
        """Remember for a while that there is nothing under a key."""
        await self._local.put_missing(key, expires_ns, utc_ns)
        try:
            await self._shared.call(lambda: self._cache.put_missing(key, expires_ns, utc_ns))
        except CacheUnavailable:
            return

    async def discard(self, key: str) -> int:
        """Forget a key, and return how many entries that were."""
        gone = await self._local.discard(key)
        try:
            return await self._shared.call(lambda: self._cache.discard(key))
        except CacheUnavailable:
            return gone

    async def clear(self, prefix: str) -> int:
        """Forget all keys that begin so, and return how many entries that were."""
        gone = await self._local.clear(prefix)
        try:
            return await self._shared.call(lambda: self._cache.clear(prefix))
        except CacheUnavailable:
            return gone

    async def size(self, prefix: str) -> int:
        """Return how many entries there are under keys that begin so."""
        try:
            return await self._shared.call(lambda: self._cache.size(prefix))
        except CacheUnavailable:
            return await self._local.size(prefix)

    async def close(self) -> None:
        """Let go of connections."""
        await self._local.close()
        await self._cache.close()


class DegradingBudget:
    """A shared budget; while it is away the process has its own, which knows what this process has called.

    Args:
        shared: May go away.
        local: Its share for a single process.
        clock: Says the time.
    """

    def __init__(self, shared: CallBudget, local: CallBudget, clock: Clock) -> None:
        self._budget = shared
        self._local = local
        self._shared = _Shared(clock)

    @property
    def failures(self) -> int:
        """How often the shared budget could not be asked."""
        return self._shared.failures

    async def take(self, priority: Priority, now: Now) -> int:
        """Take one call and return 0, or return for how many nanoseconds none can be had."""
        try:
            wait = await self._shared.call(lambda: self._budget.take(priority, now))
        except CacheUnavailable:
            return await self._local.take(priority, now)
        if wait == 0:
            await self._local.take(priority, now)
        return wait

    async def remaining(self, now: Now) -> int:
        """Return how many calls are left for the highest priority."""
        try:
            return await self._shared.call(lambda: self._budget.remaining(now))
        except CacheUnavailable:
            return await self._local.remaining(now)
