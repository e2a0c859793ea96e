"""What every link keeps to, whatever carries it: TCP, TLS, each proxy, the pipe within the process; on both loops."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfixmsg_plus.transport import Link, LinkLimits, SlowConsumer
from tests.transport.carriers import CARRIERS, QUICK, Carrier, Joined, joined
from tests.transport.loops import LOOPS, on_both_loops, play
from tests.transport.recorder import Recorder

by_every_carrier = pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.name)

# More than the buffers of a connection on loopback hold, so that some of it waits in the link.
MUCH = bytes(range(256)) * 48 * 1024
pieces = st.lists(st.binary(max_size=40) | st.integers(1, 200_000).map(lambda size: b"\x5a" * size), max_size=8)


def everywhere(test: Callable[[Carrier], Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test with every carrier on both loops."""
    marked: Callable[..., None] = by_every_carrier(on_both_loops(test))
    return marked


def holding_back(link: Link) -> None:
    link.pause_reading()


async def a_few_turns(count: int = 20) -> None:
    """Let the loop do all that is due, several times over."""
    for _ in range(count):
        await asyncio.sleep(0)


async def both_lost(pair: Joined) -> None:
    await pair.client.until(lambda one: one.lost)
    await pair.server.until(lambda one: one.lost)


# ------------------------------------------------------------------------------------------------------ bytes


@by_every_carrier
@pytest.mark.parametrize("loop", LOOPS)
@settings(max_examples=8)
@given(there=pieces, back=pieces)
def test_bytes_arrive_whole_and_in_order_however_they_are_cut(
    carrier: Carrier, loop: str, there: list[bytes], back: list[bytes]
) -> None:
    async def main() -> None:
        async with joined(carrier) as pair:
            for piece in there:
                pair.client.link.write(piece)
            for piece in back:
                pair.server.link.write(piece)
                await asyncio.sleep(0)
            sent, answered = b"".join(there), b"".join(back)
            await pair.server.until(lambda one: len(one.received) >= len(sent))
            await pair.client.until(lambda one: len(one.received) >= len(answered))
            assert bytes(pair.server.received) == sent
            assert bytes(pair.client.received) == answered

    play(loop, main())


@everywhere
async def test_much_goes_in_both_directions_at_the_same_time(carrier: Carrier) -> None:
    async with joined(carrier) as pair:
        for one in (pair.client, pair.server):
            for start in range(0, len(MUCH), 65536):
                one.link.write(MUCH[start : start + 65536])
        for one in (pair.client, pair.server):
            await one.until(lambda it: len(it.received) >= len(MUCH))
            assert one.received == MUCH
        await a_few_turns()
        assert (pair.client.link.unwritten, pair.server.link.unwritten) == (0, 0)


@everywhere
async def test_an_answer_is_written_while_bytes_are_delivered(carrier: Carrier) -> None:
    def echo(one: Recorder, data: bytes) -> None:
        one.link.write(data.upper())

    async with joined(carrier, server=Recorder(on_data=echo)) as pair:
        pair.client.link.write(b"logon")
        await pair.client.until(lambda one: len(one.received) == 5)
        assert pair.client.received == b"LOGON"


@everywhere
async def test_bytes_written_when_the_link_is_made_arrive(carrier: Carrier) -> None:
    async with joined(
        carrier,
        client=Recorder(on_made=lambda link: link.write(b"hello")),
        server=Recorder(on_made=lambda link: link.write(b"welcome")),
    ) as pair:
        await pair.client.until(lambda one: one.received == b"welcome")
        await pair.server.until(lambda one: one.received == b"hello")


# ---------------------------------------------------------------------------------------------------- reading


@everywhere
async def test_nothing_is_delivered_while_reading_is_paused(carrier: Carrier) -> None:
    async with joined(carrier, server=Recorder(on_made=holding_back)) as pair:
        pair.client.link.write(b"early")
        await a_few_turns()
        assert not pair.server.received
        pair.server.link.resume_reading()
        await pair.server.until(lambda one: one.received == b"early")


@everywhere
async def test_pausing_again_and_again_loses_nothing(carrier: Carrier) -> None:
    def pause(one: Recorder, data: bytes) -> None:
        one.link.pause_reading()
        asyncio.get_running_loop().call_soon(one.link.resume_reading)

    async with joined(carrier, server=Recorder(on_data=pause)) as pair:
        pair.client.link.write(MUCH[:2_000_000])
        await pair.server.until(lambda one: len(one.received) >= 2_000_000)
        assert pair.server.received == MUCH[:2_000_000]
        assert len(pair.server.pieces) > 1


@everywhere
async def test_what_came_before_the_end_is_delivered_when_reading_goes_on(carrier: Carrier) -> None:
    async with joined(carrier, server=Recorder(on_made=holding_back)) as pair:
        pair.client.link.write(b"last words")
        pair.client.link.close()
        await a_few_turns()
        assert not pair.server.lost
        pair.server.link.resume_reading()
        await both_lost(pair)
        assert pair.server.received == b"last words"
        assert pair.server.error is None


# ----------------------------------------------------------------------------------------------------- ending


@everywhere
async def test_close_ends_both_sides_without_an_error(carrier: Carrier) -> None:
    async with joined(carrier) as pair:
        pair.client.link.close()
        await both_lost(pair)
        assert (pair.client.error, pair.server.error) == (None, None)


@everywhere
async def test_close_sends_all_that_waits(carrier: Carrier) -> None:
    async with joined(carrier) as pair:
        pair.server.link.write(MUCH)
        pair.server.link.close()
        await both_lost(pair)
        assert pair.client.received == MUCH
        assert (pair.client.error, pair.server.error) == (None, None)


@everywhere
async def test_the_last_bytes_arrive_although_we_never_read_what_the_peer_sent(carrier: Carrier) -> None:
    async with joined(carrier, server=Recorder(on_made=holding_back)) as pair:
        pair.client.link.write(MUCH[:500_000])
        await a_few_turns()
        pair.server.link.write(b"Logout: too low" + MUCH[:1_000_000])
        pair.server.link.close()
        await both_lost(pair)
        assert pair.client.received == b"Logout: too low" + MUCH[:1_000_000]
        assert not pair.server.received


@everywhere
async def test_nothing_is_delivered_after_close(carrier: Carrier) -> None:
    async with joined(carrier, client=Recorder(on_data=lambda one, _: one.link.close())) as pair:
        pair.server.link.write(MUCH[:1_000_000])
        await both_lost(pair)
        assert len(pair.client.pieces) == 1


@everywhere
async def test_what_waits_when_the_peer_ends_is_still_sent_within_the_delivery(carrier: Carrier) -> None:
    def say_goodbye(one: Recorder, data: bytes) -> None:
        one.link.write(b"Logout")
        one.link.close()

    async with joined(carrier, server=Recorder(on_data=say_goodbye)) as pair:
        pair.client.link.write(b"Logout?")
        await both_lost(pair)
        assert pair.client.received == b"Logout"


@everywhere
async def test_abort_ends_both_sides_once(carrier: Carrier) -> None:
    async with joined(carrier) as pair:
        pair.client.link.abort()
        await both_lost(pair)
        await a_few_turns()
        assert pair.client.error is None
        assert len(pair.server.losses) == 1


@everywhere
async def test_abort_drops_what_waits(carrier: Carrier) -> None:
    async with joined(carrier, server=Recorder(on_made=holding_back)) as pair:
        pair.client.link.write(MUCH)
        assert pair.client.link.unwritten > 0
        pair.client.link.abort()
        assert pair.client.link.unwritten == 0
        pair.server.link.resume_reading()
        await both_lost(pair)
        assert len(pair.server.received) < len(MUCH)


@everywhere
async def test_a_link_is_lost_once_however_often_it_is_ended(carrier: Carrier) -> None:
    async with joined(carrier) as pair:
        for _ in range(2):
            pair.server.link.close()
            pair.client.link.close()
        pair.client.link.abort()
        await both_lost(pair)
        for one in (pair.client, pair.server):
            one.link.abort()
            one.link.close()
            one.link.write(b"too late")
            one.link.pause_reading()
            one.link.resume_reading()
        await a_few_turns()
        assert (len(pair.client.losses), len(pair.server.losses)) == (1, 1)


@everywhere
async def test_what_is_written_after_close_is_dropped(carrier: Carrier) -> None:
    async with joined(carrier) as pair:
        pair.client.link.write(b"before")
        pair.client.link.close()
        pair.client.link.write(b"after")
        await both_lost(pair)
        assert pair.server.received == b"before"


@everywhere
async def test_a_handler_that_raises_loses_its_link_with_that_error(carrier: Carrier) -> None:
    fault = RuntimeError("a fault of the handler")

    def fail(one: Recorder, data: bytes) -> None:
        raise fault

    async with joined(carrier, server=Recorder(on_data=fail)) as pair:
        pair.client.link.write(b"anything")
        await both_lost(pair)
        assert pair.server.error is fault


@everywhere
async def test_a_link_may_be_closed_while_it_is_made(carrier: Carrier) -> None:
    async with joined(carrier, server=Recorder(on_made=lambda link: link.close())) as pair:
        await both_lost(pair)
        assert (pair.client.error, pair.server.error) == (None, None)


@everywhere
async def test_stopping_the_listener_closes_its_links(carrier: Carrier) -> None:
    async with joined(carrier) as pair:
        pair.server.link.write(b"goodbye")
        await pair.listener.stop()
        await both_lost(pair)
        assert pair.client.received == b"goodbye"
        assert pair.listener.links == 0


# ---------------------------------------------------------------------------------------------- back-pressure


@everywhere
async def test_writing_is_paused_and_resumed_as_the_peer_reads(carrier: Carrier) -> None:
    limits = replace(QUICK, high_water_bytes=100_000, low_water_bytes=10_000)
    async with joined(carrier, server=Recorder(on_made=holding_back), client_limits=limits) as pair:
        pair.client.link.write(MUCH)
        await pair.client.until(lambda one: one.marks == ["paused"])
        assert pair.client.link.unwritten > 100_000
        pair.server.link.resume_reading()
        await pair.client.until(lambda one: one.marks == ["paused", "resumed"])
        assert pair.client.link.unwritten <= 10_000
        await pair.server.until(lambda one: len(one.received) == len(MUCH))


@everywhere
async def test_a_peer_that_does_not_read_is_disconnected_by_name(carrier: Carrier) -> None:
    limits = LinkLimits(write_buffer_bytes=1_000_000)
    async with joined(carrier, server=Recorder(on_made=holding_back), client_limits=limits) as pair:
        while not pair.client.lost:
            pair.client.link.write(MUCH[:400_000])
            await asyncio.sleep(0)
        error = pair.client.error
        assert isinstance(error, SlowConsumer)
        assert error.limit == 1_000_000
        assert error.unwritten > error.limit
        pair.server.link.resume_reading()
        await both_lost(pair)


# ------------------------------------------------------------------------------------------------------- peer


@everywhere
async def test_both_ends_know_each_other(carrier: Carrier) -> None:
    async with joined(carrier) as pair:
        client, server = pair.client.link.peer, pair.server.link.peer
        assert server.local == pair.listener.addresses[0]
        assert client.address in {"127.0.0.1", "::1", "memory"}
        if carrier.proxy is None:
            assert (client.address, client.port) == server.local
        assert (client.tls is not None) == (server.tls is not None) == carrier.tls
        if client.tls is not None and server.tls is not None:
            assert (client.tls.version, client.tls.cipher) == (server.tls.version, server.tls.cipher)
            assert client.certificate is not None
            assert client.certificate.subject == r"CN=venue,O=Venue\, Ltd"
            assert (server.certificate is not None) == carrier.mutual
        if server.certificate is not None:
            assert server.certificate.common_names == ("trader",)
            assert server.certificate.email == ("desk@trader.test",)
            assert server.certificate.uri == ("urn:firm:trader",)
