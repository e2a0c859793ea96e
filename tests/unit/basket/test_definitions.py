"""Definitions of baskets: every bound, every fault at once, and what is ignored."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.basket.entities import Definition, definition_record
from pyfixmsg_plus.basket.faults import FieldFault
from pyfixmsg_plus.basket.reading import RESERVED, definition_from, read_definition
from pyfixmsg_plus.basket.texts import shown

PLAIN: dict[str, Any] = {
    "basketCode": "TECH_LEADERS",
    "basketName": "Technology Leaders",
    "basketType": "EQUITY",
    "baseCurrency": "USD",
    "constituents": [{"symbol": symbol, "weight": "25"} for symbol in ("AAPL", "MSFT", "GOOGL", "AMZN")],
}


def names(*weights: object, **more: object) -> list[dict[str, object]]:
    return [{"symbol": f"S{place}", "weight": weight, **more} for place, weight in enumerate(weights)]


def beside(more: dict[str, object]) -> list[dict[str, object]]:
    """A name without fault, and one to look at."""
    return [*names(50), {"symbol": "B", "weight": 50, **more}]


def read(**changed: object) -> Definition:
    found = read_definition({**PLAIN, **changed})
    assert not found.faults
    assert found.definition is not None
    return found.definition


def faults(**changed: object) -> list[tuple[str, str]]:
    found = read_definition({**PLAIN, **changed})
    assert found.definition is None
    return [(str(fault.code), fault.field) for fault in found.faults]


def test_a_whole_definition_is_read() -> None:
    definition = read()
    assert definition.basket_code == "TECH_LEADERS"
    assert [constituent.symbol for constituent in definition.constituents] == ["AAPL", "MSFT", "GOOGL", "AMZN"]
    assert str(definition.total_weight) == "100.0000"


def test_no_names_make_an_empty_draft() -> None:
    assert read(constituents=[]).constituents == ()
    assert read(constituents=None).total_weight == 0


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"basketCode": "ab"}, "PATTERN_VIOLATION basketCode"),
        ({"basketCode": "TECH-1"}, "PATTERN_VIOLATION basketCode"),
        ({"basketCode": "A" * 51}, "PATTERN_VIOLATION basketCode"),
        ({"basketCode": "TEST"}, "RESERVED_CODE basketCode"),
        ({"basketCode": None}, "MISSING_REQUIRED_FIELD basketCode"),
        ({"basketCode": 7}, "INVALID_FIELD_VALUE basketCode"),
        ({"basketName": ""}, "MISSING_REQUIRED_FIELD basketName"),
        ({"basketName": "x" * 256}, "FIELD_LENGTH_EXCEEDED basketName"),
        ({"description": "x" * 1001}, "FIELD_LENGTH_EXCEEDED description"),
        ({"description": "two\nlines"}, "CONTROL_CHARACTER description"),
        ({"description": "soh \x01"}, "CONTROL_CHARACTER description"),
        ({"description": "half \ud800"}, "CONTROL_CHARACTER description"),
        ({"description": "8=FIX.4.4|35=D"}, "CONTROL_CHARACTER description"),
        ({"description": "a 8=fixt.1.1"}, "CONTROL_CHARACTER description"),
        ({"basketType": "EQUITIES"}, "INVALID_FIELD_VALUE basketType"),
        ({"baseCurrency": "ZZZ"}, "INVALID_CURRENCY baseCurrency"),
        ({"baseCurrency": "GBp"}, "INVALID_CURRENCY baseCurrency"),
        ({"baseCurrency": "PLN"}, "INVALID_CURRENCY baseCurrency"),
        ({"constituents": {}}, "INVALID_FIELD_VALUE constituents"),
        ({"constituents": names("100")}, "CONSTITUENT_COUNT constituents, WEIGHT_ABOVE_CAP constituents[0].weight"),
        ({"constituents": names(*["0.2"] * 501)}, "CONSTITUENT_COUNT constituents"),
        ({"constituents": names("50", "49.99")}, "INVALID_WEIGHT_ALLOCATION constituents"),
        ({"constituents": names("50", "49.99", "0.02")}, "INVALID_WEIGHT_ALLOCATION constituents"),
        ({"constituents": names("33.3333", "33.3333", "33.3333")}, "INVALID_WEIGHT_ALLOCATION constituents"),
        ({"constituents": names("50.01", "49.99")}, "WEIGHT_ABOVE_CAP constituents[0].weight"),
        ({"constituents": names("50", "49.9901", "0.0099")}, "INVALID_FIELD_VALUE constituents[2].weight"),
        (
            {"constituents": names("50", "49.98765", "0.01235")},
            "INVALID_FIELD_VALUE constituents[1].weight, INVALID_FIELD_VALUE constituents[2].weight",
        ),
        (
            {"constituents": names("abc", True)},
            "INVALID_FIELD_VALUE constituents[0].weight, INVALID_FIELD_VALUE constituents[1].weight",
        ),
        (
            {"constituents": names(Decimal("NaN"), Decimal("1e400"))},
            "INVALID_FIELD_VALUE constituents[0].weight, INVALID_FIELD_VALUE constituents[1].weight",
        ),
        (
            {"constituents": [{"symbol": "A"}, {"symbol": "B", "weight": "50"}]},
            "MISSING_REQUIRED_FIELD constituents[0].weight",
        ),
        (
            {"constituents": [{"weight": 50}, {"symbol": "B", "weight": "50"}]},
            "MISSING_REQUIRED_FIELD constituents[0].symbol",
        ),
        ({"constituents": ["AAPL", {"symbol": "B", "weight": "50"}]}, "INVALID_FIELD_VALUE constituents[0]"),
        (
            {"constituents": [{"symbol": "A", "weight": 50}, {"symbol": "A", "weight": 50}]},
            "DUPLICATE_SYMBOL constituents[1].symbol",
        ),
        (
            {"constituents": [{"symbol": "A B", "weight": 50}, {"symbol": "é", "weight": 50}]},
            "INVALID_SYMBOL constituents[0].symbol, INVALID_SYMBOL constituents[1].symbol",
        ),
        (
            {"constituents": names(50, 50, mic="xnas")},
            "PATTERN_VIOLATION constituents[0].mic, PATTERN_VIOLATION constituents[1].mic",
        ),
        (
            {"constituents": names(50, 50, shares=0)},
            "INVALID_FIELD_VALUE constituents[0].shares, INVALID_FIELD_VALUE constituents[1].shares",
        ),
        ({"constituents": beside({"shares": "1.5"})}, "INVALID_FIELD_VALUE constituents[1].shares"),
        ({"constituents": beside({"floatFactor": "1.01"})}, "INVALID_FIELD_VALUE constituents[1].floatFactor"),
        ({"constituents": beside({"currency": "ZZZ"})}, "INVALID_CURRENCY constituents[1].currency"),
        ({"constituents": beside({"isin": "US0378331006"})}, "INVALID_IDENTIFIER constituents[1].isin"),
        (
            {"constituents": [*names(50), {"symbol": "US0378331006", "idScheme": "ISIN", "weight": 50}]},
            "INVALID_IDENTIFIER constituents[1].symbol",
        ),
        ({"constituents": beside({"idScheme": "NAME"})}, "INVALID_FIELD_VALUE constituents[1].idScheme"),
        ({"constituents": beside({"sector": "x" * 101})}, "FIELD_LENGTH_EXCEEDED constituents[1].sector"),
        ({"constituents": beside({"balancing": "yes"})}, "INVALID_FIELD_VALUE constituents[1].balancing"),
        ({"constituents": beside({"targetWeight": "60"})}, "WEIGHT_ABOVE_CAP constituents[1].targetWeight"),
        (
            {"constituents": names("33.3333", "33.3333", "33.3334", balancing=True)},
            "INVALID_WEIGHT_ALLOCATION constituents[1].balancing, INVALID_WEIGHT_ALLOCATION constituents[2].balancing",
        ),
        ({"totalWeight": "99.9999"}, "INVALID_WEIGHT_ALLOCATION totalWeight"),
        (
            {"totalWeight": [], "basketName": None},
            "MISSING_REQUIRED_FIELD basketName, INVALID_WEIGHT_ALLOCATION totalWeight",
        ),
        ({"identifiers": []}, "INVALID_FIELD_VALUE identifiers"),
        ({"identifiers": {"isin": "US0378331006"}}, "INVALID_IDENTIFIER identifiers.isin"),
        ({"identifiers": {"ric": "." * 51}}, "FIELD_LENGTH_EXCEEDED identifiers.ric"),
        ({"pricing": []}, "INVALID_FIELD_VALUE pricing"),
        ({"pricing": {"metod": "INAV"}}, "INVALID_FIELD_VALUE pricing.metod"),
        ({"pricing": {"fxSource": "a\x01"}}, "CONTROL_CHARACTER pricing.fxSource"),
        ({"vendors": "BLOOMBERG"}, "INVALID_FIELD_VALUE vendors"),
        ({"vendors": ["BLOOMBERG"]}, "INVALID_FIELD_VALUE vendors[0]"),
        ({"vendors": [{"vendor": "bb"}]}, "PATTERN_VIOLATION vendors[0].vendor"),
        ({"vendors": [{"required": True}]}, "MISSING_REQUIRED_FIELD vendors[0].vendor"),
        ({"vendors": [{"vendor": "A"}, {"vendor": "A"}]}, "INVALID_FIELD_VALUE vendors[1].vendor"),
        ({"vendors": [{"vendor": "A", "idSource": "X"}]}, "INVALID_FIELD_VALUE vendors[0].idSource"),
    ],
)
def test_what_does_not_keep_a_bound_is_refused_with_its_field(changed: dict[str, Any], expected: str) -> None:
    assert ", ".join(f"{code} {field}" for code, field in faults(**changed)) == expected


@pytest.mark.parametrize("code", sorted(RESERVED))
def test_a_reserved_code_is_refused(code: str) -> None:
    assert faults(basketCode=code) == [("RESERVED_CODE", "basketCode")]


def test_all_faults_are_said_at_once() -> None:
    wrong = [{"symbol": "A", "weight": "60"}, {"symbol": "B!", "weight": "1", "isin": "X"}]
    assert faults(basketCode="x", baseCurrency="ZZZ", constituents=wrong, vendors=[{}]) == [
        ("PATTERN_VIOLATION", "basketCode"),
        ("INVALID_CURRENCY", "baseCurrency"),
        ("WEIGHT_ABOVE_CAP", "constituents[0].weight"),
        ("INVALID_SYMBOL", "constituents[1].symbol"),
        ("INVALID_IDENTIFIER", "constituents[1].isin"),
        ("MISSING_REQUIRED_FIELD", "vendors[0].vendor"),
    ]


@pytest.mark.parametrize("symbol", ["BRK/B", "0700.HK", "SYMBOL_0", "EUR=", "^GSPC", "E+6", "A:B", "x@y", "#1", "A-B"])
def test_symbols_of_markets_are_legal(symbol: str) -> None:
    definition = read(constituents=[{"symbol": symbol, "weight": 50}, {"symbol": "ZZ9", "weight": 50}])
    assert definition.constituents[0].symbol == symbol


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"symbol": "A", "isin": "US0378331005"}, {"symbol": "B", "isin": "US0378331005"}),
        ({"symbol": "A", "isin": "US0378331005"}, {"symbol": "B", "cusip": "037833100"}),
        ({"symbol": "A", "isin": "GB0002634946"}, {"symbol": "0263494", "idScheme": "SEDOL"}),
        ({"symbol": "US0378331005", "idScheme": "ISIN"}, {"symbol": "B", "isin": "US0378331005"}),
        ({"symbol": "AAPL.O", "idScheme": "RIC"}, {"symbol": "AAPL.O", "idScheme": "RIC"}),
        ({"symbol": "A", "mic": "XNAS"}, {"symbol": "A", "mic": "XNAS"}),
    ],
)
def test_one_instrument_under_two_names_is_found(one: dict[str, Any], other: dict[str, Any]) -> None:
    both = [{**one, "weight": 50}, {**other, "weight": 50}]
    assert faults(constituents=both) == [("DUPLICATE_SYMBOL", "constituents[1].symbol")]


def test_one_ticker_in_two_markets_is_two_instruments() -> None:
    both = [{"symbol": "A", "mic": "XNAS", "weight": 50}, {"symbol": "A", "mic": "XLON", "weight": 50}]
    assert [constituent.instrument for constituent in read(constituents=both).constituents] == [
        "TICKER:A:XNAS",
        "TICKER:A:XLON",
    ]


def test_a_balancing_name_takes_what_the_others_leave() -> None:
    given = names("33.3333", "33.3333", "33.3333")
    given[2]["balancing"] = True
    assert [str(name.weight) for name in read(constituents=given).constituents] == ["33.3333", "33.3333", "33.3334"]


def test_a_balancing_name_needs_no_weight() -> None:
    given = names(50, "25.5", None)
    given[2]["balancing"] = True
    assert str(read(constituents=given).constituents[2].weight) == "24.5000"


@pytest.mark.parametrize(("said", "legal"), [("33.3337", 1), ("33.3331", 1), ("33.3338", 0), ("33.3330", 0)])
def test_a_balancing_name_may_differ_by_a_step_for_each_name(said: str, legal: int) -> None:
    given = names("33.3333", "33.3333", said)
    given[2]["balancing"] = True
    found = read_definition({**PLAIN, "constituents": given})
    assert (found.definition is not None) == bool(legal)


@pytest.mark.parametrize(
    ("others", "code"), [(("25", "24.99"), "WEIGHT_ABOVE_CAP"), (("50", "49.9901"), "INVALID_WEIGHT_ALLOCATION")]
)
def test_a_balancing_name_keeps_the_caps(others: tuple[str, str], code: str) -> None:
    given = names(*others, None)
    given[2]["balancing"] = True
    assert faults(constituents=given) == [(code, "constituents[2].weight")]


def test_fields_that_nobody_reads_are_named() -> None:
    found = read_definition(
        {
            **PLAIN,
            "createdBy": "mallory",
            "constituents": [{**name, "currentPrice": "1"} for name in PLAIN["constituents"]],
            "identifiers": {"lei": "x"},
            "vendors": [{"vendor": "A", "host": "h"}],
        }
    )
    assert found.definition is not None
    assert found.ignored == (
        "createdBy",
        *(f"constituents[{place}].currentPrice" for place in range(4)),
        "identifiers.lei",
        "vendors[0].host",
    )


def test_a_change_keeps_what_it_does_not_name() -> None:
    base = read(description="first", identifiers={"isin": "US0378331005"}, vendors=[{"vendor": "BLOOMBERG"}])
    changed = read_definition({"description": None, "basketName": "New"}, base=base).definition
    assert changed is not None
    assert (changed.description, changed.basket_name) == (None, "New")
    assert (changed.constituents, changed.identifiers, changed.vendors) == (
        base.constituents,
        base.identifiers,
        base.vendors,
    )


def test_the_code_of_a_basket_never_changes() -> None:
    found = read_definition({"basketCode": "OTHER"}, base=read())
    assert [(str(fault.code), fault.field) for fault in found.faults] == [("FIELD_NOT_WRITABLE", "basketCode")]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("x" * 300, "x" * 200 + "…"),
        ({"a": 1}, "an object"),
        ([1, 2], "a list of 2"),
        ("a\x01b\ud800", "a\\x01b\\ud800"),
        (12, "12"),
        (None, None),
        (True, True),
        (10**300, "1" + "0" * 199 + "…"),
    ],
)
def test_what_is_refused_is_told_bounded_and_clean(value: object, told: object) -> None:
    assert shown(value) == told


def test_a_fault_says_its_field() -> None:
    found = read_definition({**PLAIN, "basketCode": "x"}).faults[0]
    assert isinstance(found, FieldFault)
    assert str(found) == "basketCode: 3 to 50 of A-Z, 0-9 and _ are expected"


@given(weights=st.lists(st.integers(100, 500_000), min_size=1, max_size=12))
def test_whatever_is_read_is_exactly_whole_and_survives_its_record(weights: list[int]) -> None:
    given = names(*(Decimal(weight).scaleb(-4) for weight in weights), None)
    given[-1]["balancing"] = True
    found = read_definition({**PLAIN, "constituents": given})
    if found.definition is None:
        assert found.faults
        return
    assert found.definition.total_weight == 100
    record = definition_record(found.definition)
    assert definition_from(record, record["constituents"]) == found.definition


def test_a_record_that_is_no_definition_is_refused() -> None:
    with pytest.raises(ValueError, match="basketCode"):
        definition_from({}, [])
