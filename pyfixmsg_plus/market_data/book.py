"""The top of the book of each instrument: best bid and offer, last trade, figures of the day.

A book is read after the last record of an event only, and one that may be wrong is not served: what is given then is
why, since when, and which gap it waits for. The last known book is had by the call that says so, with its age.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from pyfixmsg_plus.market_data.records import (
    U32_UNDEFINED,
    U64_UNDEFINED,
    Action,
    Flag,
    Record,
    RecordType,
    Side,
    StatisticType,
    price_of,
    size_of,
)

__all__ = ["ConsolidatedTop", "Level", "Stale", "StaleReason", "TopBooks", "TopOfBook", "consolidated"]

_SECOND_NS = 1_000_000_000
_HALTED = 8
_SUSPECT = 1


class StaleReason(StrEnum):
    """Why a book is not served."""

    NO_IMAGE = "NO_IMAGE"
    GAP = "GAP"
    SOURCE_SUSPECT = "SOURCE_SUSPECT"
    CROSSED = "CROSSED"
    MAYBE_BAD = "MAYBE_BAD"


@dataclass(frozen=True, slots=True)
class Level:
    """A price and what stands there; the size is ``None`` where it is not known."""

    price: Decimal
    size: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopOfBook:
    """The top of one book after a whole event.

    Attributes:
        instrument_id: Of the instrument.
        bid: Best bid.
        ask: Best offer.
        last: Last trade; its size is ``None`` where it is not known.
        open: Of the day.
        high: Of the day.
        low: Of the day.
        previous_close: Of the day before.
        volume: Of the day.
        halted: Trading is halted.
        crossed_ns: Since when bid is not below ask; ``None`` while it is.
        event_ns: Time of the last event.
    """

    instrument_id: int
    bid: Level | None = None
    ask: Level | None = None
    last: Level | None = None
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    previous_close: Decimal | None = None
    volume: Decimal | None = None
    halted: bool = False
    crossed_ns: int | None = None
    event_ns: int = 0


@dataclass(frozen=True, slots=True)
class Stale:
    """Why there is no book to be served."""

    reason: StaleReason
    since_ns: int
    gap_id: int | None = None


@dataclass(slots=True)
class _Book:
    shown: TopOfBook
    pending: TopOfBook
    stale: Stale | None
    imaging: bool = False


@dataclass(slots=True)
class TopBooks:
    """All books of one source.

    Attributes:
        size_decimals: Of sizes: their unit is 10^-decimals.
        crossed_ns: A book that is crossed or locked for longer in continuous trading is not served.
        unknown: Cancels of a side that was empty, counted.
    """

    size_decimals: int = 0
    crossed_ns: int = _SECOND_NS
    unknown: int = 0
    _books: dict[int, _Book] = field(default_factory=dict)
    _source: Stale | None = None

    def apply(self, record: Record) -> None:
        """Take in one record, in the order of the stream."""
        match record.rtype:
            case RecordType.GAP:
                self._gap(record)
            case RecordType.SOURCE_STATE:
                suspect = record.depth == _SUSPECT
                self._source = Stale(StaleReason.SOURCE_SUSPECT, record.ts_event) if suspect else None
            case _:
                self._datum(record)

    def book(self, instrument_id: int, utc_ns: int) -> TopOfBook | Stale:
        """Return the book of an instrument as it may be used, or why it may not."""
        book = self._books.get(instrument_id)
        if book is None:
            return Stale(StaleReason.NO_IMAGE, 0)
        if self._source is not None:
            return self._source
        if book.stale is not None:
            return book.stale
        crossed = book.shown.crossed_ns
        if crossed is not None and not book.shown.halted and utc_ns - crossed > self.crossed_ns:
            return Stale(StaleReason.CROSSED, crossed)
        return book.shown

    def last_known(self, instrument_id: int, utc_ns: int) -> tuple[TopOfBook, int] | None:
        """Return the last whole book of an instrument, however old or doubtful, and its age in nanoseconds."""
        book = self._books.get(instrument_id)
        return None if book is None else (book.shown, max(0, utc_ns - book.shown.event_ns))

    def _gap(self, record: Record) -> None:
        every = record.instrument_id == U32_UNDEFINED
        for instrument_id, book in self._books.items():
            if not every and instrument_id != record.instrument_id:
                continue
            if record.action is Action.ADD:
                book.stale = book.stale or Stale(StaleReason.GAP, record.ts_event, record.order_id)
            elif record.action is Action.MODIFY and book.stale is not None and book.stale.gap_id == record.order_id:
                # Healed: what was missing has come. A lost gap leaves the book stale until its next image.
                book.stale = None

    def _datum(self, record: Record) -> None:
        book = self._books.get(record.instrument_id)
        if book is None:
            empty = TopOfBook(instrument_id=record.instrument_id)
            missing = Stale(StaleReason.NO_IMAGE, record.ts_event)
            book = self._books[record.instrument_id] = _Book(empty, empty, missing)
        if Flag.MAYBE_BAD_BOOK in record.flags and book.stale is None:
            book.stale = Stale(StaleReason.MAYBE_BAD, record.ts_event)
        if record.action is Action.CLEAR:
            book.pending = TopOfBook(instrument_id=record.instrument_id)
            book.imaging = True
        book.pending = self._after(book.pending, record)
        if Flag.LAST in record.flags:
            self._show(book, record)

    def _after(self, top: TopOfBook, record: Record) -> TopOfBook:
        match record.rtype:
            case RecordType.TRADE:
                price = price_of(record.price)
                last = None if price is None else Level(price, size_of(record.size, self.size_decimals))
                return replace(top, last=last or top.last)
            case RecordType.STATISTICS:
                return self._figure(top, record)
            case RecordType.STATUS:
                return replace(top, halted=record.depth == _HALTED)
            case RecordType.TOP_OF_BOOK if record.side is not Side.NONE:
                return self._side(top, record)
            case _:
                return top

    def _side(self, top: TopOfBook, record: Record) -> TopOfBook:
        price, size = price_of(record.price), size_of(record.size, self.size_decimals)
        known = top.bid if record.side is Side.BID else top.ask
        level = known
        if record.action in (Action.ADD, Action.MODIFY) and price is not None and price > 0 and size != 0:
            level = Level(price, size)
        elif record.action is Action.CANCEL:
            self.unknown += known is None
            if known is None or record.size == U64_UNDEFINED or known.size is None or size is None:
                level = None
            else:
                # More than there is takes all that there is.
                left = known.size - size
                level = Level(known.price, left) if left > 0 else None
        return replace(top, bid=level) if record.side is Side.BID else replace(top, ask=level)

    def _figure(self, top: TopOfBook, record: Record) -> TopOfBook:
        price = price_of(record.price)
        match record.depth:
            case StatisticType.OPENING_PRICE:
                return replace(top, open=price)
            case StatisticType.HIGH:
                return replace(top, high=price)
            case StatisticType.LOW:
                return replace(top, low=price)
            case StatisticType.PREVIOUS_CLOSE:
                return replace(top, previous_close=price)
            case StatisticType.VOLUME:
                return replace(top, volume=size_of(record.size, self.size_decimals))
            case _:
                return top

    def _show(self, book: _Book, record: Record) -> None:
        top = book.pending
        crossed = top.bid is not None and top.ask is not None and top.bid.price >= top.ask.price
        since = (book.shown.crossed_ns or record.ts_event) if crossed else None
        book.pending = book.shown = replace(top, crossed_ns=since, event_ns=record.ts_event)
        if book.imaging:
            # A whole image proves the book, whatever was missing before it.
            book.stale, book.imaging = None, False


@dataclass(frozen=True, slots=True)
class ConsolidatedTop:
    """The best of several venues, and what each of them says.

    Attributes:
        bid: Highest bid; its size is the sum over the venues that bid it, ``None`` where one does not say its own.
        ask: Lowest offer; likewise.
        bid_venues: Who bids so, in the order of their names.
        ask_venues: Who offers so.
        parts: The book of each venue, or why it has none; what is stale is in no best.
    """

    bid: Level | None
    ask: Level | None
    bid_venues: tuple[str, ...]
    ask_venues: tuple[str, ...]
    parts: Mapping[str, TopOfBook | Stale]


def consolidated(parts: Mapping[str, TopOfBook | Stale]) -> ConsolidatedTop:
    """Return the best bid and offer over venues. They may be crossed, as venues are not one market."""
    tops = {venue: part for venue, part in sorted(parts.items()) if isinstance(part, TopOfBook)}
    bids = {venue: top.bid for venue, top in tops.items() if top.bid is not None}
    asks = {venue: top.ask for venue, top in tops.items() if top.ask is not None}
    bid, bid_venues = _best(bids, max((level.price for level in bids.values()), default=None))
    ask, ask_venues = _best(asks, min((level.price for level in asks.values()), default=None))
    return ConsolidatedTop(bid, ask, bid_venues, ask_venues, parts)


def _best(levels: Mapping[str, Level], price: Decimal | None) -> tuple[Level | None, tuple[str, ...]]:
    if price is None:
        return None, ()
    venues = tuple(venue for venue, level in levels.items() if level.price == price)
    sizes = [levels[venue].size for venue in venues]
    known = [size for size in sizes if size is not None]
    return Level(price, sum(known, Decimal(0)) if len(known) == len(sizes) else None), venues
