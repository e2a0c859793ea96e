import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.clock import ManualClock, Now
from pyfixmsg_plus.market_data import BudgetSpent
from pyfixmsg_plus.market_data.budget import CallQueue, LocalBudget, Priority, RollingBudget, shares
from tests.unit.market_data.sources import SECOND
from tests.virtual_time import on_virtual_time

PUBLISHING, INTERACTIVE, HISTORY = Priority
HOUR = 3600 * SECOND


def taken(budget: RollingBudget, priority: Priority, calls: int, at: int = 0) -> int:
    return sum(budget.take(priority, at) == 0 for _ in range(calls))


@pytest.mark.parametrize(("priority", "most"), [(PUBLISHING, 1000), (INTERACTIVE, 800), (HISTORY, 200)])
def test_each_priority_has_its_share_of_an_hour(priority: Priority, most: int) -> None:
    assert taken(RollingBudget(), priority, 1500) == most


def test_the_lower_priorities_together_leave_a_fifth_to_publishing() -> None:
    budget = RollingBudget()
    assert [taken(budget, HISTORY, 500), taken(budget, INTERACTIVE, 900), taken(budget, PUBLISHING, 500)] == [
        200, 600, 200,
    ]  # fmt: skip
    assert budget.remaining(0) == 0


def test_a_call_is_free_again_an_hour_after_one_was_made() -> None:
    budget = RollingBudget(calls=2)
    assert [budget.take(PUBLISHING, at) for at in (0, 10, 15)] == [0, 0, HOUR - 15]
    assert budget.take(PUBLISHING, HOUR - 1) == 1
    assert budget.take(PUBLISHING, HOUR) == 0
    assert budget.remaining(HOUR) == 0
    assert budget.remaining(HOUR + 10) == 1


def test_one_waits_for_the_calls_that_count_against_it() -> None:
    budget = RollingBudget(calls=10)
    assert taken(budget, PUBLISHING, 1, at=0) == 1
    assert taken(budget, INTERACTIVE, 9, at=5) == 8
    assert budget.take(INTERACTIVE, 6) == HOUR + 5 - 6
    assert budget.take(HISTORY, 6) == HOUR + 5 - 6


def test_a_share_of_nothing_never_comes_free() -> None:
    assert RollingBudget(calls=1).take(HISTORY, 0) > HOUR


@given(
    st.integers(1, 30),
    st.lists(st.tuples(st.sampled_from(Priority), st.integers(0, 40)), max_size=200),
)
def test_no_hour_has_more_calls_than_the_budget_and_no_priority_more_than_its_share(
    calls: int, steps: list[tuple[Priority, int]]
) -> None:
    budget, now, made = RollingBudget(calls, window_ns=100), 0, list[tuple[int, Priority]]()
    for priority, pause in steps:
        now += pause
        wait = budget.take(priority, now)
        if wait == 0:
            made.append((now, priority))
        window = [other for at, other in made if at > now - 100]
        assert len(window) <= calls
        for level, share in shares(calls).items():
            assert sum(other >= level for other in window) <= share
        assert budget.remaining(now) == calls - len(window)


@given(st.lists(st.tuples(st.sampled_from(Priority), st.integers(0, 40)), max_size=100))
def test_what_was_told_to_wait_is_not_told_to_wait_longer_than_needed(steps: list[tuple[Priority, int]]) -> None:
    now = 0
    budget = RollingBudget(10, window_ns=100)
    for priority, pause in steps:
        now += pause
        wait = budget.take(priority, now)
        if wait:
            assert budget.take(priority, now + wait - 1) > 0
            now += wait
            assert budget.take(priority, now) == 0


class Queue:
    """A queue on a budget of so many calls in a window of one second, and the order in which calls were had."""

    def __init__(self, clock: ManualClock, calls: int, window_s: float = 1, limit: int = 1000) -> None:
        self.queue = CallQueue(LocalBudget(calls, round(window_s * SECOND)), clock, limit=limit)
        self.clock = clock
        self.had: list[str] = []
        self.began = clock.now().mono_ns

    async def want(self, name: str, priority: Priority = PUBLISHING) -> float:
        await self.queue.acquire(priority)
        self.had.append(name)
        return (self.clock.now().mono_ns - self.began) / SECOND


@on_virtual_time
async def test_what_is_free_is_had_at_once(clock: ManualClock) -> None:
    waiting = Queue(clock, 3)
    assert await asyncio.gather(*(waiting.want(name) for name in "abc")) == [0, 0, 0]


@on_virtual_time
async def test_over_the_budget_one_waits_until_a_call_is_free(clock: ManualClock) -> None:
    waiting = Queue(clock, 2)
    assert await asyncio.gather(*(waiting.want(name) for name in "abcd")) == [0, 0, 1, 1]
    assert len(waiting.queue) == 0


@on_virtual_time
async def test_the_higher_priority_goes_first_and_then_who_came_first(clock: ManualClock) -> None:
    waiting = Queue(clock, 5)
    await asyncio.gather(*(waiting.want("x") for _ in range(5)))
    order = [("h", HISTORY), ("i", INTERACTIVE), ("j", INTERACTIVE), ("p", PUBLISHING)]
    await asyncio.gather(*(waiting.want(name, priority) for name, priority in order))
    assert waiting.had[5:] == ["p", "i", "j", "h"]


@on_virtual_time
async def test_one_of_higher_priority_that_comes_later_overtakes_those_who_wait(clock: ManualClock) -> None:
    waiting = Queue(clock, 5)
    await asyncio.gather(*(waiting.want("x", INTERACTIVE) for _ in range(4)))
    late = asyncio.ensure_future(waiting.want("late", INTERACTIVE))
    await asyncio.sleep(0.5)
    assert await waiting.want("publishing") == 0.5
    assert await late == 1


@on_virtual_time
async def test_a_call_that_cannot_be_had_in_two_seconds_is_refused_and_told_when(clock: ManualClock) -> None:
    waiting = Queue(clock, 1, window_s=2.5)
    await waiting.want("a")
    with pytest.raises(BudgetSpent) as caught:
        await waiting.want("b")
    assert caught.value.retry_after_s == 2.5
    await asyncio.sleep(0.5)
    assert await waiting.want("c") == 2.5


@on_virtual_time
async def test_no_more_than_the_limit_wait(clock: ManualClock) -> None:
    waiting = Queue(clock, 1, limit=2)
    await waiting.want("a")
    others = [asyncio.ensure_future(waiting.want(name)) for name in "bcd"]
    ends = await asyncio.gather(*others, return_exceptions=True)
    assert [type(end) for end in ends] == [float, float, BudgetSpent]


@on_virtual_time
async def test_who_gives_up_takes_no_call(clock: ManualClock) -> None:
    waiting = Queue(clock, 1)
    await waiting.want("a")
    gone = asyncio.ensure_future(waiting.want("b"))
    after = asyncio.ensure_future(waiting.want("c"))
    await asyncio.sleep(0.5)
    gone.cancel()
    assert await after == 1


@on_virtual_time
async def test_closing_lets_nobody_wait(clock: ManualClock) -> None:
    waiting = Queue(clock, 1)
    await waiting.queue.close()
    await waiting.want("a")
    gone = asyncio.ensure_future(waiting.want("b"))
    await asyncio.sleep(0.5)
    await waiting.queue.close()
    with pytest.raises(asyncio.CancelledError):
        await gone


class Broken(LocalBudget):
    async def take(self, priority: Priority, now: Now) -> int:
        raise OSError("gone")


@on_virtual_time
async def test_a_budget_that_breaks_is_an_error_for_those_who_wait(clock: ManualClock) -> None:
    queue = CallQueue(Broken(), clock)
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            await queue.acquire(PUBLISHING)
    assert len(queue) == 0


@on_virtual_time
async def test_the_local_budget_says_what_is_left(clock: ManualClock) -> None:
    budget = LocalBudget(3)
    await budget.take(PUBLISHING, clock.now())
    assert await budget.remaining(clock.now()) == 2


@on_virtual_time
async def test_who_gives_up_while_a_shared_budget_is_asked_leaves_the_others_their_turn(clock: ManualClock) -> None:
    class Slow(LocalBudget):
        async def take(self, priority: Priority, now: Now) -> int:
            await asyncio.sleep(0.1)
            return await super().take(priority, now)

    queue = CallQueue(Slow(5), clock)
    gone = asyncio.ensure_future(queue.acquire(PUBLISHING))
    after = asyncio.ensure_future(queue.acquire(PUBLISHING))
    await asyncio.sleep(0.05)
    gone.cancel()
    await after
    assert (gone.cancelled(), len(queue)) == (True, 0)
