from decimal import Decimal

import pytest

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.market_data.quality import Gate, Limits, Rule
from tests.unit.market_data.sources import price
from tests.virtual_time import NOON

T0 = Now(NOON, 0)


def gate_at(last: str = "100") -> Gate:
    gate = Gate()
    assert not gate.judge(price(last=last), T0).quarantined
    return gate


@pytest.mark.parametrize(("last", "kept_back"), [("150", False), ("150.01", True), ("50", False), ("49.99", True)])
def test_a_price_that_jumps_by_more_than_half_is_kept_back(last: str, kept_back: bool) -> None:
    verdict = gate_at().judge(price(last=last, at=1), T0)
    assert (verdict.quarantined, verdict.jumped) == (kept_back, kept_back)
    assert verdict.score == (85 if kept_back else 100)


def test_a_second_tick_that_says_the_same_lets_it_pass() -> None:
    gate = gate_at()
    assert gate.judge(price(last="200", at=1), T0).quarantined
    assert not gate.judge(price(last="205", at=2), T0).quarantined
    assert not gate.judge(price(last="220", at=3), T0).quarantined


def test_the_same_tick_read_again_is_no_second_one() -> None:
    gate = gate_at()
    assert [gate.judge(price(last="200", at=1, received=at), T0).quarantined for at in (1, 2, 3)] == [True] * 3


def test_a_second_tick_that_says_something_else_is_kept_back_too() -> None:
    gate = gate_at()
    assert gate.judge(price(last="200", at=1), T0).quarantined
    assert gate.judge(price(last="300", at=2), T0).quarantined
    assert not gate.judge(price(last="101", at=3), T0).quarantined


@pytest.mark.parametrize(("second", "kept_back"), [("182", False), ("100", True), (None, True)])
def test_a_second_source_that_says_the_same_lets_it_pass(second: str | None, kept_back: bool) -> None:
    other = price(last=second, source="OTHER")
    assert gate_at().judge(price(last="200", at=1), T0, other).quarantined is kept_back


def test_a_split_is_no_jump() -> None:
    gate = gate_at()
    gate.adjust("AAPL", Decimal("0.25"))
    gate.adjust("NONE", Decimal("0.25"))
    assert not gate.judge(price(last="25", at=1), T0).quarantined


@pytest.mark.parametrize(("close", "kept_back"), [("100", True), ("190", False), ("0", False)])
def test_the_first_price_is_compared_with_the_close_of_the_day_before(close: str, kept_back: bool) -> None:
    assert Gate().judge(price(last="200", previous_close=close), T0).quarantined is kept_back


def test_what_is_kept_back_for_another_reason_is_no_second_tick() -> None:
    gate = gate_at()
    verdict = gate.judge(price(last="200", at=1, bid="3", ask="2"), T0)
    assert (verdict.quarantined, verdict.jumped, verdict.score) == (True, False, 65)
    assert [issue.rule for issue in verdict.issues] == [Rule.INVALID_BID_ASK_SPREAD, Rule.PRICE_JUMP]
    assert gate.judge(price(last="200", at=2), T0).quarantined


def test_the_quality_is_the_lower_of_the_sources_and_that_of_the_score() -> None:
    gate = Gate()
    assert gate.judge(price(volume=-1), T0).price.quality is DataQuality.HIGH
    assert gate.judge(price(volume=-1, bid="1", ask="9"), T0).price.quality is DataQuality.MEDIUM
    assert gate.judge(price(quality=DataQuality.LOW), T0).price.quality is DataQuality.LOW


def test_what_was_said_last_of_each_instrument_can_be_shown() -> None:
    gate = Gate()
    gate.judge(price("A"), T0)
    kept = gate.judge(price("B", None), T0)
    assert gate.verdict("B") == kept
    assert [(verdict.price.symbol, verdict.quarantined) for verdict in gate] == [("A", False), ("B", True)]
    gate.forget("B")
    assert gate.verdict("B") is None


def test_limits_go_by_instrument() -> None:
    gate = Gate(lambda symbol: Limits(last_required=symbol != "EURUSD"))
    assert not gate.judge(price("EURUSD", None, bid="1.1", ask="1.2"), T0).quarantined
    assert gate.judge(price("AAPL", None), T0).quarantined


def test_a_price_without_a_last_one_that_passes_leaves_what_is_known_of_the_last_one() -> None:
    gate = Gate(lambda _: Limits(last_required=False))
    gate.judge(price(last="100"), T0)
    gate.judge(price(last=None, at=1), T0)
    assert gate.judge(price(last="200", at=2), T0).quarantined


def test_only_the_instruments_asked_about_last_are_remembered() -> None:
    gate = Gate(instruments=2)
    for symbol in ("A", "B", "A", "C"):
        gate.judge(price(symbol), T0)
    assert [verdict.price.symbol for verdict in gate] == ["A", "C"]
