"""Making connections: names, addresses, our own end, and all that may go wrong."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any

import pytest

from pyfixmsg_plus.transport import (
    Address,
    ConnectError,
    ConnectOptions,
    Connector,
    LinkLimits,
    Listener,
    ListenOptions,
    ProxyError,
    ProxyKind,
    ProxyOptions,
    SocketOptions,
    TlsError,
    TlsOptions,
    TransportError,
    TransportTimeout,
    Wire,
)
from pyfixmsg_plus.transport.dial import resolve
from tests.transport.certificates import authority
from tests.transport.loops import come, on_both_loops
from tests.transport.proxies import answering, proxy, serving
from tests.transport.recorder import Recorder


@asynccontextmanager
async def listening(options: ListenOptions | None = None) -> AsyncIterator[tuple[Address, Recorder]]:
    """A listener for one connection."""
    server = Recorder()
    async with Listener(options or ListenOptions(), lambda: server, report=lambda _: None) as listener:
        yield listener.addresses[0], server


def refusing_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@asynccontextmanager
async def unanswering() -> AsyncIterator[Address]:
    """An address that takes no connection and refuses none: its queue is full."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        address = Address(*sock.getsockname())
        full = [socket.socket() for _ in range(4)]
        for one in full:
            one.setblocking(False)
            one.connect_ex(tuple(address))
        await asyncio.sleep(0)
        yield address
        for one in full:
            one.close()


def named(monkeypatch: pytest.MonkeyPatch, hosts: Sequence[tuple[socket.AddressFamily, Any]]) -> None:
    """Let the name ``venue.test`` have these addresses, for both loops."""
    found = [(family, socket.SOCK_STREAM, 6, "", name) for family, name in hosts]

    loop = type(asyncio.get_running_loop())
    really = loop.getaddrinfo

    async def getaddrinfo(self: asyncio.AbstractEventLoop, host: str, port: int, **options: Any) -> list[Any]:
        return found if host == "venue.test" else await really(self, host, port, **options)

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)


# ------------------------------------------------------------------------------------------------ our own end


@on_both_loops
async def test_options_are_set_on_the_socket() -> None:
    options = SocketOptions(
        send_buffer_bytes=50_000,
        receive_buffer_bytes=60_000,
        keep_alive=True,
        linger_s=3,
        traffic_class=0x10,
        oob_inline=True,
    )
    async with listening() as (address, _):
        link = await Connector(ConnectOptions(socket=options)).connect(address, Recorder())
        sock = link._transport.get_extra_info("socket")  # type: ignore[attr-defined]  # what was made, to look at
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) >= 50_000
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= 60_000
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE) != 0
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == struct.pack("ii", 1, 3)
        assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_TOS) == 0x10


@on_both_loops
async def test_lingering_may_be_switched_off() -> None:
    async with listening() as (address, _):
        options = ConnectOptions(socket=SocketOptions(linger_s=-1))
        link = await Connector(options).connect(address, Recorder())
        sock = link._transport.get_extra_info("socket")  # type: ignore[attr-defined]  # what was made, to look at
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == bytes(8)


@pytest.mark.parametrize("nodelay", [True, False])
@on_both_loops
async def test_small_messages_go_at_once_unless_told_otherwise_on_both_sides(nodelay: bool) -> None:
    options = SocketOptions(nodelay=nodelay)
    async with listening(ListenOptions(socket=options)) as (address, server):
        link = await Connector(ConnectOptions(socket=options)).connect(address, Recorder())
        await server.until(lambda one: one.made)
        for one in (link, server.link):
            sock = one._transport.get_extra_info("socket")  # type: ignore[attr-defined]  # what was made, to look at
            assert (sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0) == nodelay


@on_both_loops
async def test_a_traffic_class_is_set_on_ipv6_too() -> None:
    async with listening(ListenOptions(host="::1")) as (address, _):
        options = ConnectOptions(socket=SocketOptions(traffic_class=0x10))
        link = await Connector(options).connect(address, Recorder())
        sock = link._transport.get_extra_info("socket")  # type: ignore[attr-defined]  # what was made, to look at
        assert sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS) == 0x10


@on_both_loops
async def test_our_own_address_and_port_may_be_chosen() -> None:
    port = refusing_port()
    async with listening() as (address, server):
        await Connector(ConnectOptions(source_host="127.0.0.9", source_port=port)).connect(address, Recorder())
        await server.until(lambda one: one.made)
        assert (server.link.peer.address, server.link.peer.port) == ("127.0.0.9", port)


@on_both_loops
async def test_our_own_port_alone_may_be_chosen() -> None:
    port = refusing_port()
    for host in ("127.0.0.1", "::1"):
        async with listening(ListenOptions(host=host)) as (address, server):
            await Connector(ConnectOptions(source_port=port)).connect(address, Recorder())
            await server.until(lambda one: one.made)
            assert server.link.peer.port == port


@on_both_loops
async def test_an_address_that_is_not_ours_is_an_error() -> None:
    with pytest.raises(ConnectError, match="cannot connect"):
        await Connector(ConnectOptions(source_host="192.0.2.1")).connect(Address("127.0.0.1", 1), Recorder())


@on_both_loops
async def test_a_port_of_ours_that_cannot_be_one_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(OverflowError):
        await Connector(ConnectOptions(source_port=70_000)).connect(Address("127.0.0.1", 1), Recorder())


# ------------------------------------------------------------------------------------------------ names


@on_both_loops
async def test_every_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening() as (address, server):
        closed = refusing_port()
        named(
            monkeypatch,
            [(socket.AF_INET6, ("::1", closed, 0, 0)), (socket.AF_INET, ("127.0.0.1", closed)),
             (socket.AF_INET, tuple(address))],
        )  # fmt: skip
        await Connector(ConnectOptions()).connect(Address("venue.test", 1), Recorder())
        await server.until(lambda one: one.made)


@on_both_loops
async def test_a_silent_address_does_not_hold_up_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    async with unanswering() as silent, listening() as (address, server):
        named(monkeypatch, [(socket.AF_INET, tuple(silent)), (socket.AF_INET, tuple(address))])
        options = ConnectOptions(address_delay_s=0.01, connect_timeout_s=10.0)
        await Connector(options).connect(Address("venue.test", 1), Recorder())
        await server.until(lambda one: one.made)


@on_both_loops
async def test_of_addresses_that_answer_together_one_is_used_and_the_others_are_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    servers: list[Recorder] = []

    def accept() -> Recorder:
        servers.append(Recorder())
        return servers[-1]

    listen = [Listener(ListenOptions(host=f"127.0.0.{last}"), accept, report=lambda _: None) for last in range(1, 9)]
    async with AsyncExitStack() as stack:
        for listener in listen:
            await stack.enter_async_context(listener)
        named(monkeypatch, [(socket.AF_INET, tuple(listener.addresses[0])) for listener in listen])
        client = Recorder()
        link = await Connector(ConnectOptions(address_delay_s=0.0)).connect(Address("venue.test", 1), client)
        await come(lambda: sum(not one.lost for one in servers) == 1)
        link.write(b"it is I")
        await come(lambda: [one for one in servers if one.received == b"it is I"])


@on_both_loops
async def test_what_every_address_said_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [refusing_port(), refusing_port()]
    named(monkeypatch, [(socket.AF_INET, ("127.0.0.1", port)) for port in ports])
    with pytest.raises(ConnectError, match=r"cannot connect to venue\.test:7") as error:
        await Connector(ConnectOptions()).connect(Address("venue.test", 7), Recorder())
    assert (error.value.host, error.value.port) == ("venue.test", 7)
    assert [type(cause) for cause in error.value.causes] == [ConnectionRefusedError] * 2


@on_both_loops
async def test_families_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    six = [(socket.AF_INET6, (f"2001:db8::{index}", 1, 0, 0)) for index in range(3)]
    four = [(socket.AF_INET, ("192.0.2.1", 1))]
    named(monkeypatch, [*six, *four, *four])
    assert await resolve(Address("venue.test", 1)) == [six[0], four[0], six[1], six[2]]


@on_both_loops
async def test_a_name_without_an_address_is_an_error() -> None:
    for host in ("no-such-name.invalid", "a..b", "x" * 300):
        with pytest.raises(ConnectError, match="has no address"):
            await Connector(ConnectOptions()).connect(Address(host, 1), Recorder())


@on_both_loops
async def test_an_address_of_the_wrong_family_is_an_error() -> None:
    with pytest.raises(ConnectError, match="no address of the kind"):
        await resolve(Address("::1", 1), family=socket.AF_INET)


# ------------------------------------------------------------------------------------------------ time


@on_both_loops
async def test_nobody_who_answers_is_a_timeout() -> None:
    async with unanswering() as address:
        with pytest.raises(ConnectError, match=r"no answer within 0\.05 s") as error:
            await Connector(ConnectOptions(connect_timeout_s=0.05)).connect(address, Recorder())
        (cause,) = error.value.causes
        assert isinstance(cause, TransportTimeout)
        assert cause.limit_s == 0.05


@on_both_loops
async def test_connecting_may_be_given_up() -> None:
    async with unanswering() as address:
        task = asyncio.ensure_future(Connector(ConnectOptions()).connect(address, Recorder()))
        await asyncio.wait({task}, timeout=0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@on_both_loops
async def test_what_was_agreed_with_a_proxy_may_be_given_up() -> None:
    recorder = Recorder()
    async with answering() as (host, port):
        options = ConnectOptions(proxy=ProxyOptions(ProxyKind.HTTP, host, port))
        task = asyncio.ensure_future(Connector(options).connect(Address("venue.test", 1), recorder))
        await asyncio.wait({task}, timeout=0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not recorder.made


@on_both_loops
async def test_giving_up_in_any_turn_leaves_nothing_behind() -> None:
    servers: list[Recorder] = []

    def accept() -> Recorder:
        servers.append(Recorder())
        return servers[-1]

    async with Listener(ListenOptions(), accept, report=lambda _: None) as listener:
        for turns in count():
            recorder = Recorder()
            task = asyncio.ensure_future(Connector(ConnectOptions()).connect(listener.addresses[0], recorder))
            for _ in range(turns):
                await asyncio.sleep(0)
            if task.done():
                recorder.link.abort()
                break
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            if recorder.made:
                await recorder.until(lambda one: one.lost)
        await come(lambda: servers and not listener.links)


# ------------------------------------------------------------------------------------------------ proxies


@pytest.mark.parametrize("kind", list(ProxyKind))
@on_both_loops
async def test_a_proxy_that_says_nothing_times_out(kind: ProxyKind) -> None:
    async with answering() as (host, port):
        options = ConnectOptions(connect_timeout_s=0.05, proxy=ProxyOptions(kind, host, port))
        with pytest.raises(TransportTimeout, match="proxy's answer took longer"):
            await Connector(options).connect(Address("127.0.0.1", 1), Recorder())


@pytest.mark.parametrize("kind", list(ProxyKind))
@on_both_loops
async def test_a_proxy_that_hangs_up_is_an_error(kind: ProxyKind) -> None:
    async with answering(b"", close=True) as (host, port):
        connector = Connector(ConnectOptions(proxy=ProxyOptions(kind, host, port)))
        with pytest.raises(TransportError, match=r"ended during the .* proxy's answer|broke"):
            await connector.connect(Address("127.0.0.1", 1), Recorder())


@on_both_loops
async def test_a_proxy_that_never_ends_its_header_is_cut_off() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000) as (host, port):
        options = ConnectOptions(proxy=ProxyOptions(ProxyKind.HTTP, host, port))
        with pytest.raises(ProxyError, match="no end within 16384 bytes"):
            await Connector(options).connect(Address("venue.test", 1), Recorder())


@on_both_loops
async def test_the_status_of_a_refusal_is_told() -> None:
    async with answering(b"HTTP/1.1 403 Forbidden by rule\r\n\r\n") as (host, port):
        options = ConnectOptions(proxy=ProxyOptions(ProxyKind.HTTP, host, port, "me", "secret"))
        with pytest.raises(ProxyError, match="403 Forbidden by rule") as error:
            await Connector(options).connect(Address("venue.test", 1), Recorder())
        assert error.value.code == 403


@pytest.mark.parametrize("kind", [ProxyKind.HTTP, ProxyKind.SOCKS5])
@on_both_loops
async def test_a_wrong_password_is_an_error_that_does_not_tell_it(kind: ProxyKind) -> None:
    async with proxy(kind, protected=True) as (host, port):
        options = ConnectOptions(proxy=ProxyOptions(kind, host, port, "me", "secret"))
        with pytest.raises(ProxyError) as error:
            await Connector(options).connect(Address("127.0.0.1", 1), Recorder())
        assert "secret" not in f"{error.value}{options}"


@on_both_loops
async def test_what_comes_with_the_proxys_answer_is_the_servers_first_word_of_tls() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\n\r\n8=FIX.4.4|9=5|") as (host, port):
        proxied = ProxyOptions(ProxyKind.HTTP, host, port)
        connector = Connector(ConnectOptions(proxy=proxied, tls=TlsOptions(ca=authority().pem)))
        with pytest.raises(TlsError, match="TLS handshake failed"):
            await connector.connect(Address("venue.test", 1), Recorder())


@on_both_loops
async def test_a_reset_while_the_link_is_opened_is_an_error() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with serving(reset) as address:
        connector = Connector(ConnectOptions(tls=TlsOptions(ca=authority().pem)))
        with pytest.raises(ConnectError, match=r"the connection to 127\.0\.0\.1:\d+ broke") as error:
            await connector.connect(address, Recorder())
        assert isinstance(error.value.causes[0], ConnectionResetError)


@on_both_loops
async def test_socks4_needs_an_ipv4_address() -> None:
    async with answering() as (host, port):
        options = ConnectOptions(proxy=ProxyOptions(ProxyKind.SOCKS4, host, port))
        with pytest.raises(ProxyError, match="needs an IPv4 address of ::1"):
            await Connector(options).connect(Address("::1", 1), Recorder())


@on_both_loops
async def test_the_environment_names_a_proxy() -> None:
    async with listening() as (address, server), proxy(ProxyKind.SOCKS5) as (host, port):
        options = ConnectOptions(environment={"ALL_PROXY": f"socks5://{host}:{port}"})
        await Connector(options).connect(Address("venue.test", address.port), Recorder())
        await server.until(lambda one: one.made)


@on_both_loops
async def test_what_a_venue_says_first_arrives_although_it_came_with_the_proxys_answer() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\n\r\n8=FIX") as (host, port):
        recorder = Recorder()
        options = ConnectOptions(
            proxy=ProxyOptions(ProxyKind.HTTP, host, port), limits=LinkLimits(close_timeout_s=0.05)
        )
        link = await Connector(options).connect(Address("venue.test", 1), recorder)
        await recorder.until(lambda one: one.received == b"8=FIX")
        link.close()
        await recorder.until(lambda one: one.lost)


# ------------------------------------------------------------------------------------------------ in the process


@on_both_loops
async def test_nobody_listens_on_a_port_of_the_process() -> None:
    with pytest.raises(ConnectError, match="nobody listens on port 7 of VM_PIPE"):
        await Connector(ConnectOptions(wire=Wire.VM_PIPE)).connect(Address("anything", 7), Recorder())


@on_both_loops
async def test_a_port_of_the_process_is_taken_once_and_free_when_its_listener_stops() -> None:
    options = ListenOptions(wire=Wire.VM_PIPE, port=7)
    async with listening(options):
        with pytest.raises(OSError, match="port 7 of VM_PIPE is taken"):
            await Listener(options, Recorder, report=lambda _: None).start()
        async with listening(ListenOptions(wire=Wire.VM_PIPE)) as (free, _):
            assert free == ("memory", 1)
    async with listening(options) as (address, _):
        assert address.port == 7
