"""What the protocol answers with: things to be done, and things that its reader must know, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from pyfixmsg_plus.feeds.refinitiv.wire import Message

__all__ = [
    "Acknowledged",
    "BookMoved",
    "Drop",
    "Effect",
    "Fault",
    "Gap",
    "GapClosed",
    "GapOpened",
    "GapReason",
    "Generic",
    "Imaged",
    "ItemChanged",
    "ItemState",
    "LoggedIn",
    "LoginFailed",
    "LoginRule",
    "LoginSuspect",
    "Send",
    "Updated",
]


class ItemState(StrEnum):
    """Where an item stands."""

    REQUESTED = "REQUESTED"
    IMAGE = "IMAGE"
    LIVE = "LIVE"
    STALE = "STALE"
    PAUSED = "PAUSED"
    RETRY = "RETRY"
    CLOSED = "CLOSED"
    DONE = "DONE"


class GapReason(StrEnum):
    """Why something may be missing."""

    DISCONNECT = "DISCONNECT"
    SUSPECT = "SUSPECT"
    CLOSED_RECOVER = "CLOSED_RECOVER"
    SLOW_READER = "SLOW_READER"
    JIT = "JIT"
    FAILOVER = "FAILOVER"
    SERVER_GAP = "SERVER_GAP"
    BAD_PART = "BAD_PART"


class LoginRule(StrEnum):
    """What follows from a Login that was refused or ended."""

    STOP = "STOP"
    FRESH_TOKEN = "FRESH_TOKEN"  # noqa: S105 - the name of a rule
    LATER = "LATER"
    BACK_OFF = "BACK_OFF"


@dataclass(frozen=True, slots=True)
class Gap:
    """A loss of continuity of one item.

    Attributes:
        symbol: As it was asked for.
        reason: Why.
        opened_ns: When it was found, UTC nanoseconds.
        from_ns: Receipt of the last message that was applied before it; ``None``: none was.
        from_seq_number: Its SeqNumber.
        to_ns: Receipt of what healed it; ``None`` while it is open.
        to_seq_number: The SeqNumber of that.
    """

    symbol: str
    reason: GapReason
    opened_ns: int
    from_ns: int | None = None
    from_seq_number: int | None = None
    to_ns: int | None = None
    to_seq_number: int | None = None


class Send(NamedTuple):
    """Write this frame."""

    data: bytes


class Drop(NamedTuple):
    """End the connection, for this reason."""

    reason: str


class LoggedIn(NamedTuple):
    """The Login was accepted. ``reissue_by_s``: when a new token must have come, in seconds since 1970, or nothing."""

    reissue_by_s: int | None


@dataclass(frozen=True, slots=True)
class LoginFailed:
    """The Login was refused, or ended after it had been accepted.

    Attributes:
        code: Why, in the protocol's word.
        text: What the server says, for people.
        rule: What follows.
        accepted: It had been accepted.
    """

    code: str
    text: str
    rule: LoginRule
    accepted: bool


class LoginSuspect(NamedTuple):
    """All items of the connection are in doubt (or no longer)."""

    suspect: bool


class GapOpened(NamedTuple):
    """From here on something may be missing; it stands before the first datum after the hole."""

    handle: int
    gap: Gap


class GapClosed(NamedTuple):
    """What follows is whole again."""

    handle: int
    gap: Gap


class ItemChanged(NamedTuple):
    """An item entered a state."""

    handle: int
    symbol: str
    state: ItemState
    code: str = ""
    text: str = ""


class Imaged(NamedTuple):
    """An item has a new image, complete."""

    handle: int
    symbol: str
    seq_number: int | None


@dataclass(frozen=True, slots=True)
class Updated:
    """Fields of an item changed.

    Attributes:
        handle: Of the item.
        symbol: As it was asked for.
        update_type: Such as ``Trade``.
        changed: New values, rippled ones among them.
        seq_number: Of the message.
        conflated: How many updates it stands for, where the server says so, or 0.
        stored: It has become part of the image.
    """

    handle: int
    symbol: str
    update_type: str
    changed: Mapping[str, Any] = field(repr=False)
    seq_number: int | None = None
    conflated: int = 0
    stored: bool = True


class BookMoved(NamedTuple):
    """Entries of a book changed: ``(action, key)`` in order."""

    handle: int
    symbol: str
    changes: tuple[tuple[str, bytes], ...]


class Acknowledged(NamedTuple):
    """How a post ended. ``nak_code``: empty for success, ``Unknown`` where no answer came: it is never sent again."""

    post_id: int
    nak_code: str
    text: str


class Generic(NamedTuple):
    """A message of type Generic."""

    handle: int | None
    message: Message


class Fault(NamedTuple):
    """The server could not read what we sent, or sent what we cannot use; never the text of a message."""

    handle: int | None
    text: str


Effect = (
    Send
    | Drop
    | LoggedIn
    | LoginFailed
    | LoginSuspect
    | GapOpened
    | GapClosed
    | ItemChanged
    | Imaged
    | Updated
    | BookMoved
    | Acknowledged
    | Generic
    | Fault
)
