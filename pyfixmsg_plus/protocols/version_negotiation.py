"""Which version of the application a message of a FIXT session has, and which types each side takes.

Source: FIXT 1.1, "Application versioning"; ApplVerID(1128), DefaultApplVerID(1137), NoMsgTypes(384). The version of a
message is, first that applies: its own ApplVerID(1128); RefApplVerID(1130) of the entry that its sender listed for the
type with DefaultVerIndicator(1410)=Y; its sender's DefaultApplVerID(1137). A session does this by itself; here it is
for those who read logs, write tools or build a Logon(35=A) by hand.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from pyfixmsg_plus._core import DeclaredVersions
from pyfixmsg_plus._core import appl_ver_id as value_of
from pyfixmsg_plus._core import appl_version as name_of
from pyfixmsg_plus.message import Message

__all__ = [
    "ApplVersion",
    "Declaration",
    "MsgTypeEntry",
    "VersionNegotiation",
    "appl_ver_id",
    "appl_version",
]


def appl_ver_id(version: str) -> str:
    """Return the value of ApplVerID(1128) for ``FIX.5.0SP2``, ``FIX50SP2`` or that value itself.

    Raises:
        ValueError: There is no such version.
    """
    value = value_of(version)
    if value is None:
        raise ValueError(f"{version!r} is no version of the application")
    return value


def appl_version(value: str) -> str:
    """Return the version that a value of ApplVerID(1128) stands for, such as ``FIX.5.0SP2``.

    Raises:
        ValueError: The value stands for none.
    """
    version = name_of(value)
    if version is None:
        raise ValueError(f"{value!r} is no value of ApplVerID(1128)")
    return version


class ApplVersion(NamedTuple):
    """What describes an application message.

    Attributes:
        appl_ver_id: As of ApplVerID(1128); empty where nothing says it.
        cstm_appl_ver_id: As of CstmApplVerID(1129); empty: none.
        appl_ext_id: As of ApplExtID(1156); empty: none.
    """

    appl_ver_id: str
    cstm_appl_ver_id: str = ""
    appl_ext_id: str = ""

    @property
    def version(self) -> str | None:
        """The version by its name, such as ``FIX.5.0SP2``; nothing for a value that stands for none."""
        return name_of(self.appl_ver_id)


@dataclass(frozen=True, slots=True)
class MsgTypeEntry:
    """One entry of NoMsgTypes(384).

    Attributes:
        msg_type: RefMsgType(372).
        sends: MsgDirection(385): whoever says this sends the type (S), or receives it (R).
        version: RefApplVerID(1130), by name or value; empty: none.
        appl_ext_id: RefApplExtID(1406); empty: none.
        cstm_appl_ver_id: RefCstmApplVerID(1131); empty: none.
        is_default: DefaultVerIndicator(1410): messages of this type without a version of their own have this one.
    """

    msg_type: str
    sends: bool
    version: str = ""
    appl_ext_id: str = ""
    cstm_appl_ver_id: str = ""
    is_default: bool = False

    def fields(self) -> dict[int, str]:
        """Return the fields of the entry, by tag."""
        fields = {372: self.msg_type, 385: "S" if self.sends else "R"}
        if self.version:
            fields[1130] = appl_ver_id(self.version)
        if self.appl_ext_id:
            fields[1406] = self.appl_ext_id
        if self.cstm_appl_ver_id:
            fields[1131] = self.cstm_appl_ver_id
        if self.is_default:
            fields[1410] = "Y"
        return fields


class Declaration:
    """What one side of a FIXT session declares in its Logon(35=A).

    Args:
        default_version: DefaultApplVerID(1137), by name or value.
        msg_types: NoMsgTypes(384).
        default_cstm_appl_ver_id: DefaultCstmApplVerID(1408); empty: none.
        default_appl_ext_id: DefaultApplExtID(1407); empty: none.

    Raises:
        ValueError: There is no such version.
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        default_version: str,
        msg_types: tuple[MsgTypeEntry, ...] = (),
        *,
        default_cstm_appl_ver_id: str = "",
        default_appl_ext_id: str = "",
    ) -> None:
        entries = [
            (one.msg_type, one.sends, one.version, one.appl_ext_id, one.cstm_appl_ver_id, one.is_default)
            for one in msg_types
        ]
        self._core = DeclaredVersions(default_version, default_cstm_appl_ver_id, default_appl_ext_id, entries)

    @classmethod
    def from_logon(cls, logon: Message) -> "Declaration":
        """Return what a Logon(35=A) declares, whether or not there are such versions."""
        declaration = cls.__new__(cls)
        object.__setattr__(declaration, "_core", DeclaredVersions.from_logon(logon))
        return declaration

    @property
    def default(self) -> ApplVersion:
        """What describes messages of which nothing else is said."""
        core = self._core
        return ApplVersion(core.default_appl_ver_id, core.default_cstm_appl_ver_id, core.default_appl_ext_id)

    @property
    def msg_types(self) -> tuple[MsgTypeEntry, ...]:
        """The entries of NoMsgTypes(384), versions by value."""
        return tuple(
            MsgTypeEntry(msg_type, sends, version, ext, custom, is_default)
            for msg_type, sends, version, ext, custom, is_default in self._core.msg_types
        )

    def version_of(self, message: Message) -> ApplVersion:
        """Return what describes a message that this side sends."""
        return ApplVersion(*self._core.version_of(message))

    def receives(self, msg_type: str) -> bool:
        """Return whether this side said that it receives a type; one that lists none receives all."""
        return self._core.receives(msg_type)

    def logon_fields(self) -> dict[int, Any]:
        """Return the fields of a Logon(35=A) that say this, by tag, groups as lists: for ``Message``."""
        fields: dict[int, Any] = {}
        if self.msg_types:
            fields[384] = [entry.fields() for entry in self.msg_types]
        said = zip((1137, 1408, 1407), self.default, strict=True)
        return fields | {tag: value for tag, value in said if value}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Declaration):
            return NotImplemented
        return (self.default, self.msg_types) == (other.default, other.msg_types)

    def __hash__(self) -> int:
        return hash((self.default, self.msg_types))

    def __repr__(self) -> str:
        default = self.default
        return f"Declaration({default.version or default.appl_ver_id!r}, {len(self.msg_types)} types)"


@dataclass(frozen=True, slots=True)
class VersionNegotiation:
    """What both Logons of a session declared.

    Attributes:
        ours: What we declared.
        peer: What the peer declared.
    """

    ours: Declaration
    peer: Declaration

    def version_sent(self, message: Message) -> ApplVersion:
        """Return what describes a message of ours."""
        return self.ours.version_of(message)

    def version_received(self, message: Message) -> ApplVersion:
        """Return what describes a message of the peer."""
        return self.peer.version_of(message)

    def may_send(self, msg_type: str) -> bool:
        """Return whether the peer takes this type."""
        return self.peer.receives(msg_type)

    def may_receive(self, msg_type: str) -> bool:
        """Return whether we take this type."""
        return self.ours.receives(msg_type)
