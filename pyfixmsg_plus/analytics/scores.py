"""Scores of a basket, between 0 and 1: how widely it is spread, how risky it is, how well it does."""

from collections.abc import Iterable
from decimal import Decimal

__all__ = ["diversification", "performance_score", "risk_score"]


def diversification(weights: Iterable[tuple[str, Decimal | float]], names: int) -> float:
    """Return (1 - H) / (1 - 1/n): 0 for one sector, 1 for as many even ones as there are names.

    Args:
        weights: Sector (or country) and weight in percent of each name.
        names: How many names there are.

    Raises:
        ValueError: There is no weight.
    """
    sums: dict[str, float] = {}
    for sector, weight in weights:
        sums[sector] = sums.get(sector, 0.0) + float(weight)
    whole = sum(sums.values())
    if whole <= 0:
        raise ValueError("there is no weight")
    if names < 2:
        return 0.0
    concentration = sum((part / whole) ** 2 for part in sums.values())
    return _clamped((1 - concentration) / (1 - 1 / names))


def risk_score(beta: float, volatility_pct: float, spread: float) -> float:
    """Return 0.3 x beta / 3 + 0.4 x volatility / 100 + 0.3 x (1 - diversification), each part between 0 and its share.

    Args:
        beta: To the market.
        volatility_pct: Annual, in percent.
        spread: ``diversification``.
    """
    return 0.3 * _clamped(beta / 3) + 0.4 * _clamped(volatility_pct / 100) + 0.3 * (1 - spread)


def performance_score(return_pct: float, risk: float) -> float:
    """Return (return + 50) / 150, between 0 and 1, x (1 - risk).

    Args:
        return_pct: Annual, in percent.
        risk: ``risk_score``.
    """
    return _clamped((return_pct + 50) / 150) * (1 - risk)


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)
