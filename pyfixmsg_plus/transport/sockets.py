"""Sockets with their options, and addresses as people write them."""

import ipaddress
import socket
import struct
from contextlib import suppress
from typing import Any

from pyfixmsg_plus.transport.contract import Address
from pyfixmsg_plus.transport.options import SocketOptions

__all__ = ["plain_address", "set_after_connect", "set_options"]


def set_options(sock: socket.socket, options: SocketOptions) -> None:
    """Set what is to be set before a socket connects or listens.

    Raises:
        OSError: The operating system does not take a value.
    """
    inet6 = sock.family == socket.AF_INET6
    level, name = (socket.IPPROTO_IPV6, socket.IPV6_TCLASS) if inet6 else (socket.IPPROTO_IP, socket.IP_TOS)
    wanted = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, int(options.nodelay)),
        (socket.SOL_SOCKET, socket.SO_REUSEADDR, int(options.reuse_address)),
        (socket.SOL_SOCKET, socket.SO_SNDBUF, options.send_buffer_bytes),
        (socket.SOL_SOCKET, socket.SO_RCVBUF, options.receive_buffer_bytes),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, None if options.keep_alive is None else int(options.keep_alive)),
        (socket.SOL_SOCKET, socket.SO_OOBINLINE, None if options.oob_inline is None else int(options.oob_inline)),
        (level, name, options.traffic_class),
    ]
    for where, what, value in wanted:
        if value is not None:
            sock.setsockopt(where, what, value)
    if options.linger_s is not None:
        linger = struct.pack("ii", int(options.linger_s >= 0), max(0, options.linger_s))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def set_after_connect(sock: Any, *, nodelay: bool) -> None:
    """Set what asyncio sets by itself once a socket is connected, and not always as it was asked for."""
    if sock is not None and not nodelay and sock.family in {socket.AF_INET, socket.AF_INET6}:
        with suppress(OSError):  # a connection that is gone already, of which the loop will tell
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)


def plain_address(name: Any) -> Address:
    """A socket's name as an address: IPv4 in its own form even when it came in over IPv6."""
    if not isinstance(name, tuple):
        return Address("", 0)
    host, port = str(name[0]), int(name[1])
    if host.startswith("::ffff:"):
        mapped = ipaddress.IPv6Address(host).ipv4_mapped
        host = str(mapped) if mapped is not None else host
    return Address(host, port)
