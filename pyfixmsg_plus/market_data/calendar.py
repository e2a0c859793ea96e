"""When a market is open. The age of a price runs only then, and only then is a basket that follows it priced.

``ALWAYS`` is a market that never closes. Of a market that a calendar does not know, nobody may say that it is closed:
its prices age round the clock.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

__all__ = ["ALWAYS", "Calendar", "RoundTheClock", "Session", "Sessions"]

ALWAYS = "ALWAYS"


class Calendar(Protocol):
    """Trading hours by MIC; all times are UTC nanoseconds."""

    def knows(self, mic: str) -> bool:
        """Say whether the trading hours of a market are known; those of ``ALWAYS`` are."""
        ...

    def is_open(self, mic: str | None, utc_ns: int) -> bool:
        """Say whether a market is open at a moment."""
        ...

    def open_ns(self, exchange: str | None, since_ns: int, until_ns: int) -> int:
        """Return for how many of the nanoseconds between two moments a market was open."""
        ...

    def next_open(self, mic: str | None, utc_ns: int) -> int | None:
        """Return when a market opens next, the moment itself where it is open; ``None`` where that is not known."""
        ...


class RoundTheClock:
    """Every market is always open."""

    def knows(self, mic: str) -> bool:
        """Say whether it is the market that never closes."""
        return mic == ALWAYS

    def is_open(self, mic: str | None, utc_ns: int) -> bool:  # noqa: ARG002 - any market, any moment
        """Say that it is open."""
        return True

    def open_ns(self, exchange: str | None, since_ns: int, until_ns: int) -> int:  # noqa: ARG002 - any market
        """Return all the time between."""
        return max(0, until_ns - since_ns)

    def next_open(self, mic: str | None, utc_ns: int) -> int | None:  # noqa: ARG002 - any market
        """Return the moment itself."""
        return utc_ns


class Session(NamedTuple):
    """Trading without a break, from the first nanosecond to before the last."""

    open_ns: int
    close_ns: int


class Sessions:
    """Trading hours of one market.

    Args:
        sessions: In any order; those that touch are one.
    """

    def __init__(self, sessions: Iterable[Session] = ()) -> None:
        merged: list[Session] = []
        for session in sorted(sessions):
            if session.open_ns >= session.close_ns:
                raise ValueError(f"a session cannot end before it begins: {session}")
            if merged and session.open_ns <= merged[-1].close_ns:
                merged[-1] = Session(merged[-1].open_ns, max(merged[-1].close_ns, session.close_ns))
            else:
                merged.append(session)
        self._sessions = merged
        self._opens = [session.open_ns for session in merged]

    def __iter__(self) -> Iterator[Session]:
        return iter(self._sessions)

    def is_open(self, utc_ns: int) -> bool:
        """Say whether a moment lies in a session."""
        index = bisect_right(self._opens, utc_ns) - 1
        return index >= 0 and utc_ns < self._sessions[index].close_ns

    def open_ns(self, since_ns: int, until_ns: int) -> int:
        """Return how much of the time between two moments lies in sessions."""
        total, index = 0, max(0, bisect_right(self._opens, since_ns) - 1)
        while index < len(self._sessions) and self._opens[index] < until_ns:
            session = self._sessions[index]
            total += max(0, min(until_ns, session.close_ns) - max(since_ns, session.open_ns))
            index += 1
        return total

    def between(self, since_ns: int, until_ns: int) -> list[Session]:
        """Return the sessions between two moments, cut to them."""
        cut = (Session(max(session.open_ns, since_ns), min(session.close_ns, until_ns)) for session in self._sessions)
        return [session for session in cut if session.open_ns < session.close_ns]

    def next_open(self, utc_ns: int) -> int | None:
        """Return when the next session begins, the moment itself within one; ``None`` after the last."""
        if self.is_open(utc_ns):
            return utc_ns
        index = bisect_right(self._opens, utc_ns)
        return self._opens[index] if index < len(self._opens) else None
