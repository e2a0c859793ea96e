import pytest

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.market_data.quality import Gate, Rule, report, usual_limits
from tests.unit.market_data.sources import price
from tests.virtual_time import NOON


def test_a_report_counts_what_may_be_priced_and_what_is_wrong() -> None:
    gate = Gate()
    for known in (
        price("A"), price("B", bid="1", ask="9", volume=-1), price("C", None, volume=-1),
        price("D", quality=DataQuality.LOW),
    ):  # fmt: skip
        gate.judge(known, Now(NOON, 0))
    found = report(gate)
    assert (found.names, found.quarantined) == (4, 1)
    assert found.mean_score == pytest.approx((100 + 80 + 100) / 3)
    assert found.worth == pytest.approx((1 + 0.7 + 0.3) / 3)
    assert found.by_quality == {DataQuality.HIGH: 1, DataQuality.MEDIUM: 1, DataQuality.LOW: 1}
    assert found.by_rule == {Rule.SPREAD_TOO_WIDE: 1, Rule.INVALID_VOLUME: 2, Rule.MISSING_LAST_PRICE: 1}


def test_of_no_prices_nothing_is_said() -> None:
    found = report([])
    assert (found.names, found.mean_score, found.worth) == (0, None, None)


@pytest.mark.parametrize(("symbol", "required"), [("AAPL", True), ("EURUSD", False), ("JPY=", False), ("SYMBOL", True)])
def test_a_pair_of_currencies_has_limits_of_its_own(symbol: str, required: bool) -> None:
    assert usual_limits(symbol).last_required is required
