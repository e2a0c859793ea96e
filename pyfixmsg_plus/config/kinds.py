# ruff: noqa: D102 # what the methods do, the first class says
"""Kinds of values: how each is read from text or from Python, written again, and described in a JSON schema.

A kind takes what a file says, which is text (or, in TOML, a number, a list, a time), and what a program passes, which
may be the value itself. What it cannot read is a ``NotReadable`` that says the cause and the remedy, and never the text
of a secret.
"""

import ipaddress
import re
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from pyfixmsg_plus.config.secret import Location, Secret
from pyfixmsg_plus.config.values import (
    BEGIN_STRINGS,
    Day,
    FrozenMap,
    LogonTag,
    MsgTypeEntry,
    TimeOfDay,
    version_named,
)

__all__ = [
    "AppVersion",
    "BeginString",
    "Charset",
    "Choice",
    "DayName",
    "Dictionaries",
    "DictionaryName",
    "Fields",
    "Flag",
    "Kind",
    "ListOf",
    "LocationText",
    "MsgTypes",
    "Network",
    "NotReadable",
    "Number",
    "PathText",
    "Pem",
    "Precision",
    "SecretText",
    "Tag",
    "Text",
    "TimeText",
    "TlsVersion",
    "TrafficClass",
    "Whole",
    "Zone",
    "is_zone",
]

Schema: TypeAlias = dict[str, Any]

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_MOST_DIGITS = 18
_SHOWN = 60


class NotReadable(ValueError):  # noqa: N818 # reads as what it says: the text is not readable as this kind
    """A text that is no value of its kind.

    Args:
        cause: What is wrong with it.
        remedy: What to write instead.
    """

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.remedy = remedy


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


@dataclass(frozen=True)
class Kind:
    """What all kinds have in common; the kind of plain text."""

    annotation: ClassVar[str] = "str"
    is_secret: ClassVar[bool] = False
    # What the empty text stands for: a key that is there and says nothing.
    has_empty: ClassVar[bool] = True

    def read(self, value: object) -> Any:
        """Return the value.

        Raises:
            NotReadable: It is none of this kind.
        """
        return self._text(value)

    def write(self, value: Any) -> str:
        """Return the text that ``read`` makes this value of."""
        return str(value)

    def toml(self, value: Any) -> object:
        """Return what TOML writes for it: a text, number, flag, list or table."""
        return self.write(value)

    def schema(self) -> Schema:
        """Return the JSON schema of what TOML writes."""
        return {"type": "string"}

    @property
    def words(self) -> str:
        """What a value looks like, in a few words for the reference."""
        return "text"

    def _text(self, value: object) -> str:
        if not isinstance(value, str):
            raise NotReadable(f"{_shown(value)} is not {self.words}", f"Write {self.words} in quotes.")
        text = value.strip()
        if _CONTROL.search(text):
            raise NotReadable("it holds a control character or a line break", "Write it on one line.")
        return text

    def _refuse(self, value: object, remedy: str = "") -> NotReadable:
        return NotReadable(f"{_shown(value)} is not {self.words}", remedy or f"Write {self.words}.")


@dataclass(frozen=True)
class Text(Kind):
    """Plain text; with ``without``, characters it may not hold."""

    without: str = ""

    def read(self, value: object) -> str:
        text = self._text(value)
        for character in self.without:
            if character in text:
                raise NotReadable(f"{_shown(text)} holds {character!r}", f"Leave out {character!r}.")
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


_UNITS = {"KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "KB": 1000, "MB": 1000_000, "B": 1}


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
                f"{_shown(str(number))} is not from {self.least} to {self.most}",
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
        return {"enum": list(self.options)}

    @property
    def words(self) -> str:
        return (
            " or ".join((", ".join(self.options[:-1]), self.options[-1])) if len(self.options) > 1 else self.options[0]
        )


def _quoted(text: str) -> str:
    return f'"{text}"'


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
        return {"enum": list(BEGIN_STRINGS)}

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


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether the zone database has this name."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@dataclass(frozen=True)
class Zone(Kind):
    """The name of a zone in the IANA database."""

    def read(self, value: object) -> str:
        text = self._text(value)
        if text and not is_zone(text):
            raise self._refuse(text, "Write the name of a region and city, such as Europe/London or America/New_York.")
        return text

    @property
    def words(self) -> str:
        return "an IANA time zone"


@dataclass(frozen=True)
class TimeText(Kind):
    """A time of day, with or without a zone behind it."""

    annotation: ClassVar[str] = "TimeOfDay"

    def read(self, value: object) -> TimeOfDay | None:
        if isinstance(value, TimeOfDay):
            return self._parsed(str(value), value)
        if isinstance(value, time):
            return TimeOfDay(value.hour, value.minute, value.second)
        text = self._text(value)
        return self._parsed(text, value) if text else None

    def _parsed(self, text: str, value: object) -> TimeOfDay:
        clock, _, zone = text.partition(" ")
        found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})", clock)
        if found is None:
            raise self._refuse(value)
        hour, minute, second = map(int, found.groups())
        if hour > 23 or minute > 59 or second > 59:
            raise self._refuse(value, "Write a time from 00:00:00 to 23:59:59.")
        return TimeOfDay(hour, minute, second, Zone().read(zone) or None)

    @property
    def words(self) -> str:
        return "a time such as 08:30:00, or 08:30:00 US/Central"


@dataclass(frozen=True)
class DayName(Kind):
    """A day of the week, by two or more letters of its English name."""

    annotation: ClassVar[str] = "Day"

    def read(self, value: object) -> Day | None:
        if isinstance(value, Day):
            return value
        text = self._text(value)
        if not text:
            return None
        for day in Day:
            if len(text) >= 2 and day.name.startswith(text.upper()):
                return day
        raise self._refuse(text)

    @property
    def words(self) -> str:
        return "a day such as Monday, Mon or mo"


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
class DictionaryName(Kind):
    """A dictionary file, or the name of a bundled version."""

    @property
    def words(self) -> str:
        return "a dictionary file, or a bundled version such as FIX.4.4"

    def read(self, value: object) -> str:
        return self._text(str(value) if isinstance(value, Path) else value)


@dataclass(frozen=True)
class SecretText(Kind):
    """A text that is never shown."""

    annotation: ClassVar[str] = "Secret"
    is_secret: ClassVar[bool] = True

    def read(self, value: object) -> Secret | None:
        text = value.reveal() if isinstance(value, Secret) else value
        if not isinstance(text, str):
            raise NotReadable("it is not text", "Write it in quotes.")
        text = text.strip()
        if _CONTROL.search(text):
            raise NotReadable("it holds a control character or a line break", "Write it on one line.")
        return Secret(text) if text else None

    def write(self, value: Secret) -> str:
        return value.reveal()

    @property
    def words(self) -> str:
        return "a secret: text, `@file:PATH`, `${NAME}` or `@encrypted:...`"


@dataclass(frozen=True)
class Pem(Kind):
    r"""Certificates or a key as PEM text; on one line, ``\n`` stands for the ends of lines."""

    annotation: ClassVar[str] = "Secret"
    is_secret: ClassVar[bool] = True

    def read(self, value: object) -> Secret | None:
        text = value.reveal() if isinstance(value, Secret) else value
        if not isinstance(text, str):
            raise NotReadable("it is not text", "Write the PEM text in quotes.")
        text = text.replace("\\n", "\n").replace("\r\n", "\n").strip()
        if text and not (text.startswith("-----BEGIN ") and text.endswith("-----")):
            raise NotReadable("it is no PEM text", r"Write it from -----BEGIN to -----, with \n for the ends of lines.")
        if _CONTROL.search(text.replace("\n", "")):
            raise NotReadable("it holds a control character", r"Write \n for the ends of lines and nothing else.")
        return Secret(text) if text else None

    def write(self, value: Secret) -> str:
        return value.reveal().replace("\n", "\\n")

    @property
    def words(self) -> str:
        return "PEM text"


@dataclass(frozen=True)
class LocationText(Kind):
    """The URL of a store or a log."""

    annotation: ClassVar[str] = "Location"
    is_secret: ClassVar[bool] = True

    def read(self, value: object) -> Location | None:
        text = value.reveal() if isinstance(value, Location) else value
        if not isinstance(text, str):
            raise NotReadable("it is not text", "Write the URL in quotes.")
        text = text.strip()
        if not text:
            return None
        if _CONTROL.search(text) or not Location(text).scheme:
            raise NotReadable("it is no URL", "Write a URL such as journal:store or postgresql://user@host/name.")
        return Location(text)

    def write(self, value: Location) -> str:
        return value.reveal()

    @property
    def words(self) -> str:
        return "a URL"


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


@dataclass(frozen=True)
class Tag(Whole):
    """The tag of a field."""

    least: int = 1

    @property
    def words(self) -> str:
        return "a tag"


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
                f"{_shown(text)} allows a version older than TLS 1.2, which is no longer safe",
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
class Fields(Kind):
    """Fields ``tag=value`` that are added to a message; each may be a secret."""

    annotation: ClassVar[str] = "tuple[LogonTag, ...]"
    is_secret: ClassVar[bool] = True

    def read(self, value: object) -> tuple[LogonTag, ...]:
        if isinstance(value, str):
            return tuple(map(self._field, re.split(r",\s*(?=[0-9]+=)", value))) if value.strip() else ()
        if isinstance(value, LogonTag):
            return (value,)
        if isinstance(value, Sequence):
            return tuple(map(self._field, value))
        raise NotReadable("it is no list of fields", "Write tag=value.")

    def _field(self, value: object) -> LogonTag:
        if isinstance(value, LogonTag):
            return value
        if not isinstance(value, str):
            raise NotReadable("a field of it is not text", "Write tag=value, such as 553=trader1.")
        tag, sign, text = value.strip().partition("=")
        if not sign or not re.fullmatch(r"[1-9][0-9]{0,8}", tag):
            raise NotReadable("it is not of the form tag=value", "Write tag=value, such as 553=trader1.")
        if int(tag) in (8, 9, 10, 34, 35, 49, 52, 56):
            raise NotReadable(f"tag {tag} is the session's own", "Leave it out; the session sets it.")
        if not text.strip() or _CONTROL.search(text):
            raise NotReadable(f"tag {tag} has no value, or one with a control character", "Write tag=value.")
        return LogonTag(int(tag), Secret(text.strip()))

    def write(self, value: Sequence[LogonTag]) -> str:
        return ",".join(f"{field.tag}={field.value.reveal()}" for field in value)

    def toml(self, value: Sequence[LogonTag]) -> object:
        return [f"{field.tag}={field.value.reveal()}" for field in value]

    def schema(self) -> Schema:
        one = {"type": "string", "pattern": "^[1-9][0-9]*=.+$"}
        return {"anyOf": [{"type": "array", "items": one}, {"type": "string"}]}

    @property
    def words(self) -> str:
        return "fields, each as tag=value"


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
