import math
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pyfixmsg_plus import analytics
from pyfixmsg_plus.analytics import RiskFree
from tests.not_run import not_run

R = [0.01, 0.10, -0.04, 0.02, 0.03, 0.02, 0.01, -0.10]
B = [-0.01, 0.01, 0.02, 0.01, -0.02, 0.01, 0.01, -0.03]


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (analytics.total_return(R), 0.0389310917),
        (analytics.annual_return(R), 2.3302927973),
        (analytics.volatility(R), 0.9136465400),
        (analytics.sharpe_ratio(R), 1.7238613962),
        (analytics.sharpe_ratio(R, 0.02), 1.7021862685),
        (analytics.sharpe_ratio(R, 0.02, convention=RiskFree.SIMPLE), 1.7019710927),
        (analytics.sharpe_ratio(R, periods=365), 2.0746675114),
        (analytics.downside_risk(R), 0.6044832504),
        (analytics.sortino_ratio(R), 2.6055312517),
        (analytics.max_drawdown(R), -0.10),
        (analytics.calmar_ratio(R), 23.3029279730),
        (analytics.omega_ratio(R), 1.3571428571),
        (analytics.tail_ratio(R), 0.9556962025),
        (analytics.value_at_risk(R), -0.079),
        (analytics.conditional_value_at_risk(R), -0.10),
        (analytics.normal_value_at_risk(R), -0.0884184356),
        (analytics.beta(R, B), 1.3636363636),
        (analytics.alpha(R, B), 3.8071218506),
        (analytics.simple_alpha(R, B), 1.575),
        (analytics.tracking_error(R, B), 0.8354340189),
        (analytics.information_ratio(R, B), 1.8852476249),
        (analytics.treynor_ratio(R, B), 1.155),
        (analytics.ulcer_index(R), 0.0387824703),
        (analytics.skewness(R), -0.3650572690),
        (analytics.skewness(R, sample=True), -0.4553064091),
        (analytics.excess_kurtosis(R), 0.1195347317),
        (analytics.excess_kurtosis(R, sample=True), 1.6510229365),
        (analytics.hit_rate(R), 0.75),
        (analytics.profit_factor(R), 1.3571428571),
        (analytics.expectancy(R), 0.00625),
        (analytics.system_quality(R), 1.7238613962 * math.sqrt(8 / 252)),
        (analytics.longest_drawdown(R), 2),
        (analytics.capture(R, R), 1.0),
        (analytics.capture(R, B, up=False), ((1.01 * 1.03 * 0.9) ** 84 - 1) / ((0.99 * 0.98 * 0.97) ** 84 - 1)),
    ],
)
def test_a_figure_has_the_value_of_its_convention(figure: float, expected: float) -> None:
    assert figure == pytest.approx(expected, abs=6e-11)


def test_a_mean_above_zero_may_lose_money() -> None:
    trap = [0.5, -0.4, 0.5, -0.4]
    shown = {figure.name: figure.value for figure in analytics.figures(trap)}
    assert shown["mean"] == pytest.approx(0.05)
    assert shown["total_return"] == pytest.approx(-0.19)


def test_levels_become_returns() -> None:
    assert analytics.returns_of([100.0, 110.0, 99.0]) == pytest.approx([0.1, -0.1])
    assert analytics.returns_of([100.0]) == []
    assert analytics.returns_of([100.0, 0.0, 0.0]) == [-1.0, 0.0]


def test_a_figure_may_roll_over_a_series() -> None:
    assert analytics.rolling(analytics.mean, [1.0, 2.0, 3.0, 4.0], 2) == [1.5, 2.5, 3.5]
    assert analytics.rolling(analytics.mean, [1.0], 2) == []
    with pytest.raises(ValueError, match="a window has at least one return, and not 0"):
        analytics.rolling(analytics.mean, [1.0], 0)


def test_every_figure_names_its_convention() -> None:
    table = analytics.figures(R, B, risk_free=0.02)
    assert len({figure.name for figure in table}) == len(table) == 24
    assert all(figure.convention for figure in table)
    assert {figure.name for figure in table} >= {"var_5", "var_95", "beta", "information_ratio"}
    sharpe = next(figure for figure in table if figure.name == "sharpe")
    assert sharpe.value == pytest.approx(1.7021862685)
    assert sharpe.convention == "mean / sample deviation x sqrt(252), risk-free 0.02 a year, geometric"


def test_what_a_series_cannot_tell_is_not_a_number() -> None:
    for series in ([], [0.01]):
        assert math.isnan(analytics.standard_deviation(series))
        assert math.isnan(analytics.sharpe_ratio(series))
        assert math.isnan(analytics.skewness(series, sample=True))
        assert math.isnan(analytics.excess_kurtosis(series, sample=True))
        assert math.isnan(analytics.information_ratio(series, series))
    assert all(math.isnan(figure.value) for figure in analytics.figures([]) if figure.name not in {"total_return"})
    assert math.isnan(analytics.treynor_ratio([0.01, 0.02], [0.0, 0.0]))
    assert math.isnan(analytics.capture([0.01], [-0.01]))
    assert math.isnan(analytics.quantile([], 0.5))


def test_all_that_is_lost_is_lost_for_the_year() -> None:
    assert analytics.annual_return([0.5, -1.0]) == -1


def test_series_of_different_length_are_not_compared() -> None:
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        analytics.beta([0.1, 0.2], [0.1])


# -- empyrical

Theirs: TypeAlias = Callable[[Any, list[float], list[float]], float]
Ours: TypeAlias = Callable[[list[float], list[float]], float]
AGREED: list[tuple[str, Theirs, Ours]] = [
    ("total", lambda e, r, _: e.cum_returns_final(r), lambda r, _: analytics.total_return(r)),
    ("annual", lambda e, r, _: e.annual_return(r), lambda r, _: analytics.annual_return(r)),
    ("volatility", lambda e, r, _: e.annual_volatility(r), lambda r, _: analytics.volatility(r)),
    ("sharpe", lambda e, r, _: e.sharpe_ratio(r), lambda r, _: analytics.sharpe_ratio(r)),
    ("downside", lambda e, r, _: e.downside_risk(r), lambda r, _: analytics.downside_risk(r)),
    ("sortino", lambda e, r, _: e.sortino_ratio(r), lambda r, _: analytics.sortino_ratio(r)),
    ("drawdown", lambda e, r, _: e.max_drawdown(r), lambda r, _: analytics.max_drawdown(r)),
    ("omega", lambda e, r, _: e.omega_ratio(r), lambda r, _: analytics.omega_ratio(r)),
    ("tail", lambda e, r, _: e.tail_ratio(r), lambda r, _: analytics.tail_ratio(r)),
    ("var", lambda e, r, _: e.value_at_risk(r), lambda r, _: analytics.value_at_risk(r)),
    ("beta", lambda e, r, b: e.beta(r, b), analytics.beta),
    ("alpha", lambda e, r, b: e.alpha(r, b), analytics.alpha),
]
changes = st.floats(min_value=-0.5, max_value=0.5).map(lambda value: round(value, 6))


@pytest.mark.parametrize(("theirs", "ours"), [case[1:] for case in AGREED], ids=[case[0] for case in AGREED])
@given(pairs=st.lists(st.tuples(changes, changes), min_size=5, max_size=40))
def test_figures_are_those_of_empyrical_where_conventions_agree(
    theirs: Theirs, ours: Ours, pairs: list[tuple[float, float]]
) -> None:
    if find_spec("empyrical") is None or find_spec("numpy") is None:
        not_run("empyrical is not installed")
    empyrical, numpy = import_module("empyrical"), import_module("numpy")
    returns, benchmark = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    # A series without any spread is rounding alone.
    assume(analytics.standard_deviation(returns) > 1e-4)
    assume(analytics.standard_deviation(benchmark) > 1e-4)
    with numpy.errstate(all="ignore"):
        expected = float(theirs(empyrical, numpy.array(returns), numpy.array(benchmark)))
    if math.isfinite(expected):
        assert ours(returns, benchmark) == pytest.approx(expected, rel=1e-7, abs=1e-9)
