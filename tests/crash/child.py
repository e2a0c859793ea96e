"""One side of a session as a process of its own, under load until it is killed.

Usage: child.py ROLE RUN PORT URL SYNC. One line on standard output is one fact, written in one piece:

- ``accepted ID``: a message of this application is committed to the store;
- ``seen ID``: this application was given a message of the other side;
- ``listening PORT``; ``numbers OUT IN STATE WAITING``, where some orders wait for their reports.

Lines on standard input: ``calm`` (send nothing new), ``numbers`` (tell them), ``stop``.
"""

import asyncio
import inspect
import os
import sys
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine import Acceptor, Application, Engine, Initiator, Session
from pyfixmsg_plus.errors import LocalProtocolError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.store import MessageStore, Record, StoredNumbers, open_store
from pyfixmsg_plus.values import SessionID

# Orders that wait for their reports; more are sent only when some have come.
WINDOW = 40
NAMES = {"acceptor": ("VENUE", "US"), "initiator": ("US", "VENUE")}


def say(text: str) -> None:
    """Write a line in one piece: a line that is there is true."""
    os.write(1, text.encode() + b"\n")


def name_of(raw: bytes) -> str | None:
    """ExecID(17) of a report or ClOrdID(11) of an order; nothing for a session message."""
    fields = raw.split(b"\x01")
    tag = {b"35=D": b"11=", b"35=8": b"17="}.get(fields[2]) if len(fields) > 2 else None
    if tag is None:
        return None
    return next(field[3:].decode() for field in fields if field.startswith(tag))


class Telling:
    """A store that tells which messages it has committed."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store
        self._appended: list[str] = []

    def numbers(self) -> StoredNumbers:
        """As of the store."""
        return self._store.numbers()

    def append(self, seq: int, raw: bytes, now_ns: int) -> None:
        """As of the store."""
        self._store.append(seq, raw, now_ns)
        if (name := name_of(raw)) is not None:
            self._appended.append(name)

    def advance(self, next_in: int) -> None:
        """As of the store."""
        self._store.advance(next_in)

    def set_numbers(self, next_out: int, next_in: int) -> None:
        """As of the store."""
        self._store.set_numbers(next_out, next_in)

    def reset(self, next_out: int, next_in: int, created_ns: int) -> None:
        """As of the store."""
        self._store.reset(next_out, next_in, created_ns)

    def commit(self) -> Awaitable[None] | None:
        """As of the store; what it made safe is told."""
        names, self._appended = self._appended, []
        waiting = self._store.commit()
        if waiting is not None:
            return self._committed(waiting, names)
        self._tell(names)
        return None

    async def _committed(self, waiting: Awaitable[None], names: list[str]) -> None:
        await waiting
        self._tell(names)

    def _tell(self, names: list[str]) -> None:
        for name in names:
            say(f"accepted {name}")

    def read(self, begin: int, end: int, limit_bytes: int) -> list[Record] | Awaitable[list[Record]]:
        """As of the store."""
        return self._store.read(begin, end, limit_bytes)

    def refresh(self) -> StoredNumbers | Awaitable[StoredNumbers]:
        """As of the store."""
        return self._store.refresh()

    def close(self) -> Awaitable[None] | None:
        """As of the store."""
        return self._store.close()


async def opened(settings: SessionSettings, session_id: SessionID) -> MessageStore:
    """The store of the settings, telling."""
    store = open_store(settings.store.reveal(), session_id, sync=settings.store_sync, sync_interval_ms=1)
    return Telling(await store if inspect.isawaitable(store) else store)


class Desk(Application):
    """Sends orders, answers orders, and says what it sees."""

    def __init__(self, run: str) -> None:
        self.waiting: set[str] = set()
        self.answered = asyncio.Event()
        self._run = run
        self._names: Iterator[int] = count(1)

    def name(self) -> str:
        """A name that no message of any run has."""
        return f"{self._run}-{next(self._names)}"

    def on_new_order_single(self, message: Message, session: Session) -> None:
        """An order of the other side: it is answered."""
        say(f"seen {message[11]}")
        fields: dict[Any, Any] = {35: "8", 6: 0, 11: message[11], 14: 0, 17: self.name(), 37: "O", 39: "0"}
        with suppress(LocalProtocolError):
            session.send(Message({8: "FIX.4.4", **fields, 54: 1, 55: "IBM", 150: "0", 151: 100}))

    def on_execution_report(self, message: Message, session: Session) -> None:
        """The answer to an order of ours."""
        say(f"seen {message[17]}")
        self.waiting.discard(message[11])
        self.answered.set()

    def order(self) -> Message:
        """The next order."""
        name = self.name()
        self.waiting.add(name)
        fields: dict[Any, Any] = {8: "FIX.4.4", 35: "D", 11: name, 55: "IBM", 54: 1, 38: 100, 40: 1}
        return Message({**fields, 60: "20260302-14:30:00.000"})


async def load(session: Session, desk: Desk) -> None:
    """Send orders as fast as they are answered; a few too while there is no connection."""
    while True:
        while len(desk.waiting) < WINDOW:
            order = desk.order()
            try:
                session.send(order)
            except LocalProtocolError:
                desk.waiting.discard(order[11])
                break
        desk.answered.clear()
        await desk.answered.wait()


async def orders(session: Session, desk: Desk, loading: asyncio.Task[None]) -> None:
    """Do what standard input says until it says stop."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while (line := (await reader.readline()).strip()) and line != b"stop":
        if line == b"calm":
            loading.cancel()
        if line == b"numbers":
            say(f"numbers {session.next_out} {session.next_in} {session.state} {len(desk.waiting)}")


async def live(role: str, run: str, port: int, url: str, sync: str) -> None:
    """Be one side."""
    ours, theirs = NAMES[role]
    given: dict[str, Any] = {
        "begin_string": "FIX.4.4",
        "sender_comp_id": ours,
        "target_comp_id": theirs,
        "connection_type": role,
        "non_stop_session": True,
        "store": url,
        "store_sync": sync,
    }
    desk = Desk(run)
    engine: Engine
    if role == "acceptor":
        given |= {"socket_accept_port": port, "max_logons_per_s": 10_000}
        engine = Acceptor([SessionSettings(**given)], desk, open_store=opened)
    else:
        given |= {"socket_connect_host": ("127.0.0.1",), "socket_connect_port": (port,)}
        given |= {"heart_bt_int": 5, "reconnect_interval": 1}
        engine = Initiator([SessionSettings(**given)], desk, environ={}, seed=1, open_store=opened)
    async with engine:
        if isinstance(engine, Acceptor):
            say(f"listening {engine.addresses[0].port}")
        (session,) = engine.sessions.values()
        loading = asyncio.create_task(load(session, desk))
        await orders(session, desk, loading)
        loading.cancel()


if __name__ == "__main__":
    what, which, where, store_url, policy = sys.argv[1:]
    asyncio.run(live(what, which, int(where), store_url, policy))
