"""The floor of an event loop: bytes of an order there, bytes of a report back, and nothing done with them."""

import asyncio
from typing import cast

from measuring.samples import fixed
from measuring.sessions.loops import run
from measuring.sessions.pace import drive_async, refill
from measuring.sessions.task import Answers, Task, said

(_ORDER,), (_REPORT,) = fixed("NOS"), fixed("ER")


class _Server(asyncio.Protocol):
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.got = 0

    def data_received(self, data: bytes) -> None:
        self.got += len(data)
        messages, self.got = divmod(self.got, len(_ORDER))
        if messages:
            self.transport.write(_REPORT * messages)


class _Client(asyncio.Protocol):
    def __init__(self, task: Task, answers: Answers, done: asyncio.Event) -> None:
        self.task, self.answers, self.done, self.got = task, answers, done, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def send(self, _number: int) -> None:
        self.transport.write(_ORDER)

    def data_received(self, data: bytes) -> None:
        self.got += len(data)
        messages, self.got = divmod(self.got, len(_REPORT))
        for _ in range(messages):
            self.answers.answer()
        if self.answers.is_done:
            self.done.set()
        elif self.task.kind == "pairs":
            refill(self.task, self.send, self.answers)


def serve(task: Task) -> None:
    """Listen until the process is ended."""

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", task.port)
        said(ready=True)
        await server.serve_forever()

    run(task.loop, main())


def drive(task: Task) -> None:
    """Connect and measure."""

    async def main() -> None:
        answers, done = Answers(task), asyncio.Event()
        _, client = await asyncio.get_running_loop().create_connection(
            lambda: _Client(task, answers, done), "127.0.0.1", task.port
        )
        await drive_async(task, client.send, answers, done)
        answers.tell()

    run(task.loop, main())
