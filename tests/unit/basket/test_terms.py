from decimal import Decimal
from typing import Any

import pytest

from pyfixmsg_plus.basket import (
    ACTION_TYPES,
    Action,
    CashDividend,
    Delisting,
    Holding,
    Merger,
    Replacement,
    Rights,
    ShareChange,
    SpecialDividend,
    SpinOff,
    SpinOffClose,
    Split,
    TermsError,
    parse_action,
)

D = Decimal
CASES: list[tuple[str, dict[str, Any], Action]] = [
    ("SPLIT", {"ratio": "2"}, Split("A", D(2))),
    ("BONUS", {"ratio": "1.1"}, Split("A", D("1.1"))),
    ("CONSOLIDATION", {"ratio": D("0.1")}, Split("A", D("0.1"))),
    ("CASH_DIVIDEND", {"amount": "0.5"}, CashDividend("A", D("0.5"))),
    ("CASH_DIVIDEND", {"amount": "0.5", "tax": "0.15"}, CashDividend("A", D("0.5"), D("0.15"))),
    ("SPECIAL_DIVIDEND", {"amount": 1}, SpecialDividend("A", D(1))),
    ("RIGHTS", {"new": 1, "held": 4, "price": "8"}, Rights("A", D(1), D(4), D(8))),
    ("SPIN_OFF", {"child": "K", "ratio": "0.5"}, SpinOff("A", "K", D("0.5"))),
    ("SPIN_OFF_CLOSE", {}, SpinOffClose("A")),
    ("SHARE_CHANGE", {"floatFactor": "0.4"}, ShareChange("A", None, D("0.4"))),
    ("MERGER", {}, Merger("A")),
    ("MERGER", {"acquirer": "B", "ratio": "1.5"}, Merger("A", "B", D("1.5"))),
    ("DELISTING", {"atZero": True}, Delisting("A", at_zero=True)),
    (
        "REPLACEMENT",
        {"removed": ["B"], "added": [{"symbol": "N", "shares": 300, "floatFactor": "0.6"}]},
        Replacement(("A", "B"), (Holding(symbol="N", shares=D(300), float_factor=D("0.6")),)),
    ),
]


@pytest.mark.parametrize(("kind", "terms", "expected"), CASES)
def test_an_action_is_read(kind: str, terms: dict[str, Any], expected: Action) -> None:
    assert parse_action(kind, "A", terms) == expected


def test_every_type_is_tried() -> None:
    assert {kind for kind, _, _ in CASES} == set(ACTION_TYPES)


def test_a_replacement_may_only_add() -> None:
    assert parse_action("REPLACEMENT", "", {"added": [{"symbol": "N"}]}) == Replacement((), (Holding(symbol="N"),))


@pytest.mark.parametrize(
    ("kind", "symbol", "terms", "field"),
    [
        ("SPLITS", "A", {}, "type"),
        ("SPLIT", "", {"ratio": "2"}, "symbol"),
        ("SPLIT", "A", {}, "terms.ratio"),
        ("SPLIT", "A", {"ratio": 2.0}, "terms.ratio"),
        ("SPLIT", "A", {"ratio": True}, "terms.ratio"),
        ("SPLIT", "A", {"ratio": "-2"}, "terms.ratio"),
        ("SPLIT", "A", {"ratio": "two"}, "terms.ratio"),
        ("SPLIT", "A", {"ratio": "NaN"}, "terms.ratio"),
        ("SPLIT", "A", {"ratio": "1." + "1" * 34}, "terms.ratio"),
        ("SPLIT", "A", {"ratio": "2", "colour": "red"}, "terms.colour"),
        ("SPLIT", "A", ["ratio"], "terms"),
        ("SPIN_OFF", "A", {"ratio": "1"}, "terms.child"),
        ("MERGER", "A", {"acquirer": 7}, "terms.acquirer"),
        ("DELISTING", "A", {"atZero": "yes"}, "terms.atZero"),
        ("REPLACEMENT", "A", {"removed": "B"}, "terms.removed"),
        ("REPLACEMENT", "A", {"removed": [7]}, "terms.removed"),
        ("REPLACEMENT", "A", {"added": [{}]}, "terms.added[0].symbol"),
        ("REPLACEMENT", "A", {"added": [{"symbol": "N", "colour": 1}]}, "terms.added[0].colour"),
        ("REPLACEMENT", "A", {"added": ["N"]}, "terms.added[0]"),
    ],
)
def test_what_cannot_be_read_is_named(kind: str, symbol: str, terms: Any, field: str) -> None:
    with pytest.raises(TermsError) as caught:
        parse_action(kind, symbol, terms)
    assert caught.value.field == field
