"""What the values of settings are in Python, where the language has no type of its own for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, Literal, TypeVar

from pyfixmsg_plus.config.secret import MASK, Secret, is_secret_name

__all__ = [
    "APPLICATION_VERSIONS",
    "BEGIN_STRINGS",
    "REDACTED_TAGS",
    "Day",
    "Extra",
    "FrozenMap",
    "LogonTag",
    "MsgTypeEntry",
    "TimeOfDay",
    "appl_ver_id",
    "version_named",
]

_V = TypeVar("_V")

BEGIN_STRINGS = ("FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIXT.1.1")
# By the value of ApplVerID(1128): its place in this order.
APPLICATION_VERSIONS = (
    "FIX.2.7", "FIX.3.0", "FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIX.5.0", "FIX.5.0SP1", "FIX.5.0SP2",
    "FIX.Latest",
)  # fmt: skip
# Password(554), NewPassword(925), RawData(96), EncryptedPassword(1402), EncryptedNewPassword(1404).
REDACTED_TAGS = (554, 925, 96, 1402, 1404)


def version_named(text: str) -> str | None:
    """Return the version that ``9``, ``FIX.5.0SP2``, ``FIX50SP2`` or ``fix50sp2`` means."""
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return APPLICATION_VERSIONS[int(text)] if int(text) < len(APPLICATION_VERSIONS) else None
    wanted = text.upper().replace(".", "").replace("_", "")
    for version in APPLICATION_VERSIONS:
        if version.upper().replace(".", "") == wanted:
            return version
    return None


def appl_ver_id(version: str) -> str:
    """Return the value of ApplVerID(1128) and DefaultApplVerID(1137) for a version such as ``FIX.5.0SP2``.

    Raises:
        ValueError: There is no such version.
    """
    return str(APPLICATION_VERSIONS.index(version))


class Day(IntEnum):
    """A day of the week, numbered as ``date.weekday()`` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    def __str__(self) -> str:
        return self.name.title()


@dataclass(frozen=True, slots=True, order=True)
class TimeOfDay:
    """A time of day, in a zone of its own or else in the session's.

    Attributes:
        zone: The name of an IANA zone; None where the text names none.
    """

    hour: int
    minute: int = 0
    second: int = 0
    zone: str | None = None

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}{'' if self.zone is None else ' ' + self.zone}"

    @property
    def seconds(self) -> int:
        """Seconds since midnight."""
        return self.hour * 3600 + self.minute * 60 + self.second


@dataclass(frozen=True, slots=True)
class LogonTag:
    """A field that is added to our Logon(35=A); its value is never shown, whatever the tag."""

    tag: int
    value: Secret

    def __str__(self) -> str:
        return f"{self.tag}={MASK}"

    def __repr__(self) -> str:
        return f"LogonTag({self})"


@dataclass(frozen=True, slots=True)
class MsgTypeEntry:
    """An entry of NoMsgTypes(384).

    Attributes:
        msg_type: RefMsgType(372).
        direction: MsgDirection(385): ``R`` we receive it, ``S`` we send it.
        version: RefApplVerID(1130), as ``FIX.5.0SP2``.
        is_default: DefaultVerIndicator(1410): messages of this type without a version of their own have this one.
    """

    msg_type: str
    direction: Literal["R", "S"]
    version: str | None = None
    is_default: bool = False

    def __str__(self) -> str:
        end = f":{self.version}{':default' if self.is_default else ''}" if self.version is not None else ""
        return f"{self.msg_type}:{self.direction}{end}"


class FrozenMap(Mapping[str, _V], Generic[_V]):
    """A mapping that cannot be changed and has a hash, as the settings that hold it."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, _V] | None = None) -> None:
        self._items = dict(items or {})

    def __getitem__(self, key: str) -> _V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


class Extra(FrozenMap[str]):
    """The keys that we do not know, kept for the application by the names in the file."""

    __slots__ = ()

    def shown(self) -> dict[str, str]:
        """Return them with every value masked whose name speaks of a secret."""
        return {name: MASK if is_secret_name(name) else value for name, value in self._items.items()}

    def __repr__(self) -> str:
        return repr(self.shown())
