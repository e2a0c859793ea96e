import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.market_data.breaker import Breaker, BreakerSettings, BreakerState, Outcome

SECOND = 1_000_000_000
GOOD, BAD, NEITHER = Outcome.SUCCESS, Outcome.FAILURE, Outcome.IGNORED
CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


def called(breaker: Breaker, clock: ManualClock, *outcomes: Outcome, took_ns: int = 0) -> BreakerState:
    for outcome in outcomes:
        assert breaker.allow(clock.now())
        breaker.record(outcome, took_ns, clock.advance(took_ns))
    return breaker.state(clock.now())


def opened(clock: ManualClock) -> Breaker:
    breaker = Breaker()
    assert called(breaker, clock, *[BAD] * 5) is OPEN
    return breaker


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([BAD] * 4, CLOSED),
        ([BAD] * 5, OPEN),
        ([GOOD] * 3 + [BAD] * 2, CLOSED),
        ([GOOD] * 3 + [BAD] * 3, OPEN),
        ([GOOD] * 10 + [BAD] * 4, CLOSED),
        ([GOOD] * 10 + [BAD] * 5, OPEN),
        ([BAD] * 4 + [NEITHER] * 10, CLOSED),
        ([BAD] * 4 + [NEITHER] * 10 + [BAD], OPEN),
    ],
)
def test_it_opens_when_half_of_the_last_ten_calls_and_of_at_least_five_failed(
    outcomes: list[Outcome], state: BreakerState
) -> None:
    assert called(Breaker(), ManualClock(), *outcomes) is state


@pytest.mark.parametrize(("took_ns", "state"), [(2 * SECOND, CLOSED), (2 * SECOND + 1, OPEN)])
def test_a_slow_call_counts_as_a_failed_one(took_ns: int, state: BreakerState) -> None:
    assert called(Breaker(), ManualClock(), *[GOOD] * 5, took_ns=took_ns) is state


def test_an_open_one_lets_no_call_through_for_thirty_seconds() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    assert breaker.retry_after_ns(clock.now()) == 30 * SECOND
    assert not breaker.allow(clock.advance(30 * SECOND - 1))
    assert breaker.allow(clock.advance(1))
    assert breaker.retry_after_ns(clock.now()) == 0


def test_a_half_open_one_lets_five_probes_through() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    now = clock.advance(30 * SECOND)
    assert [breaker.allow(now) for _ in range(7)] == [True] * 5 + [False] * 2


def test_five_good_probes_close_it() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    clock.advance(30 * SECOND)
    assert called(breaker, clock, *[GOOD] * 4) is HALF_OPEN
    assert called(breaker, clock, GOOD) is CLOSED
    assert called(breaker, clock, *[BAD] * 4) is CLOSED


@pytest.mark.parametrize("took_ns", [0, 3 * SECOND])
def test_one_bad_or_slow_probe_opens_it_again(took_ns: int) -> None:
    clock = ManualClock()
    breaker = opened(clock)
    clock.advance(30 * SECOND)
    assert called(breaker, clock, GOOD, GOOD) is HALF_OPEN
    assert called(breaker, clock, GOOD if took_ns else BAD, took_ns=took_ns) is OPEN
    assert not breaker.allow(clock.advance(30 * SECOND - 1))


def test_a_probe_that_says_nothing_gives_its_permit_back() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    clock.advance(30 * SECOND)
    assert called(breaker, clock, *[NEITHER] * 20) is HALF_OPEN
    assert called(breaker, clock, *[GOOD] * 5) is CLOSED


def test_probes_whose_end_is_never_told_do_not_keep_it_half_open_for_ever() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    now = clock.advance(30 * SECOND)
    assert [breaker.allow(now) for _ in range(6)].count(True) == 5
    assert not breaker.allow(clock.advance(30 * SECOND - 1))
    assert breaker.allow(clock.advance(1))


def test_a_call_from_before_it_opened_decides_nothing_when_it_is_half_open() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    now = clock.advance(30 * SECOND)
    assert breaker.state(now) is HALF_OPEN
    breaker.record(BAD, 31 * SECOND, now)
    assert breaker.state(now) is HALF_OPEN


def test_a_logon_tries_an_open_one_at_once_and_leaves_a_closed_one_closed() -> None:
    clock = ManualClock()
    breaker = opened(clock)
    breaker.probe(clock.now())
    assert breaker.state(clock.now()) is HALF_OPEN
    fresh = Breaker()
    fresh.probe(clock.now())
    assert fresh.state(clock.now()) is CLOSED


@pytest.mark.parametrize("change", [{"minimum": 11}, {"minimum": 0}, {"failure_percent": 0}, {"probes": 0}])
def test_settings_that_make_no_sense_are_refused(change: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="cannot be set"):
        BreakerSettings(**change)


@given(
    st.lists(st.tuples(st.sampled_from(Outcome), st.integers(0, 4 * SECOND), st.integers(0, 20 * SECOND)), max_size=200)
)
def test_no_more_calls_are_let_through_than_the_state_allows(steps: list[tuple[Outcome, int, int]]) -> None:
    clock, breaker = ManualClock(), Breaker()
    for outcome, took_ns, pause_ns in steps:
        before = breaker.state(clock.now())
        allowed = breaker.allow(clock.now())
        assert allowed is (before is not OPEN)
        if allowed:
            breaker.record(outcome, took_ns, clock.advance(took_ns))
        clock.advance(pause_ns)
