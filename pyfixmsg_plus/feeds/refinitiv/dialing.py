"""Make the WebSocket connection: sub-protocol, compression, TLS with chain and host name checked."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from pyfixmsg_plus.errors import TransportError

__all__ = ["SUBPROTOCOL", "DialSettings", "dial", "tls_context"]

SUBPROTOCOL = "tr_json2"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialSettings:
    """How a connection is made.

    Attributes:
        compression: Offer ``permessage-deflate``.
        ca_file: Certificates that the server's must go back to; empty: the system's.
        server_name: That the certificate must bear; empty: the host of the URL.
        proxy: URL of a proxy to go through; empty: none.
        headers: Of the handshake, such as Cookie; they may hold secrets and are never shown.
        open_s: Within which the connection must stand.
        close_s: That the end of a connection may take.
        frame_max: Bytes of a frame of the server, at most.
    """

    compression: bool = True
    ca_file: str = ""
    server_name: str = ""
    proxy: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    open_s: float = 10.0
    close_s: float = 2.0
    frame_max: int = 16 * 1024 * 1024


def tls_context(settings: DialSettings) -> ssl.SSLContext:
    """Return what checks the server: chain and host name, TLS 1.2 or later. There is no way around it."""
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def dial(url: str, settings: DialSettings) -> ClientConnection:
    """Return a connection that speaks the protocol.

    Raises:
        TransportError: There is none; the text says why, and holds nothing of the handshake's headers.
    """
    secure = url.startswith("wss:")
    try:
        connection = await connect(
            url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression="deflate" if settings.compression else None,
            additional_headers=dict(settings.headers),
            user_agent_header=None,
            proxy=settings.proxy or None,
            open_timeout=settings.open_s,
            close_timeout=settings.close_s,
            # The protocol has pings of its own; those of WebSocket are answered by the library.
            ping_interval=None,
            max_size=settings.frame_max,
            ssl=tls_context(settings) if secure else None,
            server_hostname=(settings.server_name or None) if secure else None,
        )
    except (OSError, WebSocketException, TimeoutError, ValueError) as error:
        raise TransportError(f"no connection to {_shown(url)}: {type(error).__name__}: {error}") from None
    if connection.subprotocol != SUBPROTOCOL:
        await connection.close()
        raise TransportError(f"{_shown(url)} does not speak {SUBPROTOCOL}")
    return connection


def _shown(url: str) -> str:
    """A URL without what may be a secret in it."""
    start, mark, rest = url.partition("://")
    return f"{start}{mark}{rest.rpartition('@')[2].partition('?')[0]}"
