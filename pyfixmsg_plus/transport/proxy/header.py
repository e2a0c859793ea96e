"""The PROXY protocol: who the peer is, said by a load balancer before the first byte.

Source: "The PROXY protocol, versions 1 & 2" (HAProxy, doc/proxy-protocol.txt), sections 2.1 and 2.2. A receiver does
not guess whether the header is there: it is demanded or it is not.
"""

import ipaddress
import re
from dataclasses import replace

from pyfixmsg_plus.errors import ProxyHeaderError
from pyfixmsg_plus.transport.contract import Address, PeerInfo
from pyfixmsg_plus.transport.opening import Answer
from pyfixmsg_plus.transport.sockets import plain_address

__all__ = ["ProxyHeader"]

_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
_V2_HEAD_BYTES = 16
# Section 2.1: "107 bytes ... is always enough". Addresses of version 2 are 216 bytes at most; the rest are additions
# (TLV), which load balancers keep far below this.
_V1_MOST_BYTES = 107
_V2_MOST_BYTES = 4096
_PORT = re.compile(r"0|[1-9][0-9]{0,4}")
_MOST_PORT = 65535
_LOCAL, _PROXY = 0, 1
# Of the second nibble of byte 14 on; lengths of both addresses and both ports.
_OF_FAMILY = {0x11: (4, 12), 0x12: (4, 12), 0x21: (16, 36), 0x22: (16, 36)}
_UNSPECIFIED, _UNIX = {0x00}, {0x31, 0x32}


class ProxyHeader:
    """The header that must come first.

    Args:
        timeout_s: The longest that it may take to be whole.
    """

    name = "the PROXY header"

    def __init__(self, timeout_s: float) -> None:
        self.timeout_s: float | None = timeout_s
        self._received = b""
        self._peer = PeerInfo("", 0)

    def begin(self, peer: PeerInfo) -> Answer:
        """Wait."""
        self._peer = peer
        return Answer()

    def receive(self, data: bytes) -> Answer:
        """Read the header; what follows it is the connection's.

        Raises:
            ProxyHeaderError: This is no header.
        """
        self._received += data
        received = self._received
        if received.startswith(_SIGNATURE):
            found = _version_2(received)
        elif b"PROXY ".startswith(received[:6]):
            found = _version_1(received)
        elif _SIGNATURE.startswith(received):
            found = None
        else:
            raise ProxyHeaderError("the connection does not begin with a PROXY header")
        if found is None:
            return Answer()
        length, announced = found
        return Answer(done=True, rest=received[length:], peer=replace(self._peer, announced=announced))

    def farewell(self) -> bytes:
        """Say nothing."""
        return b""


def _version_1(received: bytes) -> tuple[int, Address | None] | None:
    end = received.find(b"\r\n", 0, _V1_MOST_BYTES)
    if end < 0:
        if len(received) >= _V1_MOST_BYTES:
            raise ProxyHeaderError(f"a PROXY header of version 1 has no end within {_V1_MOST_BYTES} bytes")
        return None
    length = end + 2
    try:
        words = received[:end].decode("ascii").split(" ")
    except UnicodeDecodeError as error:
        raise ProxyHeaderError("a PROXY header of version 1 is not ASCII") from error
    if words[1] == "UNKNOWN":
        return length, None
    match words:
        case ["PROXY", "TCP4" | "TCP6" as family, source, destination, source_port, destination_port]:
            kind = ipaddress.IPv4Address if family == "TCP4" else ipaddress.IPv6Address
            try:
                host = str(kind(source))
                kind(destination)
            except ValueError as error:
                raise ProxyHeaderError(f"a PROXY header holds no {family} address where one belongs") from error
            ports = [_port(text) for text in (source_port, destination_port)]
            return length, plain_address((host, ports[0]))
        case _:
            raise ProxyHeaderError("a PROXY header of version 1 is not of the form it must have")


def _port(text: str) -> int:
    if _PORT.fullmatch(text) is None or int(text) > _MOST_PORT:
        raise ProxyHeaderError("a PROXY header holds no port where one belongs")
    return int(text)


def _version_2(received: bytes) -> tuple[int, Address | None] | None:
    if len(received) < _V2_HEAD_BYTES:
        return None
    version, command = received[12] >> 4, received[12] & 0x0F
    family = received[13]
    length = _V2_HEAD_BYTES + int.from_bytes(received[14:16], "big")
    if version != 2 or command not in {_LOCAL, _PROXY}:  # noqa: PLR2004, RUF100 - the version
        raise ProxyHeaderError("a PROXY header has an unknown version or command")
    if length > _V2_MOST_BYTES:
        raise ProxyHeaderError(f"a PROXY header of version 2 has more than {_V2_MOST_BYTES} bytes")
    if family not in _OF_FAMILY and family not in _UNSPECIFIED | _UNIX:
        raise ProxyHeaderError("a PROXY header has an unknown address family")
    size, both = _OF_FAMILY.get(family, (0, 0))
    if command == _PROXY and length - _V2_HEAD_BYTES < both:
        raise ProxyHeaderError("a PROXY header is too short for its addresses")
    if len(received) < length:
        return None
    if command == _LOCAL or not size:
        # The load balancer's own check, or an address that is none of ours: the connection's own address counts.
        return length, None
    at = _V2_HEAD_BYTES
    host = ipaddress.ip_address(received[at : at + size])
    port = int.from_bytes(received[at + 2 * size : at + 2 * size + 2], "big")
    return length, plain_address((str(host), port))
