"""The time that others are told."""

import pytest

from pyfixmsg_plus.clock import ManualClock, Now, SystemClock


def test_the_clocks_of_the_machine_do_not_run_backwards() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert second.mono_ns >= first.mono_ns
    assert first.utc_ns > 1_700_000_000_000_000_000


def test_a_manual_clock_stands_still() -> None:
    clock = ManualClock(5, 7)
    assert [clock.now(), clock.now()] == [Now(5, 7), Now(5, 7)]


def test_a_manual_clock_runs_on_both_clocks_together() -> None:
    clock = ManualClock(5, 7)
    assert clock.advance(3) == clock.now() == Now(8, 10)


def test_a_manual_clock_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="-1 ns"):
        ManualClock().advance(-1)


def test_a_step_moves_the_wall_clock_alone() -> None:
    assert ManualClock(5, 7).step(-5) == Now(0, 7)
