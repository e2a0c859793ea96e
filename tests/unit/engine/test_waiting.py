"""What happens while something is waited for: order is kept, ends are told, and nothing is lost."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine import Acceptor, Application, Initiator, Session
from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.store import MemoryStore, MessageStore
from pyfixmsg_plus.values import SessionID
from tests.unit.engine.pair import Peer, Recorder, acceptor_settings, initiator_settings, order, pair, play, until

ORDER = "35=D|11=A1|21=1|38=100|40=1|54=1|55=IBM|60=20260302-14:30:00.000|"


class Gate(Recorder):
    """Waits in one callback until it is told to go on."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names = names
        self.came = asyncio.Event()
        self.may_go_on = asyncio.Event()

    async def _wait(self, name: str) -> None:
        if name in self.names:
            self.came.set()
            await self.may_go_on.wait()

    def from_admin(self, message: Message, session: Session) -> Any:
        return self._wait(f"from {message.msg_type}")

    async def from_app(self, message: Message, session: Session) -> None:
        await self._wait("from_app")
        self.messages.append(message)

    def to_app(self, message: Message, session: Session) -> None: ...


class AdminGate(Gate):
    """Waits in what is about to go out, too."""

    def to_admin(self, message: Message, session: Session) -> Any:
        return self._wait(f"to {message.msg_type}")


async def numbers_of(peer: Peer, count: int) -> list[tuple[str | None, int]]:
    """MsgType(35) and MsgSeqNum(34) of what comes."""
    return [(message.msg_type, message.int(34)) for message in [await peer.receive() for _ in range(count)]]


@pytest.mark.parametrize("waits_at", ["from 1", "to 0"])
def test_what_is_sent_meanwhile_keeps_its_place_behind_output_that_waits(waits_at: str) -> None:
    async def scene() -> list[tuple[str | None, int]]:
        venue = AdminGate(waits_at)
        async with Acceptor([acceptor_settings()], venue) as acceptor, Peer(acceptor.addresses[0].port) as peer:
            (session,) = acceptor.sessions.values()
            await peer.log_on()
            peer.send("35=1|112=here|")
            await venue.came.wait()
            # The Heartbeat has its number and is not written: what comes later must not overtake it.
            session.send(order("B1"))
            session.test_request()
            venue.may_go_on.set()
            return await numbers_of(peer, 3)

    assert play(scene()) == [("0", 2), ("D", 3), ("1", 4)]


@pytest.mark.parametrize("shows", [False, True])
def test_a_logout_goes_out_while_a_handler_is_waited_for(shows: bool) -> None:
    class Showing(Gate):
        def to_admin(self, message: Message, session: Session) -> None:
            if message.msg_type == "5":
                message[58] = "shown"

    async def scene() -> None:
        venue = (Showing if shows else Gate)("from_app")
        async with Acceptor([acceptor_settings()], venue) as acceptor, Peer(acceptor.addresses[0].port) as peer:
            (session,) = acceptor.sessions.values()
            await peer.log_on()
            peer.send(ORDER)
            await venue.came.wait()
            session.log_out()
            logout = await peer.receive()
            assert (logout.msg_type, logout.get(58)) == ("5", "shown" if shows else None)
            venue.may_go_on.set()
            peer.send("35=5|")
            assert await peer.ended() == b""
            assert venue.ids == ["A1"]

    play(scene())


def test_a_message_whose_handler_ends_after_the_connection_counts_as_delivered() -> None:
    async def scene() -> int:
        venue = Gate("from_app")
        async with Acceptor([acceptor_settings()], venue) as acceptor:
            (session,) = acceptor.sessions.values()
            (driver,) = acceptor._drivers.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                peer.send(ORDER)
                await venue.came.wait()
            await until(lambda: driver.link is None)
            # The session is not done with it: a connection that comes now is refused.
            async with Peer(acceptor.addresses[0].port) as peer:
                peer.send("35=A|98=0|108=30|", seq=3)
                assert await peer.ended() == b""
            venue.may_go_on.set()
            await until(lambda: not driver.is_bound)
            assert venue.calls[-1] == "on_logout"
            return session.next_in

    assert play(scene()) == 3


@pytest.mark.parametrize("waits_at", ["from_app", "to 5"])
def test_a_callback_that_hangs_after_the_connection_is_cancelled(
    waits_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyfixmsg_plus.engine.driver._CALLBACK_GRACE_S", 0.05)

    async def scene() -> tuple[int, int]:
        venue = AdminGate(waits_at)
        async with Acceptor([acceptor_settings()], venue) as acceptor:
            (session,) = acceptor.sessions.values()
            (driver,) = acceptor._drivers.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                peer.send(ORDER)
                if waits_at == "to 5":
                    peer.send("35=5|")
                await venue.came.wait()
            await until(lambda: not driver.is_bound)
            # The session goes on from what is stored.
            numbers = driver._store.numbers()
            assert (session.next_out, session.next_in) == (numbers.next_out, numbers.next_in)
            return session.next_out, session.next_in

    # An order that was not taken is expected again; a Logout that was not written has no number.
    assert play(scene()) == {"from_app": (2, 2), "to 5": (2, 3)}[waits_at]


def test_a_failing_on_create_is_told_and_the_session_is_there() -> None:
    class Venue(Application):
        async def on_create(self, session: Session) -> None:
            raise RuntimeError("no")

    async def scene() -> list[str]:
        heard: list[Any] = []
        acceptor = Acceptor([acceptor_settings()], Venue())
        acceptor.events.subscribe(heard.append)
        async with acceptor, Peer(acceptor.addresses[0].port) as peer:
            assert (await peer.log_on()).msg_type == "A"
        return [event.name for event in heard]

    assert "handler_failed" in play(scene())


# ------------------------------------------------------------------------------------------------ stores


class Slow(MemoryStore):
    """Answers when it is told to, and fails where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.fails: set[str] = set()
        self.gates: dict[str, asyncio.Event] = {}
        self.asked: list[str] = []

    def _answer(self, name: str, value: Callable[[], Any]) -> Any:
        async def later() -> Any:
            self.asked.append(name)
            if name in self.gates:
                await self.gates[name].wait()
            if name in self.fails:
                raise StoreError(f"{name} failed")
            return value()

        return later()

    def refresh(self) -> Any:
        return self._answer("refresh", super().refresh)

    def read(self, begin: int, end: int, limit_bytes: int) -> Any:
        return self._answer("read", lambda: MemoryStore.read(self, begin, end, limit_bytes))

    def commit(self) -> Any:
        return self._answer("commit", lambda: None)

    def advance(self, next_in: int) -> None:
        if "advance" in self.fails:
            raise StoreError("advance failed")
        super().advance(next_in)


class Stores:
    """The store of each session that was opened last."""

    def __init__(self) -> None:
        self.opened: list[Slow] = []

    def __call__(self, settings: SessionSettings, session_id: SessionID) -> MessageStore:
        self.opened.append(Slow())
        return self.opened[-1]


def test_a_store_that_fails_while_it_is_waited_for_ends_the_connection_and_nothing_is_sent() -> None:
    async def scene() -> None:
        stores = Stores()
        async with Acceptor([acceptor_settings()], Recorder(), open_store=stores) as acceptor:
            (session,) = acceptor.sessions.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                stores.opened[0].fails.add("commit")
                session.send(order())
                assert await peer.ended() == b""
            assert session.state == "closed"

    play(scene())


def test_a_store_that_fails_behind_an_async_handler_ends_the_connection() -> None:
    async def scene() -> None:
        stores = Stores()
        venue = Gate()
        async with Acceptor([acceptor_settings()], venue, open_store=stores) as acceptor:
            (session,) = acceptor.sessions.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                await until(lambda: session.is_logged_on)
                stores.opened[0].fails.add("advance")
                peer.send(ORDER)
                assert await peer.ended() == b""
            await until(lambda: session.state == "closed")
            assert (venue.ids, session.next_in) == (["A1"], 2)

    play(scene())


def test_what_is_stored_meanwhile_shares_the_next_commit() -> None:
    async def scene() -> tuple[int, list[tuple[str | None, int]]]:
        stores = Stores()
        async with Acceptor([acceptor_settings()], Recorder(), open_store=stores) as acceptor:
            (session,) = acceptor.sessions.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                store = stores.opened[0]
                await until(lambda: acceptor._drivers[session.session_id]._outbox._commit_task is None)
                store.gates["commit"] = asyncio.Event()
                before = len(store.asked)
                session.send(order("B0"))
                await until(lambda: len(store.asked) == before + 1)
                for number in range(1, 50):
                    session.send(order(f"B{number}"))
                    await asyncio.sleep(0)
                store.gates["commit"].set()
                return len(store.asked) - before, await numbers_of(peer, 50)

    commits, sent = play(scene())
    assert sent == [("D", number) for number in range(2, 52)]
    assert commits == 1  # the second is asked for when the first is done


@pytest.mark.parametrize("at", ["read", "gone"])
def test_a_resend_ends_with_its_store_or_its_connection(at: str) -> None:
    async def scene() -> None:
        stores = Stores()
        async with Acceptor([acceptor_settings()], Recorder(), open_store=stores) as acceptor:
            (session,) = acceptor.sessions.values()
            (driver,) = acceptor._drivers.values()
            for number in range(5):
                session.send(order(f"B{number}"))
            store = stores.opened[0]
            store.gates["read"] = asyncio.Event()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                peer.send("35=2|7=1|16=0|")
                await until(lambda: "read" in store.asked)
                if at == "read":
                    store.fails.add("read")
                    store.gates["read"].set()
                    assert await peer.ended() == b""
            await until(lambda: not driver.is_bound)
            # The next connection is served, also while the old reading still waits.
            store.fails.clear()
            async with Peer(acceptor.addresses[0].port) as peer:
                peer.seq = session.next_in
                await peer.log_on()
                peer.send("35=2|7=1|16=5|")
                await until(lambda: store.asked.count("read") >= 2)
                store.gates["read"].set()
                assert [number for _, number in await numbers_of(peer, 5)] == [1, 2, 3, 4, 5]

    play(scene())


def test_a_resend_that_the_application_fails_at_goes_on() -> None:
    class Venue(Recorder):
        def to_app(self, message: Message, session: Session) -> None:
            if message.get(43) == "Y":
                raise RuntimeError("no")

    class SlowVenue(Recorder):
        async def to_app(self, message: Message, session: Session) -> None:
            await asyncio.sleep(0)
            if message.get(43) == "Y":
                raise RuntimeError("no")

    async def scene(venue: Recorder) -> list[str]:
        desk = Recorder()
        async with pair(venue, desk) as both:
            both.ours.disconnect()
            await until(lambda: both.theirs.state == "closed")
            await both.theirs.send_async(order("B1"))
            await until(lambda: desk.messages)
        return desk.ids

    assert play(scene(Venue())) == ["B1"]
    assert play(scene(SlowVenue())) == ["B1"]


@pytest.mark.parametrize("how", ["fails", "gone", "taken"])
def test_a_connection_waits_for_the_numbers_to_be_read_again(how: str) -> None:
    async def scene() -> None:
        stores = Stores()
        settings = [acceptor_settings(refresh_on_logon=True)]
        async with Acceptor(settings, Recorder(), open_store=stores) as acceptor:
            (driver,) = acceptor._drivers.values()
            store = stores.opened[0]
            store.gates["refresh"] = asyncio.Event()
            port = acceptor.addresses[0].port
            async with Peer(port) as peer, Peer(port) as other:
                peer.send("35=A|98=0|108=30|")
                await until(lambda: "refresh" in store.asked)
                if how == "taken":
                    other.send("35=A|98=0|108=30|")
                    await until(lambda: store.asked.count("refresh") == 2)
                elif how == "fails":
                    store.fails.add("refresh")
                if how != "gone":
                    store.gates["refresh"].set()
                if how == "taken":
                    assert (await peer.receive()).msg_type == "A"
                    assert await other.ended() == b""
                elif how == "fails":
                    assert await peer.ended() == b""
            await until(lambda: not driver.is_bound)

    play(scene())


def test_an_initiator_whose_numbers_cannot_be_read_again_tries_later() -> None:
    async def scene() -> None:
        stores = Stores()
        async with Acceptor([acceptor_settings()], Recorder()) as acceptor:
            settings = initiator_settings(acceptor.addresses[0].port, refresh_on_logon=True)
            heard: list[Any] = []
            initiator = Initiator([settings], Recorder(), environ={}, seed=1, open_store=stores)
            initiator.events.subscribe(heard.append)
            async with initiator:
                stores.opened[0].fails.add("refresh")
                await until(lambda: any(event.name == "connect_failed" for event in heard))
                stores.opened[0].fails.clear()
                await initiator.logged_on()

    play(scene())


def test_a_store_that_cannot_be_closed_is_logged_and_the_others_are(caplog: pytest.LogCaptureFixture) -> None:
    class Stuck(MemoryStore):
        def close(self) -> None:
            raise StoreError("it does not close")

    async def scene() -> None:
        sessions = [acceptor_settings(), acceptor_settings(theirs="OTHER")]
        async with Acceptor(sessions, Recorder(), open_store=lambda settings, session_id: Stuck()):
            pass

    play(scene())
    assert caplog.text.count("it does not close") == 2


def test_what_is_sent_when_a_commit_has_begun_is_written_after_its_own() -> None:
    async def scene() -> None:
        stores = Stores()
        async with Acceptor([acceptor_settings()], Recorder(), open_store=stores) as acceptor:
            (session,) = acceptor.sessions.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                store = stores.opened[0]
                await until(lambda: acceptor._drivers[session.session_id]._outbox._commit_task is None)
                first, second = asyncio.Event(), asyncio.Event()
                store.gates["commit"] = first
                asked, written = len(store.asked), session.metrics.bytes_out
                session.send(order("B0"))
                # Behind the flush that begins the commit, and before anything waits for the store.
                asyncio.get_running_loop().call_soon(session.send, order("B1"))
                await until(lambda: len(store.asked) == asked + 1)
                store.gates["commit"] = second
                first.set()
                message = await peer.receive()
                await until(lambda: len(store.asked) == asked + 2)
                assert message[11] == "B0"
                assert session.metrics.bytes_out == written + len(message.encode())
                second.set()
                assert (await peer.receive())[11] == "B1"

    play(scene())
