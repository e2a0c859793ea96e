from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pyfixmsg_plus.basket import (
    Backtest,
    BacktestFailed,
    Holding,
    Method,
    Pricing,
    RebalanceFrequency,
    backtest,
)
from pyfixmsg_plus.domain import DailyBar
from tests.unit.basket.levels import held

D = Decimal
FIRST = date(2026, 1, 30)


def days(*closes: str, start: date = FIRST) -> list[DailyBar]:
    """One bar a day; an empty close is a day without one."""
    return [
        DailyBar(day=start + timedelta(place), open=D(1), high=D(1), low=D(1), close=D(999), adjusted_close=D(close))
        for place, close in enumerate(closes)
        if close
    ]


def wanted(**given: object) -> Backtest:
    facts: dict[str, object] = {"start": FIRST, "end": FIRST + timedelta(90), "initial_value": D(1000)}
    return Backtest(**(facts | given))  # type: ignore[arg-type]  # fields by name, as tests give them


HALVES = held({"A": "50", "B": "50"})
BARS = {"A": days("10", "11", "12", "12"), "B": days("20", "20", "20", "30")}


def test_values_follow_the_engine_on_adjusted_closes() -> None:
    result = backtest(HALVES, Pricing(), BARS, wanted())
    assert [level.quantize(D("1e-9")) for level in result.levels] == [100, 105, 110, 135]
    assert [value.quantize(D("1e-9")) for value in result.values] == [1000, 1050, 1100, 1350]
    assert result.days == tuple(FIRST + timedelta(place) for place in range(4))
    assert (result.score, result.rebalances, result.costs) == (1.0, 0, D(0))
    assert result.figure("total_return") == pytest.approx(0.35)
    with pytest.raises(KeyError):
        result.figure("beta")


def test_weights_are_set_anew_at_the_last_close_of_the_period_and_cost() -> None:
    # From 30 January: A doubles on the 31st, the weights are set anew at that close, and B doubles on 1 February.
    bars = {"A": days("10", "20", "20"), "B": days("20", "20", "40")}
    kept = backtest(HALVES, Pricing(), bars, wanted())
    assert [value.quantize(D("1e-9")) for value in kept.values] == [1000, 1500, 2000]
    monthly = backtest(HALVES, Pricing(), bars, wanted(rebalancing=RebalanceFrequency.MONTHLY))
    assert [value.quantize(D("1e-9")) for value in monthly.values] == [1000, 1500, 2250]
    # A sixth of the value is sold, and as much bought: a third is traded, at 3 %.
    costly = backtest(
        HALVES, Pricing(), bars, wanted(rebalancing=RebalanceFrequency.MONTHLY, transaction_cost=D("0.03"))
    )
    assert [value.quantize(D("1e-9")) for value in costly.values] == [1000, 1500, D("2227.5")]
    assert costly.costs.quantize(D("1e-9")) == 15
    assert costly.rebalances == 1
    assert costly.levels == monthly.levels


@pytest.mark.parametrize(
    ("frequency", "rebalances"),
    [
        (RebalanceFrequency.NEVER, 0),
        (RebalanceFrequency.MONTHLY, 15),
        (RebalanceFrequency.QUARTERLY, 5),
        (RebalanceFrequency.ANNUALLY, 1),
    ],
)
@pytest.mark.parametrize("method", [Method.FIXED_UNITS, Method.EQUAL_WEIGHT, Method.FLOAT_CAP, Method.PRICE_WEIGHTED])
def test_weights_are_set_anew_as_often_as_wanted(
    frequency: RebalanceFrequency, rebalances: int, method: Method
) -> None:
    start = date(2025, 1, 1)
    names = tuple(Holding(symbol=name, weight=D(50), shares=D(7)) for name in "AB")
    bars = {
        "A": days(*[str(10 + place % 5) for place in range(460)], start=start),
        "B": days(*[str(20 + place % 3) for place in range(460)], start=start),
    }
    trial = wanted(start=start, end=date(2027, 1, 1), rebalancing=frequency, transaction_cost=D("0.001"))
    result = backtest(names, Pricing(method=method), bars, trial)
    assert result.rebalances == rebalances
    # What needs no trade costs nothing: shares and prices keep their own weights.
    traded = rebalances > 0 and method in (Method.FIXED_UNITS, Method.EQUAL_WEIGHT)
    assert (result.costs > 0) is traded


def test_a_day_without_a_close_counts_at_the_last_one_and_in_the_score() -> None:
    bars = {"A": days("", "10", "", "12"), "B": days("20", "20", "22", "22")}
    result = backtest(HALVES, Pricing(), bars, wanted())
    assert result.days[0] == FIRST + timedelta(1)
    assert [level.quantize(D("1e-9")) for level in result.levels] == [100, 105, 115]
    assert result.score == pytest.approx(6 / 8)


def test_a_name_that_closed_before_the_others_begins_at_its_last_close() -> None:
    bars = {"A": days("10", "", "11"), "B": days("", "20", "20")}
    result = backtest(HALVES, Pricing(), bars, wanted())
    assert [level.quantize(D("1e-9")) for level in result.levels] == [100, 105]


def test_prices_are_converted_by_the_rate_that_holds() -> None:
    names = (Holding(symbol="A", weight=D(100), currency="EUR"),)
    rates = {"EUR": {FIRST - timedelta(3): D("1.0"), FIRST + timedelta(2): D("1.1")}}
    result = backtest(names, Pricing(), {"A": BARS["A"]}, wanted(), rates=rates)
    assert [level.quantize(D("1e-9")) for level in result.levels] == [100, 110, 132, 132]
    for known in ({}, {"EUR": {FIRST + timedelta(1): D(1)}}):
        with pytest.raises(BacktestFailed, match="no rate from EUR to USD on 2026-01-30: A"):
            backtest(names, Pricing(), {"A": BARS["A"]}, wanted(), rates=known)


def test_a_benchmark_stands_beside() -> None:
    result = backtest(
        HALVES, Pricing(), BARS, wanted(), benchmarks={"X": days("100", "105", "", "135"), "Y": BARS["A"]}
    )
    assert set(result.benchmarks) == {"X", "Y"}
    assert result.figures == result.benchmarks["X"]
    assert result.figure("beta") > 0


@pytest.mark.parametrize(
    ("bars", "benchmarks", "text"),
    [
        ({"A": BARS["A"]}, {}, "no close in these days: B"),
        ({"A": days("10"), "B": days("10")}, {}, "fewer than two days"),
        ({"A": days("10", "0"), "B": days("10")}, {}, "fewer than two days"),
        (BARS, {"X": days("", "100")}, "no close on the first day: X"),
        (BARS, {str(number): BARS["A"] for number in range(11)}, "there may be 10 benchmarks, and not 11"),
    ],
)
def test_what_cannot_be_tried_says_why(
    bars: dict[str, Sequence[DailyBar]], benchmarks: dict[str, Sequence[DailyBar]], text: str
) -> None:
    with pytest.raises(BacktestFailed, match=text):
        backtest(HALVES, Pricing(), bars, wanted(), benchmarks=benchmarks)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"end": FIRST}, "the first day, 2026-01-30, must come before the last, 2026-01-30"),
        ({"initial_value": D(999)}, "and not 999"),
        ({"initial_value": D("1e9") + 1}, "and not 1000000001"),
        ({"transaction_cost": D("1.1")}, "a cost is a share from 0 to 1"),
    ],
)
def test_what_is_wanted_has_bounds(given: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        wanted(**given)


def test_what_is_traded_at_full_cost_is_lost() -> None:
    bars = {"A": days("10", "1000", "1000"), "B": days("20", "20", "40")}
    result = backtest(HALVES, Pricing(), bars, wanted(rebalancing=RebalanceFrequency.MONTHLY, transaction_cost=D(1)))
    assert 0 <= result.values[-1] < result.values[-2]
