"""Rates of exchange as a valuation needs them: one set, with one time and one source.

``market_data.FxSet`` is such a set; a valuation takes anything that answers the same questions.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from pyfixmsg_plus.market_data import FxMid, FxSet

__all__ = ["ONE_CURRENCY", "FxRates", "fx_set"]

_CODE = 3


class FxRates(Protocol):
    """A set of rates of one moment."""

    @property
    def source(self) -> str:
        """Name of the source."""
        ...

    @property
    def time_ns(self) -> int:
        """When the oldest of its rates was made, nanoseconds since 1970-01-01 00:00:00 UTC."""
        ...

    def rate(self, currency: str, base: str) -> Decimal | None:
        """Return how many units of ``base`` one unit of ``currency`` is, or ``None`` where it is not known."""
        ...


def fx_set(mids: Mapping[str, Decimal], time_ns: int = 0, source: str = "") -> FxSet:
    """Return a set of rates that is given as a table.

    Args:
        mids: By pair, such as ``GBPUSD``: how many units of the second currency one unit of the first is.
        time_ns: When they were made, nanoseconds since 1970-01-01 00:00:00 UTC.
        source: Who made them.

    Raises:
        ValueError: A pair is no two currencies, or a rate is not above zero.
    """
    wrong = [pair for pair in mids if len(pair) != 2 * _CODE]
    if wrong:
        raise ValueError(f"no pair of currencies: {', '.join(wrong)}")
    return FxSet(FxMid(pair[:_CODE], pair[_CODE:], mid, time_ns, source) for pair, mid in mids.items())


ONE_CURRENCY = FxSet()
