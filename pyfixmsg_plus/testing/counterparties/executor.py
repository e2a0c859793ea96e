"""A venue that fills every order at once, at its price or at a price of its own: for trying out order entry.

NewOrderSingle(35=D) is acknowledged and filled; OrderCancelRequest(35=F) and OrderCancelReplaceRequest(35=G) are
refused by OrderCancelReject(35=9), since there is nothing left of the order; the rest is unsupported.
"""

from decimal import Decimal
from itertools import count
from typing import Any

from pyfixmsg_plus.engine import Application, Session
from pyfixmsg_plus.errors import FieldNotFound
from pyfixmsg_plus.message import Message

__all__ = ["ExecutorApplication"]

_OLD = ("FIX.4.0", "FIX.4.1", "FIX.4.2")
_NEW, _FILL, _TRADE = "0", "2", "F"
_TOO_LATE, _UNKNOWN_ORDER = 0, 1


class ExecutorApplication(Application):
    """Fills orders.

    Args:
        price: At which orders without a Price(44) are filled.
    """

    def __init__(self, price: Decimal = Decimal(100)) -> None:
        self._price = price
        self._ids = count(1)
        # OrderID(37) by session and ClOrdID(11), so that a cancel names the order that it is too late for.
        self._orders: dict[tuple[str, str], str] = {}

    def on_new_order_single(self, message: Message, session: Session) -> None:
        """Acknowledge and fill an order."""
        for tag in (11, 55, 54, 38):
            if tag not in message:
                raise FieldNotFound(tag)
        order_id = f"O{next(self._ids)}"
        self._orders[str(session), message[11]] = order_id
        quantity = message.decimal(38)
        price = message.decimal(44) if 44 in message else self._price
        session.send(self._report(message, order_id, _NEW, quantity, Decimal(0), Decimal(0)))
        session.send(self._report(message, order_id, _FILL, quantity, quantity, price))

    def on_order_cancel_request(self, message: Message, session: Session) -> None:
        """Say that it is too late."""
        self._too_late(message, session, "1")

    def on_order_cancel_replace_request(self, message: Message, session: Session) -> None:
        """Say that it is too late."""
        self._too_late(message, session, "2")

    def _report(
        self, order: Message, order_id: str, status: str, quantity: Decimal, filled: Decimal, price: Decimal
    ) -> Message:
        version = order.begin_string or ""
        fields: dict[int, Any] = {
            8: version,
            35: "8",
            37: order_id,
            11: order[11],
            17: f"{next(self._ids)}",  # a number in FIX 4.0
            39: status,
            55: order[55],
            54: order[54],
            38: quantity,
            32: filled,
            31: price,
            14: filled,
            6: price,
        }
        if 1 in order:
            fields[1] = order[1]
        if version in _OLD:
            fields[20] = "0"  # ExecTransType: new
        if version != "FIX.4.0":
            fields[150] = _TRADE if status == _FILL and version not in _OLD else status
            fields[151] = quantity - filled
        return Message(fields, dictionary=order.dictionary)

    def _too_late(self, message: Message, session: Session, response_to: str) -> None:
        for tag in (11, 41):
            if tag not in message:
                raise FieldNotFound(tag)
        order_id = self._orders.get((str(session), message[41]))
        fields: dict[int, Any] = {
            8: message.begin_string or "",
            35: "9",
            37: order_id or "NONE",
            11: message[11],
            41: message[41],
            39: _FILL if order_id else "8",
            102: _TOO_LATE if order_id else _UNKNOWN_ORDER,
        }
        if message.begin_string not in ("FIX.4.0", "FIX.4.1"):
            fields[434] = response_to
        session.send(Message(fields, dictionary=message.dictionary))
