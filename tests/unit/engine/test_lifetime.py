"""Engines start, connect again, change while they run, and stop, whatever state their sessions are in."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine import Acceptor, Application, Initiator, Session
from pyfixmsg_plus.errors import ConfigError, LocalProtocolError, StoreError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.store import MemoryStore, MessageStore
from pyfixmsg_plus.telemetry import Event
from pyfixmsg_plus.values import SessionID
from tests.unit.engine.pair import (
    Peer,
    Recorder,
    acceptor_settings,
    free_port,
    initiator_settings,
    order,
    pair,
    play,
    until,
)
from tests.wire import wire

SECOND = 1_000_000_000
# Monday, 2 March 2026, 12:00 UTC.
NOON = 1_772_452_800 * SECOND


# ------------------------------------------------------------------------------------------------- start


def test_an_engine_without_sessions_of_its_side_does_not_start() -> None:
    async def scene() -> None:
        with pytest.raises(ConfigError, match="no session with ConnectionType=initiator"):
            await Initiator([acceptor_settings()], Recorder()).start()

    play(scene())


def test_an_engine_starts_once() -> None:
    async def scene() -> None:
        async with Acceptor([acceptor_settings()], Recorder()) as acceptor:
            with pytest.raises(LocalProtocolError, match="it runs already"):
                await acceptor.start()

    play(scene())


def test_an_engine_that_was_stopped_starts_again() -> None:
    async def scene() -> list[str]:
        venue = Recorder()
        acceptor = Acceptor([acceptor_settings(reset_on_logon=True)], venue)
        for _ in range(2):
            async with acceptor, Peer(acceptor.addresses[0].port) as peer:
                assert (await peer.log_on()).msg_type == "A"
        await acceptor.stop()
        return venue.calls

    assert play(scene()) == ["on_create", "on_logon", "on_logout"] * 2


def test_a_port_that_is_taken_is_told_and_nothing_stays_open(tmp_path: Path) -> None:
    async def scene() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            store = {"file_store_path": tmp_path}
            acceptor = Acceptor([acceptor_settings(socket_accept_port=port, **store)], Recorder())
            with pytest.raises(OSError, match="in use"):
                await acceptor.start()
        # The store was given up: another engine can use it.
        async with Acceptor([acceptor_settings(**store)], Recorder()):
            pass

    play(scene())


def test_settings_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "fix.cfg"
    file.write_text(
        "[DEFAULT]\nConnectionType=acceptor\nSocketAcceptPort=0\nNonStopSession=Y\nUnknownKey=1\n"
        "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=VENUE\nTargetCompID=US\n"
    )

    async def scene() -> str:
        async with Acceptor.from_config(file, Recorder(), environ={}) as acceptor:
            (session,) = acceptor.sessions.values()
            return session.settings.extra["UnknownKey"]

    assert play(scene()) == "1"


def test_one_bad_session_stops_the_rest_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    bad = {"theirs": "BAD", "store": "nowhere:"}

    async def scene() -> tuple[list[str], list[Event]]:
        with pytest.raises(StoreError):
            await Acceptor([acceptor_settings(), acceptor_settings(**bad)], Recorder()).start()
        heard: list[Event] = []
        sessions = [acceptor_settings(), acceptor_settings(continue_initialization_on_error=True, **bad)]
        acceptor = Acceptor(sessions, Recorder())
        acceptor.events.subscribe(heard.append)
        async with acceptor:
            return [str(name) for name in acceptor.sessions], heard

    sessions, heard = play(scene())
    assert sessions == ["FIX.4.4:VENUE->US"]
    assert [event.subject for event in heard if event.name == "session_failed"] == ["FIX.4.4:VENUE->BAD"]


def test_none_of_the_sessions_can_be_made() -> None:
    async def scene() -> None:
        sessions = [acceptor_settings(store="nowhere:", continue_initialization_on_error=True)]
        with pytest.raises(ConfigError, match="none of the sessions"):
            await Acceptor(sessions, Recorder()).start()

    play(scene())


def test_the_same_session_twice_is_an_error() -> None:
    async def scene() -> None:
        with pytest.raises(ConfigError, match="already"):
            await Acceptor([acceptor_settings(), acceptor_settings()], Recorder()).start()

    play(scene())


def test_an_acceptor_needs_a_port_and_an_initiator_an_address() -> None:
    def without(settings: SessionSettings, **keys: Any) -> SessionSettings:
        # Settings that were checked cannot lack them; those made otherwise could.
        for name, value in keys.items():
            object.__setattr__(settings, name, value)
        return settings

    async def scene() -> None:
        with pytest.raises(ConfigError, match="SocketAcceptPort"):
            await Acceptor([without(acceptor_settings(), socket_accept_port=None)], Recorder()).start()
        nowhere = without(initiator_settings(1), socket_connect_host=(), socket_connect_port=())
        with pytest.raises(ConfigError, match="SocketConnectHost"):
            await Initiator([nowhere], Recorder()).start()

    play(scene())


def test_a_driver_that_is_not_there_is_refused() -> None:
    async def scene() -> None:
        with pytest.raises(ConfigError, match="driver=native is not there"):
            await Acceptor([acceptor_settings(driver="native")], Recorder()).start()

    play(scene())


def test_settings_that_make_no_session_are_told() -> None:
    async def scene() -> None:
        settings = acceptor_settings(profile="/nowhere/profile")
        with pytest.raises(ConfigError, match="profile"):
            await Acceptor([settings], Recorder()).start()

    play(scene())


# ------------------------------------------------------------------------------------------- connecting


def test_an_initiator_tries_its_addresses_in_turn_and_again_until_one_answers() -> None:
    async def scene() -> list[str]:
        nobody = free_port()
        async with Acceptor([acceptor_settings()], Recorder()) as acceptor:
            port = acceptor.addresses[0].port
            hosts = {"socket_connect_host": ("127.0.0.1",) * 2, "socket_connect_port": (nobody, port)}
            heard: list[Event] = []
            initiator = Initiator([initiator_settings(port, **hosts)], Recorder(), environ={}, seed=1)
            initiator.events.subscribe(heard.append)
            async with initiator:
                await initiator.logged_on()
            return [event.name for event in heard if event.name in ("connect_failed", "logged_on")]

    assert play(scene()) == ["connect_failed", "logged_on"]


def test_an_initiator_connects_again_when_the_connection_breaks() -> None:
    async def scene() -> int:
        async with pair(Recorder(), Recorder()) as both:
            (driver,) = both.acceptor._drivers.values()
            assert driver.link is not None
            driver.link.abort()
            await until(lambda: both.ours.metrics.logons == 2 and both.theirs.is_logged_on)
            return both.ours.metrics.disconnects

    assert play(scene()) == 1


def test_what_the_peer_says_to_refuse_a_logon_is_reported() -> None:
    async def scene() -> None:
        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\x0110=")
            writer.write(wire("8=FIX.4.4|35=5|34=1|49=VENUE|52=20260302-14:30:00|56=US|58=not today|"))
            writer.close()

        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        heard: list[Event] = []
        initiator = Initiator([initiator_settings(port)], Recorder(), environ={}, seed=1)
        initiator.events.subscribe(heard.append)
        async with initiator:
            await until(lambda: any(event.name == "logon_rejected" for event in heard))
            (session,) = initiator.sessions.values()
            assert session.logout_text == "not today"
        server.close()

    play(scene())


def test_several_sessions_of_one_initiator() -> None:
    async def scene() -> None:
        names = [f"P{number}" for number in range(5)]
        async with Acceptor([acceptor_settings(theirs=name) for name in names], Recorder()) as acceptor:
            port = acceptor.addresses[0].port
            async with Initiator([initiator_settings(port, ours=name) for name in names], Recorder()) as initiator:
                await initiator.wait_for(lambda: all(one.is_logged_on for one in initiator.sessions.values()))
                with pytest.raises(KeyError, match="there are 5 sessions"):
                    await initiator.logged_on()

    play(scene())


# --------------------------------------------------------------------------------------------- schedule


def within_office_hours(**more: Any) -> dict[str, Any]:
    return {"non_stop_session": False, "start_time": "08:00:00", "end_time": "17:00:00", **more}


def test_the_end_of_the_schedule_logs_out_and_its_next_beginning_resets_the_numbers() -> None:
    async def scene() -> None:
        clock = ManualClock(NOON)
        hours = within_office_hours()
        async with pair(Recorder(), Recorder(), acceptor=hours, initiator=hours, options={"clock": clock}) as both:
            both.ours.send(order())
            await until(lambda: both.theirs.next_in == 3)
            clock.advance(5 * 3600 * SECOND + SECOND)
            both.ours.tick()
            await until(lambda: both.ours.state == both.theirs.state == "closed")
            assert both.ours.next_out == 4
            clock.advance(15 * 3600 * SECOND)
            both.ours.tick()
            both.theirs.tick()
            assert (both.ours.next_out, both.theirs.next_in) == (1, 1)

    play(scene())


def test_an_initiator_does_not_connect_outside_its_schedule() -> None:
    async def scene() -> list[str]:
        clock = ManualClock(NOON + 6 * 3600 * SECOND)
        hours = within_office_hours()
        options = {"clock": clock}
        async with pair(Recorder(), Recorder(), acceptor=hours, initiator=hours, options=options, log_on=False) as both:
            await until(lambda: both.ours.state == "closed")
            assert not both.names("FIX.4.4:US->VENUE")
            clock.advance(16 * 3600 * SECOND)
            await until(lambda: both.ours.is_logged_on)
            return both.names("FIX.4.4:US->VENUE")

    assert play(scene()) == ["connected", "logged_on"]


def test_heartbeats_keep_an_idle_session_alive() -> None:
    async def scene() -> tuple[int, int]:
        clock = ManualClock(NOON)
        async with pair(Recorder(), Recorder(), options={"clock": clock}) as both:
            for _ in range(5):
                clock.advance(30 * SECOND)
                both.ours.tick()
                both.theirs.tick()
                out = both.ours.next_out, both.theirs.next_out
                await until(lambda: (both.theirs.next_in, both.ours.next_in) == out)  # noqa: B023 - within the turn
            assert both.ours.is_logged_on
            return both.ours.next_out, both.theirs.next_out

    assert play(scene()) == (7, 7)


def test_timers_come_by_themselves() -> None:
    async def scene() -> None:
        async with pair(Recorder(), Recorder(), initiator={"heart_bt_int": 1}) as both:
            await until(lambda: both.ours.next_in >= 4 and both.theirs.next_in >= 4)

    play(scene())


# ------------------------------------------------------------------------------------- while it runs


def test_sessions_are_added_and_removed_while_it_runs_and_their_numbers_stay(tmp_path: Path) -> None:
    async def scene() -> tuple[int, int]:
        more = {"theirs": "MORE", "file_store_path": tmp_path}
        venue = Recorder()
        async with pair(venue, Recorder()) as both:
            port = both.acceptor.addresses[0].port
            await both.acceptor.add(acceptor_settings(**more))
            added = await both.initiator.add(initiator_settings(port, ours="MORE"))
            await until(lambda: added.is_logged_on)
            added.send(order("A1"))
            await until(lambda: venue.ids == ["A1"])
            await both.acceptor.remove("FIX.4.4:VENUE->MORE")
            await both.initiator.remove("FIX.4.4:US->VENUE")
            assert [str(name) for name in both.initiator.sessions] == ["FIX.4.4:MORE->VENUE"]
            again = await both.acceptor.add(acceptor_settings(**more))
            return again.next_out, again.next_in

    # Logon and Logout; Logon, order and Logout.
    assert play(scene()) == (3, 4)


def test_a_session_that_cannot_be_added_is_not_there() -> None:
    async def scene() -> None:
        async with pair(Recorder(), Recorder()) as both:
            with pytest.raises(ConfigError, match="ConnectionType is not acceptor"):
                await both.acceptor.add(initiator_settings(1))
            with pytest.raises(ConfigError, match="already"):
                await both.acceptor.add(both.theirs.settings)
            with pytest.raises(KeyError):
                await both.acceptor.remove("FIX.4.4:VENUE->NOBODY")
            taken = acceptor_settings(theirs="MORE", socket_accept_address="192.0.2.1")
            with pytest.raises(OSError, match="address"):
                await both.acceptor.add(taken)
            assert len(both.acceptor.sessions) == 1

    play(scene())


def test_a_port_that_no_session_needs_any_more_is_closed() -> None:
    async def scene() -> tuple[int, int]:
        async with Acceptor([acceptor_settings()], Recorder()) as acceptor:
            more = acceptor_settings(theirs="MORE", socket_accept_address="localhost")
            await acceptor.add(more)
            opened = len(acceptor.addresses)
            await acceptor.remove("FIX.4.4:VENUE->MORE")
            return opened, len(acceptor.addresses)

    assert play(scene()) == (2, 1)


def test_a_session_gets_other_settings_while_it_runs(tmp_path: Path) -> None:
    async def scene() -> tuple[int, int]:
        async with pair(Recorder(), Recorder(), acceptor={"file_store_path": tmp_path}) as both:
            settings = both.theirs.settings.replace(heart_bt_int=7, heart_bt_int_override=True)
            session = await both.acceptor.reconfigure(settings)
            await until(lambda: session.is_logged_on)
            return session.heart_bt_int, session.next_out

    # The numbers go on: Logon, Logout, Logon.
    assert play(scene()) == (7, 4)


# --------------------------------------------------------------------------------------------------- end


async def stopped(build: Callable[[], Any], timeout_s: float = 5.0) -> float:
    """How long it takes to stop, in seconds of the loop."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await build().stop(timeout_s)
    return loop.time() - began


def test_a_stop_logs_out_and_waits_for_the_answer() -> None:
    async def scene() -> None:
        acceptor = Acceptor([acceptor_settings()], Recorder())
        await acceptor.start()
        async with Peer(acceptor.addresses[0].port) as peer:
            await peer.log_on()
            stopping = asyncio.create_task(acceptor.stop())
            assert (await peer.receive()).msg_type == "5"
            assert not stopping.done()
            peer.send("35=5|")
            assert await peer.ended() == b""
            await stopping

    play(scene())


@pytest.mark.parametrize("state", ["never connected", "half a logon", "logged on and deaf"])
def test_an_acceptor_stops_in_time_whatever_its_peers_do(state: str) -> None:
    async def scene() -> float:
        acceptor = Acceptor([acceptor_settings(logout_timeout=1)], Recorder())
        await acceptor.start()
        async with Peer(acceptor.addresses[0].port) as peer:
            if state == "half a logon":
                peer.writer.write(b"8=FIX.4.4\x019=")
                await until(lambda: acceptor._listeners and next(iter(acceptor._listeners.values())).links)
            elif state == "logged on and deaf":
                await peer.log_on()
            return await stopped(lambda: acceptor)

    assert play(scene()) < 5


@pytest.mark.parametrize("state", ["nobody listens", "nobody answers"])
def test_an_initiator_stops_in_time_whatever_it_waits_for(state: str) -> None:
    async def scene() -> float:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            if state == "nobody answers":
                listening.listen()
            port = listening.getsockname()[1]
            initiator = Initiator([initiator_settings(port, logout_timeout=1)], Recorder(), environ={}, seed=1)
            heard: list[Event] = []
            initiator.events.subscribe(heard.append)
            await initiator.start()
            await until(lambda: heard)
            return await stopped(lambda: initiator)

    assert play(scene()) < 5


def test_a_handler_that_hangs_does_not_hold_the_stop() -> None:
    class Venue(Application):
        def __init__(self) -> None:
            self.began = asyncio.Event()

        async def from_app(self, message: Message, session: Session) -> None:
            self.began.set()
            await asyncio.Event().wait()

    async def scene() -> float:
        venue = Venue()
        acceptor = Acceptor([acceptor_settings(logout_timeout=1)], venue)
        await acceptor.start()
        async with Peer(acceptor.addresses[0].port) as peer:
            await peer.log_on()
            peer.send("35=D|11=A1|21=1|38=100|40=1|54=1|55=IBM|60=20260302-14:30:00.000|")
            await venue.began.wait()
            return await stopped(lambda: acceptor, 0.5)

    assert play(scene()) < 5


def test_a_script_runs_until_it_is_told_to_end() -> None:
    async def scene() -> str:
        acceptor = Acceptor([acceptor_settings()], Recorder())
        serving = asyncio.create_task(acceptor.serve())
        await until(lambda: acceptor.addresses)
        async with Peer(acceptor.addresses[0].port) as peer:
            await peer.log_on()
            serving.cancel()
            return (await peer.receive()).msg_type or ""

    assert play(scene()) == "5"


# ------------------------------------------------------------------------------------------------- store


class FailingStore(MemoryStore):
    """A store that fails from a moment on."""

    def __init__(self) -> None:
        super().__init__()
        self.fails_at: str | None = None

    def _maybe_fail(self, at: str) -> None:
        if self.fails_at == at:
            raise StoreError("the disk is full")

    def append(self, seq: int, raw: bytes, now_ns: int) -> None:
        self._maybe_fail("append")
        super().append(seq, raw, now_ns)

    def advance(self, next_in: int) -> None:
        self._maybe_fail("advance")
        super().advance(next_in)

    def commit(self) -> None:
        self._maybe_fail("commit")
        return super().commit()


@pytest.mark.parametrize("at", ["append", "advance", "commit"])
def test_what_cannot_be_stored_is_not_sent_and_the_session_goes_on_when_the_store_does(at: str) -> None:
    stores: list[FailingStore] = []

    def open_store(settings: SessionSettings, session_id: SessionID) -> MessageStore:
        stores.append(FailingStore())
        return stores[-1]

    class Venue(Recorder):
        def from_app(self, message: Message, session: Session) -> None:
            super().from_app(message, session)
            session.send(order(f"R{message[11]}"))

    async def scene() -> tuple[list[str], list[str]]:
        venue, desk = Venue(), Recorder()
        async with pair(venue, desk, options={"open_store": open_store}) as both:
            stores[0].fails_at = at
            both.ours.send(order("A1"))
            await until(lambda: "store_failed" in both.names("FIX.4.4:VENUE->US"))
            assert desk.ids == []
            stores[0].fails_at = None
            await until(lambda: "RA1" in desk.ids and both.ours.is_logged_on and both.ours.gap is None)
            assert both.theirs.next_in == both.ours.next_out
            assert both.theirs.next_out == both.ours.next_in
        return venue.ids, desk.ids

    venue, desk = play(scene())
    # Delivered twice at most, and never lost.
    assert set(venue) == {"A1"}
    assert set(desk) == {"RA1"}


def test_a_send_that_cannot_be_stored_says_so() -> None:
    store = FailingStore()

    async def scene() -> None:
        options = {"open_store": lambda settings, session_id: store}
        async with Acceptor([acceptor_settings()], Recorder(), **options) as acceptor:
            (session,) = acceptor.sessions.values()
            store.fails_at = "append"
            with pytest.raises(StoreError, match="the disk is full"):
                session.send(order())

    play(scene())


def test_a_store_that_opens_slowly_is_waited_for() -> None:
    async def open_store(settings: SessionSettings, session_id: SessionID) -> MessageStore:
        await asyncio.sleep(0)
        return MemoryStore()

    async def scene() -> None:
        async with pair(Recorder(), Recorder(), options={"open_store": open_store}):
            pass

    play(scene())


class SlowStore(MemoryStore):
    """A store that answers later."""

    def refresh(self) -> Any:
        async def later() -> Any:
            await asyncio.sleep(0)
            return MemoryStore.refresh(self)

        return later()

    def read(self, begin: int, end: int, limit_bytes: int) -> Any:
        async def later() -> Any:
            await asyncio.sleep(0)
            # One message at a time.
            return MemoryStore.read(self, begin, end, 1)

        return later()

    def commit(self) -> Any:
        async def later() -> None:
            await asyncio.sleep(0)

        return later()

    def close(self) -> Any:
        return self.commit()


def test_a_store_that_answers_later_does_all_that_others_do() -> None:
    async def scene() -> list[str]:
        desk = Recorder()
        more = {"refresh_on_logon": True, "store_sync": "always"}
        options = {"open_store": lambda settings, session_id: SlowStore()}
        async with pair(Recorder(), desk, acceptor=more, initiator=more, options=options) as both:
            both.ours.disconnect()
            await until(lambda: both.theirs.state == "closed")
            for number in range(5):
                both.theirs.send(order(f"B{number}"))
            await until(lambda: len(desk.messages) == 5)
        return desk.ids

    assert play(scene()) == [f"B{number}" for number in range(5)]


def test_numbers_are_read_again_before_a_logon_where_the_settings_ask_for_it() -> None:
    stores: list[MemoryStore] = []

    def open_store(settings: SessionSettings, session_id: SessionID) -> MessageStore:
        stores.append(MemoryStore())
        return stores[-1]

    async def scene() -> int:
        more = {"refresh_on_logon": True}
        async with Acceptor([acceptor_settings(**more)], Recorder(), open_store=open_store) as acceptor:
            # Another process changes what is stored.
            stores[0].set_numbers(7, 9)
            async with Peer(acceptor.addresses[0].port) as peer:
                peer.seq = 9
                return (await peer.log_on()).int(34)

    assert play(scene()) == 7
