"""What the protocols of FIX say beyond single messages: FIXT sessions, and the versions that are spoken on them."""

from pyfixmsg_plus.protocols.fixt import FIXTSessionProtocol
from pyfixmsg_plus.protocols.version_negotiation import (
    ApplVersion,
    Declaration,
    MsgTypeEntry,
    VersionNegotiation,
    appl_ver_id,
    appl_version,
)

__all__ = [
    "ApplVersion",
    "Declaration",
    "FIXTSessionProtocol",
    "MsgTypeEntry",
    "VersionNegotiation",
    "appl_ver_id",
    "appl_version",
]
