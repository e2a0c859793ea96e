"""The typed classes of one version, each made when it is first asked for.

A module of a version hands on what its library makes, so that importing it costs next to nothing, however many classes
it has.
"""

from enum import IntEnum
from functools import cached_property, partial
from threading import RLock
from typing import Any

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.message_types import naming
from pyfixmsg_plus.message_types.codes import make_enum
from pyfixmsg_plus.message_types.fields import NUMBERS, GroupOf, Part, WithCodes, field_for
from pyfixmsg_plus.message_types.layout import Attribute, Layout
from pyfixmsg_plus.message_types.typed import Component, Entry, TypedMessage

__all__ = ["Library"]

_BASES = {"message": TypedMessage, "group": Entry, "component": Component, "frame": Component}


class Library:
    """The classes and enums of one version."""

    def __init__(self, version: str, module: str) -> None:
        """A library without any class yet.

        Args:
            version: The bundled dictionary, such as ``FIX.4.4``.
            module: The name of the module that hands the classes on.
        """
        self.version = version
        self.module = module
        self._made: dict[str, Any] = {}
        # Two threads that ask for the same class must get the same one.
        self._lock = RLock()

    @cached_property
    def layout(self) -> Layout:
        """What the version has."""
        return Layout(Dictionary.bundled(self.version))

    def names(self) -> list[str]:
        """All that the version has."""
        return sorted({*self.layout.names, *self.layout.aliases, *self.layout.enums, "Tag"})

    def get(self, name: str) -> Any:
        """The class or enum of this name.

        Raises:
            AttributeError: The version has none.
        """
        if name.startswith("__"):
            if name == "__all__":
                return self.names()
            raise AttributeError(f"module {self.module!r} has no attribute {name!r}")
        with self._lock:
            found = self._made.get(name)
            if found is None:
                found = self._made[name] = self._make(name)
            return found

    def message_class(self, msg_type: str) -> type[TypedMessage]:
        """The class of the messages with this MsgType(35).

        Raises:
            KeyError: The version has no such message.
        """
        name = self.layout.messages.get(msg_type)
        if name is None:
            raise KeyError(f"{self.version} has no message with MsgType(35)={msg_type!r}")
        return self.get(name)  # type: ignore[no-any-return]

    def _make(self, name: str) -> Any:
        layout = self.layout
        if name in layout.names:
            return self._class(name)
        if name in layout.aliases:
            return self.get(layout.aliases[name])
        if name in layout.enums:
            numbers = layout.enums[name].datatype in NUMBERS
            return make_enum(name, layout.codes(name), numbers=numbers, module=self.module)
        if name == "Tag":
            tags = [(known.name, tag) for tag, known in layout.fields.items()]
            return IntEnum("Tag", tags, module=self.module, qualname="Tag")
        raise AttributeError(f"{self.version} has no {name!r}{naming.nearest(name, self.names())}")

    def _class(self, name: str) -> type:
        structure = self.layout.structure(name)
        members = {attribute.name: self._member(attribute) for attribute in self.layout.attributes(name)}
        namespace: dict[str, Any] = {
            **members,
            "__slots__": (),
            "__module__": self.module,
            "__qualname__": name,
            "__match_args__": self.layout.match_args(name),
            "_members": members,
            "_dictionary": self.layout.dictionary,
        }
        if structure.kind == "message":
            namespace["MSG_TYPE"] = structure.msg_type
            namespace["BEGIN_STRING"] = self.layout.dictionary.transport_version or self.version
        elif structure.kind == "group":
            namespace["COUNT_TAG"] = structure.count_tag
        namespace["__doc__"] = self.layout.description(name)
        return type(name, (_BASES[structure.kind],), namespace)

    def _member(self, attribute: Attribute) -> Any:
        target = partial(self.get, attribute.target)
        if attribute.kind == "group":
            return GroupOf(attribute.name, attribute.tag, target)
        if attribute.kind == "component":
            return Part(attribute.name, target)
        kind: Any = field_for(attribute.tag, attribute.datatype, coded=bool(attribute.target))
        # A field with codes is told where to find them, unless its values are of a type that needs none.
        return kind(attribute.name, attribute.tag, *([target] if issubclass(kind, WithCodes) else []))
