"""The worked numbers of the methods, to the digits in which they are told."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pyfixmsg_plus.basket import (
    CashDividend,
    Composition,
    Holding,
    Method,
    Pricing,
    Quote,
    ReturnType,
    Valuation,
    Withheld,
    WithheldReason,
    adjust,
    close_day,
    fx_set,
    value,
)
from pyfixmsg_plus.basket.calculation import price_level
from pyfixmsg_plus.basket.fx import ONE_CURRENCY
from tests.unit.basket.levels import FOUR, NOON, NOW, composed, held, in_dollars, level, market, quoted, valued

FLOAT = (
    Holding(symbol="A", shares=Decimal(1000)),
    Holding(symbol="B", shares=Decimal(500), float_factor=Decimal("0.8")),
    Holding(symbol="C", shares=Decimal(200), float_factor=Decimal("0.5")),
)
CAP = Pricing(method=Method.FLOAT_CAP, base_level=Decimal(1000))


def rounded(number: Decimal, to: str) -> Decimal:
    return number.quantize(Decimal(to))


def test_fixed_units_are_made_of_the_weights_at_base() -> None:
    _, composition = in_dollars()
    units = [rounded(holding.units or Decimal(0), "1e-10") for holding in composition.holdings]
    assert units == [Decimal(text) for text in ("0.1666666667", "0.0833333333", "0.2083333333", "0.1785714286")]


@pytest.mark.parametrize(
    ("method", "prices", "expected"),
    [
        (Method.FIXED_UNITS, {}, "100.00"),
        (Method.FIXED_UNITS, {"MSFT": "330"}, "102.50"),
        (Method.FIXED_UNITS, {"AAPL": "165"}, "102.50"),
        (Method.WEIGHTED_PRICE, {}, "177.50"),
        (Method.WEIGHTED_PRICE, {"MSFT": "330"}, "185.00"),
        (Method.WEIGHTED_PRICE, {"AAPL": "165"}, "181.25"),
        (Method.WEIGHTED_PRICE, {"MSFT": "150"}, "140.00"),
    ],
)
def test_units_move_by_weight_and_weighted_prices_by_price(
    method: Method, prices: dict[str, str], expected: str
) -> None:
    pricing, composition = in_dollars(method, level_decimals=2)
    assert str(level(composition, pricing, FOUR | prices)) == expected


def test_true_weights_of_weighted_prices_follow_the_prices() -> None:
    pricing, composition = in_dollars(Method.WEIGHTED_PRICE)
    parts = valued(composition, pricing, market(FOUR)).parts
    assert [str(rounded(part.contribution, "0.01")) for part in parts] == ["21.13", "42.25", "16.90", "19.72"]


def test_true_weights_of_fixed_units_are_the_decided_ones() -> None:
    pricing, composition = in_dollars()
    parts = valued(composition, pricing, market(FOUR)).parts
    assert [str(rounded(part.contribution, "0.01")) for part in parts] == ["25.00"] * 4


def test_a_mean_of_prices_divides_by_its_divisor() -> None:
    pricing = Pricing(method=Method.PRICE_WEIGHTED, base_level=Decimal(20))
    quotes = quoted({"A": "10", "B": "20", "C": "30"})
    composition = composed(pricing, tuple(Holding(symbol=name) for name in "ABC"), quotes)
    assert composition.divisor == 3
    assert price_level(composition, quotes) == 20


def test_a_capitalisation_divides_what_is_traded_freely() -> None:
    composition = composed(CAP, FLOAT, quoted({"A": "10", "B": "20", "C": "50"}))
    assert composition.divisor == 23
    raw = price_level(composition, quoted({"A": "11", "B": "19", "C": "52"}))
    assert rounded(raw, "1e-10") == Decimal("1034.7826086957")


def test_equal_weights_share_the_level_by_their_number() -> None:
    pricing = Pricing(method=Method.EQUAL_WEIGHT, base_level=Decimal(300))
    composition = composed(
        pricing, tuple(Holding(symbol=name) for name in "ABC"), quoted({"A": "110", "B": "90", "C": "100"})
    )
    units = [str(rounded(holding.units or Decimal(0), "1e-8")) for holding in composition.holdings]
    assert units == ["0.90909091", "1.11111111", "1.00000000"]


def test_an_indicative_value_counts_cash_and_liabilities_by_unit_of_the_fund() -> None:
    pricing = Pricing(method=Method.INAV, cash=Decimal(12345), liabilities=Decimal(1000), fund_units=Decimal(50000))
    composition = composed(pricing, (Holding(symbol="A", units=Decimal(1)),), quoted({"A": "5012345.67"}))
    found = valued(composition, pricing, market({"A": "5012345.67"}))
    assert rounded(found.raw_level, "1e-6") == Decimal("100.473813")
    assert pricing.interval_seconds == 15


@pytest.mark.parametrize(("base", "expected"), [("USD", "1125.000000"), ("EUR", "1022.727273")])
def test_prices_are_converted_from_their_minor_unit_to_the_currency_of_the_basket(base: str, expected: str) -> None:
    pricing = Pricing(method=Method.INAV, fund_units=Decimal(1))
    composition = Composition(
        basket_code="MIXED",
        base_currency=base,
        method=Method.INAV,
        version="v1.0",
        effective_from_ns=0,
        holdings=(Holding(symbol="U", units=Decimal(10)), Holding(symbol="G", units=Decimal(5), currency="GBp")),
    )
    prices = market({"U": "100"}) | market({"G": "2000"}, currency="GBp")
    fx = fx_set({"GBPUSD": Decimal("1.25"), "EURUSD": Decimal("1.10")}, NOON, "TEST")
    found = valued(composition, pricing, prices, fx=fx)
    assert rounded(found.raw_level, "1e-6") == Decimal(expected)
    assert (found.base_currency, found.fx_source) == (base, "TEST")


def test_a_level_is_rounded_once_and_half_up() -> None:
    pricing = Pricing(method=Method.WEIGHTED_PRICE)
    weights = {"A": "33.3333", "B": "33.3333", "C": "33.3334"}
    prices = dict.fromkeys("ABC", "10.00005")
    composition = composed(pricing, held(weights), quoted(prices))
    assert str(level(composition, pricing, prices)) == "10.0001"


def test_weighted_prices_take_one_currency_alone() -> None:
    pricing, composition = in_dollars(Method.WEIGHTED_PRICE)
    prices = market(FOUR) | market({"MSFT": "300"}, currency="EUR")
    found = value(composition, pricing, prices, fx_set({"EURUSD": Decimal(1)}, NOON), NOW)
    assert isinstance(found, Withheld)
    assert (found.reason, found.names) == (WithheldReason.CURRENCY_MISMATCH, ("MSFT",))


def total_return(kind: ReturnType, tax: str = "0") -> Decimal:
    pricing = replace(CAP, return_type=kind)
    base = quoted({"A": "10", "B": "20", "C": "50"})
    composition = close_day(composed(pricing, FLOAT, base), base)
    paid = adjust(composition, CashDividend("A", Decimal("0.50"), Decimal(tax)), base).composition
    return valued(paid, pricing, market({"A": "11", "B": "19", "C": "52"})).raw_level


@pytest.mark.parametrize(
    ("kind", "tax", "expected"),
    [
        (ReturnType.PRICE, "0", "1034.7826086957"),
        (ReturnType.TOTAL, "0", "1056.5217391304"),
        (ReturnType.NET, "0.15", "1053.2608695652"),
    ],
)
def test_a_dividend_is_reinvested_in_the_total_return(kind: ReturnType, tax: str, expected: str) -> None:
    assert rounded(total_return(kind, tax), "1e-10") == Decimal(expected)


def test_a_dividend_is_worth_its_points() -> None:
    base = quoted({"A": "10", "B": "20", "C": "50"})
    paid = adjust(composed(CAP, FLOAT, base), CashDividend("A", Decimal("0.50")), base)
    assert rounded(paid.composition.returns.dividends, "1e-10") == Decimal("21.7391304348")
    assert paid.after == paid.before == 1000


def test_units_pay_dividends_by_unit() -> None:
    _, composition = in_dollars()
    paid = adjust(composition, CashDividend("AAPL", Decimal(3)), quoted(FOUR))
    assert rounded(paid.composition.returns.dividends, "1e-20") == Decimal("0.5")


def test_quotes_carry_the_rate_of_their_currency() -> None:
    pricing = Pricing()
    quotes = {"A": Quote(Decimal(20), Decimal("1.25"))}
    composition = composed(pricing, held({"A": "100"}), quotes)
    assert composition.holdings[0].units == 4
    assert isinstance(value(composition, pricing, market({"A": "20"}), ONE_CURRENCY, NOW), Valuation)
