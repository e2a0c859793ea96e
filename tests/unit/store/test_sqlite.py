"""What is particular to the store in SQLite: its thread, its fsyncs, its locks and its failures."""

import asyncio
import contextlib
import errno
import os
import sqlite3
import threading
from pathlib import Path

import pytest

from pyfixmsg_plus.errors import StoreError, StoreInUseError
from pyfixmsg_plus.store import SqliteStore, SyncPolicy, sqlite_sessions
from pyfixmsg_plus.store.database import Database
from pyfixmsg_plus.store.verifying import verify_session
from pyfixmsg_plus.values import SessionID
from tests.contract.stores import ME, closed, committed, run, slice_of
from tests.wire import wire

DEADLINE_S = 30


async def for_ever(store: SqliteStore) -> None:
    """Commit until that fails."""
    while True:
        store.advance(5)
        await committed(store)


def spoil(file: Path, table: str) -> None:
    """Put a table of another form in the place of one of ours."""
    connection = sqlite3.connect(file)
    connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute(f"CREATE TABLE {table} (id INTEGER, other TEXT)")
    connection.commit()
    connection.close()


def test_a_file_of_another_form_is_refused_and_its_session_left_free(tmp_path: Path) -> None:
    spoil(tmp_path / "db", "sessions")
    for _ in range(2):
        with pytest.raises(StoreError, match="has no column named identity"):
            run(lambda: SqliteStore.open(tmp_path / "db", ME))


def test_a_standby_that_cannot_take_over_leaves_the_session_free(tmp_path: Path) -> None:
    async def test() -> None:
        standby = await SqliteStore.open(tmp_path / "db", ME, standby=True)
        assert await standby.refresh() == (1, 1, None)
        spoil(tmp_path / "db", "sessions")
        for _ in range(2):
            with pytest.raises(StoreError, match="has no column named identity"):
                standby.append(1, b"x", 1)
        (tmp_path / "db").unlink()
        with pytest.raises(StoreError, match="nothing is kept any more"):
            await slice_of(standby, 1, 1)
        await closed(standby)

    run(test)


def test_a_lock_that_the_system_refuses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int, _length: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "truncate", refuse)
    with pytest.raises(StoreError, match=r"cannot lock .*\.lock: No space left on device"):
        run(lambda: SqliteStore.open(tmp_path / "db", ME))


def test_a_store_that_cannot_be_read_or_is_torn_inside_is_found_by_verification(tmp_path: Path) -> None:
    async def test() -> None:
        file = tmp_path / "db"
        store = await SqliteStore.open(file, ME)
        for seq in range(1, 400):
            store.append(seq, wire(f"8=FIX.4.4|35=0|34={seq}|58={'x' * 300}|"), seq)
        await closed(store)
        assert (await verify_session("sqlite", file, ME)).faults == []
        whole = file.read_bytes()
        torn = bytearray(whole)
        torn[8 * 4096 : 8 * 4096 + 64] = bytes(64)
        file.write_bytes(torn)
        assert (await verify_session("sqlite", file, ME)).faults
        file.write_bytes(whole)
        spoil(file, "messages")
        (fault,) = (await verify_session("sqlite", file, ME)).faults
        assert "no such column" in fault

    run(test)


def test_commits_under_interval_are_followed_by_an_fsync_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = threading.Event()
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        synced.set()

    monkeypatch.setattr(os, "fsync", noted)

    async def test() -> None:
        store = await SqliteStore.open(tmp_path / "db", ME, sync=SyncPolicy.INTERVAL, sync_interval_ms=1)
        store.append(1, b"x", 1)
        await committed(store)
        assert await asyncio.to_thread(synced.wait, DEADLINE_S)
        # And under load, when the thread never has to wait for work.
        synced.clear()
        while not synced.is_set():
            store.advance(2)
            await committed(store)
        await closed(store)

    run(test)


def test_after_a_failed_fsync_nothing_more_is_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = threading.Event()

    def fail(_descriptor: int) -> None:
        failed.set()
        raise OSError(errno.EIO, "the disk is broken")

    async def test() -> None:
        store = await SqliteStore.open(tmp_path / "db", ME, sync=SyncPolicy.INTERVAL, sync_interval_ms=1)
        store.append(1, b"x", 1)
        await committed(store)
        monkeypatch.setattr(os, "fsync", fail)
        with contextlib.suppress(StoreError):
            store.append(1, b"x", 1)
            await committed(store)
        assert await asyncio.to_thread(failed.wait, DEADLINE_S)
        store.append(2, b"x", 1)
        with pytest.raises(StoreError, match=r"nothing is kept any more since this failed: .*the disk is broken"):
            await for_ever(store)
        with pytest.raises(StoreError, match="nothing is kept any more"):
            await slice_of(store, 1, 9)
        with pytest.raises(StoreError, match="nothing is kept any more"):
            await closed(store)

    run(test)


def test_a_log_that_was_taken_over_needs_no_fsync(tmp_path: Path) -> None:
    async def test() -> None:
        store = await SqliteStore.open(tmp_path / "db", ME, sync=SyncPolicy.INTERVAL, sync_interval_ms=10_000)
        store.append(1, b"x", 1)
        await committed(store)
        (tmp_path / "db-wal").rename(tmp_path / "elsewhere")
        await closed(store)

    run(test)


def test_a_write_that_fails_is_told_to_all_who_wait_for_it(tmp_path: Path) -> None:
    async def test() -> None:
        database = await asyncio.to_thread(Database.shared, tmp_path / "db", SyncPolicy.NEVER, 5)
        wrong = database.write([("INSERT INTO nowhere VALUES (1)", ())])
        other = database.write([("DELETE FROM messages", ())])
        for future in (wrong, other):
            with pytest.raises(StoreError, match="no such table: nowhere"):
                await asyncio.wrap_future(future)
        # Whoever opens the file again finds it as it is.
        await closed(await SqliteStore.open(tmp_path / "db", ME, sync=SyncPolicy.NEVER))
        await asyncio.to_thread(database.release)

    run(test)


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "db"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="is written in version 99, which is not known here"):
        run(lambda: SqliteStore.open(file, ME))


def test_a_place_where_no_file_can_be_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot make .*file/db"):
        run(lambda: SqliteStore.open(tmp_path / "file" / "db", ME))


def test_a_session_that_cannot_be_locked_is_refused_by_name(tmp_path: Path) -> None:
    async def test() -> None:
        await closed(await SqliteStore.open(tmp_path / "db", ME))
        (lock,) = tmp_path.glob("*.lock")
        lock.unlink()
        lock.mkdir()
        with pytest.raises(StoreError, match=r"cannot lock .*\.lock: Is a directory"):
            await SqliteStore.open(tmp_path / "db", ME)

    run(test)


def test_a_lock_without_a_number_in_it_names_no_process(tmp_path: Path) -> None:
    async def test() -> None:
        store = await SqliteStore.open(tmp_path / "db", ME)
        (lock,) = tmp_path.glob("*.lock")
        lock.write_text("")
        with pytest.raises(StoreInUseError, match="by another process") as caught:
            await SqliteStore.open(tmp_path / "db", ME)
        assert caught.value.holder is None
        await closed(store)

    run(test)


def working() -> set[threading.Thread]:
    """The threads that work on files."""
    return {thread for thread in threading.enumerate() if thread.name == "sqlite-store"}


def test_sessions_of_a_file_share_one_thread_and_are_listed(tmp_path: Path) -> None:
    async def test() -> None:
        names = [SessionID("FIX.4.4", "US", f"P{number}") for number in range(5)]
        before = working()
        stores = [await SqliteStore.open(tmp_path / "db", name, sync=SyncPolicy.NEVER) for name in names]
        assert len(working() - before) == 1
        assert await sqlite_sessions(tmp_path / "db") == names
        for store in stores:
            await closed(store)
        assert working() == before

    run(test)


def test_closing_twice_is_closing_once(tmp_path: Path) -> None:
    async def test() -> None:
        store = await SqliteStore.open(tmp_path / "db", ME)
        await closed(store)
        await closed(store)

    run(test)


def test_a_commit_without_a_change_waits_for_the_one_before_it(tmp_path: Path) -> None:
    async def test() -> None:
        store = await SqliteStore.open(tmp_path / "db", ME)
        assert store.commit() is None
        store.append(1, b"x", 1)
        first = store.commit()
        again = store.commit()
        assert first is not None
        await first
        if again is not None:
            await again
        assert store.commit() is None
        await closed(store)

    run(test)


def test_sessions_of_a_file_that_is_not_there_are_no_new_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no file"):
        run(lambda: sqlite_sessions(tmp_path / "db"))
    assert not list(tmp_path.iterdir())
