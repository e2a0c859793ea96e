"""Serve figures and state over HTTP, for a scraper or a look with a browser.

Three pages: ``/metrics`` for Prometheus, ``/status`` as JSON, ``/health``. Read only, no authentication: it listens on
loopback unless told otherwise. A request is one GET of at most 8 KiB that arrives within five seconds.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from pyfixmsg_plus.telemetry.exposition import CONTENT_TYPE, exposition
from pyfixmsg_plus.telemetry.metrics import Registry

__all__ = ["Endpoint"]

_REQUEST_BYTES = 8 * 1024
_TIMEOUT_S = 5.0
_MOST_CONNECTIONS = 32


class Endpoint:
    """The pages of one program.

    Args:
        registry: The figures.
        status: Tells the state as plain values.
        host: Where to listen.
        port: The port; 0 takes a free one.
    """

    def __init__(
        self, registry: Registry, status: Callable[[], Mapping[str, Any]], *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._registry = registry
        self._status = status
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._open = 0

    @property
    def port(self) -> int:
        """The port that it listens on, 0 before it does."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server is not None else 0

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: The address is taken or is not ours.
        """
        self._server = await asyncio.start_server(self._serve, self._host, self._port, limit=_REQUEST_BYTES)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open > _MOST_CONNECTIONS:
                return
            async with asyncio.timeout(_TIMEOUT_S):
                request = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._answer(request))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ConnectionError):
            return  # whoever it was asked for nothing
        finally:
            self._open -= 1
            with contextlib.suppress(ConnectionError):
                writer.close()

    def _answer(self, request: bytes) -> bytes:
        method, _, rest = request.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if method != b"GET":
            return _response(HTTPStatus.METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "GET alone\n")
        match path:
            case b"/metrics":
                return _response(HTTPStatus.OK, CONTENT_TYPE, exposition(self._registry.collect()))
            case b"/" | b"/status":
                text = json.dumps(self._status(), ensure_ascii=False, default=str, indent=2)
                return _response(HTTPStatus.OK, "application/json", f"{text}\n")
            case b"/health":
                return _response(HTTPStatus.OK, "text/plain; charset=utf-8", "up\n")
            case _:
                return _response(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", "/metrics /status /health\n")


def _response(status: HTTPStatus, content_type: str, text: str) -> bytes:
    body = text.encode("utf-8")
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
