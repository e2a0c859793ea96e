"""Ask a SOCKS 4 or 4a proxy for a connection.

Source: "SOCKS: A protocol for TCP proxy across firewalls" (Ying-Da Lee, NEC) and its extension 4A for names.
"""

import ipaddress

from pyfixmsg_plus.errors import ProxyError
from pyfixmsg_plus.transport.contract import Address, PeerInfo
from pyfixmsg_plus.transport.opening import Answer

__all__ = ["Socks4"]

_REPLY_BYTES = 8
_GRANTED = 90
_MEANINGS = {
    91: "request rejected or failed",
    92: "no identd of ours to ask",
    93: "identd names another user",
}
# An address 0.0.0.x that no host has says that a name follows.
_NAME_FOLLOWS = bytes((0, 0, 0, 1))


class Socks4:
    """The client's side of one CONNECT.

    Args:
        target: Where to. SOCKS 4 takes an IPv4 address, 4a a name too.
        user: The user id; SOCKS 4 has no password.
        names: Whether the proxy speaks 4a and resolves names.
    """

    name = "the SOCKS 4 proxy's answer"
    timeout_s: float | None = None

    def __init__(self, target: Address, user: str | None = None, *, names: bool) -> None:
        self._target = target
        self._user = user
        self._names = names
        self._received = b""

    def begin(self, peer: PeerInfo) -> Answer:  # noqa: ARG002 - the same for every proxy
        """Ask for the connection.

        Raises:
            ProxyError: The target or the user cannot be written in a request.
        """
        user = (self._user or "").encode()
        if b"\0" in user:
            raise ProxyError("a user of SOCKS 4 may hold no NUL")
        host, port = self._target
        try:
            address, name = ipaddress.IPv4Address(host).packed, b""
        except ValueError as error:
            if not self._names:
                raise ProxyError(f"SOCKS 4 takes an IPv4 address, not {host!r}; SOCKS 4a takes names") from error
            address, name = _NAME_FOLLOWS, _name(host)
        return Answer(send=b"\x04\x01" + port.to_bytes(2, "big") + address + user + b"\0" + name)

    def receive(self, data: bytes) -> Answer:
        """Read the reply; what follows it is the connection's.

        Raises:
            ProxyError: The proxy refused (with its code), or this is no reply of SOCKS 4.
        """
        self._received += data
        if self._received[0] != 0:
            raise ProxyError("what the proxy answered is not SOCKS 4")
        if len(self._received) < _REPLY_BYTES:
            return Answer()
        code = self._received[1]
        if code != _GRANTED:
            raise ProxyError(f"the SOCKS 4 proxy refused: {code} {_MEANINGS.get(code, 'unknown code')}", code=code)
        return Answer(done=True, rest=self._received[_REPLY_BYTES:])

    def farewell(self) -> bytes:
        """Say nothing."""
        return b""


def _name(host: str) -> bytes:
    try:
        name = host.encode("ascii")
    except UnicodeEncodeError as error:
        raise ProxyError(f"{host!r} cannot be written in a request to a proxy") from error
    if b"\0" in name:
        raise ProxyError(f"{host!r} cannot be written in a request to a proxy")
    return name + b"\0"
