"""From sources to a level: what the sources say is what a basket is valued with."""

import asyncio
from decimal import Decimal
from random import Random

from pyfixmsg_plus.basket import Composition, Holding, Pricing, Quote, Valuation, Withheld, first_composition, value
from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.domain import ValuationQuality
from pyfixmsg_plus.market_data.fx_feed import FxFeed
from pyfixmsg_plus.market_data.proxies import ProxySettings, SourceProxies
from pyfixmsg_plus.market_data.sma import SmaAdapter
from tests.unit.market_data.sources import TableSource, price
from tests.virtual_time import NOON, on_virtual_time

BEGIN = {"AAPL": "150", "VOD.L": "1.20"}
PRICING = Pricing.parse({"baseLevel": "100", "stalePolicy": "LAST_VALID"})


def composition() -> Composition:
    rates = {"AAPL": Decimal(1), "VOD.L": Decimal("1.25")}
    return first_composition(
        [
            Holding(symbol="AAPL", weight=Decimal(50), currency="USD"),
            Holding(symbol="VOD.L", weight=Decimal(50), currency="GBp"),
        ],
        PRICING,
        {symbol: Quote(Decimal(last), rates[symbol]) for symbol, last in BEGIN.items()},
        basket_code="TWO",
        base_currency="USD",
    )


class House:
    """A vendor behind the adapter, a simulator behind it, rates from both, and one basket."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.vendor = TableSource(clock, "SMA_REFINITIV")
        self.second = TableSource(clock, "SIMULATOR")
        self.sources = SourceProxies(clock, Random(1))
        self.sources.add(SmaAdapter(self.vendor, clock, Random(2)), ProxySettings.of_adapter())
        self.sources.add(self.second)
        self.rates = FxFeed(self.sources)
        self.composition = composition()

    async def open(self) -> None:
        self.sources.subscribe(list(BEGIN), lambda _: None)
        self.rates.need(["USD", "GBp"])
        await asyncio.sleep(1)

    def tick(self, source: TableSource, **lasts: str) -> None:
        at = (self.clock.now().utc_ns - NOON) / 1e9
        for name, last in {**BEGIN, "GBPUSD": "1.25", **lasts}.items():
            currency = "USD" if name != "VOD.L" else "GBP"
            source.set(price(name, last, at=at, currency=currency, source=source.name))

    def level(self) -> Valuation | Withheld:
        now = self.clock.now()
        known = {symbol: self.sources.known(symbol, now) for symbol in BEGIN}
        return value(
            self.composition,
            PRICING,
            {symbol: said[0] for symbol, said in known.items() if said},
            self.rates.snapshot(now),
            now,
            fallbacks={symbol: said[1:] for symbol, said in known.items()},
            preferred=self.sources.preferred,
        )


def told(found: Valuation | Withheld) -> tuple[str, ValuationQuality, str]:
    assert isinstance(found, Valuation), found
    return str(found.level), found.quality, "+".join(sorted({part.source for part in found.parts}))


@on_virtual_time
async def test_a_basket_is_valued_from_the_preferred_source_with_its_rates(clock: ManualClock) -> None:
    house = House(clock)
    await house.open()
    house.tick(house.vendor)
    assert told(house.level()) == ("100.0000", ValuationQuality.A, "SMA_REFINITIV")
    await asyncio.sleep(1)
    house.tick(house.vendor, GBPUSD="1.50")
    assert told(house.level()) == ("110.0000", ValuationQuality.A, "SMA_REFINITIV")
    await house.sources.close()


@on_virtual_time
async def test_where_the_vendor_falls_silent_the_next_source_takes_over_within_a_tick(clock: ManualClock) -> None:
    house = House(clock)
    await house.open()
    house.tick(house.vendor)
    for _ in range(4):
        await asyncio.sleep(5)
        house.tick(house.second, AAPL="165")
    assert told(house.level()) == ("105.0000", ValuationQuality.B, "SIMULATOR")
    house.tick(house.vendor, AAPL="180")
    assert told(house.level()) == ("110.0000", ValuationQuality.A, "SMA_REFINITIV")
    await house.sources.close()


@on_virtual_time
async def test_without_any_source_a_level_is_withheld_once_its_prices_have_expired(clock: ManualClock) -> None:
    house = House(clock)
    await house.open()
    house.tick(house.vendor)
    await asyncio.sleep(200)
    assert told(house.level())[1] is ValuationQuality.B
    await asyncio.sleep(101)
    assert isinstance(house.level(), Withheld)
    house.tick(house.second)
    assert told(house.level())[2] == "SIMULATOR"
    await house.sources.close()


@on_virtual_time
async def test_what_is_kept_back_never_enters_a_level(clock: ManualClock) -> None:
    house = House(clock)
    await house.open()
    house.tick(house.vendor)
    await asyncio.sleep(1)
    house.tick(house.vendor, AAPL="15000")
    assert told(house.level())[0] == "100.0000"
    await house.sources.close()
