"""TLS as a thing that is given bytes and answers with bytes.

The cryptography is the ssl module's; this holds its two memory buffers and no socket. So one link closes, drains and
counts what waits in the same way with TLS and without, on every loop, behind every proxy.
"""

import ssl
from contextlib import suppress

from pyfixmsg_plus.errors import TlsError
from pyfixmsg_plus.transport.contract import PeerInfo, TlsInfo
from pyfixmsg_plus.transport.opening import Answer
from pyfixmsg_plus.transport.tls.names import is_for, names_of, verified

__all__ = ["TlsChannel"]

# More than the largest record, so that one read mostly empties the buffer.
_READ_BYTES = 64 * 1024


class TlsChannel:
    """One end of a TLS connection.

    Args:
        context: What to offer and what to accept.
        server_side: Whether this end waits for the other's hello.
        timeout_s: The longest that the handshake may take.
        server_name: For a client: the name that is sent, and checked where the context says so.
        expected_name: For a client that sends no name, or another: the name that the certificate must be for.
        cipher_suites: The suites that may be agreed on; empty: what the context allows.
    """

    name = "the TLS handshake"

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        server_side: bool,
        timeout_s: float,
        server_name: str | None = None,
        expected_name: str | None = None,
        cipher_suites: frozenset[str] = frozenset(),
    ) -> None:
        self.timeout_s: float | None = timeout_s
        self.closed_by_peer = False
        self.failure: TlsError | None = None
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(
            self._incoming, self._outgoing, server_side=server_side, server_hostname=server_name
        )
        self._server_side = server_side
        self._server_name = server_name
        self._expected_name = expected_name
        self._cipher_suites = cipher_suites
        self._peer = PeerInfo("", 0)

    # --------------------------------------------------------------------------------------------- handshake

    def begin(self, peer: PeerInfo) -> Answer:
        """Send the client's hello, or wait for it."""
        self._peer = peer
        return Answer() if self._server_side else self._handshake()

    def receive(self, data: bytes) -> Answer:
        """Carry the handshake on.

        Raises:
            TlsError: The handshake failed; ``farewell`` holds the alert that says so to the peer.
        """
        self._incoming.write(data)
        return self._handshake()

    def farewell(self) -> bytes:
        """The alert after a failure."""
        return self._outgoing.read()

    def _handshake(self) -> Answer:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return Answer(send=self._outgoing.read())
        except (ssl.SSLError, ssl.CertificateError) as error:
            raise _told(self.name, error) from error
        info = self._info()
        return Answer(send=self._outgoing.read(), done=True, peer=_with_tls(self._peer, info))

    def _info(self) -> TlsInfo:
        cipher = self._object.cipher()
        version = self._object.version()
        suite = cipher[0] if cipher else ""
        if self._cipher_suites and suite not in self._cipher_suites:
            raise TlsError(f"{self.name} agreed on {suite}, which cipher_suites does not name", kind="CIPHER_SUITE")
        certificate = verified(self._object)
        if self._expected_name is not None and not (certificate and is_for(certificate, self._expected_name)):
            text = f"{self.name} failed: the certificate is not for {self._expected_name}"
            raise TlsError(text, kind="CERTIFICATE_VERIFY_FAILED")
        asked = getattr(self._object, "asked_server_name", None) if self._server_side else self._server_name
        return TlsInfo(version or "", suite, asked, names_of(certificate, self._object) if certificate else None)

    # ------------------------------------------------------------------------------------------------- bytes

    def decrypt(self, data: bytes | memoryview) -> bytes:
        """Take bytes off the wire and answer what they say, up to the end or a fault, which ``failure`` then holds."""
        if data:
            self._incoming.write(data)
        pieces: list[bytes] = []
        try:
            while piece := self._object.read(_READ_BYTES):
                pieces.append(piece)
            self.closed_by_peer = True  # nothing, without a wish for more, is how the end is told
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.closed_by_peer = True
        except ssl.SSLError as error:  # no sound TLS, or an alert; what came before it is sound
            self.failure = _told("TLS", error)
        return b"".join(pieces) if len(pieces) != 1 else pieces[0]

    def encrypt(self, data: bytes) -> bytes:
        """Answer what to put on the wire for these bytes.

        Raises:
            TlsError: The connection is not in a state to send.
        """
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._object.write(rest) :]
        except ssl.SSLError as error:
            raise _told("TLS", error) from error
        return self._outgoing.read()

    def outgoing(self) -> bytes:
        """What TLS itself has to say after reading, such as an answer to a change of keys."""
        return self._outgoing.read() if self._outgoing.pending else b""

    def shut(self) -> bytes:
        """The bytes that say that no more comes from us (close_notify)."""
        with suppress(ssl.SSLError):  # it is written; that the peer has not answered, or still sends, is no fault
            self._object.unwrap()
        return self._outgoing.read()

    def truncated(self) -> TlsError:
        """The error for a connection whose end the peer did not say within TLS: anyone may have cut it."""
        return TlsError("the connection ended without the peer's close_notify", kind="TRUNCATED")


def _with_tls(peer: PeerInfo, info: TlsInfo) -> PeerInfo:
    return PeerInfo(peer.address, peer.port, peer.local, peer.announced, info)


def _told(what: str, error: ssl.SSLError | ssl.CertificateError) -> TlsError:
    """The library's error in our words, with its own."""
    kind = getattr(error, "reason", None) or type(error).__name__
    detail = getattr(error, "verify_message", None) or str(kind).replace("_", " ").lower()
    return TlsError(f"{what} failed: {detail}", kind=str(kind))
