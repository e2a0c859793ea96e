"""What the contract of stores does to a process of its own: it is killed, or has no room, or no right to write.

Usage: child.py WHAT URL SYNC. One line on standard output is one fact; a line ``acknowledged N`` is written when
everything up to message N is committed.
"""

import asyncio
import inspect
import os
import resource
import sys

from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store import MessageStore, open_store
from pyfixmsg_plus.values import SessionID

NOBODY = 65534
ME = SessionID("FIX.4.4", "US", "PEER")


def message(seq: int) -> bytes:
    """A message that says its number, and is of a size of its own."""
    return b"8=FIX.4.4\x01message %d\x01" % seq + b"x" * (seq * 37 % 400)


def say(text: str) -> None:
    """Write a line in one piece: a line that is there is true."""
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


async def opened(url: str, sync: str) -> MessageStore:
    """Open the store."""
    store = open_store(url, ME, sync=sync, sync_interval_ms=1)
    return await store if inspect.isawaitable(store) else store


async def load(url: str, sync: str) -> None:
    """Append, advance and commit in batches of every size, until killed."""
    store = await opened(url, sync)
    seq = store.numbers().next_out
    say(f"opened {seq}")
    while True:
        for _ in range(1 + seq % 7):
            store.append(seq, message(seq), seq)
            seq += 1
        store.advance(2 * seq)
        done = store.commit()
        if done is not None:
            await done
        say(f"acknowledged {seq - 1}")


async def fill(url: str, sync: str) -> None:
    """Append until there is no room; then nothing more may be acknowledged."""
    store = await opened(url, sync)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    seq = 1
    try:
        while True:
            store.append(seq, message(seq), seq)
            done = store.commit()
            if done is not None:
                await done
            say(f"acknowledged {seq}")
            seq += 1
    except StoreError as error:
        say(f"refused {error}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    for _ in range(3):
        try:
            store.append(seq + 1, b"more", 1)
            done = store.commit()
            if done is not None:
                await done
            say(f"acknowledged {seq + 1}")
        except StoreError as error:
            say(f"refused {error}")


async def open_only(url: str, sync: str) -> None:
    """Open, where that is not allowed."""
    if os.geteuid() == 0:
        # Root may write anywhere: become somebody else, who may not read the interpreter's modules any more.
        await asyncio.to_thread(os.setuid, NOBODY)
    try:
        await opened(url, sync)
    except StoreError as error:
        say(f"refused {error}")
    else:
        say("opened")


async def lose_a_race(url: str, sync: str) -> None:
    """Hold the store until standard input ends."""
    store = await opened(url, sync)
    say("holding")
    await asyncio.to_thread(sys.stdin.read)
    done = store.close()
    if done is not None:
        await done


if __name__ == "__main__":
    what, where, policy = sys.argv[1:]
    asyncio.run({"load": load, "fill": fill, "open": open_only, "hold": lose_a_race}[what](where, policy))
