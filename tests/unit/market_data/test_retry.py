from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.market_data import (
    BreakerOpen,
    BudgetSpent,
    SourceError,
    SourceGarbled,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
    UnknownSymbol,
)
from pyfixmsg_plus.market_data.retry import Retry

MS = 1_000_000
T0 = Now(0, 0)


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (SourceUnavailable("x"), True),
        (SourceTimeout("x"), True),
        (SourceUnavailable("x", retryable=False), False),
        (UnknownSymbol("x"), False),
        (SourceRejected("x"), False),
        (SourceGarbled("x"), False),
        (BudgetSpent("x"), False),
        (BreakerOpen("x"), False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(error: SourceError, again: bool) -> None:
    assert (Retry().pause_ns(1, error, 5000 * MS, T0, Random(1)) is not None) is again


def test_there_are_three_attempts_in_all() -> None:
    pauses = [Retry().pause_ns(attempt, SourceTimeout("x"), 5000 * MS, T0, Random(1)) for attempt in (1, 2, 3)]
    assert [pause is not None for pause in pauses] == [True, True, False]


@given(seed=st.integers(0, 1000), attempt=st.integers(1, 2))
def test_a_pause_is_drawn_from_nothing_to_twice_as_long_each_time(seed: int, attempt: int) -> None:
    pause = Retry().pause_ns(attempt, SourceTimeout("x"), 5000 * MS, T0, Random(seed))
    assert pause is not None
    assert 0 <= pause <= 200 * MS * 2 ** (attempt - 1)


def test_what_the_source_asks_to_wait_is_not_cut_short() -> None:
    error = SourceUnavailable("busy", retry_after_s=1.5)
    assert Retry().pause_ns(1, error, 5000 * MS, T0, Random(1)) == 1500 * MS


def test_nothing_is_tried_beyond_the_deadline() -> None:
    error = SourceUnavailable("busy", retry_after_s=5)
    assert Retry().pause_ns(1, error, 5000 * MS, T0, Random(1)) is None
