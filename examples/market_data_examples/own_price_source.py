"""A source of prices of one's own, behind the adapter, beside a second one: cache, fallback, quality and comparison.

Run it: ``python examples/market_data_examples/own_price_source.py``.
"""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from random import Random

from pyfixmsg_plus.clock import Now, SystemClock
from pyfixmsg_plus.domain import DailyBar, MarketPrice
from pyfixmsg_plus.market_data import (
    Listener,
    SourceError,
    SourceHealth,
    SourceUnavailable,
    Subscription,
    UnknownSymbol,
)
from pyfixmsg_plus.market_data.proxies import ProxySettings, SourceProxies
from pyfixmsg_plus.market_data.sma import SmaAdapter

CLOCK = SystemClock()


# --8<-- [start:source]
class Board:
    """A source: a table of prices that someone writes by hand."""

    def __init__(self, name: str, **prices: str) -> None:
        self.name = name
        self.prices = {symbol: Decimal(price) for symbol, price in prices.items()}
        self.readers: list[tuple[frozenset[str], Listener]] = []
        self.is_open = True
        self.calls = 0

    async def start(self) -> None:
        """There is nothing to connect to."""

    async def close(self) -> None:
        """Let all readers go."""
        self.readers.clear()

    async def get(self, symbol: str) -> MarketPrice:
        """Return one price."""
        answer = (await self.batch([symbol]))[0]
        if isinstance(answer, SourceError):
            raise answer
        return answer

    async def batch(self, symbols: Sequence[str]) -> list[MarketPrice | SourceError]:
        """Return the price of each name, or why there is none."""
        self.calls += 1
        if not self.is_open:
            raise SourceUnavailable(f"{self.name} is closed")
        return [self.price(symbol) if symbol in self.prices else UnknownSymbol(symbol) for symbol in symbols]

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        """Tell the last price of each name, then every change."""
        reader = (frozenset(symbols), listener)
        self.readers.append(reader)
        for symbol in reader[0] & self.prices.keys():
            listener(self.price(symbol))
        return Reading(self, reader)

    async def history(self, symbol: str, days: int) -> list[DailyBar]:  # noqa: ARG002 - none for any name
        """Return nothing: a board remembers no days."""
        return []

    def health(self, now: Now) -> SourceHealth:
        """Say how it does."""
        return SourceHealth("UP" if self.is_open else "DOWN", connected=self.is_open, last_heard_ns=now.utc_ns)

    def price(self, symbol: str) -> MarketPrice:
        """Return a price as of now."""
        now_ns = CLOCK.now().utc_ns
        return MarketPrice(
            symbol=symbol,
            source=self.name,
            currency="USD",
            last=self.prices[symbol],
            source_ns=now_ns,
            received_ns=now_ns,
        )

    def write(self, symbol: str, price: str) -> None:
        """Change a price."""
        self.prices[symbol] = Decimal(price)
        for symbols, listener in list(self.readers):
            if symbol in symbols:
                listener(self.price(symbol))


class Reading:
    """A subscription to a board."""

    def __init__(self, board: Board, reader: tuple[frozenset[str], Listener]) -> None:
        self.board, self.reader = board, reader

    def close(self) -> None:
        """Hear no more."""
        if self.reader in self.board.readers:
            self.board.readers.remove(self.reader)


# --8<-- [end:source]


async def main() -> None:
    """Ask, subscribe, and let things go wrong."""
    # --8<-- [start:join]
    vendor = Board("SMA_REFINITIV", AAPL="150.00", IBM="240.00")
    second = Board("SIMULATOR", AAPL="150.00", IBM="240.50")
    chance = Random()  # noqa: S311 - for pauses between attempts
    sources = SourceProxies(CLOCK, chance)
    adapter = SmaAdapter(vendor, CLOCK, chance)
    sources.add(adapter, ProxySettings.of_adapter())
    sources.add(second)
    await sources.start()

    await asyncio.gather(*(sources.get("AAPL") for _ in range(100)))
    print("a hundred callers, calls:", vendor.calls)
    # --8<-- [end:join]

    # --8<-- [start:fallback]
    vendor.is_open = False
    found = await sources.find("IBM")
    print("vendor away:", found.price.last, found.price.source, "fallback" if found.fallback else "")
    vendor.is_open = True
    # --8<-- [end:fallback]

    # --8<-- [start:quality]
    heard: asyncio.Queue[MarketPrice] = asyncio.Queue()
    reading = sources.subscribe(["AAPL"], heard.put_nowait)
    first = await heard.get()
    vendor.write("AAPL", "1500.00")
    for verdict in sources.verdicts()["SMA_REFINITIV"]:
        if verdict.quarantined:
            print("kept back:", verdict.price.symbol, "score", verdict.score, verdict.issues[0].text)
    vendor.write("AAPL", "151.00")
    print("heard:", first.last, (await heard.get()).last)
    # --8<-- [end:quality]

    # --8<-- [start:compare]
    report = sources.reconcile(["AAPL"])
    for one in report.breaks:
        print("break:", one.symbol, one.first.last, one.second.last, "accuracy", report.accuracy)
    # --8<-- [end:compare]
    reading.close()
    await sources.close()


if __name__ == "__main__":
    asyncio.run(main())
