import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.domain import DailyBar, DataQuality, MarketPrice
from pyfixmsg_plus.market_data import (
    BreakerOpen,
    BudgetSpent,
    SourceError,
    SourceGarbled,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
    UnknownSymbol,
)
from pyfixmsg_plus.market_data.breaker import BreakerState, Outcome
from pyfixmsg_plus.market_data.budget import LocalBudget, Priority
from pyfixmsg_plus.market_data.sma import SmaAdapter, SmaSettings
from tests.unit.market_data.sources import SECOND, TableSource, price
from tests.virtual_time import NOON, on_virtual_time

BAR = DailyBar(
    day=date(2026, 2, 27), open=Decimal(1), high=Decimal(2), low=Decimal(1), close=Decimal(2), adjusted_close=Decimal(2)
)


@asynccontextmanager
async def adapter(
    source: TableSource, clock: ManualClock, budget: int = 1000, settings: SmaSettings | None = None
) -> AsyncIterator[SmaAdapter]:
    sma = SmaAdapter(source, clock, Random(7), settings=settings, budget=LocalBudget(budget))
    await sma.start()
    try:
        yield sma
    finally:
        await sma.close()


def filled(clock: ManualClock, *symbols: str, delay_s: float = 0) -> TableSource:
    source = TableSource(clock, delay_s=delay_s)
    source.set(*(price(symbol) for symbol in symbols))
    return source


def kinds(answers: list[MarketPrice | SourceError]) -> list[str]:
    return [type(answer).__name__ for answer in answers]


@on_virtual_time
async def test_it_is_a_source_with_the_name_of_the_one_behind(clock: ManualClock) -> None:
    source = filled(clock)
    async with adapter(source, clock) as sma:
        assert (sma.name, source.started) == ("TABLE", 1)
    assert source.closed == 1


@on_virtual_time
async def test_a_hundred_callers_make_one_call(clock: ManualClock) -> None:
    source = filled(clock, "AAPL", delay_s=0.1)
    async with adapter(source, clock) as sma:
        answers = await asyncio.gather(*(sma.get("AAPL") for _ in range(100)))
    assert answers == [price()] * 100
    assert source.calls == [["AAPL"]]


@on_virtual_time
async def test_a_hundred_names_at_once_are_two_calls(clock: ManualClock) -> None:
    names = [f"SYMBOL_{index}" for index in range(100)]
    source = filled(clock, *names)
    async with adapter(source, clock) as sma:
        answers = await asyncio.gather(*(sma.get(name) for name in names))
        assert [answer.symbol for answer in answers] == names
        assert [len(call) for call in source.calls] == [50, 50]
        assert (await sma.stats()).budget_remaining == 998


@on_virtual_time
async def test_misses_within_twenty_milliseconds_are_joined(clock: ManualClock) -> None:
    source = filled(clock, "A", "B", "C")

    async def later(symbol: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await sma.get(symbol)

    async with adapter(source, clock) as sma:
        await asyncio.gather(later("A", 0), later("B", 0.019), later("C", 0.021))
    assert source.calls == [["A", "B"], ["C"]]


@on_virtual_time
async def test_a_price_is_served_from_the_cache_until_five_minutes_after_the_time_of_the_source(
    clock: ManualClock,
) -> None:
    source = filled(clock)
    source.set(price(at=-100))
    async with adapter(source, clock) as sma:
        for _ in range(10):
            await sma.get("AAPL")
            await asyncio.sleep(19)
        assert len(source.calls) == 1
        await asyncio.sleep(10)
        await sma.get("AAPL")
        assert len(source.calls) == 2
        stats = await sma.stats()
    assert (stats.requests, stats.hits, stats.misses, stats.cached) == (11, 9, 2, 0)


@on_virtual_time
async def test_a_source_that_stands_still_is_never_served_from_the_cache_once_its_time_is_over(
    clock: ManualClock,
) -> None:
    source = filled(clock)
    source.set(price(at=-301))
    async with adapter(source, clock) as sma:
        for _ in range(3):
            await sma.get("AAPL")
    assert len(source.calls) == 3


@on_virtual_time
async def test_a_price_without_a_time_is_medium_at_most(clock: ManualClock) -> None:
    source = filled(clock)
    source.set(replace(price(), source_ns=None))
    async with adapter(source, clock) as sma:
        assert (await sma.get("AAPL")).quality is DataQuality.MEDIUM


@on_virtual_time
async def test_a_refresh_asks_the_source_even_so(clock: ManualClock) -> None:
    source = filled(clock, "AAPL")
    async with adapter(source, clock) as sma:
        await sma.get("AAPL")
        source.set(price(last="151", at=1))
        assert (await sma.get("AAPL", refresh=True)).last == Decimal(151)
        assert (await sma.get("AAPL")).last == Decimal(151)


@on_virtual_time
async def test_an_unknown_name_is_remembered_for_half_a_minute(clock: ManualClock) -> None:
    source = filled(clock)
    async with adapter(source, clock) as sma:
        for _ in range(3):
            with pytest.raises(UnknownSymbol):
                await sma.get("NONE")
            await asyncio.sleep(9)
        assert len(source.calls) == 1
        await asyncio.sleep(10)
        source.set(price("NONE"))
        assert (await sma.get("NONE")).symbol == "NONE"


@on_virtual_time
async def test_an_unknown_name_does_not_speak_against_the_source(clock: ManualClock) -> None:
    source = filled(clock)
    async with adapter(source, clock) as sma:
        for index in range(10):
            with pytest.raises(UnknownSymbol):
                await sma.get(f"N{index}")
        assert sma.breaker_state(clock.now()) is BreakerState.CLOSED


@pytest.mark.parametrize(
    ("failures", "calls"),
    [
        ([SourceUnavailable("x")], 2),
        ([SourceTimeout("x"), SourceUnavailable("x")], 3),
    ],
)
@on_virtual_time
async def test_what_may_pass_is_tried_up_to_three_times(
    clock: ManualClock, failures: list[Exception | None], calls: int
) -> None:
    source = filled(clock, "AAPL")
    source.failures = list(failures)
    async with adapter(source, clock) as sma:
        assert await sma.get("AAPL") == price()
    assert len(source.calls) == calls


@pytest.mark.parametrize(
    ("failure", "calls"),
    [(SourceUnavailable("x"), 3), (SourceRejected("x"), 1), (SourceGarbled("x"), 1)],
)
@on_virtual_time
async def test_how_the_last_attempt_ended_is_the_answer_and_it_names_the_instrument(
    clock: ManualClock, failure: SourceError, calls: int
) -> None:
    source = filled(clock, "AAPL")
    source.failures = [failure] * 3
    async with adapter(source, clock) as sma:
        with pytest.raises(type(failure)) as caught:
            await sma.get("AAPL")
    assert (caught.value.symbol, len(source.calls)) == ("AAPL", calls)


@on_virtual_time
async def test_the_source_is_asked_again_no_sooner_than_it_says(clock: ManualClock) -> None:
    source = filled(clock, "AAPL")
    source.failures = [SourceUnavailable("busy", retry_after_s=3)]
    began = clock.now().mono_ns
    async with adapter(source, clock) as sma:
        await sma.get("AAPL")
    assert clock.now().mono_ns - began >= 3 * SECOND


@on_virtual_time
async def test_all_is_over_within_five_seconds(clock: ManualClock) -> None:
    source = filled(clock, "AAPL", delay_s=60)
    began = clock.now().mono_ns
    async with adapter(source, clock) as sma:
        with pytest.raises(SourceTimeout):
            await sma.get("AAPL")
        assert clock.now().mono_ns - began <= 5 * SECOND + 1
        assert (await sma.stats()).failures == 1


@on_virtual_time
async def test_a_source_that_fails_is_left_alone_for_half_a_minute(clock: ManualClock) -> None:
    source = filled(clock, "AAPL")
    source.failures = [SourceUnavailable("x") for _ in range(5)]
    async with adapter(source, clock) as sma:
        for _ in range(2):
            with pytest.raises(SourceUnavailable):
                await sma.get("AAPL")
        assert sma.breaker_state(clock.now()) is BreakerState.OPEN
        with pytest.raises(BreakerOpen) as caught:
            await sma.get("AAPL")
        assert caught.value.retry_after_s is not None
        assert len(source.calls) == 5
        await asyncio.sleep(30)
        assert await sma.get("AAPL") == price()


@on_virtual_time
async def test_each_name_that_fails_in_a_batch_is_logged(clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    source = filled(clock, "A")
    async with adapter(source, clock) as sma:
        await sma.batch(["A", "NONE"])
    assert [record.getMessage() for record in caplog.records] == ["no price of NONE: no NONE (SYMBOL_NOT_FOUND)"]


@on_virtual_time
async def test_one_failure_in_a_batch_never_fails_the_rest(clock: ManualClock) -> None:
    source = filled(clock, "A", "C")
    source.prices["B"] = SourceRejected("not permitted", symbol="B")
    async with adapter(source, clock) as sma:
        answers = await sma.batch(["A", "B", "C", "D", "A"])
    assert kinds(answers) == ["MarketPrice", "SourceRejected", "MarketPrice", "UnknownSymbol", "MarketPrice"]
    assert source.calls == [["A", "B", "C", "D"]]


@on_virtual_time
async def test_of_a_call_only_the_names_that_may_still_come_are_asked_for_again(clock: ManualClock) -> None:
    source = filled(clock, "A")
    source.prices["B"] = SourceUnavailable("x")
    async with adapter(source, clock) as sma:
        answers = await sma.batch(["A", "B"])
    assert kinds(answers) == ["MarketPrice", "SourceUnavailable"]
    assert source.calls == [["A", "B"], ["B"], ["B"]]


@on_virtual_time
async def test_a_batch_asks_only_for_what_the_cache_lacks(clock: ManualClock) -> None:
    source = filled(clock, "A", "B")
    async with adapter(source, clock) as sma:
        await sma.get("A")
        await sma.batch(["A", "B"])
    assert source.calls == [["A"], ["B"]]


@on_virtual_time
async def test_at_most_five_calls_are_under_way(clock: ManualClock) -> None:
    names = [f"N{index}" for index in range(20)]
    source = filled(clock, *names, delay_s=0.2)
    async with adapter(source, clock, settings=SmaSettings(names_per_call=1)) as sma:
        assert kinds(await sma.batch(names)) == ["MarketPrice"] * 20
    assert (len(source.calls), source.under_way_most) == (20, 5)


@on_virtual_time
async def test_an_answer_about_another_name_or_too_few_of_them_is_no_price(clock: ManualClock) -> None:
    class Confused(TableSource):
        async def batch(self, symbols: object) -> list[MarketPrice | SourceError]:
            return [price("A"), price("A")]

    async with adapter(Confused(clock), clock) as sma:
        assert kinds(await sma.batch(["A", "B"])) == ["MarketPrice", "SourceGarbled"]
        assert kinds(await sma.batch(["C", "D", "E"])) == ["SourceGarbled"] * 3


@on_virtual_time
async def test_garbage_again_and_again_opens_the_breaker(clock: ManualClock) -> None:
    source = filled(clock)
    for index in range(6):
        source.prices[f"N{index}"] = SourceGarbled("a page for people")
    async with adapter(source, clock) as sma:
        for index in range(5):
            with pytest.raises(SourceGarbled):
                await sma.get(f"N{index}")
        assert sma.breaker_state(clock.now()) is BreakerState.OPEN


@on_virtual_time
async def test_over_the_budget_a_request_is_told_when_to_come_back(clock: ManualClock) -> None:
    source = filled(clock, "A", "B", "C")
    async with adapter(source, clock, budget=2, settings=SmaSettings(names_per_call=1)) as sma:
        await sma.get("A")
        with pytest.raises(BudgetSpent) as caught:
            await sma.get("B")
        assert caught.value.retry_after_s == pytest.approx(3600, abs=1)
        assert (await sma.get("C", priority=Priority.PUBLISHING)).symbol == "C"
        assert sma.breaker_state(clock.now()) is BreakerState.CLOSED
    assert source.calls == [["A"], ["C"]]


@on_virtual_time
async def test_over_the_budget_a_price_that_came_by_another_way_is_served(clock: ManualClock) -> None:
    source = filled(clock, "A")
    async with adapter(source, clock, budget=1) as sma:
        heard: list[MarketPrice] = []
        sma.subscribe(["A"], heard.append)
        await asyncio.sleep(1)
        assert await sma.get("A", refresh=True) == price("A")
    assert source.calls == []


@on_virtual_time
async def test_the_whole_is_unharmed_when_a_source_raises_what_it_may_not(clock: ManualClock) -> None:
    source = filled(clock, "A")
    source.failures = [ZeroDivisionError("a fault of the source's own")]
    async with adapter(source, clock) as sma:
        with pytest.raises(ZeroDivisionError):
            await sma.get("A")
        assert await sma.get("A") == price("A")
        assert (await sma.stats()).failures == 1


@on_virtual_time
async def test_a_caller_that_gives_up_leaves_the_others_their_answer(clock: ManualClock) -> None:
    source = filled(clock, "A", delay_s=1)
    async with adapter(source, clock) as sma:
        leader, follower = (asyncio.ensure_future(sma.get("A")) for _ in range(2))
        await asyncio.sleep(0.5)
        leader.cancel()
        assert await follower == price("A")


@on_virtual_time
async def test_a_name_that_nobody_waits_for_any_more_is_not_asked_for(clock: ManualClock) -> None:
    source = filled(clock, "A", "B")
    async with adapter(source, clock) as sma:
        gone = asyncio.ensure_future(sma.get("A"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gone.cancel()
        await sma.get("B")
        await asyncio.gather(gone, return_exceptions=True)
        only = asyncio.ensure_future(sma.get("A"))
        await asyncio.sleep(0.001)
        only.cancel()
        await asyncio.sleep(1)
    assert source.calls == [["B"]]


@on_virtual_time
async def test_closing_ends_what_is_under_way(clock: ManualClock) -> None:
    source = filled(clock, "A", "B", delay_s=1)
    async with adapter(source, clock) as sma:
        under_way = asyncio.ensure_future(sma.get("A"))
        await asyncio.sleep(0.5)
        pending = asyncio.ensure_future(sma.get("B", priority=Priority.PUBLISHING))
        await asyncio.sleep(0.01)
    ends = await asyncio.gather(under_way, pending, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 2


@on_virtual_time
async def test_history_is_shared_tried_again_and_paid_from_its_own_share(clock: ManualClock) -> None:
    source = filled(clock)
    source.bars["A"] = [BAR]
    source.failures = [SourceUnavailable("x")]
    async with adapter(source, clock, budget=10) as sma:
        assert tuple(await asyncio.gather(sma.history("A", 5), sma.history("A", 5))) == ([BAR], [BAR])
        assert source.calls == [["A"], ["A"]]
        with pytest.raises(BudgetSpent):
            await sma.history("B", 5)


@on_virtual_time
async def test_clearing_says_how_many_prices_went(clock: ManualClock) -> None:
    source = filled(clock, "A", "B", "C")
    async with adapter(source, clock) as sma:
        await sma.batch(["A", "B", "C", "NONE"])
        assert [await sma.clear("A"), await sma.clear("A"), await sma.clear(), await sma.clear()] == [1, 0, 2, 0]
        source.set(price("NONE"))
        assert (await sma.get("NONE")).symbol == "NONE"


@on_virtual_time
async def test_the_end_of_every_attempt_is_told_to_those_who_measure(clock: ManualClock) -> None:
    source = filled(clock, "A", delay_s=0.25)
    source.failures = [SourceUnavailable("x")]
    told: list[tuple[str, Outcome, int]] = []
    sma = SmaAdapter(source, clock, Random(7), observe=lambda *what: told.append(what))
    await sma.batch(["A", "B"])
    await sma.history("A", 1)
    await sma.close()
    assert [(name, outcome) for name, outcome, _ in told] == [
        ("batch", Outcome.FAILURE), ("batch", Outcome.SUCCESS), ("history", Outcome.SUCCESS),
    ]  # fmt: skip
    assert {took_ns for *_, took_ns in told} == {SECOND // 4}


@on_virtual_time
async def test_it_says_how_it_does(clock: ManualClock) -> None:
    source = filled(clock, "A")
    async with adapter(source, clock) as sma:
        assert sma.health(clock.now()).status == "UP"
        source.state = replace(source.state, connected=False)
        assert sma.health(clock.now()).status == "DEGRADED"
        await asyncio.sleep(31)
        assert sma.health(clock.now()).status == "DOWN"
        source.state = replace(source.state, connected=True)
        await sma.get("A")
        assert sma.health(clock.now()).status == "UP"
        source.state = replace(source.state, connected=False, last_heard_ns=None)
        assert sma.health(clock.now()).status == "DEGRADED"


@on_virtual_time
async def test_a_subscribed_name_is_answered_from_its_last_value(clock: ManualClock) -> None:
    source = filled(clock, "A")
    async with adapter(source, clock) as sma:
        assert sma.last("A") is None
        sma.subscribe(["A"], lambda _: None)
        await asyncio.sleep(1)
        source.set(price("A", "151", at=1))
        assert (await sma.get("A")).last == Decimal(151)
        assert sma.last("A") == price("A", "151", at=1)
    assert source.calls == []


@on_virtual_time
async def test_a_quiet_name_on_a_live_stream_is_not_a_stale_one(clock: ManualClock) -> None:
    source = filled(clock, "A")
    async with adapter(source, clock) as sma:
        sma.subscribe(["A"], lambda _: None)
        await asyncio.sleep(400)
        source.confirmations["A"] = NOON + 390 * SECOND
        assert await sma.get("A") == price("A", confirmed=390)
        assert source.calls == []
        del source.confirmations["A"]
        await sma.get("A")
        assert source.calls == [["A"]]
