"""Play many scenarios: in turn against one session, sessions side by side.

`run_against_acceptor` connects; `run_against_initiators` listens, and tells initiators apart by the BeginString(8) of
their first message.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.testing.certification.conversation import Opener
from pyfixmsg_plus.testing.certification.link import Link
from pyfixmsg_plus.testing.certification.player import play, unplayed
from pyfixmsg_plus.testing.certification.profile import Counterparty, Limits, Numbers
from pyfixmsg_plus.testing.certification.steps import Dialect, Role, Scenario
from pyfixmsg_plus.testing.certification.verdicts import Result, Verdict
from pyfixmsg_plus.testing.certification.versions import Version

__all__ = ["Lane", "Listener", "Observer", "lanes_of_definitions", "run_against_acceptor", "run_against_initiators"]

Observer = Callable[[Result], None]
"""Told of each result when it is there."""

# What the runner of the QuickFIX family waits before each file.
_PAUSE_S = 0.1
# Connections of initiators that nobody has asked for yet.
_MOST_WAITING = 4
_FIRST_BYTES = 64
# An engine that could not be reached so many times in turn is not tried again.
_GIVEN_UP = 2


@dataclass(frozen=True, slots=True)
class Lane:
    """Scenarios that are played in turn against one session."""

    counterparty: Counterparty
    scenarios: Sequence[Scenario]
    numbers: Numbers = field(default_factory=Numbers)


def lanes_of_definitions(scenarios: Iterable[Scenario]) -> list[Lane]:
    """Return a lane for the ``.def`` files of each folder; they name versions and identities themselves."""
    folders: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        folders.setdefault(Path(scenario.file).parent.name, []).append(scenario)
    return [Lane(Counterparty(Version(name, ""), "", ""), played) for name, played in folders.items()]


async def run_against_acceptor(
    host: str, port: int, lanes: Iterable[Lane], clock: Clock, limits: Limits, observer: Observer | None = None
) -> list[Result]:
    """Play scenarios against an acceptor that listens at an address, lanes side by side.

    Returns:
        The results in the order of lanes and scenarios.
    """

    async def dial() -> Link:
        async with asyncio.timeout(limits.connect_s):
            reader, writer = await asyncio.open_connection(host, port)
        return Link(reader, writer, clock, limits.message_bytes)

    async def one(lane: Lane, scenario: Scenario) -> Result:
        if scenario.dialect is Dialect.QUICKFIX and not scenario.not_applicable:
            await _connect_and_drop(dial)
        return await play(scenario, lane.counterparty, Role.ACCEPTOR, dial, clock, limits, lane.numbers)

    return await _side_by_side(lanes, Role.ACCEPTOR, one, observer)


async def _connect_and_drop(dial: Opener) -> None:
    """Open a connection and close it, which must be harmless, as the runner of the QuickFIX family does."""
    with contextlib.suppress(OSError):
        link = await dial()
        await link.close(1.0)
    await asyncio.sleep(_PAUSE_S)


async def run_against_initiators(
    listener: "Listener", lanes: Iterable[Lane], clock: Clock, limits: Limits, observer: Observer | None = None
) -> list[Result]:
    """Play scenarios with initiators that connect to a listener, lanes side by side.

    Returns:
        The results in the order of lanes and scenarios.
    """

    async def one(lane: Lane, scenario: Scenario) -> Result:
        opener = listener.opener(lane.counterparty.version)
        return await play(scenario, lane.counterparty, Role.INITIATOR, opener, clock, limits, lane.numbers)

    return await _side_by_side(lanes, Role.INITIATOR, one, observer)


async def _side_by_side(
    lanes: Iterable[Lane],
    role: Role,
    one: Callable[[Lane, Scenario], Coroutine[None, None, Result]],
    observer: Observer | None,
) -> list[Result]:
    async def in_turn(lane: Lane) -> list[Result]:
        results: list[Result] = []
        unreached = 0
        for scenario in lane.scenarios:
            if unreached < _GIVEN_UP:
                result = await one(lane, scenario)
            else:
                result = unplayed(scenario, lane.counterparty, role)
            if result.verdict is not Verdict.NOT_APPLICABLE:
                unreached = unreached + 1 if result.is_unreached else 0
            results.append(result)
            if observer is not None:
                observer(result)
        return results

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(lane)) for lane in lanes]
    return [result for task in tasks for result in task.result()]


class Listener:
    """Takes the connections of initiators, and keeps each until its lane asks for one.

    Args:
        versions: The versions of the lanes; with one alone, every connection is its.
        clock: Says when something came.
        limits: Deadlines and sizes.
    """

    def __init__(self, versions: Iterable[Version], clock: Clock, limits: Limits) -> None:
        self._queues: Mapping[str, deque[Link]] = {version.begin_string: deque() for version in versions}
        self._clock = clock
        self._limits = limits
        self._came = asyncio.Condition()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port.

        Raises:
            OSError: The address cannot be listened at.
        """
        self._server = await asyncio.start_server(self._accept, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Listen no longer, and drop what nobody asked for."""
        if self._server is not None:
            self._server.close()
        for queue in self._queues.values():
            while queue:
                queue.popleft().abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        queue, first = None, b""
        if len(self._queues) == 1:
            queue = next(iter(self._queues.values()))
        else:
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(self._limits.reply_s):
                    while first.count(b"\x01") == 0 and len(first) < _FIRST_BYTES:
                        data = await reader.read(_FIRST_BYTES)
                        if not data:
                            break
                        first += data
            begin_string = first.partition(b"\x01")[0].removeprefix(b"8=").decode("latin-1")
            queue = self._queues.get(begin_string)
        if queue is None or len(queue) >= _MOST_WAITING:
            writer.transport.abort()
            return
        async with self._came:
            queue.append(Link(reader, writer, self._clock, self._limits.message_bytes, first))
            self._came.notify_all()

    def opener(self, version: Version) -> Opener:
        """Return what waits for the next connection of a version."""
        queue = self._queues[version.begin_string]

        async def opened() -> Link:
            async with asyncio.timeout(self._limits.connect_s), self._came:
                while True:
                    await self._came.wait_for(lambda: bool(queue))
                    link = queue.popleft()
                    if not link.is_closed:
                        return link
                    link.abort()

        return opened
