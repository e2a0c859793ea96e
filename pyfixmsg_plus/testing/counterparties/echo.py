"""The application that acceptance scripts of the QuickFIX family presume: it sends back what it gets.

Email(35=C), SecurityDefinition(35=d) from FIX 4.2 on and NewOrderSingle(35=D) come back as new messages; an order whose
ClOrdID(11) is known and that says PossResend(97)=Y is dropped; every other type is refused as unsupported. With
``more`` it does what the .NET engine's application does beside: QuoteRequest(35=R) and News(35=B) whose Headline(148)
begins ``echo:`` come back, XMLnonFIX(35=n) is answered with News, TradeCaptureReportRequest(35=AD) is swallowed.
"""

from typing import Any

from pyfixmsg_plus.engine import Application, Session
from pyfixmsg_plus.errors import UnsupportedMessageType
from pyfixmsg_plus.message import Message

__all__ = ["EchoApplication", "rebuilt"]

# Orders that one session may have us remember; an acceptance script sends a handful.
_REMEMBERED = 100_000


class EchoApplication(Application):
    """Sends back what it gets.

    Args:
        more: Do what the .NET engine's application does beside.
        reset: Set the numbers of a session to 1 when it is created.
    """

    def __init__(self, *, more: bool = False, reset: bool = True) -> None:
        self._more = more
        self._reset = reset
        self._orders: dict[Session, set[str]] = {}

    def on_create(self, session: Session) -> None:
        """Begin anew."""
        if self._reset:
            session.reset()

    def on_logout(self, session: Session) -> None:
        """Forget the orders of the session."""
        self._orders.pop(session, None)

    def from_app(self, message: Any, session: Session) -> None:
        """Send it back, or refuse it."""
        match message.msg_type:
            case "D":
                self._order(message, session)
            case "C" | "d":
                session.send(rebuilt(message))
            case "R" if self._more:
                session.send(rebuilt(message))
            case "B" if self._more and message.get(148, "").startswith("echo:"):
                session.send(rebuilt(message))
            case "n" if self._more:
                text = f"Successfully received 'n' message with seqNo={message.get(34)}"
                session.send(Message({8: message.begin_string or "", 35: "B", 148: text}))
            case "AD" if self._more:
                pass
            case _:
                raise UnsupportedMessageType(f"MsgType(35)={message.msg_type}")

    def _order(self, message: Message, session: Session) -> None:
        known = self._orders.setdefault(session, set())
        cl_ord_id = message.get(11, "")
        if message.get(97) == "Y" and cl_ord_id in known:
            return
        if len(known) < _REMEMBERED:
            known.add(cl_ord_id)
        session.send(rebuilt(message))


def rebuilt(message: Message) -> Message:
    """A new message with the fields of this one, in the order in which messages are written, values untouched."""
    return Message(_fields(message), dictionary=message.dictionary or False)


def _fields(source: Any) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for key, value in source.to_dict(names=False).items():
        tag = int(key)
        found[tag] = [_fields(entry) for entry in source.groups(tag)] if isinstance(value, list) else source.raw(tag)
    return found
