"""A table of all figures of a series, each with the convention that it follows."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyfixmsg_plus.analytics import relative
from pyfixmsg_plus.analytics import returns as single
from pyfixmsg_plus.analytics.returns import PERIODS, RiskFree

__all__ = ["Figure", "figures"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        name: In snake case, such as ``max_drawdown``.
        value: ``nan`` where the series cannot tell.
        convention: How it was computed.
    """

    name: str
    value: float
    convention: str


def figures(
    returns: Sequence[float],
    benchmark: Sequence[float] | None = None,
    *,
    risk_free: float = 0.0,
    periods: int = PERIODS,
    convention: RiskFree = RiskFree.GEOMETRIC,
) -> tuple[Figure, ...]:
    """Return every figure of a series, and beside a benchmark where there is one.

    Args:
        returns: Simple returns, one a period.
        benchmark: Of the same periods.
        risk_free: Per year.
        periods: Of a year.
        convention: How ``risk_free`` becomes a rate per period.

    Raises:
        ValueError: The series differ in length.
    """
    root = f"x sqrt({periods})"
    above = f"risk-free {risk_free:g} a year, {convention.lower()}"
    found = [
        Figure("total_return", single.total_return(returns), "product of 1 + r, less 1"),
        Figure("annual_return", single.annual_return(returns, periods), f"(1 + total)^({periods}/n) - 1"),
        Figure("volatility", single.volatility(returns, periods), f"sample deviation {root}"),
        Figure(
            "sharpe",
            single.sharpe_ratio(returns, risk_free, periods, convention),
            f"mean / sample deviation {root}, {above}",
        ),
        Figure("downside_risk", single.downside_risk(returns, periods=periods), f"of all n, below 0, {root}"),
        Figure("sortino", single.sortino_ratio(returns, periods=periods), f"mean x {periods} / downside risk"),
        Figure("max_drawdown", single.max_drawdown(returns), "from the running peak, start included"),
        Figure("calmar", single.calmar_ratio(returns, periods), "annual return / depth of the deepest drawdown"),
        Figure("omega", single.omega_ratio(returns), "gains / losses, threshold 0"),
        Figure("tail_ratio", single.tail_ratio(returns), "quantiles of 95 % / 5 %, linear"),
        Figure("var_5", single.value_at_risk(returns), "quantile of 5 %, linear"),
        Figure("var_95", single.value_at_risk(returns, 0.95), "quantile of 95 %, linear"),
        Figure("cvar_5", single.conditional_value_at_risk(returns), "mean at or below the quantile of 5 %"),
        Figure("normal_var_5", single.normal_value_at_risk(returns), "mean + z x sample deviation"),
        Figure("ulcer_index", single.ulcer_index(returns), "root of the mean of squared drawdowns"),
        Figure("skewness", single.skewness(returns), "of the population"),
        Figure("excess_kurtosis", single.excess_kurtosis(returns), "of the population"),
        Figure("mean", single.mean(returns), "arithmetic, a period"),
        Figure("hit_rate", single.hit_rate(returns), "share above 0"),
    ]
    if benchmark is not None:
        found += [
            Figure("beta", relative.beta(returns, benchmark), "covariance / variance"),
            Figure(
                "alpha",
                relative.alpha(returns, benchmark, risk_free, periods, convention),
                f"compounded over {periods}, {above}",
            ),
            Figure(
                "tracking_error",
                relative.tracking_error(returns, benchmark, periods),
                f"sample deviation of r - b, {root}",
            ),
            Figure(
                "information_ratio",
                relative.information_ratio(returns, benchmark, periods),
                f"mean / sample deviation of r - b, {root}",
            ),
            Figure("treynor", relative.treynor_ratio(returns, benchmark, periods), f"mean x {periods} / beta"),
        ]
    return tuple(found)
