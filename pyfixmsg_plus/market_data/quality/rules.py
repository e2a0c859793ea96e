"""What may be wrong with the record of a price, how much it weighs, and what becomes of the record.

Each rule says what is wrong with one record. The score is a hundred less the weight of each; what is critical or high
keeps the record from being priced.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum

from pyfixmsg_plus.domain import DataQuality, MarketPrice
from pyfixmsg_plus.market_data.lifetime import FUTURE_NS, age_ns

__all__ = ["Issue", "Limits", "Rule", "Severity", "band", "basket_score", "examine", "lower", "score"]

_SECOND_NS = 1_000_000_000
_HUNDRED = Decimal(100)
_TWO = Decimal(2)


class Severity(IntEnum):
    """How bad; the number is what it takes from the score."""

    LOW = 5
    MEDIUM = 10
    HIGH = 15
    CRITICAL = 20


class Rule(StrEnum):
    """What can be wrong."""

    MISSING_LAST_PRICE = "MISSING_LAST_PRICE"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"
    INVALID_BID_ASK_SPREAD = "INVALID_BID_ASK_SPREAD"
    PRICE_TOO_LOW = "PRICE_TOO_LOW"
    PRICE_TOO_HIGH = "PRICE_TOO_HIGH"
    INVALID_HIGH_LOW_PRICES = "INVALID_HIGH_LOW_PRICES"
    PRICE_JUMP = "PRICE_JUMP"
    SPREAD_TOO_WIDE = "SPREAD_TOO_WIDE"
    LAST_PRICE_OUT_OF_RANGE = "LAST_PRICE_OUT_OF_RANGE"
    INVALID_VOLUME = "INVALID_VOLUME"
    SOURCE_TIME_OLD = "SOURCE_TIME_OLD"
    SOURCE_TIME_FUTURE = "SOURCE_TIME_FUTURE"
    LOCKED_MARKET = "LOCKED_MARKET"

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return _SEVERITY[self]


_SEVERITY = {
    Rule.MISSING_LAST_PRICE: Severity.CRITICAL,
    Rule.CURRENCY_MISMATCH: Severity.CRITICAL,
    Rule.INVALID_BID_ASK_SPREAD: Severity.CRITICAL,
    Rule.PRICE_TOO_LOW: Severity.HIGH,
    Rule.PRICE_TOO_HIGH: Severity.HIGH,
    Rule.INVALID_HIGH_LOW_PRICES: Severity.HIGH,
    Rule.PRICE_JUMP: Severity.HIGH,
    Rule.SPREAD_TOO_WIDE: Severity.MEDIUM,
    Rule.LAST_PRICE_OUT_OF_RANGE: Severity.MEDIUM,
    Rule.INVALID_VOLUME: Severity.MEDIUM,
    Rule.SOURCE_TIME_OLD: Severity.MEDIUM,
    Rule.SOURCE_TIME_FUTURE: Severity.MEDIUM,
    Rule.LOCKED_MARKET: Severity.LOW,
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with a record."""

    rule: Rule
    text: str

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.rule.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What counts as wrong; each may be set for an instrument.

    Attributes:
        lowest: Prices below are too low.
        highest: Prices above are too high.
        spread_percent: Of the middle of bid and ask; a wider spread is too wide.
        jump_percent: A last price that moved further from the one before jumped.
        agree_percent: By how much two prices may differ and still say the same.
        volume: The most that can be traded in a day.
        age_ns: A source's time that is further back is old.
        currency: ISO 4217 that the instrument is quoted in, where that is known.
        last_required: ``False`` for what is only quoted, never traded, such as a pair of currencies.
    """

    lowest: Decimal = Decimal("0.01")
    highest: Decimal = Decimal(1_000_000)
    spread_percent: Decimal = Decimal(50)
    jump_percent: Decimal = Decimal(50)
    agree_percent: Decimal = Decimal(10)
    volume: int = 1_000_000_000
    age_ns: int = 300 * _SECOND_NS
    currency: str | None = None
    last_required: bool = True


def examine(price: MarketPrice, limits: Limits, utc_ns: int) -> tuple[Issue, ...]:
    """Return what is wrong with a record by itself, the worst first; a jump needs more than the record."""
    return tuple(sorted(_found(price, limits, utc_ns), key=lambda issue: -issue.severity))


def _found(price: MarketPrice, limits: Limits, utc_ns: int) -> Iterator[Issue]:
    yield from _prices(price, limits)
    yield from _quotes(price, limits)
    if price.volume is not None and not 0 <= price.volume <= limits.volume:
        yield Issue(Rule.INVALID_VOLUME, f"volume {price.volume} lies outside 0..{limits.volume}")
    if price.source_ns is not None and price.source_ns > price.received_ns + FUTURE_NS:
        ahead = (price.source_ns - price.received_ns) / _SECOND_NS
        yield Issue(Rule.SOURCE_TIME_FUTURE, f"the source's time is {ahead:.3f} s ahead")
    elif "sourceTimeAhead" in price.additional:
        yield Issue(Rule.SOURCE_TIME_FUTURE, "the source's time was ahead and gave way to that of receipt")
    elif not price.halted and age_ns(price, utc_ns) > limits.age_ns:
        yield Issue(Rule.SOURCE_TIME_OLD, f"{age_ns(price, utc_ns) / _SECOND_NS:.0f} s old")


def _prices(price: MarketPrice, limits: Limits) -> Iterator[Issue]:
    last, high, low = price.last, price.high, price.low
    if last is None and limits.last_required:
        yield Issue(Rule.MISSING_LAST_PRICE, "there is no last price")
    if limits.currency is not None and price.currency is not None and price.currency != limits.currency:
        yield Issue(Rule.CURRENCY_MISMATCH, f"in {price.currency} where {limits.currency} is expected")
    if last is not None and last < limits.lowest:
        yield Issue(Rule.PRICE_TOO_LOW, f"last price {last} is below {limits.lowest}")
    if last is not None and last > limits.highest:
        yield Issue(Rule.PRICE_TOO_HIGH, f"last price {last} is above {limits.highest}")
    if high is not None and low is not None and high < low:
        yield Issue(Rule.INVALID_HIGH_LOW_PRICES, f"high {high} is below low {low}")
    elif last is not None and ((low is not None and last < low) or (high is not None and last > high)):
        yield Issue(Rule.LAST_PRICE_OUT_OF_RANGE, f"last price {last} lies outside {low}..{high}")


def _quotes(price: MarketPrice, limits: Limits) -> Iterator[Issue]:
    bid, ask = price.bid, price.ask
    if bid is None or ask is None:
        return
    if bid > ask:
        yield Issue(Rule.INVALID_BID_ASK_SPREAD, f"bid {bid} is above ask {ask}")
    elif bid == ask:
        yield Issue(Rule.LOCKED_MARKET, f"bid and ask are both {bid}")
    elif (ask - bid) * _HUNDRED * _TWO > limits.spread_percent * (ask + bid):
        yield Issue(Rule.SPREAD_TOO_WIDE, f"from bid {bid} to ask {ask}")


def score(issues: Iterable[Issue]) -> int:
    """Return a hundred less what each issue takes, never below 0."""
    return max(0, 100 - sum(issue.severity for issue in issues))


def band(points: float) -> DataQuality:
    """Return the band that a score lies in."""
    if points >= 90:
        return DataQuality.HIGH
    return DataQuality.MEDIUM if points >= 70 else DataQuality.LOW


_RANK = {DataQuality.LOW: 0, DataQuality.MEDIUM: 1, DataQuality.HIGH: 2}
_WORTH = {DataQuality.HIGH: 1.0, DataQuality.MEDIUM: 0.7, DataQuality.LOW: 0.3}


def lower(one: DataQuality, other: DataQuality) -> DataQuality:
    """Return the lower of two bands."""
    return min(one, other, key=_RANK.__getitem__)


def basket_score(qualities: Iterable[DataQuality]) -> float | None:
    """Return the mean worth of the names' qualities, from 0 to 1; ``None`` of no names."""
    worths = [_WORTH[quality] for quality in qualities]
    return sum(worths) / len(worths) if worths else None
