"""Decide how the adapter does, from what is known of its source."""

from pyfixmsg_plus.market_data.breaker import BreakerState
from pyfixmsg_plus.market_data.sma.settings import SmaSettings
from pyfixmsg_plus.market_data.source import SourceHealth

__all__ = ["judge"]

_SECOND_NS = 1_000_000_000


def judge(
    source: SourceHealth,
    *,
    answered_ns: int | None,
    disconnected_ns: int | None,
    breaker: BreakerState,
    utc_ns: int,
    settings: SmaSettings,
) -> SourceHealth:
    """Return the health of the adapter.

    Args:
        source: What the source says of itself.
        answered_ns: When it last answered a call.
        disconnected_ns: Since when it has not been connected; ``None`` while it is.
        breaker: State of its breaker.
        utc_ns: The time; all times are UTC nanoseconds.
        settings: The limits.
    """
    heard = max((ns for ns in (source.last_heard_ns, answered_ns) if ns is not None), default=None)
    if not source.connected:
        away = 0 if disconnected_ns is None else utc_ns - disconnected_ns
        if away > settings.down_ns:
            lasted = f"not connected for {away // _SECOND_NS} s"
            return SourceHealth("DOWN", connected=False, last_heard_ns=heard, detail=lasted)
        return SourceHealth("DEGRADED", connected=False, last_heard_ns=heard, detail="not connected")
    if breaker is not BreakerState.CLOSED:
        return SourceHealth("DEGRADED", connected=True, last_heard_ns=heard, detail=f"the breaker is {breaker.name}")
    if heard is None or utc_ns - heard > settings.heard_ns:
        silent = "nothing heard yet" if heard is None else f"silent for {(utc_ns - heard) // _SECOND_NS} s"
        return SourceHealth("DEGRADED", connected=True, last_heard_ns=heard, detail=silent)
    if source.status == "DEGRADED":
        return SourceHealth("DEGRADED", connected=True, last_heard_ns=heard, detail=source.detail)
    return SourceHealth("UP", connected=True, last_heard_ns=heard)
