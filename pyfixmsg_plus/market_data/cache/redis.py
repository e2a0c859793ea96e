"""The cache and the budget that processes share, on a server that speaks the protocol of Redis (extra ``redis``).

Entries are hashes that the server throws away when their time is over; that a newer price never yields to an older one
is decided there, in one step. How many entries fit is a setting of the server.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.market_data.budget import HOUR_NS, Priority, shares
from pyfixmsg_plus.market_data.cache.encoding import decoded, encoded
from pyfixmsg_plus.market_data.cache.port import CacheUnavailable
from pyfixmsg_plus.market_data.lifetime import happened_ns

__all__ = ["RedisBudget", "RedisCache", "connected"]

_MS_NS = 1_000_000
_US_NS = 1_000
_YEAR_NS = 365 * 24 * HOUR_NS
_SPECIAL = re.compile(r"([*?\[\]\\^-])")

# Times are texts of equal length: as numbers they would lose their last digits.
_PUT = """
local known = redis.call('HMGET', KEYS[1], 'happened', 'received', 'expires')
if known[1] and known[3] > ARGV[5]
   and (known[1] > ARGV[1] or (known[1] == ARGV[1] and known[2] > ARGV[2])) then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'happened', ARGV[1], 'received', ARGV[2], 'price', ARGV[3], 'expires', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return 1
"""
# One sorted set for each level of priority: a call stands in its own and in all above it.
_TAKE = """
local now, window, priority, wait = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), 0
for level = 1, #KEYS - 1 do
  redis.call('ZREMRANGEBYSCORE', KEYS[level], '-inf', now - window)
  if level <= priority + 1 and redis.call('ZCARD', KEYS[level]) >= tonumber(ARGV[3 + level]) then
    local first = redis.call('ZRANGE', KEYS[level], 0, 0, 'WITHSCORES')
    local free = first[2] and tonumber(first[2]) + window - now or -1
    if free < 0 or wait < 0 then wait = -1 elseif free > wait then wait = free end
  end
end
if wait ~= 0 then return wait end
local member = redis.call('INCR', KEYS[#KEYS])
for level = 1, priority + 1 do
  redis.call('ZADD', KEYS[level], now, member)
  redis.call('PEXPIRE', KEYS[level], math.ceil(window / 1000))
end
redis.call('PEXPIRE', KEYS[#KEYS], math.ceil(window / 1000))
return 0
"""


def connected(url: str, timeout_s: float = 0.25) -> Any:
    """Return a client of a server.

    Args:
        url: Such as ``redis://127.0.0.1:6379/0`` or ``rediss://...``.
        timeout_s: For a connection and for an answer; prices do not wait for a cache.

    Raises:
        PyFixMsgError: The library is not installed.
    """
    try:
        library = import_module("redis.asyncio")
    except ImportError as error:
        raise PyFixMsgError("a shared cache needs the extra: pip install 'pyfixmsg-plus[redis]'") from error
    return library.Redis.from_url(url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s)


@asynccontextmanager
async def _reached() -> AsyncIterator[None]:
    unavailable = import_module("redis.exceptions").RedisError
    try:
        yield
    except (TimeoutError, unavailable, OSError) as error:
        raise CacheUnavailable(f"the cache cannot be reached: {type(error).__name__}") from None


class RedisCache:
    """Prices by key, on a server.

    Args:
        client: As `connected` returns it; it is closed with the cache.
        prefix: Before every key, for servers that others use too.
    """

    def __init__(self, client: Any, prefix: str = "fixplus:") -> None:
        self._client = client
        self._prefix = prefix
        self._put: Callable[..., Awaitable[int]] = client.register_script(_PUT)

    async def get(self, key: str, utc_ns: int) -> MarketPrice | None:
        """Return the price under a key, or ``None`` where there is none or it has expired."""
        async with _reached():
            data, expires = await self._client.hmget(self._prefix + key, "price", "expires")
        return decoded(data) if data and expires and int(expires) > utc_ns else None

    async def put(self, key: str, price: MarketPrice, expires_ns: int, utc_ns: int) -> bool:
        """Keep a price until it expires unless a newer one is kept, and say whether it is the one that is kept."""
        if expires_ns <= utc_ns:
            return True
        times = [_text(happened_ns(price)), _text(price.received_ns)]
        life_ms = -(-(expires_ns - utc_ns) // _MS_NS)
        values = [*times, encoded(price), _text(expires_ns), _text(utc_ns), life_ms]
        async with _reached():
            return bool(await self._put(keys=[self._prefix + key], args=values))

    async def missing(self, key: str, utc_ns: int) -> bool:
        """Say whether it is known that there is nothing under a key."""
        async with _reached():
            data, expires = await self._client.hmget(self._prefix + key, "price", "expires")
        return data is None and expires is not None and int(expires) > utc_ns

    async def put_missing(self, key: str, expires_ns: int, utc_ns: int) -> None:
        """Remember for a while that there is nothing under a key."""
        if expires_ns <= utc_ns:
            return
        async with _reached(), self._client.pipeline(transaction=True) as steps:
            steps.delete(self._prefix + key)
            steps.hset(self._prefix + key, "expires", _text(expires_ns))
            steps.pexpire(self._prefix + key, -(-(expires_ns - utc_ns) // _MS_NS))
            await steps.execute()

    async def discard(self, key: str) -> int:
        """Forget a key, and return how many entries that were."""
        async with _reached():
            return int(await self._client.unlink(self._prefix + key))

    async def clear(self, prefix: str) -> int:
        """Forget all keys that begin so, and return how many entries that were."""
        gone = 0
        async with _reached():
            async for key in self._keys(prefix):
                gone += int(await self._client.unlink(key))
        return gone

    async def size(self, prefix: str) -> int:
        """Return how many entries there are under keys that begin so."""
        async with _reached():
            return len({key async for key in self._keys(prefix)})

    async def close(self) -> None:
        """Let go of connections."""
        async with _reached():
            await self._client.aclose()

    def _keys(self, prefix: str) -> AsyncIterator[bytes]:
        pattern = _SPECIAL.sub(r"\\\1", self._prefix + prefix) + "*"
        found: AsyncIterator[bytes] = self._client.scan_iter(match=pattern, count=1000)
        return found


class RedisBudget:
    """A budget of calls that processes share. Their clocks must agree, to much less than the window.

    Args:
        client: As `connected` returns it; whoever made it closes it.
        calls: How many may be made in any window.
        window_ns: How long the window is.
        prefix: Before every key.
    """

    def __init__(
        self, client: Any, calls: int = 1000, window_ns: int = HOUR_NS, prefix: str = "fixplus:sma:budget"
    ) -> None:
        self._client = client
        self._calls = calls
        self._window_us = window_ns // _US_NS
        # In braces: a cluster keeps them together, as a script needs.
        self._keys = [f"{{{prefix}}}:{level.name}" for level in Priority] + [f"{{{prefix}}}:made"]
        self._shares = [shares(calls)[level] for level in Priority]
        self._take: Callable[..., Awaitable[int]] = client.register_script(_TAKE)

    async def take(self, priority: Priority, now: Now) -> int:
        """Take one call and return 0, or return for how many nanoseconds none can be had.

        Raises:
            CacheUnavailable: The server cannot be reached.
        """
        values = [now.utc_ns // _US_NS, self._window_us, int(priority), *self._shares]
        async with _reached():
            wait_us = int(await self._take(keys=self._keys, args=values))
        return wait_us * _US_NS if wait_us >= 0 else _YEAR_NS

    async def remaining(self, now: Now) -> int:
        """Return how many calls are left for the highest priority.

        Raises:
            CacheUnavailable: The server cannot be reached.
        """
        since = now.utc_ns // _US_NS - self._window_us
        async with _reached():
            return self._calls - int(await self._client.zcount(self._keys[0], f"({since}", "+inf"))


def _text(ns: int) -> str:
    return f"{max(0, ns):020d}"
