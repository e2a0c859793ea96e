"""Generated content for a message of any type: what a dictionary lets it hold, by a seed.

What is generated holds all required members, some of the optional ones and groups with one to three entries, nested to
a depth; values have the form of their datatype and the codes of their code set. It is made for ``fix.Message``.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import pyfixmsg_plus as fix
from pyfixmsg_plus.dictionary import FieldDefinition, MemberDefinition

__all__ = ["VERSIONS", "dictionary_of", "message_content", "message_types"]

VERSIONS = ("FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIX.5.0", "FIX.5.0SP1", "FIX.5.0SP2")
_APPL_VER_ID = {"FIX.5.0": "7", "FIX.5.0SP1": "8", "FIX.5.0SP2": "9"}

# The frame, which is not content, and the header fields that every message here is given.
_FRAME = frozenset({8, 9, 35, 10})
_HEADER = {49: "BUYSIDE", 56: "VENUE", 34: 7, 52: "20260302-14:30:00.250"}


@cache
def dictionary_of(version: str) -> fix.Dictionary:
    """The bundled dictionary of a version."""
    return fix.load_dictionary(version)


def message_types(version: str) -> list[str]:
    """The values of MsgType(35) that a version has, those of its session among them."""
    return [str(message.msg_type) for message in dictionary_of(version).messages()]


def message_content(dictionary: fix.Dictionary, msg_type: str, seed: int, depth: int = 3) -> dict[int, object]:
    """Return the fields of a message by tag, its groups as lists of such dicts.

    Args:
        dictionary: Says what belongs to the message.
        msg_type: MsgType(35).
        seed: The same seed gives the same content.
        depth: How deep groups are nested; 0 gives required groups alone.
    """
    version = dictionary.transport_version or dictionary.version
    content: dict[int, object] = {8: version, 35: msg_type, **_HEADER}
    if dictionary.version in _APPL_VER_ID and not dictionary.message(msg_type).is_session:
        content[1128] = _APPL_VER_ID[dictionary.version]
    maker = _Maker(_shape(dictionary), random.Random(f"{dictionary.version} {msg_type} {seed}"), depth)
    shape = maker.shape
    content |= maker.members(shape.optional(shape.header, content), 0, chance=0.15)
    content |= maker.members(shape.message(msg_type), 0, chance=0.4)
    content |= maker.members(shape.optional(shape.trailer, content), 0, chance=0.1)
    return content


@dataclass(slots=True)
class _Member:
    """A field or group of a level, with the optional components around it."""

    tag: int
    group: "str | None"
    required: bool
    around: tuple[str, ...]
    constant: str | None


@dataclass(slots=True)
class _Shape:
    """What a dictionary says, asked once."""

    dictionary: fix.Dictionary
    fields: dict[int, FieldDefinition]
    lengths: dict[int, int]
    levels: dict[str, list[_Member]] = field(default_factory=dict)

    @property
    def header(self) -> list[_Member]:
        return self._level("header", self.dictionary.header.members)

    @property
    def trailer(self) -> list[_Member]:
        return self._level("trailer", self.dictionary.trailer.members)

    def message(self, msg_type: str) -> list[_Member]:
        return self._level(f"35={msg_type}", self.dictionary.message(msg_type).members)

    def group(self, name: str) -> list[_Member]:
        return self._level(f"group {name}", self.dictionary.group(name).members)

    @staticmethod
    def optional(members: list[_Member], given: dict[int, object]) -> list[_Member]:
        return [member for member in members if member.tag not in given and member.tag not in _FRAME | {1156, 1128}]

    def _level(self, key: str, members: list[MemberDefinition]) -> list[_Member]:
        if key not in self.levels:
            found: dict[int, _Member] = {}
            self._collect(members, (), found)
            self.levels[key] = list(found.values())
        return self.levels[key]

    def _collect(self, members: list[MemberDefinition], around: tuple[str, ...], found: dict[int, _Member]) -> None:
        for member in members:
            if member.presence in {"forbidden", "ignored"}:
                continue
            required = member.presence in {"required", "constant"}
            if member.kind == "component":
                inner = around if required else (*around, member.name)
                self._collect(self.dictionary.component(member.name).members, inner, found)
            else:
                assert member.tag is not None
                group = member.name if member.kind == "group" else None
                found.setdefault(member.tag, _Member(member.tag, group, required, around, member.constant))


@cache
def _shape(dictionary: fix.Dictionary) -> _Shape:
    fields = {definition.tag: definition for definition in dictionary.fields()}
    lengths = {found.length_tag: tag for tag, found in fields.items() if found.length_tag is not None}
    return _Shape(dictionary, fields, lengths)


@dataclass(slots=True)
class _Maker:
    """Makes the members of one message."""

    shape: _Shape
    random: random.Random
    depth: int
    budget: int = 400

    def members(self, members: list[_Member], level: int, chance: float) -> dict[int, object]:
        chosen: dict[str, bool] = {}
        made: dict[int, object] = {}
        wanted: set[int] = set()
        for at, member in enumerate(members):
            inside = all(self._chosen(chosen, name, chance) for name in member.around)
            # The first member of a group starts every entry of it, required or not.
            starts = level > 0 and at == 0
            deeper = member.group is None or level < self.depth
            drawn = deeper and self.budget > 0 and self.random.random() < chance
            if starts or (inside and (member.required or drawn)):
                wanted.add(member.tag)
        for member in members:
            # A length comes with its data, and from it.
            if member.tag in wanted and self.shape.lengths.get(member.tag) is None:
                made[member.tag] = self._value(member, level)
            elif member.tag not in wanted:
                length = self.shape.fields[member.tag].length_tag
                if length in wanted:
                    made[member.tag] = self._value(member, level)
        return made

    def _chosen(self, chosen: dict[str, bool], component: str, chance: float) -> bool:
        if component not in chosen:
            chosen[component] = self.random.random() < chance
        return chosen[component]

    def _value(self, member: _Member, level: int) -> object:
        self.budget -= 1
        if member.group is not None:
            # NoSides(552) has codes: an order of one side or of two.
            codes = [int(code.value) for code in self.shape.fields[member.tag].codes]
            entries = self.random.randint(1, (codes[-1] if codes else 3) if level < 2 and self.budget > 0 else 1)
            shape = self.shape.group(member.group)
            return [self.members(shape, level + 1, chance=0.4 / (level + 1)) for _ in range(entries)]
        return member.constant or value_of(self.shape.fields[member.tag], self.random)


def value_of(definition: FieldDefinition, chance: random.Random) -> str | bytes:
    """A value in the form of the field's datatype, one of its codes if it has some."""
    codes = [code.value for code in definition.codes]
    if codes:
        if definition.datatype.startswith("Multiple") and len(codes) > 1:
            return " ".join(chance.sample(codes, chance.randint(1, 2)))
        return chance.choice(codes)
    return _BY_DATATYPE.get(definition.datatype, _text)(chance)


def _text(chance: random.Random) -> str:
    return "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789=. -é", k=chance.randint(1, 12))).strip() or "X"


def _decimal(chance: random.Random) -> str:
    whole, places = chance.randint(0, 10**6), chance.randint(0, 4)
    return f"{'-' if chance.random() < 0.1 else ''}{whole}" + (
        f".{chance.randint(0, 10**places - 1):0{places}}" if places else ""
    )


def _number(least: int, most: int) -> Callable[[random.Random], str]:
    return lambda chance: str(chance.randint(least, most))


def _date(chance: random.Random) -> str:
    return f"{chance.randint(1970, 2100)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"


def _clock(chance: random.Random) -> str:
    fraction = chance.choice(["", ".250", ".250122", ".250122456"])
    return f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:{chance.randint(0, 59):02}{fraction}"


def _zone(chance: random.Random) -> str:
    return chance.choice(["Z", "+05:30", "-05", "+01:00"])


def _one_of(*values: str) -> Callable[[random.Random], str]:
    return lambda chance: chance.choice(values)


def _data(chance: random.Random) -> bytes:
    return chance.choice([b"a\x0110=000\x01b=c", "東京".encode(), b"plain", bytes(range(256)), b"8=FIX.4.4\x019=5\x01"])


_BY_DATATYPE: dict[str, Callable[[random.Random], str | bytes]] = {
    "int": _number(-5, 10**9),
    "Length": _number(0, 999),
    "NumInGroup": _number(0, 0),
    "SeqNum": _number(1, 2**63),
    "TagNum": _number(1, 9999),
    "DayOfMonth": _number(1, 31),
    "Boolean": _one_of("Y", "N"),
    "char": _one_of("A", "z", "7", "="),
    "Country": _one_of("US", "DE", "JP"),
    "Currency": _one_of("USD", "EUR", "JPY"),
    "Exchange": _one_of("XNYS", "XETR"),
    "Language": _one_of("en", "fr"),
    "MonthYear": _one_of("202603", "20260315", "202603w3"),
    "Tenor": _one_of("D5", "M18"),
    "MultipleCharValue": _one_of("A", "A b 7"),
    "MultipleStringValue": _one_of("AV", "AV AN A"),
    "MultipleValueString": _one_of("AV", "AV AN A"),
    "UTCTimestamp": lambda chance: f"{_date(chance)}-{_clock(chance)}",
    "UTCTimeOnly": _clock,
    "LocalMktTime": _one_of("14:30:00"),
    "TZTimeOnly": lambda chance: _clock(chance)[: chance.choice([5, 8])] + _zone(chance),
    "TZTimestamp": lambda chance: f"{_date(chance)}-{_clock(chance)}{_zone(chance)}",
    "data": _data,
    "XMLData": lambda chance: chance.choice([b"<a/>", b"<?xml version='1.0'?><a b='c'>&lt;</a>"]),
    **dict.fromkeys(["float", "Price", "PriceOffset", "Amt", "Qty", "Percentage"], _decimal),
    **dict.fromkeys(["LocalMktDate", "UTCDateOnly", "UTCDate"], _date),
}
