"""One suite for every cache of prices and every budget of calls."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from pyfixmsg_plus.clock import ManualClock, Now
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.budget import CallBudget, LocalBudget, Priority
from pyfixmsg_plus.market_data.cache import CacheUnavailable, MemoryCache, PriceCache
from pyfixmsg_plus.market_data.cache.degrading import DegradingBudget, DegradingCache
from pyfixmsg_plus.market_data.cache.redis import RedisBudget, RedisCache, connected
from tests.on_loop import on_loop
from tests.redis_server import RedisServer, redis_server
from tests.unit.market_data.sources import SECOND, price
from tests.virtual_time import NOON

KINDS = ("memory", "redis", "degrading")
PUBLISHING, INTERACTIVE, HISTORY = Priority
_prefix = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as started:
        yield started


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which one; the server is started for those that need it alone."""
    named: str = request.param
    if named != "memory":
        request.getfixturevalue("server")
    return named


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest) -> str:
    if kind == "memory":
        return ""
    started: RedisServer = request.getfixturevalue("server")
    return started.url


@asynccontextmanager
async def opened(kind: str, url: str) -> AsyncIterator[PriceCache]:
    cache: PriceCache = MemoryCache()
    if kind != "memory":
        # Each test has its keys to itself; the letters are those that a pattern would read otherwise.
        cache = RedisCache(connected(url, timeout_s=10), prefix=f"test[{next(_prefix)}]*:")
    if kind == "degrading":
        cache = DegradingCache(cache, MemoryCache(), ManualClock(NOON))
    try:
        yield cache
    finally:
        await cache.close()


@on_loop
async def test_what_is_kept_is_found_until_it_expires(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        known = price(bid="1.50", volume=7, currency="USD", halted=True, exchange="XNAS", confirmed=3)
        known = replace(known, additional={"a": "b"}, price_id="p1")
        # A server forgets by its own clock as well: the real seconds are many.
        assert await cache.put("k", known, NOON + 100 * SECOND, NOON)
        found = [await cache.get("k", NOON + at) for at in (0, 100 * SECOND - 1, 100 * SECOND)]
        assert found == [known, known, None]
        assert str(found[0].bid if found[0] else None) == "1.50"


@on_loop
async def test_what_was_never_kept_is_not_found(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        assert await cache.get("k", NOON) is None
        assert not await cache.missing("k", NOON)


@on_loop
async def test_what_has_expired_already_is_not_kept(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        await cache.put("k", price(), NOON, NOON)
        await cache.put_missing("m", NOON, NOON)
        assert await cache.get("k", NOON - 5) is None
        assert not await cache.missing("m", NOON - 5)


@on_loop
async def test_newer_never_yields_to_older(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        expires = NOON + 100 * SECOND
        kept = [await cache.put("k", price(last, at=at), expires, NOON) for last, at in (("2", 5), ("1", 4), ("3", 6))]
        assert kept == [True, False, True]
        assert await cache.get("k", NOON) == price("3", at=6)


@on_loop
async def test_a_time_is_compared_to_the_nanosecond(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        first = price()
        second = replace(price(last="2"), source_ns=NOON + 1, received_ns=NOON + 1)
        expires = NOON + 100 * SECOND
        assert await cache.put("k", second, expires, NOON)
        assert not await cache.put("k", first, expires, NOON)


@on_loop
async def test_the_same_again_is_kept_and_extends_nothing(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        assert await cache.put("k", price(), NOON + 10 * SECOND, NOON)
        assert await cache.put("k", price(), NOON + 10 * SECOND, NOON + 5 * SECOND)
        assert await cache.get("k", NOON + 10 * SECOND) is None


@on_loop
async def test_an_older_one_is_kept_where_the_newer_has_expired(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        await cache.put("k", price(at=9), NOON + 10 * SECOND, NOON)
        assert await cache.put("k", price(at=5), NOON + 50 * SECOND, NOON + 20 * SECOND)
        assert await cache.get("k", NOON + 20 * SECOND) == price(at=5)


@on_loop
async def test_that_there_is_nothing_is_remembered_for_a_while(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        await cache.put_missing("m", NOON + 30 * SECOND, NOON)
        assert [await cache.missing("m", NOON + at * SECOND) for at in (0, 29, 30)] == [True, True, False]
        assert await cache.get("m", NOON) is None


@on_loop
async def test_a_price_is_not_missing(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        await cache.put_missing("k", NOON + 30 * SECOND, NOON)
        await cache.put("k", price(), NOON + 30 * SECOND, NOON)
        assert not await cache.missing("k", NOON)


@on_loop
async def test_keys_are_forgotten_one_by_one_or_by_how_they_begin(kind: str, url: str) -> None:
    async with opened(kind, url) as cache:
        for key in ("a:1", "a:2", "b:1", "a*"):
            await cache.put(key, price(), NOON + 100 * SECOND, NOON)
        assert [await cache.size(prefix) for prefix in ("a:", "b:", "a*", "")] == [2, 1, 1, 4]
        assert [await cache.discard("a:1"), await cache.discard("a:1")] == [1, 0]
        assert [await cache.clear("a:"), await cache.clear("a:"), await cache.clear("")] == [1, 0, 2]
        assert await cache.get("b:1", NOON) is None


@asynccontextmanager
async def budget(kind: str, url: str, calls: int) -> AsyncIterator[CallBudget]:
    made: CallBudget = LocalBudget(calls, 100 * SECOND)
    if kind == "memory":
        yield made
        return
    client = connected(url, timeout_s=10)
    shared = RedisBudget(client, calls, 100 * SECOND, prefix=f"budget:{next(_prefix)}")
    yield DegradingBudget(shared, made, ManualClock()) if kind == "degrading" else shared
    await client.aclose()


def at(seconds: float) -> Now:
    return Now(NOON + round(seconds * SECOND), round(seconds * SECOND))


@on_loop
async def test_a_budget_gives_each_priority_its_share_and_says_how_long_to_wait(kind: str, url: str) -> None:
    async with budget(kind, url, 10) as calls:
        assert [await calls.take(HISTORY, at(0)) for _ in range(3)] == [0, 0, 100 * SECOND]
        assert [await calls.take(INTERACTIVE, at(1)) for _ in range(7)] == [0] * 6 + [99 * SECOND]
        assert [await calls.take(PUBLISHING, at(2)) for _ in range(3)] == [0, 0, 98 * SECOND]
        assert await calls.remaining(at(2)) == 0
        assert await calls.take(HISTORY, at(99.5)) == SECOND // 2
        assert await calls.remaining(at(100)) == 2
        assert await calls.take(PUBLISHING, at(100)) == 0


@on_loop
async def test_a_share_of_nothing_never_comes_free(kind: str, url: str) -> None:
    async with budget(kind, url, 1) as calls:
        assert await calls.take(HISTORY, at(0)) > 24 * 3600 * SECOND


@on_loop
async def test_processes_share_one_budget_and_one_cache(server: RedisServer) -> None:
    clients = [connected(server.url, timeout_s=10) for _ in range(2)]
    budgets = [RedisBudget(client, 30, 100 * SECOND, prefix="both") for client in clients]
    waits = await asyncio.gather(*(budgets[turn % 2].take(PUBLISHING, at(0)) for turn in range(50)))
    assert sum(wait == 0 for wait in waits) == 30
    one, other = (RedisCache(client, prefix="both:") for client in clients)
    await one.put("k", price(), NOON + 100 * SECOND, NOON)
    assert await other.get("k", NOON) == price()
    await one.close()
    await other.close()


@on_loop
async def test_what_another_wrote_and_nobody_can_read_is_no_price(server: RedisServer) -> None:
    client = connected(server.url, timeout_s=10)
    await client.hset("bad:k", mapping={"price": b'{"last": []}', "expires": f"{NOON + SECOND:020d}"})
    cache = RedisCache(client, prefix="bad:")
    assert await cache.get("k", NOON) is None
    await cache.close()


@on_loop
async def test_a_server_that_is_not_there_is_said_to_be_away() -> None:
    cache = RedisCache(connected("redis://127.0.0.1:1/0"))
    calls = RedisBudget(connected("redis://127.0.0.1:1/0"))
    for call in (
        cache.get("k", NOON), cache.put("k", price(), NOON + 1, NOON), cache.missing("k", NOON),
        cache.put_missing("k", NOON + 1, NOON), cache.discard("k"), cache.clear(""), cache.size(""),
        calls.take(PUBLISHING, at(0)), calls.remaining(at(0)),
    ):  # fmt: skip
        with pytest.raises(CacheUnavailable):
            await call
    await cache.close()


@on_loop
async def test_while_the_server_is_away_the_process_goes_on_with_its_own_and_then_comes_back() -> None:
    clock = ManualClock(NOON)
    with redis_server() as away:
        client = connected(away.url, timeout_s=10)
        cache = DegradingCache(RedisCache(client), MemoryCache(), clock)
        calls = DegradingBudget(RedisBudget(client, 5), LocalBudget(5), clock)
        await cache.put("k", price(), NOON + 100 * SECOND, NOON)
        assert await calls.take(PUBLISHING, clock.now()) == 0
        away.process.kill()
        away.process.wait()
        assert await cache.get("k", NOON) == price()
        assert await cache.put("j", price(), NOON + 100 * SECOND, NOON)
        await cache.put_missing("m", NOON + 100 * SECOND, NOON)
        assert (await cache.missing("m", NOON), await cache.size(""), await cache.discard("j")) == (True, 3, 1)
        assert await cache.clear("k") == 1
        assert await calls.take(PUBLISHING, clock.now()) == 0
        assert await calls.remaining(clock.now()) == 3
        # Left alone after the first failure.
        assert (cache.failures, calls.failures) == (7, 2)
        await cache.close()


@on_loop
async def test_after_a_while_the_shared_cache_is_tried_again(server: RedisServer) -> None:
    clock = ManualClock(NOON)
    client = connected(server.url, timeout_s=10)
    shared = RedisCache(client, prefix="again:")
    cache = DegradingCache(_Away(shared, times=1), MemoryCache(), clock)
    await shared.put("k", price(), NOON + 100 * SECOND, NOON)
    assert [await cache.get("k", NOON), await cache.get("k", NOON)] == [None, None]
    clock.advance(5 * SECOND)
    assert await cache.get("k", NOON) == price()
    assert await cache.get("k", NOON) == price()
    assert cache.failures == 2
    await cache.close()


class _Away(RedisCache):
    """A cache that cannot be reached the first times."""

    def __init__(self, cache: RedisCache, times: int) -> None:
        super().__init__(cache._client, cache._prefix)
        self._times = times

    async def get(self, key: str, utc_ns: int) -> MarketPrice | None:
        if self._times:
            self._times -= 1
            raise CacheUnavailable("away")
        return await super().get(key, utc_ns)
