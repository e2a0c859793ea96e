"""Figures of a series of returns beside that of a benchmark, period by period.

Conventions as in ``returns``; both series have the same periods.
"""

import math
from collections.abc import Sequence

from pyfixmsg_plus.analytics.returns import (
    PERIODS,
    RiskFree,
    annual_return,
    mean,
    per_period,
    standard_deviation,
)

__all__ = ["alpha", "beta", "capture", "information_ratio", "simple_alpha", "tracking_error", "treynor_ratio"]


def _differences(returns: Sequence[float], benchmark: Sequence[float]) -> list[float]:
    return [value - other for value, other in zip(returns, benchmark, strict=True)]


def beta(returns: Sequence[float], benchmark: Sequence[float]) -> float:
    """Return covariance / variance of the benchmark.

    Raises:
        ValueError: The series differ in length.
    """
    middle, other = mean(returns), mean(benchmark)
    covariance = math.fsum((r - middle) * (b - other) for r, b in zip(returns, benchmark, strict=True))
    variance = math.fsum((b - other) ** 2 for b in benchmark)
    return covariance / variance if variance else math.nan


def _excess(
    returns: Sequence[float], benchmark: Sequence[float], risk_free: float, periods: int, convention: RiskFree
) -> float:
    rate, slope = per_period(risk_free, periods, convention), beta(returns, benchmark)
    return mean([(r - rate) - slope * (b - rate) for r, b in zip(returns, benchmark, strict=True)])


def alpha(
    returns: Sequence[float],
    benchmark: Sequence[float],
    risk_free: float = 0.0,
    periods: int = PERIODS,
    convention: RiskFree = RiskFree.GEOMETRIC,
) -> float:
    """Return what is left of the mean return without the benchmark's part, compounded over a year.

    Raises:
        ValueError: The series differ in length.
    """
    return math.pow(1 + _excess(returns, benchmark, risk_free, periods, convention), periods) - 1


def simple_alpha(
    returns: Sequence[float],
    benchmark: Sequence[float],
    risk_free: float = 0.0,
    periods: int = PERIODS,
    convention: RiskFree = RiskFree.GEOMETRIC,
) -> float:
    """Return the same, x the periods of a year.

    Raises:
        ValueError: The series differ in length.
    """
    return _excess(returns, benchmark, risk_free, periods, convention) * periods


def tracking_error(returns: Sequence[float], benchmark: Sequence[float], periods: int = PERIODS) -> float:
    """Return the sample deviation of the differences, x the root of the periods.

    Raises:
        ValueError: The series differ in length.
    """
    return standard_deviation(_differences(returns, benchmark)) * math.sqrt(periods)


def information_ratio(returns: Sequence[float], benchmark: Sequence[float], periods: int = PERIODS) -> float:
    """Return mean / sample deviation of the differences, x the root of the periods.

    Raises:
        ValueError: The series differ in length.
    """
    differences = _differences(returns, benchmark)
    deviation = standard_deviation(differences)
    return mean(differences) / deviation * math.sqrt(periods) if deviation else math.nan


def treynor_ratio(returns: Sequence[float], benchmark: Sequence[float], periods: int = PERIODS) -> float:
    """Return mean x periods / beta.

    Raises:
        ValueError: The series differ in length.
    """
    slope = beta(returns, benchmark)
    return mean(returns) * periods / slope if slope else math.nan


def capture(returns: Sequence[float], benchmark: Sequence[float], *, up: bool = True, periods: int = PERIODS) -> float:
    """Return the annual return in the periods in which the benchmark rose (or fell) / the benchmark's in them.

    Raises:
        ValueError: The series differ in length.
    """
    pairs = [(r, b) for r, b in zip(returns, benchmark, strict=True) if (b > 0 if up else b < 0)]
    others = annual_return([b for _, b in pairs], periods)
    return annual_return([r for r, _ in pairs], periods) / others if others else math.nan
