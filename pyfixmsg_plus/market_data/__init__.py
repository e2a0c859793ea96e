"""Prices: where they come from, how long they may be believed, and what is wrong with them.

What decides here is told the time; the parts that wait and call are thin and stand apart.
"""

from pyfixmsg_plus.market_data.fx import FxMid, FxRateMissing, FxSet, FxTable
from pyfixmsg_plus.market_data.last_values import Changes, LastValues
from pyfixmsg_plus.market_data.source import (
    BreakerOpen,
    BudgetSpent,
    Confirms,
    Listener,
    PriceSource,
    SourceError,
    SourceGarbled,
    SourceHealth,
    SourceRejected,
    SourceStatus,
    SourceTimeout,
    SourceUnavailable,
    Subscription,
    UnknownSymbol,
)

__all__ = [
    "BreakerOpen",
    "BudgetSpent",
    "Changes",
    "Confirms",
    "FxMid",
    "FxRateMissing",
    "FxSet",
    "FxTable",
    "LastValues",
    "Listener",
    "PriceSource",
    "SourceError",
    "SourceGarbled",
    "SourceHealth",
    "SourceRejected",
    "SourceStatus",
    "SourceTimeout",
    "SourceUnavailable",
    "Subscription",
    "UnknownSymbol",
]
