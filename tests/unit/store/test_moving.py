"""What is carried from store to store arrives whole, and a difference is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store import MemoryStore, Record, StoredNumbers
from pyfixmsg_plus.store.moving import carry, check_arrived
from pyfixmsg_plus.store.verifying import verify_session
from tests.contract.stores import ME, Place, closed, run, slice_of

RECORDS = [Record(1, b"one", 10), Record(3, b"three", 30)]
NUMBERS = StoredNumbers(5, 9, 7)


def test_numbers_and_messages_arrive() -> None:
    async def test() -> None:
        target = MemoryStore()
        moved = await carry(NUMBERS, RECORDS, target)
        assert moved == (2, NUMBERS)
        assert await slice_of(target, 0, 99) == RECORDS
        assert await check_arrived(NUMBERS, RECORDS, target) == 2

    run(test)


@pytest.mark.parametrize("kind", ["memory", "journal", "sqlite"])
def test_a_session_that_was_never_used_stays_so(kind: str, tmp_path: Path) -> None:
    async def test() -> None:
        target = await Place(kind, tmp_path).open()
        await carry(StoredNumbers(1, 1, None), [], target)
        assert target.numbers() == StoredNumbers(1, 1, None)
        await closed(target)

    run(test)


def test_many_messages_are_handed_on_in_parts() -> None:
    async def test() -> None:
        target = MemoryStore()
        seen: list[Record] = []
        records = [Record(seq, b"x" * 400_000, seq) for seq in range(1, 8)]
        await carry(StoredNumbers(8, 1, 1), records, target, progress=seen.append)
        assert seen == records == await slice_of(target, 0, 99)

    run(test)


def number(store: MemoryStore) -> None:
    store.advance(8)


def missing(store: MemoryStore) -> None:
    store.append(3, b"", 1)
    store.set_numbers(5, 9)


def changed(store: MemoryStore) -> None:
    store.append(3, b"THREE", 30)
    store.set_numbers(5, 9)


def extra(store: MemoryStore) -> None:
    store.append(4, b"four", 40)


def created(store: MemoryStore) -> None:
    store.reset(5, 9, 8)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (number, "the numbers differ"),
        (created, "the numbers differ"),
        (missing, "message 3 differs after the copy: nothing stands there"),
        (changed, "message 3 differs after the copy: another message 3 stands there"),
        (extra, "message 4 is there after the copy and was not before"),
    ],
)
def test_what_arrived_otherwise_is_named(change: Callable[[MemoryStore], None], text: str) -> None:
    async def test() -> None:
        target = MemoryStore()
        await carry(NUMBERS, RECORDS, target)
        change(target)
        with pytest.raises(StoreError, match=text):
            await check_arrived(NUMBERS, RECORDS, target)

    run(test)


def test_a_verification_names_the_first_hundred_faults(tmp_path: Path) -> None:
    async def test() -> None:
        place = Place("journal", tmp_path)
        store = await place.open()
        for seq in range(1, 151):
            store.append(seq, b"no message", seq)
        await closed(store)
        report = await verify_session("journal", tmp_path / "journals", ME)
        assert len(report.faults) == 100
        assert report.facts["messages"] == 150

    run(test)
