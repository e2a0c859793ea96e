from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.domain import DataQuality, MarketPrice
from pyfixmsg_plus.market_data.lifetime import dated
from pyfixmsg_plus.market_data.quality import (
    Issue,
    Limits,
    Rule,
    Severity,
    band,
    basket_score,
    examine,
    lower,
    score,
)
from tests.unit.market_data.sources import SECOND, price
from tests.virtual_time import NOON

HIGH, MEDIUM, LOW = DataQuality.HIGH, DataQuality.MEDIUM, DataQuality.LOW
GOOD = price(bid="149", ask="151", high="155", low="145", volume=10, currency="USD")


def rules(known: MarketPrice, limits: Limits | None = None, at: float = 0) -> list[str]:
    return [str(issue.rule) for issue in examine(known, limits or Limits(), NOON + round(at * SECOND))]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"last": None}, ["MISSING_LAST_PRICE"]),
        ({"bid": Decimal(152), "ask": Decimal(151)}, ["INVALID_BID_ASK_SPREAD"]),
        ({"bid": Decimal(151)}, ["LOCKED_MARKET"]),
        ({"bid": Decimal(60), "ask": Decimal(100)}, []),
        ({"bid": Decimal("59.9"), "ask": Decimal(100)}, ["SPREAD_TOO_WIDE"]),
        ({"bid": None}, []),
        ({"last": Decimal(156)}, ["LAST_PRICE_OUT_OF_RANGE"]),
        ({"last": Decimal(144)}, ["LAST_PRICE_OUT_OF_RANGE"]),
        ({"last": Decimal(144), "low": None}, []),
        ({"high": Decimal(144)}, ["INVALID_HIGH_LOW_PRICES"]),
        ({"last": Decimal("0.01"), "low": None}, []),
        ({"last": Decimal("0.0099"), "low": None}, ["PRICE_TOO_LOW"]),
        ({"last": Decimal(-1), "low": None}, ["PRICE_TOO_LOW"]),
        ({"last": Decimal(1_000_000), "high": None}, []),
        ({"last": Decimal("1000000.01"), "high": None}, ["PRICE_TOO_HIGH"]),
        ({"volume": None}, []),
        ({"volume": 1_000_000_000}, []),
        ({"volume": 1_000_000_001}, ["INVALID_VOLUME"]),
        ({"volume": -1}, ["INVALID_VOLUME"]),
        ({"source_ns": NOON + 2 * SECOND}, []),
        ({"source_ns": NOON + 2 * SECOND + 1}, ["SOURCE_TIME_FUTURE"]),
        ({"source_ns": NOON - 300 * SECOND}, []),
        ({"source_ns": NOON - 300 * SECOND - 1}, ["SOURCE_TIME_OLD"]),
        ({"source_ns": NOON - 301 * SECOND, "halted": True}, []),
        ({"source_ns": NOON - 301 * SECOND, "confirmed_ns": NOON}, []),
        ({"source_ns": None}, []),
        (
            {"last": Decimal(156), "bid": Decimal(152), "ask": Decimal(151), "volume": -1},
            ["INVALID_BID_ASK_SPREAD", "LAST_PRICE_OUT_OF_RANGE", "INVALID_VOLUME"],
        ),
    ],
)
def test_each_rule_says_what_is_wrong_with_a_record(change: dict[str, object], found: list[str]) -> None:
    assert rules(replace(GOOD, **change)) == found  # type: ignore[arg-type] # each case names fields of the right type


def test_a_time_that_gave_way_is_still_known_to_have_been_ahead() -> None:
    assert rules(dated(replace(GOOD, source_ns=NOON + 3 * SECOND))) == ["SOURCE_TIME_FUTURE"]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(currency="USD"), []),
        (Limits(currency="EUR"), ["CURRENCY_MISMATCH"]),
        (Limits(lowest=Decimal(151)), ["PRICE_TOO_LOW"]),
        (Limits(highest=Decimal(149)), ["PRICE_TOO_HIGH"]),
    ],
)
def test_limits_may_be_set_for_an_instrument(limits: Limits, found: list[str]) -> None:
    assert rules(GOOD, limits) == found


def test_what_is_only_quoted_needs_no_last_price() -> None:
    assert rules(replace(GOOD, last=None), Limits(last_required=False)) == []


@pytest.mark.parametrize(
    ("severity", "those"),
    [
        (Severity.CRITICAL, {"MISSING_LAST_PRICE", "CURRENCY_MISMATCH", "INVALID_BID_ASK_SPREAD"}),
        (Severity.HIGH, {"PRICE_TOO_LOW", "PRICE_TOO_HIGH", "INVALID_HIGH_LOW_PRICES", "PRICE_JUMP"}),
        (
            Severity.MEDIUM,
            {
                "SPREAD_TOO_WIDE", "LAST_PRICE_OUT_OF_RANGE", "INVALID_VOLUME", "SOURCE_TIME_OLD", "SOURCE_TIME_FUTURE",
            },
        ),
        (Severity.LOW, {"LOCKED_MARKET"}),
    ],
)  # fmt: skip
def test_every_rule_has_its_weight(severity: Severity, those: set[str]) -> None:
    assert {str(rule) for rule in Rule if rule.severity is severity} == those


@pytest.mark.parametrize(
    ("broken", "points"),
    [
        ([], 100),
        ([Rule.INVALID_BID_ASK_SPREAD], 80),
        ([Rule.INVALID_BID_ASK_SPREAD, Rule.LAST_PRICE_OUT_OF_RANGE], 70),
        ([Rule.LOCKED_MARKET], 95),
        ([Rule.PRICE_JUMP], 85),
        ([Rule.MISSING_LAST_PRICE] * 6, 0),
    ],
)
def test_a_score_is_a_hundred_less_the_weight_of_each_issue(broken: list[Rule], points: int) -> None:
    assert score(Issue(rule, "") for rule in broken) == points


@pytest.mark.parametrize(
    ("points", "quality"), [(100, HIGH), (90, HIGH), (89.9, MEDIUM), (70, MEDIUM), (69, LOW), (0, LOW)]
)
def test_a_score_lies_in_a_band(points: float, quality: DataQuality) -> None:
    assert band(points) is quality


@pytest.mark.parametrize(("one", "other", "found"), [(HIGH, LOW, LOW), (MEDIUM, HIGH, MEDIUM), (LOW, LOW, LOW)])
def test_the_lower_of_two_bands_is_shown(one: DataQuality, other: DataQuality, found: DataQuality) -> None:
    assert lower(one, other) is found


@pytest.mark.parametrize(
    ("qualities", "worth"),
    [([HIGH, HIGH, MEDIUM, LOW], 0.75), ([HIGH], 1.0), ([LOW], 0.3), ([], None)],
)
def test_a_basket_is_worth_the_mean_of_its_names(qualities: list[DataQuality], worth: float | None) -> None:
    assert basket_score(qualities) == pytest.approx(worth)


NUMBERS = st.none() | st.decimals("-10", "2000000", places=2)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.none() | st.integers(-5, 2_000_000_000))
def test_any_record_gives_a_score_from_none_to_a_hundred_and_the_worst_comes_first(
    last: Decimal | None,
    bid: Decimal | None,
    ask: Decimal | None,
    high: Decimal | None,
    low: Decimal | None,
    volume: int | None,
) -> None:
    known = replace(GOOD, last=last, bid=bid, ask=ask, high=high, low=low, volume=volume)
    issues = examine(known, Limits(), NOON)
    assert 0 <= score(issues) <= 100
    assert [issue.severity for issue in issues] == sorted((issue.severity for issue in issues), reverse=True)
    assert all(issue.text for issue in issues)
