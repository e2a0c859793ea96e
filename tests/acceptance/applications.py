"""Applications that make further scenarios of the catalogue applicable."""

from typing import Any

from pyfixmsg_plus import Message
from pyfixmsg_plus.engine import Application, Session
from pyfixmsg_plus.errors import BusinessReject, FieldNotFound
from pyfixmsg_plus.testing.counterparties.echo import EchoApplication
from pyfixmsg_plus.transport import PeerInfo

__all__ = ["Closed", "Guarded"]


class Guarded(EchoApplication):
    """Echoes for those who say the password, and knows that a limit order has a price."""

    def authenticate(self, logon: Message, peer: PeerInfo) -> bool:
        return logon.get(554) == "right"

    def from_app(self, message: Any, session: Session) -> None:
        if message.get(40) == "2" and 44 not in message:
            raise FieldNotFound(44)
        super().from_app(message, session)


class Closed(Application):
    """Takes no application message for now."""

    def from_app(self, message: Any, session: Session) -> None:
        raise BusinessReject(4)
