"""Decide whether and when to try again.

Pauses grow, and each is drawn from nothing to its full length, so that callers who failed together do not come back
together. Nothing is tried again beyond the deadline of the one who waits.
"""

from dataclasses import dataclass
from random import Random

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.market_data.source import SourceError

__all__ = ["Retry"]

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Retry:
    """How often to try, and how long to wait in between.

    Attributes:
        attempts: In all, the first among them.
        first_ns: Longest pause after the first attempt.
        factor: By which the longest pause grows.
    """

    attempts: int = 3
    first_ns: int = 200_000_000
    factor: int = 2

    def pause_ns(self, attempt: int, error: SourceError, deadline_ns: int, now: Now, chance: Random) -> int | None:
        """Return how long to wait before another attempt, or ``None`` where there is to be none.

        Args:
            attempt: Attempts made so far.
            error: How the last one ended. What the source asks to wait is never cut short.
            deadline_ns: Monotonic nanoseconds by which all must be over.
            now: The time.
            chance: From which the pause is drawn.
        """
        if attempt >= self.attempts or not error.retryable:
            return None
        pause = chance.randint(0, self.first_ns * self.factor ** (attempt - 1))
        if error.retry_after_s is not None:
            pause = max(pause, int(error.retry_after_s * _SECOND_NS))
        return pause if now.mono_ns + pause < deadline_ns else None
