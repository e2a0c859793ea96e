"""Ask the application whether a peer may log on, and what helps it to answer."""

import inspect

from pyfixmsg_plus.engine.application import Application, LogonDecision
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.transport import PeerInfo

__all__ = ["decision_of", "is_named_by_certificate"]


async def decision_of(application: Application, logon: Message, peer: PeerInfo) -> LogonDecision:
    """Return what the application's ``authenticate`` says; anything but a clear yes is a no."""
    answer = application.authenticate(logon, peer)
    if inspect.isawaitable(answer):
        answer = await answer
    return answer if isinstance(answer, LogonDecision) else LogonDecision(accepted=answer is True)


def is_named_by_certificate(logon: Message, peer: PeerInfo) -> bool:
    """Whether the certificate that the peer showed names its SenderCompID(49).

    The names of a certificate are those of its subject (CN) and its alternative names; they are compared letter by
    letter. Without a verified certificate the answer is no.
    """
    certificate = peer.certificate
    name = logon.get(49)
    if certificate is None or not name:
        return False
    return name in (*certificate.common_names, *certificate.dns, *certificate.email, *certificate.uri)
