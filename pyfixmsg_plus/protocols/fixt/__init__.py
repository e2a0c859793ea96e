"""FIXT 1.1, the session layer that carries FIX 4.0 to FIX Latest."""

from pyfixmsg_plus.protocols.fixt.session_protocol import FIXTSessionProtocol

__all__ = ["FIXTSessionProtocol"]
