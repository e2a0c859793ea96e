"""Small peers that follow a script, lawful or not, and the scenarios that are played against them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.testing.certification import (
    VERSIONS,
    Counterparty,
    Lane,
    Limits,
    Listener,
    Result,
    Scenario,
    read_scenario,
    run_against_acceptor,
    run_against_initiators,
)
from tests.wire import wire

__all__ = ["LIMITS", "NOW_NS", "Peer", "clock", "initiate", "party", "play", "scenario"]

# The SendingTime(52) that wire() writes.
NOW_NS = 1_772_461_800_000_000_000
LIMITS = Limits(reply_s=2.0, connect_s=2.0, logout_s=0.2)
LOGON = "35=A|98=0|108=30|141=Y"


def clock() -> ManualClock:
    return ManualClock(NOW_NS, 1_000_000_000)


def scenario(steps: str, head: str = "") -> Scenario:
    more = f"{head}\n" if head else ""
    return read_scenario(f"id: x\ntitle: A title\nrule: The rule\n{more}---\n{steps}\n", "x.scenario")


def party(version: str = "FIX.4.4", options: Mapping[str, str] | None = None, logon: str = "") -> Counterparty:
    return Counterparty(VERSIONS[version], "US", "PEER", options=options or {}, logon=logon)


class Peer:
    """One end of a connection that follows a script; numbers are its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begin: str) -> None:
        self.reader = reader
        self.writer = writer
        self.begin = begin
        self.next_out = 1

    async def read(self) -> dict[str, str]:
        """The next message as tags and values."""
        raw = await self.reader.readuntil(b"\x0110=")
        raw += await self.reader.readexactly(4)
        return dict(field.split("=", 1) for field in raw.decode("latin-1").rstrip("\x01").split("\x01"))

    def send(self, text: str) -> None:
        """A message; MsgSeqNum(34) is counted where it is not written."""
        if "|34=" not in f"|{text}":
            kind, _, rest = text.partition("|")
            text = f"{kind}|34={self.next_out}" + (f"|{rest}" if rest else "")
            self.next_out += 1
        self.writer.write(wire(f"8={self.begin}|{text}|"))

    async def log_on(self) -> None:
        """Take a Logon and answer it."""
        received = await self.read()
        assert received["35"] == "A"
        self.next_out = 1
        more = "".join(f"|{tag}={received[tag]}" for tag in ("141", "1137") if tag in received)
        self.send(f"35=A|98=0|108={received['108']}{more}")

    async def obey(self) -> None:
        """Answer TestRequests and a Logout until the end."""
        while True:
            received = await self.read()
            if received["35"] == "1":
                self.send(f"35=0|112={received['112']}")
            elif received["35"] == "5":
                self.send("35=5")
                return

    async def gone(self) -> None:
        """Wait until the other side has closed."""
        while await self.reader.read(65536):
            pass


Script = Callable[[Peer], Awaitable[None]]


async def _served(scripts: list[Script], begin: str, use: Callable[[int], Awaitable[list[Result]]]) -> list[Result]:
    """Use an acceptor whose connections follow the scripts in turn; the last one is for all that come after."""
    waiting = list(scripts)
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await script(Peer(reader, writer, begin))
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()
            running.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        return await use(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def play(
    steps: str | Scenario,
    *scripts: Script,
    head: str = "",
    counterparty: Counterparty | None = None,
    limits: Limits = LIMITS,
    told: ManualClock | None = None,
) -> Result:
    """What comes of a scenario that is played against an acceptor with these scripts."""
    played = scenario(steps, head) if isinstance(steps, str) else steps
    against = counterparty or party()
    time = told or clock()

    async def use(port: int) -> list[Result]:
        return await run_against_acceptor("127.0.0.1", port, [Lane(against, [played])], time, limits)

    (result,) = asyncio.run(_served(list(scripts), against.version.begin_string, use))
    return result


def initiate(
    steps: str, *scripts: Script, head: str = "", counterparty: Counterparty | None = None, limits: Limits = LIMITS
) -> Result:
    """What comes of a scenario that is played with an initiator that connects once for each script."""
    against = counterparty or party()

    async def connect(port: int) -> None:
        for script in scripts:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                await script(Peer(reader, writer, against.version.begin_string))
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

    async def run() -> list[Result]:
        time = clock()
        listener = Listener([against.version], time, limits)
        port = await listener.start("127.0.0.1", 0)
        initiator = asyncio.create_task(connect(port))
        try:
            return await run_against_initiators(listener, [Lane(against, [scenario(steps, head)])], time, limits)
        finally:
            initiator.cancel()
            await asyncio.gather(initiator, return_exceptions=True)
            await listener.stop()

    (result,) = asyncio.run(run())
    return result
