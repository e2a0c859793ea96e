"""How long a price may be believed. It counts from when the source says that it happened, never from when it was read.

A source that stands still therefore turns stale however often it is asked. On a stream that is alive, Open and Ok, the
last sign of life counts in place of the last tick: a quiet instrument is not a stale one.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

from pyfixmsg_plus.domain import DataQuality, MarketPrice

__all__ = ["FUTURE_NS", "SMA_LIFETIME", "Lifetime", "age_ns", "believed_ns", "dated", "happened_ns"]

SECOND_NS = 1_000_000_000
# Clocks of a source and of ours may differ by so much; what lies further ahead is no time that we can use.
FUTURE_NS = 2 * SECOND_NS

_BELOW_HIGH = {DataQuality.HIGH: DataQuality.MEDIUM}


def happened_ns(price: MarketPrice) -> int:
    """Return the time that a price is of: the source's, or that of receipt where the source's is absent or ahead."""
    source_ns = price.source_ns
    if source_ns is None or source_ns > price.received_ns + FUTURE_NS:
        return price.received_ns
    return source_ns


def believed_ns(price: MarketPrice, confirmed_ns: int | None = None) -> int:
    """Return the last time at which a price was known to hold.

    Args:
        price: The price.
        confirmed_ns: When its stream last showed that it is alive, where more is known of that than the price says.
    """
    return max(happened_ns(price), price.confirmed_ns or 0, confirmed_ns or 0)


def age_ns(price: MarketPrice, utc_ns: int, confirmed_ns: int | None = None) -> int:
    """Return how long ago a price was last known to hold, in nanoseconds; never negative."""
    return max(0, utc_ns - believed_ns(price, confirmed_ns))


def dated(price: MarketPrice) -> MarketPrice:
    """Return a price with a time that can be used.

    Without the source's time it bears that of receipt, and is of medium quality at most. A time more than two seconds
    ahead gives way to that of receipt too; what the source said stays under ``sourceTimeAhead`` in ``additional``.
    """
    if price.source_ns is None:
        return replace(price, source_ns=price.received_ns, quality=_BELOW_HIGH.get(price.quality, price.quality))
    if price.source_ns > price.received_ns + FUTURE_NS:
        said = {**price.additional, "sourceTimeAhead": str(price.source_ns)}
        return replace(price, source_ns=price.received_ns, additional=MappingProxyType(said))
    return price


@dataclass(frozen=True, slots=True)
class Lifetime:
    """For how long a price of each quality may be served from a cache, in nanoseconds."""

    high_ns: int = 300 * SECOND_NS
    medium_ns: int = 120 * SECOND_NS
    low_ns: int = 60 * SECOND_NS

    def of(self, quality: DataQuality) -> int:
        """Return the lifetime of a price of this quality."""
        match quality:
            case DataQuality.HIGH:
                return self.high_ns
            case DataQuality.MEDIUM:
                return self.medium_ns
            case DataQuality.LOW:
                return self.low_ns

    def expires_ns(self, price: MarketPrice, confirmed_ns: int | None = None) -> int:
        """Return the UTC nanosecond from which on a price may not be served."""
        return believed_ns(price, confirmed_ns) + self.of(price.quality)


# The adapter's own cache holds prices of any quality for the same time.
SMA_LIFETIME = Lifetime(300 * SECOND_NS, 300 * SECOND_NS, 300 * SECOND_NS)
