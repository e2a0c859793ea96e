"""Ask a SOCKS 5 proxy for a connection, without authentication or with user and password.

Source: RFC 1928 (SOCKS 5), RFC 1929 (user and password).
"""

import ipaddress
from enum import Enum, auto

from pyfixmsg_plus.errors import ProxyError
from pyfixmsg_plus.transport.contract import Address, PeerInfo
from pyfixmsg_plus.transport.opening import Answer

__all__ = ["Socks5"]

_VERSION = 5
_NO_AUTHENTICATION = 0
_USER_AND_PASSWORD = 2
_NO_METHOD = 0xFF
_IPV4, _NAME, _IPV6 = 1, 3, 4
_MOST_NAME_BYTES = 255
_MEANINGS = {
    1: "general failure",
    2: "not allowed by its rules",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "time to live expired",
    7: "command not supported",
    8: "address type not supported",
}


class _Waits(Enum):
    METHOD = auto()
    AUTHENTICATION = auto()
    REPLY = auto()


class Socks5:
    """The client's side of one CONNECT.

    Args:
        target: Where to; a name is resolved by the proxy.
        user: For user and password; None offers no authentication alone.
        password: For user and password.
    """

    name = "the SOCKS 5 proxy's answer"
    timeout_s: float | None = None

    def __init__(self, target: Address, user: str | None = None, password: str | None = None) -> None:
        self._target = target
        self._user = user
        self._password = password
        self._received = b""
        self._waits = _Waits.METHOD

    def begin(self, peer: PeerInfo) -> Answer:  # noqa: ARG002 - the same for every proxy
        """Offer what we can authenticate with.

        Raises:
            ProxyError: The target, the user or the password cannot be written in a request.
        """
        self._request()
        self._credentials()
        methods = [_NO_AUTHENTICATION] if self._user is None else [_NO_AUTHENTICATION, _USER_AND_PASSWORD]
        return Answer(send=bytes((_VERSION, len(methods), *methods)))

    def receive(self, data: bytes) -> Answer:
        """Read answers, and ask on, as far as the bytes go.

        Raises:
            ProxyError: The proxy refused (with its code), or this is no answer of SOCKS 5.
        """
        self._received += data
        send = b""
        while True:
            match self._waits:
                case _Waits.METHOD:
                    if (two := self._take(2, _VERSION)) is None:
                        break
                    send += self._after_method(two[1])
                case _Waits.AUTHENTICATION:
                    if (two := self._take(2, 1)) is None:
                        break
                    if two[1] != 0:
                        raise ProxyError("the SOCKS 5 proxy refused user and password", code=two[1])
                    self._waits = _Waits.REPLY
                    send += self._request()
                case _Waits.REPLY:
                    if not self._reply_is_whole():
                        break
                    return Answer(send=send, done=True, rest=self._received)
        return Answer(send=send)

    def farewell(self) -> bytes:
        """Say nothing."""
        return b""

    def _take(self, count: int, version: int) -> bytes | None:
        """That many bytes once they are there, of which the first is the version."""
        if self._received and self._received[0] != version:
            raise ProxyError("what the proxy answered is not SOCKS 5")
        if len(self._received) < count:
            return None
        taken, self._received = self._received[:count], self._received[count:]
        return taken

    def _after_method(self, method: int) -> bytes:
        if method == _NO_AUTHENTICATION:
            self._waits = _Waits.REPLY
            return self._request()
        if method == _USER_AND_PASSWORD and self._user is not None:
            self._waits = _Waits.AUTHENTICATION
            return self._credentials()
        text = "none of the ways to authenticate that we offer" if method == _NO_METHOD else "a way we did not offer"
        raise ProxyError(f"the SOCKS 5 proxy wants {text}", code=method)

    def _reply_is_whole(self) -> bool:
        """Whether the reply has been read and taken off; its address, of any of the three forms, tells us nothing."""
        head = self._received[:5]
        if head[:1] not in {b"", bytes((_VERSION,))}:
            raise ProxyError("what the proxy answered is not SOCKS 5")
        if len(head) >= 2 and head[1] != 0:  # noqa: PLR2004, RUF100 - version and code
            text = f"the SOCKS 5 proxy refused: {head[1]} {_MEANINGS.get(head[1], 'unknown code')}"
            raise ProxyError(text, code=head[1])
        if len(head) < 5:  # noqa: PLR2004, RUF100 - up to the first byte of the address
            return False
        lengths = {_IPV4: 4, _IPV6: 16, _NAME: 1 + head[4]}
        if head[2] != 0 or head[3] not in lengths:
            raise ProxyError("what the proxy answered is not SOCKS 5")
        whole = 4 + lengths[head[3]] + 2
        if len(self._received) < whole:
            return False
        self._received = self._received[whole:]
        return True

    def _request(self) -> bytes:
        host, port = self._target
        try:
            number = ipaddress.ip_address(host)
        except ValueError:
            name = host.encode("ascii", "replace")
            if not host.isascii() or not 0 < len(name) <= _MOST_NAME_BYTES:
                raise ProxyError(f"{host!r} cannot be written in a request to a proxy") from None
            target = bytes((_NAME, len(name))) + name
        else:
            target = bytes((_IPV4 if number.version == 4 else _IPV6,)) + number.packed  # noqa: PLR2004, RUF100
        return bytes((_VERSION, 1, 0)) + target + port.to_bytes(2, "big")

    def _credentials(self) -> bytes:
        user, password = (self._user or "").encode(), (self._password or "").encode()
        if self._user is not None and not (0 < len(user) <= _MOST_NAME_BYTES and len(password) <= _MOST_NAME_BYTES):
            raise ProxyError("user and password of SOCKS 5 have 1 to 255 bytes")
        return bytes((1, len(user))) + user + bytes((len(password),)) + password
