from decimal import Decimal

import pytest

from pyfixmsg_plus.basket import AdjustmentRefused, CashDividend, Holding, Index, Method, ReturnType, Split
from tests.unit.basket.test_worked_levels import FLOAT, rounded

D = Decimal


def prices(**given: str) -> dict[str, Decimal]:
    return {symbol: D(price) for symbol, price in given.items()}


def begun() -> Index:
    return Index.start(FLOAT, prices(A="10", B="20", C="50"), base_level=D(1000))


def test_an_index_begins_at_its_base_level() -> None:
    index = begun()
    assert (index.divisor, index.symbols) == (D(23), ("A", "B", "C"))
    assert index.level(prices(A="10", B="20", C="50", X="7")) == 1000
    assert index.level(prices(A="11", B="19", C="52"), decimals=2) == D("1034.78")


def test_an_index_takes_actions_and_closes() -> None:
    base = prices(A="10", B="20", C="50")
    index, after = begun().closed(base).adjusted(CashDividend("A", D("0.50"), D("0.15")), base)
    index, after = index.adjusted(Split("B", D(2)), after)
    assert after == prices(A="10", B="10", C="50")
    close = prices(A="11", B="9.5", C="52")
    levels = [rounded(index.level(close, return_type=kind), "1e-10") for kind in ReturnType]
    assert levels == [D("1034.7826086957"), D("1056.5217391304"), D("1053.2608695652")]


def test_an_index_is_rebalanced_at_its_level() -> None:
    close = prices(A="11", B="19", C="52", N="40")
    entering = Holding(symbol="N", shares=D(300), float_factor=D("0.6"))
    index = begun().rebalanced((*FLOAT[:2], entering), close, version="v2.0", effective_from_ns=5)
    assert rounded(index.divisor, "1e-10") == D("24.9327731092")
    assert abs(index.level(close) - begun().level(close)) < D("1e-9")
    assert (index.composition.version, index.composition.effective_from_ns) == ("v2.0", 5)
    assert begun().rebalanced(FLOAT, close).composition.version == "v1.0"


def test_an_index_converts_by_rates() -> None:
    members = (Holding(symbol="A", weight=D(50)), Holding(symbol="B", weight=D(50)))
    rates = {"B": D("1.25")}
    index = Index.start(members, prices(A="10", B="8"), method=Method.FIXED_UNITS, rates=rates)
    assert index.level(prices(A="10", B="8"), rates={"B": D("1.5")}) == 110


def test_no_member_is_left_out() -> None:
    with pytest.raises(AdjustmentRefused, match="no price: B, C"):
        begun().level(prices(A="10"))


def test_a_fund_is_no_index() -> None:
    with pytest.raises(AdjustmentRefused, match="it is a basket, and no index"):
        Index.start(FLOAT, prices(A="10", B="20", C="50"), method=Method.INAV)
