"""Ask an HTTP proxy for a tunnel.

Source: RFC 9110 section 9.3.6 (CONNECT), RFC 9112 (the form of request and answer), RFC 7617 (Basic).
"""

import base64
import re

from pyfixmsg_plus.errors import ProxyError
from pyfixmsg_plus.transport.contract import Address, PeerInfo
from pyfixmsg_plus.transport.opening import Answer

__all__ = ["HttpConnect"]

# An answer to CONNECT is a few hundred bytes; browsers and servers stop at 8 to 16 KiB.
_MOST_BYTES = 16 * 1024
_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: ([^\r\n]*))?(?:\r?\n|$)")
_REASON_CHARACTERS = 80


class HttpConnect:
    """The client's side of one CONNECT.

    Args:
        target: Where to; a name is resolved by the proxy.
        user: For Basic authentication.
        password: For Basic authentication.
    """

    name = "the HTTP proxy's answer"
    timeout_s: float | None = None

    def __init__(self, target: Address, user: str | None = None, password: str | None = None) -> None:
        self._target = target
        self._user = user
        self._password = password
        self._received = b""

    def begin(self, peer: PeerInfo) -> Answer:  # noqa: ARG002 - the same for every proxy
        """Ask for the tunnel.

        Raises:
            ProxyError: The target or the user cannot be written in a request.
        """
        target = str(self._target)
        if not target.isascii() or any(mark <= " " or mark == "\x7f" for mark in target):
            raise ProxyError(f"{target!r} cannot be written in a request to a proxy")
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if self._user is not None:
            if ":" in self._user:
                raise ProxyError("a user of Basic authentication may hold no colon")
            pair = f"{self._user}:{self._password or ''}".encode()
            lines.append(f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}")
        return Answer(send="\r\n".join((*lines, "", "")).encode("ascii"))

    def receive(self, data: bytes) -> Answer:
        """Read the answer up to its empty line; what follows is the tunnel's.

        Raises:
            ProxyError: The proxy refused (with its status), or this is no answer of HTTP, or it does not end.
        """
        self._received += data
        end = _END.search(self._received[:_MOST_BYTES])
        if end is None:
            if len(self._received) >= _MOST_BYTES:
                raise ProxyError(f"the HTTP proxy's answer has no end within {_MOST_BYTES} bytes")
            if not b"HTTP/1.".startswith(self._received[:7]):
                raise ProxyError("what the proxy answered is not HTTP")
            return Answer()
        head = self._received[: end.start()]
        status = _STATUS.match(head)
        if status is None:
            raise ProxyError("what the proxy answered is not HTTP")
        code = int(status[1])
        if not 200 <= code <= 299:  # noqa: PLR2004, RUF100 - the class of success
            raise ProxyError(f"the HTTP proxy refused: {code} {_shown(status[2])}".rstrip(), code=code)
        return Answer(done=True, rest=self._received[end.end() :])

    def farewell(self) -> bytes:
        """Say nothing."""
        return b""


def _shown(reason: bytes | None) -> str:
    """A stranger's words, short and printable."""
    text = (reason or b"").decode("latin-1")
    return "".join(mark if mark.isprintable() else "?" for mark in text)[:_REASON_CHARACTERS]
