import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.market_data.quality.anomalies import JumpDetector, RobustWindow, robust_z


@pytest.mark.parametrize(
    ("value", "past", "z"),
    [
        (3.0, [1, 2, 3, 4, 5], 0.0),
        (3 + 1.4826, [1, 2, 3, 4, 5], 1.0),
        (3 - 2 * 1.4826, [1, 2, 3, 4, 1000], -2.0),
        (9.0, [], None),
        (9.0, [5, 5, 5, 1], None),
    ],
)
def test_a_robust_deviation_is_not_moved_by_a_few_values_far_off(
    value: float, past: list[float], z: float | None
) -> None:
    assert robust_z(value, past) == (None if z is None else pytest.approx(z))


def test_a_window_says_nothing_before_it_has_seen_enough_and_forgets_what_is_old() -> None:
    window = RobustWindow(size=5, minimum=3)
    assert [window.add(value) is None for value in (1.0, 2.0, 3.0, 2.0)] == [True, True, True, False]
    for value in (10.0, 11.0, 12.0, 11.0, 10.0):
        window.add(value)
    found = window.add(11.0)
    assert found == pytest.approx(0.0)


def test_a_jump_stands_out_against_the_volatility_before_it() -> None:
    detector = JumpDetector(minimum=10)
    prices = [100 * math.exp(0.001 * (-1) ** turn) for turn in range(40)]
    assert all(found is None for found in map(detector.add, prices[:10]))
    usual = [detector.add(price) for price in prices[10:]]
    assert all(found is None or abs(found) < 1.5 for found in usual)
    jump = detector.add(110)
    assert jump is not None
    assert jump > 20


def test_a_price_that_never_moves_has_no_volatility_to_compare_with() -> None:
    detector = JumpDetector(minimum=2)
    assert [detector.add(5) for _ in range(5)] == [None] * 5


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan])
def test_there_is_no_return_to_a_price_of_nothing(price: float) -> None:
    with pytest.raises(ValueError, match="no return"):
        JumpDetector().add(price)


@given(st.lists(st.floats(0.01, 1e6), max_size=50))
def test_any_prices_give_finite_figures(prices: list[float]) -> None:
    detector = JumpDetector(minimum=2)
    assert all(found is None or math.isfinite(found) for found in map(detector.add, prices))
