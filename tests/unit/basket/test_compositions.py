from dataclasses import replace
from decimal import Decimal

import pytest

from pyfixmsg_plus.basket import (
    AdjustmentRefused,
    Composition,
    Holding,
    LevelJump,
    Method,
    Pricing,
    Quote,
    fx_set,
    quotes_of,
    rebalance,
)
from pyfixmsg_plus.basket.arithmetic import as_steps, plain, product, published, quotient, term, total
from pyfixmsg_plus.basket.calculation import price_level
from pyfixmsg_plus.basket.weighting import kept_level
from tests.unit.basket.levels import FOUR, composed, held, in_dollars, market, quoted

D = Decimal


def made(**given: object) -> Composition:
    facts: dict[str, object] = {
        "basket_code": "X", "base_currency": "USD", "method": Method.FIXED_UNITS, "version": "v1",
        "effective_from_ns": 0, "holdings": (Holding(symbol="A", units=D(1)),),
    }  # fmt: skip
    return Composition(**(facts | given))  # type: ignore[arg-type]  # fields by name, as tests give them


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"holdings": ()}, "holds each name once, and at least one"),
        ({"holdings": (Holding(symbol="A", units=D(1)),) * 2}, "holds each name once"),
        ({"divisor": D(0)}, "the divisor must be above zero, and is 0"),
        ({"divisor": D("NaN")}, "the divisor must be above zero"),
        ({"holdings": (Holding(symbol="A", units=D(-1)),)}, "X: A counts -1 times"),
        ({"holdings": (Holding(symbol="A"),)}, "X: A has no units"),
        ({"method": Method.FLOAT_CAP}, "X: A has no shares"),
    ],
)
def test_what_is_no_composition_is_refused(given: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        made(**given)


@pytest.mark.parametrize(
    ("method", "holding", "text"),
    [
        (Method.FIXED_UNITS, Holding(symbol="A"), "no weight: A"),
        (Method.FIXED_UNITS, Holding(symbol="A", weight=D("99.9999")), r"the weights make up 99\.9999, and not 100"),
        (Method.FLOAT_CAP, Holding(symbol="A"), "no shares: A"),
        (Method.INAV, Holding(symbol="A"), "no units: A"),
        (Method.FIXED_UNITS, Holding(symbol="B", weight=D(100)), "no price: B"),
    ],
)
def test_a_basket_begins_with_what_its_method_needs(method: Method, holding: Holding, text: str) -> None:
    with pytest.raises(AdjustmentRefused, match=text):
        composed(Pricing(method=method, fund_units=D(1)), (holding,), quoted({"A": "10"}))


def test_a_rebalance_keeps_the_level_and_gives_the_decided_weights() -> None:
    _, composition = in_dollars()
    prices = quoted({"AAPL": "165", "MSFT": "290", "GOOGL": "130", "AMZN": "150", "NVDA": "77"})
    level = price_level(composition, prices)
    changed = rebalance(
        composition, held({"MSFT": "60", "NVDA": "40"}), prices, version="v2.0", effective_from_ns=9, approver="anna"
    )
    assert abs(price_level(changed, prices) - level) < D("1e-9")
    values = [changed.coefficient(holding) * prices[holding.symbol].price for holding in changed.holdings]
    assert (values[0] / values[1]).quantize(D("1e-9")) == D("1.5")
    assert (changed.divisor, changed.version, changed.approver) == (composition.divisor, "v2.0", "anna")


def test_weights_are_equal_again_after_a_rebalance() -> None:
    names = tuple(Holding(symbol=name) for name in "ABC")
    composition = composed(Pricing(method=Method.EQUAL_WEIGHT), names, quoted({"A": "1", "B": "1", "C": "1"}))
    prices = quoted({"A": "2", "B": "1", "C": "3"})
    changed = rebalance(composition, names, prices, version="v2", effective_from_ns=0)
    values = {
        (changed.coefficient(holding) * prices[holding.symbol].price).quantize(D("1e-9"))
        for holding in changed.holdings
    }
    assert values == {D("66.666666667")}


def test_a_fund_pays_what_it_buys() -> None:
    pricing = Pricing(method=Method.INAV, fund_units=D(10), cash=D(100))
    composition = composed(pricing, (Holding(symbol="A", units=D(10)),), quoted({"A": "10"}))
    changed = rebalance(
        composition, (Holding(symbol="A", units=D(5)), Holding(symbol="B", shares=D(2))),
        quoted({"A": "10", "B": "30"}), version="v2", effective_from_ns=0,
    )  # fmt: skip
    assert (changed.cash, changed.divisor) == (D(90), D(10))


def test_a_rebalance_needs_the_prices_of_those_that_leave() -> None:
    _, composition = in_dollars()
    with pytest.raises(AdjustmentRefused, match="no price: NEW"):
        rebalance(composition, held({"NEW": "100"}), quoted(FOUR), version="v2", effective_from_ns=0)


def test_a_level_that_would_jump_is_refused() -> None:
    # A fund has nothing that makes up for a change: its units and its cash are facts.
    composition = made(method=Method.INAV)
    with pytest.raises(LevelJump, match="the level would jump from 10 to 20") as caught:
        kept_level(composition, replace(composition, cash=D(10)), quoted({"A": "10"}), quoted({"A": "10"}))
    assert (caught.value.before, caught.value.after) == (D(10), D(20))


def test_a_level_cannot_be_kept_from_nothing() -> None:
    composition = made()
    with pytest.raises(LevelJump):
        kept_level(composition, composition, quoted({"A": "0"}), quoted({"A": "10"}))


def test_prices_without_a_trade_are_no_quotes() -> None:
    prices = market({"A": "10", "B": "5"})
    prices["B"] = replace(prices["B"], last=None)
    assert quotes_of(prices.values(), fx_set({}), "USD") == {"A": Quote(D(10), D(1))}


@pytest.mark.parametrize("mids", [{"GBP": D(1)}, {"GBPGBP": D(1)}, {"GBPUSD": D(0)}])
def test_what_is_no_rate_is_refused(mids: dict[str, Decimal]) -> None:
    with pytest.raises(ValueError, match=r"no pair of currencies|no rate of exchange"):
        fx_set(mids)


# -- arithmetic


def test_sums_and_products_are_exact() -> None:
    assert total([D("1e30"), D("1e-30"), D("-1e30")]) == D("1e-30")
    thirty = D("1." + "0" * 29 + "1")
    assert product([thirty, thirty]) == D("1." + "0" * 29 + "2" + "0" * 29 + "1")


@pytest.mark.parametrize(
    ("value", "steps"),
    [("2.5e-24", 2), ("3.5e-24", 4), ("-2.5e-24", -2), ("1", 10**24), ("1e-30", 0)],
)
def test_steps_are_rounded_half_to_even(value: str, steps: int) -> None:
    assert as_steps(D(value)) == steps


@pytest.mark.parametrize("value", ["1e61", "6e52", "-6e52"])
def test_steps_beyond_256_bits_are_refused(value: str) -> None:
    with pytest.raises(OverflowError, match="is too large for a level to be computed from"):
        as_steps(D(value))


def test_a_term_is_rounded_once() -> None:
    assert term(D("0.5"), D("1e-12"), D("1e-12")) == 0
    assert term(D("1.5"), D("1e-12"), D("1e-12")) == 2


def test_a_quotient_has_34_digits() -> None:
    assert quotient(D(2), D(3)) == D("0.6666666666666666666666666666666667")


@pytest.mark.parametrize(
    ("dividend", "divisor", "text"), [("100.00", "1", "100"), ("1E+3", "4", "250"), ("5", "2", "2.5"), ("7", "7", "1")]
)
def test_a_quotient_is_written_out_without_zeros_at_the_end(dividend: str, divisor: str, text: str) -> None:
    assert str(quotient(D(dividend), D(divisor))) == text


def test_publication_rounds_half_up() -> None:
    assert [str(published(D(raw), 2)) for raw in ("1.005", "1.0049", "-1.005", "7")] == [
        "1.01",
        "1.00",
        "-1.01",
        "7.00",
    ]


@pytest.mark.parametrize(
    ("value", "text"), [("1E+2", "100"), ("1.500", "1.5"), ("0.00", "0"), ("-0", "0"), ("5.", "5")]
)
def test_digits_are_compared_in_one_form(value: str, text: str) -> None:
    assert plain(D(value)) == text
