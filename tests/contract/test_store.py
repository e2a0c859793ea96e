"""What every store does: one suite for all of them."""

import asyncio
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.errors import StoreError, StoreInUseError
from pyfixmsg_plus.store import MessageStore, Record, StoredNumbers, open_store
from pyfixmsg_plus.values import SessionID
from tests.contract.stores import ALL, KEEPING, ME, Place, closed, committed, numbers_read, run, slice_of

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_BYTE = bytes(range(256))


@pytest.fixture(params=ALL)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(request.param, tmp_path)


@pytest.fixture(params=KEEPING)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(request.param, tmp_path)


def test_a_store_that_was_never_used_begins_at_one(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        assert isinstance(store, MessageStore)
        assert store.numbers() == StoredNumbers(1, 1, None)
        assert await slice_of(store, 0, 2**64 - 1) == []
        await closed(store)

    run(test)


def test_a_message_is_read_as_it_was_written(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        store.append(1, EVERY_BYTE, 1_700_000_000_000_000_001)
        await committed(store)
        assert await slice_of(store, 1, 1) == [Record(1, EVERY_BYTE, 1_700_000_000_000_000_001)]
        assert store.numbers() == StoredNumbers(2, 1, 1_700_000_000_000_000_001)
        await closed(store)

    run(test)


def test_messages_are_read_before_they_are_committed(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        store.append(1, b"one", 1)
        assert [record.raw for record in await slice_of(store, 1, 9)] == [b"one"]
        await closed(store)

    run(test)


def test_a_number_without_a_message_is_used_and_not_read(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        for seq, raw in ((1, b"one"), (2, b""), (3, b""), (4, b"four"), (9, b"nine")):
            store.append(seq, raw, seq)
        await committed(store)
        assert store.numbers().next_out == 10
        assert [record.seq for record in await slice_of(store, 1, 100)] == [1, 4, 9]
        assert await slice_of(store, 2, 3) == []
        assert [record.seq for record in await slice_of(store, 2, 8)] == [4]
        await closed(store)

    run(test)


def test_reading_the_numbers_again_changes_none(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        store.reset(3, 4, 5)
        assert await numbers_read(store) == StoredNumbers(3, 4, 5) == store.numbers()
        await closed(store)

    run(test)


def test_of_a_number_used_twice_the_last_message_counts(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        for seq in range(1, 6):
            store.append(seq, b"old", 1)
        store.set_numbers(2, 1)
        store.append(2, b"new", 2)
        store.append(3, b"", 3)
        await committed(store)
        assert [record.raw for record in await slice_of(store, 1, 5)] == [b"old", b"new", b"old", b"old"]
        assert store.numbers().next_out == 4
        await closed(store)

    run(test)


def test_setting_numbers_keeps_messages_and_the_time_of_creation(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        store.reset(1, 1, 77)
        store.append(1, b"one", 1)
        store.set_numbers(50, 60)
        await committed(store)
        assert store.numbers() == StoredNumbers(50, 60, 77)
        assert len(await slice_of(store, 1, 100)) == 1
        await closed(store)

    run(test)


def test_a_reset_takes_all_messages_away(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        for seq in range(1, 10):
            store.append(seq, b"old", 1)
        store.advance(5)
        store.reset(1, 1, 99)
        assert await slice_of(store, 1, 100) == []
        store.append(1, b"new", 2)
        await committed(store)
        assert store.numbers() == StoredNumbers(2, 1, 99)
        assert [record.raw for record in await slice_of(store, 1, 100)] == [b"new"]
        await closed(store)

    run(test)


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (9, 1), (10, 1), (19, 1), (20, 2), (105, 10), (1 << 40, 30)])
def test_a_slice_holds_no_more_bytes_than_allowed_and_at_least_one_message(
    place: Place, limit: int, count: int
) -> None:
    async def test() -> None:
        store = await place.open()
        for seq in range(1, 31):
            store.append(seq, b"0123456789", 1)
        await committed(store)
        assert [record.seq for record in await slice_of(store, 1, 100, limit)] == list(range(1, count + 1))
        await closed(store)

    run(test)


@pytest.mark.parametrize("seq", [2**31, 2**32, 2**63 - 1, 2**63, 2**64 - 2])
def test_numbers_have_64_bits(place: Place, seq: int) -> None:
    async def test() -> None:
        store = await place.open()
        store.append(1, b"one", 1)
        store.append(seq, b"far", 1)
        store.advance(seq)
        await committed(store)
        assert store.numbers() == StoredNumbers(seq + 1, seq, 1)
        assert [record.seq for record in await slice_of(store, 0, 2**64 - 1)] == [1, seq]
        assert [record.seq for record in await slice_of(store, 2, seq)] == [seq]
        await closed(store)

    run(test)


def test_a_number_with_none_after_it_is_refused(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        with pytest.raises(StoreError, match="no number after 18446744073709551615"):
            store.append(2**64 - 1, b"x", 1)
        assert store.numbers().next_out == 1
        await closed(store)

    run(test)


@pytest.mark.parametrize("number", [-1, 2**64])
def test_what_is_no_number_of_64_bits_is_refused(place: Place, number: int) -> None:
    async def test() -> None:
        store = await place.open()
        changes: list[Callable[[], object]] = [
            lambda: store.append(number, b"x", 1),
            lambda: store.advance(number),
            lambda: store.set_numbers(1, number),
            lambda: store.reset(number, 1, 1),
        ]
        for change in changes:
            with pytest.raises(OverflowError):
                change()
        assert store.numbers() == StoredNumbers(1, 1, None)
        await closed(store)

    run(test)


def test_a_closed_store_keeps_nothing(place: Place) -> None:
    async def test() -> None:
        store = await place.open()
        await closed(store)
        changes: list[Callable[[], object]] = [
            lambda: store.append(1, b"x", 1),
            lambda: store.advance(1),
            lambda: store.set_numbers(1, 1),
            lambda: store.reset(1, 1, 1),
            store.commit,
        ]
        for change in changes:
            with pytest.raises(StoreError, match="closed"):
                change()

    run(test)


def test_everything_survives_closing(kept: Place) -> None:
    async def test() -> None:
        store = await kept.open()
        store.reset(1, 1, 42)
        for seq in range(1, 1001):
            store.append(seq, b"message %d" % seq, seq)
            store.advance(2 * seq)
        await committed(store)
        store.append(1001, b"last, not committed", 1001)
        await closed(store)
        store = await kept.open()
        assert store.numbers() == StoredNumbers(1002, 2000, 42)
        found = await slice_of(store, 1, 2000)
        assert found[:1000] == [Record(seq, b"message %d" % seq, seq) for seq in range(1, 1001)]
        assert found[1000:] == [Record(1001, b"last, not committed", 1001)]
        await closed(store)

    run(test)


def test_a_reset_survives_closing(kept: Place) -> None:
    async def test() -> None:
        store = await kept.open()
        store.append(1, b"old", 1)
        store.reset(5, 7, 43)
        await closed(store)
        store = await kept.open()
        assert store.numbers() == StoredNumbers(5, 7, 43)
        assert await slice_of(store, 0, 100) == []
        await closed(store)

    run(test)


def test_big_messages_are_kept(kept: Place) -> None:
    async def test() -> None:
        big = EVERY_BYTE * 40_000
        store = await kept.open()
        store.append(1, big, 1)
        store.append(2, b"small", 2)
        store.append(3, big, 3)
        await closed(store)
        store = await kept.open()
        assert [len(record.raw) for record in await slice_of(store, 1, 3)] == [len(big), 5, len(big)]
        assert [record.seq for record in await slice_of(store, 1, 3, len(big) + 5)] == [1, 2]
        assert (await slice_of(store, 3, 3))[0].raw == big
        await closed(store)

    run(test)


HOSTILE = [
    SessionID("FIX.4.4", "../../etc", "passwd"),
    SessionID("FIX.4.4", "a/b", "c"),
    SessionID("FIX.4.4", "a", "b/c"),
    SessionID("FIX.4.4", "a-b", "c"),
    SessionID("FIX.4.4", "a", "b-c"),
    SessionID("FIX.4.4", "A", "b-c"),
    SessionID("FIX.4.4", "US", "PEER", session_qualifier="x"),
    SessionID("FIX.4.4", "US", "PEER-x"),
    SessionID("FIX.4.4", "US", "PEER", sender_sub_id="x"),
    SessionID("FIX.4.4", "US", "PEER", target_sub_id="x"),
    SessionID("FIX.4.4", "Köln", "大阪"),
    SessionID("FIX.4.4", "K\u0308", "\x00\n"),
    SessionID("FIX.4.4", "x" * 10_000, "y"),
    SessionID("FIX.4.4", "x" * 10_000, "z"),
    SessionID("..", ".", "-rf"),
    SessionID("FIX.4.4", "con", "nul."),
    SessionID("FIX.4.4", "'; DROP TABLE messages; --", "%s"),
]


def test_sessions_of_any_name_live_side_by_side(kept: Place) -> None:
    async def test() -> None:
        stores = [await kept.open(session_id) for session_id in HOSTILE]
        for at, store in enumerate(stores, start=1):
            store.append(at, b"of session %d" % at, at)
            await committed(store)
        for store in stores:
            await closed(store)
        for at, session_id in enumerate(HOSTILE, start=1):
            store = await kept.open(session_id)
            assert await slice_of(store, 0, 100) == [Record(at, b"of session %d" % at, at)]
            await closed(store)

    run(test)
    inside = kept.folder.resolve()
    assert all(path.resolve().is_relative_to(inside) for path in kept.folder.rglob("*"))
    assert not [path for path in kept.folder.parent.iterdir() if path.name in ("etc", "passwd")]


def test_a_second_writer_is_refused_until_the_first_is_done(kept: Place) -> None:
    async def test() -> None:
        first = await kept.open()
        with pytest.raises(StoreInUseError, match="written by process"):
            await kept.open()
        await closed(first)
        await closed(await kept.open())

    run(test)


def test_a_standby_sees_what_the_writer_does_and_takes_over_when_it_ends(kept: Place) -> None:
    async def test() -> None:
        writer = await kept.open()
        standby = await kept.open(standby=True)
        writer.reset(1, 1, 5)
        writer.append(1, b"one", 5)
        writer.advance(9)
        await committed(writer)
        assert await numbers_read(standby) == StoredNumbers(2, 9, 5) == standby.numbers()
        assert [record.raw for record in await slice_of(standby, 1, 9)] == [b"one"]
        with pytest.raises(StoreInUseError):
            standby.append(2, b"two", 6)
        writer.append(2, b"the writer's", 6)
        await closed(writer)
        standby.append(3, b"three", 7)
        await committed(standby)
        assert [record.raw for record in await slice_of(standby, 1, 9)] == [b"one", b"the writer's", b"three"]
        await closed(standby)

    run(test)


def test_files_are_for_their_owner_alone(kept: Place) -> None:
    async def test() -> None:
        store = await kept.open()
        store.append(1, b"secret", 1)
        await committed(store)
        await closed(store)

    run(test)
    for path in kept.folder.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("sync", ["always", "interval", "never"])
def test_commits_end_under_every_policy(kept: Place, sync: str) -> None:
    async def test() -> None:
        store = await kept.open(sync=sync, sync_interval_ms=1)
        for seq in range(1, 21):
            store.append(seq, b"x", seq)
            await committed(store)
        assert len(await slice_of(store, 1, 100)) == 20
        await closed(store)

    run(test)


def test_commits_of_many_sessions_end_together(kept: Place) -> None:
    async def test() -> None:
        names = [SessionID("FIX.4.4", "US", f"P{n}") for n in range(20)]
        stores = [await kept.open(name, sync="always") for name in names]
        for seq in range(1, 6):
            for store in stores:
                store.append(seq, b"x", seq)
            await asyncio.gather(*(committed(store) for store in stores))
        assert [len(await slice_of(store, 1, 9)) for store in stores] == [5] * len(stores)
        for store in stores:
            await closed(store)

    run(test)


CHANGES = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 12), st.binary(max_size=40)),
    st.tuples(st.just("advance"), st.integers(1, 2**64 - 1)),
    st.tuples(st.just("set_numbers"), st.integers(1, 12), st.integers(1, 12)),
    st.tuples(st.just("reset"), st.integers(1, 12), st.integers(1, 12)),
    st.tuples(st.just("commit")),
    st.tuples(st.just("reopen")),
)


@pytest.mark.parametrize("kind", ALL)
@given(changes=st.lists(CHANGES, max_size=30))
def test_a_store_does_what_a_table_on_paper_would(
    kind: str, changes: list[tuple[object, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def test() -> None:
        place = Place(kind, tmp_path_factory.mktemp("store"))
        store = await place.open()
        numbers = StoredNumbers(1, 1, None)
        paper: dict[int, Record] = {}
        for now, (name, *given_) in enumerate(changes):
            match name, given_:
                case "append", [int(seq), bytes(raw)]:
                    store.append(seq, raw, now)
                    paper.pop(seq, None)
                    if raw:
                        paper[seq] = Record(seq, raw, now)
                    created = now if numbers.created_ns is None else numbers.created_ns
                    numbers = StoredNumbers(seq + 1, numbers.next_in, created)
                case "advance", [int(next_in)]:
                    store.advance(next_in)
                    numbers = numbers._replace(next_in=next_in)
                case "set_numbers", [int(next_out), int(next_in)]:
                    store.set_numbers(next_out, next_in)
                    numbers = numbers._replace(next_out=next_out, next_in=next_in)
                case "reset", [int(next_out), int(next_in)]:
                    store.reset(next_out, next_in, now)
                    numbers = StoredNumbers(next_out, next_in, now)
                    paper.clear()
                case "commit", []:
                    await committed(store)
                case _ if kind != "memory":
                    await closed(store)
                    store = await place.open()
            assert store.numbers() == numbers
        assert await slice_of(store, 0, 100) == [paper[seq] for seq in sorted(paper)]
        await closed(store)

    run(test)


@pytest.mark.parametrize("url", ["", "memory", "journal:", "sqlite:", "oracle:x", "/var/lib/store"])
def test_a_url_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="known are memory:, journal:<directory>, sqlite:<file>"):
        open_store(url, ME)


@pytest.mark.parametrize(
    ("url", "extra"),
    [
        ("postgresql://u:secret@h/db", "postgres"),
        ("mysql://u:secret@h/db", "mysql"),
        ("redis://u:secret@h", "redis"),
        ("mongodb://u:secret@h", "mongo"),
    ],
)
def test_a_store_on_a_server_names_its_extra_and_no_password(url: str, extra: str) -> None:
    with pytest.raises(StoreError, match=f"extra '{extra}'") as caught:
        open_store(url, ME)
    assert "secret" not in str(caught.value)


def test_a_policy_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="sometimes"):
        open_store("memory:", ME, sync="sometimes")
