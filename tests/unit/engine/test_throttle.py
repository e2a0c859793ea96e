"""Messages wait for their turn under a rate, in order, and no more of them than may."""

import pytest

from pyfixmsg_plus.engine.throttle import Throttle
from pyfixmsg_plus.errors import QueueFull

SECOND = 1_000_000_000


def test_a_second_s_worth_passes_at_once_and_the_rest_waits() -> None:
    throttle = Throttle[int](2)
    assert [throttle.passes(0) for _ in range(3)] == [True, True, False]


def test_messages_leave_in_order_as_the_rate_allows() -> None:
    throttle = Throttle[int](2)
    while throttle.passes(0):
        pass
    for number in range(3):
        throttle.put(number)
    assert throttle.due(0) == []
    assert throttle.wait_ns(0) == SECOND // 2
    assert throttle.due(SECOND // 2) == [0]
    assert throttle.due(2 * SECOND) == [1, 2]
    assert throttle.wait_ns(2 * SECOND) is None


def test_nothing_passes_those_that_wait() -> None:
    throttle = Throttle[int](1)
    assert throttle.passes(0)
    throttle.put(1)
    assert not throttle.passes(10 * SECOND)


def test_more_than_may_wait_are_refused() -> None:
    throttle = Throttle[int](1, limit=1)
    throttle.put(1)
    with pytest.raises(QueueFull, match="1 messages wait") as caught:
        throttle.put(2)
    assert caught.value.limit == 1


def test_all_that_wait_can_be_taken() -> None:
    throttle = Throttle[int](1)
    throttle.put(1)
    throttle.put(2)
    assert len(throttle) == 2
    assert throttle.drain() == [1, 2]
    assert len(throttle) == 0
