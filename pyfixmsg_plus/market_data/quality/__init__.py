"""What is wrong with prices: rules for single records, and what a source is worth over time."""

from pyfixmsg_plus.market_data.quality.gate import Gate, Verdict
from pyfixmsg_plus.market_data.quality.limits import usual_limits
from pyfixmsg_plus.market_data.quality.report import QualityReport, report
from pyfixmsg_plus.market_data.quality.rules import (
    Issue,
    Limits,
    Rule,
    Severity,
    band,
    basket_score,
    examine,
    lower,
    score,
)

__all__ = [
    "Gate",
    "Issue",
    "Limits",
    "QualityReport",
    "Rule",
    "Severity",
    "Verdict",
    "band",
    "basket_score",
    "examine",
    "lower",
    "report",
    "score",
    "usual_limits",
]
