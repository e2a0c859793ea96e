"""The entries of a repeating group as a list of the message: what is appended to it stands in the message."""

# ruff: noqa: SLF001 - what entries have beside their fields has an underscore, so that no field can have its name.

from collections.abc import Callable, Iterable, Iterator, MutableSequence
from typing import Any, Generic, TypeVar, overload

__all__ = ["Entries"]

_E = TypeVar("_E", bound=Any)


class Entries(MutableSequence[_E], Generic[_E]):
    """The entries of one group."""

    __slots__ = ("_entry", "_fields_of", "_source", "_tag")

    def __init__(self, source: Any, tag: int, entry: type[_E], fields_of: Callable[[Any], dict[int, Any]]) -> None:
        """The entries of the group ``tag`` in ``source``.

        Args:
            source: The message, entry or draft that has the group.
            tag: The tag of the count field.
            entry: The class of the entries.
            fields_of: Gives the fields of an entry, and refuses what is none of this group.
        """
        self._source = source
        self._tag = tag
        self._entry = entry
        self._fields_of = fields_of

    def _found(self) -> list[Any]:
        found: list[Any] = self._source.groups(self._tag)
        return found

    def __len__(self) -> int:
        return len(self._found())

    def __iter__(self) -> Iterator[_E]:
        return (self._entry._around(found) for found in self._found())

    @overload
    def __getitem__(self, index: int) -> _E: ...
    @overload
    def __getitem__(self, index: slice) -> list[_E]: ...
    def __getitem__(self, index: int | slice) -> _E | list[_E]:
        if isinstance(index, slice):
            return [self._entry._around(found) for found in self._found()[index]]
        return self._entry._around(self._found()[index])  # type: ignore[no-any-return]

    @overload
    def __setitem__(self, index: int, value: _E) -> None: ...
    @overload
    def __setitem__(self, index: slice, value: Iterable[_E]) -> None: ...
    def __setitem__(self, index: Any, value: Any) -> None:
        entries = [self._fields_of(entry) for entry in self]
        entries[index] = (
            [self._fields_of(entry) for entry in value] if isinstance(index, slice) else self._fields_of(value)
        )
        self._replace(entries)

    def __delitem__(self, index: int | slice) -> None:
        if isinstance(index, slice):
            for number in sorted(range(len(self))[index], reverse=True):
                self._source.remove_group(self._tag, number)
            return
        self._source.remove_group(self._tag, range(len(self))[index])

    def insert(self, index: int, value: _E) -> None:
        """Put an entry before the one at ``index``."""
        start, _, _ = slice(index, None).indices(len(self))
        self._source.add_group(self._tag, self._fields_of(value), start)

    def _replace(self, entries: list[dict[int, Any]]) -> None:
        if entries:
            self._source[self._tag] = entries
        elif self._tag in self._source:
            del self._source[self._tag]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entries | list | tuple):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))
