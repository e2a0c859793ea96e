"""Peers that mean harm, over loopback: memory stays bounded, and an honest session beside them keeps its heartbeats."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest

from pyfixmsg_plus.clock import SystemClock
from pyfixmsg_plus.codec import Splitter, parse
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.values import format_timestamp
from tests.not_run import not_run
from tests.unit.engine.pair import DEADLINE_S, Peer, play
from tests.wire import wire

CHILD = Path(__file__).with_name("child.py")
ROOT = Path(__file__).parents[2]
HEART_BT_INT_S = 2
# Who hears nothing for so long closes: 2.4 times HeartBtInt(108).
SILENCE_S = 2.4 * HEART_BT_INT_S
MOST_GROWTH = 48 << 20
PASSWORD = "554=right|"
FLOOD = 300


class Venue:
    """The acceptor's process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        assert process.stdout is not None
        self.port = int(process.stdout.readline().split()[1])

    def memory(self, what: str) -> int:
        """Bytes of memory that the process has (``VmRSS``), or had at most (``VmHWM``)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith(what))


@pytest.fixture
def venue() -> Iterator[Venue]:
    if not Path("/proc/self/status").exists():
        not_run("there is no /proc, which says how much memory a process has")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen([sys.executable, str(CHILD)], env=environment, stdout=subprocess.PIPE) as process:
        try:
            yield Venue(process)
        finally:
            process.kill()


async def closed(peer: Peer) -> bytes:
    """What came until the acceptor closed."""
    return await peer.ended()


async def _first_answer(port: int, said: Callable[[Peer], None], seq: int = 1) -> tuple[Peer, Message]:
    """Say something on a new connection until it is answered: others may have used up the logons of this second."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            peer = Peer(port, ours="VICTIM")
            peer.seq = seq
            await peer.__aenter__()
            try:
                said(peer)
                return peer, await peer.receive()
            except (EOFError, ConnectionError):
                peer.writer.close()


@asynccontextmanager
async def victim(port: int, seq: int = 1, heart_bt_int_s: int = 30) -> AsyncIterator[Peer]:
    """The victim's counterparty, logged on."""
    logon = f"35=A|98=0|108={heart_bt_int_s}|{PASSWORD}"
    peer, answer = await _first_answer(port, lambda peer: peer.send(logon), seq)
    with closing(peer.writer):
        assert answer.msg_type == "A"
        yield peer


async def slow_loris(port: int) -> None:
    """A Logon that arrives byte by byte is not waited for longer than a whole one."""
    async with Peer(port) as peer:
        begun = b"8=FIX.4.4\x019=60000\x0135=A\x0134=1\x0158="
        for at in range(10_000):
            with suppress(ConnectionError):
                peer.writer.write(begun[at : at + 1] or b"x")
                await peer.writer.drain()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    assert await peer.reader.read(1) == b""
                    return
    pytest.fail("it is still listened to")


async def silent_peers(port: int) -> None:
    """Connections that say nothing are closed, and room is made for others."""

    async def say_nothing() -> bytes:
        async with Peer(port) as peer:
            return await closed(peer)

    assert await asyncio.gather(*(say_nothing() for _ in range(20))) == [b""] * 20


async def a_peer_that_falls_silent(port: int) -> None:
    """A logged-on peer that falls silent is dropped, and may come back."""
    async with victim(port, heart_bt_int_s=1) as peer:
        last = Splitter().feed(await closed(peer))[-1]
    async with Peer(port, ours="VICTIM") as again:
        again.seq = 2
        assert (await again.log_on(PASSWORD))[34] == str(int(parse(last)[34]) + 1)


async def a_gigabyte(port: int) -> None:
    """A BodyLength(9) of 1 GB is believed neither before nor after the Logon."""
    async with Peer(port) as peer:
        await _pour(peer)
    async with victim(port) as peer:
        await _pour(peer)


async def _pour(peer: Peer) -> None:
    peer.writer.write(b"8=FIX.4.4\x019=1000000000\x0135=D\x01")
    with suppress(ConnectionError):
        for _ in range(256):
            peer.writer.write(b"x" * 65536)
            await peer.writer.drain()
    await closed(peer)


async def a_flood_of_logons(port: int) -> None:
    """Logons with a wrong password are answered by nothing, however many come."""

    async def attempt() -> bytes:
        try:
            async with Peer(port, ours="VICTIM") as peer:
                peer.send("35=A|98=0|108=30|554=wrong|")
                return await closed(peer)
        except ConnectionError:
            return b""

    for _ in range(0, FLOOD, 25):
        assert set(await asyncio.gather(*(attempt() for _ in range(25)))) == {b""}


async def logons_again(port: int) -> None:
    """A Logon that was recorded and is sent again, byte by byte, lets nobody in."""
    recorded = await _recorded(port)
    thief, answer = await _first_answer(port, lambda thief: thief.writer.write(recorded))
    with closing(thief.writer):
        assert (answer.msg_type, answer[58]) == ("5", "MsgSeqNum too low, expecting 2 but received 1")
        assert await closed(thief) == b""
    # While the session is connected the first connection stays, and the second hears nothing.
    async with victim(port, seq=2) as peer, Peer(port, ours="VICTIM") as thief:
        thief.writer.write(recorded)
        assert await closed(thief) == b""
        await _answers(peer)


async def _recorded(port: int) -> bytes:
    """The bytes of a Logon that let the victim in."""
    now = format_timestamp(SystemClock().now().utc_ns)
    logon = wire(f"8=FIX.4.4|35=A|34=1|49=VICTIM|52={now}|56=VENUE|98=0|108=30|{PASSWORD}", header=False)
    async with Peer(port, ours="VICTIM") as peer:
        peer.writer.write(logon)
        assert (await peer.receive()).msg_type == "A"
    return logon


async def _answers(peer: Peer) -> None:
    """The peer is logged on and its TestRequest is answered."""
    peer.send("35=1|112=here|")
    while True:
        if (await peer.receive()).get(112) == "here":
            return


async def resets_without_a_password(port: int) -> None:
    """ResetSeqNumFlag(141)=Y of one who is not let in changes no number."""
    async with victim(port) as peer:
        await _answers(peer)
    for _ in range(5):
        async with Peer(port, ours="VICTIM") as thief:
            thief.send("35=A|98=0|108=30|141=Y|554=wrong|")
            assert await closed(thief) == b""
    # Both numbers go on: Logon and TestRequest were the peer's, Logon and Heartbeat the acceptor's.
    again, answer = await _first_answer(port, lambda again: again.send(f"35=A|98=0|108=30|{PASSWORD}"), seq=3)
    with closing(again.writer):
        assert (answer.msg_type, answer[34]) == ("A", "3")
        await _answers(again)


async def random_bytes(port: int) -> None:
    """Bytes that mean nothing end a connection before the Logon, and are skipped behind it."""
    chance = random.Random(7)
    for _ in range(20):
        # The acceptor may have closed by then.
        with suppress(OSError):
            async with Peer(port) as peer:
                peer.writer.write(chance.randbytes(chance.randrange(1, 4000)))
                peer.writer.write_eof()
                await closed(peer)
    async with victim(port) as peer:
        for _ in range(50):
            peer.writer.write(chance.randbytes(chance.randrange(1, 4000)))
            garbled = bytearray(wire("8=FIX.4.4|35=0|34=2|49=VICTIM|52=20260302-14:30:00|56=VENUE|"))
            garbled[chance.randrange(20, len(garbled))] ^= 1
            peer.writer.write(bytes(garbled))
        peer.writer.write(b"\x01")
        await _answers(peer)


class Honest:
    """A session that keeps the rules, and how long it heard nothing at most."""

    def __init__(self, port: int) -> None:
        self._peer = Peer(port, ours="HONEST")
        self.longest_s = 0.0
        self.heartbeats = 0

    async def live(self, ready: asyncio.Event) -> None:
        """Log on, and answer whatever comes with a heartbeat."""
        loop = asyncio.get_running_loop()
        async with self._peer as peer:
            peer.send(f"35=A|98=0|108={HEART_BT_INT_S}|{PASSWORD}")
            assert (await peer.receive()).msg_type == "A"
            ready.set()
            heard_s = loop.time()
            while True:
                message = await peer.receive()
                self.longest_s = max(self.longest_s, loop.time() - heard_s)
                heard_s = loop.time()
                self.heartbeats += message.msg_type == "0"
                peer.send("35=0|" if message.get(112) is None else f"35=0|112={message[112]}|")


ATTACKS: list[Callable[[int], Awaitable[None]]] = [
    slow_loris,
    silent_peers,
    a_peer_that_falls_silent,
    a_gigabyte,
    a_flood_of_logons,
    logons_again,
    resets_without_a_password,
    random_bytes,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_an_attack_costs_little_and_disturbs_nobody(attack: Callable[[int], Awaitable[None]], venue: Venue) -> None:
    async def scene() -> None:
        honest, ready = Honest(venue.port), asyncio.Event()
        living = asyncio.create_task(honest.live(ready))
        await ready.wait()
        before = venue.memory("VmHWM")
        await attack(venue.port)
        beats = honest.heartbeats
        async with asyncio.timeout(4 * SILENCE_S):
            while honest.heartbeats == beats and not living.done():
                await asyncio.sleep(0.01)
        assert not living.done(), living.exception()
        living.cancel()
        assert honest.longest_s < SILENCE_S
        assert venue.memory("VmHWM") - before < MOST_GROWTH

    play(scene())
    assert venue.process.poll() is None
