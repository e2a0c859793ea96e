"""Messages that wait for their turn under a rate: ThrottleOutPerS.

Told the time, it answers what may go; it neither sends nor sleeps.
"""

from collections import deque
from typing import Generic, TypeVar

from pyfixmsg_plus.errors import QueueFull
from pyfixmsg_plus.transport import TokenBucket

__all__ = ["THROTTLED_MESSAGES", "Throttle"]

# A quarter of an hour at ten messages a second.
THROTTLED_MESSAGES = 10_000

_T = TypeVar("_T")


class Throttle(Generic[_T]):
    """A bucket of a second's worth, and the queue before it.

    Args:
        rate_per_s: How many messages a second.
        limit: How many may wait.
    """

    __slots__ = ("_bucket", "_limit", "_waiting")

    def __init__(self, rate_per_s: float, limit: int = THROTTLED_MESSAGES) -> None:
        self._bucket = TokenBucket(rate_per_s)
        self._limit = limit
        self._waiting: deque[_T] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def passes(self, now_ns: int) -> bool:
        """Whether a message may go at once; it is then counted."""
        return not self._waiting and self._bucket.take(now_ns)

    def put(self, item: _T) -> None:
        """Let a message wait behind the others.

        Raises:
            QueueFull: Too many wait.
        """
        if len(self._waiting) >= self._limit:
            raise QueueFull(f"{len(self._waiting)} messages wait to be sent, no more may", limit=self._limit)
        self._waiting.append(item)

    def due(self, now_ns: int) -> list[_T]:
        """Take those that may go now, in order."""
        due = []
        while self._waiting and self._bucket.take(now_ns):
            due.append(self._waiting.popleft())
        return due

    def wait_ns(self, now_ns: int) -> int | None:
        """How long until the next may go; nothing if none waits."""
        return self._bucket.wait_ns(now_ns) if self._waiting else None

    def drain(self) -> list[_T]:
        """Take all that wait, whatever the rate."""
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting
