"""Every way in which a link can be carried, each as a pair of joined links."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache

from pyfixmsg_plus.transport import (
    Address,
    CertificateSource,
    ConnectOptions,
    Connector,
    LinkLimits,
    Listener,
    ListenOptions,
    ProxyKind,
    ProxyOptions,
    Report,
    TlsOptions,
    Wire,
)
from tests.transport.certificates import Issued, authority
from tests.transport.proxies import PASSWORD, USER, proxy
from tests.transport.recorder import Recorder

__all__ = ["CARRIERS", "Carrier", "Joined", "joined", "server_certificate", "source_of"]

QUICK = LinkLimits(close_timeout_s=5.0)


@dataclass(frozen=True, slots=True)
class Carrier:
    """One way to be carried."""

    name: str
    wire: Wire = Wire.TCP
    listen_on: str = "127.0.0.1"
    tls: bool = False
    mutual: bool = False
    proxy: ProxyKind | None = None
    protected: bool = False
    target: str | None = None


CARRIERS = (
    Carrier("tcp"),
    Carrier("tcp6", listen_on="::1"),
    Carrier("pipe", wire=Wire.VM_PIPE),
    Carrier("tls", tls=True),
    Carrier("mutual_tls", tls=True, mutual=True),
    Carrier("tls_in_pipe", wire=Wire.VM_PIPE, tls=True, target="127.0.0.1"),
    Carrier("http_proxy", proxy=ProxyKind.HTTP, target="venue.test"),
    Carrier("http_proxy_basic", proxy=ProxyKind.HTTP, protected=True),
    Carrier("socks4", proxy=ProxyKind.SOCKS4),
    Carrier("socks4a", proxy=ProxyKind.SOCKS4A, target="venue.test"),
    Carrier("socks5", proxy=ProxyKind.SOCKS5, target="venue.test"),
    Carrier("socks5_password", proxy=ProxyKind.SOCKS5, protected=True),
    Carrier("tls_through_http_proxy", tls=True, proxy=ProxyKind.HTTP, target="venue.test"),
    Carrier("tls_through_socks5", tls=True, mutual=True, proxy=ProxyKind.SOCKS5),
)


@dataclass(frozen=True, slots=True)
class Joined:
    """Two ends of one link, and what listens."""

    client: Recorder
    server: Recorder
    listener: Listener


@cache
def server_certificate() -> Issued:
    return authority().issue("venue", "venue.test", "localhost", "127.0.0.1", "::1", organization="Venue, Ltd")


@cache
def client_certificate() -> Issued:
    return authority().issue("trader", mail="desk@trader.test", uri="urn:firm:trader")


def source_of(issued: Issued) -> CertificateSource:
    return CertificateSource(certificate=issued.certificate_pem, private_key=issued.key_pem)


def silent(report: Report) -> None:
    """Say nothing."""


@asynccontextmanager
async def joined(
    carrier: Carrier,
    *,
    client: Recorder | None = None,
    server: Recorder | None = None,
    client_limits: LinkLimits = QUICK,
    server_limits: LinkLimits = QUICK,
    accept: Callable[[], Recorder] | None = None,
) -> AsyncIterator[Joined]:
    """Two links joined by a carrier; at the end both are gone."""
    client, server = client or Recorder(), server or Recorder()
    ca = authority().pem
    listen = ListenOptions(wire=carrier.wire, host=carrier.listen_on, limits=server_limits)
    connect = ConnectOptions(wire=carrier.wire, connect_timeout_s=10.0, limits=client_limits)
    if carrier.tls:
        listen = replace(
            listen, tls=TlsOptions(own=source_of(server_certificate()), ca=ca, need_client_auth=carrier.mutual)
        )
        own = source_of(client_certificate()) if carrier.mutual else None
        connect = replace(connect, tls=TlsOptions(own=own, ca=ca))
    async with AsyncExitStack() as stack:
        if carrier.proxy is not None:
            host, port = await stack.enter_async_context(proxy(carrier.proxy, protected=carrier.protected))
            user, password = (USER, PASSWORD) if carrier.protected else (None, None)
            connect = replace(connect, proxy=ProxyOptions(carrier.proxy, host, port, user, password))
        listener = await stack.enter_async_context(Listener(listen, accept or (lambda: server), report=silent))
        (at,) = listener.addresses
        await Connector(connect, report=silent).connect(Address(carrier.target or at.host, at.port), client)
        await server.until(lambda one: one.made)
        try:
            yield Joined(client, server, listener)
        finally:
            client.link.abort()
            await client.until(lambda one: one.lost)
