"""Rates of exchange: timestamped mids, and sets of them that one valuation uses from its first name to its last.

Inverse and cross rates are computed, cross rates through the US dollar. A rate that is not there is an error, never 1;
a minor unit such as GBp is brought to its currency before anything else.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from types import MappingProxyType

from pyfixmsg_plus.domain import CURRENCIES, MarketPrice, major_unit
from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.market_data.lifetime import believed_ns

__all__ = ["MAX_AGE_NS", "PIVOT", "QUOTED_IN_DOLLARS", "FxMid", "FxRateMissing", "FxSet", "FxTable", "pair_of"]

PIVOT = "USD"
MAX_AGE_NS = 300 * 1_000_000_000
ONE = Decimal(1)
DIGITS = Context(prec=34, rounding=ROUND_HALF_EVEN)

_PAIR = re.compile(r"([A-Z]{3})/?([A-Z]{3})(?:=[A-Z0-9]*)?", re.ASCII)
_AGAINST_DOLLAR = re.compile(r"([A-Z]{3})=[A-Z0-9]*", re.ASCII)
# One unit of these is quoted in dollars; of every other currency so many units are quoted to the dollar.
QUOTED_IN_DOLLARS = frozenset({"EUR", "GBP", "AUD", "NZD"})


class FxRateMissing(PyFixMsgError):  # noqa: N818 - the service's word
    """There is no rate, or none that is young enough.

    Attributes:
        code: The word for it in answers of the service.
        currency: That should have been converted.
        base: Into which.
    """

    code = "FX_RATE_MISSING"

    def __init__(self, currency: str, base: str) -> None:
        super().__init__(f"no rate of exchange from {currency} to {base}")
        self.currency = currency
        self.base = base


@dataclass(frozen=True, slots=True)
class FxMid:
    """How many units of ``quote`` one unit of ``base`` is.

    Attributes:
        base: ISO 4217.
        quote: ISO 4217.
        mid: Half of bid and ask; a fixing is its own mid.
        time_ns: When it was made, UTC nanoseconds.
        source: Who made it.
        price_id: Of the price that it was taken from.
    """

    base: str
    quote: str
    mid: Decimal
    time_ns: int
    source: str = ""
    price_id: str = ""

    def __post_init__(self) -> None:
        if self.base == self.quote or not self.mid.is_finite() or self.mid <= 0:
            raise ValueError(f"no rate of exchange: {self.base}{self.quote} {self.mid}")


class FxSet:
    """The rates of one moment; it does not change.

    Args:
        mids: The rates; of two for one pair the younger counts.
    """

    __slots__ = ("_mids", "source", "time_ns")

    def __init__(self, mids: Iterable[FxMid] = ()) -> None:
        table: dict[tuple[str, str], FxMid] = {}
        for mid in sorted(mids, key=lambda mid: mid.time_ns):
            table[mid.base, mid.quote] = mid
        self._mids: Mapping[tuple[str, str], FxMid] = MappingProxyType(dict(sorted(table.items())))
        self.source: str = "+".join(sorted({mid.source for mid in table.values() if mid.source}))
        self.time_ns: int = min((mid.time_ns for mid in table.values()), default=0)

    @property
    def mids(self) -> tuple[FxMid, ...]:
        """The rates that it holds, in the order of their pairs."""
        return tuple(self._mids.values())

    def rate(self, currency: str, base: str) -> Decimal | None:
        """Return how many units of ``base`` one unit of ``currency`` is, or ``None`` where it is not known.

        The pair itself comes first, then its inverse, then the way through the US dollar; 34 digits, half to even.
        A minor unit counts as its part of the currency.
        """
        (currency, divisor), (base, base_divisor) = major_unit(currency), major_unit(base)
        rate = self._major(currency, base)
        if rate is None or divisor == base_divisor:
            return rate
        return DIGITS.divide(DIGITS.multiply(rate, Decimal(base_divisor)), Decimal(divisor))

    def convert(self, amount: Decimal, currency: str, base: str) -> Decimal:
        """Return an amount of ``currency`` in ``base``, to 34 digits.

        Raises:
            FxRateMissing: The rate is not known.
        """
        (currency, divisor), (base, base_divisor) = major_unit(currency), major_unit(base)
        rate = self._major(currency, base)
        if rate is None:
            raise FxRateMissing(currency, base)
        # Minor units divide first.
        return DIGITS.multiply(DIGITS.multiply(DIGITS.divide(amount, Decimal(divisor)), rate), Decimal(base_divisor))

    def _major(self, currency: str, base: str) -> Decimal | None:
        if currency == base:
            return ONE
        direct = self._quoted(currency, base)
        if direct is not None:
            return direct
        dollars, dollars_base = self._quoted(currency, PIVOT), self._quoted(base, PIVOT)
        if dollars is None or dollars_base is None:
            return None
        return DIGITS.divide(dollars, dollars_base)

    def _quoted(self, currency: str, base: str) -> Decimal | None:
        if currency == base:
            return ONE
        known = self._mids.get((currency, base))
        if known is not None:
            return known.mid
        inverse = self._mids.get((base, currency))
        return None if inverse is None else DIGITS.divide(ONE, inverse.mid)


@dataclass(slots=True)
class FxTable:
    """The rates as they come in.

    Attributes:
        max_age_ns: A rate that is older does not enter a set.
    """

    max_age_ns: int = MAX_AGE_NS
    _mids: dict[tuple[str, str], FxMid] = field(default_factory=dict)

    def put(self, price: MarketPrice) -> bool:
        """Take the mid of a price whose symbol is a pair of currencies, and say whether it was taken.

        Half of bid and ask counts where both are there and not crossed, else the last trade. Newer never yields to
        older.
        """
        pair, mid = pair_of(price.symbol), _mid(price)
        if pair is None or mid is None:
            return False
        return self.set(FxMid(*pair, mid, believed_ns(price), price.source, price.price_id))

    def set(self, mid: FxMid) -> bool:
        """Take a rate unless a younger one is known, and say whether it was taken."""
        known = self._mids.get((mid.base, mid.quote))
        if known is not None and known.time_ns > mid.time_ns:
            return False
        self._mids[mid.base, mid.quote] = mid
        return True

    def snapshot(self, utc_ns: int) -> FxSet:
        """Return the rates that are young enough at this moment, as one set."""
        return FxSet(mid for mid in self._mids.values() if utc_ns - mid.time_ns <= self.max_age_ns)


def pair_of(symbol: str) -> tuple[str, str] | None:
    """Return the two currencies that a symbol names: ``EURUSD``, ``EUR/USD``, ``EURUSD=``, or a RIC such as ``JPY=``.

    A RIC with one currency is against the dollar, the way round in which the market quotes it. At least one of the two
    must be a currency that is known; otherwise it is a ticker of six letters.
    """
    if found := _PAIR.fullmatch(symbol):
        base, quote = found.groups()
    elif found := _AGAINST_DOLLAR.fullmatch(symbol):
        currency = found.group(1)
        base, quote = (currency, PIVOT) if currency in QUOTED_IN_DOLLARS else (PIVOT, currency)
    else:
        return None
    return (base, quote) if base != quote and (base in CURRENCIES or quote in CURRENCIES) else None


def _mid(price: MarketPrice) -> Decimal | None:
    if price.bid is not None and price.ask is not None and 0 < price.bid <= price.ask:
        return DIGITS.divide(DIGITS.add(price.bid, price.ask), Decimal(2))
    return price.last if price.last is not None and price.last > 0 else None
