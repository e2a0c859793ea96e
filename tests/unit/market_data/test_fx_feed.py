import asyncio
from decimal import Decimal
from random import Random

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.market_data.fx_feed import FxFeed, usual_pair
from pyfixmsg_plus.market_data.proxies import SourceProxies
from tests.unit.market_data.sources import TableSource, price
from tests.virtual_time import on_virtual_time


def fed(clock: ManualClock) -> tuple[TableSource, SourceProxies, FxFeed]:
    source = TableSource(clock, "SIMULATOR")
    sources = SourceProxies(clock, Random(1))
    sources.add(source)
    return source, sources, FxFeed(sources)


@pytest.mark.parametrize(("currency", "symbol"), [("EUR", "EURUSD"), ("GBP", "GBPUSD"), ("JPY", "USDJPY")])
def test_a_pair_is_named_as_the_market_quotes_it(currency: str, symbol: str) -> None:
    assert usual_pair(currency) == symbol


@on_virtual_time
async def test_the_rates_that_are_needed_are_subscribed_to_once(clock: ManualClock) -> None:
    source, sources, feed = fed(clock)
    feed.need(["EUR", "USD", "GBp", "JPY"])
    feed.need(["GBP", "EUR"])
    await asyncio.sleep(1)
    assert feed.symbols == ["EURUSD", "GBPUSD", "USDJPY"]
    assert source.counts["subscribed"] == 3
    feed.close()
    await sources.close()
    assert feed.symbols == []


@on_virtual_time
async def test_a_set_holds_the_last_mid_of_each_pair(clock: ManualClock) -> None:
    source, sources, feed = fed(clock)
    feed.need(["EUR", "JPY"])
    await asyncio.sleep(1)
    source.set(price("EURUSD", None, bid="1.09", ask="1.11"), price("USDJPY", "150"))
    rates = feed.snapshot(clock.now())
    assert (rates.rate("EUR", "JPY"), rates.source) == (Decimal(165), "TABLE")
    source.set(price("EURUSD", None, at=1, bid="1.19", ask="1.21"))
    assert (rates.rate("EUR", "USD"), feed.snapshot(clock.now()).rate("EUR", "USD")) == (Decimal("1.1"), Decimal("1.2"))
    await sources.close()


@on_virtual_time
async def test_a_rate_that_is_too_old_is_missing_unless_its_stream_was_seen_alive(clock: ManualClock) -> None:
    source, sources, feed = fed(clock)
    feed.need(["EUR"])
    await asyncio.sleep(1)
    source.set(price("EURUSD", "1.1"))
    await asyncio.sleep(300)
    assert feed.snapshot(clock.now()).rate("EUR", "USD") is None
    source.confirmations["EURUSD"] = clock.now().utc_ns
    assert feed.snapshot(clock.now()).rate("EUR", "USD") == Decimal("1.1")
    await sources.close()
