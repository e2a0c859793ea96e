from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.book import Level, Stale, StaleReason, TopBooks, TopOfBook, consolidated
from pyfixmsg_plus.market_data.gaps import GapLedger, Healer
from pyfixmsg_plus.market_data.normalise import Directory, PriceRecorder, source_state
from pyfixmsg_plus.market_data.records import Action, Flag, Record, RecordType, Side, scaled_price
from tests.unit.market_data.sources import SECOND, price
from tests.virtual_time import NOON

D = Decimal
FULL = price("A", "100", bid="99", ask="101", open="98", high="102", low="97", previous_close="96", volume=5)


class Stream:
    """Prices of one source, as records, into books."""

    def __init__(self) -> None:
        self.directory = Directory()
        self.recorder = PriceRecorder(self.directory, 1)
        self.books = TopBooks()

    def put(self, *prices: MarketPrice) -> "Stream":
        for one in prices:
            self.feed(*self.recorder.records(one))
        return self

    def feed(self, *records: Record) -> "Stream":
        for record in records:
            self.books.apply(record)
        return self

    def book(self, symbol: str = "A", after_s: float = 0) -> TopOfBook | Stale:
        return self.books.book(self.directory.id_of(symbol), NOON + round(after_s * SECOND))

    def level(self, action: Action, side: Side, at: str, size: int, flags: Flag = Flag.LAST) -> "Stream":
        return self.feed(
            Record(
                ts_event=NOON, ts_recv=NOON, price=scaled_price(D(at)), size=size, instrument_id=0, action=action,
                side=side, flags=flags,
            )
        )  # fmt: skip


def test_a_book_holds_what_the_source_said_last() -> None:
    stream = Stream().put(FULL, price("A", "100.5", at=1, bid="99.5", ask="101", high="103", volume=9, halted=True))
    assert stream.book() == TopOfBook(
        instrument_id=0,
        bid=Level(D("99.5"), None),
        ask=Level(D(101), None),
        last=Level(D("100.5"), D(4)),
        open=D(98),
        high=D(103),
        low=D(97),
        previous_close=D(96),
        volume=D(9),
        halted=True,
        event_ns=NOON + SECOND,
    )


def test_there_is_no_book_before_an_image() -> None:
    stream = Stream()
    assert stream.book() == Stale(StaleReason.NO_IMAGE, 0)
    assert stream.books.last_known(0, NOON) is None
    stream.level(Action.ADD, Side.BID, "99", 5)
    assert stream.book() == Stale(StaleReason.NO_IMAGE, NOON)


def test_half_an_event_is_never_seen() -> None:
    stream = Stream().put(FULL)
    before = stream.book()
    stream.level(Action.ADD, Side.BID, "99.5", 5, Flag(0))
    assert stream.book() == before
    stream.level(Action.ADD, Side.ASK, "100.5", 5)
    top = stream.book()
    assert isinstance(top, TopOfBook)
    assert (top.bid, top.ask) == (Level(D("99.5"), D(5)), Level(D("100.5"), D(5)))


@pytest.mark.parametrize(("taken", "left"), [(3, Level(D("99.5"), D(5))), (8, None), (9, None), (2**64 - 1, None)])
def test_a_cancel_takes_what_it_says_and_never_more_than_there_is(taken: int, left: Level | None) -> None:
    stream = Stream().put(FULL).level(Action.ADD, Side.BID, "99.5", 8).level(Action.CANCEL, Side.BID, "99.5", taken)
    top = stream.book()
    assert isinstance(top, TopOfBook)
    assert top.bid == left


def test_a_cancel_of_nothing_is_counted() -> None:
    stream = Stream().put(price("A", "100")).level(Action.CANCEL, Side.ASK, "1", 5)
    assert stream.books.unknown == 1


@pytest.mark.parametrize(("at", "size"), [("0", 5), ("-1", 5), ("99.7", 0)])
def test_a_level_of_no_price_or_no_size_is_refused(at: str, size: int) -> None:
    stream = Stream().put(FULL).level(Action.MODIFY, Side.BID, at, size)
    top = stream.book()
    assert isinstance(top, TopOfBook)
    assert top.bid == Level(D(99), None)


@pytest.mark.parametrize("ask", ["99", "98"])
def test_a_book_that_stays_crossed_or_locked_is_not_served(ask: str) -> None:
    stream = Stream().put(FULL, price("A", "100", at=1, bid="99", ask=ask))
    assert isinstance(stream.book(after_s=2), TopOfBook)
    assert stream.book(after_s=2.1) == Stale(StaleReason.CROSSED, NOON + SECOND)
    stream.put(price("A", "100", at=3, bid="99", ask=ask, volume=6))
    assert stream.book(after_s=3) == Stale(StaleReason.CROSSED, NOON + SECOND)
    stream.put(price("A", "100", at=4, bid="99", ask="100"))
    assert isinstance(stream.book(after_s=9), TopOfBook)


def test_while_trading_is_halted_a_book_may_be_crossed() -> None:
    stream = Stream().put(price("A", "100", bid="99", ask="98", halted=True))
    assert isinstance(stream.book(after_s=60), TopOfBook)


def test_a_gap_makes_books_stale_until_it_is_healed() -> None:
    ledger = GapLedger()
    stream = Stream().put(FULL, price("B", "1"))
    gap = ledger.open("S", from_ns=NOON, at_ns=NOON, reason="SEQUENCE")
    stream.feed(gap.record())
    assert [stream.book(symbol) for symbol in "AB"] == [Stale(StaleReason.GAP, NOON, 1)] * 2
    assert stream.books.last_known(0, NOON + 7) is not None
    stream.feed(ledger.heal(gap.gap_id, Healer.OTHER_LINE, NOON).record())
    assert [isinstance(stream.book(symbol), TopOfBook) for symbol in "AB"] == [True, True]


def test_the_gap_of_one_instrument_leaves_the_others_alone() -> None:
    stream = Stream().put(FULL, price("B", "1"))
    gap = GapLedger().open("S", from_ns=NOON, at_ns=NOON, reason="SEQUENCE", instrument="B")
    stream.feed(gap.record(1))
    assert isinstance(stream.book("A"), TopOfBook)
    assert isinstance(stream.book("B"), Stale)


def test_after_a_lost_gap_only_an_image_proves_the_book() -> None:
    ledger = GapLedger()
    stream = Stream().put(FULL)
    gap = ledger.open("S", from_ns=NOON, at_ns=NOON, reason="SEQUENCE")
    stream.feed(gap.record(), ledger.lose(gap.gap_id, NOON).record())
    stream.put(price("A", "101", at=1, bid="99", ask="102"))
    assert isinstance(stream.book(), Stale)
    stream.recorder.forget("A")
    stream.put(price("A", "101", at=2, bid="99", ask="102"))
    assert isinstance(stream.book(), TopOfBook)


def test_a_gap_that_heals_does_not_heal_another_one() -> None:
    ledger = GapLedger()
    stream = Stream().put(FULL)
    first, second = (ledger.open("S", from_ns=NOON, at_ns=NOON, reason="x") for _ in range(2))
    stream.feed(first.record(), second.record(), ledger.heal(second.gap_id, Healer.REPLAY, NOON).record())
    assert stream.book() == Stale(StaleReason.GAP, NOON, 1)


def test_no_book_of_a_suspect_source_is_served() -> None:
    stream = Stream().put(FULL).feed(source_state("SUSPECT", utc_ns=NOON, publisher_id=1))
    assert stream.book() == Stale(StaleReason.SOURCE_SUSPECT, NOON)
    stream.feed(source_state("CONFLATED", utc_ns=NOON, publisher_id=1, interval_ns=5))
    assert isinstance(stream.book(), TopOfBook)


def test_a_record_that_may_be_wrong_makes_its_book_stale() -> None:
    stream = Stream().put(FULL).level(Action.ADD, Side.BID, "99", 5, Flag.LAST | Flag.MAYBE_BAD_BOOK)
    assert stream.book() == Stale(StaleReason.MAYBE_BAD, NOON)


def test_the_last_known_book_is_had_with_its_age() -> None:
    stream = Stream().put(FULL).feed(source_state("SUSPECT", utc_ns=NOON, publisher_id=1))
    known = stream.books.last_known(0, NOON + 5)
    assert known is not None
    assert (known[0].last, known[1]) == (Level(D(100), None), 5)


@pytest.mark.parametrize("rtype", [RecordType.HEARTBEAT, RecordType.STATISTICS, RecordType.TOP_OF_BOOK])
def test_what_says_nothing_of_the_book_changes_nothing(rtype: RecordType) -> None:
    stream = Stream().put(FULL)
    before = stream.book()
    stream.feed(Record(ts_event=NOON, instrument_id=0, rtype=rtype, flags=Flag.LAST))
    assert stream.book() == before


def top(bid: str | None, ask: str | None, size: int | None = 5) -> TopOfBook:
    def level(at: str | None) -> Level | None:
        return None if at is None else Level(D(at), None if size is None else D(size))

    return TopOfBook(instrument_id=0, bid=level(bid), ask=level(ask))


STALE = Stale(StaleReason.GAP, NOON, 1)


@pytest.mark.parametrize(
    ("parts", "bid", "ask", "bid_venues", "ask_venues"),
    [
        ({}, None, None, (), ()),
        ({"A": top("9", "11")}, Level(D(9), D(5)), Level(D(11), D(5)), ("A",), ("A",)),
        (
            {"B": top("9", "11"), "A": top("9", "10"), "C": top("8", None)},
            Level(D(9), D(10)), Level(D(10), D(5)), ("A", "B"), ("A",),
        ),
        ({"A": top("9", None), "B": top("9", None, None)}, Level(D(9), None), None, ("A", "B"), ()),
        ({"A": STALE, "B": top("8", "12")}, Level(D(8), D(5)), Level(D(12), D(5)), ("B",), ("B",)),
        ({"A": STALE}, None, None, (), ()),
    ],
)  # fmt: skip
def test_over_venues_the_best_that_is_not_stale_counts_and_each_part_is_told(
    parts: dict[str, TopOfBook | Stale],
    bid: Level | None,
    ask: Level | None,
    bid_venues: tuple[str, ...],
    ask_venues: tuple[str, ...],
) -> None:
    found = consolidated(parts)
    assert (found.bid, found.ask, found.bid_venues, found.ask_venues) == (bid, ask, bid_venues, ask_venues)
    assert found.parts == parts


PRICES = st.none() | st.decimals("1", "9", places=1)


@given(
    st.lists(st.tuples(PRICES, PRICES, PRICES, st.none() | st.integers(0, 9), st.booleans()), min_size=1, max_size=12)
)
def test_a_book_made_of_records_says_what_the_last_state_says(
    states: list[tuple[D | None, D | None, D | None, int | None, bool]],
) -> None:
    stream, lasts = Stream(), list[D | None]()
    for at, (last, bid, ask, volume, halted) in enumerate(states):
        stream.put(
            price("A", None if last is None else str(last), at=at, bid=bid, ask=ask, volume=volume, halted=halted)
        )
        lasts.append(last)
    known = stream.books.last_known(0, NOON)
    assert known is not None
    top, (_, bid, ask, _, halted) = known[0], states[-1]
    assert (top.bid.price if top.bid else None, top.ask.price if top.ask else None, top.halted) == (bid, ask, halted)
    traded = [last for last in lasts if last is not None]
    assert (top.last.price if top.last else None) == (traded[-1] if traded else None)
