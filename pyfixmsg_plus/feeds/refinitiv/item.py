"""One item: what was asked for, where it stands, and the image that its messages make.

Source: the protocol's rules for parts, clearing, sequence and ripple. This module knows no connection and no time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from pyfixmsg_plus.feeds.refinitiv.book import Book, Moved
from pyfixmsg_plus.feeds.refinitiv.events import Gap, GapReason, ItemState
from pyfixmsg_plus.feeds.refinitiv.fields import FieldTable
from pyfixmsg_plus.feeds.refinitiv.plausible import plausible
from pyfixmsg_plus.feeds.refinitiv.wire import Message, whole
from pyfixmsg_plus.feeds.refinitiv.words import UPDATE_TYPES, word

__all__ = ["BOOK_DOMAINS", "FIELDS_MAX", "Image", "Item", "Options", "Part", "sequence_of"]

BOOK_DOMAINS = frozenset({"MarketByPrice", "MarketByOrder", "MarketMaker", "SymbolList"})
# The largest records known have some hundreds of fields.
FIELDS_MAX = 10_000
_PART_MAX = 32767
_WAITING_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How an item is asked for.

    Attributes:
        domain: Such as ``MarketPrice``.
        service: Name or number; nothing: the server's default.
        other_services: Tried in turn where one says Closed.
        streaming: Otherwise one image, and no more.
        view: Names or numbers of the fields that are wanted; empty: all.
        priority: Class and count; the weakest goes first where a limit strikes.
        qos: Exactly this, or with ``worst_qos`` the best of a range.
        worst_qos: The worst of a range.
        key_in_updates: ``False`` saves bytes.
        conflation_info: Let updates say how many they stand for.
        name_type: ``Ric``, or another.
        identifier: Of the key, where the domain asks for one.
        filter: Of the key, where the domain asks for one.
        elements: Of the key, where the domain asks for some.
    """

    domain: str = "MarketPrice"
    service: str | int | None = None
    other_services: tuple[str | int, ...] = ()
    streaming: bool = True
    view: tuple[str | int, ...] = ()
    priority: tuple[int, int] | None = None
    qos: Mapping[str, Any] | None = field(default=None, hash=False)
    worst_qos: Mapping[str, Any] | None = field(default=None, hash=False)
    key_in_updates: bool = True
    conflation_info: bool = False
    name_type: str = "Ric"
    identifier: int | None = None
    filter: int | None = None
    elements: Mapping[str, Any] | None = field(default=None, hash=False)


class Part(Enum):
    """What a part of an image did."""

    MORE = auto()
    COMPLETE = auto()
    BAD = auto()


@dataclass(slots=True)
class Image:
    """What is known of an item: fields by name, or a book."""

    fields: dict[str, Any] = field(default_factory=dict)
    book: Book = field(default_factory=Book)

    def copy(self) -> "Image":
        """Return an image that may change by itself."""
        return Image(dict(self.fields), self.book.copy())


@dataclass(slots=True)
class Item:
    """One item of one reader.

    Attributes:
        handle: Our number of it; it outlives connections.
        symbol: As it was asked for; a redirect changes ``name``, never this.
        options: How it is asked for.
        name: Under which it is asked for now.
        service: On which.
        stream_id: The open ID, or nothing.
        state: Where it stands.
        current: The last complete image.
        building: The image of which parts are still missing.
        seq_number: Of the last message that was applied.
        applied_ns: When that was received, UTC nanoseconds.
        asserted: The server said that the image holds again, and sent none.
        jit: It is conflated just now because we read too slowly.
        conflated: The last update stood for several.
        conflated_volume: Traded volume that no trade showed, since the image.
        flags: What was wrong with values that did not replace good ones, since the image.
        qos: As the stream has it.
        gaps: Open ones by reason.
    """

    handle: int
    symbol: str
    options: Options
    name: str
    service: str | int | None
    stream_id: int | None = None
    state: ItemState = ItemState.RETRY
    current: Image = field(default_factory=Image)
    building: Image | None = None
    parts: int = 0
    seq_number: int | None = None
    applied_ns: int | None = None
    received_ns: int | None = None
    asserted: bool = False
    imaged: bool = False
    ever_imaged: bool = False
    jit: bool = False
    paused: bool = False
    alone: bool = False
    hops: int = 0
    failures: int = 0
    service_index: int = 0
    asked_ns: int = 0
    waits_answer: bool = False
    conflated: bool = False
    conflated_volume: Decimal = Decimal(0)
    flags: frozenset[str] = frozenset()
    qos: Mapping[str, Any] = field(default_factory=dict)
    prod_perm: Any = None
    gaps: dict[GapReason, Gap] = field(default_factory=dict)
    _waiting: list[Message] = field(default_factory=list)

    @property
    def is_book(self) -> bool:
        """Whether it is made of entries, not of fields."""
        return self.options.domain in BOOK_DOMAINS

    def forget_stream(self) -> None:
        """There is no stream any more: what was under way is void, the last image stays as the last known."""
        self.stream_id = None
        self.building = None
        self.parts = 0
        self.imaged = False
        self.asserted = False
        self.jit = False
        self.waits_answer = False
        self._waiting.clear()

    def refresh(self, message: Message, table: FieldTable) -> Part:
        """Lay one part of an image."""
        number = message.get("PartNumber")
        part = whole(number)
        part = 0 if part is None else part
        complete = message.get("Complete", True) is not False
        clear = message.get("ClearCache")
        building = self.building
        if part == 0:
            # A book clears on part 0 unless told not to; so does a record.
            building = self.current.copy() if clear is False else Image()
            self.parts = 0
            self.seq_number = None
            self._waiting.clear()
        elif building is None or part != self.parts or part > _PART_MAX:
            self.building = None
            self._waiting.clear()
            return Part.BAD
        elif clear is True:
            building = Image()
        self.building = building
        self.parts = part + 1
        self._took(message)
        fields = message.get("Fields")
        if isinstance(fields, dict):
            _lay(building.fields, table.named(fields))
        map_ = message.get("Map")
        if isinstance(map_, dict):
            building.book.apply(map_)
        if not complete:
            return Part.MORE
        for waiting in self._waiting:
            building.book.apply(waiting)
        self._waiting.clear()
        self.current, self.building = building, None
        self.parts = 0
        self.conflated, self.conflated_volume, self.flags = False, Decimal(0), frozenset()
        return Part.COMPLETE

    def repeated(self, message: Message) -> bool:
        """Whether an Update was applied before. Numbers have gaps by design: they tell repetition, never loss."""
        number = sequence_of(message)
        return number is not None and self.seq_number is not None and number <= self.seq_number

    def update(self, message: Message, table: FieldTable) -> Mapping[str, Any]:
        """Apply the fields of an Update, and return what changed."""
        raw = message.get("Fields")
        fields = table.named(raw) if isinstance(raw, dict) else {}
        base = self.current if self.building is None else self.building
        kind = word(message.get("UpdateType"), UPDATE_TYPES, "Unspecified")
        fields, wrong = plausible(base.fields, fields, kind)
        self.flags |= wrong
        changed = fields if message.get("DoNotRipple") is True else table.rippled(base.fields, fields)
        if message.get("DoNotCache") is not True:
            self._took(message)
            for image in self._images():
                _lay(image.fields, changed)
        return changed

    def move(self, message: Message) -> Moved:
        """Apply the Map of an Update.

        Between the parts of an image an entry may be changed that comes later: that waits for the last part.
        """
        map_ = message.get("Map")
        if not isinstance(map_, dict):
            return Moved((), (), 0)
        self._took(message)
        if self.building is None:
            return self.current.book.apply(map_)
        moved = self.building.book.apply(map_)
        room = _WAITING_MAX - len(self._waiting)
        self._waiting.extend(moved.unknown[: max(room, 0)])
        if self.imaged:
            # The old image is still served: it moves along, and is what the reader hears of.
            return self.current.book.apply(map_)._replace(unknown=())
        return Moved((), (), moved.faults)

    def _images(self) -> tuple[Image, ...]:
        return (self.current,) if self.building is None else (self.building, self.current)

    def _took(self, message: Message) -> None:
        number = sequence_of(message)
        if number is not None:
            self.seq_number = number

    def opened(self, reason: GapReason, utc_ns: int) -> Gap | None:
        """Open a gap; ``None`` where one of this reason is open."""
        if reason in self.gaps:
            return None
        gap = Gap(self.symbol, reason, utc_ns, self.applied_ns, self.seq_number)
        self.gaps[reason] = gap
        return gap

    def healed(self, utc_ns: int, reason: GapReason | None = None) -> list[Gap]:
        """Close all gaps, or that of one reason, and return them."""
        reasons = list(self.gaps) if reason is None else [reason] if reason in self.gaps else []
        return [replace(self.gaps.pop(each), to_ns=utc_ns, to_seq_number=self.seq_number) for each in reasons]


def sequence_of(message: Message) -> int | None:
    """The SeqNumber of a message; 0 is none."""
    return whole(message.get("SeqNumber")) or None


def _lay(image: dict[str, Any], fields: Mapping[str, Any]) -> None:
    if len(image) + len(fields) <= FIELDS_MAX:
        image.update(fields)
        return
    for name, value in fields.items():
        if name in image or len(image) < FIELDS_MAX:
            image[name] = value
