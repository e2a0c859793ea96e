"""The fields of one component, seen in the message or group entry that holds them.

A component has no bytes of its own: its fields stand among the others, together or apart. Source: FIX tag=value
encoding, component
blocks.
"""

from collections.abc import Iterator
from typing import Any

from pyfixmsg_plus._core import Dictionary, Group, Message, StructureDefinition
from pyfixmsg_plus.message.privacy import MASK, is_secret

__all__ = ["Component"]


class Component:
    """The fields of one component of a message or group entry.

    Reading and writing go to the message. Groups of the component are lists of entries under :meth:`groups`;
    components in it are under
    :meth:`component`.
    """

    __slots__ = ("_definition", "_dictionary", "_scope", "_tags")

    def __init__(self, scope: Message | Group, name: str) -> None:
        message = scope if isinstance(scope, Message) else scope.message
        dictionary = message.dictionary
        if dictionary is None:
            raise ValueError(f"component {name!r}: a message without a dictionary has no components")
        self._scope = scope
        self._dictionary = dictionary
        self._definition = dictionary.component(name)
        self._tags = frozenset(_tags(dictionary, self._definition))

    @property
    def name(self) -> str:
        """The name of the component, such as ``Instrument``."""
        return self._definition.name

    @property
    def scope(self) -> Message | Group:
        """The message or entry that holds the fields."""
        return self._scope

    def _tag(self, key: int | str) -> int:
        tag = self._dictionary.field(key).tag
        if tag not in self._tags:
            field = self._dictionary.field(tag)
            raise KeyError(f"{field.name}({tag}) does not belong to the component {self.name}")
        return tag

    def __getitem__(self, key: int | str) -> str:
        return self._scope[self._tag(key)]

    def __setitem__(self, key: int | str, value: Any) -> None:
        self._scope[self._tag(key)] = value

    def __delitem__(self, key: int | str) -> None:
        del self._scope[self._tag(key)]

    def __contains__(self, key: int | str) -> bool:
        tag = self._dictionary.field(key).tag
        return tag in self._tags and tag in self._scope

    def __iter__(self) -> Iterator[int]:
        own = self._scope.to_dict(names=False)
        return (tag for tag in own if tag in self._tags)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def get(self, key: int | str, default: str | None = None) -> str | None:
        """Return the text of a field, or ``default`` if it is not there."""
        return self._scope.get(self._tag(key), default)

    def value(self, key: int | str) -> Any:
        """Return a value in the type that the field's datatype has in Python."""
        return self._scope.value(self._tag(key))

    def groups(self, key: int | str) -> list[Group]:
        """Return the entries of a group of the component."""
        return self._scope.groups(self._tag(key))

    def component(self, name: str) -> "Component":
        """Return a component that stands in this one.

        Raises:
            KeyError: It has none of this name.
        """
        if not any(member.kind == "component" and member.name == name for member in self._definition.members):
            raise KeyError(f"the component {self.name} has no component {name}")
        return Component(self._scope, name)

    def to_dict(self, *, names: bool = True) -> dict[Any, Any]:
        """Return the fields as a ``dict`` by name, or by tag; groups are lists of such."""
        own = self._scope.to_dict(names=False)
        if not names:
            return {tag: value for tag, value in own.items() if tag in self._tags}
        named = self._scope.to_dict()
        return {
            name: named[name]
            for name in (self._dictionary.field(tag).name for tag in own if tag in self._tags)
            if name in named
        }

    def __repr__(self) -> str:
        message = self._scope if isinstance(self._scope, Message) else self._scope.message
        msg_type = message.msg_type
        own = self.to_dict(names=False)
        shown = {tag: MASK if is_secret(tag, msg_type) else value for tag, value in own.items()}
        return f"<{self.name} {shown!r}>"


def _tags(dictionary: Dictionary, definition: StructureDefinition) -> Iterator[int]:
    """The tags that stand on the component's own level: fields, count fields, and those of components in it."""
    for member in definition.members:
        if member.kind == "component":
            yield from _tags(dictionary, dictionary.component(member.name))
        elif member.tag is not None:
            yield member.tag
