"""Make connections: the side of an initiator."""

import asyncio
import socket
from typing import assert_never

from pyfixmsg_plus.errors import ConnectError, ProxyError
from pyfixmsg_plus.transport.contract import Address, Link, LinkHandler
from pyfixmsg_plus.transport.dial import dial, resolve
from pyfixmsg_plus.transport.link import StreamLink
from pyfixmsg_plus.transport.opening import Opening
from pyfixmsg_plus.transport.options import ConnectOptions, ProxyKind, ProxyOptions, Wire
from pyfixmsg_plus.transport.pipes import connect_pipe
from pyfixmsg_plus.transport.proxy.environment import proxy_from_environment
from pyfixmsg_plus.transport.proxy.http_connect import HttpConnect
from pyfixmsg_plus.transport.proxy.socks4 import Socks4
from pyfixmsg_plus.transport.proxy.socks5 import Socks5
from pyfixmsg_plus.transport.reports import Reporter, log_report
from pyfixmsg_plus.transport.tls.context import TlsFactory

__all__ = ["Connector"]


class Connector:
    """Connects, as often as it is asked to, in one way.

    Args:
        options: The way.
        report: Who is told of what a person may want to know.

    Raises:
        TlsError: Certificates or trust anchors cannot be used.
    """

    def __init__(self, options: ConnectOptions, *, report: Reporter = log_report) -> None:
        self._options = options
        self._tls = None if options.tls is None else TlsFactory(options.tls, server_side=False, report=report)

    async def connect(self, address: Address, handler: LinkHandler) -> Link:
        """Connect; when this returns, ``handler.link_made`` has been called.

        Raises:
            ConnectError: No address of the host answered in time, or the connection broke before the link was made.
            ProxyError: The proxy refused or is none.
            TlsError: TLS could not be agreed; among others, the certificate is not trusted or not for the host.
            TransportTimeout: The proxy or the TLS handshake took too long.
        """
        loop = asyncio.get_running_loop()
        options = self._options
        began_s = loop.time()
        attempt = _Attempt(handler, loop)
        if options.wire is Wire.VM_PIPE:
            tls = [] if self._tls is None else [self._tls.channel(address.host, began_s)]
            link = StreamLink(loop, attempt, options.limits, tls)
            connect_pipe(address, link)
            await attempt.finished(link, address)
            return link
        proxy = options.proxy or proxy_from_environment(options.environment, address.host)
        openings: list[Opening] = []
        if proxy is not None:
            openings.append(await _through(proxy, address))
        if self._tls is not None:
            openings.append(self._tls.channel(address.host, began_s))
        sock = await dial(address if proxy is None else Address(proxy.host, proxy.port), options)
        if proxy is not None:
            # One limit for TCP and the proxy together.
            openings[0] = _Timed(openings[0], max(0.0, began_s + options.connect_timeout_s - loop.time()))
        link = StreamLink(loop, attempt, options.limits, openings, nodelay=options.socket.nodelay)
        try:
            await loop.create_connection(lambda: link, sock=sock)
        except asyncio.CancelledError:
            attempt.give_up()  # the loop closes the socket
            link.vanish()
            raise
        await attempt.finished(link, address)
        return link


class _Attempt:
    """Who waits for one link."""

    def __init__(self, handler: LinkHandler, loop: asyncio.AbstractEventLoop) -> None:
        self._handler = handler
        self._made: asyncio.Future[None] = loop.create_future()

    def link_ready(self, link: StreamLink) -> LinkHandler:  # noqa: ARG002 - one link alone comes here
        if not self._made.done():
            self._made.set_result(None)
        return self._handler

    def link_failed(self, link: StreamLink, error: Exception) -> None:  # noqa: ARG002 - one link alone comes here
        if not self._made.done():
            self._made.set_exception(error)

    def link_ended(self, link: StreamLink) -> None:
        pass

    def give_up(self) -> None:
        self._made.cancel()

    async def finished(self, link: StreamLink, address: Address) -> None:
        try:
            await self._made
        except OSError as error:
            text = f"the connection to {address} broke: {error}"
            raise ConnectError(text, host=address.host, port=address.port, causes=[error]) from error
        except asyncio.CancelledError:
            link.abort()
            raise


class _Timed:
    """An opening with its time."""

    def __init__(self, opening: Opening, timeout_s: float) -> None:
        self.timeout_s: float | None = timeout_s
        self.name = opening.name
        self.begin = opening.begin
        self.receive = opening.receive
        self.farewell = opening.farewell


async def _through(proxy: ProxyOptions, target: Address) -> Opening:
    match proxy.kind:
        case ProxyKind.HTTP:
            return HttpConnect(target, proxy.user, proxy.password)
        case ProxyKind.SOCKS5:
            return Socks5(target, proxy.user, proxy.password)
        case ProxyKind.SOCKS4A:
            return Socks4(target, proxy.user, names=True)
        case ProxyKind.SOCKS4:
            return Socks4(await _ipv4(target), proxy.user, names=False)
        case _:
            assert_never(proxy.kind)


async def _ipv4(target: Address) -> Address:
    try:
        found = await resolve(target, family=socket.AF_INET)
    except ConnectError as error:
        raise ProxyError(f"SOCKS 4 needs an IPv4 address of {target.host}: {error}") from error
    return Address(str(found[0][1][0]), target.port)
