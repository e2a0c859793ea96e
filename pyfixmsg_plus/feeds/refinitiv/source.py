"""Prices from LSEG Real-Time by its WebSocket protocol: the source ``SMA_REFINITIV``."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from random import Random

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.domain import DailyBar, MarketPrice
from pyfixmsg_plus.feeds.refinitiv.events import (
    Effect,
    Gap,
    GapClosed,
    GapOpened,
    Imaged,
    ItemChanged,
    ItemState,
    Updated,
)
from pyfixmsg_plus.feeds.refinitiv.feed import Feed
from pyfixmsg_plus.feeds.refinitiv.item import Item, Options
from pyfixmsg_plus.feeds.refinitiv.platform import Platform
from pyfixmsg_plus.feeds.refinitiv.settings import LsegSettings
from pyfixmsg_plus.feeds.refinitiv.times import trade_ns
from pyfixmsg_plus.feeds.refinitiv.trades import TradeWatch
from pyfixmsg_plus.feeds.refinitiv.wire import number
from pyfixmsg_plus.market_data.source import (
    Listener,
    SourceError,
    SourceHealth,
    SourceRejected,
    SourceStatus,
    SourceTimeout,
    SourceUnavailable,
    Subscription,
    UnknownSymbol,
)

__all__ = ["GAPS_KEPT", "LsegSource", "refusal"]

_LOG = logging.getLogger("pyfixmsg_plus.feeds.refinitiv")
SECOND_NS = 1_000_000_000
# The last gaps are kept for whoever asks later; who wants all of them listens.
GAPS_KEPT = 10_000
_UNKNOWN = frozenset({"NotFound"})
_REJECTED = frozenset(
    {"NotEntitled", "InvalidArgument", "UsageError", "UnsupportedViewType", "InvalidView", "Error", "Redirected"}
)


class _Reading:
    """What one reader subscribed to."""

    def __init__(self, source: "LsegSource", symbols: tuple[str, ...], listener: Listener) -> None:
        self.symbols = symbols
        self.listener = listener
        self._source: LsegSource | None = source

    def close(self) -> None:
        """Let no further price come."""
        source, self._source = self._source, None
        if source is not None:
            source.leave(self)


class LsegSource:
    """A source on one connection.

    Args:
        settings: Where, who and how.
        clock: Says the time.
        random: For delays.
        platform: Gives tokens, and endpoints where the settings name none; it is closed with the source.
        gap_told: Hears of every gap, when it opens and when it closes.

    Raises:
        ConfigError: There is nowhere to connect to.
    """

    def __init__(
        self,
        settings: LsegSettings,
        clock: Clock,
        random: Random,
        *,
        platform: Platform | None = None,
        gap_told: Callable[[Gap], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._gap_told = gap_told
        self._platform = platform
        self.gaps: deque[Gap] = deque(maxlen=GAPS_KEPT)
        self.feed = Feed(settings, clock, random, self._told, platform=platform)
        self._down_since_ns: int | None = None
        self._handles: dict[str, int] = {}
        self._readers: dict[str, list[_Reading]] = {}
        self._watches: dict[int, TradeWatch] = {}
        self._waiting: dict[int, asyncio.Future[MarketPrice]] = {}
        self._prices: dict[str, MarketPrice] = {}

    @property
    def name(self) -> str:
        """The source's name; prices bear it."""
        return self._settings.name

    async def start(self) -> None:
        """Begin to connect; the source is ``DOWN`` until the server has accepted the Login."""
        self._down_since_ns = self._clock.now().mono_ns
        self.feed.start()

    async def close(self) -> None:
        """Log out, and end all subscriptions."""
        self._readers.clear()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(SourceUnavailable("the source is closed"))
        self._waiting.clear()
        await self.feed.close()
        if self._platform is not None:
            await self._platform.close()

    async def get(self, symbol: str) -> MarketPrice:
        """Return the price of an instrument: of its stream where it has one, or from a snapshot.

        Raises:
            SourceError: There is none.
        """
        answer = (await self.batch([symbol]))[0]
        if isinstance(answer, SourceError):
            raise answer
        return answer

    async def batch(self, symbols: Sequence[str]) -> list[MarketPrice | SourceError]:
        """Return the price of each instrument, or why there is none, in the order of the request."""
        found: dict[str, MarketPrice | SourceError] = {}
        for symbol in symbols:
            handle = self._handles.get(symbol)
            item = None if handle is None else self.feed.item(handle)
            if item is not None and item.state is ItemState.LIVE:
                found[symbol] = self._price(item)
        missing = [symbol for symbol in dict.fromkeys(symbols) if symbol not in found]
        if missing:
            found |= await self._snapshots(missing)
        return [found[symbol] for symbol in symbols]

    def subscribe(self, symbols: Sequence[str], listener: Listener) -> Subscription:
        """Call the listener with the last price of each instrument where there is one, then with every change."""
        reading = _Reading(self, tuple(dict.fromkeys(symbols)), listener)
        new = [symbol for symbol in reading.symbols if symbol not in self._handles]
        for symbol in reading.symbols:
            self._readers.setdefault(symbol, []).append(reading)
        if new:
            handles = self.feed.request(new, self._options(streaming=True))
            self._handles |= dict(zip(new, handles, strict=True))
        for symbol in reading.symbols:
            price = self._prices.get(symbol)
            if price is not None and symbol not in new:
                listener(price)
        return reading

    def leave(self, reading: Subscription) -> None:
        """Let one reader go; an instrument that nobody reads any more is closed."""
        unread: list[int] = []
        for symbol in list(self._readers):
            readers = [other for other in self._readers[symbol] if other is not reading]
            if readers:
                self._readers[symbol] = readers
                continue
            del self._readers[symbol]
            self._prices.pop(symbol, None)
            handle = self._handles.pop(symbol, None)
            if handle is not None:
                self._watches.pop(handle, None)
                unread.append(handle)
        if unread:
            self.feed.release(unread)

    async def history(self, symbol: str, days: int) -> list[DailyBar]:
        """Refuse: the protocol has prices as they happen, and no bars of days past.

        Raises:
            SourceRejected: Always.
        """
        del days
        raise SourceRejected("the source has no history", symbol=symbol)

    def health(self, now: Now) -> SourceHealth:
        """Return how the source does."""
        feed = self.feed
        heard = feed.heard_utc_ns
        if feed.logged_in:
            self._down_since_ns = None
            if feed.suspect:
                return SourceHealth(
                    "DEGRADED", connected=True, last_heard_ns=heard, detail="the server doubts its data"
                )
            return SourceHealth("UP", connected=True, last_heard_ns=heard)
        since = self._down_since_ns
        if since is None:
            since = self._down_since_ns = now.mono_ns
        down = self.feed.stopped or now.mono_ns - since > self._settings.down_s * SECOND_NS
        status: SourceStatus = "DOWN" if down or heard is None else "DEGRADED"
        return SourceHealth(status, connected=False, last_heard_ns=heard, detail=self.feed.detail)

    def confirmed_ns(self, symbol: str) -> int | None:
        """Return when the stream of an instrument was last seen alive, Open and Ok."""
        handle = self._handles.get(symbol)
        item = None if handle is None else self.feed.item(handle)
        return None if item is None else self.feed.confirmed_ns(item)

    def open_gaps(self) -> list[Gap]:
        """Return the gaps that are not healed."""
        return [gap for item in self.feed.items() for gap in item.gaps.values()]

    async def _snapshots(self, symbols: list[str]) -> dict[str, MarketPrice | SourceError]:
        if self.feed.stopped:
            error = SourceUnavailable(f"the source has stopped: {self.feed.detail}", retryable=False)
            return dict.fromkeys(symbols, error)
        handles = self.feed.request(symbols, self._options(streaming=False))
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in handles]
        self._waiting |= dict(zip(handles, futures, strict=True))
        try:
            await asyncio.wait(futures, timeout=self._settings.timeout_s)
            return {symbol: self._answer(symbol, future) for symbol, future in zip(symbols, futures, strict=True)}
        finally:
            for handle in handles:
                self._waiting.pop(handle, None)
            self.feed.release(handles)

    def _answer(self, symbol: str, future: "asyncio.Future[MarketPrice]") -> MarketPrice | SourceError:
        if not future.done():
            if not self.feed.logged_in:
                return SourceUnavailable(f"not connected: {self.feed.detail}", symbol=symbol)
            return SourceTimeout(f"no answer within {self._settings.timeout_s:g} s", symbol=symbol)
        error = future.exception()
        if error is None:
            return future.result()
        return error if isinstance(error, SourceError) else SourceUnavailable(str(error), symbol=symbol)

    def _options(self, *, streaming: bool) -> Options:
        settings = self._settings
        return Options(
            service=settings.service,
            other_services=settings.other_services,
            streaming=streaming,
            view=settings.fields,
            conflation_info=streaming,
        )

    def _told(self, effect: Effect) -> None:
        match effect:
            case Updated(handle=handle, stored=stored):
                item = self.feed.item(handle)
                if item is not None:
                    self._updated(item, effect)
                    if stored:
                        self._publish(item)
            case Imaged(handle=handle):
                item = self.feed.item(handle)
                if item is not None:
                    volume = item.current.fields.get("ACVOL_UNS", item.current.fields.get("ACVOL_1"))
                    self._watches[handle] = TradeWatch(number(volume))
                    self._publish(item)
            case ItemChanged():
                self._changed(effect)
            case GapOpened(gap=gap) | GapClosed(gap=gap):
                self.gaps.append(gap)
                self._gap_told(gap)
            case _:
                _LOG.debug("%s", type(effect).__name__)

    def _updated(self, item: Item, update: Updated) -> None:
        watch = self._watches.get(item.handle)
        if watch is not None:
            watch.seen(item, update)
        now_ns = item.received_ns
        happened = trade_ns(update.changed, now_ns) if now_ns is not None else None
        if happened is not None and now_ns is not None:
            self.feed.counters[0].aged(now_ns - happened)

    def _changed(self, change: ItemChanged) -> None:
        item = self.feed.item(change.handle)
        if item is None:
            return
        waiting = self._waiting.get(change.handle)
        if waiting is not None:
            if waiting.done():
                return
            if change.state is ItemState.DONE and item.ever_imaged:
                waiting.set_result(self._price(item))
            elif change.state is ItemState.CLOSED:
                waiting.set_exception(refusal(change))
            return
        if item.ever_imaged and change.state not in (ItemState.REQUESTED, ItemState.IMAGE):
            self._publish(item, again=False)
        elif change.state is ItemState.CLOSED:
            _LOG.warning("%s: %s", change.symbol, change.code or "closed")

    def _publish(self, item: Item, *, again: bool = True) -> None:
        readers = self._readers.get(item.symbol)
        if not readers or self._handles.get(item.symbol) != item.handle:
            return
        price = self._price(item)
        if not again and price == self._prices.get(item.symbol):
            return
        self._prices[item.symbol] = price
        for reading in list(readers):
            reading.listener(price)

    def _price(self, item: Item) -> MarketPrice:
        received = item.received_ns if item.received_ns is not None else self._clock.now().utc_ns
        return self._settings.model.price(item, received, self.feed.confirmed_ns(item))


def refusal(change: ItemChanged) -> SourceError:
    """Return what a closed item means to the one who asked for its price."""
    text = f"{change.symbol}: {change.code or 'closed'}: {change.text}".rstrip(": ")
    if change.code in _UNKNOWN:
        return UnknownSymbol(text, symbol=change.symbol)
    if change.code in _REJECTED:
        return SourceRejected(text, symbol=change.symbol)
    return SourceUnavailable(text, symbol=change.symbol)
