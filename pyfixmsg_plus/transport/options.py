"""How connections are to be made and kept: values, which whoever reads the settings fills in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

__all__ = [
    "CertificateSource",
    "ConnectOptions",
    "LinkLimits",
    "ListenOptions",
    "ProxyKind",
    "ProxyOptions",
    "SocketOptions",
    "TlsOptions",
    "Wire",
]

# Bytes that wait for a peer: enough for a burst of a few thousand messages before the application is told to hold.
HIGH_WATER_BYTES = 256 * 1024
WRITE_BUFFER_BYTES = 16 * 1024 * 1024


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


class Wire(StrEnum):
    """What carries the bytes: SocketConnectProtocol, SocketAcceptProtocol."""

    TCP = "TCP"
    VM_PIPE = "VM_PIPE"  # within the process


@dataclass(frozen=True, slots=True)
class SocketOptions:
    """Options of a socket; None leaves what the operating system does.

    Attributes:
        nodelay: TCP_NODELAY: send small messages at once.
        reuse_address: SO_REUSEADDR.
        send_buffer_bytes: SO_SNDBUF.
        receive_buffer_bytes: SO_RCVBUF.
        keep_alive: SO_KEEPALIVE.
        linger_s: SO_LINGER in whole seconds; negative is off. 0 makes every close a reset, which destroys what is on
            its way.
        traffic_class: IP_TOS or IPV6_TCLASS.
        oob_inline: SO_OOBINLINE.
    """

    nodelay: bool = True
    reuse_address: bool = True
    send_buffer_bytes: int | None = None
    receive_buffer_bytes: int | None = None
    keep_alive: bool | None = None
    linger_s: int | None = None
    traffic_class: int | None = None
    oob_inline: bool | None = None


@dataclass(frozen=True, slots=True)
class LinkLimits:
    """Limits of one link.

    Attributes:
        write_buffer_bytes: More waiting than this makes the peer a slow consumer, which is disconnected.
        write_buffer_writes: So does more than this many calls of ``write`` with none of them taken since the last time
            that nothing waited; None is without limit.
        high_water_bytes: More waiting than this, or than ``write_buffer_bytes``, is ``writing_paused``.
        low_water_bytes: No more waiting than this is ``writing_resumed``; None is a quarter of the high-water mark.
        close_timeout_s: The longest that ``close`` may take to send what waits and to take what still comes in.
        send_timeout_s: The longest that bytes may wait with none taken; None is for ever.
        receive_timeout_s: The longest silence of the peer; None is for ever.

    Raises:
        ValueError: The low-water mark is above the high-water mark, or one of them is negative.
    """

    write_buffer_bytes: int = WRITE_BUFFER_BYTES
    write_buffer_writes: int | None = None
    high_water_bytes: int = HIGH_WATER_BYTES
    low_water_bytes: int | None = None
    close_timeout_s: float = 2.0
    send_timeout_s: float | None = None
    receive_timeout_s: float | None = None

    def __post_init__(self) -> None:
        low, high = self.marks()
        if not 0 <= low <= high:
            raise ValueError(f"the low-water mark must lie between 0 and the high-water mark: {low}, {high} bytes")

    def marks(self) -> tuple[int, int]:
        """The low-water and the high-water mark, in bytes."""
        high = min(self.high_water_bytes, self.write_buffer_bytes)
        return (high // 4 if self.low_water_bytes is None else self.low_water_bytes), high


@dataclass(frozen=True, slots=True)
class CertificateSource:
    """A certificate with its chain, and its private key: as files or as text.

    Attributes:
        certificate_file: PEM, or PKCS 12 (recognised by its bytes), which holds the key too.
        private_key_file: PEM; None where the certificate's file holds it.
        certificate: The same as PEM text or bytes, instead of a file.
        private_key: The same as PEM text or bytes.
        password: What the key or the PKCS 12 file is encrypted with.
    """

    certificate_file: Path | None = None
    private_key_file: Path | None = None
    certificate: str | bytes | None = None
    private_key: str | bytes | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """TLS for a connector or a listener.

    Attributes:
        own: Our certificate; a listener needs one.
        names: For a listener: other certificates by the name that a client asks for (SNI).
        ca_file: Trust anchors, PEM; neither file, directory nor text: those of the system.
        ca_directory: A directory, every file of which holds trust anchors.
        ca: Trust anchors as PEM text or bytes.
        ca_password: What a PKCS 12 file of trust anchors is encrypted with.
        crl_file: Revocation lists, PEM or DER.
        crl_directory: A directory, every file of which holds revocation lists.
        check_revocation: Refuse a certificate whose issuer has no list here. On when lists are named.
        verify: For a connector: False accepts any certificate, and is reported as a warning every time.
        need_client_auth: For a listener: demand a certificate (mutual TLS).
        want_client_auth: For a listener: verify a certificate if the client shows one.
        send_server_name: Send the name of the server (SNI).
        server_name: The name that is sent and checked; None is the host that is connected to.
        check_server_name: The certificate must be for the name.
        minimum_version: ``TLSv1.2`` or ``TLSv1.3``.
        cipher_suites: The only suites to use, by the names of OpenSSL or of IANA; empty: the library's choice.
        handshake_timeout_s: The longest that the handshake may take.
        reload_interval_s: How often, at most, files are looked at for a change before a handshake.
    """

    own: CertificateSource | None = None
    names: Mapping[str, CertificateSource] = field(default_factory=_empty)
    ca_file: Path | None = None
    ca_directory: Path | None = None
    ca: str | bytes | None = None
    ca_password: str | None = field(default=None, repr=False)
    crl_file: Path | None = None
    crl_directory: Path | None = None
    check_revocation: bool = False
    verify: bool = True
    need_client_auth: bool = False
    want_client_auth: bool = False
    send_server_name: bool = True
    server_name: str | None = None
    check_server_name: bool = True
    minimum_version: str = "TLSv1.2"
    cipher_suites: tuple[str, ...] = ()
    handshake_timeout_s: float = 10.0
    reload_interval_s: float = 1.0


class ProxyKind(StrEnum):
    """The protocol of a proxy that we connect through."""

    HTTP = "http"
    SOCKS4 = "socks4"
    SOCKS4A = "socks4a"
    SOCKS5 = "socks5"


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """A proxy to connect through.

    Attributes:
        kind: Its protocol. SOCKS4 resolves the name here and takes IPv4 alone; the others leave the name to the proxy.
        host: Its host.
        port: Its port.
        user: User, where it asks for one.
        password: Password, where it asks for one.
    """

    kind: ProxyKind
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ConnectOptions:
    """How to connect.

    Attributes:
        wire: TCP, or a link within the process, which goes to the listener of the same port there.
        connect_timeout_s: The longest for finding the host, for TCP and for a proxy together.
        address_delay_s: When a name has several addresses, the next is tried too after this long.
        source_host: Our own address to connect from.
        source_port: Our own port to connect from; 0 is any. Addresses are then tried one after another.
        socket: Options of the socket.
        tls: TLS; None is without.
        proxy: A proxy to go through.
        environment: Where the proxy of the system is looked up (``ALL_PROXY``, ``NO_PROXY``) when ``proxy`` is None;
            empty: nowhere.
        limits: Limits of the link.
    """

    wire: Wire = Wire.TCP
    connect_timeout_s: float = 60.0
    address_delay_s: float = 0.25
    source_host: str | None = None
    source_port: int = 0
    socket: SocketOptions = SocketOptions()
    tls: TlsOptions | None = None
    proxy: ProxyOptions | None = None
    environment: Mapping[str, str] = field(default_factory=_empty, repr=False)
    limits: LinkLimits = LinkLimits()


@dataclass(frozen=True, slots=True)
class ListenOptions:
    """How to listen.

    Attributes:
        wire: TCP, or within the process.
        host: The address to listen on; a name may have several. ``::`` with ``dual_stack`` takes IPv4 and IPv6.
        port: The port; 0 takes a free one, which ``Listener.addresses`` then says.
        dual_stack: An IPv6 socket takes IPv4 too.
        backlog: How many connections may wait to be accepted.
        allowed_addresses: Addresses and networks (``10.1.0.0/16``) that may connect; empty: all.
        max_connections: How many connections may be open at the same time.
        connections_per_s: How many new connections a second, with as many at once; None is without limit.
        proxy_protocol: A load balancer announces the peer in a PROXY header, version 1 or 2, before the first byte.
        trusted_proxies: Addresses and networks that may announce; empty: all that connect.
        first_byte_timeout_s: The longest that a peer may be silent at the start; None is for ever.
        proxy_header_timeout_s: The longest that the whole PROXY header may take.
        socket: Options of the sockets.
        tls: TLS; None is without.
        limits: Limits of each link.
    """

    wire: Wire = Wire.TCP
    host: str = "127.0.0.1"
    port: int = 0
    dual_stack: bool = False
    backlog: int = 1024
    allowed_addresses: tuple[str, ...] = ()
    max_connections: int = 1000
    connections_per_s: float | None = None
    proxy_protocol: bool = False
    trusted_proxies: tuple[str, ...] = ()
    first_byte_timeout_s: float | None = 10.0
    proxy_header_timeout_s: float = 5.0
    socket: SocketOptions = SocketOptions()
    tls: TlsOptions | None = None
    limits: LinkLimits = LinkLimits()
