"""What settings say about connections reaches the transport, and TLS carries sessions."""

from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.engine import Session, is_named_by_certificate
from pyfixmsg_plus.engine.network import connect_options, listen_options, reconnect_options
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.transport import Address, HostSelection, PeerInfo, ProxyKind, Wire
from tests.transport.certificates import Authority
from tests.unit.engine.pair import Recorder, acceptor_settings, initiator_settings, order, pair, play, until

SOCKET = {
    "socket_nodelay": False,
    "socket_reuse_address": False,
    "socket_send_buffer_size": 8192,
    "socket_receive_buffer_size": 4096,
    "socket_keep_alive": True,
    "socket_linger": 3,
    "socket_traffic_class": 16,
    "socket_oob_inline": True,
    "socket_send_timeout": 1500,
    "socket_receive_timeout": 2500,
    "write_buffer_bytes": 10_000,
    "max_scheduled_write_requests": 50,
    "logout_timeout": 7,
}


@pytest.mark.parametrize("side", ["acceptor", "initiator"])
def test_options_of_sockets_and_limits(side: str) -> None:
    options: Any
    if side == "acceptor":
        options = listen_options([acceptor_settings(**SOCKET)])
    else:
        options = connect_options(initiator_settings(1, **SOCKET), {})
    sock, limits = options.socket, options.limits
    assert (sock.nodelay, sock.reuse_address, sock.keep_alive, sock.linger_s) == (False, False, True, 3)
    assert (sock.send_buffer_bytes, sock.receive_buffer_bytes) == (8192, 4096)
    assert (sock.traffic_class, sock.oob_inline) == (16, True)
    assert (limits.write_buffer_bytes, limits.high_water_bytes, limits.close_timeout_s) == (10_000, 5_000, 7)
    assert limits.write_buffer_writes == 50
    assert (limits.send_timeout_s, limits.receive_timeout_s) == (1.5, 2.5)


def test_options_that_are_not_said_are_those_of_the_machine() -> None:
    options = connect_options(initiator_settings(1, socket_linger=-1), {})
    assert options.socket.linger_s is None
    assert (options.limits.send_timeout_s, options.limits.receive_timeout_s) == (None, None)
    assert (options.tls, options.proxy, options.wire, options.source_host) == (None, None, Wire.TCP, None)


def test_how_an_acceptor_listens() -> None:
    one = acceptor_settings(allowed_remote_addresses=("10.0.0.0/8",), use_tcp_proxy=True, max_connections=7)
    other = acceptor_settings(theirs="B", allowed_remote_addresses=("192.0.2.1",), use_tcp_proxy=True)
    options = listen_options([one, other])
    assert options.allowed_addresses == ("10.0.0.0/8", "192.0.2.1")
    assert (options.proxy_protocol, options.max_connections, options.connections_per_s) == (True, 7, 10_000)
    assert (options.host, options.port, options.first_byte_timeout_s) == ("127.0.0.1", 0, 10)


def test_how_an_initiator_connects() -> None:
    settings = initiator_settings(
        1,
        socket_connect_host=("one", "two"),
        socket_connect_port=(1, 2),
        host_selection_policy="PRIORITY",
        host_selection_policy_priority_start_over_interval=60,
        reconnect_interval=9,
        socket_connect_timeout=11,
        socket_connect_source_host="192.0.2.7",
        socket_connect_source_port=99,
    )
    plan = reconnect_options(settings)
    assert plan.addresses == (Address("one", 1), Address("two", 2))
    assert (plan.selection, plan.start_over_s, plan.interval_s) == (HostSelection.PRIORITY, 60, 9)
    options = connect_options(settings, {"ALL_PROXY": "socks5://proxy:1"})
    assert (options.connect_timeout_s, options.source_host, options.source_port) == (11, "192.0.2.7", 99)
    assert options.environment == {"ALL_PROXY": "socks5://proxy:1"}
    ignoring = settings.replace(socket_ignore_proxy=True)
    assert connect_options(ignoring, {"ALL_PROXY": "socks5://proxy:1"}).environment == {}


@pytest.mark.parametrize(
    ("kind", "version", "found"),
    [
        ("http", None, ProxyKind.HTTP),
        ("socks", "4", ProxyKind.SOCKS4),
        ("socks", "4a", ProxyKind.SOCKS4A),
        ("socks", None, ProxyKind.SOCKS5),
        ("socks5", None, ProxyKind.SOCKS5),
        ("socks4a", None, ProxyKind.SOCKS4A),
    ],
)
def test_proxies(kind: str, version: str | None, found: ProxyKind) -> None:
    more: dict[str, Any] = {"proxy_type": kind, "proxy_host": "proxy", "proxy_port": 1080}
    if version is not None:
        more["proxy_version"] = version
    if found in (ProxyKind.HTTP, ProxyKind.SOCKS5):
        more |= {"proxy_user": "user", "proxy_password": "secret"}
    proxy = connect_options(initiator_settings(1, **more), {}).proxy
    assert proxy is not None
    assert (proxy.kind, proxy.host, proxy.port) == (found, "proxy", 1080)
    assert "secret" not in repr(proxy)


def test_sessions_within_the_process_need_no_socket() -> None:
    async def scene() -> None:
        within = {"socket_accept_protocol": "VM_PIPE", "socket_accept_port": 77}
        ours = {"socket_connect_protocol": "VM_PIPE", "socket_connect_port": (77,)}
        venue = Recorder()
        async with pair(venue, Recorder(), acceptor=within, initiator=ours) as both:
            both.ours.send(order())
            await until(lambda: venue.messages)
            assert both.ours.peer is not None
            assert both.ours.peer.address == "memory"

    play(scene())


def tls(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings of an acceptor and an initiator that show each other certificates."""
    authority = Authority("our authority")
    (folder / "ca.pem").write_bytes(authority.pem)
    sides = []
    for name in ("VENUE", "US"):
        certificate, key = authority.issue(name, "localhost").write(folder, name)
        sides.append(
            {
                "socket_use_ssl": True,
                "socket_certificate_file": certificate,
                "socket_private_key_file": key,
                "socket_ca_file": folder / "ca.pem",
            }
        )
    acceptor, initiator = sides
    return acceptor | {"need_client_auth": True}, initiator | {"sni_host_name": "localhost"}


def test_mutual_tls_carries_a_session_and_tells_who_the_peer_is(tmp_path: Path) -> None:
    class Venue(Recorder):
        def authenticate(self, logon: Message, peer: PeerInfo) -> bool:
            return is_named_by_certificate(logon, peer)

    async def scene() -> tuple[list[str], Session]:
        acceptor, initiator = tls(tmp_path)
        venue = Venue()
        async with pair(venue, Recorder(), acceptor=acceptor, initiator=initiator) as both:
            assert both.theirs.peer is not None
            assert both.theirs.peer.tls is not None
            assert both.theirs.peer.tls.version in ("TLSv1.2", "TLSv1.3")
            both.ours.send(order())
            await until(lambda: venue.messages)
            return venue.ids, both.ours

    assert play(scene())[0] == ["A1"]


def test_a_name_that_is_not_in_the_certificate_is_not_let_in(tmp_path: Path) -> None:
    class Venue(Recorder):
        def authenticate(self, logon: Message, peer: PeerInfo) -> bool:
            return is_named_by_certificate(logon, peer)

    async def scene() -> None:
        acceptor, initiator = tls(tmp_path)
        names = {"theirs": "MALLORY"}, {"ours": "MALLORY"}
        async with pair(
            Venue(), Recorder(), acceptor=acceptor | names[0], initiator=initiator | names[1], log_on=False
        ) as both:
            await until(lambda: "logon_refused" in both.names())
            assert not both.ours.is_logged_on

    play(scene())


def test_a_certificate_may_be_given_as_text_and_the_handshake_has_a_limit(tmp_path: Path) -> None:
    authority = Authority("our authority")
    issued = authority.issue("VENUE", "localhost")
    settings = acceptor_settings(
        socket_use_ssl=True,
        socket_certificate_bytes=issued.certificate_pem.decode(),
        socket_private_key_bytes=issued.key_pem.decode(),
        socket_ca_bytes=authority.pem.decode(),
        socket_timeout=3,
    )
    options = listen_options([settings])
    assert options.tls is not None
    assert options.tls.handshake_timeout_s == 3
    assert options.tls.own is not None
    assert options.tls.own.certificate == issued.certificate_pem.decode().strip()
    assert "PRIVATE KEY" not in repr(options)
