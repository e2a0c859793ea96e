"""Enums of codes.

A member *is* its value on the wire: ``Side.BUY == "1"``, ``PartyRole.EXECUTING_FIRM == 1``.
"""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Any

__all__ = ["NumberCode", "TextCode", "make_enum"]


class TextCode(StrEnum):
    """Codes that are text on the wire."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


class NumberCode(IntEnum):
    """Codes that are whole numbers on the wire."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


def make_enum(
    name: str, members: Iterable[tuple[str, str]], *, numbers: bool, module: str
) -> type[TextCode | NumberCode]:
    """The enum of these members, each a name and a value on the wire."""
    base: Any = NumberCode if numbers else TextCode
    written = [(member, int(value) if numbers else value) for member, value in members]
    made: type[TextCode | NumberCode] = base(name, written, module=module, qualname=name)
    return made
