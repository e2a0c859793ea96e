"""The pages are served, and a peer that asks for nothing good gets nothing and holds nothing."""

import asyncio
import json

import pytest

from pyfixmsg_plus.telemetry import Registry
from pyfixmsg_plus.telemetry.endpoint import Endpoint


async def asked(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    if writer.can_write_eof():
        writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def answer_to(request: bytes) -> bytes:
    async def scene() -> bytes:
        registry = Registry()
        registry.gauge("depth", "Depth").set(2)
        endpoint = Endpoint(registry, lambda: {"sessions": []})
        assert endpoint.port == 0
        await endpoint.start()
        try:
            return await asked(endpoint.port, request)
        finally:
            await endpoint.stop()
            await endpoint.stop()

    return asyncio.run(scene())


def test_the_figures_are_served_as_prometheus_reads_them() -> None:
    head, _, body = answer_to(b"GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4")
    assert body == b"# HELP depth Depth\n# TYPE depth gauge\ndepth 2\n"


@pytest.mark.parametrize("path", [b"/", b"/status"])
def test_the_state_is_served_as_json(path: bytes) -> None:
    body = answer_to(b"GET %s HTTP/1.1\r\n\r\n" % path).partition(b"\r\n\r\n")[2]
    assert json.loads(body) == {"sessions": []}


@pytest.mark.parametrize(
    ("request_line", "status"),
    [(b"GET /health HTTP/1.1", b"200"), (b"GET /other HTTP/1.1", b"404"), (b"POST /metrics HTTP/1.1", b"405")],
)
def test_other_requests_are_answered_by_their_status(request_line: bytes, status: bytes) -> None:
    assert answer_to(request_line + b"\r\n\r\n").startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize("request_bytes", [b"", b"GET / HTTP/1.1", b"a" * 10_000])
def test_what_is_no_request_is_closed_without_an_answer(request_bytes: bytes) -> None:
    assert answer_to(request_bytes) == b""


def test_more_connections_than_there_may_be_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfixmsg_plus.telemetry.endpoint._MOST_CONNECTIONS", 0)
    assert answer_to(b"GET /health HTTP/1.1\r\n\r\n") == b""
