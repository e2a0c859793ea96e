"""The cache inside the process: bounded, the least recently used goes first."""

from collections import OrderedDict
from typing import NamedTuple

from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.last_values import supersedes

__all__ = ["MemoryCache"]


class _Entry(NamedTuple):
    price: MarketPrice | None  # None: it is known that there is nothing
    expires_ns: int


class MemoryCache:
    """Prices by key, in memory.

    Args:
        entries: How many are kept.
        sweep_ns: How often what has expired is thrown away; it is not served in the meantime.
    """

    def __init__(self, entries: int = 10_000, sweep_ns: int = 600_000_000_000) -> None:
        if entries < 1:
            raise ValueError(f"a cache cannot hold {entries} entries")
        self._limit = entries
        self._sweep_ns = sweep_ns
        self._swept_ns: int | None = None
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    async def get(self, key: str, utc_ns: int) -> MarketPrice | None:
        """Return the price under a key, or ``None`` where there is none or it has expired."""
        entry = self._live(key, utc_ns)
        return None if entry is None else entry.price

    async def put(self, key: str, price: MarketPrice, expires_ns: int, utc_ns: int) -> bool:
        """Keep a price until it expires unless a newer one is kept, and say whether it is the one that is kept."""
        known = self._live(key, utc_ns)
        if known is not None and known.price is not None and not supersedes(price, known.price):
            return known.price == price
        self._keep(key, _Entry(price, expires_ns), utc_ns)
        return True

    async def missing(self, key: str, utc_ns: int) -> bool:
        """Say whether it is known that there is nothing under a key."""
        entry = self._live(key, utc_ns)
        return entry is not None and entry.price is None

    async def put_missing(self, key: str, expires_ns: int, utc_ns: int) -> None:
        """Remember for a while that there is nothing under a key."""
        self._keep(key, _Entry(None, expires_ns), utc_ns)

    async def discard(self, key: str) -> int:
        """Forget a key, and return how many entries that were."""
        return 0 if self._entries.pop(key, None) is None else 1

    async def clear(self, prefix: str) -> int:
        """Forget all keys that begin so, and return how many entries that were."""
        gone = [key for key in self._entries if key.startswith(prefix)]
        for key in gone:
            del self._entries[key]
        return len(gone)

    async def size(self, prefix: str) -> int:
        """Return how many entries there are under keys that begin so."""
        return sum(key.startswith(prefix) for key in self._entries)

    async def close(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def _live(self, key: str, utc_ns: int) -> _Entry | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires_ns <= utc_ns:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry

    def _keep(self, key: str, entry: _Entry, utc_ns: int) -> None:
        if self._swept_ns is None:
            self._swept_ns = utc_ns
        elif utc_ns >= self._swept_ns + self._sweep_ns:
            self._swept_ns = utc_ns
            for expired in [name for name, other in self._entries.items() if other.expires_ns <= utc_ns]:
                del self._entries[expired]
        if entry.expires_ns <= utc_ns:
            return
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._limit:
            self._entries.popitem(last=False)
