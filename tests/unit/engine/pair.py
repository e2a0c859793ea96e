"""Our acceptor and our initiator on one loop, over loopback; and peers made of bytes."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from pyfixmsg_plus.codec import Splitter, parse
from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine import Acceptor, Application, Initiator, Session
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.telemetry import Event
from pyfixmsg_plus.values import format_timestamp
from tests.wire import wire

__all__ = [
    "Pair",
    "Peer",
    "Recorder",
    "acceptor_settings",
    "free_port",
    "initiator_settings",
    "order",
    "pair",
    "play",
    "until",
]

_T = TypeVar("_T")

# What never comes in a test that works; a loaded machine may stall.
DEADLINE_S = 10.0


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def play(scene: Coroutine[Any, Any, _T]) -> _T:
    """Run a scene to its end, with a deadline."""

    async def within() -> _T:
        async with asyncio.timeout(2 * DEADLINE_S):
            return await scene

    return asyncio.run(within())


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something is so."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0)


def _settings(role: str, version: str, more: dict[str, Any]) -> SessionSettings:
    given: dict[str, Any] = {
        "begin_string": version,
        "sender_comp_id": more.pop("ours"),
        "target_comp_id": more.pop("theirs"),
        "connection_type": role,
        "non_stop_session": True,
        "store_sync": "never",
    }
    if version == "FIXT.1.1":
        given["default_appl_ver_id"] = "FIX.5.0SP2"
    return SessionSettings(**(given | more))


def acceptor_settings(version: str = "FIX.4.4", /, **more: Any) -> SessionSettings:
    """A session of an acceptor on a free port."""
    given = {"socket_accept_port": 0, "max_logons_per_s": 10_000, "ours": "VENUE", "theirs": "US", **more}
    return _settings("acceptor", version, given)


def initiator_settings(port: int, version: str = "FIX.4.4", /, **more: Any) -> SessionSettings:
    """A session of an initiator that connects there."""
    given: dict[str, Any] = {
        "ours": "US",
        "theirs": "VENUE",
        "socket_connect_host": ("127.0.0.1",),
        "socket_connect_port": (port,),
        "heart_bt_int": 30,
        "reconnect_interval": 1,
        **more,
    }
    return _settings("initiator", version, given)


def order(cl_ord_id: str = "A1", version: str = "FIX.4.4", **more: Any) -> Message:
    """An order; more fields by their tags, as text."""
    fields: dict[Any, Any] = {8: version, 35: "D", 11: cl_ord_id, 55: "IBM", 54: 1, 38: 100, 40: 1, 21: 1}
    if version not in ("FIX.4.0", "FIX.4.1"):
        fields[60] = "20260302-14:30:00.000"
    return Message(fields | {int(tag): value for tag, value in more.items()})


class Recorder(Application):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.messages: list[Message] = []
        self.admin: list[Message] = []

    def on_create(self, session: Session) -> None:
        self.calls.append("on_create")

    def on_logon(self, session: Session) -> None:
        self.calls.append("on_logon")

    def on_logout(self, session: Session) -> None:
        self.calls.append("on_logout")

    def from_app(self, message: Message, session: Session) -> Any:
        self.messages.append(message)

    @property
    def ids(self) -> list[str]:
        """ClOrdID(11) of what came."""
        return [message[11] for message in self.messages]


@dataclass
class Pair:
    """Both sides, logged on."""

    acceptor: Acceptor
    initiator: Initiator
    theirs: Session  # at the acceptor
    ours: Session  # at the initiator
    heard: list[Event]

    def names(self, subject: str | None = None) -> list[str]:
        """The events so far, of one session or of all."""
        return [event.name for event in self.heard if subject in (None, event.subject)]


@asynccontextmanager
async def pair(
    venue: Application,
    desk: Application,
    *,
    version: str = "FIX.4.4",
    acceptor: dict[str, Any] | None = None,
    initiator: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
    log_on: bool = True,
) -> AsyncIterator[Pair]:
    """An acceptor and an initiator that are logged on to each other."""
    heard: list[Event] = []
    accepting = Acceptor([acceptor_settings(version, **(acceptor or {}))], venue, **(options or {}))
    accepting.events.subscribe(heard.append)
    async with accepting:
        port = accepting.addresses[0].port
        initiating = Initiator(
            [initiator_settings(port, version, **(initiator or {}))], desk, environ={}, seed=1, **(options or {})
        )
        initiating.events.subscribe(heard.append)
        async with initiating:
            (theirs,), (ours,) = accepting.sessions.values(), initiating.sessions.values()
            if log_on:
                await until(lambda: theirs.is_logged_on and ours.is_logged_on)
            yield Pair(accepting, initiating, theirs, ours, heard)


class Peer:
    """A counterparty of an acceptor that is made of bytes.

    Args:
        port: Of the acceptor.
        version: BeginString(8).
        ours: SenderCompID(49).
        theirs: TargetCompID(56).
        sub: SenderSubID(50).
    """

    def __init__(
        self, port: int, version: str = "FIX.4.4", ours: str = "US", theirs: str = "VENUE", sub: str = ""
    ) -> None:
        self._sub = f"50={sub}|" if sub else ""
        self._port = port
        self._version = version
        self._names = (ours, theirs)
        self._splitter = Splitter()
        self._frames: list[bytes] = []
        self.seq = 1
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def __aenter__(self) -> "Peer":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    def send(self, fields: str, seq: int | None = None) -> None:
        """Send a message, without what can be computed: ``35=0|``."""
        number = self.seq if seq is None else seq
        msg_type, _, rest = fields.partition("|")
        now = format_timestamp(_utc_ns())
        ours, theirs = self._names
        text = f"8={self._version}|{msg_type}|34={number}|49={ours}|{self._sub}52={now}|56={theirs}|{rest}"
        self.writer.write(wire(text, header=False))
        if seq is None:
            self.seq += 1

    async def receive(self) -> Message:
        """The next message."""
        async with asyncio.timeout(DEADLINE_S):
            while not self._frames:
                data = await self.reader.read(65536)
                if not data:
                    raise EOFError("the connection ended")
                self._frames += self._splitter.feed(data)
        return parse(self._frames.pop(0), strict=False)

    async def ended(self) -> bytes:
        """What still came before the connection ended."""
        async with asyncio.timeout(DEADLINE_S):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""

    async def log_on(self, more: str = "") -> Message:
        """Log on; the answer."""
        self.send(f"35=A|98=0|108=30|{more}")
        return await self.receive()


def _utc_ns() -> int:
    from pyfixmsg_plus.clock import SystemClock

    return SystemClock().now().utc_ns


def types(messages: Iterable[Message]) -> list[str | None]:
    """MsgType(35) of each."""
    return [message.msg_type for message in messages]
