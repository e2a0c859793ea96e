"""What a cache of prices must do, wherever it lies.

It never serves what has expired, and newer never yields to older. Keys are ``md:price:SOURCE:SYMBOL``,
``sma:price:SYMBOL`` and ``sma:missing:SYMBOL``.
"""

from typing import Protocol

from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["CacheUnavailable", "PriceCache"]


class CacheUnavailable(PyFixMsgError):  # noqa: N818 - the state of the world, not a fault of the caller
    """The cache cannot be reached."""


class PriceCache(Protocol):
    """Prices by key, each until it expires. Times are UTC nanoseconds.

    Every method raises `CacheUnavailable` where the cache cannot be reached.
    """

    async def get(self, key: str, utc_ns: int) -> MarketPrice | None:
        """Return the price under a key, or ``None`` where there is none or it has expired."""
        ...

    async def put(self, key: str, price: MarketPrice, expires_ns: int, utc_ns: int) -> bool:
        """Keep a price until it expires unless a newer one is kept, and say whether it is the one that is kept."""
        ...

    async def missing(self, key: str, utc_ns: int) -> bool:
        """Say whether it is known that there is nothing under a key."""
        ...

    async def put_missing(self, key: str, expires_ns: int, utc_ns: int) -> None:
        """Remember for a while that there is nothing under a key."""
        ...

    async def discard(self, key: str) -> int:
        """Forget a key, and return how many entries that were."""
        ...

    async def clear(self, prefix: str) -> int:
        """Forget all keys that begin so, and return how many entries that were."""
        ...

    async def size(self, prefix: str) -> int:
        """Return how many entries there are under keys that begin so."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
