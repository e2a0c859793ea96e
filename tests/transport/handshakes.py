"""Two ends that agree on TLS, or do not."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from pyfixmsg_plus.transport import (
    Address,
    ConnectOptions,
    Connector,
    Listener,
    ListenOptions,
    PeerInfo,
    Report,
    ReportKind,
    TlsError,
    TlsOptions,
)
from pyfixmsg_plus.transport.tls.context import TlsFactory
from tests.transport.carriers import server_certificate, source_of
from tests.transport.certificates import authority
from tests.transport.loops import come
from tests.transport.recorder import Recorder

__all__ = ["CLIENT", "SERVER", "Reports", "agreed", "factory", "listening", "refused"]

SERVER = TlsOptions(own=source_of(server_certificate()), ca=authority().pem)
CLIENT = TlsOptions(ca=authority().pem, server_name="venue.test")


class Reports(list[Report]):
    """What was reported."""

    def kinds(self) -> list[ReportKind]:
        return [report.kind for report in self]


@asynccontextmanager
async def listening(
    tls: TlsOptions, made: list[Recorder], reports: Callable[[Report], None] | None = None
) -> AsyncIterator[Address]:
    def accept() -> Recorder:
        made.append(Recorder())
        return made[-1]

    async with Listener(ListenOptions(tls=tls), accept, report=reports or (lambda _: None)) as listener:
        yield listener.addresses[0]


async def agreed(
    server: TlsOptions, client: TlsOptions, reports: Callable[[Report], None] | None = None
) -> tuple[PeerInfo, PeerInfo]:
    """What client and server know of each other once a byte has gone both ways."""
    made: list[Recorder] = []
    async with listening(server, made, reports) as address:
        recorder = Recorder()
        link = await Connector(ConnectOptions(tls=client), report=reports or (lambda _: None)).connect(
            address, recorder
        )
        link.write(b"?")
        # In TLS 1.3 a client is done before the server has looked at its certificate.
        await come(lambda: recorder.lost or made)
        if recorder.lost:
            assert recorder.error is not None
            raise recorder.error
        await made[0].until(lambda one: bool(one.received))
        return link.peer, made[0].link.peer


async def refused(server: TlsOptions, client: TlsOptions) -> TlsError:
    with pytest.raises(TlsError) as error:
        await agreed(server, client)
    return error.value


def factory(options: TlsOptions, *, server_side: bool = True) -> TlsFactory:
    return TlsFactory(options, server_side=server_side, report=lambda _: None)
