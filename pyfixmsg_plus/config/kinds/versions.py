# ruff: noqa: D102 # what the methods do, Kind says
"""Versions of FIX and of TLS, and dictionaries by version."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pyfixmsg_plus.config.kinds.kind import Kind, NotReadable, Schema, or_reference, shown
from pyfixmsg_plus.config.values import BEGIN_STRINGS, FrozenMap, version_named

__all__ = ["AppVersion", "BeginString", "Dictionaries", "DictionaryName", "TlsVersion"]


@dataclass(frozen=True)
class BeginString(Kind):
    """BeginString(8)."""

    def read(self, value: object) -> str:
        text = self._text(value)
        if text in BEGIN_STRINGS:
            return text
        found = next(
            (known for known in BEGIN_STRINGS if known.replace(".", "") == text.upper().replace(".", "")), None
        )
        if found is not None:
            remedy = f"Write {found}."
        elif version_named(text) is not None and text.upper().startswith("FIX"):
            remedy = f"Write FIXT.1.1, and DefaultApplVerID={version_named(text)}."
        else:
            remedy = f"Write {self.words}."
        raise self._refuse(text, remedy)

    def schema(self) -> Schema:
        return or_reference({"enum": list(BEGIN_STRINGS)})

    @property
    def words(self) -> str:
        return f"one of {', '.join(BEGIN_STRINGS)}"


@dataclass(frozen=True)
class AppVersion(Kind):
    """The version of application messages, kept as ``FIX.5.0SP2``."""

    def read(self, value: object) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else self._text(value)
        if not text:
            return ""
        found = version_named(text)
        if found is None:
            raise self._refuse(value)
        return found

    @property
    def words(self) -> str:
        return "a version such as FIX.5.0SP2, or its value, such as 9"


@dataclass(frozen=True)
class DictionaryName(Kind):
    """A dictionary file, or the name of a bundled version."""

    @property
    def words(self) -> str:
        return "a dictionary file, or a bundled version such as FIX.4.4"

    def read(self, value: object) -> str:
        return self._text(str(value) if isinstance(value, Path) else value)


@dataclass(frozen=True)
class Dictionaries(Kind):
    """Dictionaries by version; the one of no version belongs to DefaultApplVerID(1137)."""

    annotation: ClassVar[str] = "FrozenMap[str]"

    def read(self, value: object) -> FrozenMap[str]:
        if isinstance(value, (str, Path)):
            value = {"": value} if str(value) else {}
        if not isinstance(value, Mapping):
            raise self._refuse(value)
        found = {}
        for version, name in value.items():
            known = AppVersion().read(version)
            found[known] = DictionaryName().read(name)
        return FrozenMap({version: name for version, name in sorted(found.items()) if name})

    def toml(self, value: FrozenMap[str]) -> object:
        return dict(value)

    def write(self, value: FrozenMap[str]) -> str:
        return ",".join(f"{version}={name}" for version, name in value.items())

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}

    @property
    def words(self) -> str:
        return "a dictionary file; one more per version, as AppDataDictionary.FIX.4.4"


@dataclass(frozen=True)
class TlsVersion(Kind):
    """The least version of TLS: as a version, or as a list that engines enable or disable versions by."""

    has_empty: ClassVar[bool] = False

    @property
    def annotation(self) -> str:  # type: ignore[override] # names the versions
        return 'Literal["TLSv1.2", "TLSv1.3"]'

    def read(self, value: object) -> str:
        text = self._text(value)
        on: set[int] = set()
        off: set[int] = set()
        for word in filter(None, re.split(r"[\s,|:]+", text)):
            if word.startswith("-"):
                off |= self._versions(word[1:], text)
            else:
                on |= self._versions(word.removeprefix("+"), text)
        old = min(on - off, default=2)
        if old < 2:
            raise NotReadable(
                f"{shown(text)} allows a version older than TLS 1.2, which is no longer safe",
                "Write TLSv1.2 or TLSv1.3.",
            )
        if not on - off:
            raise self._refuse(text)
        return f"TLSv1.{old}"

    def _versions(self, word: str, text: str) -> set[int]:
        """The minor versions of TLS 1 that a word means; what came before TLS counts as -1."""
        if word.lower() in ("all", "default", "none"):
            # What is older is off in any case.
            return {2, 3}
        if re.fullmatch(r"sslv?[23]{1,2}", word, re.IGNORECASE):
            return {-1}
        found = re.fullmatch(r"(?:tlsv?)?1(?:[._]?([0-3]))?|tls", word, re.IGNORECASE)
        if found is None:
            raise self._refuse(text)
        return {int(found[1] or 0)}

    def schema(self) -> Schema:
        return {"type": "string"}

    @property
    def words(self) -> str:
        return "TLSv1.2 or TLSv1.3"
