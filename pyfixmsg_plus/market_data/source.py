"""Where prices come from: the one port that every source has, and how a source says no.

A source runs on the event loop of the one who started it, and calls listeners there. It keeps no price longer than its
own protocol needs; what may be cached, shared, retried or replaced is decided around it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, runtime_checkable

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import DailyBar, MarketPrice
from pyfixmsg_plus.errors import PyFixMsgError

__all__ = [
    "BreakerOpen",
    "BudgetSpent",
    "Confirms",
    "Listener",
    "PriceSource",
    "SourceError",
    "SourceGarbled",
    "SourceHealth",
    "SourceRejected",
    "SourceStatus",
    "SourceTimeout",
    "SourceUnavailable",
    "Subscription",
    "UnknownSymbol",
]

SourceStatus = Literal["UP", "DEGRADED", "DOWN"]
Listener = Callable[[MarketPrice], None]


class SourceError(PyFixMsgError):
    """A source gives no price; each kind says why.

    Attributes:
        code: The word for it in answers of the service.
        symbol: The instrument that was asked for, where it is about a single one.
        retryable: Another attempt may succeed by itself.
        counts: It speaks against the source, so that a breaker counts it.
        retry_after_s: How long to wait before another attempt, in seconds, where that is known.
    """

    code: str = "MARKET_DATA_UNAVAILABLE"
    retryable: bool = False
    counts: ClassVar[bool] = True

    def __init__(self, text: str, *, symbol: str | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(text)
        self.symbol = symbol
        self.retry_after_s = retry_after_s


class UnknownSymbol(SourceError):  # noqa: N818 - what the source says, not what went wrong
    """The source does not know the instrument."""

    code = "SYMBOL_NOT_FOUND"
    counts = False


class SourceRejected(SourceError):  # noqa: N818
    """The source refuses the request as it stands: malformed, or not permitted for this instrument."""

    code = "VENDOR_API_ERROR"
    counts = False


class SourceGarbled(SourceError):  # noqa: N818
    """The source answered with what is no price: the wrong type, a page for people, a frame cut short."""

    code = "VENDOR_API_ERROR"


class SourceUnavailable(SourceError):  # noqa: N818
    """The source cannot be reached, or answers that it cannot serve now.

    Args:
        retryable: ``False`` where waiting does not help, such as for credentials that were refused.
    """

    def __init__(
        self, text: str, *, symbol: str | None = None, retry_after_s: float | None = None, retryable: bool = True
    ) -> None:
        super().__init__(text, symbol=symbol, retry_after_s=retry_after_s)
        self.retryable = retryable


class BreakerOpen(SourceUnavailable):
    """The source failed too often a moment ago and is left alone."""

    code = "CIRCUIT_BREAKER_OPEN"
    counts = False

    def __init__(self, text: str, *, symbol: str | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(text, symbol=symbol, retry_after_s=retry_after_s, retryable=False)


class SourceTimeout(SourceError):  # noqa: N818
    """The source did not answer in time."""

    code = "GATEWAY_TIMEOUT"
    retryable = True


class BudgetSpent(SourceError):  # noqa: N818
    """No further call may be made upstream for now."""

    code = "RATE_LIMIT_EXCEEDED"
    counts = False


class Subscription(Protocol):
    """Prices that keep coming until it is closed."""

    def close(self) -> None:
        """Let no further price come; a second call does nothing."""
        ...


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source does.

    Attributes:
        status: ``UP``, ``DEGRADED`` (serves, but not as it should) or ``DOWN``.
        connected: There is a connection, or the last call reached the source.
        last_heard_ns: When the source last answered or gave a sign of life, UTC nanoseconds.
        detail: What is wrong, for people.
    """

    status: SourceStatus
    connected: bool
    last_heard_ns: int | None = None
    detail: str = ""


class PriceSource(Protocol):
    """Gives prices of instruments by symbol."""

    @property
    def name(self) -> str:
        """The source's name, such as ``SMA_REFINITIV``; prices bear it."""
        ...

    async def start(self) -> None:
        """Get ready to give prices. A source that cannot be reached starts, and is ``DOWN`` until it can."""
        ...

    async def close(self) -> None:
        """End all subscriptions and connections."""
        ...

    async def get(self, symbol: str) -> MarketPrice:
        """Return the price of an instrument as the source has it now.

        Raises:
            SourceError: The source gives none.
        """
        ...

    async def batch(self, symbols: Sequence[str]) -> list[MarketPrice | SourceError]:
        """Return the price of each instrument, or why there is none, in the order of the request."""
        ...

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        """Call the listener with the last price of each instrument where there is one, then with every change."""
        ...

    async def history(self, symbol: str, days: int) -> list[DailyBar]:
        """Return the bars of the last days, oldest first; none only where the source says that there are none.

        Raises:
            SourceError: The source does not answer.
        """
        ...

    def health(self, now: Now) -> SourceHealth:
        """Return how the source does."""
        ...


@runtime_checkable
class Confirms(Protocol):
    """A source whose streams show that a quiet instrument is not a stale one."""

    def confirmed_ns(self, symbol: str) -> int | None:
        """Return when the stream of an instrument was last seen alive, Open and Ok.

        ``None``: there is no stream, or it is Suspect, silent or closed.
        """
        ...
