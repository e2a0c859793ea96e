"""Messages are found by number, time, type and order id."""

from pathlib import Path

import pytest

from pyfixmsg_plus.store import MemoryStore, Query, Record, find
from tests.contract.stores import ALL, KEEPING, Place, closed, committed, run
from tests.wire import wire

MESSAGES = [
    wire("8=FIX.4.4|35=A|34=1|98=0|108=30|"),
    wire("8=FIX.4.4|35=D|34=2|11=ORD1|55=IBM|"),
    wire("8=FIX.4.4|35=F|34=3|11=ORD2|41=ORD1|55=IBM|"),
    wire("8=FIX.4.4|35=0|34=4|"),
    b"no FIX message at all",
    wire("8=FIX.4.4|35=D|34=6|11=ORD10|55=IBM|"),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), [1, 2, 3, 4, 5, 6]),
        (Query(first=2, last=4), [2, 3, 4]),
        (Query(since_ns=30), [3, 4, 5, 6]),
        (Query(until_ns=30), [1, 2]),
        (Query(since_ns=20, until_ns=21), [2]),
        (Query(msg_types=frozenset({"D", "F"})), [2, 3, 6]),
        (Query(msg_types=frozenset({"8"})), []),
        (Query(cl_ord_id="ORD1"), [2, 3]),
        (Query(cl_ord_id="ORD1", msg_types=frozenset({"D"})), [2]),
        (Query(first=3, cl_ord_id="ORD10"), [6]),
    ],
)
@pytest.mark.parametrize("kind", ALL)
def test_a_message_is_found_if_it_fits_all_that_is_asked_for(
    kind: str, query: Query, found: list[int], tmp_path: Path
) -> None:
    async def test() -> None:
        store = await Place(kind, tmp_path).open()
        for seq, raw in enumerate(MESSAGES, start=1):
            store.append(seq, raw, 10 * seq)
        await committed(store)
        assert [record.seq async for record in find(store, query)] == found
        await closed(store)

    run(test)


@pytest.mark.parametrize("kind", KEEPING)
def test_what_stood_before_a_reset_is_found_where_it_is_asked_for(kind: str, tmp_path: Path) -> None:
    async def test() -> None:
        store = await Place(kind, tmp_path).open()
        for seq in range(1, 1201):
            store.append(seq, b"before", seq)
        store.reset(1, 1, 5000)
        store.append(1, b"after", 5001)
        assert [record.raw async for record in find(store, Query())] == [b"after"]
        seen: list[Record] = []
        found = [record async for record in find(store, Query(last=1), history=True, progress=seen.append)]
        assert found == [Record(1, b"before", 1), Record(1, b"after", 5001)]
        assert len(seen) == 1201
        await closed(store)

    run(test)


def test_a_store_without_history_gives_the_current_sequence() -> None:
    async def test() -> None:
        store = MemoryStore()
        store.append(1, b"x", 1)
        assert [record.seq async for record in find(store, Query(), history=True)] == [1]

    run(test)


def test_a_store_of_many_slices_is_gone_through_whole() -> None:
    async def test() -> None:
        store = MemoryStore()
        for seq in range(1, 60):
            store.append(seq, b"x" * 100_000, 1)
        assert [record.seq async for record in find(store, Query(first=7))] == list(range(7, 60))

    run(test)
