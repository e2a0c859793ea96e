"""Who listens within this process: one list a loop, by port (VM_PIPE)."""

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

from pyfixmsg_plus.errors import ConnectError
from pyfixmsg_plus.transport.contract import Address
from pyfixmsg_plus.transport.memory import join

__all__ = ["connect_pipe", "listen_pipe"]

_HOST = "memory"
_Factory = Callable[[], asyncio.BufferedProtocol]
_listening: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, _Factory]] = WeakKeyDictionary()


def listen_pipe(port: int, factory: _Factory) -> tuple[Callable[[], None], Address]:
    """Listen on a port of this loop; answers how to stop, and where it listens. Port 0 takes a free one.

    Raises:
        OSError: The port is taken.
    """
    ports = _listening.setdefault(asyncio.get_running_loop(), {})
    port = port or next(free for free in range(1, len(ports) + 2) if free not in ports)
    if port in ports:
        raise OSError(f"port {port} of VM_PIPE is taken")
    ports[port] = factory
    return lambda: ports.pop(port, None) and None, Address(_HOST, port)


def connect_pipe(address: Address, protocol: asyncio.BufferedProtocol) -> None:
    """Join a protocol to the listener of a port; the host says nothing, there is one.

    Raises:
        ConnectError: Nobody listens there.
    """
    loop = asyncio.get_running_loop()
    factory = _listening.get(loop, {}).get(address.port)
    if factory is None:
        text = f"nobody listens on port {address.port} of VM_PIPE"
        raise ConnectError(text, host=address.host, port=address.port)
    join(loop, protocol, factory(), names=(Address(_HOST, 0), Address(_HOST, address.port)))
