from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfixmsg_plus.basket import (
    Action,
    AdjustmentRefused,
    CashDividend,
    Composition,
    CompositionReason,
    Delisting,
    Holding,
    Merger,
    Method,
    Pricing,
    Quote,
    Replacement,
    Rights,
    ShareChange,
    SpecialDividend,
    SpinOff,
    SpinOffClose,
    Split,
    adjust,
    apply_action,
    close_day,
    rebalance,
)
from pyfixmsg_plus.basket.calculation import price_level, total_levels
from pyfixmsg_plus.basket.fx import ONE_CURRENCY, fx_set
from tests.unit.basket.levels import FOUR, composed, held, in_dollars, market, quoted
from tests.unit.basket.test_worked_levels import CAP, FLOAT

D = Decimal
TOLERANCE = D("1e-9")


def cap_at_the_close() -> tuple[Composition, dict[str, Quote]]:
    composition = composed(CAP, FLOAT, quoted({"A": "10", "B": "20", "C": "50"}))
    return composition, quoted({"A": "11", "B": "19", "C": "52", "N": "40"})


def prices_of(*prices: str) -> tuple[Composition, dict[str, Quote]]:
    """A plain mean of prices."""
    quotes = quoted({f"N{index}": price for index, price in enumerate(prices)})
    pricing = Pricing(method=Method.PRICE_WEIGHTED, base_level=sum(map(D, prices), D(0)) / len(prices))
    return composed(pricing, tuple(Holding(symbol=name) for name in quotes), quotes), quotes


def rounded(number: Decimal, places: int = 10) -> Decimal:
    return number.quantize(D(1).scaleb(-places))


def test_a_split_changes_the_divisor_of_a_mean_of_prices() -> None:
    composition, quotes = prices_of("10", "20", "30")
    after = adjust(composition, Split("N2", D(2)), quotes)
    assert after.composition.divisor == D("2.25")
    assert after.quotes["N2"].price == 15
    assert after.after == 20


def test_a_split_in_a_mean_of_two() -> None:
    composition, quotes = prices_of("100", "200")
    after = adjust(composition, Split("N1", D(2)), quotes)
    assert rounded(after.composition.divisor, 4) == D("1.3333")
    assert rounded(after.after) == 150


def test_a_split_multiplies_units_and_keeps_the_level() -> None:
    _, composition = in_dollars()
    after = adjust(composition, Split("MSFT", D(2)), quoted(FOUR))
    assert rounded(after.composition.holdings[1].units or D(0)) == D("0.1666666667")
    assert rounded(after.after) == 100
    assert after.composition.divisor == 1


def test_a_split_multiplies_shares() -> None:
    composition, quotes = cap_at_the_close()
    after = adjust(composition, Split("A", D(2)), quotes)
    assert after.composition.holdings[0].shares == 2000
    assert after.composition.divisor == 23


def replaced() -> tuple[Composition, dict[str, Quote]]:
    composition, quotes = cap_at_the_close()
    entering = Holding(symbol="N", shares=D(300), float_factor=D("0.6"))
    after = adjust(composition, Replacement(("C",), (entering,)), quotes, divisor_id="D2")
    assert after.composition.divisor_id == "D2"
    return after.composition, dict(after.quotes)


def test_a_replacement_is_made_up_for_by_the_divisor() -> None:
    composition, quotes = replaced()
    assert rounded(composition.divisor) == D("24.9327731092")
    assert rounded(price_level(composition, quotes)) == D("1034.7826086957")
    assert composition.symbols == ("A", "B", "N")


def test_a_special_dividend_is_made_up_for_by_the_divisor() -> None:
    composition, quotes = replaced()
    after = adjust(composition, SpecialDividend("A", D(1)), quotes)
    assert rounded(after.composition.divisor) == D("23.9663865546")
    assert rounded(after.after) == D("1034.7826086957")


def test_a_special_dividend_of_units_changes_their_divisor() -> None:
    _, composition = in_dollars()
    after = adjust(composition, SpecialDividend("AAPL", D(15)), quoted(FOUR))
    assert rounded(after.composition.divisor) == D("0.975")
    assert rounded(after.after) == 100


def test_a_fund_is_paid_a_special_dividend() -> None:
    quotes = quoted({"A": "10"})
    composition = composed(Pricing(method=Method.INAV, fund_units=D(10)), (Holding(symbol="A", units=D(5)),), quotes)
    after = adjust(composition, SpecialDividend("A", D(4)), quotes)
    assert (after.composition.cash, after.after) == (D(20), after.before)


def test_rights_of_a_capitalisation() -> None:
    composition = composed(CAP, FLOAT, quoted({"A": "10", "B": "20", "C": "50"}))
    quotes = quoted({"A": "10", "B": "20", "C": "50"})
    after = adjust(composition, Rights("A", D(1), D(4), D(8)), quotes)
    assert after.quotes["A"].price == D("9.6")
    assert after.composition.holdings[0].shares == 1250
    assert after.composition.divisor == 25
    assert after.after == 1000


def test_rights_of_units_multiply_them_by_the_factor_of_the_price() -> None:
    quotes = quoted({"A": "10"})
    composition = composed(Pricing(), held({"A": "100"}), quotes)
    after = adjust(composition, Rights("A", D(1), D(4), D(8)), quotes)
    assert rounded((after.composition.holdings[0].units or D(0)) / 10) == D("1.0416666667")
    assert after.composition.divisor == 1


def test_rights_of_a_mean_of_prices() -> None:
    composition, quotes = prices_of("10", "20", "30")
    after = adjust(composition, Rights("N2", D(1), D(4), D(24)), quotes)
    assert after.quotes["N2"].price == D("28.8")
    assert after.composition.divisor == D("2.94")
    assert after.after == 20


@pytest.mark.parametrize("offered", ["10", "11"])
def test_rights_at_or_above_the_market_change_nothing(offered: str) -> None:
    quotes = quoted({"A": "10"})
    composition = composed(Pricing(), held({"A": "100"}), quotes)
    after = adjust(composition, Rights("A", D(1), D(4), D(offered)), quotes)
    assert after.composition is composition
    assert after.quotes["A"].price == 10


@pytest.mark.parametrize("method", [Method.FIXED_UNITS, Method.FLOAT_CAP, Method.PRICE_WEIGHTED, Method.INAV])
def test_the_child_of_a_spin_off_enters_at_zero_and_leaves_after_its_first_close(method: Method) -> None:
    pricing = Pricing(method=method, fund_units=D(10) if method is Method.INAV else None)
    names = tuple(Holding(symbol=name, weight=D(50), shares=D(100), units=None) for name in "AB")
    quotes = quoted({"A": "10", "B": "20"})
    composition = composed(pricing, names, quotes)
    entered = adjust(composition, SpinOff("B", "KID", D("0.5")), quotes)
    child, parent = entered.composition.holdings[2], entered.composition.holdings[1]
    assert entered.composition.divisor == composition.divisor
    assert child.until_traded == 0
    assert entered.composition.coefficient(child) == entered.composition.coefficient(parent) / 2
    assert entered.after == entered.before
    closing = quoted({"A": "10", "B": "18", "KID": "4"})
    left = adjust(entered.composition, SpinOffClose("KID"), closing)
    assert left.composition.symbols == ("A", "B")
    assert abs(left.after - entered.before) < TOLERANCE


@pytest.mark.parametrize(("shares", "immediate"), [("1050", True), ("1049", False), ("950", True)])
def test_a_change_of_shares_waits_for_the_review_below_five_percent(shares: str, immediate: bool) -> None:
    composition, _ = cap_at_the_close()
    assert ShareChange("A", D(shares)).is_immediate(composition) is immediate


def test_a_change_of_the_float_is_made_up_for_by_the_divisor() -> None:
    composition, quotes = cap_at_the_close()
    after = adjust(composition, ShareChange("B", float_factor=D("0.5")), quotes)
    assert after.composition.coefficient(after.composition.holdings[1]) == 250
    assert abs(after.after - after.before) < TOLERANCE


def test_a_change_of_shares_is_nothing_to_units() -> None:
    _, composition = in_dollars()
    assert adjust(composition, ShareChange("AAPL", D(5)), quoted(FOUR)).composition is composition


def test_a_target_bought_for_cash_leaves_at_its_last_price() -> None:
    composition, quotes = cap_at_the_close()
    after = adjust(composition, Merger("C"), quotes)
    assert after.composition.symbols == ("A", "B")
    assert abs(after.after - after.before) < TOLERANCE


@pytest.mark.parametrize("method", [Method.FIXED_UNITS, Method.FLOAT_CAP, Method.PRICE_WEIGHTED, Method.INAV])
@pytest.mark.parametrize("acquirer", ["A", "NEW"])
def test_a_target_becomes_shares_of_the_acquirer(method: Method, acquirer: str) -> None:
    pricing = Pricing(method=method, fund_units=D(10) if method is Method.INAV else None)
    names = tuple(Holding(symbol=name, weight=D(50), shares=D(100), float_factor=D("0.5")) for name in "AB")
    quotes = quoted({"A": "10", "B": "20", "NEW": "12"})
    composition = composed(pricing, names, quotes)
    before = composition.coefficient(composition.holdings[1])
    if method is Method.INAV:
        # A fund is paid in shares and has nothing else to make up for it: the terms must be worth what they replace.
        ratio = D(20) / quotes[acquirer].price
        quotes |= quoted({"B": str(ratio * quotes[acquirer].price)})
    else:
        ratio = D("1.8")
    after = adjust(composition, Merger("B", acquirer, ratio), quotes)
    assert "B" not in after.composition.symbols
    assert abs(after.after - after.before) < TOLERANCE
    if method is not Method.PRICE_WEIGHTED:
        counted = {holding.symbol: after.composition.coefficient(holding) for holding in after.composition.holdings}
        had = composition.coefficient(composition.holdings[0]) if acquirer == "A" else 0
        assert rounded(counted[acquirer], 20) == rounded(had + before * ratio, 20)


def test_a_name_that_is_delisted_at_zero_leaves_its_loss_in_the_level() -> None:
    composition, quotes = cap_at_the_close()
    whole = price_level(composition, quotes)
    after = adjust(composition, Delisting("C", at_zero=True), quotes)
    assert after.composition.divisor == 23
    assert after.after == after.before < whole
    assert rounded(after.after) == rounded(D(18600) / 23)


def test_a_name_that_is_delisted_leaves_at_its_last_trade() -> None:
    _, composition = in_dollars()
    after = adjust(composition, Delisting("MSFT"), quoted(FOUR))
    assert after.composition.symbols == ("AAPL", "GOOGL", "AMZN")
    assert after.composition.divisor == 1
    assert abs(after.after - 100) < TOLERANCE


def test_the_names_of_a_fund_that_leave_become_cash() -> None:
    pricing = Pricing(method=Method.INAV, fund_units=D(10))
    quotes = quoted({"A": "10", "B": "20"})
    composition = composed(pricing, tuple(Holding(symbol=name, units=D(5)) for name in "AB"), quotes)
    after = adjust(composition, Delisting("B"), quotes)
    assert after.composition.cash == 100
    assert after.after == after.before


def test_the_names_that_a_fund_adds_are_paid_from_its_cash() -> None:
    pricing = Pricing(method=Method.INAV, fund_units=D(10), cash=D(500))
    quotes = quoted({"A": "10", "B": "20"})
    composition = composed(pricing, (Holding(symbol="A", units=D(5)),), quotes)
    after = adjust(composition, Replacement((), (Holding(symbol="B", units=D(5)),)), quotes)
    assert after.composition.cash == 400
    assert after.after == after.before


def test_names_enter_units_with_their_weight_and_the_others_make_room() -> None:
    _, composition = in_dollars()
    quotes = quoted(FOUR | {"NEW": "50"})
    after = adjust(composition, Replacement(("MSFT",), (Holding(symbol="NEW", weight=D(40)),)), quotes)
    values = [after.composition.coefficient(h) * quotes[h.symbol].price for h in after.composition.holdings]
    assert [rounded(number) for number in values] == [20, 20, 20, 40]
    assert after.composition.divisor == 1


def test_a_mean_of_prices_takes_another_name_by_its_divisor() -> None:
    composition, quotes = prices_of("10", "20", "30")
    after = adjust(composition, Replacement(("N0",), (Holding(symbol="X"),)), quotes | quoted({"X": "40"}))
    assert after.composition.divisor == D("4.5")


def test_an_adjustment_says_what_it_is() -> None:
    _, composition = in_dollars()
    after = adjust(
        composition, Split("MSFT", D(2)), quoted(FOUR), version="v1.1", effective_from_ns=7, approver="anna"
    ).composition
    assert (after.version, after.effective_from_ns, after.approver) == ("v1.1", 7, "anna")
    assert after.reason is CompositionReason.CORPORATE_ACTION


def test_an_action_takes_market_prices() -> None:
    _, composition = in_dollars()
    after = apply_action(composition, SpecialDividend("AAPL", D(15)), market(FOUR), ONE_CURRENCY)
    assert rounded(after.divisor) == D("0.975")


def test_an_action_takes_rates_and_minor_units() -> None:
    composition = composed(Pricing(), held({"A": "100"}), {"A": Quote(D(20), D("1.25"))})
    fx = fx_set({"GBPUSD": D("1.25")})
    after = apply_action(composition, SpecialDividend("A", D(5)), market({"A": "2000"}, currency="GBX"), fx)
    assert after.divisor == D("0.75")
    with pytest.raises(AdjustmentRefused, match="no rate from GBP to USD: A"):
        apply_action(composition, SpecialDividend("A", D(5)), market({"A": "2000"}, currency="GBX"), ONE_CURRENCY)


KNOWN = quoted(FOUR | {"NEW": "50"})


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (Split("XXX", D(2)), "not in the basket: XXX"),
        (Split("AAPL", D(0)), "ratio must be above zero, and is 0: AAPL"),
        (Split("AAPL", D("NaN")), "ratio must be above zero"),
        (CashDividend("AAPL", D(-1)), "amount must be above zero"),
        (CashDividend("AAPL", D(1), D("1.1")), "tax is a share from 0 to 1"),
        (SpecialDividend("AAPL", D(150)), "price must be above zero, and is 0: AAPL"),
        (Rights("AAPL", D(0), D(4), D(8)), "new must be above zero"),
        (SpinOff("AAPL", "MSFT", D(1)), "already in the basket: MSFT"),
        (SpinOffClose("KID"), "not in the basket: KID"),
        (Merger("AAPL", "MSFT"), "an acquirer gives shares by a ratio: AAPL"),
        (Merger("AAPL", "ZZZ", D(1)), "no price: ZZZ"),
        (Merger("AAPL", "AAPL", D(1)), "no price: AAPL"),
        (Replacement((), (Holding(symbol="AAPL", weight=D(5)),)), "already in the basket: AAPL"),
        (Replacement((), (Holding(symbol="ZZZ", weight=D(5)),)), "no price: ZZZ"),
        (Replacement((), (Holding(symbol="NEW"),)), "no weight: NEW"),
        (Replacement((), (Holding(symbol="NEW", weight=D(100)),)), "make up 100 % of the whole"),
        (Replacement(tuple(FOUR)), "nothing would be left in the basket"),
        (Replacement(("ZZZ",)), "not in the basket: ZZZ"),
    ],
)
def test_an_action_that_does_not_fit_is_refused(action: Action, text: str) -> None:
    _, composition = in_dollars()
    with pytest.raises(AdjustmentRefused, match=text):
        adjust(composition, action, KNOWN)


def test_a_name_without_value_leaves_nothing_to_the_others() -> None:
    quotes = quoted({"A": "10", "B": "20"})
    composition = composed(Pricing(), held({"A": "100", "B": "0"}), quotes)
    after = adjust(composition, Delisting("B"), quotes)
    assert after.composition.holdings == composition.holdings[:1]


def test_names_without_value_cannot_make_room_for_others() -> None:
    quotes = quoted({"A": "10", "B": "20", "NEW": "5"})
    composition = composed(Pricing(), held({"A": "100", "B": "0"}), quotes)
    with pytest.raises(AdjustmentRefused, match="the names that stay are worth nothing"):
        adjust(composition, Replacement(("A",), (Holding(symbol="NEW", weight=D(50)),)), quotes)


def test_an_action_needs_the_price_of_every_name() -> None:
    _, composition = in_dollars()
    with pytest.raises(AdjustmentRefused, match="no price: MSFT, GOOGL, AMZN") as caught:
        adjust(composition, Split("AAPL", D(2)), quoted({"AAPL": "150"}))
    assert caught.value.names == ("MSFT", "GOOGL", "AMZN")


# -- laws

NAMES = ("A", "B", "C", "E")
prices = st.decimals(min_value="0.01", max_value="9999", places=4)
ratios = st.sampled_from([D(2), D(3), D("1.5"), D("0.1"), D("1.1"), D(7) / D(10)])


@st.composite
def started(draw: st.DrawFn) -> tuple[Composition, dict[str, Quote]]:
    method = draw(st.sampled_from([Method.FIXED_UNITS, Method.FLOAT_CAP, Method.PRICE_WEIGHTED, Method.EQUAL_WEIGHT]))
    quotes = {
        name: Quote(draw(prices), draw(st.sampled_from([D(1), D("1.25"), D("0.0073491827364512")]))) for name in NAMES
    }
    names = tuple(
        Holding(symbol=name, weight=D(25), shares=D(draw(st.integers(1, 10**9))), float_factor=D("0.85"))
        for name in NAMES
    )
    return composed(Pricing(method=method, base_level=D(1000)), names, quotes), quotes


@st.composite
def actions(draw: st.DrawFn) -> tuple[str, Decimal, Decimal]:
    kind = draw(st.sampled_from(["split", "rights", "special", "add", "delete", "merge", "rebalance"]))
    return kind, draw(ratios), draw(st.decimals(min_value="0.05", max_value="0.95", places=3))


def happened(
    composition: Composition, quotes: dict[str, Quote], what: tuple[str, Decimal, Decimal], turn: int
) -> tuple[Composition, dict[str, Quote]]:
    kind, ratio, share = what
    symbol = composition.symbols[turn % len(composition.symbols)]
    price = quotes[symbol].price
    if kind == "rebalance":
        rest = 5 * (len(composition.holdings) - 1)
        names = tuple(replace(h, weight=D(5) if i else D(100 - rest)) for i, h in enumerate(composition.holdings))
        return rebalance(composition, names, quotes, version="v2", effective_from_ns=0), quotes
    alone = kind == "delete" and len(composition.holdings) == 1
    new = Holding(symbol=f"NEW{turn}", weight=D(100 if alone else 20), shares=D(1000))
    other = composition.symbols[(turn + 1) % len(composition.symbols)]
    possible: dict[str, Action] = {
        "split": Split(symbol, ratio),
        "rights": Rights(symbol, D(1), D(3), price * share),
        "special": SpecialDividend(symbol, price * share),
        "add": Replacement((), (new,)),
        "delete": Replacement((symbol,), (new,)),
        "merge": Merger(symbol, other, ratio) if other != symbol else Split(symbol, ratio),
    }
    after = adjust(composition, possible[kind], quotes | {new.symbol: Quote(D("12.34"))})
    return after.composition, dict(after.quotes)


@settings(max_examples=150)
@given(begun=started(), story=st.lists(actions(), min_size=1, max_size=12))
def test_no_story_of_actions_moves_the_level(
    begun: tuple[Composition, dict[str, Quote]], story: list[tuple[str, Decimal, Decimal]]
) -> None:
    composition, quotes = begun
    for turn, what in enumerate(story):
        before = price_level(composition, quotes)
        composition, quotes = happened(composition, quotes, what, turn)
        assert abs(price_level(composition, quotes) - before) < TOLERANCE


@given(begun=started(), factor=st.decimals(min_value="0.001", max_value="1000", places=3))
def test_prices_and_divisor_scaled_alike_leave_the_level(
    begun: tuple[Composition, dict[str, Quote]], factor: Decimal
) -> None:
    composition, quotes = begun
    scaled = {symbol: Quote(quote.price * factor, quote.rate) for symbol, quote in quotes.items()}
    again = replace(composition, divisor=composition.divisor * factor)
    assert abs(price_level(again, scaled) - price_level(composition, quotes)) < TOLERANCE


@given(
    begun=started(),
    paid=st.lists(st.tuples(st.sampled_from(NAMES), st.decimals("0", "0.9", places=3), st.booleans()), max_size=8),
)
def test_a_total_return_is_never_below_the_price_return_nor_the_net_one(
    begun: tuple[Composition, dict[str, Quote]], paid: list[tuple[str, Decimal, bool]]
) -> None:
    composition, quotes = begun
    for name, share, closes in paid:
        if share:
            dividend = CashDividend(name, quotes[name].price * share, D("0.3"))
            composition = adjust(composition, dividend, quotes).composition
            quotes = quotes | {name: Quote(quotes[name].price * (1 - share), quotes[name].rate)}
        if closes:
            composition = close_day(composition, quotes)
        price = price_level(composition, quotes)
        whole, net = total_levels(composition, price)
        assert price <= net + TOLERANCE
        assert net <= whole + TOLERANCE
