"""PyFixMsg Plus, both ends: Python handlers, validation by dictionary on, no log."""

import asyncio
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyfixmsg_plus as fix
from measuring.sessions.loops import run
from measuring.sessions.pace import drive_async, refill
from measuring.sessions.task import ER_FIELDS, NOS_FIELDS, Answers, Task, said
from pyfixmsg_plus.dictionary import load_dictionary

_DICTIONARY = load_dictionary("FIX.4.4")
_SYNC = {"memory": "never", "file": "never", "durable": "always"}


def _settings(task: Task, role: str) -> str:
    folder = Path(task.folder) / role
    folder.mkdir(parents=True, exist_ok=True)
    heart_bt_int = task.interval_ns // 1_000_000_000 if task.kind == "idle" else 30
    where = (
        f"SocketAcceptAddress=127.0.0.1\nSocketAcceptPort={task.port}\n"
        if role == "acceptor"
        else (
            f"SocketConnectHost=127.0.0.1\nSocketConnectPort={task.port}\nReconnectInterval=1\n"
            f"HeartBtInt={heart_bt_int}\n"
        )
    )
    store = "memory:" if task.store == "memory" else f"journal:{folder / 'store'}"
    ours, theirs = ("SELL", "BUY") if role == "acceptor" else ("BUY", "SELL")
    sessions = "".join(
        f"[SESSION]\nBeginString=FIX.4.4\nSenderCompID={ours}{n}\nTargetCompID={theirs}{n}\n"
        for n in range(task.sessions)
    )
    return (
        f"[DEFAULT]\nConnectionType={role}\nStartTime=00:00:00\nEndTime=00:00:00\nstore={store}\n"
        f"store_sync={_SYNC[task.store]}\nmax_connections=2000\nmax_logons_per_s=2000\n{where}{sessions}"
    )


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


class _Seller(fix.Application):
    def __init__(self, task: Task) -> None:
        self.task, self.number = task, 0

    def from_app(self, message: fix.Message, session: Any) -> None:
        cl_ord_id = message[11]
        message[55], message[54], message.int(38), message.decimal(44)
        self.number += 1
        if self.task.kind == "one_way" and self.number % self.task.every:
            return
        report = {
            35: "8",
            37: f"X-{self.number:012}",
            11: cl_ord_id,
            17: f"E-{self.number:010}",
            **_REPORT,
            60: _stamp(),
        }
        session.send(fix.Message(report, dictionary=_DICTIONARY))


_REPORT, _ORDER = dict(ER_FIELDS), dict(NOS_FIELDS)


class _Buyer(fix.Application):
    def __init__(self, task: Task) -> None:
        self.task, self.answers = task, Answers(task)
        self.logged_on, self.done, self.waiting = asyncio.Event(), asyncio.Event(), task.sessions
        self.sessions: list[Any] = []
        self.lost = 0

    def on_logon(self, session: Any) -> None:
        self.sessions.append(session)
        self.waiting -= 1
        if not self.waiting:
            self.logged_on.set()

    def on_logout(self, session: Any) -> None:
        self.lost += 1

    def from_app(self, message: fix.Message, session: Any) -> None:
        message[37], message[11], message[39], message.int(32), message.decimal(31)
        self.answers.answer(self.task.every if self.task.kind == "one_way" else 1)
        if self.answers.is_done:
            self.done.set()
        elif self.task.kind != "round_trip":
            refill(self.task, self.send, self.answers)

    def send(self, number: int) -> None:
        order = {35: "D", 11: f"ORD-20260515-{number:06}", **_ORDER, 60: _stamp()}
        self.sessions[number % len(self.sessions)].send(fix.Message(order, dictionary=_DICTIONARY))


def serve(task: Task) -> None:
    """Listen until the process is ended."""

    async def main() -> None:
        async with fix.Acceptor.from_config(_settings(task, "acceptor"), _Seller(task)):
            said(ready=True, pid=os.getpid())
            await asyncio.Event().wait()

    run(task.loop, main())


def drive(task: Task) -> None:
    """Connect and measure."""

    async def main() -> None:
        buyer = _Buyer(task)
        before = _kilobytes(os.getpid())
        async with fix.Initiator.from_config(_settings(task, "initiator"), buyer) as initiator:
            await asyncio.wait_for(buyer.logged_on.wait(), 60)
            if task.kind == "idle":
                await _idle(task, buyer, initiator, before)
                return
            await drive_async(task, buyer.send, buyer.answers, buyer.done)
            buyer.answers.tell()

    run(task.loop, main())


def _kilobytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


async def _idle(task: Task, buyer: _Buyer, initiator: fix.Initiator, before_kb: int) -> None:
    """Sit for three heartbeats; every session must still be logged on and have heard of its peer in time."""
    grown = _kilobytes(os.getpid()) - before_kb
    until = time.monotonic_ns() + 3 * task.interval_ns + 1_000_000_000
    while time.monotonic_ns() < until:
        await asyncio.sleep(0.5)
    standing = sum(session.is_logged_on and session.next_in >= 3 for session in initiator.sessions.values())
    said(kilobytes=grown / task.sessions, heartbeats_missed=task.sessions - standing + buyer.lost)
