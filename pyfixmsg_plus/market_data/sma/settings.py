"""How the adapter treats its source; every number is a default."""

from dataclasses import dataclass, field

from pyfixmsg_plus.market_data.breaker import BreakerSettings
from pyfixmsg_plus.market_data.lifetime import SMA_LIFETIME, Lifetime
from pyfixmsg_plus.market_data.retry import Retry

__all__ = ["SmaSettings"]

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SmaSettings:
    """How the adapter treats its source.

    Attributes:
        deadline_ns: By when a request is answered, all attempts and all waiting counted in.
        joined_ns: Requests that come within this time become one call.
        names_per_call: How many names one call asks for.
        concurrent: How many calls are under way at once.
        lifetime: How long prices are served from the cache, from the source's time on.
        missing_ns: How long it is remembered that the source does not know a name.
        linger_ns: How long a subscription outlives its last reader.
        heard_ns: A source that was silent for longer is not ``UP``.
        down_ns: A source that is not connected for longer is ``DOWN``.
        queue: How many calls may wait for the budget.
        patience_ns: How long they wait.
        retry: How often a call is tried.
        breaker: When the source is left alone.
    """

    deadline_ns: int = 5 * _SECOND_NS
    joined_ns: int = 20_000_000
    names_per_call: int = 50
    concurrent: int = 5
    lifetime: Lifetime = SMA_LIFETIME
    missing_ns: int = 30 * _SECOND_NS
    linger_ns: int = 60 * _SECOND_NS
    heard_ns: int = 60 * _SECOND_NS
    down_ns: int = 30 * _SECOND_NS
    queue: int = 1000
    patience_ns: int = 2 * _SECOND_NS
    retry: Retry = field(default_factory=Retry)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)
