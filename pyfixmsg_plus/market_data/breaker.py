"""A circuit breaker: one that fails too often is left alone for a while, then tried with care.

It is told the time and the outcomes; it wraps no call itself. Sources, vendors and internal proxies have one each.
Source: the resilience patterns of the field, with a window that counts calls, slow calls, and permits when half open.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from pyfixmsg_plus.clock import Now

__all__ = ["Breaker", "BreakerSettings", "BreakerState", "Outcome"]

_SECOND_NS = 1_000_000_000


class BreakerState(IntEnum):
    """The states; the numbers are those of the gauge ``circuit_breaker_state``."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class Outcome(Enum):
    """How a call ended.

    ``IGNORED`` says nothing about the one called: an unknown name, a request that was wrong, a caller that gave up.
    """

    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    IGNORED = "IGNORED"


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """When it opens and how it closes again.

    Attributes:
        window: Calls that are looked at.
        minimum: Calls before it can open.
        failure_percent: Failed or slow calls of the window that open it.
        slow_ns: A call that took longer counts as failed.
        open_ns: How long no call is let through.
        probes: Calls that are let through when half open; all must be good.
    """

    window: int = 10
    minimum: int = 5
    failure_percent: int = 50
    slow_ns: int = 2 * _SECOND_NS
    open_ns: int = 30 * _SECOND_NS
    probes: int = 5

    def __post_init__(self) -> None:
        if not (1 <= self.minimum <= self.window and 1 <= self.failure_percent <= 100 and self.probes >= 1):
            raise ValueError(f"a breaker cannot be set like this: {self}")


@dataclass(slots=True)
class Breaker:
    """The breaker of one source, vendor or proxy."""

    settings: BreakerSettings = field(default_factory=BreakerSettings)
    _state: BreakerState = BreakerState.CLOSED
    _changed_ns: int | None = None  # monotonic; when it opened or became half open
    _failed: deque[bool] = field(default_factory=deque)
    _permits: int = 0
    _good: int = 0

    def state(self, now: Now) -> BreakerState:
        """Return the state; an open one whose time is over is half open."""
        self._settle(now)
        return self._state

    def allow(self, now: Now) -> bool:
        """Say whether a call may be made. Whoever is allowed one reports how it ended, to ``record``."""
        self._settle(now)
        match self._state:
            case BreakerState.CLOSED:
                return True
            case BreakerState.OPEN:
                return False
            case BreakerState.HALF_OPEN:
                if self._permits == 0:
                    return False
                self._permits -= 1
                return True

    def record(self, outcome: Outcome, duration_ns: int, now: Now) -> None:
        """Take in how a call ended.

        Args:
            outcome: How it ended.
            duration_ns: How long it took. A call that began before the breaker last changed says nothing of now.
            now: When it ended.
        """
        self._settle(now)
        if self._changed_ns is not None and now.mono_ns - duration_ns < self._changed_ns:
            return
        failed = outcome is Outcome.FAILURE or (outcome is Outcome.SUCCESS and duration_ns > self.settings.slow_ns)
        match self._state:
            case BreakerState.CLOSED if outcome is not Outcome.IGNORED:
                self._count(failed, now)
            case BreakerState.HALF_OPEN if outcome is Outcome.IGNORED:
                self._permits = min(self._permits + 1, self.settings.probes - self._good)
            case BreakerState.HALF_OPEN if failed:
                self._enter(BreakerState.OPEN, now)
            case BreakerState.HALF_OPEN:
                self._good += 1
                if self._good == self.settings.probes:
                    self._enter(BreakerState.CLOSED, now)
            case _:
                pass

    def probe(self, now: Now) -> None:
        """Let calls through with care at once: there is reason to believe that the other side is back."""
        self._settle(now)
        if self._state is BreakerState.OPEN:
            self._enter(BreakerState.HALF_OPEN, now)

    def retry_after_ns(self, now: Now) -> int:
        """Return how long it will let no call through; 0 where it may."""
        self._settle(now)
        if self._state is not BreakerState.OPEN or self._changed_ns is None:
            return 0
        return self._changed_ns + self.settings.open_ns - now.mono_ns

    def _count(self, failed: bool, now: Now) -> None:
        self._failed.append(failed)
        if len(self._failed) > self.settings.window:
            self._failed.popleft()
        share = 100 * sum(self._failed)
        if len(self._failed) >= self.settings.minimum and share >= self.settings.failure_percent * len(self._failed):
            self._enter(BreakerState.OPEN, now)

    def _settle(self, now: Now) -> None:
        if self._changed_ns is None or now.mono_ns < self._changed_ns + self.settings.open_ns:
            return
        if self._state is BreakerState.OPEN:
            self._enter(BreakerState.HALF_OPEN, now)
        elif self._state is BreakerState.HALF_OPEN:
            # Probes whose end was never told would keep it half open for ever.
            self._enter(BreakerState.HALF_OPEN, now)

    def _enter(self, state: BreakerState, now: Now) -> None:
        self._state = state
        self._changed_ns = now.mono_ns
        self._failed.clear()
        self._good = 0
        self._permits = self.settings.probes if state is BreakerState.HALF_OPEN else 0
