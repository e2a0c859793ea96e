from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from pyfixmsg_plus.basket import (
    Composition,
    Holding,
    Method,
    PolicyApplied,
    Pricing,
    StalePolicy,
    Valuation,
    ValuationMethod,
    Withheld,
    WithheldReason,
    fx_set,
    value,
)
from pyfixmsg_plus.basket.fx import ONE_CURRENCY
from pyfixmsg_plus.domain import DataQuality, MarketPrice, ValuationQuality
from pyfixmsg_plus.market_data import FxSet
from tests.unit.basket.levels import FOUR, NOON, NOW, composed, held, in_dollars, market, quoted, valued

S = 1_000_000_000
A, B, C = ValuationQuality


def aged(seconds: float, symbol: str = "MSFT", **given: object) -> dict[str, MarketPrice]:
    """All fresh but one."""
    prices = market(FOUR)
    price = replace(prices[symbol], source_ns=NOON - int(seconds * S), received_ns=NOON - int(seconds * S))
    return prices | {symbol: replace(price, **given)}  # type: ignore[arg-type]  # fields by name, as tests give them


def outcome(
    prices: dict[str, MarketPrice], policy: StalePolicy = StalePolicy.LAST_VALID, **given: object
) -> tuple[object, ...]:
    """Quality and count of a valuation, or why there is none and for whom."""
    pricing, composition = in_dollars(stale_policy=policy)
    found = value(composition, pricing, prices, ONE_CURRENCY, NOW, **given)  # type: ignore[arg-type]  # by name
    if isinstance(found, Withheld):
        return (found.reason, found.names)
    return (found.quality, found.stale_data_count)


EXPIRED = (WithheldReason.EXPIRED_PRICE, ("MSFT",))
MISSING = (WithheldReason.MISSING_PRICE, ("MSFT",))


@pytest.mark.parametrize(
    ("policy", "seconds", "expected"),
    [
        (StalePolicy.LAST_VALID, 0, (A, 0)),
        (StalePolicy.LAST_VALID, -3, (A, 0)),
        (StalePolicy.LAST_VALID, 15, (A, 0)),
        (StalePolicy.LAST_VALID, 15.001, (B, 1)),
        (StalePolicy.LAST_VALID, 300, (B, 1)),
        (StalePolicy.LAST_VALID, 300.001, EXPIRED),
        (StalePolicy.FALLBACK_SOURCE, 300, (B, 1)),
        (StalePolicy.FALLBACK_SOURCE, 301, EXPIRED),
        (StalePolicy.PREV_CLOSE, 300, (B, 1)),
        (StalePolicy.PREV_CLOSE, 301, (C, 1)),
        (StalePolicy.SUSPEND, 15, (A, 0)),
        (StalePolicy.SUSPEND, 16, (WithheldReason.STALE_WEIGHT, ("MSFT",))),
        (StalePolicy.SUSPEND, 301, EXPIRED),
    ],
)
def test_a_price_that_is_not_fresh_is_treated_by_the_policy(
    policy: StalePolicy, seconds: float, expected: tuple[object, ...]
) -> None:
    assert outcome(aged(seconds, previous_close=Decimal(290)), policy) == expected


@pytest.mark.parametrize("policy", StalePolicy)
def test_no_name_is_left_out(policy: StalePolicy) -> None:
    prices = market(FOUR)
    del prices["MSFT"]
    assert outcome(prices, policy) == MISSING


@pytest.mark.parametrize("last", [None, Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity")])
def test_a_price_that_is_none_is_missing(last: Decimal | None) -> None:
    assert outcome(aged(0, last=last)) == MISSING


@pytest.mark.parametrize(
    ("close", "priced_before", "expected"),
    [(Decimal(290), True, (C, 1)), (Decimal(290), False, MISSING), (None, True, MISSING), (Decimal(0), True, MISSING)],
)
def test_a_close_stands_in_for_a_missing_price_of_a_basket_that_was_priced(
    close: Decimal | None, priced_before: bool, expected: tuple[object, ...]
) -> None:
    prices = aged(0, last=None, previous_close=close)
    assert outcome(prices, StalePolicy.PREV_CLOSE, priced_before=priced_before) == expected


def test_a_level_with_an_estimate_says_so() -> None:
    pricing, composition = in_dollars(stale_policy=StalePolicy.PREV_CLOSE)
    found = valued(composition, pricing, aged(400, previous_close=Decimal(330)))
    assert (found.method, found.level) == (ValuationMethod.ESTIMATED, Decimal("102.5000"))
    assert found.parts[1].policy_applied is PolicyApplied.PREV_CLOSE


def test_a_halted_name_keeps_its_last_trade_and_does_not_age() -> None:
    pricing, composition = in_dollars()
    found = valued(composition, pricing, aged(100_000, halted=True))
    assert (found.quality, found.parts[1].policy_applied, found.parts[1].age_ns) == (A, PolicyApplied.HALTED, 0)


def test_a_quiet_name_on_a_living_stream_is_fresh() -> None:
    assert outcome(aged(1000, confirmed_ns=NOON - 10 * S)) == (A, 0)
    assert outcome(aged(1000, confirmed_ns=NOON - 20 * S)) == (B, 1)


def test_a_price_without_a_source_time_ages_from_its_receipt() -> None:
    assert outcome(aged(20, source_ns=None)) == (B, 1)


def test_a_price_of_low_quality_is_not_fresh() -> None:
    assert outcome(aged(0, quality=DataQuality.LOW)) == (B, 1)


def test_age_runs_while_the_market_is_open() -> None:
    class ClosedAtNight:
        def open_ns(self, exchange: str | None, since_ns: int, until_ns: int) -> int:
            return 0 if exchange == "XNAS" else until_ns - since_ns

    assert outcome(aged(50_000, exchange="XNAS"), market=ClosedAtNight()) == (A, 0)
    assert outcome(aged(50_000, exchange="XLON"), market=ClosedAtNight()) == EXPIRED


def second(seconds: float, price: str = "310") -> dict[str, Sequence[MarketPrice]]:
    other = MarketPrice(
        symbol="MSFT", source="SECOND", currency="USD", last=Decimal(price), source_ns=NOON - int(seconds * S),
        received_ns=NOON,
    )  # fmt: skip
    return {"MSFT": [other]}


@pytest.mark.parametrize(
    ("age", "other", "expected"),
    [
        (10, 0, (A, 0)),  # fresh: nobody else is asked
        (20, 5, (B, 0)),
        (20, 18, (B, 1)),
        (20, 25, (B, 1)),  # older than what is there
        (400, 5, (B, 0)),
        (400, 350, EXPIRED),
    ],
)
def test_another_source_is_taken_where_it_is_fresher(age: float, other: float, expected: tuple[object, ...]) -> None:
    assert outcome(aged(age), StalePolicy.FALLBACK_SOURCE, fallbacks=second(other)) == expected


def test_the_price_of_another_source_is_named() -> None:
    pricing, composition = in_dollars(stale_policy=StalePolicy.FALLBACK_SOURCE)
    part = valued(composition, pricing, aged(20), fallbacks=second(5)).parts[1]
    assert (part.source, part.price, part.policy_applied) == ("SECOND", Decimal(310), PolicyApplied.FALLBACK_SOURCE)


def test_another_source_stands_in_for_a_name_that_the_first_does_not_have() -> None:
    prices = market(FOUR)
    del prices["MSFT"]
    assert outcome(prices, StalePolicy.LAST_VALID, fallbacks=second(5), preferred="FIRST") == (B, 0)


def test_a_fresh_price_of_another_than_the_preferred_source_is_no_first_quality() -> None:
    pricing, composition = in_dollars()
    found = valued(composition, pricing, aged(0, source="SECOND"), preferred="FIRST")
    assert (found.quality, found.parts[1].policy_applied) == (B, PolicyApplied.FALLBACK_SOURCE)


@pytest.mark.parametrize(("pct", "expected"), [("25", (B, 1)), ("24.9", (WithheldReason.STALE_WEIGHT, ("MSFT",)))])
def test_so_much_of_the_value_may_be_aged(pct: str, expected: tuple[object, ...]) -> None:
    pricing, composition = in_dollars(stale_policy=StalePolicy.SUSPEND, max_stale_weight_pct=Decimal(pct))
    found = value(composition, pricing, aged(20), ONE_CURRENCY, NOW)
    got = (found.reason, found.names) if isinstance(found, Withheld) else (found.quality, found.stale_data_count)
    assert got == expected


def in_pounds(fx: FxSet) -> Valuation | Withheld:
    pricing = Pricing()
    composition = composed(pricing, held({"A": "100"}), quoted({"A": "10"}))
    return value(composition, pricing, market({"A": "10"}, currency="GBP"), fx, NOW)


@pytest.mark.parametrize(
    "fx",
    [fx_set({"EURUSD": Decimal(1)}, NOON), fx_set({"GBPUSD": Decimal("1.25")}, NOON - 301 * S)],
    ids=["missing", "old"],
)
def test_a_rate_that_is_not_there_is_never_one(fx: FxSet) -> None:
    found = in_pounds(fx)
    assert isinstance(found, Withheld)
    assert (found.reason, found.names) == (WithheldReason.FX_RATE_MISSING, ("GBP",))
    assert str(found) == "TECH withheld: FX_RATE_MISSING: GBP"


def test_a_rate_of_five_minutes_is_taken() -> None:
    found = in_pounds(fx_set({"GBPUSD": Decimal("1.25")}, NOON - 300 * S))
    assert isinstance(found, Valuation)
    assert found.level == 125


def test_a_price_in_another_currency_than_that_of_its_name_is_refused() -> None:
    composition = composed(Pricing(), (Holding(symbol="A", weight=Decimal(100), currency="GBp"),), quoted({"A": "10"}))
    found = value(composition, Pricing(), market({"A": "10"}, currency="USD"), ONE_CURRENCY, NOW)
    assert isinstance(found, Withheld)
    assert found.reason is WithheldReason.CURRENCY_MISMATCH


@pytest.mark.parametrize(("currency", "rate"), [("GBp", "1.25"), (None, "1")])
def test_a_price_that_names_no_currency_is_in_that_of_its_name_or_of_the_basket(
    currency: str | None, rate: str
) -> None:
    holding = Holding(symbol="A", weight=Decimal(100), currency=currency)
    composition = composed(Pricing(), (holding,), quoted({"A": "10"}))
    fx = fx_set({"GBPUSD": Decimal("1.25")}, NOON)
    found = valued(composition, Pricing(), market({"A": "10"}, currency=None), fx=fx)
    assert found.parts[0].rate == Decimal(rate)


@pytest.mark.parametrize("price", ["1e70", "1e55", "1e-9"])
def test_a_level_beyond_all_reason_is_withheld(price: str) -> None:
    pricing, composition = in_dollars(method=Method.WEIGHTED_PRICE)
    found = value(composition, pricing, market(dict.fromkeys(FOUR, price)), ONE_CURRENCY, NOW)
    assert isinstance(found, Withheld)
    assert (found.reason, str(found)) == (WithheldReason.LEVEL_OUT_OF_RANGE, "TECH withheld: LEVEL_OUT_OF_RANGE")


def test_a_fund_that_owes_more_than_it_has_has_no_level() -> None:
    pricing = Pricing(method=Method.INAV, fund_units=Decimal(1), liabilities=Decimal(100))
    composition = composed(pricing, (Holding(symbol="A", units=Decimal(1)),), quoted({"A": "10"}))
    found = value(composition, pricing, market({"A": "10"}), ONE_CURRENCY, NOW)
    assert isinstance(found, Withheld)
    assert found.reason is WithheldReason.LEVEL_OUT_OF_RANGE


def test_a_fund_that_is_all_cash_has_a_level_and_its_names_no_share() -> None:
    pricing = Pricing(method=Method.INAV, fund_units=Decimal(2), cash=Decimal(100))
    composition = composed(pricing, (Holding(symbol="A", units=Decimal(0)),), quoted({"A": "10"}))
    found = valued(composition, pricing, market({"A": "10"}))
    assert (found.level, found.parts[0].contribution) == (Decimal(50), Decimal(0))


def test_a_child_that_has_not_traded_counts_at_its_opening_price() -> None:
    holdings = (
        Holding(symbol="A", units=Decimal(1)),
        Holding(symbol="KID", units=Decimal(1), until_traded=Decimal(0)),
    )
    composition = Composition(
        basket_code="X", base_currency="USD", method=Method.FIXED_UNITS, version="v1", effective_from_ns=0,
        holdings=holdings,
    )  # fmt: skip
    before = valued(composition, Pricing(), market({"A": "10"}))
    assert (before.level, before.quality, before.oldest_ns) == (Decimal(10), A, NOON)
    assert before.parts[1].policy_applied is PolicyApplied.NOT_YET_TRADED
    assert valued(composition, Pricing(), market({"A": "10", "KID": "2"})).level == 12


def test_a_valuation_says_what_it_was_made_of() -> None:
    pricing, composition = in_dollars()
    prices = aged(20, simulated=True)
    found = valued(composition, pricing, prices, method=ValuationMethod.BATCH)
    assert (found.method, found.simulated, found.oldest_ns) == (ValuationMethod.BATCH, True, NOON - 20 * S)
    assert (found.composition_version, found.divisor_id, found.engine_version) == ("v1.0", "D1", "1")
    part = found.parts[1]
    assert (part.symbol, part.price_id, part.age_ns, part.weight) == ("MSFT", "MSFT-1", 20 * S, Decimal(25))


def test_a_composition_is_priced_by_its_own_method() -> None:
    _, composition = in_dollars()
    with pytest.raises(ValueError, match="the composition is for FIXED_UNITS, and the basket is priced by FLOAT_CAP"):
        value(composition, Pricing(method=Method.FLOAT_CAP), {}, ONE_CURRENCY, NOW)
