"""Our side of a conversation with another engine: it keeps what it hears and answers orders."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyfixmsg_plus as fix

__all__ = ["Desk", "order", "settings"]

_LIMIT_S = 30.0


def order(cl_ord_id: str, begin_string: str) -> fix.Message:
    """A limit order that every version takes."""
    sent = datetime.now(UTC).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]
    fields = {11: cl_ord_id, 21: "1", 38: "100", 40: "2", 44: "99.25", 54: "1", 55: "IBM", 60: sent}
    return fix.Message({8: begin_string, 35: "D", **fields})


def _report(order: fix.Message, begin_string: str) -> fix.Message:
    cl_ord_id, quantity = order[11], order[38]
    fields = {6: "0", 11: cl_ord_id, 14: "0", 17: f"E{cl_ord_id}", 37: f"X{cl_ord_id}", 38: quantity, 39: "0"}
    fields |= {54: order[54], 55: order[55], 150: "0", 151: quantity}
    if begin_string == "FIX.4.2":
        fields[20] = "0"
    return fix.Message({8: begin_string, 35: "8", **fields})


class Desk(fix.Application):
    """Hears orders and reports, and answers orders.

    Attributes:
        heard: MsgType(35) and ClOrdID(11) of each application message, in order, those that came again included.
        again: The ClOrdID(11) of those that came with PossDupFlag(43)=Y.
        asked: MsgType(35) of every session message of the peer.
    """

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.again: list[str] = []
        self.asked: list[str] = []
        self._changed = asyncio.Event()

    def of(self, msg_type: str) -> list[str]:
        """ClOrdID(11) of the messages of a type, in order."""
        return [cl_ord_id for kind, cl_ord_id in self.heard if kind == msg_type]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at after each message and each change of state."""
        async with asyncio.timeout(_LIMIT_S):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def on_logon(self, session: Any) -> None:
        self._changed.set()

    def on_logout(self, session: Any) -> None:
        self._changed.set()

    def from_admin(self, message: fix.Message, session: Any) -> None:
        self.asked.append(message[35])
        self._changed.set()

    def from_app(self, message: fix.Message, session: Any) -> None:
        self.heard.append((message[35], message[11]))
        if message.get(43) == "Y":
            self.again.append(message[11])
        if message[35] == "D":
            session.send(_report(message, session.session_id.begin_string))
        self._changed.set()


def settings(role: str, begin_string: str, port: int, folder: Path, **more: str) -> str:
    """Settings of one session, US to PEER, with a journal in the folder."""
    where = (
        f"SocketAcceptPort={port}"
        if role == "acceptor"
        else f"SocketConnectHost=127.0.0.1\nSocketConnectPort={port}\nReconnectInterval=1\nHeartBtInt=5"
    )
    if begin_string == "FIXT.1.1":
        where += "\nDefaultApplVerID=FIX.5.0SP2"
    extra = "".join(f"{key}={value}\n" for key, value in more.items())
    return f"""[DEFAULT]
ConnectionType={role}
StartTime=00:00:00
EndTime=00:00:00
FileStorePath={folder / "ours"}
{where}
{extra}
[SESSION]
BeginString={begin_string}
SenderCompID=US
TargetCompID=PEER
"""
