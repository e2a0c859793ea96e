"""Prices from a REST service that answers in JSON.

Each answer is an image; subscribed names are looked at again and again. What happened in between is not known, and
prices say so of themselves.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.domain import DailyBar, MarketPrice
from pyfixmsg_plus.feeds.rest.exchange import Exchange, Token
from pyfixmsg_plus.feeds.rest.mapping import bars, parsed, prices
from pyfixmsg_plus.feeds.rest.settings import HttpJsonSettings
from pyfixmsg_plus.market_data.last_values import LastValues
from pyfixmsg_plus.market_data.source import (
    Listener,
    SourceError,
    SourceGarbled,
    SourceHealth,
    SourceRejected,
    SourceStatus,
    Subscription,
)

__all__ = ["HttpJsonSource"]

_SECOND_NS = 1_000_000_000


class _Reading:
    def __init__(self, source: "HttpJsonSource", symbols: Sequence[str], listener: Listener) -> None:
        self.symbols = tuple(dict.fromkeys(symbols))
        self.listener = listener
        self._source: HttpJsonSource | None = source

    def close(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            source.leave(self)


class HttpJsonSource:
    """A source behind a REST service.

    Args:
        settings: What it is asked, and how.
        clock: Says the time.
        token: Gives the value of the header Authorization, and a new one where the source refused it.
    """

    def __init__(self, settings: HttpJsonSettings, clock: Clock, token: Token | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._exchange = Exchange(settings, clock, token)
        self._last_values = LastValues()
        self._readings: list[_Reading] = []
        self._polling: asyncio.Task[None] | None = None
        self._fault = ""
        self.garbled = 0

    @property
    def name(self) -> str:
        """The name of the source; prices bear it."""
        return self._settings.name

    async def start(self) -> None:
        """Get ready to ask."""
        self._exchange.open()

    async def close(self) -> None:
        """End subscriptions and connections."""
        self._readings.clear()
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait([self._polling])
        await self._exchange.close()

    async def get(self, symbol: str) -> MarketPrice:
        """Return the price of a name.

        Raises:
            SourceError: There is none.
        """
        url = self._settings.url.replace("{symbol}", quote(symbol, safe=""))
        answer = (await self._ask(url, symbol))[0]
        if isinstance(answer, SourceError):
            raise answer
        return answer

    async def batch(self, symbols: Sequence[str]) -> list[MarketPrice | SourceError]:
        """Return the price of each name, or why there is none, in the order of the request."""
        places = asyncio.Semaphore(self._settings.concurrent)
        size = self._settings.names_per_call if self._settings.batch_url else 1
        groups = [list(symbols[start : start + size]) for start in range(0, len(symbols), size)]

        async def one(group: list[str]) -> list[MarketPrice | SourceError]:
            async with places:
                return await self._group(group)

        return [answer for answers in await asyncio.gather(*map(one, groups)) for answer in answers]

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        """Call the listener with the last price of each name where there is one, then with every change seen."""
        reading = _Reading(self, symbols, listener)
        self._readings.append(reading)
        if self._polling is None:
            self._polling = asyncio.ensure_future(self._poll())
        for symbol in reading.symbols:
            price = self._last_values.get(symbol)
            if price is not None:
                listener(price)
        return reading

    def leave(self, reading: Subscription) -> None:
        """Look no more for one reader."""
        self._readings = [other for other in self._readings if other is not reading]
        wanted = self._wanted()
        for symbol in list(self._last_values):
            if symbol not in wanted:
                self._last_values.discard(symbol)
        if not wanted and self._polling is not None:
            self._polling.cancel()
            self._polling = None

    async def history(self, symbol: str, days: int) -> list[DailyBar]:
        """Return the bars of the last days, oldest first.

        Raises:
            SourceError: The source does not answer, or has no history.
        """
        if not self._settings.history_url:
            raise SourceRejected("the source has no history", symbol=symbol)
        url = self._settings.history_url.replace("{symbol}", quote(symbol, safe="")).replace("{days}", str(days))
        try:
            return bars(parsed(await self._exchange.get(url)), self._settings.bars)[-days:]
        except SourceError as error:
            self._noted(error)
            error.symbol = symbol
            raise

    def health(self, now: Now) -> SourceHealth:
        """Return how the source does, by its last answers."""
        heard = self._exchange.heard_ns
        if heard is None or not self._exchange.connected:
            fault = self._fault or "not asked yet"
            status: SourceStatus = "DOWN" if self._fault else "DEGRADED"
            return SourceHealth(status, connected=False, last_heard_ns=heard, detail=fault)
        silent = now.utc_ns - heard > self._settings.heard_s * _SECOND_NS
        detail = "not asked for a while" if silent else self._fault
        return SourceHealth("DEGRADED" if detail else "UP", connected=True, last_heard_ns=heard, detail=detail)

    async def _group(self, group: list[str]) -> list[MarketPrice | SourceError]:
        try:
            if not self._settings.batch_url:
                return [await self.get(group[0])]
            names = ",".join(quote(symbol, safe="") for symbol in group)
            return await self._ask(self._settings.batch_url.replace("{symbols}", names), group)
        except SourceError as error:
            return [_about(error, symbol) for symbol in group]

    async def _ask(self, url: str, symbols: str | list[str]) -> list[MarketPrice | SourceError]:
        try:
            answer = parsed(await self._exchange.get(url))
            found = prices(
                answer,
                symbols,
                self._settings.mapping,
                source=self.name,
                received_ns=self._clock.now().utc_ns,
                quality=self._settings.quality,
            )
        except SourceError as error:
            self._noted(error)
            if isinstance(symbols, str):
                error.symbol = symbols
            raise
        for one in found:
            self._noted(one if isinstance(one, SourceError) else None)
        return found

    def _noted(self, error: SourceError | None) -> None:
        self.garbled += isinstance(error, SourceGarbled)
        self._fault = str(error) if error is not None and error.counts else ""

    async def _poll(self) -> None:
        while True:
            for answer in await self.batch(sorted(self._wanted())):
                if isinstance(answer, MarketPrice) and self._changed(answer):
                    for reading in list(self._readings):
                        if answer.symbol in reading.symbols:
                            reading.listener(answer)
            await asyncio.sleep(self._settings.poll_s)

    def _changed(self, price: MarketPrice) -> bool:
        # The same image again is no change, although it came later.
        known = self._last_values.get(price.symbol)
        same = known is not None and replace(known, received_ns=price.received_ns) == price
        return not same and self._last_values.put(price)

    def _wanted(self) -> set[str]:
        return {symbol for reading in self._readings for symbol in reading.symbols}


def _about(error: SourceError, symbol: str) -> SourceError:
    named = type(error)(str(error), symbol=symbol, retry_after_s=error.retry_after_s)
    named.retryable = error.retryable
    return named
