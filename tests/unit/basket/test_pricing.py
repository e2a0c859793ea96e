from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pyfixmsg_plus.basket import Method, OffHours, Pricing, PricingError, RebalanceFrequency, ReturnType, StalePolicy

FULL = {
    "method": "FLOAT_CAP",
    "returnType": "NET",
    "baseLevel": "1000.5",
    "baseDate": "2026-01-02",
    "levelDecimals": 2,
    "stalePolicy": "PREV_CLOSE",
    "freshSeconds": 5,
    "maxAgeSeconds": 60,
    "maxStaleWeightPct": "12.5",
    "fxSource": "SMA_REFINITIV",
    "calendarMic": "XNYS",
    "offHours": "CLOSED_VALUE",
    "rebalance": "QUARTERLY",
}


def test_without_a_block_the_defaults_hold() -> None:
    assert Pricing.parse(None) == Pricing.parse({}) == Pricing()
    assert (Pricing().method, Pricing().base_level, Pricing().level_decimals) == (Method.FIXED_UNITS, Decimal(100), 4)
    assert (Pricing().fresh_seconds, Pricing().max_age_seconds, Pricing().max_stale_weight_pct) == (
        15,
        300,
        Decimal(10),
    )


def test_every_key_is_read() -> None:
    assert Pricing.parse(FULL) == Pricing(
        method=Method.FLOAT_CAP,
        return_type=ReturnType.NET,
        base_level=Decimal("1000.5"),
        base_date=date(2026, 1, 2),
        level_decimals=2,
        stale_policy=StalePolicy.PREV_CLOSE,
        fresh_seconds=5,
        max_age_seconds=60,
        max_stale_weight_pct=Decimal("12.5"),
        fx_source="SMA_REFINITIV",
        calendar_mic="XNYS",
        off_hours=OffHours.CLOSED_VALUE,
        rebalance=RebalanceFrequency.QUARTERLY,
    )


@pytest.mark.parametrize("block", [FULL, {"method": "INAV", "fundUnits": "50000", "cash": "-5", "liabilities": "1"}])
def test_what_is_read_can_be_told_again(block: dict[str, Any]) -> None:
    told = Pricing.parse(block).to_dict()
    assert told | block == told
    assert Pricing.parse(told) == Pricing.parse(block)


@pytest.mark.parametrize(("value", "number"), [("100", "100"), (100, "100"), (Decimal("99.5"), "99.5")])
def test_decimals_come_as_text_or_from_their_digits(value: object, number: str) -> None:
    assert Pricing.parse({"baseLevel": value}).base_level == Decimal(number)


def test_a_whole_number_may_come_from_its_digits() -> None:
    assert Pricing.parse({"levelDecimals": Decimal("3")}).level_decimals == 3


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("colour", "red", "INVALID_FIELD_VALUE"),
        ("base_level", "100", "INVALID_FIELD_VALUE"),
        ("method", "fixed_units", "INVALID_FIELD_VALUE"),
        ("method", None, "INVALID_FIELD_VALUE"),
        ("returnType", "GROSS", "INVALID_FIELD_VALUE"),
        ("baseLevel", "0", "INVALID_FIELD_VALUE"),
        ("baseLevel", "-1", "INVALID_FIELD_VALUE"),
        ("baseLevel", 100.0, "INVALID_FIELD_VALUE"),
        ("baseLevel", True, "INVALID_FIELD_VALUE"),
        ("baseLevel", "NaN", "INVALID_FIELD_VALUE"),
        ("baseLevel", "1e400", "INVALID_FIELD_VALUE"),
        ("baseLevel", Decimal("1e400"), "INVALID_FIELD_VALUE"),
        ("baseLevel", Decimal("NaN"), "INVALID_FIELD_VALUE"),
        ("baseLevel", "1" + ".1" * 2, "INVALID_FIELD_VALUE"),
        ("baseLevel", "1." + "1" * 34, "INVALID_FIELD_VALUE"),
        ("baseLevel", "1" * 41, "INVALID_FIELD_VALUE"),
        ("baseDate", "2026-02-30", "INVALID_FIELD_VALUE"),
        ("baseDate", "20260230", "INVALID_FIELD_VALUE"),
        ("levelDecimals", 1, "INVALID_FIELD_VALUE"),
        ("levelDecimals", 5, "INVALID_FIELD_VALUE"),
        ("levelDecimals", "4", "INVALID_FIELD_VALUE"),
        ("levelDecimals", True, "INVALID_FIELD_VALUE"),
        ("levelDecimals", Decimal("2.5"), "INVALID_FIELD_VALUE"),
        ("stalePolicy", "IGNORE", "INVALID_FIELD_VALUE"),
        ("freshSeconds", 0, "INVALID_FIELD_VALUE"),
        ("maxAgeSeconds", 86401, "INVALID_FIELD_VALUE"),
        ("maxAgeSeconds", 14, "INVALID_FIELD_VALUE"),
        ("maxStaleWeightPct", "100.01", "INVALID_FIELD_VALUE"),
        ("fxSource", "a|b", "PATTERN_VIOLATION"),
        ("calendarMic", "xnys", "PATTERN_VIOLATION"),
        ("calendarMic", 7, "PATTERN_VIOLATION"),
        ("offHours", "LAST", "INVALID_FIELD_VALUE"),
        ("rebalance", "DAILY", "INVALID_FIELD_VALUE"),
        ("cash", "5", "INVALID_FIELD_VALUE"),
        ("fundUnits", "5", "INVALID_FIELD_VALUE"),
    ],
)
def test_a_key_that_is_wrong_is_named(key: str, value: object, code: str) -> None:
    with pytest.raises(PricingError, match=f"pricing.{key}: ") as caught:
        Pricing.parse({key: value})
    (fault,) = caught.value.faults
    assert (fault.key, fault.code) == (key, code)


def test_a_day_may_be_given_as_one() -> None:
    assert Pricing.parse({"baseDate": date(2026, 1, 2)}).base_date == date(2026, 1, 2)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(PricingError) as caught:
        Pricing.parse({"method": "X", "levelDecimals": 9, "colour": 1})
    assert [fault.key for fault in caught.value.faults] == ["method", "levelDecimals", "colour"]


@pytest.mark.parametrize("block", [["method"], "FIXED_UNITS", 7])
def test_a_block_is_an_object(block: Any) -> None:
    with pytest.raises(PricingError, match="an object is expected"):
        Pricing.parse(block)


def test_a_fund_says_how_many_units_it_has() -> None:
    with pytest.raises(PricingError) as caught:
        Pricing.parse({"method": "INAV"})
    assert [(fault.key, fault.code) for fault in caught.value.faults] == [("fundUnits", "MISSING_REQUIRED_FIELD")]


@pytest.mark.parametrize(("method", "seconds"), [(Method.INAV, 15), (Method.FIXED_UNITS, 5)])
def test_levels_are_due_at_their_interval(method: Method, seconds: int) -> None:
    assert Pricing(method=method).interval_seconds == seconds
