"""Taking connections: who may come in, how many, how fast, and how all of it ends."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from pyfixmsg_plus.transport import (
    Address,
    Admission,
    ConnectError,
    ConnectionRefused,
    ConnectOptions,
    Connector,
    LinkLimits,
    Listener,
    ListenOptions,
    Report,
    ReportKind,
    TransportTimeout,
)
from tests.transport.loops import come, on_both_loops
from tests.transport.recorder import Recorder


class Acceptor:
    """A listener with all that came of it."""

    def __init__(self, options: ListenOptions | None = None, admission: Admission | None = None) -> None:
        self.made: list[Recorder] = []
        self.reports: list[Report] = []
        self.listener = Listener(
            options or ListenOptions(), self._accept, admission=admission, report=self.reports.append
        )

    def _accept(self) -> Recorder:
        self.made.append(Recorder())
        return self.made[-1]

    @property
    def address(self) -> Address:
        return self.listener.addresses[0]

    def failures(self) -> list[Report]:
        return [report for report in self.reports if report.kind is not ReportKind.LISTENING]

    async def gone(self) -> None:
        """Wait until no connection is left."""
        await self.listener._empty.wait()


@asynccontextmanager
async def accepting(
    options: ListenOptions | None = None, admission: Admission | None = None
) -> AsyncIterator[Acceptor]:
    acceptor = Acceptor(options, admission)
    async with acceptor.listener:
        yield acceptor


async def raw(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(address.host, address.port)


async def closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """All that comes until the other side closes."""
    received = b""
    with suppress(ConnectionError):
        received = await reader.read()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return received


# ------------------------------------------------------------------------------------------------ where


@on_both_loops
async def test_a_listener_is_for_this_machine_alone_unless_it_is_told_otherwise() -> None:
    async with accepting() as acceptor:
        assert acceptor.address.host == "127.0.0.1"
        assert acceptor.address.port > 0
        assert acceptor.reports[0].text == f"listening on {acceptor.address}"


@on_both_loops
async def test_one_socket_may_take_both_families() -> None:
    options = ListenOptions(host="::", dual_stack=True, allowed_addresses=("127.0.0.0/8",))
    async with accepting(options) as acceptor:
        link = await Connector(ConnectOptions()).connect(Address("127.0.0.1", acceptor.address.port), Recorder())
        await come(lambda: acceptor.made)
        assert acceptor.made[0].link.peer.address == "127.0.0.1"
        assert link.peer.address == "127.0.0.1"
        assert await closed(*await raw(Address("::1", acceptor.address.port))) == b""
        assert "::1 is not among the allowed" in acceptor.failures()[0].text


@on_both_loops
async def test_an_ipv6_socket_takes_ipv6_alone_unless_it_is_told_otherwise() -> None:
    async with accepting(ListenOptions(host="::")) as acceptor:
        with pytest.raises(ConnectError):
            await Connector(ConnectOptions()).connect(Address("127.0.0.1", acceptor.address.port), Recorder())


@on_both_loops
async def test_a_name_with_several_addresses_is_listened_on_at_all_with_one_port() -> None:
    loop = asyncio.get_running_loop()
    found = {name[0] for *_, name in await loop.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
    async with accepting(ListenOptions(host="localhost")) as acceptor:
        assert {address.host for address in acceptor.listener.addresses} == found
        assert len({address.port for address in acceptor.listener.addresses}) == 1


@on_both_loops
async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open() -> None:
    async with accepting() as acceptor:
        taken = ListenOptions(port=acceptor.address.port)
        with pytest.raises(OSError, match="in use"):
            await Acceptor(taken).listener.start()


@on_both_loops
async def test_a_listener_may_start_again() -> None:
    acceptor = Acceptor()
    for _ in range(2):
        async with acceptor.listener:
            await Connector(ConnectOptions()).connect(acceptor.address, Recorder())
            await come(lambda: acceptor.made)
            await acceptor.made.pop().until(lambda one: one.made)


# ------------------------------------------------------------------------------------------------ who


@on_both_loops
async def test_an_address_that_is_not_allowed_is_closed_without_a_word() -> None:
    async with accepting(ListenOptions(allowed_addresses=("192.0.2.0/24", "10.0.0.1"))) as acceptor:
        assert await closed(*await raw(acceptor.address)) == b""
        assert not acceptor.made
        (report,) = acceptor.failures()
        assert report.kind is ReportKind.CONNECTION_REFUSED
        assert isinstance(report.error, ConnectionRefused)
        assert report.error.reason == "address"


@on_both_loops
async def test_the_address_that_a_load_balancer_announces_is_what_counts() -> None:
    options = ListenOptions(proxy_protocol=True, allowed_addresses=("192.0.2.0/24",), trusted_proxies=("127.0.0.1",))
    async with accepting(options) as acceptor:
        reader, writer = await raw(acceptor.address)
        writer.write(b"PROXY TCP4 192.0.2.7 10.0.0.2 4242 9876\r\n8=FIX")
        await come(lambda: acceptor.made)
        (server,) = acceptor.made
        await server.until(lambda one: one.received == b"8=FIX")
        assert server.link.peer.origin == ("192.0.2.7", 4242)
        assert server.link.peer.address == "127.0.0.1"
        server.link.close()
        assert await closed(reader, writer) == b""

        reader, writer = await raw(acceptor.address)
        writer.write(b"PROXY TCP4 198.51.100.7 10.0.0.2 4242 9876\r\n8=FIX")
        assert await closed(reader, writer) == b""
        assert acceptor.failures()[0].text == (
            "connection from 198.51.100.7:4242 ended: 198.51.100.7 is not among the allowed addresses"
        )
        assert len(acceptor.made) == 1


@on_both_loops
async def test_only_a_trusted_load_balancer_may_announce() -> None:
    async with accepting(ListenOptions(proxy_protocol=True, trusted_proxies=("192.0.2.1",))) as acceptor:
        reader, writer = await raw(acceptor.address)
        writer.write(b"PROXY TCP4 192.0.2.7 10.0.0.2 4242 9876\r\n")
        assert await closed(reader, writer) == b""
        assert "127.0.0.1 may not announce others" in acceptor.failures()[0].text


@pytest.mark.parametrize("first", [b"8=FIX.4.4\x01", b"PROXY TCP4 x\r\n", b"\r\n\r\n\x00\r\nQUIT\n\xff\xff\xff\xff"])
@on_both_loops
async def test_what_is_no_header_is_closed_without_a_word(first: bytes) -> None:
    async with accepting(ListenOptions(proxy_protocol=True)) as acceptor:
        reader, writer = await raw(acceptor.address)
        writer.write(first)
        assert await closed(reader, writer) == b""
        assert not acceptor.made


@on_both_loops
async def test_a_header_that_does_not_end_is_cut_off_in_time() -> None:
    async with accepting(ListenOptions(proxy_protocol=True, proxy_header_timeout_s=0.05)) as acceptor:
        reader, writer = await raw(acceptor.address)
        writer.write(b"PROXY TCP4 192.0.2.7")
        assert await closed(reader, writer) == b""
        error = acceptor.failures()[0].error
        assert isinstance(error, TransportTimeout)
        assert "the PROXY header took longer" in str(error)


@on_both_loops
async def test_a_header_is_not_looked_for_unless_it_is_demanded() -> None:
    async with accepting() as acceptor:
        reader, writer = await raw(acceptor.address)
        writer.write(b"PROXY TCP4 192.0.2.7 10.0.0.2 4242 9876\r\n")
        await come(lambda: acceptor.made)
        await acceptor.made[0].until(lambda one: one.received.startswith(b"PROXY"))
        assert acceptor.made[0].link.peer.announced is None
        acceptor.made[0].link.close()
        await closed(reader, writer)


@on_both_loops
async def test_what_came_with_a_header_waits_while_reading_is_paused() -> None:
    held = Recorder(on_made=lambda link: link.pause_reading())
    options = ListenOptions(proxy_protocol=True)
    async with Listener(options, lambda: held, report=lambda _: None) as listener:
        reader, writer = await raw(listener.addresses[0])
        writer.write(b"PROXY UNKNOWN\r\n8=FIX")
        await come(lambda: held.made)
        held.link.resume_reading()
        held.link.pause_reading()
        for _ in range(10):
            await asyncio.sleep(0)
        assert not held.received
        held.link.resume_reading()
        await held.until(lambda one: one.received == b"8=FIX")
        held.link.close()
        await closed(reader, writer)


@on_both_loops
async def test_what_came_with_a_header_is_dropped_when_the_link_is_closed_as_it_is_made() -> None:
    server = Recorder(on_made=lambda link: link.close())
    options = ListenOptions(proxy_protocol=True)
    async with Listener(options, lambda: server, report=lambda _: None) as listener:
        reader, writer = await raw(listener.addresses[0])
        writer.write(b"PROXY UNKNOWN\r\n8=FIX")
        assert await closed(reader, writer) == b""
        await server.until(lambda one: one.lost)
        assert not server.received


@on_both_loops
async def test_an_end_that_comes_while_reading_is_paused_is_told_when_it_goes_on() -> None:
    held = Recorder(on_made=lambda link: link.pause_reading())
    async with Listener(ListenOptions(), lambda: held, report=lambda _: None) as listener:
        socket.create_connection(listener.addresses[0]).close()
        await come(lambda: held.made)
        for _ in range(20):
            await asyncio.sleep(0)
        assert not held.lost
        held.link.resume_reading()
        await held.until(lambda one: one.lost)
        assert held.error is None


# ------------------------------------------------------------------------------------------------ how many


@on_both_loops
async def test_one_connection_too_many_is_closed_and_room_is_made_when_one_ends() -> None:
    async with accepting(ListenOptions(max_connections=1)) as acceptor:
        first = Recorder()
        link = await Connector(ConnectOptions()).connect(acceptor.address, first)
        assert await closed(*await raw(acceptor.address)) == b""
        error = acceptor.failures()[0].error
        assert isinstance(error, ConnectionRefused)
        assert error.reason == "connections"
        link.close()
        await first.until(lambda one: one.lost)
        await acceptor.gone()
        await Connector(ConnectOptions()).connect(acceptor.address, Recorder())


@on_both_loops
async def test_several_listeners_may_share_one_limit() -> None:
    admission = Admission(1)
    async with accepting(admission=admission) as one, accepting(admission=admission) as other:
        await Connector(ConnectOptions()).connect(one.address, Recorder())
        assert await closed(*await raw(other.address)) == b""
        assert not other.made


@on_both_loops
async def test_connections_that_come_too_fast_are_closed() -> None:
    async with accepting(ListenOptions(connections_per_s=1.0)) as acceptor:
        links = [await raw(acceptor.address) for _ in range(5)]
        for reader, writer in links[1:]:
            assert await closed(reader, writer) == b""
        assert len(acceptor.made) == 1
        error = acceptor.failures()[0].error
        assert isinstance(error, ConnectionRefused)
        assert error.reason == "rate"
        acceptor.made[0].link.abort()
        await closed(*links[0])


@on_both_loops
async def test_a_flood_of_connections_leaves_nothing_behind_and_few_words() -> None:
    async with accepting(ListenOptions(allowed_addresses=("192.0.2.1",))) as acceptor:
        for _ in range(200):
            for _ in range(10):
                with socket.socket() as sock:
                    sock.settimeout(0)
                    sock.connect_ex(acceptor.address)
            await closed(*await raw(acceptor.address))
        assert acceptor.listener.links == 0
        assert acceptor.listener._admission.open == 0
        assert not acceptor.made
        assert 0 < len(acceptor.failures()) < 200


@on_both_loops
async def test_what_was_not_reported_is_counted_in_the_next_report() -> None:
    async with accepting(ListenOptions(allowed_addresses=("192.0.2.1",))) as acceptor:
        for _ in range(40):
            await closed(*await raw(acceptor.address))
        # The rate lets one through every tenth of a second.
        while not any("more since the last" in report.text for report in acceptor.failures()):
            await closed(*await raw(acceptor.address))


@on_both_loops
async def test_connecting_and_closing_at_once_is_harmless() -> None:
    async with accepting() as acceptor:
        for index in range(200):
            with socket.create_connection(acceptor.address) as sock:
                if index % 2:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await asyncio.sleep(0)
        await come(lambda: len(acceptor.made) == 200)
        for one in acceptor.made:
            await one.until(lambda it: it.lost)
        await acceptor.gone()
        assert acceptor.listener.links == 0


# ------------------------------------------------------------------------------------------------ time


@on_both_loops
async def test_a_peer_that_never_speaks_is_disconnected() -> None:
    async with accepting(ListenOptions(first_byte_timeout_s=0.05)) as acceptor:
        assert await closed(*await raw(acceptor.address)) == b""
        error = acceptor.made[0].error
        assert isinstance(error, TransportTimeout)
        assert "sent nothing for 0.05 s" in str(error)


@on_both_loops
async def test_a_peer_that_has_spoken_may_be_silent() -> None:
    async with accepting(ListenOptions(first_byte_timeout_s=0.05)) as acceptor:
        reader, writer = await raw(acceptor.address)
        writer.write(b"8")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(), 0.2)
        assert not acceptor.made[0].lost
        acceptor.made[0].link.abort()
        await closed(reader, writer)


# ------------------------------------------------------------------------------------------------ ending


@on_both_loops
async def test_a_peer_that_has_said_all_still_hears_our_answer() -> None:
    async with accepting() as acceptor:
        reader, writer = await raw(acceptor.address)
        await come(lambda: acceptor.made)
        server = acceptor.made[0]
        writer.write(b"Logout")
        await server.until(lambda one: bool(one.received))
        server.link.write(b"Logout, too")
        writer.write_eof()
        assert await closed(reader, writer) == b"Logout, too"
        await server.until(lambda one: one.lost)
        assert server.error is None


@on_both_loops
async def test_a_reset_is_an_error_of_the_link_once() -> None:
    async with accepting() as acceptor:
        sock = socket.create_connection(acceptor.address)
        sock.sendall(b"8=FIX")
        await come(lambda: acceptor.made)
        await acceptor.made[0].until(lambda one: bool(one.received))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        await acceptor.made[0].until(lambda one: one.lost)
        assert isinstance(acceptor.made[0].error, ConnectionResetError)


@on_both_loops
async def test_a_peer_that_never_closes_its_side_is_closed_in_time_without_an_error() -> None:
    async with accepting(ListenOptions(limits=LinkLimits(close_timeout_s=0.05))) as acceptor:
        reader, writer = await raw(acceptor.address)
        await come(lambda: acceptor.made)
        acceptor.made[0].link.write(b"goodbye")
        acceptor.made[0].link.close()
        await acceptor.made[0].until(lambda one: one.lost)
        assert acceptor.made[0].error is None
        assert await closed(reader, writer) == b"goodbye"


@on_both_loops
async def test_a_peer_that_reads_nothing_cannot_hold_a_close_for_longer_than_its_time() -> None:
    async with accepting(ListenOptions(limits=LinkLimits(close_timeout_s=0.05))) as acceptor:
        with socket.create_connection(acceptor.address):
            await come(lambda: acceptor.made)
            acceptor.made[0].link.write(bytes(12_000_000))
            acceptor.made[0].link.close()
            await acceptor.made[0].until(lambda one: one.lost)
            error = acceptor.made[0].error
            assert isinstance(error, TransportTimeout)
            assert "bytes were still to be sent 0.05 s after" in str(error)


@on_both_loops
async def test_stopping_takes_no_more_connections_and_leaves_those_that_stand() -> None:
    async with accepting() as acceptor:
        recorder = Recorder()
        link = await Connector(ConnectOptions()).connect(acceptor.address, recorder)
        acceptor.listener.stop_listening()
        with pytest.raises(ConnectError):
            await Connector(ConnectOptions()).connect(acceptor.address, Recorder())
        await come(lambda: acceptor.made)
        link.write(b"still here")
        await acceptor.made[0].until(lambda one: one.received == b"still here")


@on_both_loops
async def test_stopping_ends_what_is_only_beginning() -> None:
    async with accepting(ListenOptions(proxy_protocol=True)) as acceptor:
        reader, writer = await raw(acceptor.address)
        await come(lambda: acceptor.listener.links)
        await acceptor.listener.stop()
        assert await closed(reader, writer) == b""
        assert acceptor.listener.links == 0


@on_both_loops
async def test_stopping_aborts_what_does_not_close_in_time() -> None:
    async with accepting(ListenOptions(limits=LinkLimits(close_timeout_s=20.0))) as acceptor:
        reader, writer = await raw(acceptor.address)
        await come(lambda: acceptor.made)
        await acceptor.listener.stop(grace_s=0.05)
        assert acceptor.made[0].lost
        await closed(reader, writer)


@on_both_loops
async def test_a_handler_that_cannot_be_made_ends_its_connection_alone() -> None:
    fault = RuntimeError("no handler")

    def accept() -> Recorder:
        raise fault

    reports: list[Report] = []
    async with Listener(ListenOptions(), accept, report=reports.append) as listener:
        assert await closed(*await raw(listener.addresses[0])) == b""
    assert [report.error for report in reports if report.error] == [fault]
