"""The SMA adapter: any source, made fit for many readers.

A request is answered from the subscribed values, then from the cache; otherwise callers who want the same share one
call, those who want different names join theirs, and each call is tried again, guarded by a breaker and paid from a
budget. The adapter is a source itself.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.domain import DailyBar, MarketPrice
from pyfixmsg_plus.market_data.breaker import Breaker, BreakerState, Outcome
from pyfixmsg_plus.market_data.budget import CallBudget, CallQueue, LocalBudget, Priority
from pyfixmsg_plus.market_data.cache import MemoryCache, PriceCache
from pyfixmsg_plus.market_data.last_values import LastValues
from pyfixmsg_plus.market_data.lifetime import dated
from pyfixmsg_plus.market_data.single_flight import SingleFlight
from pyfixmsg_plus.market_data.sma.health import judge
from pyfixmsg_plus.market_data.sma.joiner import Joiner
from pyfixmsg_plus.market_data.sma.settings import SmaSettings
from pyfixmsg_plus.market_data.source import (
    BudgetSpent,
    Confirms,
    Listener,
    PriceSource,
    SourceError,
    SourceHealth,
    Subscription,
    UnknownSymbol,
)
from pyfixmsg_plus.market_data.subscriptions import SharedSubscriptions
from pyfixmsg_plus.market_data.upstream import Upstream

__all__ = ["SmaAdapter", "SmaStats"]

_LOG = logging.getLogger("pyfixmsg_plus.market_data")
_PRICE, _MISSING = "sma:price:", "sma:missing:"


@dataclass(frozen=True, slots=True)
class SmaStats:
    """Counters of an adapter since its start.

    Attributes:
        requests: Names asked for.
        hits: Answered from the subscribed values or the cache.
        misses: Not so.
        calls: Attempts that reached the source.
        failures: Those that speak against it.
        waiting: Calls that wait for the budget.
        budget_remaining: Calls left in this hour.
        subscribed: Names subscribed upstream.
        cached: Prices in the cache.
        breaker: State of the breaker.
    """

    requests: int
    hits: int
    misses: int
    calls: int
    failures: int
    waiting: int
    budget_remaining: int
    subscribed: int
    cached: int
    breaker: BreakerState


class SmaAdapter:
    """A source in front of another.

    Args:
        source: The one behind.
        clock: Says the time.
        chance: From which pauses between attempts are drawn.
        settings: How the source is treated.
        cache: Where prices are kept; by default in memory.
        budget: Of calls; by default a thousand an hour, of this process.
        observe: Told of the end of every attempt: operation, outcome, nanoseconds.
    """

    def __init__(
        self,
        source: PriceSource,
        clock: Clock,
        chance: Random,
        *,
        settings: SmaSettings | None = None,
        cache: PriceCache | None = None,
        budget: CallBudget | None = None,
        observe: Callable[[str, Outcome, int], None] = lambda *_: None,
    ) -> None:
        self._source = source
        # Asked for every price: the check of a protocol is slow.
        self._confirms = source if isinstance(source, Confirms) else None
        self._clock = clock
        self._settings = settings or SmaSettings()
        self._cache = cache or MemoryCache()
        self._budget = budget or LocalBudget()
        self._queue = CallQueue(self._budget, clock, limit=self._settings.queue, patience_ns=self._settings.patience_ns)
        self._upstream = Upstream(
            breaker=Breaker(self._settings.breaker),
            queue=self._queue,
            retry=self._settings.retry,
            places=asyncio.Semaphore(self._settings.concurrent),
            clock=clock,
            chance=chance,
            observe=observe,
        )
        self._joiner = Joiner(source, self._upstream, self._settings, clock)
        self._flights: SingleFlight[str, MarketPrice] = SingleFlight()
        self._histories: SingleFlight[tuple[str, int], list[DailyBar]] = SingleFlight()
        self._disconnected_ns: int | None = None
        self.last_values = LastValues()
        self._subscriptions = SharedSubscriptions(
            source,
            self.last_values,
            self._queue,
            joined_ns=self._settings.joined_ns,
            names_per_call=self._settings.names_per_call,
            linger_ns=self._settings.linger_ns,
        )
        self._counts: Counter[str] = Counter()

    @property
    def name(self) -> str:
        """The name of the source behind; prices bear it."""
        return self._source.name

    async def start(self) -> None:
        """Start the source behind."""
        await self._source.start()

    async def close(self) -> None:
        """End subscriptions and calls, and close the source behind."""
        await self._subscriptions.close()
        await self._joiner.close()
        await self._queue.close()
        await self._source.close()
        await self._cache.close()

    async def get(
        self, symbol: str, *, priority: Priority = Priority.INTERACTIVE, refresh: bool = False
    ) -> MarketPrice:
        """Return the price of a name.

        Args:
            symbol: The name.
            priority: Who asks.
            refresh: Ask the source even where the cache has a price.

        Raises:
            SourceError: There is none, and none in the cache that may still be served.
        """
        self._counts["requests"] += 1
        if not refresh:
            known = await self._known(symbol)
            if known is not None:
                self._counts["hits"] += 1
                return known
        self._counts["misses"] += 1
        try:
            return await self._flights.do(symbol, lambda: self._fetch(symbol, priority))
        except BudgetSpent:
            # While it waited a value may have come by another way.
            known = await self._known(symbol)
            if known is None:
                raise
            return known

    async def batch(
        self, symbols: Sequence[str], *, priority: Priority = Priority.INTERACTIVE, refresh: bool = False
    ) -> list[MarketPrice | SourceError]:
        """Return the price of each name, or why there is none, in the order of the request.

        A name that stands in it twice is asked for once.
        """
        names = list(dict.fromkeys(symbols))
        answers = await asyncio.gather(*(self._one(name, priority, refresh=refresh) for name in names))
        found = dict(zip(names, answers, strict=True))
        for name, answer in found.items():
            if isinstance(answer, SourceError):
                _LOG.warning("no price of %s: %s (%s)", name, answer, answer.code)
        return [found[symbol] for symbol in symbols]

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        """Call the listener with the last price of each name where there is one, then with every change."""
        return self._subscriptions.subscribe(symbols, listener)

    def last(self, symbol: str) -> MarketPrice | None:
        """Return the last value of a subscribed name, with when its stream was last seen alive; it calls nobody."""
        price = self.last_values.get(symbol)
        confirmed = self.confirmed_ns(symbol)
        return replace(price, confirmed_ns=confirmed) if price is not None and confirmed is not None else price

    async def history(self, symbol: str, days: int) -> list[DailyBar]:
        """Return the bars of the last days, oldest first.

        Raises:
            SourceError: The source does not answer.
        """
        deadline_ns = self._clock.now().mono_ns + self._settings.deadline_ns

        async def call() -> list[DailyBar]:
            return await self._upstream.call(
                "history", lambda: self._source.history(symbol, days), Priority.HISTORY, deadline_ns
            )

        return await self._histories.do((symbol, days), call)

    def health(self, now: Now) -> SourceHealth:
        """Return how the adapter does."""
        source = self._source.health(now)
        if source.connected:
            self._disconnected_ns = None
        elif self._disconnected_ns is None:
            # Seen first when asked; the source may have been away since it was last heard.
            self._disconnected_ns = now.utc_ns if source.last_heard_ns is None else source.last_heard_ns
        return judge(
            source,
            answered_ns=self._upstream.answered_ns,
            disconnected_ns=self._disconnected_ns,
            breaker=self._upstream.breaker.state(now),
            utc_ns=now.utc_ns,
            settings=self._settings,
        )

    def confirmed_ns(self, symbol: str) -> int | None:
        """Return when the stream of a name was last seen alive, Open and Ok."""
        return None if self._confirms is None else self._confirms.confirmed_ns(symbol)

    def breaker_state(self, now: Now) -> BreakerState:
        """Return the state of the breaker."""
        return self._upstream.breaker.state(now)

    async def clear(self, symbol: str | None = None) -> int:
        """Forget the cached price of a name, or all of them, and return how many prices were forgotten."""
        if symbol is not None:
            await self._cache.discard(_MISSING + symbol)
            return await self._cache.discard(_PRICE + symbol)
        await self._cache.clear(_MISSING)
        return await self._cache.clear(_PRICE)

    async def stats(self) -> SmaStats:
        """Return the counters."""
        now = self._clock.now()
        return SmaStats(
            requests=self._counts["requests"],
            hits=self._counts["hits"],
            misses=self._counts["misses"],
            calls=self._upstream.calls,
            failures=self._upstream.failures,
            waiting=len(self._queue),
            budget_remaining=await self._budget.remaining(now),
            subscribed=len(self._subscriptions.open),
            cached=await self._cache.size(_PRICE),
            breaker=self._upstream.breaker.state(now),
        )

    async def _one(self, symbol: str, priority: Priority, *, refresh: bool) -> MarketPrice | SourceError:
        try:
            return await self.get(symbol, priority=priority, refresh=refresh)
        except SourceError as error:
            return error

    async def _known(self, symbol: str) -> MarketPrice | None:
        now_ns = self._clock.now().utc_ns
        price = self.last(symbol)
        if price is not None and self._settings.lifetime.expires_ns(price) > now_ns:
            return price
        cached = await self._cache.get(_PRICE + symbol, now_ns)
        if cached is None and await self._cache.missing(_MISSING + symbol, now_ns):
            raise UnknownSymbol(f"the source does not know {symbol}", symbol=symbol)
        return cached

    async def _fetch(self, symbol: str, priority: Priority) -> MarketPrice:
        try:
            price = dated(await self._joiner.fetch(symbol, priority))
        except UnknownSymbol:
            now_ns = self._clock.now().utc_ns
            await self._cache.put_missing(_MISSING + symbol, now_ns + self._settings.missing_ns, now_ns)
            raise
        expires_ns = self._settings.lifetime.expires_ns(price)
        await self._cache.put(_PRICE + symbol, price, expires_ns, self._clock.now().utc_ns)
        return price
