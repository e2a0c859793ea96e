"""What a typed object holds before it stands in a message: the fields of one entry or component, with its groups."""

from collections.abc import Mapping
from typing import Any

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.message import Message

__all__ = ["Draft"]


class Draft:
    """Fields that stand in no message yet. It is read and changed as a message is."""

    __slots__ = ("_dictionary", "_groups", "_single")

    def __init__(self, dictionary: Dictionary, fields: Mapping[int, Any]) -> None:
        self._dictionary = dictionary
        # Without MsgType(35) a message has no groups; it still knows what each of its values means.
        self._single = Message(dictionary=dictionary, preserve_order=True)
        self._groups: dict[int, list[Draft]] = {}
        for tag, value in fields.items():
            self[tag] = value

    def __contains__(self, tag: int) -> bool:
        return tag in self._groups or tag in self._single

    def value(self, tag: int) -> Any:
        """The value in the type that the field's datatype has in Python."""
        return self._single.value(tag)

    def raw(self, tag: int) -> bytes:
        """The bytes of a value."""
        return self._single.raw(tag)

    def __setitem__(self, tag: int, value: Any) -> None:
        if isinstance(value, list):
            self._groups[tag] = [Draft(self._dictionary, entry) for entry in value]
        else:
            self._single[tag] = value

    def __delitem__(self, tag: int) -> None:
        if self._groups.pop(tag, None) is None:
            del self._single[tag]

    def groups(self, tag: int) -> list["Draft"]:
        """The entries of a group."""
        return list(self._groups.get(tag, ()))

    def add_group(self, tag: int, fields: Mapping[int, Any], index: int) -> None:
        """Add an entry to a group."""
        self._groups.setdefault(tag, []).insert(index, Draft(self._dictionary, fields))

    def remove_group(self, tag: int, index: int) -> None:
        """Take an entry out of a group, and the group with its last one."""
        entries = self._groups[tag]
        del entries[index]
        if not entries:
            del self._groups[tag]

    def shape(self) -> dict[int, Any]:
        """The tags that are there; those of groups with their entries."""
        return {**dict.fromkeys(self._single), **self._groups}
