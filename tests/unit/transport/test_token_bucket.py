"""A rate with a burst: what it lets through, and that nothing gets past it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.transport import TokenBucket

SECOND = 1_000_000_000


def test_a_burst_is_taken_at_once_and_then_one_by_one() -> None:
    bucket = TokenBucket(2.0, burst=3)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert bucket.wait_ns(0) == SECOND // 2
    assert bucket.take(SECOND // 2)
    assert not bucket.take(SECOND // 2)


def test_a_pause_fills_the_bucket_to_the_burst_and_no_further() -> None:
    bucket = TokenBucket(10.0, burst=2)
    bucket.take(0, 2)
    assert [bucket.take(3600 * SECOND) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(("rate", "burst"), [(50.0, 50), (1.5, 1), (0.1, 1)])
def test_the_burst_is_a_seconds_worth_when_it_is_not_given(rate: float, burst: int) -> None:
    bucket = TokenBucket(rate)
    assert [bucket.take(0) for _ in range(burst + 1)] == [True] * burst + [False]


def test_what_is_not_there_is_not_taken_in_part() -> None:
    bucket = TokenBucket(1.0, burst=3)
    bucket.take(0)
    assert not bucket.take(0, 3)
    assert bucket.take(0, 2)


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_rate_that_lets_nothing_through_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        TokenBucket(rate)


def test_a_burst_that_lets_nothing_through_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        TokenBucket(1.0, burst=0)


@pytest.mark.parametrize("count", [0, 4])
def test_more_than_will_ever_be_there_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="cannot be taken"):
        TokenBucket(1.0, burst=3).take(0, count)


@given(
    rate=st.integers(1, 1000),
    burst=st.integers(1, 20),
    steps=st.lists(st.tuples(st.integers(0, SECOND), st.integers(1, 20)), max_size=60),
)
def test_no_stretch_of_time_gets_more_than_its_share_and_the_burst(
    rate: int, burst: int, steps: list[tuple[int, int]]
) -> None:
    bucket = TokenBucket(rate, burst)
    now, taken = 0, [(0, 0)]
    for pause, count in steps:
        now += pause
        count = min(count, burst)
        wait = bucket.wait_ns(now, count)
        assert bucket.take(now, count) == (wait == 0)
        if wait:
            assert not bucket.take(now + wait - 1, count)
        else:
            taken.append((now, count))
    interval = max(1, round(SECOND / rate))
    for start in range(len(taken)):
        for end in range(start, len(taken)):
            seen = sum(count for _, count in taken[start : end + 1])
            assert (seen - burst) * interval <= taken[end][0] - taken[start][0]
