"""What it costs to keep a message: append and commit, by store and by what a commit survives.

One message is 200 bytes. *memory* ends with the process; *written* is handed to the operating system before the commit
is done, without fsync; *durable* is after an fsync. The peer is the ``FileStore`` of QuickFIX through its Python
binding, from the wheel ``quickfix-tls``: a message and the next number, written without fsync; it has nothing durable.
Contenders take turns batch by batch. Memory and written are CPU time of the process, system calls included; durable is
wall time, since waiting for the disk is what is measured.
"""

import argparse
import asyncio
import inspect
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from pyfixmsg_plus.store import MessageStore, open_store
from pyfixmsg_plus.values import SessionID

__all__: list[str] = []

RAW = b"8=FIX.4.4\x0135=D\x01" + b"x" * 185
ROUNDS = 21
# Messages a batch: a batch takes milliseconds, and far longer where every commit waits for the disk.
WRITTEN, THREADED, DURABLE = 5000, 500, 20
SESSIONS = (1, 4, 16, 64)

Batch = Callable[[], Awaitable[None]]


async def opened(url: str, number: int, sync: str) -> MessageStore:
    """Open a store."""
    store = open_store(url, SessionID("FIX.4.4", "US", f"PEER{number}"), sync=sync)
    return await store if inspect.isawaitable(store) else store


def ours(store: MessageStore, count: int, each: int = 1) -> Batch:
    """Append and commit, ``each`` messages a commit."""

    async def batch() -> None:
        seq = store.numbers().next_out
        for _ in range(count // each):
            for _ in range(each):
                store.append(seq, RAW, seq)
                seq += 1
            done = store.commit()
            if done is not None:
                await done

    return batch


def quickfix(folder: Path, count: int) -> Batch | None:
    """The peer: ``set`` and the next number, as its session does for each message."""
    try:
        import quickfix as engine
    except ImportError:
        return None
    session = engine.SessionID("FIX.4.4", "US", "PEER")
    factory = engine.FileStoreFactory(str(folder))
    store = factory.create(engine.UtcTimeStamp.now(), session)
    text = RAW.decode()

    async def batch() -> None:
        seq = store.getNextSenderMsgSeqNum()
        for _ in range(count):
            store.set(seq, text)
            store.incrNextSenderMsgSeqNum()
            seq += 1

    batch.kept = factory  # type: ignore[attr-defined]  # the store lives as long as its factory
    return batch


async def main() -> int:
    """Run from the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="where the stores lie (default: a new folder of the system)")
    arguments.add_argument("--smoke", action="store_true", help="one round: shows that everything runs")
    given = arguments.parse_args()
    rounds = 1 if given.smoke else ROUNDS
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        peer = quickfix(folder, WRITTEN // 10)
        if peer is None:
            print("not run: the peer, the wheel quickfix-tls, is not installed")
            return int(os.environ.get("FIXPLUS_TEST_REQUIRE") == "all")
        await _one_session(folder, peer, rounds)
        await _many_sessions(folder, rounds)
    return 0


async def _one_session(folder: Path, peer: Batch, rounds: int) -> None:
    journal, database = f"journal:{folder}", f"sqlite:{folder / 'store.db'}"
    memory = await opened("memory:", 0, "never")
    written = await opened(journal, 1, "never")
    interval = await opened(journal, 2, "interval")
    durable = await opened(journal, 3, "always")
    rows = await opened(database, 4, "never")
    safe_rows = await opened(f"sqlite:{folder / 'safe.db'}", 5, "always")
    contenders: list[tuple[str, str, int, Batch]] = [
        ("memory", "memory:", WRITTEN, ours(memory, WRITTEN)),
        ("written", "QuickFIX FileStore", WRITTEN // 10, peer),
        ("written", "journal:, never", WRITTEN, ours(written, WRITTEN)),
        ("written", "journal:, never, 100 a commit", WRITTEN, ours(written, WRITTEN, 100)),
        ("written", "journal:, interval", WRITTEN, ours(interval, WRITTEN)),
        ("written", "sqlite:, never", THREADED, ours(rows, THREADED)),
        ("durable", "journal:, always", DURABLE, ours(durable, DURABLE)),
        ("durable", "journal:, always, 20 a commit", DURABLE, ours(durable, DURABLE, 20)),
        ("durable", "sqlite:, always", DURABLE, ours(safe_rows, DURABLE)),
    ]
    times: list[list[float]] = [[] for _ in contenders]
    for _ in range(rounds):
        for (kept, _, count, batch), taken in zip(contenders, times, strict=True):
            clock = time.perf_counter if kept == "durable" else time.process_time
            start = clock()
            await batch()
            taken.append((clock() - start) / count)
    print(f"{'kept':<10}{'store':<32}{'us a message':>14}{'a second':>12}")
    for (kept, name, _, _), taken in zip(contenders, times, strict=True):
        median = statistics.median(taken)
        print(f"{kept:<10}{name:<32}{median * 1e6:>14.2f}{1 / median:>12,.0f}", flush=True)
    for store in (memory, written, interval, durable, rows, safe_rows):
        done = store.close()
        if done is not None:
            await done


async def _many_sessions(folder: Path, rounds: int) -> None:
    print(f"\n{'durable commits of many sessions at once':<42}{'ms a commit':>12}{'a second':>12}")
    for kind in ("journal", "sqlite"):
        for count in SESSIONS:
            url = f"journal:{folder / 'many'}" if kind == "journal" else f"sqlite:{folder / 'many.db'}"
            stores = [await opened(url, number, "always") for number in range(count)]
            batches = [ours(store, 1) for store in stores]
            taken = []
            for _ in range(rounds):
                start = time.perf_counter()
                await asyncio.gather(*(batch() for batch in batches))
                taken.append(time.perf_counter() - start)
            median = statistics.median(taken)
            name = f"  {kind}:, {count} sessions"
            print(f"{name:<42}{median * 1e3:>12.2f}{count / median:>12,.0f}", flush=True)
            for store in stores:
                done = store.close()
                if done is not None:
                    await done


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
