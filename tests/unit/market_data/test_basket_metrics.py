import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.market_data.basket_metrics import diversification, performance_score, risk_score


@pytest.mark.parametrize(
    ("sectors", "spread"),
    [("AAAA", 0.0), ("AABB", 0.6667), ("ABCD", 1.0), ("A", 0.0), ("", 0.0)],
)
def test_diversification_goes_by_the_sums_of_sectors(sectors: str, spread: float) -> None:
    assert diversification((sector, 25.0) for sector in sectors) == pytest.approx(spread, abs=5e-5)


def test_names_without_a_sector_are_one_group() -> None:
    assert diversification([(None, 50.0), (None, 50.0)]) == 0.0


def test_weights_of_nothing_are_not_spread() -> None:
    assert diversification([("A", 0.0), ("B", 0.0)]) == 0.0


@pytest.mark.parametrize(
    ("beta", "volatility", "spread", "risk"),
    [(1.2, 20, 0.75, 0.275), (9, 900, 0, 1.0), (-1, -5, 1, 0.0)],
)
def test_risk_is_made_of_beta_volatility_and_concentration(
    beta: float, volatility: float, spread: float, risk: float
) -> None:
    assert risk_score(beta, volatility, spread) == pytest.approx(risk)


@pytest.mark.parametrize(("percent", "risk", "score"), [(10, 0.275, 0.29), (-60, 0.1, 0.0), (500, 0.25, 0.75)])
def test_performance_is_return_for_risk(percent: float, risk: float, score: float) -> None:
    assert performance_score(percent, risk) == pytest.approx(score)


@given(st.lists(st.tuples(st.sampled_from([None, "A", "B", "C"]), st.floats(0, 1e6)), max_size=20))
def test_diversification_lies_between_none_and_all(weights: list[tuple[str | None, float]]) -> None:
    assert 0.0 <= diversification(weights) <= 1.0
