from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.market_data.fx import FxMid, FxRateMissing, FxSet, FxTable, pair_of
from tests.unit.market_data.sources import SECOND, price
from tests.virtual_time import NOON

D = Decimal
MIDS = (
    FxMid("EUR", "USD", D("1.10"), NOON, "A"),
    FxMid("GBP", "USD", D("1.25"), NOON + 5, "B"),
    FxMid("USD", "JPY", D("150"), NOON + 9, "A"),
)
SET = FxSet(MIDS)
CURRENCIES = ["USD", "EUR", "GBP", "JPY", "GBp"]


@pytest.mark.parametrize(
    ("currency", "base", "rate"),
    [
        ("USD", "USD", "1"),
        ("ZZZ", "ZZZ", "1"),
        ("EUR", "USD", "1.10"),
        ("USD", "EUR", "0.9090909090909090909090909090909091"),
        ("USD", "JPY", "150"),
        ("EUR", "JPY", "165"),
        ("GBP", "EUR", "1.136363636363636363636363636363636"),
        ("GBp", "GBP", "0.01"),
        ("GBX", "USD", "0.0125"),
        ("USD", "GBp", "80"),
        ("GBp", "GBX", "1"),
    ],
)
def test_a_rate_is_direct_inverse_or_through_the_dollar(currency: str, base: str, rate: str) -> None:
    known = SET.rate(currency, base)
    assert known is not None
    assert abs(known - D(rate)) <= D("1e-33") * known


@pytest.mark.parametrize(("currency", "base"), [("SEK", "USD"), ("USD", "SEK"), ("SEK", "NOK"), ("EUR", "CHF")])
def test_a_rate_that_is_missing_is_never_one(currency: str, base: str) -> None:
    assert SET.rate(currency, base) is None
    with pytest.raises(FxRateMissing, match=f"from {currency} to {base}") as caught:
        SET.convert(D(1), currency, base)
    assert (caught.value.code, caught.value.currency, caught.value.base) == ("FX_RATE_MISSING", currency, base)


def test_a_pair_that_is_quoted_comes_before_the_way_through_the_dollar() -> None:
    known = FxSet([*MIDS, FxMid("EUR", "GBP", D("0.9"), NOON)])
    assert known.rate("EUR", "GBP") == D("0.9")


def test_ten_dollar_shares_and_five_london_ones_are_worth_what_the_specification_says() -> None:
    pence = D(2000)
    dollars = 10 * D(100) + 5 * SET.convert(pence, "GBp", "USD")
    assert dollars == D("1125.00")
    assert round(SET.convert(dollars, "USD", "EUR"), 6) == D("1022.727273")


@given(
    amount=st.decimals("0.0001", "1000000000", places=4),
    there=st.sampled_from(CURRENCIES),
    via=st.sampled_from(CURRENCIES),
)
def test_there_and_back_is_the_same_to_a_trillionth(amount: D, there: str, via: str) -> None:
    back = SET.convert(SET.convert(amount, there, via), via, there)
    assert abs(back - amount) <= D("1e-12") * amount


def test_a_set_says_who_made_it_and_how_old_its_oldest_rate_is() -> None:
    assert (SET.source, SET.time_ns) == ("A+B", NOON)
    assert (FxSet().source, FxSet().time_ns, FxSet().mids) == ("", 0, ())


def test_of_two_rates_of_one_pair_the_younger_counts() -> None:
    old, young = FxMid("EUR", "USD", D("1.1"), 5), FxMid("EUR", "USD", D("1.2"), 6)
    assert FxSet([young, old]).mids == (young,)


@pytest.mark.parametrize("mid", ["0", "-1", "NaN", "Infinity"])
def test_what_is_no_rate_is_refused(mid: str) -> None:
    with pytest.raises(ValueError, match="no rate of exchange"):
        FxMid("EUR", "USD", D(mid), 0)


@pytest.mark.parametrize(
    ("symbol", "pair"),
    [
        ("EURUSD", ("EUR", "USD")),
        ("EUR/USD", ("EUR", "USD")),
        ("EURUSD=", ("EUR", "USD")),
        ("EURGBP=R", ("EUR", "GBP")),
        ("EUR=", ("EUR", "USD")),
        ("JPY=", ("USD", "JPY")),
        ("GBP=D3", ("GBP", "USD")),
        ("USDILS", ("USD", "ILS")),
        ("BTCUSD", ("BTC", "USD")),
        ("ILSKWD", None),
        ("SYMBOL", None),
        ("AAPL", None),
        ("AAPL.O", None),
        ("USD=", None),
        ("USDUSD", None),
        ("eurusd", None),
    ],
)
def test_a_symbol_names_a_pair_or_not(symbol: str, pair: tuple[str, str] | None) -> None:
    assert pair_of(symbol) == pair


@pytest.mark.parametrize(
    ("last", "bid", "ask", "mid"),
    [
        ("1.2", "1.0999", "1.1001", "1.1"),
        ("1.2", None, "1.1001", "1.2"),
        ("1.2", "1.2", "1.1", "1.2"),
        (None, "1.2", "1.1", None),
        (None, None, None, None),
        ("0", None, None, None),
    ],
)
def test_a_rate_is_half_of_bid_and_ask_or_else_the_last_trade(
    last: str | None, bid: str | None, ask: str | None, mid: str | None
) -> None:
    table = FxTable()
    assert table.put(price("EURUSD", last, bid=bid, ask=ask)) is (mid is not None)
    assert [known.mid for known in table.snapshot(NOON).mids] == ([] if mid is None else [D(mid)])


def test_what_is_no_pair_does_not_enter_the_table() -> None:
    assert not FxTable().put(price("AAPL"))


def test_a_younger_rate_never_yields_to_an_older_one() -> None:
    table = FxTable()
    assert [table.put(price("EURUSD", last, at=at)) for last, at in (("1.1", 5), ("1.2", 4), ("1.3", 5))] == [
        True, False, True,
    ]  # fmt: skip
    assert table.snapshot(NOON + 5 * SECOND).rate("EUR", "USD") == D("1.3")


@pytest.mark.parametrize(("age", "known"), [(300, True), (300.001, False)])
def test_a_rate_older_than_five_minutes_does_not_enter_a_set(age: float, known: bool) -> None:
    table = FxTable()
    table.put(price("EURUSD", "1.1"))
    assert (table.snapshot(NOON + round(age * SECOND)).rate("EUR", "USD") is not None) is known


def test_a_quiet_pair_on_a_live_stream_stays_young() -> None:
    table = FxTable()
    table.put(price("EURUSD", "1.1", confirmed=400))
    assert table.snapshot(NOON + 600 * SECOND).rate("EUR", "USD") == D("1.1")
