from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.market_data.quality.scores import IntervalCounts, QualityScore, ScoreKeeper, interval_score

MINUTE = 60 * 1_000_000_000
SECOND = 1_000_000_000
WHOLE: dict[str, Any] = {
    "interval_ns": 1000, "expected": 100, "timely_ns": 1000, "total": 50, "compared": 10,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "total", "quality"),
    [
        ({}, 100, DataQuality.HIGH),
        ({"missing": 25}, 90, DataQuality.HIGH),
        ({"timely_ns": 500}, 87.5, DataQuality.MEDIUM),
        ({"flagged": 50}, 80, DataQuality.MEDIUM),
        ({"discrepant": 10}, 85, DataQuality.MEDIUM),
        ({"missing": 100, "timely_ns": 0}, 35, DataQuality.LOW),
        ({"expected": None, "covered_ns": 500}, 80, DataQuality.MEDIUM),
        ({"compared": 0}, 100, DataQuality.HIGH),
        ({"compared": 0, "missing": 100}, 100 * 45 / 85, DataQuality.LOW),
        ({"open_gap": True}, 40, DataQuality.LOW),
        ({"suspect": True}, 50, DataQuality.LOW),
        ({"stale": True, "suspect": True, "open_gap": True}, 20, DataQuality.LOW),
        ({"interval_ns": 0}, 75, DataQuality.MEDIUM),
    ],
)
def test_a_score_is_the_sum_of_its_parts_under_its_bound(
    change: dict[str, Any], total: float, quality: DataQuality
) -> None:
    found = interval_score(IntervalCounts(**{**WHOLE, **change}))
    assert found.total == pytest.approx(total)
    assert found.quality is quality


def test_the_parts_are_told_with_the_sum() -> None:
    found = interval_score(IntervalCounts(**{**WHOLE, "missing": 50, "discrepant": 5, "open_gap": True}))
    assert found == QualityScore(40, 20.0, 25.0, 20.0, 7.5, 40)


COUNTS = st.integers(0, 1000)


@given(
    st.builds(
        IntervalCounts, interval_ns=COUNTS, expected=st.none() | COUNTS, missing=COUNTS, covered_ns=COUNTS,
        timely_ns=COUNTS, total=COUNTS, flagged=COUNTS, compared=COUNTS, discrepant=COUNTS, open_gap=st.booleans(),
        stale=st.booleans(), suspect=st.booleans(),
    )
)  # fmt: skip
def test_any_counts_give_a_score_from_none_to_a_hundred(counts: IntervalCounts) -> None:
    found = interval_score(counts)
    assert -1e-9 <= found.total <= min(found.cap, 100) + 1e-9


def test_time_within_the_age_limit_is_timely() -> None:
    keeper = ScoreKeeper(0)
    for at in (0, 10, 40):
        keeper.tick(at * SECOND)
    found = keeper.close(MINUTE)
    # From 0 to 25 and from 40 to 55 of 60 seconds; nothing since.
    assert found.timeliness == pytest.approx(25 * 100 / 85 * 40 / 60)
    assert (found.cap, found.total) == (20, 20)


def test_a_sign_of_life_keeps_a_quiet_price_timely() -> None:
    keeper = ScoreKeeper(0)
    keeper.confirm(0)
    keeper.tick(0)
    for at in range(0, 61, 10):
        keeper.confirm(at * SECOND)
    assert keeper.close(MINUTE).total == pytest.approx(100)


def test_without_a_price_no_sign_of_life_makes_one_timely() -> None:
    keeper = ScoreKeeper(0)
    keeper.confirm(0)
    assert keeper.close(10 * SECOND).timeliness == 0


def test_an_interval_begins_where_the_one_before_ended() -> None:
    keeper = ScoreKeeper(0)
    keeper.tick(50 * SECOND, flagged=True)
    first = keeper.close(MINUTE)
    keeper.tick(70 * SECOND)
    second = keeper.close(80 * SECOND)
    assert (first.validity, round(first.timeliness, 6)) == (0, round(25 * 100 / 85 / 6, 6))
    assert second.validity == pytest.approx(20 * 100 / 85)
    assert second.timeliness == pytest.approx(25 * 100 / 85 * 15 / 20)


def test_an_open_gap_counts_in_every_interval_until_it_is_closed() -> None:
    keeper = ScoreKeeper(0, age_ns=MINUTE)
    keeper.tick(0)
    keeper.gap(30 * SECOND, is_open=True)
    keeper.gap(35 * SECOND, is_open=True)
    keeper.tick(59 * SECOND)
    assert keeper.close(MINUTE).completeness == pytest.approx(40 * 100 / 85 / 2)
    keeper.gap(75 * SECOND, is_open=False)
    keeper.gap(76 * SECOND, is_open=False)
    second = keeper.close(90 * SECOND)
    assert second.completeness == pytest.approx(40 * 100 / 85 / 2)
    assert second.cap == 100


def test_numbers_and_comparisons_are_counted() -> None:
    keeper = ScoreKeeper(0)
    keeper.tick(0)
    keeper.number(8)
    keeper.number(2, missing=5)
    keeper.compare(discrepant=True)
    keeper.compare(discrepant=False)
    found = keeper.close(10 * SECOND, suspect=True)
    assert (found.completeness, found.agreement, found.cap) == (20, 7.5, 50)


def test_hours_without_trading_are_left_out() -> None:
    keeper = ScoreKeeper(0)
    assert keeper.close(MINUTE, untraded_ns=MINUTE).cap == 100
