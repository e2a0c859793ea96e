"""When and where to connect next."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.transport import Address, HostSelection, ReconnectOptions, ReconnectPlan

SECOND = 1_000_000_000
A, B, C = Address("a.test", 1), Address("b.test", 2), Address("c.test", 3)


def plan(
    *addresses: Address, selection: HostSelection = HostSelection.ROUNDROBIN, start_over_s: float = 120.0
) -> ReconnectPlan:
    options = ReconnectOptions(
        addresses, selection, start_over_s=start_over_s, interval_s=10.0, most_interval_s=60.0, jitter=0.0
    )
    return ReconnectPlan(options, Random(1))


def told(planned: ReconnectPlan, ends: int) -> list[tuple[str, int]]:
    """Where and after how many seconds each attempt is made, when every one fails at once."""
    attempt = planned.begin(0)
    attempts = [attempt]
    for _ in range(ends):
        attempt = planned.ended(attempt.at_ns)
        attempts.append(attempt)
    return [(attempt.address.host[0], attempt.at_ns // SECOND) for attempt in attempts]


def test_the_first_attempt_is_made_at_once_at_the_first_address() -> None:
    assert plan(A, B).begin(7) == (A, 7)


def test_the_pause_doubles_up_to_its_limit() -> None:
    assert told(plan(A), 6) == [("a", 0), ("a", 10), ("a", 30), ("a", 70), ("a", 130), ("a", 190), ("a", 250)]


def test_addresses_take_turns_and_the_pause_doubles_after_a_round() -> None:
    assert told(plan(A, B, C), 6) == [("a", 0), ("b", 10), ("c", 20), ("a", 30), ("b", 50), ("c", 70), ("a", 90)]


def test_what_worked_ends_the_back_off() -> None:
    planned = plan(A)
    planned.begin(0)
    for _ in range(5):
        planned.ended(0)
    assert planned.failures == 5
    planned.worked()
    assert planned.failures == 0
    assert planned.ended(100 * SECOND).at_ns == 110 * SECOND


def test_with_priority_the_first_is_tried_again_when_its_time_has_come() -> None:
    planned = plan(A, B, C, selection=HostSelection.PRIORITY, start_over_s=25.0)
    assert told(planned, 4) == [("a", 0), ("b", 10), ("c", 20), ("a", 30), ("b", 50)]


def test_with_priority_a_lower_address_that_worked_for_long_gives_way_to_the_first() -> None:
    planned = plan(A, B, selection=HostSelection.PRIORITY)
    planned.begin(0)
    assert planned.ended(0).address == B
    planned.worked()
    assert planned.ended(3600 * SECOND) == (A, 3610 * SECOND)


def test_with_priority_and_a_long_time_the_list_goes_round() -> None:
    planned = plan(A, B, selection=HostSelection.PRIORITY, start_over_s=10_000.0)
    assert [host for host, _ in told(planned, 3)] == ["a", "b", "a", "b"]


def test_the_limit_is_four_times_the_pause_when_it_is_not_given() -> None:
    planned = ReconnectPlan(ReconnectOptions((A,), interval_s=30.0, jitter=0.0), Random(1))
    planned.begin(0)
    assert [planned.ended(0).at_ns // SECOND for _ in range(5)] == [30, 60, 120, 120, 120]


def test_there_must_be_an_address() -> None:
    with pytest.raises(ValueError, match="address"):
        ReconnectOptions(())


@given(seed=st.integers(), ends=st.integers(1, 2000), interval_s=st.floats(0.0, 1e6), jitter=st.floats(0.0, 1.0))
def test_a_pause_is_never_shorter_than_asked_for_nor_longer_than_its_limit_and_chance(
    seed: int, ends: int, interval_s: float, jitter: float
) -> None:
    options = ReconnectOptions((A, B), interval_s=interval_s, jitter=jitter)
    planned, again = ReconnectPlan(options, Random(seed)), ReconnectPlan(options, Random(seed))
    for _ in range(ends):
        attempt = planned.ended(5)
        assert attempt == again.ended(5)
        pause_s = (attempt.at_ns - 5) / SECOND
        assert interval_s - 1e-6 <= pause_s <= 4 * interval_s * (1 + jitter) + 1e-6
