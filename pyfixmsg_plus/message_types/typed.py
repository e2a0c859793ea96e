"""The bases of the typed classes: what messages, entries of groups and components have in common and of their own."""

# ruff: noqa: SLF001 - what typed objects have beside their fields has an underscore, so that no field can have its name.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from pyfixmsg_plus._core import parse
from pyfixmsg_plus.message import MASK, Message, is_secret
from pyfixmsg_plus.message_types import naming
from pyfixmsg_plus.message_types.draft import Draft
from pyfixmsg_plus.message_types.fields import Fixed, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfixmsg_plus.dictionary import Dictionary

__all__ = ["Component", "Entry", "Typed", "TypedMessage"]


class Typed:
    """Fields by their names, in the types of their datatypes."""

    __slots__ = ("__weakref__", "_source")

    _source: Any
    # The attributes of the class by name, those of its components in their places.
    _members: ClassVar[dict[str, Any]] = {}
    _dictionary: ClassVar[Dictionary]

    def __init__(self, **fields: Any) -> None:
        self._source = Draft(self._dictionary, self._given(fields))

    @classmethod
    def _around(cls, source: Any) -> Self:
        typed = cls.__new__(cls)
        typed._source = source
        return typed

    @classmethod
    def _given(cls, fields: dict[str, Any]) -> dict[int, Any]:
        """The fields of keyword arguments, by tag."""
        given: dict[int, Any] = {}
        for name, value in fields.items():
            member = cls._members.get(name)
            if member is None or isinstance(member, Fixed):
                raise TypeError(cls._no_argument(name, member))
            if isinstance(member, Part):
                written = list(member.fields_of(value))
            else:
                wire = member.wire(value)
                written = [] if wire is None else [(member.tag, wire)]
            for tag, wire in written:
                if tag in given:
                    raise TypeError(f"{cls.__name__}() got {name} twice: tag {tag} is also in a component")
                given[tag] = wire
        return given

    @classmethod
    def _no_argument(cls, name: str, member: Fixed | None) -> str:
        if member is not None:
            return f"{cls.__name__}(): {name} is written by itself and cannot be given"
        return f"{cls.__name__}() has no field {name!r}{naming.nearest(name, list(cls._members))}"

    @classmethod
    def _tags(cls) -> Iterator[int]:
        """The tags of the class, those of groups by their count fields."""
        return (member.tag for member in cls._members.values() if not isinstance(member, Part))

    def _fields(self) -> dict[int, Any]:
        """The fields by tag, as bytes, groups as lists of such."""
        return _fields_of(self._source)

    # Type checkers must not take these for leave to use any name.
    if not TYPE_CHECKING:  # pragma: no branch

        def __setattr__(self, name: str, value: Any) -> None:
            if name != "_source" and name not in self._members:
                raise AttributeError(self._no_attribute(name))
            object.__setattr__(self, name, value)

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(self._no_attribute(name))

    def _no_attribute(self, name: str) -> str:
        return f"{type(self).__name__} has no field {name!r}{naming.nearest(name, list(self._members))}"

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._members})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Typed):
            return NotImplemented
        return type(self) is type(other) and self._fields() == other._fields()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = []
        msg_type = getattr(self, "MSG_TYPE", None)
        for name, member in self._members.items():
            # A component's fields are shown by themselves; what frames the message is told by the class.
            if isinstance(member, Part | Fixed):
                continue
            if member.tag in self._source:
                value = repr(MASK) if is_secret(member.tag, msg_type) else self._shown(name)
                shown.append(f"{name}={value}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def _shown(self, name: str) -> str:
        try:
            return repr(getattr(self, name))
        except ValueError:
            # A value that does not have the form of its datatype is shown as it stands.
            return repr(self._source.raw(self._members[name].tag))

    def __copy__(self) -> Self:
        return self._restore(self._fields())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._restore, (self._fields(),)

    @classmethod
    def _restore(cls, fields: dict[int, Any]) -> Self:
        return cls._around(Draft(cls._dictionary, fields))


def _fields_of(source: Any) -> dict[int, Any]:
    found: dict[int, Any] = {}
    shape = source.shape() if isinstance(source, Draft) else source.to_dict(names=False)
    for tag, value in shape.items():
        if isinstance(value, list):
            found[int(tag)] = [_fields_of(entry) for entry in source.groups(int(tag))]
        else:
            found[int(tag)] = source.raw(int(tag))
    return found


class Component(Typed):
    """Fields that the standard names together. They stand in a message or entry, and have no bytes of their own."""

    __slots__ = ()

    def _fields(self) -> dict[int, Any]:
        found: dict[int, Any] = {}
        everything = _fields_of(self._source)
        for tag in self._tags():
            if tag in everything:
                found[tag] = everything[tag]
        return found


class Entry(Typed):
    """One entry of a repeating group."""

    __slots__ = ()

    COUNT_TAG: ClassVar[int] = 0


class TypedMessage(Typed):
    """A message of one type."""

    __slots__ = ()

    MSG_TYPE: ClassVar[str] = ""
    BEGIN_STRING: ClassVar[str] = ""

    def __init__(self, **fields: Any) -> None:
        given = self._given(fields)
        self._source = Message({8: self.BEGIN_STRING, 35: self.MSG_TYPE, **given}, dictionary=self._dictionary)

    @property
    def message(self) -> Message:
        """The message, for access by tag. Typed object and message are two views of the same fields."""
        message: Message = self._source
        return message

    def encode(self) -> bytes:
        """The bytes of the message, with BodyLength(9) and CheckSum(10).

        Raises:
            LocalProtocolError: The fields cannot be written as a message.
        """
        return self.message.encode()

    def __bytes__(self) -> bytes:
        return self.message.encode()

    @classmethod
    def parse(cls, raw: bytes | bytearray | memoryview, *, strict: bool = True) -> Self:
        """Read a message of this type.

        Raises:
            DecodeError: The bytes are no message.
            ValueError: It is a message of another type.
        """
        return cls.from_message(parse(raw, cls._dictionary, strict=strict))

    @classmethod
    def from_message(cls, message: Message) -> Self:
        """See a message through this class. It is not copied.

        Raises:
            ValueError: It is a message of another type, or was read without a dictionary.
        """
        if message.msg_type != cls.MSG_TYPE:
            other = f"{message.name or 'a message'}(35={message.msg_type})"
            raise ValueError(f"{cls.__name__}(35={cls.MSG_TYPE}) cannot show {other}")
        if message.dictionary is None:
            raise ValueError("the message was read without a dictionary, which says what its fields are")
        return cls._around(message)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Typed):
            return NotImplemented
        return type(self) is type(other) and self._source == other._source

    __hash__ = None

    def __copy__(self) -> Self:
        return self._around(self.message.copy())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_message, (self.message,)
