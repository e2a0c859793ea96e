"""A source for tests, which answers what it was told to after as long as it was told to."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.domain import DailyBar, DataQuality, MarketPrice
from pyfixmsg_plus.market_data import Listener, SourceError, SourceHealth, Subscription, UnknownSymbol
from tests.virtual_time import NOON

__all__ = ["SECOND", "TableSource", "price"]

SECOND = 1_000_000_000


def price(
    symbol: str = "AAPL",
    last: str | None = "150",
    *,
    at: float = 0,
    received: float | None = None,
    confirmed: float | None = None,
    quality: DataQuality = DataQuality.HIGH,
    source: str = "TABLE",
    **more: object,
) -> MarketPrice:
    """A price, its times in seconds from noon."""
    texts = {"currency", "price_id", "quote_unit", "exchange"}
    values = {
        name: Decimal(value) if isinstance(value, str) and name not in texts else value for name, value in more.items()
    }
    return MarketPrice(
        symbol=symbol,
        source=source,
        last=None if last is None else Decimal(last),
        source_ns=NOON + round(at * SECOND),
        received_ns=NOON + round((at if received is None else received) * SECOND),
        confirmed_ns=None if confirmed is None else NOON + round(confirmed * SECOND),
        quality=quality,
        **values,  # type: ignore[arg-type] # each test names fields of the right type
    )


class _Reading:
    def __init__(self, source: "TableSource", symbols: Sequence[str], listener: Listener) -> None:
        self.source, self.symbols, self.listener = source, tuple(symbols), listener

    def close(self) -> None:
        self.source.readings.remove(self)


class TableSource:
    """Answers from a table. ``failures`` come first, one a call; ``calls`` holds the names of every call."""

    def __init__(self, clock: Clock, name: str = "TABLE", delay_s: float = 0) -> None:
        self.clock = clock
        self.name = name
        self.delay_s = delay_s
        self.prices: dict[str, MarketPrice | SourceError] = {}
        self.bars: dict[str, list[DailyBar]] = {}
        self.failures: list[Exception | None] = []
        self.calls: list[list[str]] = []
        self.readings: list[_Reading] = []
        self.confirmations: dict[str, int] = {}
        self.state = SourceHealth("UP", connected=True, last_heard_ns=NOON)
        self.started = 0
        self.closed = 0
        self.counts: Counter[str] = Counter()
        self.under_way = 0
        self.under_way_most = 0

    def set(self, *prices: MarketPrice) -> None:
        """Change the table and tell the readers."""
        for one in prices:
            self.prices[one.symbol] = one
            for reading in list(self.readings):
                if one.symbol in reading.symbols:
                    reading.listener(one)

    async def start(self) -> None:
        self.started += 1

    async def close(self) -> None:
        self.closed += 1

    async def get(self, symbol: str) -> MarketPrice:
        answer = (await self.batch([symbol]))[0]
        if isinstance(answer, SourceError):
            raise answer
        return answer

    async def batch(self, symbols: Sequence[str]) -> list[MarketPrice | SourceError]:
        await self._called(list(symbols))
        return [self.prices.get(symbol) or UnknownSymbol(f"no {symbol}", symbol=symbol) for symbol in symbols]

    async def history(self, symbol: str, days: int) -> list[DailyBar]:
        await self._called([symbol])
        return self.bars.get(symbol, [])[-days:]

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        reading = _Reading(self, symbols, listener)
        self.readings.append(reading)
        self.counts["subscribed"] += 1
        for symbol in symbols:
            known = self.prices.get(symbol)
            if isinstance(known, MarketPrice):
                listener(known)
        return reading

    def confirmed_ns(self, symbol: str) -> int | None:
        return self.confirmations.get(symbol)

    def health(self, now: Now) -> SourceHealth:
        return self.state

    async def _called(self, symbols: list[str]) -> None:
        self.calls.append(symbols)
        self.under_way += 1
        self.under_way_most = max(self.under_way_most, self.under_way)
        try:
            await asyncio.sleep(self.delay_s)
        finally:
            self.under_way -= 1
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
