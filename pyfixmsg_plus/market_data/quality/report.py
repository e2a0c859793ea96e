"""What can be said of the quality of many prices at once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.market_data.quality.gate import Verdict
from pyfixmsg_plus.market_data.quality.rules import Rule, basket_score

__all__ = ["QualityReport", "report"]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The quality of many prices.

    Attributes:
        names: How many.
        quarantined: Of them, those that may not be priced.
        mean_score: Of all that may be priced, from 0 to 100; ``None`` of none.
        worth: Mean worth of the qualities of all that may be priced, from 0 to 1; ``None`` of none.
        by_quality: How many of each quality may be priced.
        by_rule: How many break each rule.
    """

    names: int
    quarantined: int
    mean_score: float | None
    worth: float | None
    by_quality: Mapping[DataQuality, int]
    by_rule: Mapping[Rule, int]


def report(verdicts: Iterable[Verdict]) -> QualityReport:
    """Return what verdicts say together."""
    every = list(verdicts)
    priced = [verdict for verdict in every if not verdict.quarantined]
    qualities = [verdict.price.quality for verdict in priced]
    return QualityReport(
        names=len(every),
        quarantined=len(every) - len(priced),
        mean_score=sum(verdict.score for verdict in priced) / len(priced) if priced else None,
        worth=basket_score(qualities),
        by_quality=Counter(qualities),
        by_rule=Counter(issue.rule for verdict in every for issue in verdict.issues),
    )
