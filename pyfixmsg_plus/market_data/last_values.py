"""The last value of every instrument, and what changed since one looked.

A reader that comes seldom sees the last state of each instrument and none of those in between: it is conflated by
reading. Memory follows the instruments, not the ticks.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.lifetime import happened_ns

__all__ = ["Changes", "LastValues"]


class Changes(NamedTuple):
    """What changed.

    Attributes:
        prices: The last price of each instrument that changed, the oldest change first.
        mark: With which to ask for what changes after these.
    """

    prices: list[MarketPrice]
    mark: int


class LastValues:
    """Symbol to price; newer never yields to older.

    Args:
        limit: How many instruments are kept at most; the one that changed longest ago goes first. ``None``: all.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        # In the order of change: what changed since a mark stands at the end, however large the table is.
        self._entries: OrderedDict[str, tuple[int, MarketPrice]] = OrderedDict()
        self._mark = 0

    def put(self, price: MarketPrice) -> bool:
        """Keep a price unless a newer one is known, and say whether it was kept.

        The source's time decides. What a source says again of the same moment is kept where it says more, such as that
        trading has halted, and where it was received no earlier.
        """
        known = self._entries.get(price.symbol)
        if known is not None and not supersedes(price, known[1]):
            return False
        self._mark += 1
        self._entries[price.symbol] = (self._mark, price)
        self._entries.move_to_end(price.symbol)
        if self._limit is not None and len(self._entries) > self._limit:
            self._entries.popitem(last=False)
        return True

    def get(self, symbol: str) -> MarketPrice | None:
        """Return the last price of an instrument."""
        entry = self._entries.get(symbol)
        return None if entry is None else entry[1]

    def discard(self, symbol: str) -> None:
        """Forget an instrument."""
        self._entries.pop(symbol, None)

    def changed_since(self, mark: int) -> Changes:
        """Return the instruments that changed after a mark; after mark 0, all."""
        prices = []
        for version, price in reversed(self._entries.values()):
            if version <= mark:
                break
            prices.append(price)
        prices.reverse()
        return Changes(prices, self._mark)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def supersedes(price: MarketPrice, known: MarketPrice) -> bool:
    """Say whether a price is newer than the one known, or says more of the same moment."""
    happened, known_ns = happened_ns(price), happened_ns(known)
    if happened != known_ns:
        return happened > known_ns
    return price.received_ns >= known.received_ns and price != known
