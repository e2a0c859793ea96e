import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.domain import DailyBar, DataQuality, MarketPrice
from pyfixmsg_plus.market_data import (
    BudgetSpent,
    SourceError,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
    UnknownSymbol,
)
from pyfixmsg_plus.market_data.breaker import Outcome
from pyfixmsg_plus.market_data.proxies import ProxySettings, SourceProxies
from pyfixmsg_plus.market_data.sma import SmaAdapter
from tests.unit.market_data.sources import SECOND, TableSource, price
from tests.virtual_time import NOON, on_virtual_time

HOUSE = ("SMA_REFINITIV", "HTTP_JSON", "SIMULATOR")


class House:
    """Three sources with prices of A that are all a little different."""

    def __init__(self, clock: ManualClock, **settings: object) -> None:
        self.clock = clock
        self.proxies = SourceProxies(clock, Random(3), **settings)  # type: ignore[arg-type] # each test names its own
        self.sources = [TableSource(clock, name) for name in HOUSE]
        for index, source in enumerate(self.sources):
            source.set(self.said(index, "A", f"100.00{index}"))
        for source in reversed(self.sources):
            self.proxies.add(source)

    def said(self, index: int, symbol: str, last: str | None, at: float = 0, **more: object) -> MarketPrice:
        return price(symbol, last, at=at, source=HOUSE[index], **more)  # type: ignore[arg-type] # named in each test

    def fails(self, *indexes: int, error: SourceError | None = None) -> None:
        for index in indexes:
            self.sources[index].failures = [error or SourceUnavailable("away")] * 100

    async def source_of(self, symbol: str, preferred: str | None = None) -> tuple[str, bool, bool]:
        found = await self.proxies.find(symbol, preferred)
        return found.price.source, found.fallback, found.cached

    def calls(self) -> list[int]:
        return [len(source.calls) for source in self.sources]


@on_virtual_time
async def test_the_source_of_the_highest_priority_is_asked_and_no_other(clock: ManualClock) -> None:
    house = House(clock)
    assert [proxy.name for proxy in house.proxies.proxies] == list(HOUSE)
    assert house.proxies.preferred == "SMA_REFINITIV"
    assert await house.source_of("A") == ("SMA_REFINITIV", False, False)
    assert house.calls() == [1, 0, 0]
    await house.proxies.close()


@on_virtual_time
async def test_the_cache_answers_before_any_source(clock: ManualClock) -> None:
    house = House(clock)
    await house.source_of("A")
    assert await house.source_of("A") == ("SMA_REFINITIV", False, True)
    assert (await house.proxies.find("A", refresh=True)).cached is False
    assert house.calls() == [2, 0, 0]
    assert await house.proxies.cached() == {"SMA_REFINITIV": 1, "HTTP_JSON": 0, "SIMULATOR": 0}
    await house.proxies.close()


@pytest.mark.parametrize(
    ("quality", "seconds"), [(DataQuality.HIGH, 300), (DataQuality.MEDIUM, 120), (DataQuality.LOW, 60)]
)
@on_virtual_time
async def test_a_price_is_cached_as_long_as_its_quality_allows(
    clock: ManualClock, quality: DataQuality, seconds: int
) -> None:
    house = House(clock)
    house.sources[0].set(house.said(0, "A", "100", quality=quality))
    await house.source_of("A")
    await asyncio.sleep(seconds - 1)
    assert (await house.source_of("A"))[2] is True
    await asyncio.sleep(2)
    assert (await house.source_of("A"))[2] is False
    await house.proxies.close()


@on_virtual_time
async def test_another_source_may_be_preferred(clock: ManualClock) -> None:
    house = House(clock)
    assert await house.source_of("A", "SIMULATOR") == ("SIMULATOR", False, False)
    assert await house.source_of("A", "NONE") == ("SMA_REFINITIV", False, False)
    await house.proxies.close()


@pytest.mark.parametrize(("away", "found"), [((0,), "HTTP_JSON"), ((0, 1), "SIMULATOR"), ((1, 2), "SMA_REFINITIV")])
@on_virtual_time
async def test_where_one_fails_the_next_one_is_asked(clock: ManualClock, away: tuple[int, ...], found: str) -> None:
    house = House(clock)
    house.fails(*away)
    assert await house.source_of("A") == (found, 0 in away, False)
    await house.proxies.close()


@on_virtual_time
async def test_each_source_is_tried_three_times(clock: ManualClock) -> None:
    house = House(clock)
    house.fails(0)
    await house.source_of("A")
    assert house.calls() == [3, 1, 0]
    await house.proxies.close()


@on_virtual_time
async def test_a_source_that_is_down_is_asked_last(clock: ManualClock) -> None:
    house = House(clock)
    house.sources[0].state = replace(house.sources[0].state, status="DOWN")
    assert await house.source_of("A") == ("HTTP_JSON", True, False)
    assert house.calls() == [0, 1, 0]
    house.fails(1, 2)
    assert (await house.proxies.find("A", refresh=True)).price.source == "SMA_REFINITIV"
    await house.proxies.close()


@on_virtual_time
async def test_sources_that_do_not_answer_leave_the_others_their_time(clock: ManualClock) -> None:
    house = House(clock)
    for source in house.sources[:2]:
        source.delay_s = 60
    began = clock.now().mono_ns
    assert await house.source_of("A") == ("SIMULATOR", True, False)
    assert clock.now().mono_ns - began < 5 * SECOND
    await house.proxies.close()


@on_virtual_time
async def test_all_is_over_within_five_seconds(clock: ManualClock) -> None:
    house = House(clock)
    for source in house.sources:
        source.delay_s = 60
    began = clock.now().mono_ns
    with pytest.raises(SourceUnavailable, match=r"SMA_REFINITIV: .* in time; HTTP_JSON: .*; SIMULATOR: "):
        await house.proxies.get("A")
    assert clock.now().mono_ns - began <= 5 * SECOND + 10
    await house.proxies.close()


@on_virtual_time
async def test_where_all_fail_the_last_valid_price_is_given_and_marked(clock: ManualClock) -> None:
    house = House(clock)
    await house.source_of("A")
    house.fails(0, 1, 2)
    await asyncio.sleep(400)
    found = await house.proxies.find("A")
    assert (found.price.source, found.price.quality, found.fallback) == ("SMA_REFINITIV", DataQuality.LOW, True)
    assert found.price.source_ns == NOON
    await house.proxies.close()


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([UnknownSymbol("x")] * 3, UnknownSymbol),
        ([UnknownSymbol("x"), SourceTimeout("x"), UnknownSymbol("x")], SourceUnavailable),
        ([BudgetSpent("x", retry_after_s=7), UnknownSymbol("x"), UnknownSymbol("x")], BudgetSpent),
        ([BudgetSpent("x"), SourceRejected("x"), UnknownSymbol("x")], SourceUnavailable),
    ],
)
@on_virtual_time
async def test_the_error_says_what_the_sources_said(
    clock: ManualClock, errors: list[SourceError], kind: type[SourceError]
) -> None:
    house = House(clock)
    for index, error in enumerate(errors):
        house.fails(index, error=error)
    with pytest.raises(SourceError) as caught:
        await house.proxies.get("Z")
    assert type(caught.value) is kind
    await house.proxies.close()


@on_virtual_time
async def test_without_a_source_there_is_no_price(clock: ManualClock) -> None:
    proxies = SourceProxies(clock, Random(1))
    with pytest.raises(SourceUnavailable, match="there is none"):
        await proxies.get("A")
    assert await proxies.history("A", 1) == []
    assert (proxies.preferred, proxies.health(clock.now()).status) == (None, "DOWN")


@on_virtual_time
async def test_what_the_gate_keeps_back_is_never_given(clock: ManualClock) -> None:
    house = House(clock)
    house.sources[0].set(house.said(0, "A", None))
    assert await house.source_of("A") == ("HTTP_JSON", True, False)
    kept = [verdict for verdict in house.proxies.verdicts()["SMA_REFINITIV"] if verdict.quarantined]
    assert [verdict.price.symbol for verdict in kept] == ["A"]
    await house.proxies.close()


@pytest.mark.parametrize(("second", "found"), [("202", "SMA_REFINITIV"), ("100", "HTTP_JSON")])
@on_virtual_time
async def test_a_jump_is_given_where_the_next_source_says_the_same(clock: ManualClock, second: str, found: str) -> None:
    house = House(clock)
    await house.source_of("A")
    house.sources[0].set(house.said(0, "A", "201", at=1))
    house.sources[1].set(house.said(1, "A", second, at=1))
    answer = await house.proxies.find("A", refresh=True)
    assert (answer.price.source, answer.fallback) == (found, found != "SMA_REFINITIV")
    await house.proxies.close()


@on_virtual_time
async def test_a_batch_gives_each_price_or_why_there_is_none(clock: ManualClock) -> None:
    house = House(clock)
    answers = await house.proxies.batch(["A", "Z", "A"])
    assert [type(answer).__name__ for answer in answers] == ["MarketPrice", "UnknownSymbol", "MarketPrice"]
    assert [len(source.calls) for source in house.sources] == [2, 1, 1]
    await house.proxies.close()


@on_virtual_time
async def test_joined_by_the_adapter_a_batch_is_one_call(clock: ManualClock) -> None:
    source = TableSource(clock, "SMA_REFINITIV")
    source.set(price("A"), price("B"))
    proxies = SourceProxies(clock, Random(1))
    proxies.add(SmaAdapter(source, clock, Random(2)), ProxySettings.of_adapter())
    await proxies.start()
    await proxies.batch(["A", "B"])
    assert source.calls == [["A", "B"]]
    await proxies.close()
    assert (source.started, source.closed) == (1, 1)


@on_virtual_time
async def test_two_sources_of_one_name_are_refused(clock: ManualClock) -> None:
    house = House(clock)
    with pytest.raises(ValueError, match="two sources"):
        house.proxies.add(TableSource(clock, "SIMULATOR"))
    assert house.proxies.add(TableSource(clock, "OTHER")).priority == 8
    assert house.proxies.add(TableSource(clock, "FIRST"), priority=0) is house.proxies.proxies[0]
    await house.proxies.close()


@on_virtual_time
async def test_history_comes_from_the_first_source_that_has_any(clock: ManualClock) -> None:
    house = House(clock)
    one = Decimal(1)
    bar = DailyBar(day=date(2026, 2, 27), open=one, high=one, low=one, close=one, adjusted_close=one)
    house.fails(0)
    house.sources[2].bars["A"] = [bar]
    assert await house.proxies.history("A", 5) == [bar]
    assert await house.proxies.history("B", 5) == []
    house.fails(1, 2)
    with pytest.raises(SourceUnavailable):
        await house.proxies.history("A", 5)
    await house.proxies.close()


class Heard(list[str]):
    def __call__(self, heard: MarketPrice) -> None:
        self.append(f"{heard.source} {heard.last}")


@on_virtual_time
async def test_readers_hear_the_first_source_while_it_is_fresh_and_the_next_one_when_it_is_not(
    clock: ManualClock,
) -> None:
    house = House(clock)
    heard = Heard()
    reading = house.proxies.subscribe(["A"], heard)
    await asyncio.sleep(1)
    assert heard == ["SMA_REFINITIV 100.000"]
    house.sources[1].set(house.said(1, "A", "101", at=1))
    assert len(heard) == 1
    await asyncio.sleep(16)
    house.sources[2].set(house.said(2, "A", "102", at=16))
    house.sources[1].set(house.said(1, "A", "103", at=16))
    house.sources[2].set(house.said(2, "A", "104", at=17))
    house.sources[0].set(house.said(0, "A", "105", at=16))
    assert heard[1:] == ["SIMULATOR 102", "HTTP_JSON 103", "SMA_REFINITIV 105"]
    reading.close()
    await asyncio.sleep(70)
    assert [source.readings for source in house.sources] == [[], [], []]
    await house.proxies.close()


@on_virtual_time
async def test_readers_hear_nothing_of_what_is_kept_back(clock: ManualClock) -> None:
    house = House(clock)
    heard = Heard()
    house.proxies.subscribe(["A"], heard)
    await asyncio.sleep(1)
    house.sources[0].set(house.said(0, "A", "100", at=1, bid="101", ask="99"))
    house.sources[0].set(house.said(0, "A", "101", at=2, bid="100", ask="300"))
    assert heard == ["SMA_REFINITIV 100.000", "SMA_REFINITIV 101"]
    best = house.proxies.best(["A", "Z"], clock.now())
    assert {symbol: one.quality for symbol, one in best.items()} == {"A": DataQuality.HIGH}
    await house.proxies.close()


@on_virtual_time
async def test_a_source_that_is_not_subscribed_to_is_asked_only_where_others_fail(clock: ManualClock) -> None:
    proxies = SourceProxies(clock, Random(1))
    source = TableSource(clock, "HTTP_JSON")
    proxies.add(source, ProxySettings(subscribed=False))
    proxies.subscribe(["A"], lambda _: None)
    await asyncio.sleep(1)
    assert source.readings == []
    await proxies.close()


@on_virtual_time
async def test_the_best_is_the_first_that_is_fresh_and_else_the_youngest(clock: ManualClock) -> None:
    house = House(clock)
    house.proxies.subscribe(["A"], lambda _: None)
    await asyncio.sleep(1)

    def order() -> list[str]:
        return [one.source for one in house.proxies.known("A", clock.now())]

    assert order() == list(HOUSE)
    await asyncio.sleep(20)
    assert order() == list(HOUSE)
    house.sources[2].set(house.said(2, "A", "100", at=3))
    assert order() == ["SIMULATOR", "SMA_REFINITIV", "HTTP_JSON"]
    house.sources[1].set(house.said(1, "A", "100", at=20))
    assert order() == ["HTTP_JSON", "SMA_REFINITIV", "SIMULATOR"]
    house.sources[0].confirmations["A"] = clock.now().utc_ns
    assert order()[0] == "SMA_REFINITIV"
    assert house.proxies.known("Z", clock.now()) == []
    await house.proxies.close()


@on_virtual_time
async def test_a_young_price_of_a_suspect_stream_is_not_a_fresh_one(clock: ManualClock) -> None:
    house = House(clock)
    heard = Heard()
    house.proxies.subscribe(["A"], heard)
    await asyncio.sleep(1)
    house.sources[0].set(house.said(0, "A", "100", received=1, quality=DataQuality.LOW))
    house.sources[1].set(house.said(1, "A", "101", at=1))
    assert heard[1:] == ["SMA_REFINITIV 100", "HTTP_JSON 101"]
    assert house.proxies.best(["A"], clock.now())["A"].source == "HTTP_JSON"
    await house.proxies.close()


@on_virtual_time
async def test_a_name_on_which_the_sources_disagree_is_of_low_quality_until_they_agree(clock: ManualClock) -> None:
    house = House(clock)
    house.proxies.subscribe(["A", "B"], lambda _: None)
    await asyncio.sleep(1)
    for index, last in enumerate(("100", "120", "140")):
        house.sources[index].set(house.said(index, "A", last, at=1))
    report = house.proxies.reconcile(["A", "B"])
    assert (report.names, report.compared, [found.symbol for found in report.breaks]) == (2, 1, ["A"])
    assert house.proxies.best(["A"], clock.now())["A"].quality is DataQuality.LOW
    house.sources[2].set(house.said(2, "A", "100", at=2))
    house.proxies.reconcile(["A"])
    assert house.proxies.best(["A"], clock.now())["A"].quality is DataQuality.HIGH
    await house.proxies.close()


@on_virtual_time
async def test_health_is_that_of_the_best_and_less_where_the_first_is_not_up(clock: ManualClock) -> None:
    house = House(clock)

    def state() -> tuple[str, str]:
        health = house.proxies.health(clock.now())
        return health.status, health.detail

    assert state() == ("UP", "")
    house.sources[0].state = replace(house.sources[0].state, status="DOWN", connected=False, detail="gone")
    assert state() == ("DEGRADED", "SMA_REFINITIV: gone")
    for source in house.sources[1:]:
        source.state = replace(source.state, status="DOWN", connected=False)
    assert state() == ("DOWN", "SMA_REFINITIV: gone; HTTP_JSON: DOWN; SIMULATOR: DOWN")
    await house.proxies.close()


@on_virtual_time
async def test_a_source_with_an_open_breaker_or_that_is_down_is_not_available(clock: ManualClock) -> None:
    house = House(clock)
    house.fails(0)
    for _ in range(2):
        await house.proxies.find("A", refresh=True)
    house.sources[2].state = replace(house.sources[2].state, status="DOWN")
    assert [(one.name, one.priority, one.available, one.breaker) for one in house.proxies.states(clock.now())] == [
        ("SMA_REFINITIV", 1, False, "OPEN"),
        ("HTTP_JSON", 5, True, "CLOSED"),
        ("SIMULATOR", 9, False, "CLOSED"),
    ]
    await house.proxies.close()


@on_virtual_time
async def test_forgetting_says_how_many_prices_went(clock: ManualClock) -> None:
    house = House(clock)
    await house.source_of("A")
    await house.source_of("A", "SIMULATOR")
    assert [await house.proxies.forget("A"), await house.proxies.forget("A")] == [2, 0]
    await house.proxies.find("A", refresh=True)
    assert await house.proxies.forget() == 1
    await house.proxies.close()


@on_virtual_time
async def test_the_end_of_every_call_is_told_with_the_name_of_the_source(clock: ManualClock) -> None:
    told: list[tuple[str, Outcome]] = []
    house = House(clock, observe=lambda name, outcome, _: told.append((name, outcome)))
    house.fails(0, error=SourceRejected("x"))
    await house.source_of("A")
    assert told == [("SMA_REFINITIV", Outcome.IGNORED), ("HTTP_JSON", Outcome.SUCCESS)]
    await house.proxies.close()
