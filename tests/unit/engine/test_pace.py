"""Rates, slow peers and back-pressure: nobody is flooded and nothing is lost."""

import asyncio
from typing import Any

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.engine import Acceptor, Session
from pyfixmsg_plus.engine.throttle import THROTTLED_MESSAGES
from pyfixmsg_plus.errors import DoNotSend, LocalProtocolError, QueueFull
from pyfixmsg_plus.message import Message
from tests.unit.engine.pair import Peer, Recorder, acceptor_settings, order, pair, play, until

SECOND = 1_000_000_000
NOON = 1_772_452_800 * SECOND


def test_messages_beyond_the_rate_wait_and_go_out_in_order() -> None:
    async def scene() -> None:
        clock = ManualClock(NOON)
        venue = Recorder()
        async with pair(venue, Recorder(), initiator={"throttle_out_per_s": 2}, options={"clock": clock}) as both:
            sent = [both.ours.send(order(f"A{number}")) for number in range(5)]
            assert sent == [2, 3, 0, 0, 0]
            (driver,) = both.initiator._drivers.values()
            assert driver.sending.waiting == 3
            waiting = asyncio.create_task(both.ours.send_async(order("A5")))
            await until(lambda: len(venue.messages) == 2)
            clock.advance(SECOND)
            both.ours.tick()
            await until(lambda: len(venue.messages) == 4)
            assert not waiting.done()
            clock.advance(SECOND)
            both.ours.tick()
            assert await waiting == 7
            await until(lambda: venue.ids == [f"A{number}" for number in range(6)])

    play(scene())


def test_what_waits_leaves_by_itself() -> None:
    async def scene() -> list[str]:
        venue = Recorder()
        async with pair(venue, Recorder(), initiator={"throttle_out_per_s": 20}) as both:
            for number in range(25):
                both.ours.send(order(f"A{number}"))
            await until(lambda: len(venue.messages) == 25)
        return venue.ids

    assert play(scene()) == [f"A{number}" for number in range(25)]


def test_more_than_may_wait_are_refused() -> None:
    async def scene() -> None:
        clock = ManualClock(NOON)
        async with pair(Recorder(), Recorder(), initiator={"throttle_out_per_s": 1}, options={"clock": clock}) as both:
            message = order()
            for _ in range(1 + THROTTLED_MESSAGES):
                both.ours.send(message)
            with pytest.raises(QueueFull):
                both.ours.send(order())

    play(scene())


@pytest.mark.parametrize("asynchronous", [False, True])
def test_what_waited_when_the_connection_ended_is_stored_for_the_next(asynchronous: bool) -> None:
    class Desk(Recorder):
        def to_app(self, message: Message, session: Session) -> None:
            if message[11] == "A2":
                raise DoNotSend

    class SlowDesk(Recorder):
        async def to_app(self, message: Message, session: Session) -> None:
            if message[11] == "A2":
                raise DoNotSend

    async def scene() -> list[str]:
        clock = ManualClock(NOON)
        venue = Recorder()
        desk = SlowDesk() if asynchronous else Desk()
        async with pair(venue, desk, initiator={"throttle_out_per_s": 1}, options={"clock": clock}) as both:
            tasks = [asyncio.create_task(both.ours.send_async(order(f"A{number}"))) for number in range(4)]
            await until(lambda: venue.ids == ["A0"])
            both.ours.disconnect()
            assert await asyncio.gather(*tasks) == [2, 3, 0, 4]
            clock.advance(10 * SECOND)
            await until(lambda: venue.ids == ["A0", "A1", "A3"])
        return venue.ids

    play(scene())


def test_what_waited_and_cannot_be_stored_is_told() -> None:
    async def scene() -> list[str]:
        clock = ManualClock(NOON)
        more = {"throttle_out_per_s": 1, "reset_on_logon": True}
        async with pair(Recorder(), Recorder(), initiator=more, options={"clock": clock}) as both:
            both.ours.send(order())
            both.ours.send(order("A1"))
            waiting = asyncio.create_task(both.ours.send_async(order("A2")))
            await until(
                lambda: both.initiator._drivers and next(iter(both.initiator._drivers.values())).sending.waiting == 2
            )
            both.ours.disconnect()
            with pytest.raises(LocalProtocolError):
                await waiting
            return both.names("FIX.4.4:US->VENUE")

    assert "not_sent" in play(scene())


def test_messages_are_taken_no_faster_than_they_may() -> None:
    async def scene() -> list[str]:
        venue = Recorder()
        loop = asyncio.get_running_loop()
        async with pair(venue, Recorder(), acceptor={"throttle_in_per_s": 20}) as both:
            began = loop.time()
            for number in range(30):
                both.ours.send(order(f"A{number}"))
            await until(lambda: len(venue.messages) == 30)
            # A second's worth at once, the other ten in half a second.
            assert loop.time() - began >= 0.4
        return venue.ids

    assert play(scene()) == [f"A{number}" for number in range(30)]


def test_an_async_handler_is_held_to_the_rate_too() -> None:
    class Venue(Recorder):
        async def from_app(self, message: Message, session: Session) -> None:
            await asyncio.sleep(0)
            super().from_app(message, session)

    async def scene() -> None:
        venue = Venue()
        loop = asyncio.get_running_loop()
        async with pair(venue, Recorder(), acceptor={"throttle_in_per_s": 20}) as both:
            began = loop.time()
            for number in range(30):
                both.ours.send(order(f"A{number}"))
            await until(lambda: len(venue.messages) == 30)
            assert loop.time() - began >= 0.4

    play(scene())


def test_a_peer_that_does_not_read_is_disconnected_and_the_messages_stay() -> None:
    async def scene() -> None:
        heard: list[Any] = []
        more = {"write_buffer_bytes": 100_000, "socket_send_buffer_size": 4096}
        acceptor = Acceptor([acceptor_settings(**more)], Recorder())
        acceptor.events.subscribe(heard.append)
        async with acceptor:
            (session,) = acceptor.sessions.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                peer.writer.transport.pause_reading()  # type: ignore[attr-defined] # it is a transport that reads
                text = "x" * 10_000
                sent = 0
                while session.state != "closed":
                    session.send(order(f"A{sent}", **{"58": text}))
                    sent += 1
                    await asyncio.sleep(0)
            (slow,) = [event for event in heard if event.name == "slow_consumer"]
            assert "does not read" in slow.attributes["error"]
            assert session.next_out == sent + 2
            async with Peer(acceptor.addresses[0].port) as peer:
                peer.seq = 2
                await peer.log_on()
                peer.send("35=2|7=2|16=0|")
                for number in range(sent):
                    message = await peer.receive()
                    assert (message[11], message[43]) == (f"A{number}", "Y")

    play(scene())


def test_send_async_waits_until_the_peer_takes_bytes_again() -> None:
    async def scene() -> None:
        more = {"socket_send_buffer_size": 4096}
        async with Acceptor([acceptor_settings(**more)], Recorder()) as acceptor:
            (session,) = acceptor.sessions.values()
            (driver,) = acceptor._drivers.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                peer.writer.transport.pause_reading()  # type: ignore[attr-defined] # it is a transport that reads
                text = "x" * 10_000
                sent = 0

                async def flood() -> None:
                    nonlocal sent
                    for number in range(2_000):
                        await session.send_async(order(f"A{number}", **{"58": text}))
                        sent += 1

                flooding = asyncio.create_task(flood())
                await until(lambda: driver.sending._writable is not None)
                most = driver.unwritten
                assert 0 < most < 2 * 1024 * 1024
                assert not flooding.done()
                peer.writer.transport.resume_reading()  # type: ignore[attr-defined] # it is a transport that reads
                for _ in range(2_000):
                    await peer.receive()
                await flooding

    play(scene())


def test_send_async_ends_when_the_connection_does() -> None:
    async def scene() -> None:
        more = {"socket_send_buffer_size": 4096}
        async with Acceptor([acceptor_settings(**more)], Recorder()) as acceptor:
            (session,) = acceptor.sessions.values()
            (driver,) = acceptor._drivers.values()
            async with Peer(acceptor.addresses[0].port) as peer:
                await peer.log_on()
                peer.writer.transport.pause_reading()  # type: ignore[attr-defined] # it is a transport that reads
                while driver.sending._writable is None:
                    session.send(order(**{"58": "x" * 10_000}))
                    await asyncio.sleep(0)
                last = asyncio.create_task(session.send_async(order("LAST")))
                session.disconnect()
                # It is stored, for the peer to ask for.
                assert await last == session.next_out - 1

    play(scene())


def test_a_long_resend_lets_others_have_their_turn() -> None:
    async def scene() -> None:
        sessions = [acceptor_settings(), acceptor_settings(theirs="OTHER")]
        async with Acceptor(sessions, Recorder()) as acceptor:
            session = acceptor.session("FIX.4.4:VENUE->US")
            text = "x" * 1_000
            for number in range(3_000):
                session.send(order(f"B{number}", **{"58": text}))
            port = acceptor.addresses[0].port
            async with Peer(port) as peer, Peer(port, ours="OTHER") as other:
                await peer.log_on()
                await other.log_on()
                peer.send("35=2|7=1|16=0|")
                got = 0
                while got < 100:
                    got += (await peer.receive()).msg_type == "D"
                # Live messages wait behind the resend, and another session is answered in the middle of it.
                assert session.send(order("LIVE")) in (0, 3_002)
                other.send("35=1|112=here|")
                assert (await other.receive())[112] == "here"
                while (message := await peer.receive()).get(11) != "LIVE":
                    got += message.msg_type == "D"
                assert got == 3_000

    play(scene())
