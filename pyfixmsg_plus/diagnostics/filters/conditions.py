"""What a filter asks of a message."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from pyfixmsg_plus._core import Message

__all__ = ["All", "Any", "Comparison", "Condition", "Filter", "Has", "Not", "OneOf", "number"]

_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", re.ASCII)


def number(text: str) -> Decimal | None:
    """Return the number that FIX writes so; nothing for other text."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


class Condition(Protocol):
    """Something that holds for a message or not."""

    def holds(self, message: Message) -> bool:
        """Return whether it holds."""
        ...


def _values(message: Message, tag: int) -> Iterator[str]:
    """Every occurrence of a field, those in groups among them."""
    first = message.get(tag)
    if first is None:
        return
    yield first
    occurrences = (value for found, value in message.items() if found == tag)
    next(occurrences, None)
    yield from occurrences


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field compared with one value."""

    tag: int
    holds_for: Callable[[str], bool]

    def holds(self, message: Message) -> bool:
        """Return whether it holds for any occurrence of the field."""
        return any(map(self.holds_for, _values(message, self.tag)))


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field compared with a list of values."""

    tag: int
    choices: tuple[Callable[[str], bool], ...]

    def holds(self, message: Message) -> bool:
        """Return whether any occurrence of the field is one of the values."""
        return any(equals(value) for value in _values(message, self.tag) for equals in self.choices)


@dataclass(frozen=True, slots=True)
class Has:
    """A field that is there, with a value or without."""

    tag: int

    def holds(self, message: Message) -> bool:
        """Return whether the field is there."""
        return self.tag in message


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    condition: Condition

    def holds(self, message: Message) -> bool:
        """Return whether the condition does not hold."""
        return not self.condition.holds(message)


@dataclass(frozen=True, slots=True)
class All:
    """Conditions that hold together."""

    conditions: tuple[Condition, ...]

    def holds(self, message: Message) -> bool:
        """Return whether all hold."""
        return all(condition.holds(message) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Any:
    """Conditions of which one must hold."""

    conditions: tuple[Condition, ...]

    def holds(self, message: Message) -> bool:
        """Return whether one holds."""
        return any(condition.holds(message) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled expression.

    Attributes:
        expression: Its text.
    """

    expression: str
    condition: Condition

    def matches(self, message: Message) -> bool:
        """Return whether the message is one of those that the expression asks for."""
        return self.condition.holds(message)
