"""A session as a program sees it: it sends, and says how it stands."""

import asyncio
from concurrent.futures import Future
from typing import Any, Protocol

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine.metrics import SessionMetrics
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.message_types import TypedMessage
from pyfixmsg_plus.session import Session as SessionCore
from pyfixmsg_plus.transport import Link, PeerInfo
from pyfixmsg_plus.values import SessionID

__all__ = ["Session", "SessionEngine"]


class MessageWay(Protocol):
    """Where messages of the application go."""

    def send(self, message: Message | TypedMessage) -> int:
        """Send a message."""
        ...

    async def send_async(self, message: Message | TypedMessage) -> int:
        """Send it when the peer takes it."""
        ...


class SessionEngine(Protocol):
    """What moves a session: its driver."""

    @property
    def session_id(self) -> SessionID:
        """Its name."""
        ...

    @property
    def settings(self) -> SessionSettings:
        """What was said of it."""
        ...

    @property
    def core(self) -> SessionCore:
        """What decides."""
        ...

    @property
    def link(self) -> Link | None:
        """The connection, if there is one."""
        ...

    @property
    def metrics(self) -> SessionMetrics:
        """What is counted."""
        ...

    @property
    def logout_text(self) -> str | None:
        """What the peer said at the end."""
        ...

    @property
    def sending(self) -> "MessageWay":
        """Where messages of the application go."""
        ...

    def command(self, name: str, **arguments: Any) -> None:
        """Give a command."""
        ...

    def tick(self) -> None:
        """Look at the clock."""
        ...


class Session:
    """One session of an engine. It lives as long as the engine knows it, across connections.

    Everything belongs to the thread of the event loop, ``send_threadsafe`` alone may be called from another. Messages
    may be plain or typed.
    """

    __slots__ = ("__weakref__", "_driver", "_loop")

    def __init__(self, driver: SessionEngine) -> None:
        self._driver = driver
        self._loop = asyncio.get_running_loop()

    # ------------------------------------------------------------------------------------------------- state

    @property
    def session_id(self) -> SessionID:
        """Its name."""
        return self._driver.session_id

    @property
    def settings(self) -> SessionSettings:
        """What was said of it."""
        return self._driver.settings

    @property
    def state(self) -> str:
        """``closed``, ``await_logon``, ``logon_sent``, ``logged_on``, ``recovering`` or ``logout_sent``."""
        return self._driver.core.state

    @property
    def is_logged_on(self) -> bool:
        """Whether application messages can be exchanged now."""
        return self._driver.core.is_logged_on

    @property
    def next_out(self) -> int:
        """The MsgSeqNum(34) of our next message."""
        return self._driver.core.next_out

    @property
    def next_in(self) -> int:
        """The MsgSeqNum(34) expected of the peer."""
        return self._driver.core.next_in

    @property
    def gap(self) -> tuple[int, int] | None:
        """The first and the last number that are known to be missing, while some are."""
        return self._driver.core.gap

    @property
    def heart_bt_int(self) -> int:
        """HeartBtInt(108) in seconds, as agreed or as configured."""
        return self._driver.core.heart_bt_int

    @property
    def peer(self) -> PeerInfo | None:
        """The other end of the connection, if there is one."""
        return self._driver.link.peer if self._driver.link is not None else None

    @property
    def metrics(self) -> SessionMetrics:
        """What is counted on it."""
        return self._driver.metrics

    @property
    def logout_text(self) -> str | None:
        """Text(58) of the last Logout(35=5) or Reject(35=3) of the peer that ended this or the last connection."""
        return self._driver.logout_text

    def __str__(self) -> str:
        return str(self._driver.session_id)

    def __repr__(self) -> str:
        return f"<Session {self} {self.state} next_out={self.next_out} next_in={self.next_in}>"

    # ----------------------------------------------------------------------------------------------- sending

    def send(self, message: Message | TypedMessage) -> int:
        """Send a message of the application; stored first, then written.

        While nobody is logged on the message takes its number and is stored, for the peer to ask for.

        Returns:
            Its MsgSeqNum(34). 0 where it has none: it waits for the end of a resend, or for the throttle, and will have
            one; or ``to_app`` declined it, and it is not sent.

        Raises:
            LocalProtocolError: It cannot be sent: it is a session message, the session is logging out, the peer does
                not take its type, it cannot be written, or this is another thread.
            QueueFull: Too many messages wait.
            StoreError: It could not be stored. The connection is closed.
        """
        return self._driver.sending.send(message)

    async def send_async(self, message: Message | TypedMessage) -> int:
        """Send a message; first wait until the peer takes bytes again and the throttle lets it pass.

        Raises:
            As ``send``.
        """
        return await self._driver.sending.send_async(message)

    def send_threadsafe(self, message: Message | TypedMessage) -> Future[int]:
        """Send a message from another thread.

        Returns:
            A future of what ``send`` returns or raises.
        """
        future: Future[int] = Future()

        def send() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(self._driver.sending.send(message))
                except Exception as error:  # noqa: BLE001, RUF100 - it is told to who asked
                    future.set_exception(error)

        self._loop.call_soon_threadsafe(send)
        return future

    # ---------------------------------------------------------------------------------------------- commands

    def log_out(self, text: str | None = None) -> None:
        """Log out, with Text(58) if given; the connection ends when the peer has answered or LogoutTimeout is over."""
        self._driver.command("logout", text=text)

    def disconnect(self, why: str = "the application asked for it") -> None:
        """Close the connection without a word."""
        self._driver.command("disconnect", why=why)

    def enable(self) -> None:
        """Let the session log on."""
        self._driver.command("enable")

    def disable(self) -> None:
        """Do not let it log on, until ``enable``; log it out if it is."""
        self._driver.command("disable")

    def reset(self) -> None:
        """Set both numbers to 1: at once while disconnected, by a Logon(35=A) with 141=Y while logged on."""
        self._driver.command("reset")

    def set_next(self, next_out: int | None = None, next_in: int | None = None) -> None:
        """Set the numbers, while disconnected."""
        self._driver.command("set_next", next_out=next_out, next_in=next_in)

    def test_request(self) -> None:
        """Ask the peer for a sign of life."""
        self._driver.command("test_request")

    def tick(self) -> None:
        """Look at the clock now, for those who move it by hand; timers do it otherwise."""
        self._driver.tick()
