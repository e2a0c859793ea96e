"""The stores under contract, and how tests wait for them."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from pyfixmsg_plus.store import MessageStore, Record, StoredNumbers, open_store
from pyfixmsg_plus.values import SessionID

__all__ = ["ALL", "KEEPING", "ME", "Place", "closed", "committed", "numbers_read", "run", "slice_of"]

_T = TypeVar("_T")

# Stores that outlive their process.
KEEPING = ("journal", "sqlite")
ALL = ("memory", *KEEPING)
ME = SessionID("FIX.4.4", "US", "PEER")


class Place:
    """Where a kind of store keeps things in one test."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.folder = folder

    @property
    def url(self) -> str:
        """The URL of the store."""
        return {
            "memory": "memory:",
            "journal": f"journal:{self.folder / 'journals'}",
            "sqlite": f"sqlite:{self.folder / 'store.db'}",
        }[self.kind]

    async def open(self, session_id: SessionID = ME, **with_: Any) -> MessageStore:
        """Open the store of a session, without fsync unless it is asked for."""
        with_.setdefault("sync", "never")
        opened = open_store(self.url, session_id, **with_)
        return await opened if inspect.isawaitable(opened) else opened


def run(test: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Run one test on an event loop of its own, with a deadline."""

    async def limited() -> _T:
        return await asyncio.wait_for(test(), 60)

    return asyncio.run(limited())


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


async def committed(store: MessageStore) -> None:
    """Commit, and wait until it is done."""
    done: Awaitable[None] | None = store.commit()
    if done is not None:
        await done


async def closed(store: MessageStore) -> None:
    """Close, and wait until it is done."""
    await _settled(store.close())


async def slice_of(store: MessageStore, begin: int, end: int, limit_bytes: int = 1 << 30) -> list[Record]:
    """Read messages."""
    found: list[Record] = await _settled(store.read(begin, end, limit_bytes))
    return found


async def numbers_read(store: MessageStore) -> StoredNumbers:
    """Read the numbers again."""
    found: StoredNumbers = await _settled(store.refresh())
    return found
