"""fixcore-engine, a FIX engine in Python alone, both ends. Its file store calls fsync for each message."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from fixcore import Application, SessionID
from fixcore.log.base import Log, LogFactory
from fixcore.message.message import Message
from fixcore.session.session_settings import SessionSettings
from fixcore.store.factory import FileStoreFactory, MemoryStoreFactory, StoreFactory
from fixcore.transport.acceptor import SocketAcceptor
from fixcore.transport.initiator import SocketInitiator

from measuring.sessions.loops import run
from measuring.sessions.pace import drive_async, refill
from measuring.sessions.task import ER_FIELDS, NOS_FIELDS, Answers, Task, said


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


def _settings(task: Task, role: str) -> SessionSettings:
    folder = Path(task.folder) / role
    folder.mkdir(parents=True, exist_ok=True)
    where = (
        f"SocketAcceptHost=127.0.0.1\nSocketAcceptPort={task.port}\n"
        if role == "acceptor"
        else f"SocketConnectHost=127.0.0.1\nSocketConnectPort={task.port}\nReconnectInterval=1\nHeartBtInt=30\n"
    )
    ours, theirs = ("SELL", "BUY") if role == "acceptor" else ("BUY", "SELL")
    sessions = "".join(
        f"[SESSION]\nBeginString=FIX.4.4\nSenderCompID={ours}{n}\nTargetCompID={theirs}{n}\n"
        for n in range(task.sessions)
    )
    path = folder / "settings.cfg"
    path.write_text(
        f"[DEFAULT]\nConnectionType={role}\nStartTime=00:00:00\nEndTime=00:00:00\nResetOnLogon=Y\nUseDataDictionary=Y\n"
        f"DataDictionary=FIX44.xml\nValidateFieldsOutOfRange=Y\n{where}{sessions}"
    )
    return SessionSettings.from_file(path)


def _store(task: Task, role: str) -> StoreFactory:
    return MemoryStoreFactory() if task.store == "memory" else FileStoreFactory(Path(task.folder) / role / "store")


class _Silent(Log):
    """No contender writes a log."""

    def on_incoming(self, message: str) -> None: ...

    def on_outgoing(self, message: str) -> None: ...

    def on_event(self, text: str) -> None: ...


class _Silence(LogFactory):
    def create(self, session_id: SessionID) -> Log:
        return _Silent()


class _Sending(Application):
    sessions: dict[SessionID, object]
    tasks: "set[asyncio.Task[None]]"

    def send_soon(self, message: Message, session_id: SessionID) -> None:
        task = asyncio.ensure_future(self.sessions[session_id].send_app(message))  # type: ignore[attr-defined]  # untyped there
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class _Seller(_Sending):
    def __init__(self, task: Task) -> None:
        self.task, self.number, self.tasks = task, 0, set()

    def from_app(self, message: Message, session_id: SessionID) -> None:
        cl_ord_id = message.get_field(11)
        message.get_field(55), message.get_field(54), float(message.get_field(38)), float(message.get_field(44))
        self.number += 1
        if self.task.kind == "one_way" and self.number % self.task.every:
            return
        report = Message()
        report.header.set(35, "8")
        report.set_field(37, f"X-{self.number:012}")
        report.set_field(11, cl_ord_id)
        report.set_field(17, f"E-{self.number:010}")
        for tag, value in ER_FIELDS:
            report.set_field(tag, value)
        report.set_field(60, _stamp())
        self.send_soon(report, session_id)


class _Buyer(_Sending):
    def __init__(self, task: Task) -> None:
        self.task, self.answers, self.tasks = task, Answers(task), set()
        self.logged_on, self.done, self.waiting = asyncio.Event(), asyncio.Event(), task.sessions
        self.names: list[SessionID] = []

    def on_logon(self, session_id: SessionID) -> None:
        self.names.append(session_id)
        self.waiting -= 1
        if not self.waiting:
            self.logged_on.set()

    def from_app(self, message: Message, session_id: SessionID) -> None:
        message.get_field(37), message.get_field(11), message.get_field(39)
        float(message.get_field(32)), float(message.get_field(31))
        self.answers.answer(self.task.every if self.task.kind == "one_way" else 1)
        if self.answers.is_done:
            self.done.set()
        elif self.task.kind != "round_trip":
            refill(self.task, self.send, self.answers)

    def send(self, number: int) -> None:
        order = Message()
        order.header.set(35, "D")
        order.set_field(11, f"ORD-20260515-{number:06}")
        for tag, value in NOS_FIELDS:
            order.set_field(tag, value)
        order.set_field(60, _stamp())
        self.send_soon(order, self.names[number % len(self.names)])


def serve(task: Task) -> None:
    """Listen until the process is ended."""

    async def main() -> None:
        seller = _Seller(task)
        acceptor = SocketAcceptor(_settings(task, "acceptor"), seller, _store(task, "acceptor"), _Silence())
        seller.sessions = acceptor.sessions  # type: ignore[assignment]  # untyped there
        await acceptor.start()
        said(ready=True)
        await asyncio.Event().wait()

    run(task.loop, main())


def drive(task: Task) -> None:
    """Connect and measure."""

    async def main() -> None:
        buyer = _Buyer(task)
        initiator = SocketInitiator(_settings(task, "initiator"), buyer, _store(task, "initiator"), _Silence())
        buyer.sessions = initiator.sessions  # type: ignore[assignment]  # untyped there
        await initiator.start()
        await asyncio.wait_for(buyer.logged_on.wait(), 30)
        await drive_async(task, buyer.send, buyer.answers, buyer.done)
        buyer.answers.tell()
        await initiator.stop()

    run(task.loop, main())
