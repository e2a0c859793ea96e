"""Figures of one series of returns. Every figure has one convention, which is said where it is defined.

Returns are simple, one a period; 252 periods are a year unless told otherwise; deviations are of a sample; a risk-free
rate is given per year. What a series cannot tell, such as the deviation of one return, is ``nan``.

Source: the conventions are those of the empyrical library where it has the figure and no other is named.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import pairwise
from statistics import NormalDist
from typing import Final

__all__ = [
    "PERIODS",
    "RiskFree",
    "annual_return",
    "calmar_ratio",
    "conditional_value_at_risk",
    "downside_risk",
    "drawdowns",
    "excess_kurtosis",
    "expectancy",
    "hit_rate",
    "longest_drawdown",
    "max_drawdown",
    "mean",
    "normal_value_at_risk",
    "omega_ratio",
    "per_period",
    "profit_factor",
    "quantile",
    "returns_of",
    "rolling",
    "sharpe_ratio",
    "skewness",
    "sortino_ratio",
    "standard_deviation",
    "system_quality",
    "tail_ratio",
    "total_return",
    "ulcer_index",
    "value_at_risk",
    "volatility",
]

# Trading days of a year; markets that never close have 365.
PERIODS: Final = 252
_TAIL: Final = 0.05


class RiskFree(StrEnum):
    """How a rate per year becomes one per period."""

    GEOMETRIC = "GEOMETRIC"  # (1 + rate)^(1 / periods) - 1
    SIMPLE = "SIMPLE"  # rate / periods


def per_period(rate: float, periods: int = PERIODS, convention: RiskFree = RiskFree.GEOMETRIC) -> float:
    """Return a rate per year as one per period."""
    return rate / periods if convention is RiskFree.SIMPLE else math.pow(1 + rate, 1 / periods) - 1


def returns_of(levels: Sequence[float]) -> list[float]:
    """Return the simple returns from each level to the next; what is lost stays lost."""
    return [after / before - 1 if before else 0.0 for before, after in pairwise(levels)]


def rolling(figure: Callable[[Sequence[float]], float], returns: Sequence[float], window: int) -> list[float]:
    """Return a figure of every so many returns in a row, the first of the first ``window`` of them.

    Raises:
        ValueError: A window has at least one return.
    """
    if window < 1:
        raise ValueError(f"a window has at least one return, and not {window}")
    return [figure(returns[last - window : last]) for last in range(window, len(returns) + 1)]


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean."""
    return math.fsum(values) / len(values) if values else math.nan


def standard_deviation(values: Sequence[float]) -> float:
    """Return the deviation of a sample: divided by one less than their number."""
    if len(values) < 2:
        return math.nan
    middle = mean(values)
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else math.nan


def total_return(returns: Iterable[float]) -> float:
    """Return the product of 1 + r, less 1."""
    return math.prod(1 + value for value in returns) - 1


def annual_return(returns: Sequence[float], periods: int = PERIODS) -> float:
    """Return the compound growth a year: (1 + total)^(periods / n) - 1; -1 once everything is lost."""
    if not returns:
        return math.nan
    whole = 1 + total_return(returns)
    return math.pow(whole, periods / len(returns)) - 1 if whole > 0 else -1.0


def volatility(returns: Sequence[float], periods: int = PERIODS) -> float:
    """Return the sample deviation x the root of the periods."""
    return standard_deviation(returns) * math.sqrt(periods)


def sharpe_ratio(
    returns: Sequence[float],
    risk_free: float = 0.0,
    periods: int = PERIODS,
    convention: RiskFree = RiskFree.GEOMETRIC,
) -> float:
    """Return mean / sample deviation of the returns above the risk-free rate, x the root of the periods."""
    rate = per_period(risk_free, periods, convention)
    above = [value - rate for value in returns]
    return _ratio(mean(above), standard_deviation(above)) * math.sqrt(periods)


def downside_risk(returns: Sequence[float], required: float = 0.0, periods: int = PERIODS) -> float:
    """Return the root of the mean of min(r - required, 0)^2 over all returns, x the root of the periods."""
    below = [min(value - required, 0.0) ** 2 for value in returns]
    return math.sqrt(mean(below)) * math.sqrt(periods)


def sortino_ratio(returns: Sequence[float], required: float = 0.0, periods: int = PERIODS) -> float:
    """Return mean x periods / downside risk, of the returns above what is required a period."""
    above = mean([value - required for value in returns])
    return _ratio(above * periods, downside_risk(returns, required, periods))


def drawdowns(returns: Iterable[float]) -> list[float]:
    """Return, after each period, how far the value lies below its running peak, the start included; 0 or below."""
    value = peak = 1.0
    below = []
    for change in returns:
        value *= 1 + change
        peak = max(peak, value)
        below.append(value / peak - 1)
    return below


def max_drawdown(returns: Iterable[float]) -> float:
    """Return the deepest drawdown; 0 or below."""
    return min(drawdowns(returns), default=math.nan)


def longest_drawdown(returns: Iterable[float]) -> int:
    """Return the most periods in a row that ended below the running peak."""
    longest = running = 0
    for below in drawdowns(returns):
        running = running + 1 if below < 0 else 0
        longest = max(longest, running)
    return longest


def ulcer_index(returns: Iterable[float]) -> float:
    """Return the root of the mean of the squared drawdowns."""
    return math.sqrt(mean([below**2 for below in drawdowns(returns)]))


def calmar_ratio(returns: Sequence[float], periods: int = PERIODS) -> float:
    """Return the annual return / the depth of the deepest drawdown."""
    return _ratio(annual_return(returns, periods), abs(max_drawdown(returns)))


def omega_ratio(returns: Sequence[float], threshold: float = 0.0) -> float:
    """Return the sum of what lies above a threshold / the sum of what lies below it."""
    above = math.fsum(max(value - threshold, 0.0) for value in returns)
    below = math.fsum(max(threshold - value, 0.0) for value in returns)
    return _ratio(above, below)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them lies, linear between its neighbours."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def tail_ratio(returns: Sequence[float]) -> float:
    """Return |95 % quantile| / |5 % quantile|."""
    return _ratio(abs(quantile(returns, 1 - _TAIL)), abs(quantile(returns, _TAIL)))


def value_at_risk(returns: Sequence[float], share: float = _TAIL) -> float:
    """Return the quantile of the returns; historic, linear between neighbours; a loss is negative."""
    return quantile(returns, share)


def conditional_value_at_risk(returns: Sequence[float], share: float = _TAIL) -> float:
    """Return the mean of the returns at or below the value at risk."""
    limit = value_at_risk(returns, share)
    return mean([value for value in returns if value <= limit])


def normal_value_at_risk(returns: Sequence[float], share: float = _TAIL) -> float:
    """Return mean + z x sample deviation, with z of the normal distribution at this share."""
    return mean(returns) + NormalDist().inv_cdf(share) * standard_deviation(returns)


def skewness(returns: Sequence[float], *, sample: bool = False) -> float:
    """Return the third standardised moment: of the whole population, or corrected for a sample."""
    count = len(returns)
    second, third = _moment(returns, 2), _moment(returns, 3)
    biased = _ratio(third, second**1.5)
    if not sample:
        return biased
    return math.nan if count < 3 else biased * math.sqrt(count * (count - 1)) / (count - 2)


def excess_kurtosis(returns: Sequence[float], *, sample: bool = False) -> float:
    """Return the fourth standardised moment less 3: of the whole population, or corrected for a sample."""
    count = len(returns)
    biased = _ratio(_moment(returns, 4), _moment(returns, 2) ** 2) - 3
    if not sample:
        return biased
    if count < 4:
        return math.nan
    return ((count + 1) * biased + 6) * (count - 1) / ((count - 2) * (count - 3))


def _moment(values: Sequence[float], power: int) -> float:
    middle = mean(values)
    return mean([(value - middle) ** power for value in values])


def hit_rate(returns: Sequence[float]) -> float:
    """Return the share of returns above zero."""
    return _ratio(float(sum(value > 0 for value in returns)), float(len(returns)))


def profit_factor(returns: Sequence[float]) -> float:
    """Return the sum of gains / the sum of losses."""
    return omega_ratio(returns)


def expectancy(returns: Sequence[float]) -> float:
    """Return hit rate x mean gain - miss rate x mean loss, which is the mean."""
    return mean(returns)


def system_quality(returns: Sequence[float]) -> float:
    """Return mean / sample deviation x the root of their number."""
    return _ratio(mean(returns), standard_deviation(returns)) * math.sqrt(len(returns))
