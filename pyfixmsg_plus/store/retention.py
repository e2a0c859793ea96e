"""How long messages are kept that nobody can ask for any more.

A peer may ask again for any message of the current sequence: those stay, unless told otherwise. What stood before a
reset is history, and goes by age, by count, or by how many sequences (schedule intervals) ago it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pyfixmsg_plus._core import JournalReader, journal_segments
from pyfixmsg_plus.store.contract import MessageStore
from pyfixmsg_plus.store.journal import MESSAGE, RESET, JournalStore
from pyfixmsg_plus.store.sqlite import SqliteStore

__all__ = ["Retention", "Retired", "Stretch", "apply_retention", "retired_before"]


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept; whatever is beyond one of the limits that are given goes.

    Attributes:
        max_age_ns: Messages older than this go.
        max_messages: When there are more, the oldest go.
        max_sequences: Sequences before the current one that are kept: a reset begins a new one.
        include_current: Messages of the current sequence may go too; the peer gets a gap fill for them.
    """

    max_age_ns: int | None = None
    max_messages: int | None = None
    max_sequences: int | None = None
    include_current: bool = False


class Retired(NamedTuple):
    """What went.

    Attributes:
        messages: How many.
        files: Segments of a journal that were removed or archived.
    """

    messages: int
    files: tuple[Path, ...]


class Stretch(NamedTuple):
    """What one sealed segment of a journal holds.

    Attributes:
        first: The position of its first record.
        next_first: The position of the first record after it.
        latest_ns: The latest time of its messages; None if there is none.
        messages: How many there are.
        resets: How many sequences begin in it.
    """

    first: int
    next_first: int
    latest_ns: int | None
    messages: int
    resets: int


def retired_before(
    stretches: Sequence[Stretch], newest: Stretch, retention: Retention, *, live_from: int, now_ns: int
) -> int:
    """Return the position before which whole segments go.

    Args:
        stretches: The sealed segments, oldest first.
        newest: The segment that is being written.
        retention: What is kept.
        live_from: The position at which the current sequence begins.
        now_ns: The time.
    """
    messages_after, resets_after = newest.messages, newest.resets
    before = 0
    for stretch in reversed(stretches):
        is_free = retention.include_current or stretch.next_first <= live_from
        is_old = (
            retention.max_age_ns is not None
            and stretch.latest_ns is not None
            and stretch.latest_ns < now_ns - retention.max_age_ns
        )
        is_many = retention.max_messages is not None and messages_after >= retention.max_messages
        is_past = retention.max_sequences is not None and resets_after > retention.max_sequences
        if is_free and (is_old or is_many or is_past):
            before = stretch.next_first
            break
        messages_after += stretch.messages
        resets_after += stretch.resets
    return before


async def apply_retention(
    store: MessageStore, retention: Retention, now_ns: int, *, archive: Path | None = None
) -> Retired:
    """Let go of what need not be kept.

    Journals go by whole segments: what shares a segment with something that stays, stays with it.

    Args:
        store: The store of a session, as its writer.
        retention: What is kept.
        now_ns: The time.
        archive: Move segments of a journal to this folder instead of removing them. They stay readable there.

    Raises:
        StoreError: The store cannot be changed.
    """
    if isinstance(store, SqliteStore):
        before_ns = None if retention.max_age_ns is None else now_ns - retention.max_age_ns
        messages = await store.prune(
            before_ns, retention.max_messages, retention.max_sequences, current=retention.include_current
        )
        return Retired(messages, ())
    if not isinstance(store, JournalStore):
        return Retired(0, ())
    store.commit()
    *sealed, newest = _stretches(store.folder) or [Stretch(0, 0, None, 0, 0)]
    before = retired_before(sealed, newest, retention, live_from=store.live_from, now_ns=now_ns)
    files = store.retire(before, archive)
    return Retired(sum(stretch.messages for stretch in sealed if stretch.next_first <= before), tuple(files))


def _stretches(folder: Path) -> list[Stretch]:
    firsts = [first for _, first, *_ in journal_segments(folder)]
    found = []
    for first, next_first in pairwise([*firsts, 2**64]):
        reader = JournalReader(folder, first)
        messages = resets = 0
        latest: int | None = None
        while records := reader.read():
            for position, kind, _, time_ns, _ in records:
                if position < next_first and kind == MESSAGE:
                    messages += 1
                    latest = time_ns if latest is None else max(latest, time_ns)
                resets += position < next_first and kind == RESET
            if records[-1][0] >= next_first - 1:
                break
        found.append(Stretch(first, next_first, latest, messages, resets))
    return found
