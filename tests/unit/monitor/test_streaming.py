"""One page over one WebSocket: its token first, then a snapshot and deltas, until one side ends it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.monitor import Admission, Follower, Hub, follow, page_hub, streaming
from tests.on_loop import on_loop

ALL = frozenset({"baskets:read", "fix:read", "market-data:read", "publishing:read", "integration:read"})


class GoneError(Exception):
    """The other side closed."""


class Wire:
    """Both ends of a WebSocket in one process: what the page says, and what it is told."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[str | None] = asyncio.Queue()
        self.told: asyncio.Queue[str] = asyncio.Queue()
        self.closed: tuple[int, str | None] | None = None
        self.blocked: asyncio.Event | None = None

    async def receive_text(self) -> str:
        text = await self.said.get()
        if text is None:
            raise GoneError
        return text

    async def send_text(self, data: str) -> None:
        if self.blocked is not None:
            await self.blocked.wait()
        self.told.put_nowait(data)

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        self.closed = (code, reason)

    def say(self, token: str) -> None:
        self.said.put_nowait(json.dumps({"token": token}))

    async def frame(self) -> Any:
        async with asyncio.timeout(10):
            return json.loads(await self.told.get())


async def admit(token: str) -> Admission | None:
    known = {"all": Admission(ALL), "fix": Admission(frozenset({"fix:read"})), "brief": Admission(ALL, 10)}
    return known.get(token)


def start(wire: Wire, hub: Hub, clock: ManualClock | None = None) -> "asyncio.Task[None]":
    return asyncio.create_task(follow(wire, hub, admit, clock or ManualClock()))


async def ended(task: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(10):
        await task


@on_loop
async def test_a_page_with_a_token_is_given_a_snapshot_and_then_what_changes() -> None:
    wire, hub = Wire(), page_hub("one")
    task = start(wire, hub)
    wire.say("all")
    follower = Follower()
    follower.take(json.dumps(await wire.frame()))
    hub.put(("baskets", "TECH"), {"level": "1"})
    follower.take(json.dumps(await wire.frame()))
    assert follower.state == hub.state()
    wire.said.put_nowait(None)
    with pytest.raises(ExceptionGroup):
        await ended(task)
    assert hub.readers == 0


@on_loop
async def test_another_token_on_the_same_socket_gives_a_new_snapshot_of_what_it_opens() -> None:
    wire, hub = Wire(), page_hub("one")
    task = start(wire, hub)
    wire.say("all")
    first = await wire.frame()
    wire.say("fix")
    second = await wire.frame()
    assert (first["type"], second["type"]) == ("snapshot", "snapshot")
    assert set(second["state"]) == {"sessions", "messages", "fix_events"}
    assert hub.readers == 1
    task.cancel()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"token": "forged"}', 4401),
        ('{"token": 1}', 4400),
        ("[]", 4400),
        ("no json", 4400),
        ("[" * 10_000, 4400),
        ("x" * (streaming.LARGEST_MESSAGE + 1), 4400),
    ],
)
def test_what_is_no_valid_token_ends_it(said: str, code: int) -> None:
    @on_loop
    async def run() -> None:
        wire, hub = Wire(), page_hub("one")
        wire.said.put_nowait(said)
        await ended(start(wire, hub))
        assert wire.closed is not None
        assert wire.closed[0] == code
        assert wire.told.empty()

    run()


@on_loop
async def test_a_bad_token_later_ends_it_too() -> None:
    wire, hub = Wire(), page_hub("one")
    task = start(wire, hub)
    wire.say("all")
    await wire.frame()
    wire.say("forged")
    await ended(task)
    assert wire.closed == (4401, "the token is not valid")
    assert hub.readers == 0


@on_loop
async def test_an_expired_token_ends_it() -> None:
    wire, hub, clock = Wire(), page_hub("one"), ManualClock()
    task = start(wire, hub, clock)
    wire.say("brief")
    await wire.frame()
    clock.advance(10)
    hub.put(("baskets", "TECH"), 1)
    await ended(task)
    assert wire.closed == (4401, "the token has expired")


def within(monkeypatch: pytest.MonkeyPatch, **limits: float) -> None:
    for name, seconds in limits.items():
        monkeypatch.setattr(streaming, name, seconds)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await test()

    asyncio.run(whole())


def test_a_page_that_sends_no_token_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    within(monkeypatch, TOKEN_WITHIN_S=0.01)

    async def body() -> None:
        wire = Wire()
        await ended(start(wire, page_hub("one")))
        assert wire.closed == (4401, "no token came")

    run(body)


def test_a_page_that_takes_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    within(monkeypatch, SENT_WITHIN_S=0.01)

    async def body() -> None:
        wire = Wire()
        wire.blocked = asyncio.Event()
        wire.say("all")
        await ended(start(wire, page_hub("one")))
        assert wire.closed == (4408, "the page does not take what is sent")

    run(body)


def test_a_beat_comes_while_nothing_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    within(monkeypatch, BEAT_S=0.01, PACE_S=0.0)

    async def body() -> None:
        wire = Wire()
        task = start(wire, page_hub("one"))
        wire.say("all")
        assert [(await wire.frame())["type"] for _ in range(2)] == ["snapshot", "beat"]
        task.cancel()

    run(body)


def test_there_is_an_end_to_the_number_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "READERS_MAX", 0)

    async def body() -> None:
        wire = Wire()
        await ended(start(wire, page_hub("one")))
        assert wire.closed == (1013, "too many pages")

    run(body)
