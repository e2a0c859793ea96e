# ruff: noqa: D102 # what the methods do, Kind says
"""Texts, words and paths."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pyfixmsg_plus.config.kinds.kind import Kind, NotReadable, Schema, or_reference, shown

__all__ = ["Charset", "Choice", "Flag", "Network", "PathText", "Text"]


@dataclass(frozen=True)
class Text(Kind):
    """Plain text; with ``without``, characters it may not hold."""

    without: str = ""

    def read(self, value: object) -> str:
        text = self._text(value)
        for character in self.without:
            if character in text:
                raise NotReadable(f"{shown(text)} holds {character!r}", f"Leave out {character!r}.")
        return text


@dataclass(frozen=True)
class Flag(Kind):
    """Y or N."""

    annotation: ClassVar[str] = "bool"
    has_empty: ClassVar[bool] = False

    def read(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        text = self._text(value) if isinstance(value, str) else value
        if text in ("Y", "y"):
            return True
        if text in ("N", "n"):
            return False
        raise self._refuse(value)

    def write(self, value: bool) -> str:  # the value of the kind
        return "Y" if value else "N"

    def toml(self, value: bool) -> object:  # the value of the kind
        return value

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "boolean"}, {"enum": ["Y", "N"]}]}

    @property
    def words(self) -> str:
        return "Y or N"


@dataclass(frozen=True)
class Choice(Kind):
    """One of several words, in any case; ``also`` gives other spellings."""

    options: tuple[str, ...]
    also: tuple[tuple[str, str], ...] = ()

    has_empty: ClassVar[bool] = False

    @property
    def annotation(self) -> str:  # type: ignore[override] # names the options
        return f"Literal[{', '.join(map(_quoted, self.options))}]"

    def read(self, value: object) -> str:
        text = self._text(value)
        for option in self.options:
            if option.lower() == text.lower():
                return option
        for spelling, option in self.also:
            if spelling.lower() == text.lower():
                return option
        raise self._refuse(value)

    def schema(self) -> Schema:
        return or_reference({"enum": list(self.options)})

    @property
    def words(self) -> str:
        return (
            " or ".join((", ".join(self.options[:-1]), self.options[-1])) if len(self.options) > 1 else self.options[0]
        )


def _quoted(text: str) -> str:
    return f'"{text}"'


@dataclass(frozen=True)
class PathText(Kind):
    """A file or a directory, from the directory in which the program runs."""

    annotation: ClassVar[str] = "Path"

    def read(self, value: object) -> Path | None:
        text = self._text(str(value) if isinstance(value, Path) else value)
        return Path(text) if text else None

    @property
    def words(self) -> str:
        return "a path"


@dataclass(frozen=True)
class Charset(Kind):
    """The charset of text values, in which ASCII is itself."""

    has_empty: ClassVar[bool] = False

    def read(self, value: object) -> str:
        text = self._text(value)
        try:
            right = "8=FIX|".encode(text) == b"8=FIX|"
        except (LookupError, UnicodeError, ValueError):
            right = False
        if not right:
            raise self._refuse(text, "Write a charset that keeps ASCII, such as ISO-8859-1, UTF-8 or Shift_JIS.")
        return text

    @property
    def words(self) -> str:
        return "a charset that keeps ASCII"


@dataclass(frozen=True)
class Network(Kind):
    """An address, or a network such as 10.1.0.0/16; kept as text."""

    has_empty: ClassVar[bool] = False

    def read(self, value: object) -> str:
        text = self._text(value)
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise self._refuse(
                text, "Write an address or a network such as 10.1.0.0/16; names are not looked up."
            ) from None
        return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)

    @property
    def words(self) -> str:
        return "an address or a network"
