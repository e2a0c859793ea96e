"""Both sides of a session as processes that are killed under load: nothing that was acknowledged is lost."""

import os
import random
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHILD = Path(__file__).with_name("child.py")
ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("FIXPLUS_KILLS", "5"))
DEADLINE_S = 30.0
ROLES = ("acceptor", "initiator")
POLICIES = ("always", "interval", "never")


class Side:
    """One side, through all its lives, and all that it said."""

    def __init__(self, role: str, url: str) -> None:
        self.role = role
        self.url = url
        self.port = 0
        self.accepted: set[str] = set()
        self.seen: set[str] = set()
        self.said: deque[str] = deque()
        self.runs = 0
        self._rest = b""
        self.process: subprocess.Popen[bytes]

    def start(self, port: int, sync: str) -> None:
        """Begin a life."""
        self.runs += 1
        self._rest = b""
        run = f"{self.role[0]}{self.runs}"
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), self.role, run, str(port), self.url, sync],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def tell(self, line: str) -> None:
        """Write to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")

    def hear(self) -> int:
        """Take what it said so far; how many facts, or -1 at its end."""
        assert self.process.stdout is not None
        data = os.read(self.process.stdout.fileno(), 1 << 16)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            what, _, rest = line.decode().partition(" ")
            if what in ("accepted", "seen"):
                (self.accepted if what == "accepted" else self.seen).add(rest)
            else:
                self.said.append(line.decode())
        return len(lines) if data else -1

    def kill(self) -> None:
        """End this life at once; what it said before is heard to the end."""
        self.process.kill()
        while self.hear() >= 0:
            pass
        self.end()

    def end(self) -> None:
        """Forget a process that has ended."""
        self.process.wait(DEADLINE_S)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()


class Sides:
    """Both sides, heard together so that neither is held up."""

    def __init__(self, sides: dict[str, Side]) -> None:
        self.sides = sides

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Hear both sides until something is so."""
        ends_s = time.monotonic() + DEADLINE_S
        with selectors.DefaultSelector() as selector:
            for one in (one for one in self.sides.values() if one.runs):
                assert one.process.stdout is not None
                selector.register(one.process.stdout, selectors.EVENT_READ, one)
            while not condition():
                ready = selector.select(max(0.0, ends_s - time.monotonic()))
                if not ready:
                    pytest.fail(f"not within {DEADLINE_S:.0f} s: {what}")
                for key, _ in ready:
                    side: Side = key.data
                    if side.hear() < 0:
                        pytest.fail(f"the {side.role} ended with {side.process.wait(DEADLINE_S)}: {what}")

    def answer(self, side: Side, question: str, answer: str) -> list[str]:
        """Ask one side, and wait for what it answers."""
        side.said.clear()
        if question:
            side.tell(question)
        self.until(lambda: any(line.startswith(answer) for line in side.said), f"the {side.role} says {answer}")
        return next(line for line in side.said if line.startswith(answer)).split()[1:]

    def facts(self) -> int:
        """How many facts were told so far."""
        return sum(len(side.accepted) + len(side.seen) for side in self.sides.values())

    def lost(self) -> dict[str, set[str]]:
        """What one side had acknowledged and the other side's application did not see."""
        acceptor, initiator = (self.sides[role] for role in ROLES)
        return {"acceptor": acceptor.accepted - initiator.seen, "initiator": initiator.accepted - acceptor.seen}


@contextmanager
def both(urls: dict[str, str]) -> Iterator[Sides]:
    sides = {role: Side(role, urls[role]) for role in ROLES}
    try:
        yield Sides(sides)
    finally:
        for side in sides.values():
            if side.runs and side.process.poll() is None:
                side.kill()


def agreed(sides: Sides) -> bool:
    acceptor, initiator = (sides.answer(sides.sides[role], "numbers", "numbers") for role in ROLES)
    return acceptor[:2] == initiator[1::-1]


@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_nothing_acknowledged_is_lost_by_kills_under_load(kind: str, tmp_path: Path) -> None:
    chance = random.Random(f"{kind} {KILLS}")
    file = {"journal": "journals", "sqlite": "store.db"}[kind]
    for role in ROLES:
        (tmp_path / role).mkdir()
    with both({role: f"{kind}:{tmp_path / role / file}" for role in ROLES}) as sides:
        acceptor, initiator = (sides.sides[role] for role in ROLES)
        acceptor.start(0, chance.choice(POLICIES))
        port = int(sides.answer(acceptor, "", "listening")[0])
        initiator.start(port, chance.choice(POLICIES))
        for _ in range(KILLS):
            more = sides.facts() + chance.randrange(1, 4000)
            sides.until(lambda more=more: sides.facts() >= more, "both sides go on")  # type: ignore[misc]
            side = sides.sides[chance.choice(ROLES)]
            side.kill()
            side.start(port, chance.choice(POLICIES))
            if side is acceptor:
                sides.answer(acceptor, "", "listening")
        for side in (acceptor, initiator):
            side.tell("calm")
        sides.until(lambda: not any(sides.lost().values()), "all that was acknowledged arrives")
        ends_s = time.monotonic() + DEADLINE_S
        while not agreed(sides):
            assert time.monotonic() < ends_s, "both sides agree on their numbers"
        for side in (initiator, acceptor):
            side.tell("stop")
            side.end()
            assert side.process.returncode == 0
        assert min(len(side.accepted) for side in (acceptor, initiator)) > KILLS
