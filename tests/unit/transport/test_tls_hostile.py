"""Ends that do not speak TLS, or not in time."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from pyfixmsg_plus.transport import (
    ConnectOptions,
    Connector,
    Listener,
    ListenOptions,
    PeerInfo,
    ReportKind,
    TlsError,
    TransportError,
    TransportTimeout,
)
from tests.transport.handshakes import CLIENT, SERVER, Reports, factory, listening
from tests.transport.loops import come, on_both_loops
from tests.transport.proxies import answering
from tests.transport.recorder import Recorder


@on_both_loops
async def test_a_server_that_never_answers_the_hello_times_out() -> None:
    connector = Connector(ConnectOptions(tls=replace(CLIENT, handshake_timeout_s=0.05)))
    async with answering() as address:
        with pytest.raises(TransportTimeout, match=r"TLS handshake took longer than 0\.05 s"):
            await connector.connect(address, Recorder())


@on_both_loops
async def test_a_server_that_does_not_speak_tls_is_named_so() -> None:
    made: list[Recorder] = []

    def accept() -> Recorder:
        made.append(Recorder(on_data=lambda one, _: one.link.write(b"8=FIX.4.4|9=5|35=0|10=161|")))
        return made[-1]

    async with Listener(ListenOptions(), accept, report=lambda _: None) as listener:
        with pytest.raises(TlsError, match="TLS handshake failed") as error:
            await Connector(ConnectOptions(tls=CLIENT)).connect(listener.addresses[0], Recorder())
        assert error.value.kind == "WRONG_VERSION_NUMBER"


@pytest.mark.parametrize(
    "first", [b"8=FIX.4.4\x019=5\x01", b"\x16\x03\x01\xff\xff", b"\x16\x03\x01\x00\x05hello", b"\x00"]
)
@on_both_loops
async def test_a_client_that_does_not_speak_tls_is_turned_away_in_time(first: bytes) -> None:
    made: list[Recorder] = []
    reports = Reports()
    async with listening(replace(SERVER, handshake_timeout_s=0.05), made, reports.append) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(first)
        with suppress(ConnectionError):
            await reader.read()
        writer.close()
        assert not made
    assert reports.kinds() == [ReportKind.LISTENING, ReportKind.OPENING_FAILED]
    assert isinstance(reports[-1].error, TransportError)


@on_both_loops
async def test_a_handshake_byte_by_byte_ends_at_its_deadline() -> None:
    made: list[Recorder] = []
    reports = Reports()
    hello = factory(CLIENT, server_side=False).channel("venue.test", 0.0).begin(PeerInfo("", 0)).send
    async with listening(replace(SERVER, handshake_timeout_s=0.1), made, reports.append) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        ended = asyncio.ensure_future(reader.read())
        for index in range(len(hello) - 1):
            writer.write(hello[index : index + 1])
            await asyncio.wait({ended}, timeout=0.01)
            if ended.done():
                break
        assert ended.done()
        ended.exception()
        writer.close()
    assert isinstance(reports[-1].error, TransportTimeout)


@on_both_loops
async def test_a_connection_cut_within_tls_is_lost_with_an_error() -> None:
    made: list[Recorder] = []
    async with listening(SERVER, made) as address:
        recorder = Recorder()
        link = await Connector(ConnectOptions(tls=CLIENT)).connect(address, recorder)
        await come(lambda: made)
        made[0].link.abort()
        await recorder.until(lambda one: one.lost)
        assert isinstance(recorder.error, TlsError | ConnectionError)
        if isinstance(recorder.error, TlsError):
            assert recorder.error.kind == "TRUNCATED"
        assert link.unwritten == 0
