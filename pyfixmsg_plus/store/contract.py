"""What every message store does, whatever it keeps things in.

One store serves one session. It keeps our messages as first sent, for ResendRequest(35=2), and the two next numbers.
It knows no session: it is told what to keep.

Source: FIX session layer, sequence numbers; the durability words are those of ``docs/guides/keeping_messages.md``.
"""

from collections.abc import Awaitable
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

__all__ = ["NUMBER_MAX", "MessageStore", "Record", "StoredNumbers", "SyncPolicy", "check_numbers"]

# Sequence numbers are unsigned 64-bit, and the next one must be one too.
NUMBER_MAX = 2**64 - 2


def check_numbers(*numbers: int) -> None:
    """Refuse what is no sequence number.

    Raises:
        OverflowError: One is negative or has more than 64 bits.
    """
    for number in numbers:
        if not 0 <= number < 2**64:
            raise OverflowError(f"{number} is no number of 64 bits")


class SyncPolicy(StrEnum):
    """When what was committed survives a loss of power. It survives the end of the process under each of them."""

    ALWAYS = "always"
    INTERVAL = "interval"
    NEVER = "never"


class StoredNumbers(NamedTuple):
    """The numbers of a session.

    Attributes:
        next_out: The MsgSeqNum(34) of our next message.
        next_in: The MsgSeqNum(34) expected from the peer.
        created_ns: When the session was created, in nanoseconds since 1970; None if it was never used.
    """

    next_out: int
    next_in: int
    created_ns: int | None


class Record(NamedTuple):
    """A message of ours.

    Attributes:
        seq: Its MsgSeqNum(34).
        raw: Its bytes as first written.
        stored_ns: When it was stored, in nanoseconds since 1970.
    """

    seq: int
    raw: bytes
    stored_ns: int


@runtime_checkable
class MessageStore(Protocol):
    """What keeps the messages and numbers of one session.

    All methods are called on one thread. A number that is negative or has more than 64 bits is an ``OverflowError``.
    """

    def numbers(self) -> StoredNumbers:
        """Return the numbers as loaded and kept since; reads nothing."""
        ...

    def append(self, seq: int, raw: bytes, now_ns: int) -> None:
        """Keep our message ``seq``, or with no bytes only that its number is used; the next number out follows it.

        A number that is used again takes the place of what was there. A session that was never used counts as created
        now.

        Raises:
            StoreError: Nothing can be kept any more, or ``seq`` has no number after it.
        """
        ...

    def advance(self, next_in: int) -> None:
        """Keep the number expected from the peer."""
        ...

    def set_numbers(self, next_out: int, next_in: int) -> None:
        """Set both next numbers; messages stay."""
        ...

    def reset(self, next_out: int, next_in: int, created_ns: int) -> None:
        """Set both next numbers and when the session was created; messages before are no longer read."""
        ...

    def commit(self) -> Awaitable[None] | None:
        """Make all of the above safe as the policy says: None where it is already, else what to await.

        The fsync is asked for by the call, not by the waiting. Many commits share one.

        Raises:
            StoreError: Here or from the awaited; what was not safe by then will never be said to be.
        """
        ...

    def read(self, begin: int, end: int, limit_bytes: int) -> list[Record] | Awaitable[list[Record]]:
        """Return our messages with numbers from ``begin`` to ``end``, ascending, only what is stored.

        Together they have at most ``limit_bytes``, but one is returned if there is any.
        """
        ...

    def refresh(self) -> StoredNumbers | Awaitable[StoredNumbers]:
        """Read again what another process may have changed, and return the numbers."""
        ...

    def close(self) -> Awaitable[None] | None:
        """Commit, and give the store up to the next writer: None where that is done, else what to await."""
        ...
