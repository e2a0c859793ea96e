import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.market_data.quality.streaming import (
    DEFAULT_ACTIONS,
    Reason,
    StreamAction,
    StreamLimits,
    StreamRules,
)
from pyfixmsg_plus.market_data.records import PRICE_UNDEFINED, Action, Flag, Record, RecordType, Side, StatisticType
from tests.unit.market_data.test_records import RECORDS
from tests.virtual_time import NOON

SECOND = 1_000_000_000
UNIT = 1_000_000_000
PASS, FLAG, QUARANTINE, DROP = StreamAction


def trade(price: float | None = 100, size: int = 10, at: float = 0, **more: object) -> Record:
    fields: dict[str, object] = {
        "ts_event": NOON + round(at * SECOND), "ts_recv": NOON + round(at * SECOND),
        "price": PRICE_UNDEFINED if price is None else round(price * UNIT),
        "size": size, "instrument_id": 1, "rtype": RecordType.TRADE, "action": Action.TRADE, "flags": Flag.LAST,
        "publisher_id": 1, "channel_id": 0,
    }  # fmt: skip
    return Record(**{**fields, **more})  # type: ignore[arg-type] # each test names fields of the right type


def level(side: Side, price: float, action: Action = Action.ADD, flags: Flag = Flag.LAST) -> Record:
    return trade(price, rtype=RecordType.TOP_OF_BOOK, action=action, side=side, flags=flags)


def volume(size: int) -> Record:
    return trade(rtype=RecordType.STATISTICS, action=Action.NONE, size=size, depth=StatisticType.VOLUME, price=None)


def status(depth: int) -> Record:
    return trade(rtype=RecordType.STATUS, action=Action.NONE, depth=depth, price=None)


@pytest.mark.parametrize(
    ("before", "record", "reasons", "action"),
    [
        ([], trade(), [], PASS),
        ([trade(sequence=5)], trade(sequence=6), [], PASS),
        ([trade(sequence=5)], trade(sequence=8), [Reason.SEQUENCE_GAP], FLAG),
        ([trade(sequence=5)], trade(sequence=5), [Reason.DUPLICATE], DROP),
        ([trade(sequence=5)], trade(sequence=4), [Reason.OUT_OF_ORDER], QUARANTINE),
        ([trade(sequence=5)], trade(sequence=4, channel_id=1), [], PASS),
        ([], trade(ts_event=NOON + 2 * SECOND, ts_recv=NOON), [], PASS),
        ([], trade(ts_event=NOON + 2 * SECOND + 1, ts_recv=NOON), [Reason.CLOCK_SKEW], FLAG),
        ([], trade(ts_recv=NOON + 300 * SECOND), [], PASS),
        ([], trade(ts_recv=NOON + 301 * SECOND), [Reason.STALE_QUOTE], FLAG),
        ([trade(at=2)], trade(at=1), [Reason.CLOCK_REGRESSION], FLAG),
        ([trade(100)], trade(150), [], PASS),
        ([trade(100)], trade(151), [Reason.PRICE_OUTSIDE_BAND], QUARANTINE),
        ([trade(100)], level(Side.BID, 49), [Reason.PRICE_OUTSIDE_BAND], QUARANTINE),
        ([], trade(0), [Reason.NOT_POSITIVE], QUARANTINE),
        ([], trade(-1), [Reason.NOT_POSITIVE], QUARANTINE),
        ([level(Side.BID, 101)], level(Side.ASK, 100), [Reason.CROSSED], FLAG),
        ([level(Side.BID, 100)], level(Side.ASK, 100), [Reason.LOCKED], FLAG),
        ([level(Side.BID, 101)], level(Side.ASK, 100, flags=Flag(0)), [], PASS),
        ([level(Side.BID, 101), level(Side.BID, 101, Action.CANCEL)], level(Side.ASK, 100), [], PASS),
        (
            [level(Side.BID, 101), trade(rtype=RecordType.TOP_OF_BOOK, action=Action.CLEAR)],
            level(Side.ASK, 100),
            [],
            PASS,
        ),
        ([status(8), level(Side.BID, 101)], level(Side.ASK, 100), [], PASS),
        ([status(8)], trade(), [Reason.PRINT_WHILE_HALTED], FLAG),
        ([status(8), status(7)], trade(), [], PASS),
        ([volume(10)], volume(10), [], PASS),
        ([volume(10)], volume(9), [Reason.VOLUME_FALLING], FLAG),
        ([trade()] * 32, trade(size=10_000), [], PASS),
        ([trade()] * 32, trade(size=10_001), [Reason.SIZE_OUTLIER], FLAG),
        ([trade()] * 31, trade(size=10_001), [], PASS),
        ([trade()] * 32, trade(size=2**64 - 1), [], PASS),
    ],
)
def test_each_rule_finds_its_fault(
    before: list[Record], record: Record, reasons: list[Reason], action: StreamAction
) -> None:
    rules = StreamRules()
    for each in before:
        rules.judge(each)
    verdict = rules.judge(record)
    assert (list(verdict.reasons), verdict.action) == (reasons, action)


@pytest.mark.parametrize(
    ("limits", "record", "reasons"),
    [
        (StreamLimits(low=90 * UNIT, high=110 * UNIT), trade(89), [Reason.PRICE_OUTSIDE_LIMIT]),
        (StreamLimits(low=90 * UNIT, high=110 * UNIT), trade(111), [Reason.PRICE_OUTSIDE_LIMIT]),
        (StreamLimits(tick=UNIT // 100), trade(100.01), []),
        (StreamLimits(tick=UNIT // 100), trade(100.015), [Reason.OFF_TICK]),
        (StreamLimits(tick=UNIT // 100), level(Side.BID, 100.015, Action.CANCEL), []),
        (StreamLimits(may_be_negative=True, low=-UNIT), trade(-1), []),
    ],
)
def test_limits_go_by_instrument(limits: StreamLimits, record: Record, reasons: list[Reason]) -> None:
    assert list(StreamRules(lambda _: limits).judge(record).reasons) == reasons


@pytest.mark.parametrize(("fault", "action"), [(Reason.CHECKSUM, DROP), (Reason.SCHEMA, QUARANTINE)])
def test_what_the_decoder_found_counts_too(fault: Reason, action: StreamAction) -> None:
    rules = StreamRules()
    assert rules.judge(trade(), fault).action is action
    assert rules.counts == {fault: 1}


def test_an_unknown_instrument_is_kept_aside_and_nothing_is_remembered_of_it() -> None:
    rules = StreamRules(known=lambda number: number == 1)
    assert rules.judge(trade(instrument_id=2)).reasons == (Reason.UNKNOWN_INSTRUMENT,)
    assert rules._instruments == {}


def test_what_is_kept_aside_is_no_measure_for_what_follows() -> None:
    rules = StreamRules()
    for price in (100, 200, 201):
        rules.judge(trade(price))
    assert rules.judge(trade(100)).action is PASS


def test_every_reason_is_counted_and_the_gravest_decides() -> None:
    rules = StreamRules()
    rules.judge(trade(sequence=5, at=5))
    verdict = rules.judge(trade(500, sequence=5, at=1))
    assert verdict.action is DROP
    assert verdict.reasons == (Reason.DUPLICATE, Reason.CLOCK_REGRESSION, Reason.PRICE_OUTSIDE_BAND)
    assert rules.counts == dict.fromkeys(verdict.reasons, 1)


def test_a_crossing_is_told_beside_what_else_was_found() -> None:
    rules = StreamRules()
    rules.judge(level(Side.BID, 101))
    verdict = rules.judge(trade(100, rtype=RecordType.TOP_OF_BOOK, action=Action.ADD, side=Side.ASK, at=-1))
    assert verdict.reasons == (Reason.CLOCK_REGRESSION, Reason.CROSSED)
    assert rules.counts == {Reason.CLOCK_REGRESSION: 1, Reason.CROSSED: 1}


def test_what_a_reason_leads_to_can_be_set() -> None:
    limits = StreamLimits(actions={**DEFAULT_ACTIONS, Reason.NOT_POSITIVE: DROP})
    assert StreamRules(lambda _: limits).judge(trade(0)).action is DROP


@given(st.lists(RECORDS, max_size=20))
def test_any_records_are_judged_and_memory_follows_the_instruments(records: list[Record]) -> None:
    rules = StreamRules()
    for record in records:
        verdict = rules.judge(record)
        assert verdict.action is max((DEFAULT_ACTIONS[reason] for reason in verdict.reasons), default=PASS)
    assert len(rules._instruments) <= len({record.instrument_id for record in records})
