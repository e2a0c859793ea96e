"""Order books and lists of symbols: what a Map holds, entry by entry.

A key is opaque bytes; price and side are read from the fields. A book clears on the first part of an image alone, and
a change of an entry that is not there makes the book worthless until the next image.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from pyfixmsg_plus.feeds.refinitiv.wire import Message, number, whole
from pyfixmsg_plus.feeds.refinitiv.words import ACTIONS, word

__all__ = ["ENTRIES_MAX", "Book", "BookFault", "Level", "Moved"]

# The largest books known have some ten thousand orders; a list of symbols may be longer.
ENTRIES_MAX = 1_000_000
_KEY_MAX = 4096
_SIDES = {"BID": "BID", "ASK": "ASK", "1": "BID", "2": "ASK", "B": "BID", "A": "ASK"}
_TEXT_KEYS = {"AsciiString", "Utf8String", "RmtesString"}
_ACTION_WORDS = {**dict.fromkeys(("Add", "Update", "Delete"), "")}


class BookFault(NamedTuple):
    """What a Map asked for that the book cannot do."""

    text: str


class Level(NamedTuple):
    """One side of one entry.

    Attributes:
        key: Of the entry.
        side: ``BID`` or ``ASK``.
        price: As it is quoted.
        size: Shares, lots or contracts by the custom of the market.
        orders: How many orders it stands for, where that is known.
        order_id: Of a single order, or empty.
        member: Who quotes, or empty.
    """

    key: bytes
    side: str
    price: Decimal
    size: Decimal | None
    orders: int | None
    order_id: str
    member: str


class Moved(NamedTuple):
    """What a Map changed, in order, and what it could not."""

    changes: tuple[tuple[str, bytes], ...]
    unknown: tuple[Message, ...]
    faults: int


def _key(raw: Any, key_type: str) -> bytes | None:
    """The bytes of a key: base64 for buffers, text otherwise."""
    if isinstance(raw, str) and len(raw) <= _KEY_MAX:
        if key_type in _TEXT_KEYS:
            return raw.encode()
        try:
            return base64.b64decode(raw, validate=True)
        except (binascii.Error, ValueError):
            return raw.encode()
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return str(raw).encode()[:_KEY_MAX]
    return None


@dataclass(slots=True)
class Book:
    """Entries by key, in the order in which they were added, and what is said of the whole."""

    entries: dict[bytes, dict[str, Any]] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> "Book":
        """Return a book that may change by itself."""
        return Book({key: dict(fields) for key, fields in self.entries.items()}, dict(self.summary))

    def apply(self, map_: Message) -> Moved:
        """Change the book as a Map says.

        An Update or a Delete of an entry that is not there changes nothing and is returned as unknown.
        """
        key_type = word(map_.get("KeyType"), {}, "Buffer")
        summary = map_.get("Summary")
        if isinstance(summary, dict) and isinstance(summary.get("Fields"), dict):
            self.summary.update(summary["Fields"])
        changes: list[tuple[str, bytes]] = []
        unknown: list[Message] = []
        faults = 0
        entries = map_.get("Entries")
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict):
                faults += 1
                continue
            action = word(entry.get("Action"), ACTIONS)
            key = _key(entry.get("Key"), key_type)
            if key is None or action not in _ACTION_WORDS:
                faults += 1
            elif action == "Add":
                if len(self.entries) >= ENTRIES_MAX and key not in self.entries:
                    faults += 1
                    continue
                self.entries[key] = dict(_fields(entry))
                changes.append((action, key))
            elif key not in self.entries:
                unknown.append({"KeyType": key_type, "Entries": [entry]})
            elif action == "Update":
                self.entries[key].update(_fields(entry))
                changes.append((action, key))
            else:
                del self.entries[key]
                changes.append((action, key))
        return Moved(tuple(changes), tuple(unknown), faults)

    def levels(self) -> Iterator[Level]:
        """Every side of every entry that has a price, in the order of the entries."""
        for key, fields in self.entries.items():
            price, side = number(fields.get("ORDER_PRC")), _side(fields.get("ORDER_SIDE"))
            if price is not None and side:
                size = fields.get("ACC_SIZE", fields.get("ORDER_SIZE"))
                yield _level(key, side, price, size, fields)
                continue
            for side, priced, sized in (("BID", "BID", "BIDSIZE"), ("ASK", "ASK", "ASKSIZE")):
                price = number(fields.get(priced))
                if price is not None:
                    yield _level(key, side, price, fields.get(sized), fields)

    def symbols(self) -> list[str]:
        """The keys as texts: what a list of symbols holds."""
        return [key.decode("utf-8", "replace") for key in self.entries]


def _fields(entry: Message) -> Mapping[str, Any]:
    fields = entry.get("Fields")
    return fields if isinstance(fields, dict) else {}


def _side(value: Any) -> str:
    return _SIDES.get(value.rstrip() if isinstance(value, str) else str(value), "")


def _level(key: bytes, side: str, price: Decimal, size: Any, fields: Mapping[str, Any]) -> Level:
    return Level(
        key, side, price, number(size), whole(fields.get("NO_ORD")), _text(fields, "ORDER_ID"), _text(fields, "MMID")
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None else str(value).rstrip()
