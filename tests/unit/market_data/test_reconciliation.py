import asyncio
from collections.abc import Collection
from decimal import Decimal

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.reconciliation import (
    Reconciler,
    ReconciliationReport,
    Tolerance,
    accuracy,
    reconcile,
)
from tests.unit.market_data.sources import price
from tests.virtual_time import on_virtual_time


def said(*lasts: str | None, apart: float = 0) -> dict[str, list[MarketPrice]]:
    return {"A": [price("A", last, at=index * apart, source=f"S{index}") for index, last in enumerate(lasts)]}


@pytest.mark.parametrize(
    ("lasts", "compared", "difference", "grave"),
    [
        (("100", "100.01"), 1, None, False),
        (("100", "100.011"), 1, "0.011", False),
        (("100", "99.98"), 1, "-0.02", False),
        (("100", "101"), 1, "1", False),
        (("100", "101.01"), 1, "1.01", True),
        (("100",), 0, None, False),
        (("100", None), 0, None, False),
        ((), 0, None, False),
    ],
)
def test_more_than_a_cent_is_a_break_and_more_than_a_hundredth_a_grave_one(
    lasts: tuple[str | None, ...], compared: int, difference: str | None, grave: bool
) -> None:
    report = reconcile(said(*lasts), Tolerance())
    assert (report.names, report.compared) == (1, compared)
    assert [found.difference for found in report.breaks] == ([Decimal(difference)] if difference else [])
    assert report.distrusted == (frozenset("A") if grave else frozenset())


@pytest.mark.parametrize(("apart", "compared"), [(60, 1), (60.001, 0)])
def test_only_prices_of_about_the_same_time_are_compared(apart: float, compared: int) -> None:
    assert reconcile(said("100", "200", apart=apart), Tolerance()).compared == compared


@pytest.mark.parametrize(("currencies", "compared"), [(("USD", "EUR"), 0), (("USD", None), 1), (("USD", "USD"), 1)])
def test_prices_in_different_currencies_are_not_compared(currencies: tuple[str | None, ...], compared: int) -> None:
    prices = [price("A", currency=currency) for currency in currencies]
    assert reconcile({"A": prices}, Tolerance()).compared == compared


@pytest.mark.parametrize(("third", "distrusted"), [("100.2", False), ("102", True)])
def test_a_further_source_that_agrees_with_the_first_clears_the_name(third: str, distrusted: bool) -> None:
    report = reconcile(said("100", "120", third), Tolerance())
    assert len(report.breaks) == 1
    assert bool(report.distrusted) is distrusted


def test_where_the_second_cannot_be_compared_the_next_one_is() -> None:
    prices = [price("A", "100"), price("A", "100", at=-100), price("A", "103", at=1)]
    assert [found.second for found in reconcile({"A": prices}, Tolerance()).breaks] == [prices[2]]


@pytest.mark.parametrize(("compared", "breaks", "share"), [(500, 2, 0.996), (10, 0, 1.0), (0, 0, None)])
def test_accuracy_is_the_share_without_a_break(compared: int, breaks: int, share: float | None) -> None:
    assert accuracy(compared, breaks) == share
    assert ReconciliationReport(0, 0, (), frozenset()).accuracy is None


@on_virtual_time
async def test_it_compares_every_minute_and_tells_the_accuracy_of_the_last_five(clock: ManualClock) -> None:
    told: list[ReconciliationReport] = []
    asked: list[Collection[str]] = []

    def compare(symbols: Collection[str]) -> ReconciliationReport:
        asked.append(symbols)
        return reconcile(said("100", "120" if len(asked) == 1 else "100"), Tolerance())

    reconciler = Reconciler(compare, lambda: ["A"], clock, told.append)

    def so_far() -> tuple[int, float | None]:
        return len(told), reconciler.accuracy

    assert so_far() == (0, None)
    await reconciler.start()
    await asyncio.sleep(61)
    assert so_far() == (1, 0.0)
    await asyncio.sleep(240)
    assert so_far() == (5, 0.8)
    await asyncio.sleep(60)
    assert so_far() == (6, 1.0)
    assert asked == [["A"]] * 6
    await reconciler.close()
    await reconciler.close()
    await asyncio.sleep(600)
    assert len(told) == 6
