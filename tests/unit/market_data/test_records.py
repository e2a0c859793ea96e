from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.market_data.normalise import Directory, PriceRecorder, source_state
from pyfixmsg_plus.market_data.records import (
    PRICE_UNDEFINED,
    RECORD_BYTES,
    U64_UNDEFINED,
    Action,
    Flag,
    LossyConversion,
    Record,
    RecordType,
    Side,
    numpy_dtype,
    price_of,
    scaled_price,
    scaled_size,
    size_of,
)
from tests.unit.market_data.sources import SECOND, price
from tests.virtual_time import NOON

RECORDS = st.builds(
    Record,
    ts_event=st.integers(0, U64_UNDEFINED),
    ts_recv=st.integers(0, U64_UNDEFINED),
    order_id=st.integers(0, U64_UNDEFINED),
    price=st.integers(-(2**63), PRICE_UNDEFINED),
    size=st.integers(0, U64_UNDEFINED),
    sequence=st.integers(0, U64_UNDEFINED),
    instrument_id=st.integers(0, 2**32 - 1),
    ts_in_delta=st.integers(-(2**31), 2**31 - 1),
    publisher_id=st.integers(0, 2**16 - 1),
    rtype=st.sampled_from(RecordType),
    action=st.sampled_from(Action),
    side=st.sampled_from(Side),
    flags=st.builds(Flag, st.sampled_from([0, 128, 224, 254])),
    channel_id=st.integers(0, 255),
    depth=st.integers(0, 255),
)
OFFSETS = {
    "ts_event": 0, "ts_recv": 8, "order_id": 16, "price": 24, "size": 32, "sequence": 40, "instrument_id": 48,
    "ts_in_delta": 52, "publisher_id": 56, "rtype": 58, "action": 59, "side": 60, "flags": 61, "channel_id": 62,
    "depth": 63,
}  # fmt: skip


@given(RECORDS)
def test_a_record_comes_back_from_its_64_bytes(record: Record) -> None:
    data = record.pack()
    assert len(data) == RECORD_BYTES
    assert Record.unpack(memoryview(data)) == record


def test_every_field_stands_where_the_format_says() -> None:
    dtype = numpy_dtype()
    assert dtype.itemsize == RECORD_BYTES
    assert {name: dtype.fields[name][1] for name in dtype.names} == OFFSETS


@given(st.lists(RECORDS, min_size=1, max_size=5))
def test_numpy_reads_many_at_once(records: list[Record]) -> None:
    table = np.frombuffer(b"".join(record.pack() for record in records), dtype=numpy_dtype())
    for row, record in zip(table, records, strict=True):
        assert row["price"] == record.price
        assert row["ts_event"] == record.ts_event
        assert (row["action"], row["side"]) == (record.action.value, record.side.value)


def test_what_is_not_known_has_the_largest_value() -> None:
    assert Record().pack()[:48] == b"\xff" * 24 + b"\xff" * 7 + b"\x7f" + b"\xff" * 16


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ts_event": -1}, "ts_event"), ({"size": 2**64}, "size"), ({"price": 2**63}, "price"),
        ({"instrument_id": 2**32}, "instrument_id"), ({"ts_in_delta": 2**31}, "ts_in_delta"),
        ({"publisher_id": -1}, "publisher_id"), ({"depth": 256}, "depth"),
    ],
)  # fmt: skip
def test_a_number_that_does_not_fit_is_named(change: dict[str, int], field: str) -> None:
    with pytest.raises(LossyConversion, match=field) as caught:
        Record(**change).pack()  # type: ignore[arg-type] # each case names a number
    assert caught.value.field == field


@pytest.mark.parametrize("data", [b"", b"x" * 63, b"x" * 65, Record().pack()[:58] + b"\x77" + b"NN\x00\x00\x00"])
def test_bytes_that_are_no_record_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"64 bytes|not a valid"):
        Record.unpack(data)


@pytest.mark.parametrize(
    ("text", "scaled"),
    [("1.5", 1_500_000_000), ("0.000000001", 1), ("-2", -2_000_000_000), ("9223372036", 9223372036 * 10**9)],
)
def test_a_price_is_billionths_and_back(text: str, scaled: int) -> None:
    assert scaled_price(Decimal(text)) == scaled
    assert price_of(scaled) == Decimal(text)


@pytest.mark.parametrize("text", ["0.0000000001", "9223372037", "1e50", "NaN", "Infinity", "-Infinity"])
def test_a_price_is_scaled_exactly_or_not_at_all(text: str) -> None:
    with pytest.raises(LossyConversion) as caught:
        scaled_price(Decimal(text))
    assert caught.value.field == "price"


def test_a_size_has_the_unit_of_its_instrument() -> None:
    assert scaled_size(Decimal("0.25"), 8) == 25_000_000
    assert size_of(25_000_000, 8) == Decimal("0.25")
    assert (scaled_size(None), size_of(U64_UNDEFINED), price_of(scaled_price(None))) == (U64_UNDEFINED, None, None)
    for size in (Decimal("0.25"), Decimal(-1), 2**64):
        with pytest.raises(LossyConversion, match="size"):
            scaled_size(size)


def told(records: list[Record]) -> list[str]:
    """What records say, in short: type, action, side, price, size, and the figure of the day or status."""
    lines = []
    for record in records:
        flags = "".join(
            flag.name[0]
            for flag in (Flag.SNAPSHOT, Flag.TOB, Flag.MBP, Flag.LAST)
            if flag in record.flags and flag.name
        )
        depth = "" if record.depth == 255 else record.depth
        parts = [
            RecordType(record.rtype).name[:3], record.action.value.decode(), record.side.value.decode(),
            price_of(record.price), size_of(record.size), depth, flags,
        ]  # fmt: skip
        lines.append(" ".join("-" if part is None else str(part) for part in parts))
    return lines


FIRST = price(
    "A", "100", bid="99.5", ask="100.5", open="98", high="101", low="97", previous_close="96", volume=500,
    halted=True,
)  # fmt: skip


def test_the_first_state_is_an_image() -> None:
    first = replace(FIRST, additional={"bidSize": "7", "askSize": "many"})
    assert told(PriceRecorder(Directory(), 3).records(first)) == [
        "TOP R N - -  S",
        "TOP A B 99.5 7 0 STM",
        "TOP A A 100.5 - 0 STM",
        "TRA T N 100 -  S",
        "STA N N 98 - 1 S",
        "STA N N 101 - 5 S",
        "STA N N 97 - 4 S",
        "STA N N 96 - 11 S",
        "STA N N - 500 6 S",
        "STA N N - - 8 SL",
    ]


def test_a_later_state_gives_what_has_changed() -> None:
    recorder = PriceRecorder(Directory(), 3)
    recorder.records(FIRST)
    second = replace(
        FIRST, bid=Decimal("99.6"), ask=None, last=Decimal("100.25"), high=Decimal(102), volume=530, halted=False,
        source_ns=NOON + SECOND,
    )  # fmt: skip
    assert told(recorder.records(second)) == [
        "TOP C B 99.5 - 0 TM",
        "TOP A B 99.6 - 0 TM",
        "TOP C A 100.5 - 0 TM",
        "TRA T N 100.25 30  ",
        "STA N N 102 - 5 ",
        "STA N N - 530 6 ",
        "STA N N - - 7 L",
    ]
    assert recorder.records(second) == []


def test_a_size_that_changes_is_a_change_of_its_level() -> None:
    recorder = PriceRecorder(Directory(), 3)
    recorder.records(replace(FIRST, additional={"bidSize": "7"}))
    assert told(recorder.records(replace(FIRST, additional={"bidSize": "9"}))) == ["TOP M B 99.5 9 0 TML"]


def test_more_volume_at_the_same_price_is_a_trade() -> None:
    recorder = PriceRecorder(Directory(), 3)
    recorder.records(FIRST)
    assert told(recorder.records(replace(FIRST, volume=510)))[0] == "TRA T N 100 10  "


def test_less_volume_is_no_trade() -> None:
    recorder = PriceRecorder(Directory(), 3)
    recorder.records(FIRST)
    assert told(recorder.records(replace(FIRST, volume=400))) == ["STA N N - 400 6 L"]


def test_a_new_price_without_a_volume_is_a_trade_of_unknown_size() -> None:
    recorder = PriceRecorder(Directory(), 3)
    recorder.records(price("A", "1"))
    assert told(recorder.records(price("A", "2", at=1))) == ["TRA T N 2 -  L"]


def test_records_are_numbered_and_bear_times_instrument_and_publisher() -> None:
    directory = Directory()
    directory.id_of("OTHER")
    recorder = PriceRecorder(directory, 3)
    records = recorder.records(price("A", "1", at=1, received=2)) + recorder.records(price("A", "2", at=3, received=4))
    assert [record.sequence for record in records] == [0, 1, 2]
    assert {(record.instrument_id, record.publisher_id) for record in records} == {(1, 3)}
    assert [(record.ts_event - NOON) // SECOND for record in records] == [1, 1, 3]
    assert [(record.ts_recv - NOON) // SECOND for record in records] == [2, 2, 4]


def test_a_price_that_does_not_fit_leaves_no_trace() -> None:
    recorder = PriceRecorder(Directory(), 3)
    recorder.records(price("A", "1"))
    with pytest.raises(LossyConversion):
        recorder.records(price("A", "1.00000000001", at=1))
    assert [record.sequence for record in recorder.records(price("A", "2", at=2))] == [2]


def test_after_a_gap_an_instrument_begins_anew() -> None:
    recorder = PriceRecorder(Directory(), 3)
    recorder.records(price("A", "1"))
    recorder.forget("A")
    recorder.forget("NONE")
    assert recorder.records(price("A", "1"))[0].action is Action.CLEAR


def test_instruments_have_dense_numbers() -> None:
    directory = Directory()
    assert [directory.id_of("A"), directory.id_of("B"), directory.id_of("A"), directory.id_of("A", "RIC")] == [
        0,
        1,
        0,
        2,
    ]
    assert (directory.name_of(2), len(directory)) == (("RIC", "A"), 3)
    for number in (-1, 3):
        with pytest.raises(LookupError):
            directory.name_of(number)


@pytest.mark.parametrize(("state", "number"), [("LIVE", 0), ("SUSPECT", 1), ("DELAYED", 2), ("CONFLATED", 3)])
def test_the_state_of_a_source_is_a_record(state: str, number: int) -> None:
    record = source_state(state, utc_ns=NOON, publisher_id=3, interval_ns=5)
    assert (record.rtype, record.depth, record.size) == (RecordType.SOURCE_STATE, number, 5)
    assert source_state(state, utc_ns=NOON, publisher_id=3).size == U64_UNDEFINED
    assert Record.unpack(record.pack()) == record
