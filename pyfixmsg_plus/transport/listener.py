"""Take connections: the side of an acceptor."""

import asyncio
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pyfixmsg_plus.errors import ConnectionRefused
from pyfixmsg_plus.transport.admission import AddressRules, Admission
from pyfixmsg_plus.transport.contract import Address, LinkHandler, PeerInfo
from pyfixmsg_plus.transport.dial import resolve
from pyfixmsg_plus.transport.link import StreamLink
from pyfixmsg_plus.transport.opening import Gate, Opening
from pyfixmsg_plus.transport.options import ListenOptions, Wire
from pyfixmsg_plus.transport.pipes import listen_pipe
from pyfixmsg_plus.transport.proxy.header import ProxyHeader
from pyfixmsg_plus.transport.reports import Report, Reporter, ReportKind, log_report
from pyfixmsg_plus.transport.sockets import plain_address, set_options
from pyfixmsg_plus.transport.tls.context import TlsFactory
from pyfixmsg_plus.transport.token_bucket import TokenBucket

__all__ = ["Listener"]

# A flood of connections may not become a flood of lines in a log.
_REPORTS_PER_S = 10


class Listener:
    """Listens on one host and port, and makes a link of every connection that may come in.

    Args:
        options: Where, who and how many.
        accept: Called for each link that is made; answers who is told of it.
        admission: How many connections, shared with other listeners; None: by the options, alone.
        report: Who is told of what a person may want to know.

    Raises:
        TlsError: Certificates or trust anchors cannot be used.
        ValueError: An allowed address is none.
    """

    def __init__(
        self,
        options: ListenOptions,
        accept: Callable[[], LinkHandler],
        *,
        admission: Admission | None = None,
        report: Reporter = log_report,
    ) -> None:
        self._options = options
        self._accept = accept
        self._allowed = AddressRules(options.allowed_addresses)
        self._trusted = AddressRules(options.trusted_proxies)
        rate = None if options.connections_per_s is None else TokenBucket(options.connections_per_s)
        self._admission = admission or Admission(options.max_connections, rate)
        self._report_to = report
        self._report_rate = TokenBucket(_REPORTS_PER_S)
        self._unreported = 0
        self._tls = None if options.tls is None else TlsFactory(options.tls, server_side=True, report=report)
        self._loop: asyncio.AbstractEventLoop  # from start on
        self._stop_pipe: Callable[[], None] | None = None
        self._servers: list[asyncio.AbstractServer] = []
        self._addresses: tuple[Address, ...] = ()
        self._links: set[StreamLink] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._stopping = False

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where it listens, with the real port."""
        return self._addresses

    @property
    def links(self) -> int:
        """How many of its connections are open, made or not."""
        return len(self._links)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: The address is taken or is not ours.
            ConnectError: The host has no address.
        """
        self._loop = asyncio.get_running_loop()
        self._stopping = False
        self._addresses = ()
        options = self._options
        if options.wire is Wire.VM_PIPE:
            self._stop_pipe, address = listen_pipe(options.port, self._new_link)
            self._addresses = (address,)
        else:
            for sock in await _listening(options):
                server = await self._loop.create_server(self._new_link, sock=sock, backlog=options.backlog)
                self._servers.append(server)
                self._addresses = (*self._addresses, plain_address(sock.getsockname()))
        where = ", ".join(map(str, self._addresses))
        self._report_to(Report(ReportKind.LISTENING, f"listening on {where}"))

    def stop_listening(self) -> None:
        """Take no more connections; those that stand go on."""
        self._stopping = True
        for server in self._servers:
            server.close()
        self._servers.clear()
        if self._stop_pipe is not None:
            self._stop_pipe()
            self._stop_pipe = None

    async def stop(self, grace_s: float | None = None) -> None:
        """Take no more connections, close those that stand, and return when none is left.

        Args:
            grace_s: After this long the rest is aborted; None is the links' own ``close_timeout_s`` and a second.
        """
        self.stop_listening()
        for link in list(self._links):
            link.end()
        limit_s = self._options.limits.close_timeout_s + 1.0 if grace_s is None else grace_s
        try:
            async with asyncio.timeout(limit_s):
                await self._empty.wait()
        except TimeoutError:
            for link in list(self._links):
                link.abort()
            await self._empty.wait()

    # ------------------------------------------------------------------------------------ the owner of links

    def link_ready(self, link: StreamLink) -> LinkHandler:  # noqa: ARG002 - all are accepted alike
        """Ask the application who is to be told."""
        return self._accept()

    def link_failed(self, link: StreamLink, error: Exception) -> None:
        """Report a connection that did not become a link."""
        refused = isinstance(error, ConnectionRefused)
        kind = ReportKind.CONNECTION_REFUSED if refused else ReportKind.OPENING_FAILED
        self._report(Report(kind, f"connection from {link.peer.origin} ended: {error}", error))

    def link_ended(self, link: StreamLink) -> None:
        """Count a connection out."""
        if link in self._links:
            self._links.discard(link)
            self._admission.leave()
            if not self._links:
                self._empty.set()

    # ------------------------------------------------------------------------------------------- connections

    def _new_link(self) -> StreamLink:
        options = self._options
        link: StreamLink

        def enter(peer: PeerInfo) -> None:
            self._enter(link, peer)

        openings: list[Opening] = [Gate(enter)]
        if options.proxy_protocol:
            openings += [ProxyHeader(options.proxy_header_timeout_s), Gate(self._check_address)]
        if self._tls is not None:
            openings.append(self._tls.channel("", self._loop.time()))
        link = StreamLink(
            self._loop,
            self,
            options.limits,
            openings,
            nodelay=options.socket.nodelay,
            first_byte_timeout_s=options.first_byte_timeout_s,
        )
        return link

    def _enter(self, link: StreamLink, peer: PeerInfo) -> None:
        if self._stopping:
            raise ConnectionRefused("the listener is stopping", reason="stopping")
        if not self._options.proxy_protocol:
            self._check_address(peer)
        elif not self._trusted.allows(peer.address):
            raise ConnectionRefused(f"{peer.address} may not announce others", reason="address")
        self._admission.enter(int(self._loop.time() * 1e9))
        self._links.add(link)
        self._empty.clear()

    def _check_address(self, peer: PeerInfo) -> None:
        if self._options.wire is Wire.TCP and not self._allowed.allows(peer.origin.host):
            raise ConnectionRefused(f"{peer.origin.host} is not among the allowed addresses", reason="address")

    def _report(self, report: Report) -> None:
        if not self._report_rate.take(int(self._loop.time() * 1e9)):
            self._unreported += 1
            return
        if self._unreported:
            text = f"{report.text} (and {self._unreported} more since the last that was reported)"
            report = Report(report.kind, text, report.error)
            self._unreported = 0
        self._report_to(report)


async def _listening(options: ListenOptions) -> list[socket.socket]:
    """Bound sockets on every address of the host, all on the same port."""
    sockets: list[socket.socket] = []
    port = options.port
    try:
        for family, name in await resolve(Address(options.host, port)):
            sock = socket.socket(family, socket.SOCK_STREAM)
            sockets.append(sock)
            sock.settimeout(0)
            set_options(sock, options.socket)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(not options.dual_stack))
            sock.bind((name[0], port, *name[2:]))
            port = port or sock.getsockname()[1]
    except BaseException:
        for sock in sockets:
            sock.close()
        raise
    return sockets
