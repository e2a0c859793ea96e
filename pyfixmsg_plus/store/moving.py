"""Carry the messages and numbers of a session from one store to another, and see that they arrived."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, NamedTuple

from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store.contract import MessageStore, Record, StoredNumbers
from pyfixmsg_plus.store.query import all_records, settled

__all__ = ["Moved", "carry", "check_arrived"]

# What is handed on at once.
_BATCH_BYTES = 1024 * 1024


class Moved(NamedTuple):
    """What was carried.

    Attributes:
        messages: How many messages.
        numbers: The numbers.
    """

    messages: int
    numbers: StoredNumbers


async def _each(records: Iterable[Record] | AsyncIterator[Record]) -> AsyncIterator[Record]:
    if isinstance(records, AsyncIterator):
        async for record in records:
            yield record
    else:
        for record in records:
            yield record


async def carry(
    numbers: StoredNumbers,
    records: Iterable[Record] | AsyncIterator[Record],
    target: MessageStore,
    *,
    replace: bool = False,
    progress: Callable[[Record], Any] | None = None,
) -> Moved:
    """Put messages and numbers into a store that was never used.

    Args:
        numbers: The numbers, and when the session was created.
        records: Our messages, ascending.
        target: Where they go.
        replace: Go on even if the target was used: what it holds counts no more.
        progress: Told every message.

    Raises:
        StoreError: The target was used, or cannot be written.
    """
    held = target.numbers()
    if held != StoredNumbers(1, 1, None) and not replace:
        raise StoreError(
            f"the target was used: its next numbers are {held.next_out} out and {held.next_in} in; nothing was changed"
        )
    created_ns = numbers.created_ns
    if created_ns is not None or held.created_ns is not None:
        target.reset(1, 1, created_ns or 0)
    count = size = 0
    async for record in _each(records):
        target.append(*record)
        if progress is not None:
            progress(record)
        count += 1
        size += len(record.raw)
        if size >= _BATCH_BYTES:
            size = 0
            await settled(target.commit())
    if target.numbers()[:2] != numbers[:2]:
        target.set_numbers(numbers.next_out, numbers.next_in)
    await settled(target.commit())
    return Moved(count, target.numbers())


async def check_arrived(
    numbers: StoredNumbers, records: Iterable[Record] | AsyncIterator[Record], target: MessageStore
) -> int:
    """Compare numbers and every message with what a store now holds, and return how many messages there are.

    Raises:
        StoreError: Something differs; it is named.
    """
    held = target.numbers()
    if held[:2] != numbers[:2] or (numbers.created_ns is not None and held.created_ns != numbers.created_ns):
        raise StoreError(f"the numbers differ after the copy: {numbers} was to be kept, {held} is kept")
    arrived = all_records(target)
    count = 0
    async for record in _each(records):
        found = await anext(arrived, None)
        if found != record:
            which = "nothing" if found is None else f"another message {found.seq}"
            raise StoreError(f"message {record.seq} differs after the copy: {which} stands there")
        count += 1
    if (extra := await anext(arrived, None)) is not None:
        raise StoreError(f"message {extra.seq} is there after the copy and was not before")
    return count
