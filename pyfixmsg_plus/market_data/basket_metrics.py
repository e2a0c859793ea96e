"""How well a basket is spread, how risky it is, and how it does, as single figures from 0 to 1.

These describe; they decide nothing, and they are ``float``.
"""

from collections import defaultdict
from collections.abc import Iterable

__all__ = ["diversification", "performance_score", "risk_score"]


def diversification(weights: Iterable[tuple[str | None, float]]) -> float:
    """Return how well weights are spread over groups: 0 where all lie in one, 1 where each name has its own.

    Args:
        weights: Group (sector or country) and weight of each name, in any unit. Names without a group are one group.
    """
    groups: defaultdict[str | None, float] = defaultdict(float)
    names, total = 0, 0.0
    for group, weight in weights:
        groups[group] += weight
        names += 1
        total += weight
    if names < 2 or total <= 0:
        return 0.0
    # Herfindahl-Hirschman index.
    concentration = sum((weight / total) ** 2 for weight in groups.values())
    return _clamped((1 - concentration) / (1 - 1 / names))


def risk_score(beta: float, volatility_percent: float, spread: float) -> float:
    """Return the risk of a basket.

    Args:
        beta: Against its benchmark; 3 or more counts in full.
        volatility_percent: Of a year; 100 or more counts in full.
        spread: Its diversification.
    """
    return 0.3 * _clamped(beta / 3) + 0.4 * _clamped(volatility_percent / 100) + 0.3 * (1 - spread)


def performance_score(return_percent: float, risk: float) -> float:
    """Return how a basket does for its risk; a return of -50 % counts as nothing, one of 100 % in full."""
    return _clamped((return_percent + 50) / 150) * (1 - risk)


def _clamped(value: float) -> float:
    return min(1.0, max(0.0, value))
