"""The time, and the one place where the system clock is read.

What decides is told the time as a `Now`; tests and simulations tell it another one.
"""

import time
from typing import NamedTuple, Protocol

__all__ = ["Clock", "ManualClock", "Now", "SystemClock"]


class Now(NamedTuple):
    """One instant on two clocks, which are never mixed.

    Attributes:
        utc_ns: Nanoseconds since 1970-01-01 00:00:00 UTC, for stamps such as SendingTime(52) and for schedules.
        mono_ns: Nanoseconds of a clock that never steps, for timers.
    """

    utc_ns: int
    mono_ns: int


class Clock(Protocol):
    """What can say the time."""

    def now(self) -> Now:
        """Return this instant on both clocks."""
        ...


class SystemClock:
    """The clocks of the machine."""

    def now(self) -> Now:
        """Return this instant on both clocks."""
        # A session asks for every message: this is twice as quick as to call the class.
        return tuple.__new__(Now, (time.time_ns(), time.monotonic_ns()))


class ManualClock:
    """A clock that stands still until it is moved.

    Args:
        utc_ns: Where it starts, in nanoseconds since 1970-01-01 00:00:00 UTC.
        mono_ns: Where its timer starts.
    """

    def __init__(self, utc_ns: int = 0, mono_ns: int = 0) -> None:
        self._now = Now(utc_ns, mono_ns)

    def now(self) -> Now:
        """Return this instant on both clocks."""
        return self._now

    def advance(self, ns: int) -> Now:
        """Let both clocks run on by so many nanoseconds, and return the new instant.

        Raises:
            ValueError: ``ns`` is negative; a timer never runs backwards.
        """
        if ns < 0:
            raise ValueError(f"a clock cannot run on by {ns} ns")
        self._now = Now(self._now.utc_ns + ns, self._now.mono_ns + ns)
        return self._now

    def step(self, ns: int) -> Now:
        """Move the wall clock alone, in either direction, as a correction of the machine's time does."""
        self._now = Now(self._now.utc_ns + ns, self._now.mono_ns)
        return self._now
