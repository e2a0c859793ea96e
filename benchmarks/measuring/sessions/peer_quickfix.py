"""QuickFIX C++ from Python, both ends: its handlers are Python, its sockets and store are the engine's."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import quickfix as qf

from measuring.sessions.pace import drive_thread
from measuring.sessions.task import ER_FIELDS, NOS_FIELDS, Answers, Task, said
from pyfixmsg_plus.dictionary import load_dictionary


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


def _settings(task: Task, role: str) -> qf.SessionSettings:
    folder = Path(task.folder) / role
    folder.mkdir(parents=True, exist_ok=True)
    dictionary = folder / "FIX44.xml"
    dictionary.write_text(load_dictionary("FIX.4.4").to_quickfix(), encoding="utf-8")
    where = (
        f"SocketAcceptPort={task.port}\nSocketReuseAddress=Y\n"
        if role == "acceptor"
        else f"SocketConnectHost=127.0.0.1\nSocketConnectPort={task.port}\nReconnectInterval=1\nHeartBtInt=30\n"
    )
    sessions = "".join(
        f"[SESSION]\nBeginString=FIX.4.4\nSenderCompID={ours}{n}\nTargetCompID={theirs}{n}\n"
        for n in range(task.sessions)
        for ours, theirs in [("SELL", "BUY") if role == "acceptor" else ("BUY", "SELL")]
    )
    path = folder / "settings.cfg"
    path.write_text(
        f"[DEFAULT]\nConnectionType={role}\nStartTime=00:00:00\nEndTime=00:00:00\nSocketNodelay=Y\nResetOnLogon=Y\n"
        f"FileStorePath={folder / 'store'}\nDataDictionary={dictionary}\n{where}{sessions}"
    )
    return qf.SessionSettings(str(path))


def _store(task: Task, settings: qf.SessionSettings) -> qf.MessageStoreFactory:
    return qf.MemoryStoreFactory() if task.store == "memory" else qf.FileStoreFactory(settings)


class _Application(qf.Application):  # type: ignore[misc]  # the wheel ships no types
    def onCreate(self, session_id: qf.SessionID) -> None: ...

    def onLogon(self, session_id: qf.SessionID) -> None: ...

    def onLogout(self, session_id: qf.SessionID) -> None: ...

    def toAdmin(self, message: qf.Message, session_id: qf.SessionID) -> None: ...

    def toApp(self, message: qf.Message, session_id: qf.SessionID) -> None: ...

    def fromAdmin(self, message: qf.Message, session_id: qf.SessionID) -> None: ...


class _Seller(_Application):
    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task, self.number = task, 0

    def fromApp(self, message: qf.Message, session_id: qf.SessionID) -> None:
        cl_ord_id = message.getField(11)
        message.getField(55), message.getField(54), float(message.getField(38)), float(message.getField(44))
        self.number += 1
        if self.task.kind == "one_way" and self.number % self.task.every:
            return
        report = qf.Message()
        report.getHeader().setField(35, "8")
        report.setField(37, f"X-{self.number:012}")
        report.setField(11, cl_ord_id)
        report.setField(17, f"E-{self.number:010}")
        for tag, value in ER_FIELDS:
            report.setField(tag, value)
        report.setField(60, _stamp())
        qf.Session.sendToTarget(report, session_id)


class _Buyer(_Application):
    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task, self.answers = task, Answers(task)
        self.logged_on, self.done = threading.Semaphore(0), threading.Event()
        self.room = threading.Semaphore(task.window if task.kind == "pairs" else 10 * task.every)
        self.sessions: list[qf.SessionID] = []

    def onCreate(self, session_id: qf.SessionID) -> None:
        self.sessions.append(session_id)

    def onLogon(self, session_id: qf.SessionID) -> None:
        self.logged_on.release()

    def fromApp(self, message: qf.Message, session_id: qf.SessionID) -> None:
        message.getField(37), message.getField(11), message.getField(39)
        float(message.getField(32)), float(message.getField(31))
        messages = self.task.every if self.task.kind == "one_way" else 1
        self.answers.answer(messages)
        for _ in range(messages):
            self.room.release()
        if self.answers.is_done:
            self.done.set()

    def send(self, number: int) -> None:
        order = qf.Message()
        order.getHeader().setField(35, "D")
        order.setField(11, f"ORD-20260515-{number:06}")
        for tag, value in NOS_FIELDS:
            order.setField(tag, value)
        order.setField(60, _stamp())
        qf.Session.sendToTarget(order, self.sessions[number % len(self.sessions)])


def serve(task: Task) -> None:
    """Listen until the process is ended."""
    settings = _settings(task, "acceptor")
    acceptor = qf.SocketAcceptor(_Seller(task), _store(task, settings), settings)
    acceptor.start()
    said(ready=True)
    while True:
        time.sleep(60)


def drive(task: Task) -> None:
    """Connect and measure."""
    settings = _settings(task, "initiator")
    buyer = _Buyer(task)
    initiator = qf.SocketInitiator(buyer, _store(task, settings), settings)
    initiator.start()
    for _ in range(task.sessions):
        if not buyer.logged_on.acquire(timeout=30):
            raise SystemExit("no logon within 30 s")
    if task.kind == "round_trip":
        drive_thread(task, buyer.send, buyer.answers)
    else:
        for number in range(buyer.answers.total):
            buyer.room.acquire()
            buyer.answers.sending()
            buyer.send(number)
    if not buyer.done.wait(120):
        raise SystemExit(f"{buyer.answers.answered} of {buyer.answers.total} answered")
    buyer.answers.tell()
    initiator.stop(True)
