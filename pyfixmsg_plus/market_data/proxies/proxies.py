"""Several sources in the order of their priority, as one.

A request goes to the cache, to the preferred source, to the others, and in the end to the last valid price, all within
one deadline. Readers hear the best source that is fresh.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.domain import DailyBar, DataQuality, MarketPrice
from pyfixmsg_plus.market_data.breaker import Outcome
from pyfixmsg_plus.market_data.cache import MemoryCache, PriceCache
from pyfixmsg_plus.market_data.lifetime import age_ns, believed_ns
from pyfixmsg_plus.market_data.proxies.proxy import PRIORITIES, Proxy, ProxySettings
from pyfixmsg_plus.market_data.quality import Gate, Limits, Verdict, usual_limits
from pyfixmsg_plus.market_data.reconciliation import ReconciliationReport, Tolerance, reconcile
from pyfixmsg_plus.market_data.single_flight import SingleFlight
from pyfixmsg_plus.market_data.source import (
    BudgetSpent,
    Listener,
    PriceSource,
    SourceError,
    SourceGarbled,
    SourceHealth,
    SourceUnavailable,
    Subscription,
    UnknownSymbol,
)

__all__ = ["Found", "SourceProxies", "SourceState"]

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A price, and how it came about.

    Attributes:
        price: The price; it bears the name of its source.
        fallback: It does not come from the source that was preferred, or is the last valid one.
        cached: No source was asked for it.
    """

    price: MarketPrice
    fallback: bool = False
    cached: bool = False


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source among the others.

    Attributes:
        name: Of the source.
        priority: The lower goes first.
        available: It would be asked now.
        health: How it does.
        breaker: State of its breaker.
    """

    name: str
    priority: int
    available: bool
    health: SourceHealth
    breaker: str


class _Readings:
    def __init__(self, subscriptions: Iterable[Subscription]) -> None:
        self._subscriptions = list(subscriptions)

    def close(self) -> None:
        while self._subscriptions:
            self._subscriptions.pop().close()


class SourceProxies:
    """All sources as one source.

    Args:
        clock: Says the time.
        chance: From which pauses are drawn.
        cache: Where prices are kept; by default in memory.
        limits: What counts as wrong, by symbol; by default `usual_limits`.
        deadline_ns: By when a request is answered.
        fresh_ns: A price that was believed longer ago yields to a fresher one of another source.
        tolerance: What counts as a break between sources.
        observe: Told of the end of every call: the source's name, outcome, nanoseconds.
    """

    name = "MARKET_DATA"

    def __init__(
        self,
        clock: Clock,
        chance: Random,
        *,
        cache: PriceCache | None = None,
        limits: Callable[[str], Limits] | None = None,
        deadline_ns: int = 5 * _SECOND_NS,
        fresh_ns: int = 15 * _SECOND_NS,
        tolerance: Tolerance | None = None,
        observe: Callable[[str, Outcome, int], None] = lambda *_: None,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._cache = cache or MemoryCache()
        self._limits = limits or usual_limits
        self._deadline_ns = deadline_ns
        self._fresh_ns = fresh_ns
        self._tolerance = tolerance or Tolerance()
        self._observe = observe
        self._proxies: list[Proxy] = []
        self._flights: SingleFlight[tuple[str, str | None, bool], Found] = SingleFlight()
        self._distrusted: frozenset[str] = frozenset()

    def add(self, source: PriceSource, settings: ProxySettings | None = None, priority: int | None = None) -> Proxy:
        """Add a source; by default with the priority of its name.

        Raises:
            ValueError: There is one of this name.
        """
        if any(proxy.name == source.name for proxy in self._proxies):
            raise ValueError(f"there are two sources named {source.name}")
        proxy = Proxy(
            source,
            PRIORITIES.get(source.name, 8) if priority is None else priority,
            self._clock,
            self._chance,
            self._cache,
            settings=settings or ProxySettings(),
            gate=Gate(self._limits),
            second=lambda symbol: self._said_by_others(source.name, symbol),
            observe=self._observe,
        )
        self._proxies.append(proxy)
        self._proxies.sort(key=lambda known: known.priority)
        return proxy

    @property
    def proxies(self) -> tuple[Proxy, ...]:
        """The sources, in the order of their priority."""
        return tuple(self._proxies)

    @property
    def preferred(self) -> str | None:
        """The name of the source that goes first."""
        return self._proxies[0].name if self._proxies else None

    async def start(self) -> None:
        """Start all sources."""
        await asyncio.gather(*(proxy.source.start() for proxy in self._proxies))

    async def close(self) -> None:
        """Close all sources."""
        for proxy in self._proxies:
            await proxy.close()
        await self._cache.close()

    async def get(self, symbol: str) -> MarketPrice:
        """Return the price of a name.

        Raises:
            SourceError: No source gives one.
        """
        return (await self.find(symbol)).price

    async def find(self, symbol: str, preferred: str | None = None, *, refresh: bool = False) -> Found:
        """Return the price of a name, and how it came about.

        Args:
            symbol: The name.
            preferred: The source that is to go first.
            refresh: Ask the sources even where the cache has a price.

        Raises:
            SourceError: No source gives one.
        """
        return await self._flights.do(
            (symbol, preferred, refresh), lambda: self._search(symbol, preferred, refresh=refresh)
        )

    async def batch(self, symbols: Sequence[str]) -> list[MarketPrice | SourceError]:
        """Return the price of each name, or why there is none, in the order of the request."""
        names = list(dict.fromkeys(symbols))
        answers = await asyncio.gather(*(self._one(name) for name in names))
        found = dict(zip(names, answers, strict=True))
        return [found[symbol] for symbol in symbols]

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        """Call the listener with the best price of each name where there is one, then with every change of it."""
        return _Readings(
            proxy.subscribe(symbols, self._passing(proxy, listener))
            for proxy in self._proxies
            if proxy.settings.subscribed
        )

    async def history(self, symbol: str, days: int) -> list[DailyBar]:
        """Return the bars of the last days from the first source that has any.

        Raises:
            SourceError: No source answers.
        """
        deadline_ns = self._clock.now().mono_ns + self._deadline_ns
        errors: list[SourceError] = []
        for index, proxy in enumerate(self._proxies):
            try:
                bars = await proxy.history(symbol, days, self._share_ns(deadline_ns, len(self._proxies) - index))
            except SourceError as error:
                errors.append(error)
                continue
            if bars:
                return bars
        if errors and len(errors) == len(self._proxies):
            raise _summed(symbol, self._proxies, errors)
        return []

    def health(self, now: Now) -> SourceHealth:
        """Return how the sources do together: as the best does, and ``DEGRADED`` where the first one is not ``UP``."""
        states = [proxy.source.health(now) for proxy in self._proxies]
        heard = max((state.last_heard_ns for state in states if state.last_heard_ns is not None), default=None)
        up = [state.status == "UP" for state in states]
        if up and up[0]:
            return SourceHealth("UP", connected=True, last_heard_ns=heard)
        detail = "; ".join(
            f"{proxy.name}: {state.detail or state.status}"
            for proxy, state in zip(self._proxies, states, strict=True)
            if state.status != "UP"
        )
        if any(state.status != "DOWN" for state in states):
            return SourceHealth("DEGRADED", connected=True, last_heard_ns=heard, detail=detail)
        return SourceHealth("DOWN", connected=False, last_heard_ns=heard, detail=detail or "there is no source")

    def states(self, now: Now) -> list[SourceState]:
        """Return how each source does, in the order of their priority."""
        return [
            SourceState(
                proxy.name,
                proxy.priority,
                proxy.available(now),
                proxy.source.health(now),
                proxy.breaker_state(now).name,
            )
            for proxy in self._proxies
        ]

    def best(self, symbols: Iterable[str], now: Now) -> dict[str, MarketPrice]:
        """Return the best price known of each name, without a call; names of which nothing is known are left out."""
        found = {symbol: self.known(symbol, now) for symbol in symbols}
        return {symbol: prices[0] for symbol, prices in found.items() if prices}

    def known(self, symbol: str, now: Now) -> list[MarketPrice]:
        """Return what the sources last said of a name: the best first, then the others by priority.

        The best is that of the first source that is fresh, and not of low quality; where none is, the one that was
        believed last. A name on which the sources disagree is of low quality.
        """
        prices = [price for proxy in self._proxies if (price := proxy.current(symbol)) is not None]
        fresh = next((price for price in prices if self._is_fresh(price, now.utc_ns)), None)
        best = fresh or max(prices, key=believed_ns, default=None)
        if best is None:
            return []
        ordered = [best, *(price for price in prices if price is not best)]
        if symbol in self._distrusted:
            return [replace(price, quality=DataQuality.LOW) for price in ordered]
        return ordered

    def reconcile(self, symbols: Iterable[str]) -> ReconciliationReport:
        """Compare what the sources say of names, and distrust those on which they disagree too far."""
        report = reconcile(
            {symbol: [price for proxy in self._proxies if (price := proxy.current(symbol))] for symbol in symbols},
            self._tolerance,
        )
        self._distrusted = report.distrusted
        return report

    def verdicts(self) -> Mapping[str, list[Verdict]]:
        """Return the last verdict on each name, by source."""
        return {proxy.name: list(proxy.gate) for proxy in self._proxies}

    async def forget(self, symbol: str | None = None) -> int:
        """Forget the cached prices of a name, or all, and return how many that were."""
        return sum([await proxy.forget(symbol) for proxy in self._proxies])

    async def cached(self) -> dict[str, int]:
        """Return how many prices of each source are in the cache."""
        return {proxy.name: await proxy.cached() for proxy in self._proxies}

    async def _one(self, symbol: str) -> MarketPrice | SourceError:
        try:
            return await self.get(symbol)
        except SourceError as error:
            return error

    async def _search(self, symbol: str, preferred: str | None, *, refresh: bool) -> Found:
        now = self._clock.now()
        deadline_ns = now.mono_ns + self._deadline_ns
        # Stable: the others keep their order. One that is down is asked last, as it would only take time.
        wanted = sorted(self._proxies, key=lambda proxy: proxy.name != preferred)
        proxies = sorted(wanted, key=lambda proxy: not proxy.available(now))
        first = wanted[0] if wanted else None
        errors: list[SourceError] = []
        jumped: tuple[Proxy, Verdict] | None = None
        for index, proxy in enumerate(proxies):
            known = None if refresh else await proxy.known(symbol)
            if known is None:
                try:
                    verdict = await proxy.fetch(symbol, self._share_ns(deadline_ns, len(proxies) - index))
                except SourceError as error:
                    errors.append(error)
                    continue
                if verdict.quarantined:
                    text = "; ".join(issue.text for issue in verdict.issues)
                    errors.append(SourceGarbled(f"kept back: {text}", symbol=symbol))
                    jumped = jumped or ((proxy, verdict) if verdict.jumped else None)
                    continue
                known, cached = verdict.price, False
            else:
                cached = True
            if jumped is not None:
                agreed = jumped[0].gate.judge(jumped[1].price, self._clock.now(), known)
                if not agreed.quarantined:
                    await jumped[0].keep(agreed.price)
                    return Found(agreed.price, fallback=jumped[0] is not first)
            return Found(known, fallback=proxy is not first, cached=cached)
        last = max(
            (price for proxy in proxies if (price := proxy.current(symbol)) is not None), key=believed_ns, default=None
        )
        if last is not None:
            return Found(replace(last, quality=DataQuality.LOW), fallback=True, cached=True)
        raise _summed(symbol, proxies, errors)

    def _share_ns(self, deadline_ns: int, left: int) -> int:
        # A source that does not answer must leave the others their time.
        now_ns = self._clock.now().mono_ns
        return now_ns + (deadline_ns - now_ns) // left

    def _passing(self, proxy: Proxy, listener: Listener) -> Listener:
        def passing(price: MarketPrice) -> None:
            utc_ns = self._clock.now().utc_ns
            above = (other.current(price.symbol) for other in self._proxies if other.priority < proxy.priority)
            if not any(other is not None and self._is_fresh(other, utc_ns) for other in above):
                listener(price)

        return passing

    def _is_fresh(self, price: MarketPrice, utc_ns: int) -> bool:
        # A suspect stream marks its prices low at once, however young they are.
        return price.quality is not DataQuality.LOW and age_ns(price, utc_ns) <= self._fresh_ns

    def _said_by_others(self, name: str, symbol: str) -> MarketPrice | None:
        others = (proxy.current(symbol) for proxy in self._proxies if proxy.name != name)
        return next((price for price in others if price is not None), None)


def _summed(symbol: str, proxies: Sequence[Proxy], errors: Sequence[SourceError]) -> SourceError:
    """Return one error for all sources."""
    if errors and all(isinstance(error, UnknownSymbol) for error in errors):
        return UnknownSymbol(f"no source knows {symbol}", symbol=symbol)
    known = [error for error in errors if not isinstance(error, UnknownSymbol)]
    if known and all(isinstance(error, BudgetSpent) for error in known):
        return known[0]
    told = "; ".join(f"{proxy.name}: {error}" for proxy, error in zip(proxies, errors, strict=False))
    return SourceUnavailable(f"no source gives {symbol}: {told or 'there is none'}", symbol=symbol)
