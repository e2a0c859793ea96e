"""A reader at its own pace: however slow it is, it finds the last value of each name, and memory stays bounded."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Self

from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.source import PriceSource

__all__ = ["ConflatedReader"]


class ConflatedReader:
    """Prices of some names, one by one, until it is closed; an asynchronous iterator.

    Args:
        source: Who is subscribed to.
        symbols: The names.
    """

    def __init__(self, source: PriceSource, symbols: Sequence[str]) -> None:
        self._waiting: OrderedDict[str, MarketPrice] = OrderedDict()
        self._ready = asyncio.Event()
        self._closed = False
        self.conflated = 0
        self._subscription = source.subscribe(symbols, self._heard)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> MarketPrice:
        await self._ready.wait()
        if self._closed:
            raise StopAsyncIteration
        _, price = self._waiting.popitem(last=False)
        if not self._waiting:
            self._ready.clear()
        return price

    def close(self) -> None:
        """End the subscription; who waits for a price gets none."""
        self._closed = True
        self._ready.set()
        self._subscription.close()

    def _heard(self, price: MarketPrice) -> None:
        # A name keeps its place in the row, so that one that ticks often does not always come last.
        self.conflated += price.symbol in self._waiting
        self._waiting[price.symbol] = price
        self._ready.set()
