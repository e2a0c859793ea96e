import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.market_data.single_flight import SingleFlight
from tests.virtual_time import on_virtual_time


class Slow:
    def __init__(self, error: Exception | None = None) -> None:
        self.calls = 0
        self.ended = 0
        self.error = error

    async def __call__(self) -> int:
        self.calls += 1
        try:
            await asyncio.sleep(1)
        finally:
            self.ended += 1
        if self.error is not None:
            raise self.error
        return self.calls


@on_virtual_time
async def test_a_hundred_callers_share_one_call(clock: ManualClock) -> None:
    flight: SingleFlight[str, int] = SingleFlight()
    call = Slow()
    assert await asyncio.gather(*(flight.do("A", call) for _ in range(100))) == [1] * 100
    assert (call.calls, len(flight)) == (1, 0)


@on_virtual_time
async def test_different_keys_do_not_share(clock: ManualClock) -> None:
    flight: SingleFlight[str, int] = SingleFlight()
    call = Slow()
    await asyncio.gather(flight.do("A", call), flight.do("B", call))
    assert call.calls == 2


@on_virtual_time
async def test_an_error_is_shared_and_not_kept(clock: ManualClock) -> None:
    flight: SingleFlight[str, int] = SingleFlight()
    call = Slow(ValueError("no"))
    ends = await asyncio.gather(*(flight.do("A", call) for _ in range(3)), return_exceptions=True)
    assert [str(end) for end in ends] == ["no"] * 3
    with pytest.raises(ValueError, match="no"):
        await flight.do("A", call)
    assert call.calls == 2


@on_virtual_time
async def test_a_leader_that_gives_up_does_not_end_the_call_for_the_others(clock: ManualClock) -> None:
    flight: SingleFlight[str, int] = SingleFlight()
    call = Slow()
    leader = asyncio.ensure_future(flight.do("A", call))
    await asyncio.sleep(0)
    follower = asyncio.ensure_future(flight.do("A", call))
    await asyncio.sleep(0.5)
    leader.cancel()
    assert await follower == 1
    assert leader.cancelled()


@on_virtual_time
async def test_when_the_last_caller_gives_up_the_call_ends_and_the_next_begins_another(clock: ManualClock) -> None:
    flight: SingleFlight[str, int] = SingleFlight()
    call = Slow()
    callers = [asyncio.ensure_future(flight.do("A", call)) for _ in range(2)]
    await asyncio.sleep(0.5)
    for caller in callers:
        caller.cancel()
    await asyncio.sleep(0)
    assert await flight.do("A", call) == 2
    assert call.ended == 2


@on_virtual_time
async def test_a_call_that_fails_as_its_last_caller_gives_up_leaves_no_error_unseen(clock: ManualClock) -> None:
    flight: SingleFlight[str, int] = SingleFlight()
    caller: asyncio.Task[int] | None = None

    async def fail() -> int:
        await asyncio.sleep(1)
        assert caller is not None
        caller.cancel()
        raise ValueError("no")

    caller = asyncio.ensure_future(flight.do("A", fail))
    with pytest.raises(asyncio.CancelledError):
        await caller


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 40)), max_size=30), st.integers(1, 10))
def test_no_two_calls_for_one_key_are_ever_under_way_and_every_caller_is_answered(
    arrivals: list[tuple[str, int]], lasts: int
) -> None:
    @on_virtual_time
    async def run(clock: ManualClock) -> None:
        flight: SingleFlight[str, str] = SingleFlight()
        under_way: list[str] = []
        calls = 0

        async def call(key: str) -> str:
            nonlocal calls
            calls += 1
            assert key not in under_way
            under_way.append(key)
            await asyncio.sleep(lasts)
            under_way.remove(key)
            return key

        async def caller(key: str, after: int) -> bool:
            # Between two whole seconds, so that nobody comes in the moment in which a call ends.
            await asyncio.sleep(after + 0.5 * (after % 2))
            return await flight.do(key, lambda: call(key)) == key

        assert all(await asyncio.gather(*(caller(key, after) for key, after in arrivals)))
        assert calls <= len(arrivals)
        assert len(flight) == 0

    run()
