"""Rates of exchange as a valuation needs them: one set, with one time and one source.

Cross rates go through the US dollar; a rate that is not there is never taken to be 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from pyfixmsg_plus.basket.arithmetic import quotient

__all__ = ["ONE_CURRENCY", "FxRates", "Rates"]

_PIVOT = "USD"
_ONE = Decimal(1)


class FxRates(Protocol):
    """A set of rates of one moment."""

    @property
    def source(self) -> str:
        """Name of the source."""
        ...

    @property
    def time_ns(self) -> int:
        """When the oldest of its rates was made."""
        ...

    def rate(self, currency: str, base: str) -> Decimal | None:
        """Return how many units of ``base`` one unit of ``currency`` is, or ``None`` where it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Rates:
    """A set of rates that is given as a table.

    Args:
        mids: By pair, such as ``GBPUSD``: how many units of the second currency one unit of the first is.
        time_ns: When they were made.
        source: Who made them.
    """

    mids: Mapping[str, Decimal] = field(default_factory=dict)
    time_ns: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        for pair, mid in self.mids.items():
            if len(pair) != 6 or not mid.is_finite() or mid <= 0:
                raise ValueError(f"no rate of exchange: {pair} {mid}")

    def rate(self, currency: str, base: str) -> Decimal | None:
        """Return how many units of ``base`` one unit of ``currency`` is, or ``None`` where it is not known.

        The pair itself comes first, then its inverse, then the way through the US dollar; 34 digits, half to even.
        """
        if currency == base:
            return _ONE
        direct = self._quoted(currency, base)
        if direct is not None:
            return direct
        dollars, dollars_base = self._quoted(currency, _PIVOT), self._quoted(base, _PIVOT)
        if dollars is None or dollars_base is None:
            return None
        return quotient(dollars, dollars_base)

    def _quoted(self, currency: str, base: str) -> Decimal | None:
        if currency == base:
            return _ONE
        mid = self.mids.get(currency + base)
        if mid is not None:
            return mid
        inverse = self.mids.get(base + currency)
        return None if inverse is None else quotient(_ONE, inverse)


ONE_CURRENCY = Rates()
