"""What is said of a basket to a vendor: its definition, its level, its state.

A level is a ``Decimal`` that was rounded once, for publication; units are exact; times are whole nanoseconds since
1970-01-01 00:00:00 UTC.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "BasketDefinition",
    "BasketLevel",
    "BasketStatus",
    "DefinedConstituent",
    "InstrumentId",
    "SecurityIDSource",
    "ValuationQuality",
]


class SecurityIDSource(StrEnum):
    """Who numbers securities in this way; the letters are the standard's."""

    CUSIP = "1"
    SEDOL = "2"
    ISIN = "4"
    RIC = "5"
    EXCHANGE_SYMBOL = "8"
    BLOOMBERG = "A"
    FIGI = "S"


@dataclass(frozen=True, slots=True)
class InstrumentId:
    """A symbol, and the number of the security where it has one.

    Attributes:
        symbol: Name of the basket or the instrument at the vendor.
        security_id: Its number.
        source: Who numbers so.
    """

    symbol: str
    security_id: str | None = None
    source: SecurityIDSource | None = None


class ValuationQuality(StrEnum):
    """A: all prices fresh from the preferred source. B: some aged or from another source. C: estimated, never firm."""

    A = "A"
    B = "B"
    C = "C"


class BasketStatus(StrEnum):
    """What a vendor is told of a basket that is not priced as usual."""

    SUSPENDED = "SUSPENDED"
    RESUMED = "RESUMED"
    DELISTED = "DELISTED"


@dataclass(frozen=True, slots=True)
class DefinedConstituent:
    """One name of a basket: which it is, and how many units of it the basket holds."""

    instrument: InstrumentId
    units: Decimal


@dataclass(frozen=True, slots=True)
class BasketDefinition:
    """What a vendor needs to list a basket."""

    basket_code: str
    name: str
    instrument: InstrumentId
    currency: str
    constituents: tuple[DefinedConstituent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLevel:
    """A level to be published.

    Attributes:
        basket_code: Ours.
        instrument: The basket at the vendor.
        level: Rounded for publication; it is printed with the decimals that it has.
        currency: The basket's.
        valued_ns: When it was valued: the time that is sent, whenever it is sent.
        quality: ``C`` is sent as indicative.
        stale: Sent as indicative: old data, or a value that stands in for one withheld.
        simulated: Prices of a simulator are in it.
        opened: First level of the day, where known.
        closed: Last level of the day, once it is over.
        high: Highest level of the day.
        low: Lowest level of the day.
    """

    basket_code: str
    instrument: InstrumentId
    level: Decimal
    currency: str
    valued_ns: int
    quality: ValuationQuality = ValuationQuality.A
    stale: bool = False
    simulated: bool = False
    opened: Decimal | None = None
    closed: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
