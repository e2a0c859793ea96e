"""What a FIXT 1.1 session says about versions in its Logon(35=A), and what becomes of the peer's.

Source: FIXT 1.1, "Application versioning". This describes and decides; it keeps no numbers and no state. The session
itself, with sequence numbers, heartbeats and recovery, is :class:`pyfixmsg_plus.session.Session`, which follows the
same rules.
"""

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.errors import RemoteProtocolError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.protocols.version_negotiation import (
    ApplVersion,
    Declaration,
    MsgTypeEntry,
    VersionNegotiation,
    appl_ver_id,
    appl_version,
)
from pyfixmsg_plus.values import SessionRejectReason

__all__ = ["FIXTSessionProtocol"]

# Those whose dictionaries come with the package.
_BUNDLED = ("FIX.5.0SP2", "FIX.5.0SP1", "FIX.5.0", "FIX.4.4", "FIX.4.3", "FIX.4.2", "FIX.4.1", "FIX.4.0")


class FIXTSessionProtocol:
    """The versions that one side of a FIXT session speaks.

    Args:
        default_version: DefaultApplVerID(1137), by name or value.
        supported_versions: The versions that the peer may choose, by name or value; by default all that have a
            bundled dictionary.
        msg_types: NoMsgTypes(384) that we declare.

    Raises:
        ValueError: There is no such version, or the default is not supported.
    """

    BEGIN_STRING = "FIXT.1.1"
    # Heartbeat, TestRequest, ResendRequest, Reject, SequenceReset, Logout, Logon: validated by the transport alone.
    SESSION_MSG_TYPES = frozenset("012345A")

    def __init__(
        self,
        default_version: str = "FIX.5.0SP2",
        supported_versions: tuple[str, ...] = _BUNDLED,
        msg_types: tuple[MsgTypeEntry, ...] = (),
    ) -> None:
        self.declaration = Declaration(default_version, msg_types)
        self.supported_versions = tuple(appl_version(appl_ver_id(version)) for version in supported_versions)
        if self.declaration.default.version not in self.supported_versions:
            raise ValueError(f"the default, {default_version}, is not among the supported versions")

    def is_session_message(self, message: Message) -> bool:
        """Return whether a message belongs to the session layer, and so has no version of the application."""
        return message.msg_type in self.SESSION_MSG_TYPES

    def logon(self, heart_bt_int: int) -> Message:
        """Return a Logon(35=A) with what we declare; the session stamps the rest."""
        fields = {8: self.BEGIN_STRING, 35: "A", 98: 0, 108: heart_bt_int, **self.declaration.logon_fields()}
        return Message(fields)

    def negotiate(self, logon: Message) -> VersionNegotiation:
        """Return what the peer's Logon(35=A) and our declaration come to.

        Raises:
            RemoteProtocolError: It names no DefaultApplVerID(1137), or one that is not supported.
        """
        peer = Declaration.from_logon(logon)
        value = peer.default.appl_ver_id
        if not value:
            raise RemoteProtocolError(
                "the Logon(35=A) has no DefaultApplVerID(1137)",
                reason=SessionRejectReason.REQUIRED_TAG_MISSING,
                ref_tag_id=1137,
            )
        if peer.default.version not in self.supported_versions:
            raise RemoteProtocolError(
                f"DefaultApplVerID(1137)={value} is not supported",
                reason=SessionRejectReason.INVALID_OR_UNSUPPORTED_APPLICATION_VERSION,
                ref_tag_id=1137,
            )
        return VersionNegotiation(self.declaration, peer)

    def dictionary_for(self, version: ApplVersion) -> Dictionary:
        """Return the bundled dictionary that describes messages of a version.

        Raises:
            RemoteProtocolError: The version is not supported, or has a custom id that only the two sides know.
        """
        name = version.version
        # A message of the version finds it: FIX 4.x over FIXT is not the dictionary of a FIX 4.x session.
        found = Message({8: self.BEGIN_STRING, 35: "0", 1128: version.appl_ver_id}).dictionary
        if found is None or name not in self.supported_versions or version.cstm_appl_ver_id:
            tag = 1129 if name in self.supported_versions and version.cstm_appl_ver_id else 1128
            raise RemoteProtocolError(
                f"there is no dictionary for {version}",
                reason=SessionRejectReason.INVALID_OR_UNSUPPORTED_APPLICATION_VERSION,
                ref_tag_id=tag,
            )
        return found
