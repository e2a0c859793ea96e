"""Little proxies on loopback that do what proxies do: HTTP CONNECT, SOCKS 4, 4a and 5."""

import asyncio
import base64
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from pyfixmsg_plus.transport import Address, ProxyKind

__all__ = ["PASSWORD", "USER", "answering", "proxy", "serving"]

USER, PASSWORD = "trader", "s3cret:with colon"
# The one name that these proxies can resolve and this machine cannot: it proves who resolved it.
_RESOLVED = {"venue.test": "127.0.0.1"}

_Reader: TypeAlias = asyncio.StreamReader
_Writer: TypeAlias = asyncio.StreamWriter
_Greeting = Callable[[_Reader, _Writer], Awaitable[Address]]


@asynccontextmanager
async def serving(answer: Callable[[_Reader, _Writer], Awaitable[None]]) -> AsyncIterator[Address]:
    """A server on loopback whose every connection is one task, all ended at the end."""
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: _Reader, writer: _Writer) -> None:
        async with closing(writer):
            await answer(reader, writer)

    def begin(reader: _Reader, writer: _Writer) -> None:
        task = asyncio.get_running_loop().create_task(one(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()
        yield Address(host, port)
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def closing(writer: _Writer) -> AsyncIterator[None]:
    """Leave no transport behind, whatever the peer did and even when the task is cancelled."""
    try:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            yield
        writer.close()
    except asyncio.CancelledError:
        writer.transport.abort()
        raise
    finally:
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def answering(*answers: bytes, close: bool = False) -> AsyncIterator[Address]:
    """A server that says these bytes, one after each thing it hears, whatever that is."""

    async def answer(reader: _Reader, writer: _Writer) -> None:
        for piece in answers:
            if not await reader.read(4096):
                return
            writer.write(piece)
        if not close:
            while await reader.read(4096):
                pass

    async with serving(answer) as address:
        yield address


@asynccontextmanager
async def proxy(kind: ProxyKind, *, protected: bool = False) -> AsyncIterator[Address]:
    """A proxy of one kind; protected ones ask for USER and PASSWORD."""
    greeting: dict[ProxyKind, _Greeting] = {
        ProxyKind.HTTP: _protected_http if protected else _http,
        ProxyKind.SOCKS4: _socks4,
        ProxyKind.SOCKS4A: _socks4,
        ProxyKind.SOCKS5: _protected_socks5 if protected else _socks5,
    }
    granted = {
        ProxyKind.HTTP: b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n",
        ProxyKind.SOCKS4: b"\0\x5a\0\0\0\0\0\0",
        ProxyKind.SOCKS4A: b"\0\x5a\0\0\0\0\0\0",
        ProxyKind.SOCKS5: b"\5\0\0\3\4name\0\0",
    }

    async def answer(reader: _Reader, writer: _Writer) -> None:
        host, port = await greeting[kind](reader, writer)
        far_reader, far_writer = await asyncio.open_connection(_RESOLVED.get(host, host), port)
        async with closing(far_writer):
            writer.write(granted[kind])
            async with asyncio.TaskGroup() as both:
                both.create_task(_pipe(reader, far_writer))
                both.create_task(_pipe(far_reader, writer))

    async with serving(answer) as address:
        yield address


async def _pipe(reader: _Reader, writer: _Writer) -> None:
    """Carry one direction, its end included."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.transport.abort()


async def _http(reader: _Reader, writer: _Writer, *, authorization: bytes | None = None) -> Address:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *fields = head.split(b"\r\n")
    method, target, version = first.split(b" ")
    assert (method, version) == (b"CONNECT", b"HTTP/1.1")
    assert b"Host: " + target in fields
    if authorization is not None and b"Proxy-Authorization: Basic " + authorization not in fields:
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        raise ConnectionError
    host, _, port = target.decode().rpartition(":")
    return Address(host.strip("[]"), int(port))


async def _protected_http(reader: _Reader, writer: _Writer) -> Address:
    return await _http(reader, writer, authorization=base64.b64encode(f"{USER}:{PASSWORD}".encode()))


async def _socks4(reader: _Reader, writer: _Writer) -> Address:
    version, command, port, number = struct.unpack(">BBH4s", await reader.readexactly(8))
    assert (version, command) == (4, 1)
    await reader.readuntil(b"\0")
    host = socket.inet_ntoa(number)
    if host.startswith("0.0.0."):
        host = (await reader.readuntil(b"\0"))[:-1].decode()
    return Address(host, port)


async def _socks5(reader: _Reader, writer: _Writer, *, protected: bool = False) -> Address:
    version, count = await reader.readexactly(2)
    methods = await reader.readexactly(count)
    assert version == 5
    wanted = 2 if protected else 0
    if wanted not in methods:
        writer.write(b"\5\xff")
        raise ConnectionError
    writer.write(bytes((5, wanted)))
    if protected:
        assert await reader.readexactly(1) == b"\1"
        user = await reader.readexactly((await reader.readexactly(1))[0])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        right = (user, password) == (USER.encode(), PASSWORD.encode())
        writer.write(b"\1\0" if right else b"\1\1")
        if not right:
            raise ConnectionError
    version, command, _, kind = await reader.readexactly(4)
    assert (version, command) == (5, 1)
    if kind == 3:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    else:
        family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
        host = socket.inet_ntop(family, await reader.readexactly(size))
    (port,) = struct.unpack(">H", await reader.readexactly(2))
    return Address(host, port)


async def _protected_socks5(reader: _Reader, writer: _Writer) -> Address:
    return await _socks5(reader, writer, protected=True)
