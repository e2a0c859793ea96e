"""A scheduler whose time stands still until it is moved: what is due runs in order, and no real clock is waited for."""

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any

__all__ = ["Steps"]


class _Due:
    """One callback."""

    def __init__(self, callback: Callable[..., object], args: tuple[Any, ...]) -> None:
        self._callback = callback
        self._args = args
        self._cancelled = False

    def cancel(self) -> None:
        self._cancelled = True

    def run(self) -> bool:
        if not self._cancelled:
            self._callback(*self._args)
        return not self._cancelled


class Steps:
    """Runs callbacks when it is told to."""

    def __init__(self) -> None:
        self._now = 0.0
        self._soon: deque[_Due] = deque()
        self._later: list[tuple[float, int, _Due]] = []
        self._order = count()

    def time(self) -> float:
        return self._now

    def call_soon(self, callback: Callable[..., object], /, *args: Any) -> _Due:
        self._soon.append(_Due(callback, args))
        return self._soon[-1]

    def call_later(self, delay: float, callback: Callable[..., object], /, *args: Any) -> _Due:
        return self.call_at(self._now + delay, callback, *args)

    def call_at(self, when: float, callback: Callable[..., object], /, *args: Any) -> _Due:
        due = _Due(callback, args)
        heapq.heappush(self._later, (when, next(self._order), due))
        return due

    def settle(self) -> int:
        """Run all that is due, and what that makes due; answers how many callbacks ran."""
        ran = 0
        while self._soon:
            ran += self._soon.popleft().run()
        return ran

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        end = self._now + seconds
        self.settle()
        while self._later and self._later[0][0] <= end:
            self._now, _, due = heapq.heappop(self._later)
            due.run()
            self.settle()
        self._now = end
