import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.market_data.calendar import Session
from pyfixmsg_plus.market_data.gaps import Gap, GapLedger, GapState, Healer, missing_intervals
from pyfixmsg_plus.market_data.records import U64_UNDEFINED, Action, Record

OPEN, HEALED, LOST = GapState


def rows(ledger: GapLedger) -> list[tuple[int, str, int | None, int | None]]:
    return [(row.gap_id, str(row.state), row.first, row.last) for row in ledger]


def fed(*sequences: int) -> GapLedger:
    ledger = GapLedger()
    for at, sequence in enumerate(sequences):
        ledger.message("S", 0, sequence, at_ns=10 * at, previous_ns=10 * at - 10)
    return ledger


def test_a_hole_in_the_numbers_opens_a_gap_before_the_next_message() -> None:
    told: list[Gap] = []
    ledger = GapLedger(told.append)
    assert ledger.message("S", 0, 7, 5, 0) is None
    gap = ledger.message("S", 0, 10, 9, 5)
    assert told == [gap]
    assert gap == Gap(gap_id=1, source="S", first=8, last=9, from_ns=5, to_ns=9, reason="SEQUENCE", at_ns=9)
    assert gap.count == 2


def test_a_late_message_heals_its_part_of_a_gap() -> None:
    ledger = fed(1, 6, 4)
    assert rows(ledger) == [(1, OPEN, 2, 5), (1, HEALED, 4, 4), (2, OPEN, 2, 3), (3, OPEN, 5, 5)]
    assert [(gap.first, gap.last) for gap in ledger.open_gaps("S")] == [(2, 3), (5, 5)]
    balance = ledger.balance("S")
    assert balance is not None
    assert (balance.delivered, balance.healed, balance.open, balance.duplicates) == (2, 1, 3, 0)


def test_a_message_that_was_there_already_is_a_duplicate() -> None:
    balance = fed(1, 2, 2, 1).balance("S")
    assert balance is not None
    assert (balance.delivered, balance.duplicates, balance.balanced) == (2, 2, True)


def test_channels_are_counted_apart() -> None:
    ledger = fed(1, 2)
    ledger.message("S", 1, 50, 0, 0)
    ledger.message("T", 0, 1, 0, 0)
    assert ledger.open_gaps() == []
    assert ledger.balance("S", 9) is None


@pytest.mark.parametrize(("lost", "healed_count", "lost_count"), [(False, 3, 0), (True, 0, 3)])
def test_a_gap_is_healed_or_lost_once(lost: bool, healed_count: int, lost_count: int) -> None:
    ledger = fed(1, 5)
    closed = ledger.lose(1, 99) if lost else ledger.heal(1, Healer.SNAPSHOT, 99)
    assert (closed.state, closed.healer, closed.at_ns) == (
        LOST if lost else HEALED,
        None if lost else Healer.SNAPSHOT,
        99,
    )
    balance = ledger.balance("S")
    assert balance is not None
    assert (balance.open, balance.healed, balance.lost, balance.balanced) == (0, healed_count, lost_count, True)
    with pytest.raises(ValueError, match="no open gap 1"):
        ledger.lose(1, 100)
    with pytest.raises(ValueError, match="no open gap 7"):
        ledger.heal(7, Healer.REPLAY, 100)


def test_a_gap_without_numbers_ends_when_it_is_closed() -> None:
    ledger = GapLedger()
    gap = ledger.open("S", from_ns=5, at_ns=6, reason="DISCONNECTED", instrument="A")
    assert (gap.count, gap.to_ns) == (0, None)
    assert ledger.heal(gap.gap_id, Healer.SNAPSHOT, 9, to_ns=9).to_ns == 9


def test_open_gaps_are_found_by_source_and_by_the_instruments_that_they_touch() -> None:
    ledger = GapLedger()
    ledger.open("S", from_ns=0, at_ns=0, reason="x", instrument="A")
    ledger.open("S", from_ns=0, at_ns=0, reason="x")
    ledger.open("T", from_ns=0, at_ns=0, reason="x", instrument="B")
    found = [
        [gap.gap_id for gap in ledger.open_gaps(*asked)] for asked in ((), ("S",), ("S", "A"), ("S", "B"), (None, "B"))
    ]
    assert found == [[1, 2, 3], [1, 2], [1, 2], [2], [2, 3]]


def test_what_is_missing_between_two_times_is_told_by_the_ledger_and_the_hours_of_trading() -> None:
    ledger = GapLedger()
    ledger.open("S", from_ns=10, to_ns=30, at_ns=0, reason="SEQUENCE")
    ledger.open("S", from_ns=80, at_ns=0, reason="DISCONNECTED")
    ledger.heal(ledger.open("S", from_ns=40, to_ns=50, at_ns=0, reason="x").gap_id, Healer.REPLAY, 0)
    ledger.lose(ledger.open("T", from_ns=60, to_ns=62, at_ns=0, reason="LATE").gap_id, 0)

    def spans(
        begin: int, end: int, hours: list[Session] | None = None, source: str | None = None
    ) -> list[tuple[int, int, str]]:
        return [(gap.from_ns, gap.to_ns, gap.reason) for gap in ledger.missing(begin, end, hours, source)]

    assert spans(0, 100) == [(10, 30, "SEQUENCE"), (60, 62, "LATE"), (80, 100, "DISCONNECTED")]
    assert spans(20, 61, None, "T") == [(60, 61, "LATE")]
    assert spans(0, 100, [Session(0, 15), Session(20, 25), Session(90, 95)]) == [
        (10, 15, "SEQUENCE"), (20, 25, "SEQUENCE"), (90, 95, "DISCONNECTED"),
    ]  # fmt: skip


def test_memory_is_bounded_and_open_gaps_stay() -> None:
    ledger = GapLedger(rows=10)
    ledger.open("S", from_ns=0, at_ns=0, reason="stays")
    for _ in range(50):
        ledger.lose(ledger.open("S", from_ns=0, at_ns=0, reason="x").gap_id, 0)
    assert len(list(ledger)) <= 11
    assert [gap.reason for gap in ledger.open_gaps()] == ["stays"]


@given(st.lists(st.integers(1, 30), max_size=60), st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=10))
def test_every_message_is_accounted_for_at_all_times(sequences: list[int], closings: list[tuple[int, bool]]) -> None:
    ledger = GapLedger()
    todo = list(closings)
    for at, sequence in enumerate(sequences):
        ledger.message("S", 0, sequence, at, at - 1)
        open_ids = [gap.gap_id for gap in ledger.open_gaps()]
        if todo and open_ids:
            pick, lost = todo.pop()
            gap_id = open_ids[pick % len(open_ids)]
            _ = ledger.lose(gap_id, at) if lost else ledger.heal(gap_id, Healer.REPLAY, at)
        balance = ledger.balance("S")
        assert balance is not None
        assert balance.balanced
        assert balance.open == sum(gap.count for gap in ledger.open_gaps())


@pytest.mark.parametrize(("state", "action"), [(OPEN, Action.ADD), (HEALED, Action.MODIFY), (LOST, Action.CANCEL)])
def test_a_gap_is_a_record_of_the_stream(state: GapState, action: Action) -> None:
    gap = Gap(
        gap_id=4, source="S", channel=2, first=8, last=9, from_ns=5, to_ns=6, reason="x", state=state, at_ns=7,
        healer=Healer.SNAPSHOT if state is HEALED else None,
    )  # fmt: skip
    record = Record.unpack(gap.record(11, 3).pack())
    assert (record.action, record.order_id, record.sequence, record.size) == (action, 4, 8, 9)
    assert (record.ts_event, record.ts_recv, record.instrument_id, record.channel_id) == (5, 6, 11, 2)
    assert record.depth == (2 if state is HEALED else 255)


def test_a_gap_without_numbers_or_an_end_says_so_in_its_record() -> None:
    record = Gap(gap_id=1, source="S", from_ns=5, reason="x", at_ns=7).record()
    assert (record.sequence, record.size, record.ts_recv) == (U64_UNDEFINED,) * 3


@pytest.mark.parametrize(
    ("coverage", "missing"),
    [
        ([], [(0, 10), (20, 30)]),
        ([(0, 10), (20, 30)], []),
        ([(-5, 50)], []),
        ([(2, 4), (3, 6), (25, 40)], [(0, 2), (6, 10), (20, 25)]),
        ([(8, 22)], [(0, 8), (22, 30)]),
        ([(12, 15)], [(0, 10), (20, 30)]),
    ],
)
def test_stored_data_is_compared_with_the_hours_of_trading(
    coverage: list[tuple[int, int]], missing: list[tuple[int, int]]
) -> None:
    sessions = [Session(0, 10), Session(20, 30)]
    assert missing_intervals([Session(*span) for span in coverage], sessions) == missing
