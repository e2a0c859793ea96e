import json
from dataclasses import replace
from decimal import Context, Decimal

import pytest

from pyfixmsg_plus.basket import (
    CashDividend,
    Holding,
    Method,
    Pricing,
    ReturnType,
    adjust,
    close_day,
    composition_from,
    composition_record,
    fx_set,
    replay,
    valuation_from,
    valuation_record,
)
from tests.unit.basket.levels import FOUR, NOON, composed, in_dollars, market, quoted, valued

AWKWARD = {"AAPL": "151.0007", "MSFT": "299.9", "GOOGL": "121.13", "AMZN": "139.999999"}


@pytest.mark.parametrize("kind", ReturnType)
def test_a_kept_valuation_gives_the_same_digits(kind: ReturnType) -> None:
    pricing, composition = in_dollars(return_type=kind)
    composition = close_day(composition, quoted(FOUR))
    composition = adjust(composition, CashDividend("AAPL", Decimal("0.24"), Decimal("0.15")), quoted(FOUR)).composition
    valuation = valued(composition, pricing, market(AWKWARD))
    kept = json.loads(json.dumps([valuation_record(valuation), composition_record(composition)]))
    again = replay(valuation_from(kept[0]), composition_from(kept[1]), Pricing.parse(pricing.to_dict()))
    assert (again.equal, again.differences, again.engine_version) == (True, (), "1")
    assert again.stored == again.recomputed == valuation.raw_level


def test_what_is_kept_comes_back_whole() -> None:
    pricing = Pricing(method=Method.FLOAT_CAP)
    holdings = (Holding(symbol="A", shares=Decimal(7), currency="GBp", until_traded=Decimal(0)),)
    composition = composed(pricing, holdings, quoted({"A": "3"}))
    valuation = valued(
        composition, pricing, market({"A": "311"}, currency="GBp"), fx=fx_set({"GBPUSD": Decimal("1.25")}, NOON)
    )
    assert composition_from(composition_record(composition)) == composition
    assert valuation_from(valuation_record(valuation)) == valuation


def test_a_digit_that_was_changed_is_found() -> None:
    pricing, composition = in_dollars()
    valuation = valued(composition, pricing, market(AWKWARD))
    forged = replace(valuation, raw_level=Context(prec=34).next_plus(valuation.raw_level))
    again = replay(forged, composition, pricing)
    assert not again.equal
    assert [difference.name for difference in again.differences] == ["rawLevel"]
    dearer = replace(valuation.parts[0], price=Decimal(1000))
    again = replay(replace(valuation, parts=(dearer, *valuation.parts[1:])), composition, pricing)
    assert [difference.name for difference in again.differences] == [
        "level", "rawLevel", "priceLevel", "constituents.AAPL.value",
    ]  # fmt: skip


def test_a_valuation_is_replayed_with_its_own_composition() -> None:
    pricing, composition = in_dollars()
    valuation = valued(composition, pricing, market(AWKWARD))
    with pytest.raises(ValueError, match=r"TECH was valued with composition v1\.0"):
        replay(valuation, replace(composition, version="v1.1"), pricing)
