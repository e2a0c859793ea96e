# ruff: noqa: D102 # what the methods do, Kind says
"""Numbers, sizes, durations and ports."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from pyfixmsg_plus.config.kinds.kind import Kind, NotReadable, Schema, shown

__all__ = ["Number", "Precision", "Tag", "TrafficClass", "Whole"]

_UNITS = {"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "KB": 1000, "MB": 1000_000, "B": 1}


_MOST_DIGITS = 18


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number within bounds, of a unit: ``s``, ``ms``, ``bytes``, ``port`` or none."""

    least: int = 0
    most: int = 2_147_483_647
    unit: str = ""

    annotation: ClassVar[str] = "int"
    has_empty: ClassVar[bool] = False

    def read(self, value: object) -> int:
        number = value if isinstance(value, int) and not isinstance(value, bool) else self._number(value)
        if not self.least <= number <= self.most:
            raise NotReadable(
                f"{shown(str(number))} is not from {self.least} to {self.most}",
                f"Write {self.words} from {self.least} to {self.most}.",
            )
        return number

    def _number(self, value: object) -> int:
        text = self._text(value) if isinstance(value, str) else ""
        factor = 1
        if self.unit == "bytes" and (found := re.fullmatch(r"([0-9]+) ?([KMG]i?B|B)", text, re.IGNORECASE)):
            text, factor = found[1], _UNITS[found[2].upper()]
        if self.unit == "s" and (found := re.fullmatch(r"([0-9]+)([smh])", text)):
            text, factor = found[1], {"s": 1, "m": 60, "h": 3600}[found[2]]
        if len(text) <= _MOST_DIGITS and re.fullmatch(r"[+-]?[0-9]+", text):
            return int(text) * factor
        raise self._refuse(value)

    def toml(self, value: int) -> object:
        return value

    def schema(self) -> Schema:
        number: Schema = {"type": "integer", "minimum": self.least, "maximum": self.most}
        return {"anyOf": [number, {"type": "string"}]}

    @property
    def words(self) -> str:
        named = {"s": "whole seconds", "ms": "whole milliseconds", "bytes": "bytes, such as 65536 or 16 MiB"}
        return named.get(self.unit, "a port" if self.unit == "port" else "a whole number")


@dataclass(frozen=True)
class Number(Kind):
    """A decimal number that is not negative, such as a factor."""

    most: int = 1000

    annotation: ClassVar[str] = "Decimal"
    has_empty: ClassVar[bool] = False

    def read(self, value: object) -> Decimal:
        if isinstance(value, bool):
            raise self._refuse(value)
        if isinstance(value, float):
            value = repr(value)
        text = self._text(value) if isinstance(value, str) else str(value)
        if len(text) > _MOST_DIGITS or not re.fullmatch(r"[0-9]*\.?[0-9]*", text):
            raise self._refuse(value)
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise self._refuse(value) from None
        if number > self.most:
            raise NotReadable(f"{text} is more than {self.most}", f"Write a number from 0 to {self.most}.")
        return number.normalize() + 0

    def write(self, value: Decimal) -> str:
        return format(value, "f")

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "number", "minimum": 0, "maximum": self.most}, {"type": "string"}]}

    @property
    def words(self) -> str:
        return "a decimal number"


_PRECISIONS = {"SECONDS": 0, "MILLIS": 3, "MICROS": 6, "NANOS": 9, "PICOS": 12}


@dataclass(frozen=True)
class Precision(Kind):
    """Digits of the fraction of a second: 0, 3, 6, 9 or 12, or their names."""

    annotation: ClassVar[str] = "int"
    has_empty: ClassVar[bool] = False

    def read(self, value: object) -> int:
        text = self._text(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
        # MILLIS, MILLISECONDS and Millisecond are one.
        name = text.upper().removesuffix("S").removesuffix("SECOND") + "S"
        name = "SECONDS" if name == "S" else name
        for known, digits in _PRECISIONS.items():
            if name == known or text == str(digits):
                return digits
        raise self._refuse(text)

    def toml(self, value: int) -> object:
        return value

    def schema(self) -> Schema:
        return {"anyOf": [{"enum": list(_PRECISIONS.values())}, {"type": "string"}]}

    @property
    def words(self) -> str:
        return f"one of {', '.join(map(str, _PRECISIONS.values()))}, or {', '.join(_PRECISIONS)}"


# The names of the old type-of-service bits, which QuickFIX/J takes.
_TRAFFIC = {"IPTOS_LOWCOST": 2, "IPTOS_RELIABILITY": 4, "IPTOS_THROUGHPUT": 8, "IPTOS_LOWDELAY": 16}


@dataclass(frozen=True)
class TrafficClass(Whole):
    """The traffic class of packets: 0 to 255, or names of bits."""

    most: int = 255

    def read(self, value: object) -> int:
        if isinstance(value, str):
            names = [name for name in re.split(r"[ ,|]+", value.strip().upper()) if name]
            if names and all(name in _TRAFFIC for name in names):
                return sum({_TRAFFIC[name] for name in names})
        return super().read(value)

    @property
    def words(self) -> str:
        return "a number from 0 to 255, or names such as IPTOS_LOWDELAY"


@dataclass(frozen=True)
class Tag(Whole):
    """The tag of a field."""

    least: int = 1

    @property
    def words(self) -> str:
        return "a tag"
