"""Decide which price of a name counts, and how good it is.

Fresh, aged and expired go by the age of a price, which runs while the market of the instrument is open. A halted name
keeps its last trade and does not age. No name is ever left out, counted as zero, or made up for by the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from pyfixmsg_plus.basket.composition import Holding
from pyfixmsg_plus.basket.pricing import Pricing, StalePolicy
from pyfixmsg_plus.domain import DataQuality, MarketPrice, ValuationQuality
from pyfixmsg_plus.market_data.calendar import RoundTheClock

__all__ = [
    "ALWAYS_OPEN",
    "Chosen",
    "PolicyApplied",
    "TradingTime",
    "WithheldReason",
    "choose",
    "price_time_ns",
]

_NS = 1_000_000_000


class TradingTime(Protocol):
    """How long a market was open; the calendars of ``market_data`` can say it."""

    def open_ns(self, exchange: str | None, since_ns: int, until_ns: int) -> int:
        """Return for how many of the nanoseconds between two moments the market was open."""
        ...


ALWAYS_OPEN: TradingTime = RoundTheClock()


class PolicyApplied(StrEnum):
    """Why this price of a name counts."""

    FRESH = "FRESH"
    HALTED = "HALTED"
    LAST_VALID = "LAST_VALID"
    FALLBACK_SOURCE = "FALLBACK_SOURCE"
    PREV_CLOSE = "PREV_CLOSE"
    NOT_YET_TRADED = "NOT_YET_TRADED"


class WithheldReason(StrEnum):
    """Why there is no level."""

    MISSING_PRICE = "MISSING_PRICE"
    EXPIRED_PRICE = "EXPIRED_PRICE"
    STALE_WEIGHT = "STALE_WEIGHT"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"
    FX_RATE_MISSING = "FX_RATE_MISSING"
    LEVEL_OUT_OF_RANGE = "LEVEL_OUT_OF_RANGE"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The price of a name that counts.

    Attributes:
        price: In the major unit.
        origin: The record that it comes from; ``None`` for a name that has not traded yet.
        applied: Why it counts.
        age_ns: Its age while its market was open.
        quality: The best that a level with it can be.
        stale: It is not fresh.
    """

    price: Decimal
    origin: MarketPrice | None
    applied: PolicyApplied
    age_ns: int
    quality: ValuationQuality
    stale: bool


def price_time_ns(price: MarketPrice) -> int:
    """Return from when the age of a price counts: its source's time, or when its stream last showed that it is alive.

    Without a source's time it is when the price reached us.
    """
    happened = price.received_ns if price.source_ns is None else price.source_ns
    return happened if price.confirmed_ns is None else max(happened, price.confirmed_ns)


def choose(
    holding: Holding,
    prices: Sequence[MarketPrice],
    pricing: Pricing,
    utc_ns: int,
    *,
    preferred: str | None = None,
    market: TradingTime = ALWAYS_OPEN,
    priced_before: bool = False,
) -> Chosen | WithheldReason:
    """Return the price of one name that counts, or why none does.

    Args:
        holding: The name.
        prices: What is known of it: first what is in use, then what other sources say, in the order of their priority.
        pricing: How its basket is priced.
        utc_ns: Now, nanoseconds since 1970-01-01 00:00:00 UTC.
        preferred: Source whose prices may make a level of quality A; ``None``: any.
        market: How long a market was open.
        priced_before: There was a level of this basket before; only then may a close stand in for a price not there.
    """
    known = [price for price in prices if price.last is not None and price.last.is_finite() and price.last > 0]
    best = _aged(known[0], pricing, utc_ns, preferred, market) if known else None
    if best is not None and best.stale and pricing.stale_policy is StalePolicy.FALLBACK_SOURCE:
        others = (_aged(price, pricing, utc_ns, preferred, market) for price in known[1:])
        best = next((_fallen_back(other) for other in others if other.age_ns < best.age_ns), best)
    if best is not None and (not best.stale or best.age_ns <= pricing.max_age_seconds * _NS):
        return best
    if best is None and holding.until_traded is not None:
        return Chosen(holding.until_traded, None, PolicyApplied.NOT_YET_TRADED, 0, ValuationQuality.A, stale=False)
    if pricing.stale_policy is StalePolicy.PREV_CLOSE and (best is not None or priced_before):
        for price in prices:
            close = price.previous_close
            if close is not None and close.is_finite() and close > 0:
                age_ns = market.open_ns(price.exchange, price_time_ns(price), utc_ns)
                return Chosen(close, price, PolicyApplied.PREV_CLOSE, age_ns, ValuationQuality.C, stale=True)
    return WithheldReason.MISSING_PRICE if best is None else WithheldReason.EXPIRED_PRICE


def _aged(price: MarketPrice, pricing: Pricing, utc_ns: int, preferred: str | None, market: TradingTime) -> Chosen:
    last = price.last
    assert last is not None  # noqa: S101 - the caller looked
    usual = preferred is None or price.source == preferred
    quality = ValuationQuality.A if usual else ValuationQuality.B
    if price.halted:
        return Chosen(last, price, PolicyApplied.HALTED, 0, quality, stale=False)
    age_ns = market.open_ns(price.exchange, price_time_ns(price), utc_ns)
    # A stream that is suspect says so by LOW: its last value is not fresh, however young.
    if age_ns <= pricing.fresh_seconds * _NS and price.quality is not DataQuality.LOW:
        applied = PolicyApplied.FRESH if usual else PolicyApplied.FALLBACK_SOURCE
        return Chosen(last, price, applied, age_ns, quality, stale=False)
    return Chosen(last, price, PolicyApplied.LAST_VALID, age_ns, ValuationQuality.B, stale=True)


def _fallen_back(chosen: Chosen) -> Chosen:
    return Chosen(
        chosen.price, chosen.origin, PolicyApplied.FALLBACK_SOURCE, chosen.age_ns, ValuationQuality.B, chosen.stale
    )
