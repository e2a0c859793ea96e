"""How prices, bars and the health of sources are written in answers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import DailyBar, MarketPrice
from pyfixmsg_plus.market_data import SourceHealth
from pyfixmsg_plus.market_data.lifetime import age_ns, happened_ns
from pyfixmsg_plus.monitor import moment
from pyfixmsg_plus.services.basket_pricing.http.answers import text

__all__ = ["FRESH_NS", "bar_view", "health_view", "market_price_view", "sma_price_view"]

_MS = 1_000_000
_HUNDREDTH = Decimal("0.01")
FRESH_NS = 15_000_000_000


def sma_price_view(price: MarketPrice, now: Now) -> dict[str, Any]:
    """Return a price as the adapter gives it."""
    age = age_ns(price, now.utc_ns)
    view: dict[str, Any] = {
        "symbol": price.symbol,
        "lastPrice": text(price.last),
        "bidPrice": text(price.bid),
        "askPrice": text(price.ask),
        "openPrice": text(price.open),
        "highPrice": text(price.high),
        "lowPrice": text(price.low),
        "previousClose": text(price.previous_close),
        "volume": price.volume,
        "currency": price.currency,
        "exchange": price.exchange,
        "timestamp": moment(happened_ns(price)),
        "dataQuality": price.quality.value,
        "additionalFields": dict(price.additional),
        "ageMs": age // _MS,
        "stale": age > FRESH_NS,
        "source": price.source,
    }
    if price.halted:
        view["halted"] = True
    if price.simulated:
        view["simulated"] = True
    return view


def market_price_view(price: MarketPrice, now: Now, *, fallback: bool = False, cached: bool = False) -> dict[str, Any]:
    """Return a price as the sources together give it."""
    change = None if price.last is None or price.previous_close is None else price.last - price.previous_close
    percent = (
        None
        if change is None or not price.previous_close
        else f"{(change / price.previous_close * 100).quantize(_HUNDREDTH):f}"
    )
    return {
        "instrumentId": price.symbol,
        **sma_price_view(price, now),
        "changeAmount": text(change),
        "changePercentage": percent,
        "dataSource": price.source,
        "receivedAt": moment(price.received_ns),
        "priceId": price.price_id,
        "halted": price.halted,
        "fallback": fallback,
        "cached": cached,
    }


def bar_view(bar: DailyBar) -> dict[str, Any]:
    """Return one day."""
    return {
        "date": bar.day.isoformat(),
        "openPrice": text(bar.open),
        "highPrice": text(bar.high),
        "lowPrice": text(bar.low),
        "closePrice": text(bar.close),
        "adjustedClose": text(bar.adjusted_close),
        "volume": bar.volume,
    }


def health_view(
    health: SourceHealth, now: Now, connection: str, counters: Mapping[str, object] | None
) -> dict[str, Any]:
    """Return how a source does; counters only for callers that may see them."""
    view: dict[str, Any] = {
        "status": health.status,
        "connected": health.connected,
        "connection": connection,
        "timestamp": moment(now.utc_ns),
    }
    if counters is not None:
        view["lastHeard"] = None if health.last_heard_ns is None else moment(health.last_heard_ns)
        view["detail"] = health.detail
        view.update(counters)
    return view
