"""When and where to connect again."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.feeds.refinitiv.reconnect import ReconnectPlan
from tests.unit.feeds.refinitiv.talk import SECOND


def test_places_are_tried_one_after_another_and_round_again() -> None:
    plan, clock = ReconnectPlan(3, Random(1)), ManualClock()
    assert [plan.next(clock.now()).place for _ in range(5)] == [0, 1, 2, 0, 1]


def test_the_first_attempt_is_at_once() -> None:
    clock = ManualClock(0, 77)
    assert ReconnectPlan(1, Random(1)).next(clock.now()).not_before_ns == 77


@given(st.integers(), st.integers(1, 4), st.integers(1, 40))
def test_delays_are_bounded_and_the_same_place_rests_for_three_seconds(seed: int, places: int, attempts: int) -> None:
    plan, clock = ReconnectPlan(places, Random(seed)), ManualClock()
    left: dict[int, int] = {}
    plan.next(clock.now())
    for number in range(attempts):
        before = plan._place
        left[before] = clock.now().mono_ns
        attempt = plan.next(clock.now())
        longest = max(min(60, 2**number), 3)
        assert 0 <= attempt.not_before_ns - clock.now().mono_ns <= longest * SECOND
        if attempt.place in left:
            assert attempt.not_before_ns >= left[attempt.place] + 3 * SECOND
        clock.advance(attempt.not_before_ns - clock.now().mono_ns)


def test_a_minute_of_health_starts_the_delays_anew() -> None:
    for seconds, most in ((60, 3), (59, 60)):
        longest = 0
        for seed in range(50):
            plan, clock = ReconnectPlan(1, Random(seed)), ManualClock()
            for _ in range(10):
                plan.next(clock.now())
            plan.connected(clock.now())
            clock.advance(seconds * SECOND)
            longest = max(longest, plan.next(clock.now()).not_before_ns - clock.now().mono_ns)
        assert (longest <= 3 * SECOND) is (most == 3)


def test_a_refusal_of_the_permission_system_rests_for_a_minute_once() -> None:
    plan, clock = ReconnectPlan(2, Random(1)), ManualClock()
    plan.next(clock.now())
    plan.refused()
    assert plan.next(clock.now()).not_before_ns >= 60 * SECOND
    assert plan.next(clock.now()).not_before_ns < 60 * SECOND


def test_a_list_that_shrinks_forgets_places() -> None:
    plan, clock = ReconnectPlan(3, Random(1)), ManualClock()
    for _ in range(3):
        plan.next(clock.now())
    plan.places(1)
    assert plan.next(clock.now()).place == 0
