"""An acceptor as a process of its own, with small limits and a password, until it is killed.

It writes ``listening PORT`` on standard output. Sessions: ``HONEST`` and ``VICTIM``, whose password is ``right``.
"""

import asyncio
import os

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine import Acceptor, Application
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.transport import PeerInfo


class Guarded(Application):
    """Lets in who knows the password."""

    def authenticate(self, logon: Message, peer: PeerInfo) -> bool:
        """Whether the password is right."""
        return logon.get(554) == "right"


def settings(name: str) -> SessionSettings:
    """The session of a peer."""
    return SessionSettings(
        begin_string="FIX.4.4",
        sender_comp_id="VENUE",
        target_comp_id=name,
        connection_type="acceptor",
        non_stop_session=True,
        socket_accept_port=0,
        logon_timeout=1,
        max_connections=30,
        max_logons_per_s=20,
        max_message_size=64 * 1024,
    )


async def serve() -> None:
    """Serve until killed."""
    async with Acceptor([settings("HONEST"), settings("VICTIM")], Guarded()) as acceptor:
        os.write(1, f"listening {acceptor.addresses[0].port}\n".encode())
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
