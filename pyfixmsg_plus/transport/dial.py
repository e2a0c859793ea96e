"""From a name and a port to a connected socket: every address of the name is tried.

Source: RFC 8305 (Happy Eyeballs): families take turns, and the next address is tried when the one before fails or is
silent for a moment; the first that answers wins.
"""

import asyncio
import ipaddress
import socket
from collections import deque
from itertools import chain, zip_longest
from typing import Any

from pyfixmsg_plus.errors import ConnectError, TransportTimeout
from pyfixmsg_plus.transport.contract import Address
from pyfixmsg_plus.transport.options import ConnectOptions
from pyfixmsg_plus.transport.sockets import set_options

__all__ = ["dial", "resolve"]

_Target = tuple[socket.AddressFamily, Any]


async def resolve(address: Address, *, family: int = socket.AF_UNSPEC) -> list[_Target]:
    """The addresses of a host, families taking turns as the system prefers them.

    Raises:
        ConnectError: The name has none.
    """
    host, port = address
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ConnectError(f"{host} has no address: {error}", host=host, port=port, causes=[error]) from error
    else:  # a number is not looked up, which takes a thread
        try:
            flags = socket.AI_NUMERICHOST
            found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=flags)
        except OSError as error:
            text = f"{host} is no address of the kind that is needed: {error}"
            raise ConnectError(text, host=host, port=port, causes=[error]) from error
    targets = list(dict.fromkeys((family, name) for family, _, _, _, name in found))
    first = [target for target in targets if target[0] == targets[0][0]]
    others = [target for target in targets if target[0] != targets[0][0]]
    return [target for target in chain.from_iterable(zip_longest(first, others)) if target is not None]


async def dial(address: Address, options: ConnectOptions) -> socket.socket:
    """Connect a socket, within ``connect_timeout_s``.

    Raises:
        ConnectError: No address of the host answered, with what each said.
    """
    causes: list[Exception] = []
    try:
        async with asyncio.timeout(options.connect_timeout_s):
            targets = await resolve(address)
            sock = await _first(targets, options, causes)
    except TimeoutError as error:
        limit_s = options.connect_timeout_s
        causes.append(TransportTimeout(f"no answer within {limit_s:g} s", limit_s=limit_s))
        raise _cannot(address, causes) from error
    if sock is None:
        raise _cannot(address, causes)
    return sock


def _cannot(address: Address, causes: list[Exception]) -> ConnectError:
    told = "; ".join(dict.fromkeys(str(cause) for cause in causes))
    return ConnectError(f"cannot connect to {address}: {told}", host=address.host, port=address.port, causes=causes)


async def _first(targets: list[_Target], options: ConnectOptions, causes: list[Exception]) -> socket.socket | None:
    """The socket that connects first; the others are closed."""
    # Two sockets cannot be bound to one port of ours at the same time.
    delay_s = None if options.source_port else options.address_delay_s
    waiting = deque(targets)
    trying: set[asyncio.Task[socket.socket]] = set()
    try:
        while waiting or trying:
            if waiting:
                trying.add(asyncio.create_task(_connected(waiting.popleft(), options)))
            patience_s = delay_s if waiting else None
            done, trying = await asyncio.wait(trying, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
            winner = None
            for task in done:
                error = task.exception()
                if error is None:
                    if winner is None:
                        winner = task.result()
                    else:
                        task.result().close()
                elif isinstance(error, OSError):
                    causes.append(error)
                else:
                    raise error
            if winner is not None:
                return winner
        return None
    finally:
        for task in trying:
            task.cancel()
        for result in await asyncio.gather(*trying, return_exceptions=True):
            if isinstance(result, socket.socket):
                result.close()


async def _connected(target: _Target, options: ConnectOptions) -> socket.socket:
    family, name = target
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(0)
        set_options(sock, options.socket)
        if options.source_host is not None or options.source_port:
            anywhere = "::" if family == socket.AF_INET6 else "0.0.0.0"  # noqa: S104 - our end, not a listener's
            sock.bind((options.source_host or anywhere, options.source_port))
        await asyncio.get_running_loop().sock_connect(sock, name)
    except BaseException:
        sock.close()
        raise
    return sock
