"""Find messages in a store: by number, time, MsgType(35) and ClOrdID(11).

Messages are read in slices and judged one by one, so that a query costs the memory of a slice whatever is stored.
"""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

from pyfixmsg_plus._core import parse
from pyfixmsg_plus.store.contract import MessageStore, Record

__all__ = ["Historic", "Query", "all_records", "find", "settled"]

_T = TypeVar("_T")
_SLICE_BYTES = 1024 * 1024
_CL_ORD_ID = 11
_ORIG_CL_ORD_ID = 41


@runtime_checkable
class Historic(Protocol):
    """A store that still has what stood before a reset."""

    def history(self) -> AsyncIterator[Record]:
        """Go through every message that is still there, in the order in which they were stored."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; a message must fit all that is given.

    Attributes:
        first: The least MsgSeqNum(34).
        last: The greatest.
        since_ns: Stored at or after this time, in nanoseconds since 1970.
        until_ns: Stored before this time.
        msg_types: One of these MsgType(35).
        cl_ord_id: This ClOrdID(11), or this OrigClOrdID(41).
    """

    first: int = 0
    last: int = 2**64 - 1
    since_ns: int | None = None
    until_ns: int | None = None
    msg_types: frozenset[str] = frozenset()
    cl_ord_id: str | None = None

    def fits(self, record: Record) -> bool:
        """Whether a message is looked for."""
        if not self.first <= record.seq <= self.last:
            return False
        if self.since_ns is not None and record.stored_ns < self.since_ns:
            return False
        if self.until_ns is not None and record.stored_ns >= self.until_ns:
            return False
        if not self.msg_types and self.cl_ord_id is None:
            return True
        message = parse(record.raw, dictionary=False, strict=False)
        if self.msg_types and message.msg_type not in self.msg_types:
            return False
        return self.cl_ord_id is None or self.cl_ord_id in (message.get(_CL_ORD_ID), message.get(_ORIG_CL_ORD_ID))


async def settled(value: Awaitable[_T] | _T) -> _T:
    """Return what a store answers, now or later."""
    return await value if inspect.isawaitable(value) else value


async def all_records(store: MessageStore, first: int = 0, last: int = 2**64 - 1) -> AsyncIterator[Record]:
    """Go through the messages of the current sequence, ascending."""
    while first <= last:
        records = await settled(store.read(first, last, _SLICE_BYTES))
        if not records:
            return
        for record in records:
            yield record
        first = records[-1].seq + 1


async def find(
    store: MessageStore, query: Query, *, history: bool = False, progress: Callable[[Record], Any] | None = None
) -> AsyncIterator[Record]:
    """Go through the messages that fit.

    Args:
        store: Where they are.
        query: What is looked for.
        history: Look through what stood before resets too, where the store still has it.
        progress: Told every message that is looked at.
    """
    is_historic = history and isinstance(store, Historic)
    records = store.history() if is_historic else all_records(store, query.first, query.last)  # type: ignore[attr-defined]
    async for record in records:
        if progress is not None:
            progress(record)
        if query.fits(record):
            yield record
