"""File stores of QuickFIX as they lie on disks: both forms of the numbers, entries that repeat, and what is broken."""

from pathlib import Path

import pytest

from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store import Record, StoredNumbers, quickfix_stores
from pyfixmsg_plus.values import SessionID
from tests.wire import wire

ONE = wire("8=FIX.4.4|35=A|34=1|49=A|52=20260302-14:30:00.250|56=B|98=0|108=30|")
TWO = wire("8=FIX.4.4|35=D|34=2|49=A|52=20260302-14:30:01|56=B|11=X|")
AGAIN = wire("8=FIX.4.4|35=D|34=2|49=A|52=20260302-14:30:02|56=B|11=Y|")
NOON_NS = 1_772_452_800_000_000_000


def lay(folder: Path, /, name: str = "FIX.4.4-A-B", **given: bytes | None) -> Path:
    """Write a store of two messages; a file that is given stands in the place of its own, None for none."""
    files: dict[str, bytes | None] = {
        "seqnums": b"00000000000000000003 : 00000000000000000007",
        "session": b"20260302-12:00:00",
        "header": b"1,0,%d 2,%d,%d " % (len(ONE), len(ONE), len(TWO)),
        "body": ONE + TWO,
    }
    for ending, content in (files | given).items():
        if content is not None:
            (folder / f"{name}.{ending}").write_bytes(content)
    return folder


def test_numbers_creation_and_messages_are_read(tmp_path: Path) -> None:
    (store,) = quickfix_stores(lay(tmp_path))
    faults: list[str] = []
    assert store.numbers == StoredNumbers(3, 7, NOON_NS)
    assert list(store.records(faults)) == [
        Record(1, ONE, NOON_NS + 9_000_250_000_000),
        Record(2, TWO, NOON_NS + 9_001_000_000_000),
    ]
    assert store.faults == faults == []


@pytest.mark.parametrize(
    "text",
    [b"00000000000000000003 : 00000000000000000007", b"0000000003 : 0000000007", b"3 : 7", b"3 : 7\n", b"3 : 7\0\0"],
)
def test_both_forms_of_the_numbers_are_read(tmp_path: Path, text: bytes) -> None:
    (store,) = quickfix_stores(lay(tmp_path, seqnums=text))
    assert store.numbers[:2] == (3, 7)


def test_the_last_entry_of_a_number_counts(tmp_path: Path) -> None:
    header = b"2,%d,%d 1,0,%d 2,%d,%d" % (
        len(ONE),
        len(TWO),
        len(ONE),
        len(ONE) + len(TWO),
        len(AGAIN),
    )
    (store,) = quickfix_stores(lay(tmp_path, header=header, body=ONE + TWO + AGAIN))
    assert [record.raw for record in store.records([])] == [ONE, AGAIN]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"seqnums": b""}, "does not hold two numbers"),
        ({"seqnums": b"3"}, "does not hold two numbers"),
        ({"seqnums": b"-3 : 7"}, "does not hold two numbers"),
        ({"seqnums": b"99999999999999999999 : 7"}, "does not hold two numbers"),
        ({"session": b"yesterday"}, "does not hold a time"),
        ({"session": b"\xff"}, "does not hold a time"),
        ({"session": None}, "session is missing"),
        ({"header": None}, "header is missing"),
        ({"body": None}, "body is missing"),
        ({"header": b"1,0"}, "does not hold number, offset and length"),
        ({"header": b"1,0,-5"}, "does not hold number, offset and length"),
    ],
)
def test_a_store_that_is_not_whole_is_refused_by_name(
    tmp_path: Path, given: dict[str, bytes | None], text: str
) -> None:
    with pytest.raises(StoreError, match=text) as caught:
        quickfix_stores(lay(tmp_path, "FIX.4.4-A-B", **given))
    assert "FIX.4.4-A-B" in str(caught.value)


def test_a_folder_without_a_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no file store of QuickFIX"):
        quickfix_stores(tmp_path)


def test_what_lies_outside_the_body_or_is_another_message_is_left_out_and_named(tmp_path: Path) -> None:
    header = b"1,0,%d 2,%d,999 3,0,%d 4,3,20 " % (len(ONE), len(ONE), len(ONE))
    (store,) = quickfix_stores(lay(tmp_path, header=header))
    faults = list(store.faults)
    assert [record.seq for record in store.records(faults)] == [1]
    assert [fault.split(": ", 1)[1].split(" of ")[0] for fault in faults] == [
        "message 2 lies outside the body",
        "what stands at byte 0",
        "what stands at byte 3",
    ]


def test_a_message_without_a_time_counts_as_stored_when_the_session_was_created(tmp_path: Path) -> None:
    raw = wire("8=FIX.4.4|35=0|34=1|49=A|56=B|52=noon|")
    (store,) = quickfix_stores(lay(tmp_path, header=b"1,0,%d" % len(raw), body=raw))
    assert [record.stored_ns for record in store.records([])] == [NOON_NS]


def raw_of(*names: str) -> bytes:
    begin_string, sender, target = names
    return wire(f"8={begin_string}|35=0|34=1|49={sender}|56={target}|")


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("FIX.4.4-A-B", ("FIX.4.4", "A", "B"), SessionID("FIX.4.4", "A", "B")),
        ("FIX.4.4-A-B-C", ("FIX.4.4", "A-B", "C"), SessionID("FIX.4.4", "A-B", "C")),
        ("FIX.4.4-A-B-C", ("FIX.4.4", "A", "B-C"), SessionID("FIX.4.4", "A", "B-C")),
        ("FIX.4.4-A-B-C", ("FIX.4.4", "A", "B"), SessionID("FIX.4.4", "A", "B", session_qualifier="C")),
        ("FIX.4.4-A-B", None, SessionID("FIX.4.4", "A", "B")),
        # A body that was written by somebody else says nothing about the name.
        ("FIX.4.4-A-B", ("FIX.4.2", "X", "Y"), SessionID("FIX.4.4", "A", "B")),
    ],
)
def test_messages_say_which_session_it_is_where_the_name_does_not(
    tmp_path: Path, name: str, names: tuple[str, str, str] | None, expected: SessionID
) -> None:
    raw = b"" if names is None else raw_of(*names)
    header = b"1,0,%d" % len(raw) if raw else b""
    (store,) = quickfix_stores(lay(tmp_path, name, header=header, body=raw))
    assert store.session_id() == expected


def test_a_name_that_can_be_read_in_several_ways_is_refused(tmp_path: Path) -> None:
    (store,) = quickfix_stores(lay(tmp_path, "FIX.4.4-A-B-C", header=b"", body=b""))
    with pytest.raises(StoreError, match="can be read in several ways"):
        store.session_id()
