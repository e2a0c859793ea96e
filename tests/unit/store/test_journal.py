"""What is particular to the store that is a journal: its folder says whose it is, and torn ends are cut off."""

from pathlib import Path

import pytest

from pyfixmsg_plus.errors import StoreDamagedError, StoreError
from pyfixmsg_plus.store import JournalStore, StoredNumbers, SyncPolicy, journal_folder, journal_sessions
from pyfixmsg_plus.store.names import identity, identity_of, safe_name
from pyfixmsg_plus.values import SessionID
from tests.contract.stores import ME, closed, committed, run, slice_of

OTHER = SessionID("FIX.4.4", "US", "OTHER")


def test_a_folder_of_another_session_is_refused(tmp_path: Path) -> None:
    async def test() -> None:
        await closed(JournalStore(tmp_path, OTHER))
        journal_folder(tmp_path, OTHER).rename(journal_folder(tmp_path, ME))
        for _ in range(2):
            with pytest.raises(StoreError, match=r"holds the journal of another session: .*OTHER"):
                JournalStore(tmp_path, ME)

    run(test)


def test_sessions_of_a_directory_are_listed_with_their_folders(tmp_path: Path) -> None:
    async def test() -> None:
        for session_id in (ME, OTHER):
            await closed(JournalStore(tmp_path, session_id))

    run(test)
    assert journal_sessions(tmp_path) == {
        session_id: journal_folder(tmp_path, session_id) for session_id in sorted((ME, OTHER), key=safe_name)
    }


def test_a_standby_of_nothing_makes_nothing_until_it_writes(tmp_path: Path) -> None:
    async def test() -> None:
        store = JournalStore(tmp_path, ME, standby=True)
        assert store.numbers() == StoredNumbers(1, 1, None)
        assert store.commit() is None
        assert not list(tmp_path.iterdir())
        await closed(store)

    run(test)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("cut", [1, 10, 38])
def test_a_torn_end_is_cut_off_and_what_stands_before_it_is_kept(tmp_path: Path, cut: int) -> None:
    async def test() -> None:
        store = JournalStore(tmp_path, ME, sync=SyncPolicy.NEVER)
        for seq in (1, 2, 3):
            store.append(seq, b"message", seq)
        await closed(store)
        (segment,) = store.folder.glob("*.segment")
        segment.write_bytes(segment.read_bytes()[:-cut])
        store = JournalStore(tmp_path, ME, sync=SyncPolicy.NEVER)
        assert store.numbers().next_out == 3
        assert len(await slice_of(store, 1, 9)) == 2
        await closed(store)

    run(test)


def test_a_broken_middle_is_an_error_that_says_where(tmp_path: Path) -> None:
    async def test() -> None:
        store = JournalStore(tmp_path, ME, sync=SyncPolicy.NEVER)
        for seq in (1, 2, 3):
            store.append(seq, b"message", seq)
        await closed(store)
        (segment,) = store.folder.glob("*.segment")
        content = bytearray(segment.read_bytes())
        content[256 + 39 + 35] ^= 1
        segment.write_bytes(content)
        with pytest.raises(StoreDamagedError) as caught:
            JournalStore(tmp_path, ME)
        assert (caught.value.path, caught.value.offset, caught.value.position) == (segment, 256 + 39, 1)
        assert segment.read_bytes() == content

    run(test)


def test_a_journal_that_was_damaged_while_it_was_open_is_told_when_it_is_read(tmp_path: Path) -> None:
    async def test() -> None:
        store = JournalStore(tmp_path, ME, sync=SyncPolicy.NEVER)
        store.append(1, b"message", 1)
        await committed(store)
        (segment,) = store.folder.glob("*.segment")
        segment.write_bytes(segment.read_bytes()[:-1] + b"!")
        with pytest.raises(StoreDamagedError, match="checksum"):
            await slice_of(store, 1, 1)
        await closed(store)

    run(test)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    async def test() -> None:
        store = JournalStore(tmp_path, ME, sync=SyncPolicy.NEVER)
        await closed(store)
        for question in (store.numbers, store.refresh, lambda: store.read(1, 2, 3), store.close):
            with pytest.raises(StoreError, match="the store is closed"):
                question()

    run(test)


def test_closing_without_anything_new_is_done_at_once(tmp_path: Path) -> None:
    async def test() -> None:
        store = JournalStore(tmp_path, ME)
        store.append(1, b"x", 1)
        await committed(store)
        assert store.close() is None

    run(test)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"begin_string": "x"}', "nothing"])
def test_what_is_no_identity_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON says it in its own words
        identity_of(text)


def test_an_identity_names_its_session() -> None:
    session_id = SessionID("FIX.4.4", "Köln", "\x00", "a", "b", "c", "d", "e")
    assert identity_of(identity(session_id)) == session_id
    assert len(safe_name(session_id)) <= 97
