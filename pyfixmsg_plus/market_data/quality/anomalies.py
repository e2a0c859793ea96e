"""What is unusual for an instrument by its own past, off the hot path.

Robust figures: the median and the median absolute deviation do not move when a few values are far off, and so those
show. All is ``float``; it describes and decides nothing.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

__all__ = ["JumpDetector", "RobustWindow", "robust_z"]

# Makes the median absolute deviation of a normal distribution its standard deviation.
_NORMAL = 1.4826


def robust_z(value: float, past: Sequence[float]) -> float | None:
    """Return how many robust deviations a value lies from the median of the past; ``None`` where that says nothing.

    The deviation says nothing where more than half of the past is the same.
    """
    if not past:
        return None
    middle = median(past)
    deviation = _NORMAL * median(abs(other - middle) for other in past)
    return (value - middle) / deviation if deviation > 0 else None


@dataclass(slots=True)
class RobustWindow:
    """The last values of one figure, such as returns, spreads or messages a minute.

    Attributes:
        size: How many are kept.
        minimum: How many are needed before anything is said.
    """

    size: int = 100
    minimum: int = 20
    _past: deque[float] = field(default_factory=deque)

    def add(self, value: float) -> float | None:
        """Return the robust deviation of a value from those before it, then keep it."""
        found = robust_z(value, self._past) if len(self._past) >= self.minimum else None
        self._past.append(value)
        if len(self._past) > self.size:
            self._past.popleft()
        return found


@dataclass(slots=True)
class JumpDetector:
    """Compares each return with the volatility so far, an exponentially weighted mean of squares.

    Attributes:
        decay: Weight of the past; 0.94 is the usual one for days.
        minimum: Returns before anything is said.
    """

    decay: float = 0.94
    minimum: int = 20
    _variance: float = 0.0
    _count: int = 0
    _last: float | None = None

    def add(self, price: float) -> float | None:
        """Return how many deviations the return to a price is, ``None`` where nothing can be said yet.

        Raises:
            ValueError: The price is not above 0.
        """
        if not price > 0:
            raise ValueError(f"no return to a price of {price}")
        last, self._last = self._last, price
        if last is None:
            return None
        change = math.log(price / last)
        ready = self._count >= self.minimum and self._variance > 0
        found = change / math.sqrt(self._variance) if ready else None
        # The first returns are weighed alike: the past has no weight of its own yet.
        weight = max(1 - self.decay, 1 / (self._count + 1))
        self._variance += weight * (change * change - self._variance)
        self._count += 1
        return found
