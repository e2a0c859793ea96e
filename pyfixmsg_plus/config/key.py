"""What is known of one key of the settings."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pyfixmsg_plus.config.kinds import Flag, Kind

__all__ = ["Group", "Key", "Status", "Topic", "snake_case", "spelling_of"]


class Status(Enum):
    """What becomes of a key."""

    WORKS = "works"
    # Read, checked, written again, and without effect.
    IGNORED = "read and ignored"
    REFUSED = "refused"
    # Another way to write a further key, which it becomes part of when it is read.
    FOLDED = "becomes part of another key"


class Group(Enum):
    """The topics of the reference page, in its order."""

    IDENTITY = "Identity and versions"
    SCHEDULE = "Schedule"
    SEQUENCE = "Sequence numbers and recovery"
    SESSION = "Logon, keep-alive and time"
    VALIDATION = "Dictionaries and validation"
    CONNECT = "Initiator"
    ACCEPT = "Acceptor"
    SOCKET = "Sockets and limits"
    TLS = "TLS"
    STORE = "Message store"
    LOG = "Logs"
    QUIRK = "Quirks"
    STORE_OF_OTHERS = "Stores of other engines"
    LOG_OF_OTHERS = "Logs of other engines"


_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(quickfix: str) -> str:
    """Return our name for a QuickFIX name: the same words in lower case joined by ``_``."""
    return _WORDS.sub("_", quickfix).lower()


def spelling_of(name: str) -> str:
    """Return what two spellings of one key have in common: case and ``_`` do not count."""
    return name.replace("_", "").lower()


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes:
        quickfix: Its name in QuickFIX files; for keys that only we have, in the same style.
        name: Ours.
        kind: How its values are read.
        doc: What it means, in one sentence.
        default: The value without it.
        default_words: What the reference says of the default where the value does not say it.
        aliases: Other names of the same.
        engines: Who knows it: C, J, G, N (QuickFIX C++, QuickFIX/J, QuickFIX/Go, QuickFIX/n).
        status: What becomes of it.
        why: The reason and the remedy where it is ignored or refused; the key that it becomes part of where folded.
        is_numbered: ``SocketConnectHost1`` and so on go on with the list.
        is_by_version: ``AppDataDictionary.FIX.4.4`` gives one more value, for that version.
    """

    quickfix: str
    name: str
    kind: Kind
    doc: str
    group: Group
    default: Any = None
    default_words: str = ""
    aliases: tuple[str, ...] = ()
    engines: str = ""
    status: Status = Status.WORKS
    why: str = ""
    is_numbered: bool = False
    is_by_version: bool = False

    @property
    def has_attribute(self) -> bool:
        """Whether settings have a value of this name."""
        return self.status in (Status.WORKS, Status.IGNORED)

    @property
    def annotation(self) -> str:
        """The type of the attribute."""
        return self.kind.annotation + (" | None" if self.default is None else "")

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name under which a file may give it."""
        return tuple(dict.fromkeys((self.quickfix, self.name, *self.aliases)))

    def written(self, value: object) -> str:
        """Return what the reference and the command show of a value."""
        if value is None or value == () or value == "":
            return ""
        if isinstance(value, (tuple, list)) and self.kind.is_secret:
            return ",".join(map(str, value))
        return str(value) if self.kind.is_secret else self.kind.write(value)


def _flag(kind: Kind, default: object) -> object:
    """The default of a flag, which a table writes as files do."""
    return kind.read(default) if isinstance(kind, Flag) and default is not None else default


class Topic:
    """Makes the keys of one group, each with as few words as it needs."""

    def __init__(self, group: Group) -> None:
        self._group = group

    def key(
        self,
        quickfix: str,
        kind: Kind,
        doc: str,
        default: Any = None,
        *,
        engines: str = "",
        name: str | None = None,
        aliases: tuple[str, ...] = (),
        default_words: str = "",
        is_numbered: bool = False,
        is_by_version: bool = False,
    ) -> Key:
        """Return a key that works."""
        return Key(
            quickfix,
            name or snake_case(quickfix),
            kind,
            doc,
            self._group,
            _flag(kind, default),
            default_words,
            aliases,
            engines,
            is_numbered=is_numbered,
            is_by_version=is_by_version,
        )

    def ignored(self, quickfix: str, kind: Kind, doc: str, why: str, default: Any = None, *, engines: str) -> Key:
        """Return a key that is read and has no effect."""
        return Key(
            quickfix,
            snake_case(quickfix),
            kind,
            doc,
            self._group,
            _flag(kind, default),
            "",
            (),
            engines,
            Status.IGNORED,
            why,
        )

    def refused(self, quickfix: str, kind: Kind, doc: str, why: str, *, engines: str) -> Key:
        """Return a key that may not be given."""
        return Key(quickfix, snake_case(quickfix), kind, doc, self._group, None, "", (), engines, Status.REFUSED, why)

    def folded(self, quickfix: str, kind: Kind, doc: str, into: str, *, engines: str, name: str | None = None) -> Key:
        """Return a key that becomes part of another."""
        name = name or snake_case(quickfix)
        return Key(quickfix, name, kind, doc, self._group, None, "", (), engines, Status.FOLDED, into)
