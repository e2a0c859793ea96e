"""What a source says of an instrument.

Prices are ``Decimal`` in the major unit of the currency, times whole nanoseconds since 1970-01-01 00:00:00 UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

__all__ = ["DailyBar", "DataQuality", "MarketPrice"]

_NOTHING: Mapping[str, str] = MappingProxyType({})


class DataQuality(StrEnum):
    """How far a price may be trusted."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPrice:
    """The state of one instrument at one source.

    What the source left blank is ``None``, never zero and never another price in its place.

    Attributes:
        symbol: As it was asked for, its case kept.
        source: Name of the source, such as ``SMA_REFINITIV``.
        currency: ISO 4217; prices are in its major unit.
        quote_unit: The unit in which the source quotes, such as ``GBp``.
        last: Last trade.
        bid: Best bid.
        ask: Best offer.
        open: First trade of the day.
        high: Highest trade of the day.
        low: Lowest trade of the day.
        previous_close: Close of the day before, unadjusted.
        volume: Traded today.
        exchange: MIC.
        source_ns: When the source says that it happened; ``None`` where it does not say.
        received_ns: When it reached us.
        confirmed_ns: When the stream that carries it last showed that it is alive, Open and Ok; ``None`` without one.
        quality: The lowest of what the source and the rules say.
        halted: The market has stopped trading it: ``last`` stands, and does not age.
        simulated: It comes from a simulator, or from recorded figures played again.
        price_id: Unique for each state of an instrument.
        additional: Further fields by the source's names, as text.
    """

    symbol: str
    source: str
    currency: str | None = None
    quote_unit: str | None = None
    last: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    previous_close: Decimal | None = None
    volume: int | None = None
    exchange: str | None = None
    source_ns: int | None = None
    received_ns: int
    confirmed_ns: int | None = None
    quality: DataQuality = DataQuality.HIGH
    halted: bool = False
    simulated: bool = False
    price_id: str = ""
    additional: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyBar:
    """One day of one instrument.

    Attributes:
        day: The trading date.
        open: First trade.
        high: Highest trade.
        low: Lowest trade.
        close: Last trade, unadjusted.
        adjusted_close: Close after later splits and dividends; equal to ``close`` where nothing is known of them.
        volume: Traded, where the source says.
    """

    day: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    adjusted_close: Decimal
    volume: int | None = None
