import struct
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfixmsg_plus.basket import (
    CashDividend,
    Composition,
    Holding,
    LiveLevel,
    LiveLevels,
    Method,
    Pricing,
    ReturnType,
    StalePolicy,
    Valuation,
    Withheld,
    WithheldReason,
    adjust,
    close_day,
    fx_set,
    value,
)
from pyfixmsg_plus.basket.arithmetic import plain
from pyfixmsg_plus.basket.fx import ONE_CURRENCY
from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import DataQuality, MarketPrice, ValuationQuality
from tests.unit.basket.levels import FOUR, NOON, NOW, composed, held, in_dollars, market, quoted

D = Decimal
S = 1_000_000_000
A, B, C = ValuationQuality


def live(composition: Composition, pricing: Pricing, *, preferred: str | None = None) -> LiveLevels:
    levels = LiveLevels(preferred)
    levels.define(composition, pricing)
    return levels


def priced(levels: LiveLevels, prices: dict[str, MarketPrice]) -> LiveLevels:
    for price in prices.values():
        levels.price(price)
    return levels


def only(levels: LiveLevels, now: Now = NOW) -> LiveLevel | Withheld:
    (level,) = levels.levels(now).values()
    return level


def told(level: LiveLevel | Valuation | Withheld) -> tuple[object, ...]:
    """What both engines must agree on."""
    if isinstance(level, Withheld):
        return (level.reason, level.names)
    return (str(level.level), plain(level.raw_level), level.quality, level.stale_data_count, level.simulated)


def test_a_price_reprices_the_baskets_that_hold_the_name() -> None:
    pricing, composition = in_dollars()
    levels = live(composition, pricing)
    levels.define(replace(composition, basket_code="OTHER", holdings=composition.holdings[:1]), pricing)
    counts = [levels.price(price) for price in market(FOUR).values()]
    assert counts == [2, 1, 1, 1]
    found = levels.levels(NOW)
    assert {code: str(level.level) for code, level in found.items() if isinstance(level, LiveLevel)} == {
        "TECH": "100.0000",
        "OTHER": "25.0000",
    }


def test_older_prices_and_records_without_a_trade_change_nothing() -> None:
    pricing, composition = in_dollars()
    levels = priced(live(composition, pricing), market(FOUR))
    msft = market(FOUR)["MSFT"]
    assert levels.price(replace(msft, last=D(330), source_ns=NOON - 1)) == 0
    assert levels.price(replace(msft, last=None)) == 0
    assert levels.price(replace(msft, last=D("NaN"))) == 0
    assert told(only(levels))[0] == "100.0000"
    assert levels.price(replace(msft, last=D(330), source_ns=NOON + 1)) == 1
    assert told(only(levels))[0] == "102.5000"


def test_a_basket_is_defined_anew_and_removed() -> None:
    pricing, composition = in_dollars()
    levels = priced(live(composition, pricing), market(FOUR))
    levels.define(replace(composition, divisor=D(2)), pricing)
    assert told(only(levels))[0] == "50.0000"
    levels.remove("TECH")
    assert levels.levels(NOW) == {}
    with pytest.raises(KeyError):
        levels.remove("TECH")
    levels.define(replace(composition, basket_code="NEXT"), pricing)
    assert told(only(levels))[0] == "100.0000"


def test_a_composition_is_priced_by_its_own_method() -> None:
    _, composition = in_dollars()
    with pytest.raises(ValueError, match="the composition is for FIXED_UNITS"):
        LiveLevels().define(composition, Pricing(method=Method.FLOAT_CAP))


def test_a_definition_beyond_the_digits_is_refused_and_the_one_before_stays() -> None:
    pricing, composition = in_dollars()
    levels = priced(live(composition, pricing), market(FOUR))
    large = replace(composition.holdings[0], units=D(10) ** 19)
    with pytest.raises(ValueError, match="more digits, or is larger"):
        levels.define(replace(composition, holdings=(large, *composition.holdings[1:])), pricing)
    assert told(only(levels))[0] == "100.0000"


@pytest.mark.parametrize(
    ("changed", "policy", "expected"),
    [
        ({}, StalePolicy.LAST_VALID, (A, 0)),
        ({"age": 16}, StalePolicy.LAST_VALID, (B, 1)),
        ({"age": 301}, StalePolicy.LAST_VALID, (WithheldReason.EXPIRED_PRICE, ("MSFT",))),
        ({"age": 301, "previous_close": D(290)}, StalePolicy.PREV_CLOSE, (C, 1)),
        ({"age": 16}, StalePolicy.SUSPEND, (WithheldReason.STALE_WEIGHT, ("MSFT",))),
        ({"age": 16}, StalePolicy.FALLBACK_SOURCE, (B, 1)),
        ({"age": 301, "halted": True}, StalePolicy.LAST_VALID, (A, 0)),
        ({"age": 301, "confirmed_ns": NOON - S}, StalePolicy.LAST_VALID, (A, 0)),
        ({"quality": DataQuality.LOW}, StalePolicy.LAST_VALID, (B, 1)),
        ({"source": "SECOND"}, StalePolicy.LAST_VALID, (B, 0)),
    ],
)
def test_policies_are_those_of_the_reference(
    changed: dict[str, object], policy: StalePolicy, expected: tuple[object, ...]
) -> None:
    pricing, composition = in_dollars(stale_policy=policy)
    prices = market(FOUR)
    at = NOON - int(str(changed.pop("age", 0))) * S
    prices["MSFT"] = replace(prices["MSFT"], source_ns=at, **changed)  # type: ignore[arg-type]  # fields by name
    found = only(priced(live(composition, pricing, preferred="FIRST"), prices))
    got = told(found) if isinstance(found, Withheld) else (found.quality, found.stale_data_count)
    assert got == expected


def test_other_sources_stand_in_where_the_policy_says_so() -> None:
    pricing, composition = in_dollars(stale_policy=StalePolicy.FALLBACK_SOURCE)
    prices = market(FOUR)
    prices["MSFT"] = replace(prices["MSFT"], source_ns=NOON - 20 * S)
    levels = priced(live(composition, pricing), prices)
    levels.fallbacks("TECH", {"MSFT": [replace(prices["MSFT"], source="SECOND", last=D(330), source_ns=NOON)]})
    levels.define(composition, pricing)
    assert told(only(levels)) == ("102.5000", "102.5", B, 0, False)


@pytest.mark.parametrize(("age", "expected"), [(50, (A, 0)), (120, (B, 1)), (4000, (A, 0))])
def test_prices_age_while_their_market_is_open(age: int, expected: tuple[object, ...]) -> None:
    class Hours:
        """Open for a minute of the two, and for none of other times."""

        def open_ns(self, exchange: str | None, since_ns: int, until_ns: int) -> int:
            assert exchange == "XNAS"
            return 60 * S if until_ns - since_ns == 120 * S else 0

    pricing, composition = in_dollars()
    prices = market(FOUR, exchange="XNAS")
    prices["MSFT"] = replace(prices["MSFT"], source_ns=NOON - age * S)
    levels = LiveLevels(market=Hours())
    levels.define(composition, pricing)
    found = only(priced(levels, prices))
    assert isinstance(found, LiveLevel)
    assert (found.quality, found.stale_data_count) == expected


def test_a_name_without_a_price_withholds_its_basket() -> None:
    pricing, composition = in_dollars()
    prices = market(FOUR)
    del prices["AMZN"]
    assert told(only(priced(live(composition, pricing), prices))) == (WithheldReason.MISSING_PRICE, ("AMZN",))


def test_a_close_stands_in_for_a_name_that_enters_a_priced_basket() -> None:
    pricing, composition = in_dollars(stale_policy=StalePolicy.PREV_CLOSE)
    entering = replace(composition, holdings=(*composition.holdings, Holding(symbol="NEW", units=D(1))))
    quiet = replace(market({"NEW": "7"})["NEW"], last=None, previous_close=D(7))
    late = priced(LiveLevels(), {"NEW": quiet})
    late.define(entering, pricing)
    assert told(only(priced(late, market(FOUR)))) == (WithheldReason.MISSING_PRICE, ("NEW",))
    levels = priced(live(composition, pricing), market(FOUR) | {"NEW": quiet})
    assert told(only(levels))[0] == "100.0000"
    levels.define(entering, pricing)
    assert told(only(levels)) == ("107.0000", "107", C, 1, False)


def test_rates_convert_and_age() -> None:
    holding = Holding(symbol="A", weight=D(100), currency="GBp")
    composition = composed(Pricing(), (holding,), quoted({"A": "10"}))
    levels = live(composition, Pricing())
    levels.price(replace(market({"A": "1000"})["A"], currency="GBp"))
    assert told(only(levels)) == (WithheldReason.FX_RATE_MISSING, ("GBP",))
    levels.fx(fx_set({"GBPUSD": D("1.25")}, NOON))
    assert told(only(levels))[0] == "125.0000"
    late = Now(NOON + 301 * S, 0)
    levels.price(replace(market({"A": "1000"})["A"], currency="GBp", source_ns=late.utc_ns))
    assert told(only(levels, late)) == (WithheldReason.FX_RATE_MISSING, ("GBP",))


def test_a_rate_beyond_all_reason_is_left_to_the_reference() -> None:
    holding = Holding(symbol="A", weight=D(100), currency="GBP")
    composition = composed(Pricing(), (holding,), quoted({"A": "10"}))
    levels = priced(live(composition, Pricing()), market({"A": "10"}, currency="GBP"))
    levels.fx(fx_set({"GBPUSD": D(10) ** 12}, NOON))
    assert told(only(levels))[0] == "100000000000000.0000"


def test_the_currency_of_a_name_is_learnt_from_its_prices() -> None:
    composition = composed(Pricing(), held({"A": "50", "B": "50"}), quoted({"A": "10", "B": "10"}))
    levels = live(composition, Pricing())
    levels.fx(fx_set({"EURUSD": D("1.1")}, NOON))
    levels.price(replace(market({"A": "10"})["A"], currency="EUR"))
    levels.price(market({"B": "10"})["B"])
    assert told(only(levels))[0] == "105.0000"
    levels.define(replace(composition, basket_code="TECH"), Pricing())
    assert told(only(levels))[0] == "105.0000"
    levels.price(replace(market({"A": "11"})["A"], source_ns=NOON + 1))
    assert told(only(levels))[0] == "105.0000"


def test_a_basket_that_comes_later_finds_the_prices_of_its_names() -> None:
    levels = priced(LiveLevels(), market({"A": "9"}))
    levels.price(replace(market({"A": "10"})["A"], source_ns=NOON + 1))
    levels.price(replace(market({"A": "8"})["A"], source_ns=NOON - 1))
    levels.define(composed(Pricing(), held({"A": "100"}), quoted({"A": "10"})), Pricing())
    assert told(only(levels))[0] == "100.0000"


def test_a_price_in_another_currency_than_that_of_its_name_is_refused() -> None:
    holding = Holding(symbol="A", weight=D(100), currency="GBP")
    composition = composed(Pricing(), (holding,), quoted({"A": "10"}))
    assert told(only(priced(live(composition, Pricing()), market({"A": "10"})))) == (
        WithheldReason.CURRENCY_MISMATCH,
        ("A",),
    )


def test_a_price_that_names_no_currency_is_in_that_of_its_name() -> None:
    pricing, composition = in_dollars()
    assert told(only(priced(live(composition, pricing), market(FOUR, currency=None))))[0] == "100.0000"


def test_weighted_prices_take_one_currency_alone() -> None:
    pricing, composition = in_dollars(Method.WEIGHTED_PRICE)
    levels = priced(live(composition, pricing), market(FOUR) | market({"MSFT": "300"}, currency="EUR"))
    levels.fx(fx_set({"EURUSD": D(1)}, NOON))
    assert told(only(levels)) == (WithheldReason.CURRENCY_MISMATCH, ("MSFT",))


@pytest.mark.parametrize("kind", ReturnType)
def test_total_returns_are_those_of_the_reference(kind: ReturnType) -> None:
    pricing, composition = in_dollars(return_type=kind)
    composition = close_day(composition, quoted(FOUR))
    paid = adjust(composition, CashDividend("AAPL", D("0.24"), D("0.15")), quoted(FOUR)).composition
    prices = market(FOUR | {"AMZN": "141.7"})
    found = only(priced(live(paid, pricing), prices))
    assert told(found) == told(value(paid, pricing, prices, ONE_CURRENCY, NOW))


def test_a_level_that_rounds_to_nothing_is_withheld() -> None:
    pricing, composition = in_dollars(Method.WEIGHTED_PRICE)
    found = only(priced(live(composition, pricing), market(dict.fromkeys(FOUR, "1e-9"))))
    assert told(found) == (WithheldReason.LEVEL_OUT_OF_RANGE, ())


def test_a_child_that_has_not_traded_counts_at_its_opening_price_in_its_basket_alone() -> None:
    holdings = (Holding(symbol="A", units=D(1)), Holding(symbol="KID", units=D(1), until_traded=D(0)))
    spun = Composition(
        basket_code="SPUN", base_currency="USD", method=Method.FIXED_UNITS, version="v1", effective_from_ns=0,
        holdings=holdings,
    )  # fmt: skip
    other = replace(spun, basket_code="OTHER", holdings=(holdings[0], Holding(symbol="KID", units=D(1))))
    levels = live(spun, Pricing())
    levels.define(other, Pricing())
    priced(levels, market({"A": "10"}))
    found = levels.levels(NOW)
    assert told(found["SPUN"])[0] == "10.0000"
    assert told(found["OTHER"]) == (WithheldReason.MISSING_PRICE, ("KID",))
    priced(levels, market({"KID": "2"}))
    assert {told(level)[0] for level in levels.levels(NOW).values()} == {"12.0000"}


def record(instrument: int, price: int, time_ns: int, action: bytes = b"T") -> bytes:
    return struct.pack("<QQQqQQIiHBcBBBB", time_ns, 0, 0, price, 0, 0, instrument, 0, 0, 0, action, 0, 0, 0, 0)


def test_trades_come_as_records_too() -> None:
    pricing, composition = in_dollars()
    levels = live(composition, pricing)
    numbers = [levels.instrument(symbol, "USD") for symbol in FOUR]
    taken = levels.records(
        b"".join(record(number, int(price) * S, NOON) for number, price in zip(numbers, FOUR.values(), strict=True))
        + record(numbers[0], 1, NOON, b"A")
    )
    assert taken == (4, 4)
    assert told(only(levels))[0] == "100.0000"
    late = Now(NOON + 301 * S, 0)
    levels.records(b"".join(record(number, 150 * S, late.utc_ns) for number in numbers[1:]))
    assert told(only(levels, late)) == (WithheldReason.EXPIRED_PRICE, ("AAPL",))
    with pytest.raises(ValueError, match="larger or smaller"):
        levels.records(b"x" * 63)
    with pytest.raises(ValueError, match="no instrument has the number 99"):
        levels.records(record(99, S, NOON))


def test_a_record_after_a_price_is_what_the_reference_sees() -> None:
    pricing, composition = in_dollars()
    levels = priced(live(composition, pricing), market(FOUR))
    assert levels.records(record(levels.instrument("MSFT", "USD"), 330 * S, NOON + 5)) == (1, 1)
    found = levels.valuation("TECH", NOW)
    assert isinstance(found, Valuation)
    assert told(found) == told(only(levels)) == ("102.5000", "102.5", A, 0, False)
    assert found.parts[1].price == 330


# -- the twins

CURRENCIES = ("USD", "EUR", "GBP", "JPY")
NAMES = tuple("ABCDEFGH")
numbers = st.decimals(min_value="0.000001", max_value="99999999", allow_nan=False, places=6)
long_numbers = st.builds(lambda digits, power: D(f"{digits}E-{power}"), st.integers(1, 10**34 - 1), st.integers(17, 40))
mids = st.decimals(min_value="0.001", max_value="1000", places=7)
METHODS = (Method.FIXED_UNITS, Method.FLOAT_CAP, Method.PRICE_WEIGHTED, Method.INAV)


@st.composite
def baskets(draw: st.DrawFn) -> Composition:
    method = draw(st.sampled_from(METHODS))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8, unique=True))
    return Composition(
        basket_code="X",
        base_currency=draw(st.sampled_from(CURRENCIES)),
        method=method,
        version="v1.0",
        effective_from_ns=0,
        divisor=draw(st.one_of(numbers, long_numbers)),
        cash=draw(numbers),
        liabilities=draw(numbers),
        holdings=tuple(
            Holding(
                symbol=name,
                units=draw(st.one_of(numbers, long_numbers)),
                shares=draw(long_numbers),
                float_factor=draw(st.decimals(min_value="0.0001", max_value="1", places=4)),
            )
            for name in names
        ),
    )


@settings(max_examples=400)
@given(
    composition=baskets(),
    ticks=st.lists(st.tuples(st.sampled_from(NAMES), st.one_of(numbers, long_numbers)), min_size=8, max_size=30),
    mids=st.tuples(mids, mids, mids),
    currencies=st.tuples(*[st.sampled_from([*CURRENCIES, "GBp"])] * len(NAMES)),
)
def test_the_native_engine_gives_the_digits_of_the_reference(
    composition: Composition,
    ticks: list[tuple[str, Decimal]],
    mids: tuple[Decimal, Decimal, Decimal],
    currencies: tuple[str, ...],
) -> None:
    pricing = Pricing(method=composition.method, fund_units=composition.divisor)
    fx = fx_set(dict(zip(("EURUSD", "GBPUSD", "USDJPY"), mids, strict=True)), NOON)
    levels = live(composition, pricing)
    levels.fx(fx)
    last: dict[str, MarketPrice] = {}
    for turn, (name, price) in enumerate(ticks):
        currency = currencies[NAMES.index(name)]
        last[name] = MarketPrice(
            symbol=name, source="S", currency=currency, last=price, source_ns=NOON + turn, received_ns=NOON
        )
        levels.price(last[name])
        assert told(only(levels)) == told(value(composition, pricing, last, fx, NOW))


@pytest.mark.parametrize(
    ("units", "expected"),
    [("2.5E-24", "2"), ("3.5E-24", "4"), ("2.50000000000001E-24", "3"), ("2.49999999E-24", "2"), ("12.5E-24", "12")],
)
def test_a_term_is_rounded_half_to_even_in_both_engines(units: str, expected: str) -> None:
    composition = Composition(
        basket_code="X", base_currency="USD", method=Method.FIXED_UNITS, version="v1", effective_from_ns=0,
        holdings=(Holding(symbol="A", units=D(units)),), divisor=D("1E-24"),
    )  # fmt: skip
    prices = market({"A": "1"})
    found = only(priced(live(composition, Pricing()), prices))
    assert told(found) == told(value(composition, Pricing(), prices, ONE_CURRENCY, NOW))
    assert told(found)[1] == expected


conditions = st.fixed_dictionaries(
    {
        "age": st.sampled_from([0, 14, 16, 299, 301]),
        "last": st.sampled_from([None, D(300), D("299.5")]),
        "previous_close": st.sampled_from([None, D(290)]),
        "halted": st.booleans(),
        "quality": st.sampled_from(DataQuality),
        "source": st.sampled_from(["FIRST", "SECOND"]),
        "simulated": st.booleans(),
        "alive": st.booleans(),
    }
)


@settings(max_examples=300)
@given(
    policy=st.sampled_from(StalePolicy),
    share=st.sampled_from([D(0), D(25), D(50), D(100)]),
    states=st.tuples(*[conditions] * len(FOUR)),
)
def test_both_engines_judge_prices_alike(
    policy: StalePolicy, share: Decimal, states: tuple[dict[str, object], ...]
) -> None:
    pricing, composition = in_dollars(stale_policy=policy, max_stale_weight_pct=share)
    prices = {}
    for (symbol, price), state in zip(market(FOUR).items(), states, strict=True):
        facts = dict(state)
        at = NOON - int(str(facts.pop("age"))) * S
        confirmed = NOON if facts.pop("alive") else None
        prices[symbol] = replace(price, source_ns=at, confirmed_ns=confirmed, **facts)  # type: ignore[arg-type]  # by name
    levels = priced(live(composition, pricing, preferred="FIRST"), prices)
    assert told(only(levels)) == told(value(composition, pricing, prices, ONE_CURRENCY, NOW, preferred="FIRST"))
