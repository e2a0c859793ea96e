"""When and where to connect next: told what happened and the time, it answers an address and a time.

Source: FIX session layer, section 14: HostSelectionPolicy, HostSelectionPolicyPriorityStartOverInterval,
ReconnectInterval.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import NamedTuple

from pyfixmsg_plus.transport.contract import Address

__all__ = ["Attempt", "HostSelection", "ReconnectOptions", "ReconnectPlan"]

_SECOND_NS = 1_000_000_000
# Doubling twice takes load off a venue that is down, and still finds it within two minutes of its return at the
# default of 30 s.
_MOST_TIMES = 4
# Up to a fifth later, so that all clients of a venue do not come back in the same second. Never sooner: venues count.
_JITTER = 0.2


class HostSelection(StrEnum):
    """In which order addresses are tried."""

    ROUNDROBIN = "ROUNDROBIN"  # one after another, in a ring
    PRIORITY = "PRIORITY"  # the first as often as it may be tried, the others while it does not answer


@dataclass(frozen=True, slots=True)
class ReconnectOptions:
    """Where to connect and how patiently.

    Attributes:
        addresses: In the order of the settings.
        selection: In which order they are tried.
        start_over_s: With PRIORITY: the first is tried again when it was not for this long.
        interval_s: The pause between attempts; doubled after each round of all addresses without success.
        most_interval_s: The longest pause; None is four times ``interval_s``.
        jitter: A pause is longer by up to this part of it, by chance.
    """

    addresses: tuple[Address, ...]
    selection: HostSelection = HostSelection.ROUNDROBIN
    start_over_s: float = 120.0
    interval_s: float = 30.0
    most_interval_s: float | None = None
    jitter: float = _JITTER

    def __post_init__(self) -> None:
        if not self.addresses:
            raise ValueError("there must be an address to connect to")


class Attempt(NamedTuple):
    """What to do next.

    Attributes:
        address: Where to connect.
        at_ns: When, in monotonic nanoseconds.
    """

    address: Address
    at_ns: int


class ReconnectPlan:
    """The attempts of one session.

    Args:
        options: Where and how patiently.
        random: Chance, seeded by whoever wires the session.
    """

    def __init__(self, options: ReconnectOptions, random: Random) -> None:
        self._options = options
        self._random = random
        self._index = 0
        self._failures = 0
        self._first_tried_ns = 0

    @property
    def failures(self) -> int:
        """Attempts since the last one that worked."""
        return self._failures

    def begin(self, now_ns: int) -> Attempt:
        """The first attempt: now, at the first address."""
        self._index = 0
        self._failures = 0
        return self._attempt(now_ns)

    def worked(self) -> None:
        """The connection serves its purpose. That it merely stands is not enough: it may be refused in a moment."""
        self._failures = 0

    def ended(self, now_ns: int) -> Attempt:
        """The attempt failed or the connection is gone.

        Args:
            now_ns: Monotonic nanoseconds.
        """
        options = self._options
        rounds = self._failures // len(options.addresses)
        self._failures += 1
        interval_s = options.interval_s
        most_s = _MOST_TIMES * interval_s if options.most_interval_s is None else options.most_interval_s
        # A float holds two to the power of some thousand only; nobody waits so many rounds for a pause to grow.
        pause_s = min(interval_s * 2.0 ** min(rounds, 60), max(most_s, interval_s))
        pause_s *= 1.0 + options.jitter * self._random.random()
        at_ns = now_ns + round(pause_s * _SECOND_NS)
        self._index = (self._index + 1) % len(options.addresses)
        if options.selection is HostSelection.PRIORITY:
            over_ns = self._first_tried_ns + round(options.start_over_s * _SECOND_NS)
            if at_ns >= over_ns:
                self._index = 0
        return self._attempt(at_ns)

    def _attempt(self, at_ns: int) -> Attempt:
        if self._index == 0:
            self._first_tried_ns = at_ns
        return Attempt(self._options.addresses[self._index], at_ns)
