"""One source among others: guarded, limited and judged, with its own last values and its own place in the cache."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.domain import DailyBar, MarketPrice
from pyfixmsg_plus.market_data.breaker import Breaker, BreakerSettings, BreakerState, Outcome
from pyfixmsg_plus.market_data.budget import CallQueue, LocalBudget, Priority
from pyfixmsg_plus.market_data.cache import PriceCache
from pyfixmsg_plus.market_data.last_values import LastValues
from pyfixmsg_plus.market_data.lifetime import Lifetime, dated
from pyfixmsg_plus.market_data.quality import Gate, Verdict
from pyfixmsg_plus.market_data.retry import Retry
from pyfixmsg_plus.market_data.source import Confirms, Listener, PriceSource, Subscription
from pyfixmsg_plus.market_data.subscriptions import SharedSubscriptions
from pyfixmsg_plus.market_data.upstream import Upstream

__all__ = ["PRIORITIES", "Proxy", "ProxySettings"]

_SECOND_NS = 1_000_000_000
PRIORITIES = {"SMA_REFINITIV": 1, "BLOOMBERG": 2, "REUTERS": 3, "YAHOO_FINANCE": 4, "HTTP_JSON": 5, "SIMULATOR": 9}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """How a source is treated.

    Attributes:
        timeout_ns: Longest time for a request to it, all attempts counted in.
        per_second: Calls that may be made in any second.
        concurrent: Calls that may be under way.
        subscribed: Readers of prices subscribe to it too; otherwise it is asked only where others fail.
        linger_ns: How long a subscription outlives its last reader.
        lifetime: How long its prices are served from the cache, by quality.
        retry: How often a call is tried.
        breaker: When it is left alone.
    """

    timeout_ns: int = 5 * _SECOND_NS
    per_second: int = 1000
    concurrent: int = 100
    subscribed: bool = True
    linger_ns: int = 60 * _SECOND_NS
    lifetime: Lifetime = field(default_factory=Lifetime)
    retry: Retry = field(default_factory=Retry)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)

    @classmethod
    def of_adapter(cls) -> "ProxySettings":
        """Return settings for a source that tries again and lingers by itself, such as the SMA adapter."""
        return cls(retry=Retry(attempts=1), linger_ns=0)


class _Judged(LastValues):
    """Last values that passed the gate."""

    def __init__(self, gate: Gate, clock: Clock, second: Callable[[str], MarketPrice | None]) -> None:
        super().__init__()
        self._gate = gate
        self._clock = clock
        self._second = second

    def put(self, price: MarketPrice) -> bool:
        verdict = self._gate.judge(price, self._clock.now(), self._second(price.symbol))
        return not verdict.quarantined and super().put(verdict.price)


class Proxy:
    """The way to one source.

    Args:
        source: The source.
        priority: The lower goes first.
        clock: Says the time.
        chance: From which pauses are drawn.
        cache: Where prices are kept.
        settings: How the source is treated.
        gate: Judges its prices.
        second: What other sources say of a name.
        observe: Told of the end of every call: the source's name, outcome, nanoseconds.
    """

    def __init__(
        self,
        source: PriceSource,
        priority: int,
        clock: Clock,
        chance: Random,
        cache: PriceCache,
        *,
        settings: ProxySettings,
        gate: Gate,
        second: Callable[[str], MarketPrice | None],
        observe: Callable[[str, Outcome, int], None],
    ) -> None:
        self.source = source
        self.priority = priority
        self.settings = settings
        self.gate = gate
        # Asked for every price: the check of a protocol is slow.
        self._confirms = source if isinstance(source, Confirms) else None
        self._clock = clock
        self._cache = cache
        self._queue = CallQueue(LocalBudget(settings.per_second, _SECOND_NS), clock)
        self._upstream = Upstream(
            breaker=Breaker(settings.breaker),
            queue=self._queue,
            retry=settings.retry,
            places=asyncio.Semaphore(settings.concurrent),
            clock=clock,
            chance=chance,
            observe=lambda _, outcome, took_ns: observe(source.name, outcome, took_ns),
        )
        self.last_values: LastValues = _Judged(gate, clock, second)
        # Of names that nobody subscribed to: anyone may ask for any name, so that these are bounded.
        self._fetched = LastValues(limit=10_000)
        self._subscriptions = SharedSubscriptions(source, self.last_values, self._queue, linger_ns=settings.linger_ns)

    @property
    def name(self) -> str:
        """The name of the source."""
        return self.source.name

    async def close(self) -> None:
        """End subscriptions and waiting calls, and close the source."""
        await self._subscriptions.close()
        await self._queue.close()
        await self.source.close()

    def current(self, symbol: str) -> MarketPrice | None:
        """Return the last price that passed, with when its stream was last seen alive."""
        price = self.last_values.get(symbol) or self._fetched.get(symbol)
        if price is None or self._confirms is None:
            return price
        confirmed = self._confirms.confirmed_ns(symbol)
        return price if confirmed is None else replace(price, confirmed_ns=confirmed)

    async def known(self, symbol: str) -> MarketPrice | None:
        """Return what may still be served without a call."""
        utc_ns = self._clock.now().utc_ns
        price = self.current(symbol)
        if price is not None and self.settings.lifetime.expires_ns(price) > utc_ns:
            return price
        return await self._cache.get(self._key(symbol), utc_ns)

    async def fetch(self, symbol: str, deadline_ns: int) -> Verdict:
        """Return the source's price and what the gate says of it; what passes is kept.

        Raises:
            SourceError: The source gives none.
        """
        until_ns = min(deadline_ns, self._clock.now().mono_ns + self.settings.timeout_ns)
        price = await self._upstream.call("get", lambda: self.source.get(symbol), Priority.PUBLISHING, until_ns)
        verdict = self.gate.judge(dated(price), self._clock.now())
        if not verdict.quarantined:
            await self.keep(verdict.price)
        return verdict

    async def keep(self, price: MarketPrice) -> None:
        """Keep a price that has passed."""
        self._fetched.put(price)
        utc_ns = self._clock.now().utc_ns
        await self._cache.put(self._key(price.symbol), price, self.settings.lifetime.expires_ns(price), utc_ns)

    async def history(self, symbol: str, days: int, deadline_ns: int) -> list[DailyBar]:
        """Return the source's bars of the last days.

        Raises:
            SourceError: The source gives none.
        """
        until_ns = min(deadline_ns, self._clock.now().mono_ns + self.settings.timeout_ns)
        return await self._upstream.call(
            "history", lambda: self.source.history(symbol, days), Priority.PUBLISHING, until_ns
        )

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        """Call the listener with the last price of each name that passed, then with every change that passes."""
        return self._subscriptions.subscribe(symbols, listener)

    async def forget(self, symbol: str | None = None) -> int:
        """Forget the cached price of a name, or all, and return how many that were."""
        if symbol is None:
            return await self._cache.clear(self._key(""))
        return await self._cache.discard(self._key(symbol))

    async def cached(self) -> int:
        """Return how many prices of this source are in the cache."""
        return await self._cache.size(self._key(""))

    def available(self, now: Now) -> bool:
        """Say whether a call would be let through to a source that is not down."""
        return self.breaker_state(now) is not BreakerState.OPEN and self.source.health(now).status != "DOWN"

    def breaker_state(self, now: Now) -> BreakerState:
        """Return the state of its breaker."""
        return self._upstream.breaker.state(now)

    def _key(self, symbol: str) -> str:
        return f"md:price:{self.source.name}:{symbol}"
