"""Caches of prices: what they must do, and the one inside the process.

The one on a Redis or Valkey server stands in ``pyfixmsg_plus.market_data.cache.redis`` and needs the extra ``redis``.
"""

from pyfixmsg_plus.market_data.cache.memory import MemoryCache
from pyfixmsg_plus.market_data.cache.port import CacheUnavailable, PriceCache

__all__ = ["CacheUnavailable", "MemoryCache", "PriceCache"]
