"""Limits by the kind of instrument, where nothing was set for it."""

from decimal import Decimal

from pyfixmsg_plus.market_data.fx import pair_of
from pyfixmsg_plus.market_data.quality.rules import Limits

__all__ = ["usual_limits"]

_SECURITY = Limits()
# A pair is often only quoted, and one unit of some currencies is worth little.
_PAIR = Limits(last_required=False, lowest=Decimal("0.000001"), highest=Decimal(1_000_000_000))


def usual_limits(symbol: str) -> Limits:
    """Return the limits for a symbol: those of securities, or wider ones for a pair of currencies."""
    return _SECURITY if pair_of(symbol) is None else _PAIR
