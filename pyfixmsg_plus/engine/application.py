"""What a program that speaks FIX says: its answers to what happens on a session.

A program derives from ``Application`` and overrides what it is interested in. Every callback may be a plain function or
``async def``. Plain ones run straight from the arrival of the bytes and are the fast way; while an ``async`` one waits,
the next message of its session waits too, and other sessions go on.

Application messages may be split by name::

    class Desk(fix.Application):
        def on_execution_report(self, message: fix.Message, session: fix.Session) -> None: ...

        def on_order_cancel_reject(self, message: fix44.OrderCancelReject, session: fix.Session) -> None: ...

A handler that annotates its message with a typed class is given one; ``typed_messages = True`` asks for typed messages
everywhere. What has no handler of its name goes to ``from_app``.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from pyfixmsg_plus.engine.session import Session
from pyfixmsg_plus.errors import UnsupportedMessageType
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.transport import PeerInfo

__all__ = ["Application", "LogonDecision"]


@dataclass(frozen=True, slots=True)
class LogonDecision:
    """What an authenticator answers.

    Attributes:
        accepted: Whether the peer may log on.
        text: Text(58), where the peer is told.
        session_status: SessionStatus(1409), where the session is set to send it.
        say: Tell the peer by a Logout(35=5); otherwise that is for the setting ``logon_refusal``.
    """

    accepted: bool
    text: str = ""
    session_status: int | None = None
    say: bool = False


class Application:
    """Callbacks that do what is least: they take every Logon, and refuse every application message.

    What a callback returns is awaited where it can be, and looked at only where that is said.
    """

    typed_messages: ClassVar[bool] = False

    def on_create(self, session: Session) -> Any:
        """The session exists; its store is open and it is not connected."""

    def on_logon(self, session: Session) -> Any:
        """Logons were exchanged: messages may be sent."""

    def on_logout(self, session: Session) -> Any:
        """The session is no longer logged on, for whatever reason."""

    def to_admin(self, message: Message, session: Session) -> Any:
        """A session message is about to be sent; its body may be changed, such as Password(554) of a Logon(35=A)."""

    def from_admin(self, message: Message, session: Session) -> Any:
        """A session message came.

        Raises:
            RejectLogon: It is a Logon(35=A) that is refused.
            Refusal: It is refused, as the kind of the refusal says.
        """

    def to_app(self, message: Message, session: Session) -> Any:
        """An application message is about to be sent, and may be changed, or sent again: then PossDupFlag(43) is Y.

        Raises:
            DoNotSend: It shall not be sent. In a resend a gap fill takes its place.
        """

    def from_app(self, message: Any, session: Session) -> Any:  # noqa: ARG002 - for those who derive
        """An application message came that no handler of its name takes.

        Raises:
            Refusal: It is refused, as the kind of the refusal says.
        """
        raise UnsupportedMessageType("the application takes no such message")

    def authenticate(
        self,
        logon: Message,  # noqa: ARG002 - for those who derive
        peer: PeerInfo,  # noqa: ARG002 - for those who derive
    ) -> Any:
        """Say whether who sent this Logon(35=A) may log on; an acceptor is asked before anything is changed.

        Returns:
            ``True`` or ``False``, or a ``LogonDecision``.
        """
        return True

    def approve_session(
        self,
        settings: Any,
        logon: Message,  # noqa: ARG002 - for those who derive
        peer: PeerInfo,  # noqa: ARG002 - for those who derive
    ) -> Any:
        """Say whether a session may be made from a template for this Logon(35=A).

        Args:
            settings: What the template makes of it.
            logon: The first message of the peer, which is not authenticated yet.
            peer: Where it came from.

        Returns:
            The settings, as given or changed, or nothing: the connection is closed without a word.
        """
        return settings
