"""When and where to connect again.

The next place of the list comes first, then round again. The delay is drawn between nothing and one that doubles up to
a minute, but the same place is left alone for three seconds at least; after a minute of health it starts anew. A
permission system that refused is asked again after a minute at the earliest.
"""

from random import Random
from typing import NamedTuple

from pyfixmsg_plus.clock import Now

__all__ = ["Attempt", "ReconnectPlan"]

SECOND_NS = 1_000_000_000


class Attempt(NamedTuple):
    """Where to connect, and from when on, in monotonic nanoseconds."""

    place: int
    not_before_ns: int


class ReconnectPlan:
    """The attempts of one line.

    Args:
        places: How many places there are.
        random: For delays.
        first_s: The longest delay of the first attempt, doubled each time.
        most_s: The longest delay of any.
        same_place_s: Between two attempts at one place, at least.
        healthy_s: A connection that lasted so long starts the delays anew.
        refused_s: After a refusal of the permission system, at least.
    """

    def __init__(
        self,
        places: int,
        random: Random,
        *,
        first_s: float = 1.0,
        most_s: float = 60.0,
        same_place_s: float = 3.0,
        healthy_s: float = 60.0,
        refused_s: float = 60.0,
    ) -> None:
        self._places = max(places, 1)
        self._random = random
        self._first_s = first_s
        self._most_s = most_s
        self._same_place_ns = int(same_place_s * SECOND_NS)
        self._healthy_ns = int(healthy_s * SECOND_NS)
        self._refused_ns = int(refused_s * SECOND_NS)
        self._place = -1
        self._failures = 0
        self._up_since_ns: int | None = None
        self._refused = False
        self._left_ns: dict[int, int] = {}

    def places(self, count: int) -> None:
        """The list has changed: it has so many places now."""
        self._places = max(count, 1)
        self._left_ns = {place: left for place, left in self._left_ns.items() if place < self._places}

    def connected(self, now: Now) -> None:
        """The place has accepted us."""
        self._up_since_ns = now.mono_ns

    def refused(self) -> None:
        """The permission system said no for now."""
        self._refused = True

    def next(self, now: Now) -> Attempt:
        """Return the next attempt, after the connection was lost or could not be made."""
        first = self._place < 0
        if self._place >= 0:
            self._left_ns[self._place] = now.mono_ns
        if self._up_since_ns is not None and now.mono_ns - self._up_since_ns >= self._healthy_ns:
            self._failures = 0
        self._up_since_ns = None
        self._place = (self._place + 1) % self._places
        if first:
            return Attempt(self._place, now.mono_ns)
        longest_s = min(self._most_s, self._first_s * 2 ** min(self._failures, 32))
        self._failures += 1
        due_ns = now.mono_ns + int(self._random.random() * longest_s * SECOND_NS)
        left_ns = self._left_ns.get(self._place)
        if left_ns is not None:
            due_ns = max(due_ns, left_ns + self._same_place_ns)
        if self._refused:
            self._refused = False
            due_ns = max(due_ns, now.mono_ns + self._refused_ns)
        return Attempt(self._place, due_ns)
