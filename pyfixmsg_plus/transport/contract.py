"""What a connection is to those who use it, whatever carries it.

A ``Link`` carries bytes in both directions between two ends. The one who asked for it gives a ``LinkHandler``, which is
told what happens, on the event loop and never twice at the same time. Nothing here knows what the bytes mean.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

__all__ = ["Address", "CertificateNames", "Link", "LinkHandler", "PeerInfo", "TlsInfo"]


class Address(NamedTuple):
    """A host, by name or by number, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class CertificateNames:
    """Who a verified certificate says that its holder is.

    Attributes:
        subject: The subject as one line, such as ``CN=venue,O=Venue Ltd``, in the order of the certificate.
        common_names: The values of CN in the subject.
        dns: Names of hosts, from subjectAltName.
        ip: Addresses, from subjectAltName.
        email: Mail addresses, from subjectAltName.
        uri: URIs, from subjectAltName.
        serial: The serial number in hexadecimal digits.
        not_after: The end of validity as the certificate prints it, in GMT.
        sha256: The digest of the whole certificate in lower-case hexadecimal digits.
    """

    subject: str
    common_names: tuple[str, ...]
    dns: tuple[str, ...]
    ip: tuple[str, ...]
    email: tuple[str, ...]
    uri: tuple[str, ...]
    serial: str
    not_after: str
    sha256: str


@dataclass(frozen=True, slots=True)
class TlsInfo:
    """What the two ends of a TLS connection agreed on.

    Attributes:
        version: Such as ``TLSv1.3``.
        cipher: The cipher suite.
        server_name: The name that the client asked for (SNI), where it did.
        certificate: The peer's certificate where it showed one and it was verified.
    """

    version: str
    cipher: str
    server_name: str | None = None
    certificate: CertificateNames | None = None


@dataclass(frozen=True, slots=True)
class PeerInfo:
    """The other end of a link.

    Attributes:
        address: Its address as the operating system tells it, IPv4 in its own form even on a dual-stack socket;
            ``memory`` for a link within the process.
        port: Its port; 0 where there is none.
        local: Our own address.
        announced: The address that a load balancer in front of us announced in a PROXY header.
        tls: What TLS agreed on; None without TLS.
    """

    address: str
    port: int
    local: Address | None = None
    announced: Address | None = None
    tls: TlsInfo | None = None

    @property
    def origin(self) -> Address:
        """Where the connection comes from: what allow-lists and logs are to see."""
        return self.announced or Address(self.address, self.port)

    @property
    def certificate(self) -> CertificateNames | None:
        """The verified certificate of the peer, if there is one."""
        return self.tls.certificate if self.tls else None


class Link(Protocol):
    """One connection."""

    @property
    def peer(self) -> PeerInfo:
        """The other end."""
        ...

    @property
    def unwritten(self) -> int:
        """Bytes that ``write`` accepted and the operating system has not taken yet."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes; never blocks. What is written in one turn of the loop goes out together.

        When more than ``write_buffer_bytes`` waits, the link is aborted and lost with ``SlowConsumer``. After
        ``close``, ``abort`` or the loss of the link the bytes are dropped.
        """
        ...

    def pause_reading(self) -> None:
        """Take no more bytes from the peer, who will be held up; nothing more is delivered from here on."""
        ...

    def resume_reading(self) -> None:
        """Take bytes again."""
        ...

    def close(self) -> None:
        """Send what waits, end our direction, take what still comes in, then close; all within ``close_timeout_s``.

        Nothing more is delivered from here on. A reset, which could destroy our last bytes on their way, is avoided.
        """
        ...

    def abort(self) -> None:
        """End the connection now. What waits is lost; nothing more is delivered."""
        ...


class LinkHandler(Protocol):
    """Who is told what happens on a link: on the event loop, never while another of these calls runs.

    A handler that raises loses the link, with that exception as the error.
    """

    def link_made(self, link: Link) -> None:
        """The connection stands, with proxies passed and TLS agreed; this comes first and once."""
        ...

    def data_received(self, data: bytes) -> None:
        """Bytes from the peer, at least one, in order, cut anywhere."""
        ...

    def link_lost(self, error: Exception | None) -> None:
        """The connection is gone; this comes last and once. None: it ended as one of the two sides wished."""
        ...

    def writing_paused(self) -> None:
        """More bytes wait to be written than the high-water mark; ``write`` still accepts."""
        ...

    def writing_resumed(self) -> None:
        """No more bytes wait than the low-water mark."""
        ...
