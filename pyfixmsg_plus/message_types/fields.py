"""Attributes of typed messages: from the text of a field to its value in Python, and back.

Reading gives the type of the field's datatype, and ``None`` where the field is absent; setting ``None`` takes it out.
Text is taken everywhere as it stands on the wire, so that what a type cannot hold (picoseconds, a venue's own code) can
be written.
"""

# ruff: noqa: SLF001 - what typed objects have beside their fields has an underscore, so that no field can have its name.

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, Generic, Protocol, Self, TypeVar, overload

from pyfixmsg_plus.message_types.codes import NumberCode, TextCode
from pyfixmsg_plus.message_types.entries import Entries
from pyfixmsg_plus.values import MonthYear, Tenor, format_time, format_timestamp

__all__ = [
    "NUMBERS",
    "Coded",
    "Codes",
    "Data",
    "Day",
    "Field",
    "Fixed",
    "Flag",
    "GroupOf",
    "Month",
    "Number",
    "Numbered",
    "Part",
    "Span",
    "Text",
    "Time",
    "Timestamp",
    "Whole",
    "WithCodes",
    "ZonedTimestamp",
    "entry_fields",
    "field_for",
]

_Get = TypeVar("_Get")
_Set = TypeVar("_Set", contravariant=True)
_T = TypeVar("_T", bound=TextCode)
_N = TypeVar("_N", bound=NumberCode)
_C = TypeVar("_C", bound=Any)
_E = TypeVar("_E", bound=Any)


class Holder(Protocol):
    """A typed object."""

    _source: Any
    """The message, entry or draft that has its fields."""


class Field(Generic[_Get, _Set]):
    """One field of a typed object."""

    __slots__ = ("name", "tag")

    def __init__(self, name: str, tag: int) -> None:
        self.name = name
        self.tag = tag

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, instance: Holder, owner: type[Any]) -> _Get | None: ...
    def __get__(self, instance: Holder | None, owner: type[Any]) -> Self | _Get | None:
        if instance is None:
            return self
        source = instance._source
        return self._read(source.value(self.tag)) if self.tag in source else None

    def __set__(self, instance: Holder, value: _Set | None) -> None:
        source = instance._source
        written = self.wire(value)
        if written is not None:
            source[self.tag] = written
        elif self.tag in source:
            del source[self.tag]

    def _read(self, value: Any) -> _Get:
        return value  # type: ignore[no-any-return]

    def wire(self, value: Any) -> Any:
        """What the compiled module writes for a value; ``None`` for no field."""
        return value


class Text(Field[str, str]):
    """A field of text."""

    __slots__ = ()


class Number(Field[Decimal, Decimal | int]):
    """A price, quantity, amount or other number, exactly."""

    __slots__ = ()


class Whole(Field[int, int]):
    """A whole number."""

    __slots__ = ()


class Flag(Field[bool, bool]):
    """``Y`` or ``N``."""

    __slots__ = ()


class Timestamp(Field[int, int | datetime | str]):
    """An instant in nanoseconds since 1970-01-01 00:00:00 UTC; set by these, by an aware ``datetime`` or by text."""

    __slots__ = ()

    def wire(self, value: Any) -> Any:
        """Nanoseconds as a timestamp."""
        if type(value) is int:
            # As many digits as the instant needs, of those that the standard names.
            return format_timestamp(value, 3 if value % 1_000_000 == 0 else 6 if value % 1_000 == 0 else 9)
        return super().wire(value)


class ZonedTimestamp(Field[datetime, datetime | str]):
    """An instant with the zone in which it was told."""

    __slots__ = ()

    def wire(self, value: Any) -> Any:
        """A ``datetime`` with its zone as it is.

        Raises:
            ValueError: It has no zone.
        """
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError(f"{self.name} needs a datetime with a zone")
            return f"{value:%Y%m%d}-{format_time(value.timetz())}"
        return super().wire(value)


class Time(Field[time, time]):
    """A time of day."""

    __slots__ = ()


class Day(Field[date, date]):
    """A date."""

    __slots__ = ()

    def wire(self, value: Any) -> Any:
        """A ``date``, and no ``datetime``.

        Raises:
            TypeError: The value is none.
        """
        if isinstance(value, datetime):
            raise TypeError(f"{self.name} is a date, and cannot be a datetime: its zone decides which date is meant")
        return super().wire(value)


class Month(Field[MonthYear, MonthYear]):
    """A month, or a day or week in it."""

    __slots__ = ()


class Span(Field[Tenor, Tenor]):
    """A span of time such as ``M18``."""

    __slots__ = ()


class Data(Field[bytes, bytes]):
    """Bytes of any kind. The field that holds their length follows by itself."""

    __slots__ = ()


class Fixed(Field[str, None]):
    """A field that is written by itself: BeginString(8), BodyLength(9), MsgType(35), CheckSum(10)."""

    __slots__ = ()

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, instance: Holder, owner: type[Any]) -> str | None: ...
    def __get__(self, instance: Holder | None, owner: type[Any]) -> Self | str | None:
        if instance is None:
            return self
        source = instance._source
        return source.raw(self.tag).decode("latin-1") if self.tag in source else None

    def __set__(self, instance: Holder, value: None) -> None:
        raise AttributeError(f"{self.name} is written by itself and cannot be set")


class WithCodes(Field[_Get, _Set]):
    """A field with codes."""

    __slots__ = ("_enum", "_make")

    def __init__(self, name: str, tag: int, make: Callable[[], Any]) -> None:
        super().__init__(name, tag)
        self._make: Callable[[], Any] = make
        self._enum: Any = None

    @property
    def enum(self) -> Any:
        """The enum of the codes, made when it is first needed."""
        if self._enum is None:
            self._enum = self._make()
        return self._enum

    def _member(self, value: Any) -> Any:
        return self.enum._value2member_map_.get(value, value)

    def wire(self, value: Any) -> Any:
        """A code of this field, or text.

        Raises:
            TypeError: The code is another field's.
        """
        # The codes of another version are known by the name of their enum.
        if isinstance(value, TextCode | NumberCode) and type(value).__name__ != self.enum.__name__:
            raise TypeError(f"{self.name} has the codes of {self.enum.__name__}, and cannot be {value!r}")
        return value


class Coded(WithCodes[_T | str, _T], Generic[_T]):
    """A field of one code that is text. A code that is not known comes back as plain text."""

    __slots__ = ()

    def _read(self, value: Any) -> _T | str:
        return self._member(value)  # type: ignore[no-any-return]


class Numbered(WithCodes[_N | int, _N], Generic[_N]):
    """A field of one code that is a number. A code that is not known comes back as a plain number."""

    __slots__ = ()

    def _read(self, value: Any) -> _N | int:
        return self._member(value)  # type: ignore[no-any-return]


class Codes(WithCodes[tuple[_T | str, ...], _T | Iterable[_T]], Generic[_T]):
    """A field of several codes."""

    __slots__ = ()

    def _read(self, value: Any) -> tuple[_T | str, ...]:
        return tuple(self._member(word) for word in value)

    def wire(self, value: Any) -> Any:
        """One code or several; none of them is no field."""
        if value is None or isinstance(value, str | bytes):
            return super().wire(value)
        return tuple(super(Codes, self).wire(word) for word in value) or None


def entry_fields(entry: Any, name: str, expected: type[Any]) -> dict[int, Any]:
    """The fields of an entry that is to stand in the group ``name``.

    Raises:
        TypeError: The entry belongs to another group.
    """
    if type(entry).__name__ != expected.__name__:
        raise TypeError(f"{name} holds entries of {expected.__name__}, not {type(entry).__name__}")
    return entry._fields()  # type: ignore[no-any-return]


class GroupOf(Generic[_E]):
    """The entries of a repeating group."""

    __slots__ = ("_entry", "name", "tag")

    def __init__(self, name: str, tag: int, entry: Callable[[], type[_E]]) -> None:
        self.name = name
        self.tag = tag
        self._entry = entry

    @property
    def entry(self) -> type[_E]:
        """The class of the entries."""
        return self._entry()

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, instance: Holder, owner: type[Any]) -> Entries[_E]: ...
    def __get__(self, instance: Holder | None, owner: type[Any]) -> Self | Entries[_E]:
        if instance is None:
            return self
        return Entries(
            instance._source, self.tag, self.entry, partial(entry_fields, name=self.name, expected=self.entry)
        )

    def __set__(self, instance: Holder, value: Iterable[_E] | None) -> None:
        written = self.wire(value)
        source = instance._source
        if written is not None:
            source[self.tag] = written
        elif self.tag in source:
            del source[self.tag]

    def wire(self, value: Any) -> list[dict[int, Any]] | None:
        """The entries as the compiled module takes them; ``None`` for none.

        Raises:
            TypeError: This is no list, or one of entries of another group.
        """
        if value is None:
            return None
        if isinstance(value, str | bytes | dict) or not isinstance(value, Iterable):
            raise TypeError(f"{self.name} is a list of {self.entry.__name__}, not {type(value).__name__}")
        return [entry_fields(entry, self.name, self.entry) for entry in value] or None


class Part(Generic[_C]):
    """A component, seen in the object that holds its fields."""

    __slots__ = ("_component", "name")

    def __init__(self, name: str, component: Callable[[], type[_C]]) -> None:
        self.name = name
        self._component = component

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, instance: Holder, owner: type[Any]) -> _C: ...
    def __get__(self, instance: Holder | None, owner: type[Any]) -> Self | _C:
        if instance is None:
            return self
        seen: _C = self._component()._around(instance._source)
        return seen

    def __set__(self, instance: Holder, value: _C | None) -> None:
        source = instance._source
        written = dict(self.fields_of(value))
        for tag in self._component()._tags():
            if tag not in written and tag in source:
                del source[tag]
        for tag, field in written.items():
            source[tag] = field

    def fields_of(self, value: Any) -> Iterator[tuple[int, Any]]:
        """The fields of a component, none for ``None``.

        Raises:
            TypeError: The value is another component.
        """
        if value is None:
            return
        component = self._component()
        if type(value).__name__ != component.__name__:
            raise TypeError(f"{self.name} holds the fields of {component.__name__}, not {type(value).__name__}")
        yield from value._fields().items()


# Datatypes that are whole numbers, and whose codes are.
NUMBERS = frozenset({"int", "Length", "NumInGroup", "SeqNum", "TagNum", "DayOfMonth"})
_KINDS: dict[str, type[Field[Any, Any]]] = {
    **dict.fromkeys(NUMBERS, Whole),
    **dict.fromkeys(("float", "Qty", "Price", "PriceOffset", "Amt", "Percentage"), Number),
    **dict.fromkeys(("UTCTimeOnly", "LocalMktTime", "TZTimeOnly"), Time),
    **dict.fromkeys(("UTCDateOnly", "UTCDate", "LocalMktDate"), Day),
    **dict.fromkeys(("data", "XMLData"), Data),
    "Boolean": Flag,
    "UTCTimestamp": Timestamp,
    "TZTimestamp": ZonedTimestamp,
    "MonthYear": Month,
    "Tenor": Span,
}
# Every version lists the codes of such fields.
_SEVERAL = frozenset({"MultipleCharValue", "MultipleStringValue", "MultipleValueString"})
# Nobody gives these a value: the message is framed by them when it is encoded.
_FRAMING = frozenset({8, 9, 10, 35})


def field_for(tag: int, datatype: str, *, coded: bool) -> type[Field[Any, Any]]:
    """The kind of attribute for a field."""
    if tag in _FRAMING:
        return Fixed
    kind = _KINDS.get(datatype, Text)
    if not coded or kind is Flag:
        return kind
    return Numbered if datatype in NUMBERS else Codes if datatype in _SEVERAL else Coded
