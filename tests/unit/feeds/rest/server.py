"""A small HTTP server on loopback, which answers what it was told to and remembers what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

__all__ = ["Answer", "Server", "serving"]


class Asked(NamedTuple):
    target: str
    headers: dict[str, str]


class Answer(NamedTuple):
    body: bytes = b"{}"
    status: int = 200
    headers: tuple[str, ...] = ("Content-Type: application/json",)
    length: int | None = None  # what it says, where that is not true
    hang: bool = False


class Server:
    """Answers by the target that was asked for, else 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[Asked], Answer]] = {}
        self.asked: list[Asked] = []
        self.changed = asyncio.Event()
        self.url = ""

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("ascii").split("\r\n")
                headers = {
                    name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
                }
                asked = Asked(lines[0].split(" ")[1], headers)
                self.asked.append(asked)
                self.changed.set()
                answer = self.answers.get(asked.target, Answer(status=404))
                if not isinstance(answer, Answer):
                    answer = answer(asked)
                if answer.hang:
                    await reader.read()
                    return
                length = len(answer.body) if answer.length is None else answer.length
                head_out = [f"HTTP/1.1 {answer.status} X", f"Content-Length: {length}", *answer.headers, "", ""]
                writer.write("\r\n".join(head_out).encode("ascii") + answer.body)
                await writer.drain()
                if answer.length is not None:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server._talk, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()[:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
