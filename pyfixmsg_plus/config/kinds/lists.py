# ruff: noqa: D102 # what the methods do, Kind says
"""Several values of one kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pyfixmsg_plus.config.kinds.kind import Kind, NotReadable, Schema
from pyfixmsg_plus.config.values import MsgTypeEntry, version_named

__all__ = ["ListOf", "MsgTypes"]


@dataclass(frozen=True)
class ListOf(Kind):
    """Several values with commas between them; a list in TOML."""

    item: Kind
    only_once: bool = True
    separators: str = ","

    @property
    def annotation(self) -> str:  # type: ignore[override] # names the item
        return f"tuple[{self.item.annotation}, ...]"

    def read(self, value: object) -> tuple[Any, ...]:
        parts: Sequence[object]
        if isinstance(value, str):
            parts = [part for part in re.split(f"[{self.separators}]", self._text(value)) if part.strip()]
        elif isinstance(value, Sequence):
            parts = value
        else:
            parts = (value,)
        items = [self.item.read(part) for part in parts]
        if any(item is None or item == "" for item in items):
            raise NotReadable("an item of the list is empty", "Leave it out.")
        if any(isinstance(item, str) and "," in item for item in items):
            raise NotReadable("an item of the list holds a comma", "Write the items one by one.")
        return tuple(dict.fromkeys(items)) if self.only_once else tuple(items)

    def write(self, value: Sequence[Any]) -> str:
        return ",".join(map(self.item.write, value))

    def toml(self, value: Sequence[Any]) -> object:
        return [self.item.toml(item) for item in value]

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "array", "items": self.item.schema()}, {"type": "string"}]}

    @property
    def words(self) -> str:
        return f"a list; each is {self.item.words}"


@dataclass(frozen=True)
class MsgTypes(Kind):
    """Entries of NoMsgTypes(384): ``D:S``, ``8:R:FIX.5.0SP2:default``; without a direction, both."""

    annotation: ClassVar[str] = "tuple[MsgTypeEntry, ...]"

    def read(self, value: object) -> tuple[MsgTypeEntry, ...]:
        parts: Sequence[object]
        if isinstance(value, str):
            parts = [part for part in self._text(value).split(",") if part.strip()]
        elif isinstance(value, Sequence):
            parts = value
        else:
            raise self._refuse(value)
        return tuple(dict.fromkeys(entry for part in parts for entry in self._entries(part)))

    def _entries(self, value: object) -> Sequence[MsgTypeEntry]:
        text = str(value) if isinstance(value, MsgTypeEntry) else self._text(value)
        msg_type, *rest = (part.strip() for part in text.split(":"))
        direction, version, default = (*rest, "", "", "")[:3]
        known = version_named(version) if version else None
        right = (
            re.fullmatch(r"[A-Za-z0-9]{1,32}", msg_type) is not None
            and direction in ("", "R", "S")
            and len(rest) <= 3
            and (known is not None or not version)
            and (not default or (default == "default" and known is not None))
        )
        if not right:
            raise self._refuse(text)
        directions = ("R", "S") if not direction else (direction,)
        return [MsgTypeEntry(msg_type, "R" if one == "R" else "S", known, bool(default)) for one in directions]

    def write(self, value: Sequence[MsgTypeEntry]) -> str:
        return ",".join(map(str, value))

    def toml(self, value: Sequence[MsgTypeEntry]) -> object:
        return [str(entry) for entry in value]

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}

    @property
    def words(self) -> str:
        return "a list; each is TYPE:DIRECTION[:VERSION[:default]], such as D:S or 8:R:FIX.5.0SP2:default"
