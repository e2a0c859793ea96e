"""What is said on a connection before it is a link: to a proxy, by a load balancer, for TLS.

An ``Opening`` decides and does no I/O: it is given bytes and answers with bytes. A link runs its openings one after
another; what the last one leaves over belongs to the link. Bytes are a stranger's: an opening bounds what it keeps.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from pyfixmsg_plus.transport.contract import PeerInfo

__all__ = ["Answer", "Gate", "Opening"]


class Answer(NamedTuple):
    """What an opening wants done.

    Attributes:
        send: Bytes to send.
        done: Whether the opening is over.
        rest: Once it is over: received bytes that come after it.
        peer: What is now known of the peer, where that is new.
    """

    send: bytes = b""
    done: bool = False
    rest: bytes = b""
    peer: PeerInfo | None = None


class Opening(Protocol):
    """One thing to be settled before the link is made."""

    @property
    def name(self) -> str:
        """What it is, for texts of errors."""
        ...

    @property
    def timeout_s(self) -> float | None:
        """The longest that it may take; None where whoever opens the link keeps the time."""
        ...

    def begin(self, peer: PeerInfo) -> Answer:
        """Start it. Raises TransportError to end the connection."""
        ...

    def receive(self, data: bytes) -> Answer:
        """Take bytes. Raises TransportError to end the connection."""
        ...

    def farewell(self) -> bytes:
        """The last bytes to send after one of the other two has raised."""
        ...


class Gate:
    """A check of the peer that takes no bytes."""

    name = "admission"
    timeout_s: float | None = None

    def __init__(self, check: Callable[[PeerInfo], None]) -> None:
        self._check = check

    def begin(self, peer: PeerInfo) -> Answer:
        """Let the peer in, or raise what the check raises."""
        self._check(peer)
        return Answer(done=True)

    def receive(self, data: bytes) -> Answer:
        """Pass bytes on; a gate is done when it has begun."""
        return Answer(done=True, rest=data)

    def farewell(self) -> bytes:
        """Say nothing."""
        return b""
