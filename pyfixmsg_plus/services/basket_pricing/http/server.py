"""Serve an application of ASGI in the running event loop, beside the sessions and the schedule."""

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["HttpServer", "PortTaken"]

_LOG = logging.getLogger("pyfixmsg_plus.http")
# Streams do not end by themselves: they get as long, then they are cut.
_GRACE_S = 2
_WS_LARGEST = 16_384
_BACKLOG = 1024


class PortTaken(PyFixMsgError):  # noqa: N818 - the state of the machine
    """Another program listens at the port.

    Attributes:
        port: The port.
    """

    def __init__(self, port: int) -> None:
        super().__init__(f"another program listens at port {port}")
        self.port = port


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the program's, not the server's."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.up.set()


class HttpServer:
    """One listening address.

    Args:
        app: What answers.
        host: Address.
        port: Port; 0 is any free one.
        tls: Makes the context of TLS; by default there is none.
        forwarded_by: Addresses of proxies whose X-Forwarded-For is believed.
    """

    def __init__(
        self,
        app: Any,
        host: str,
        port: int,
        *,
        tls: Callable[[], ssl.SSLContext] | None = None,
        forwarded_by: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._tls = tls
        self._forwarded_by = forwarded_by
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Listen, and return the port.

        Raises:
            PortTaken: Another program listens there.
            OSError: The address cannot be listened at.
        """
        listening = _bound(self._host, self._port)
        port: int = listening.getsockname()[1]
        tls = self._tls
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(self._forwarded_by),
            forwarded_allow_ips=list(self._forwarded_by) or None,
            ws_max_size=_WS_LARGEST,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=_GRACE_S,
            backlog=_BACKLOG,
            ssl_context_factory=None if tls is None else lambda *_: tls(),
        )
        self._server = _Server(config)
        self._task = asyncio.ensure_future(self._server.serve(sockets=[listening]))
        up = asyncio.ensure_future(self._server.up.wait())
        await asyncio.wait([up, self._task], return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            up.cancel()
            await self._task
        _LOG.info("listening", extra={"host": self._host, "port": port})
        return port

    async def stop(self) -> None:
        """Answer what was begun, and listen no more."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
        listening.setblocking(False)  # noqa: FBT003 - of the standard library
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port) from error
        raise
    return listening
