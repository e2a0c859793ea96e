"""Retention lets go of history by age, by count and by sequence, and of nothing that a peer may ask for."""

from pathlib import Path

import pytest

from pyfixmsg_plus.store import (
    JournalReader,
    JournalStore,
    MemoryStore,
    Query,
    Retention,
    Retired,
    SqliteStore,
    apply_retention,
    find,
)
from pyfixmsg_plus.store.journal import journal_folder
from pyfixmsg_plus.store.retention import Stretch, retired_before
from tests.contract.stores import ME, Place, closed, committed, run, slice_of

NEWEST = Stretch(400, 2**64, 100, 10, 1)
SEALED = [
    Stretch(0, 100, 10, 50, 1),
    Stretch(100, 200, 20, 60, 2),
    Stretch(200, 300, None, 0, 0),
    Stretch(300, 400, 40, 70, 1),
]


@pytest.mark.parametrize(
    ("retention", "live_from", "before"),
    [
        (Retention(), 400, 0),
        (Retention(max_age_ns=50), 400, 400),
        (Retention(max_age_ns=75), 400, 200),
        (Retention(max_age_ns=80), 400, 100),
        (Retention(max_age_ns=90), 400, 0),
        (Retention(max_messages=10), 400, 400),
        (Retention(max_messages=11), 400, 300),
        (Retention(max_messages=81), 400, 100),
        (Retention(max_messages=141), 400, 0),
        (Retention(max_sequences=0), 400, 400),
        (Retention(max_sequences=1), 400, 300),
        (Retention(max_sequences=2), 400, 100),
        (Retention(max_sequences=4), 400, 0),
        # The current sequence begins in an older segment.
        (Retention(max_age_ns=0), 350, 200),
        (Retention(max_messages=0), 150, 100),
        (Retention(max_messages=0), 50, 0),
        (Retention(max_messages=0, include_current=True), 50, 400),
        # Whatever is beyond one limit goes.
        (Retention(max_age_ns=80, max_sequences=1), 400, 300),
    ],
)
def test_whole_segments_go_that_are_beyond_a_limit(retention: Retention, live_from: int, before: int) -> None:
    assert retired_before(SEALED, NEWEST, retention, live_from=live_from, now_ns=100) == before


async def days(store: JournalStore | SqliteStore) -> None:
    """Five days of ten messages each; the last is the current sequence."""
    for day in range(1, 6):
        store.reset(1, 1, day * 1000)
        for seq in range(1, 11):
            store.append(seq, b"day %d " % day + b"x" * 20_000, day * 1000 + seq)
    await committed(store)


async def left(store: JournalStore | SqliteStore) -> dict[int, int]:
    """How many messages of each day are left."""
    counts: dict[int, int] = {}
    async for record in find(store, Query(), history=True):
        day = int(record.raw[4:5])
        counts[day] = counts.get(day, 0) + 1
    return counts


CASES = [
    (Retention(), {1: 10, 2: 10, 3: 10, 4: 10, 5: 10}),
    (Retention(max_age_ns=2500), {3: 10, 4: 10, 5: 10}),
    (Retention(max_sequences=1), {4: 10, 5: 10}),
    (Retention(max_sequences=0), {5: 10}),
    (Retention(max_messages=30), {3: 10, 4: 10, 5: 10}),
    (Retention(max_messages=0), {5: 10}),
]


@pytest.mark.parametrize(("retention", "expected"), CASES)
@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_history_goes_and_the_current_sequence_stays(
    kind: str, retention: Retention, expected: dict[int, int], tmp_path: Path
) -> None:
    async def test() -> None:
        place = Place(kind, tmp_path)
        store = await place.open()
        assert isinstance(store, JournalStore | SqliteStore)
        await days(store)
        gone = await apply_retention(store, retention, 5500)
        assert await left(store) == expected
        assert gone.messages == 50 - sum(expected.values())
        assert len(await slice_of(store, 1, 100)) == 10
        await closed(store)
        store = await place.open()
        assert store.numbers().next_out == 11
        assert len(await slice_of(store, 1, 100)) == 10
        await closed(store)

    run(test)


@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_the_current_sequence_goes_only_if_it_is_included(kind: str, tmp_path: Path) -> None:
    async def test() -> None:
        place = Place(kind, tmp_path)
        store = await place.open()
        if kind == "journal":
            await closed(store)
            store = JournalStore(tmp_path / "journals", ME, segment_bytes=4096)
        for seq in range(1, 101):
            store.append(seq, b"x" * 500, seq)
        await committed(store)
        assert await apply_retention(store, Retention(max_messages=5), 1000) == Retired(0, ())
        gone = await apply_retention(store, Retention(max_messages=5, include_current=True), 1000)
        found = await slice_of(store, 1, 1000)
        assert gone.messages == 100 - len(found)
        assert found[-1].seq == 100
        assert 5 <= len(found) <= 20
        assert store.numbers().next_out == 101
        await closed(store)

    run(test)


def test_segments_of_a_journal_can_be_archived_and_read_there(tmp_path: Path) -> None:
    async def test() -> None:
        store = JournalStore(tmp_path, ME)
        await days(store)
        archive = tmp_path / "archive"
        gone = await apply_retention(store, Retention(max_sequences=1), 9999, archive=archive)
        assert gone.messages == 30
        assert [path.parent for path in gone.files] == [journal_folder(tmp_path, ME)] * len(gone.files)
        assert sorted(path.name for path in archive.iterdir()) == sorted(path.name for path in gone.files)
        kinds = [kind for _, kind, *_ in JournalReader(archive).read()]
        assert kinds.count(1) == 30
        await closed(store)

    run(test)


def test_a_store_in_memory_has_no_history() -> None:
    async def test() -> None:
        store = MemoryStore()
        store.append(1, b"x", 1)
        assert await apply_retention(store, Retention(max_messages=0, include_current=True), 10) == Retired(0, ())

    run(test)


def test_a_journal_that_was_never_written_has_nothing_to_let_go_of(tmp_path: Path) -> None:
    async def test() -> None:
        store = JournalStore(tmp_path, ME)
        assert await apply_retention(store, Retention(max_messages=0), 10) == Retired(0, ())
        await closed(store)

    run(test)
