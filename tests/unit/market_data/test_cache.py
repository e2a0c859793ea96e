import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.market_data.cache import MemoryCache
from pyfixmsg_plus.market_data.cache.encoding import decoded, encoded
from pyfixmsg_plus.market_data.cache.redis import connected
from tests.on_loop import on_loop
from tests.unit.market_data.sources import price
from tests.virtual_time import NOON

PRICES = st.none() | st.decimals("0.0001", "1000000", places=4)


@given(PRICES, PRICES, st.none() | st.integers(0, 10**12), st.booleans(), st.sampled_from(DataQuality), st.text())
def test_a_price_comes_back_as_it_was(
    last: Decimal | None, bid: Decimal | None, volume: int | None, flag: bool, quality: DataQuality, text: str
) -> None:
    known = replace(
        price(quality=quality), last=last, bid=bid, volume=volume, halted=flag, simulated=not flag,
        currency=text or None, price_id=text, additional={text: text},
    )  # fmt: skip
    back = decoded(encoded(known))
    assert back == known
    assert back is not None
    assert str(back.last) == str(last)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"[]", b"3", b"null", b"{}", b'{"symbol":"A","source":"S","quality":"HIGH"}',
        b'{"symbol":"A","source":"S","quality":"BEST","received_ns":1,"additional":{}}',
        b'{"symbol":"A","source":"S","quality":"HIGH","received_ns":"1","additional":{}}',
        b'{"symbol":"A","source":"S","quality":"HIGH","received_ns":true,"additional":{}}',
        b'{"symbol":3,"source":"S","quality":"HIGH","received_ns":1,"additional":{}}',
        b'{"symbol":"A","source":"S","quality":"HIGH","received_ns":1,"additional":{},"last":"x"}',
        b'{"symbol":"A","source":"S","quality":"HIGH","received_ns":1,"additional":{},"last":1.5}',
        b'{"symbol":"A","source":"S","quality":"HIGH","received_ns":1,"additional":[]}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_price_gives_none(data: bytes) -> None:
    assert decoded(data) is None


@given(st.binary(max_size=80))
def test_any_bytes_give_a_price_or_none(data: bytes) -> None:
    decoded(data)


def test_a_field_of_a_later_version_is_passed_over() -> None:
    assert decoded(encoded(price())[:-1] + b',"later":1}') == price()


@on_loop
async def test_the_least_recently_used_goes_first() -> None:
    cache = MemoryCache(entries=2)
    await cache.put("a", price(), NOON + 9, NOON)
    await cache.put("b", price(), NOON + 9, NOON)
    await cache.get("a", NOON)
    await cache.put("c", price(), NOON + 9, NOON)
    assert [await cache.get(key, NOON) is not None for key in "abc"] == [True, False, True]
    assert await cache.size("") == 2


@on_loop
async def test_what_has_expired_is_swept_out_now_and_then() -> None:
    cache = MemoryCache(sweep_ns=100)
    for key, at in (("a", 0), ("b", 99)):
        await cache.put(key, price(), NOON + 50, NOON + at if key == "a" else NOON)
    assert await cache.size("") == 2
    await cache.put("c", price(), NOON + 500, NOON + 100)
    assert await cache.size("") == 1


def test_a_cache_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 entries"):
        MemoryCache(entries=0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.integers(0, 20)), max_size=60))
def test_the_cache_never_serves_what_has_expired_and_never_an_older_price(steps: list[tuple[str, int, int]]) -> None:
    @on_loop
    async def run() -> None:
        small, large, now = MemoryCache(entries=2, sweep_ns=25), MemoryCache(sweep_ns=25), 0
        newest: dict[str, int] = {}
        for key, happened, pause in steps:
            now += pause
            known = replace(price(), source_ns=happened, received_ns=100)
            for cache in (small, large):
                await cache.put(key, known, happened + 30, now)
            newest[key] = max(happened, newest.get(key, 0))
            for each, at in newest.items():
                found = await large.get(each, now)
                assert (found.source_ns if found is not None else None) == (at if at + 30 > now else None)
                left = await small.get(each, now)
                assert left is None or now < (left.source_ns or 0) + 30

    run()


def test_without_the_library_it_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(PyFixMsgError, match=r"pyfixmsg-plus\[redis\]"):
        connected("redis://127.0.0.1:1/0")
