"""Who may come in, and how many: decided from an address and the time."""

import ipaddress
from collections.abc import Iterable

from pyfixmsg_plus.errors import ConnectionRefused
from pyfixmsg_plus.transport.token_bucket import TokenBucket

__all__ = ["AddressRules", "Admission"]


class AddressRules:
    """Addresses and networks that are allowed; none named allows all.

    Args:
        allowed: Such as ``192.0.2.7``, ``10.1.0.0/16``, ``2001:db8::/32``.

    Raises:
        ValueError: One of them is neither.
    """

    __slots__ = ("_networks",)

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        networks = []
        for text in allowed:
            try:
                networks.append(ipaddress.ip_network(text.strip(), strict=False))
            except ValueError as error:
                raise ValueError(f"{text!r} is neither an address nor a network") from error
        self._networks = tuple(networks)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def allows(self, address: str) -> bool:
        """Whether an address is allowed; what is no address is not, unless all is."""
        if not self._networks:
            return True
        try:
            number = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
        return any((mapped or number) in network for network in self._networks)


class Admission:
    """How many connections may be open, and how many may come a second; one may serve several listeners.

    Args:
        max_connections: How many may be open at the same time.
        rate: How many may come; None is without limit.
    """

    __slots__ = ("_max_connections", "_open", "_rate")

    def __init__(self, max_connections: int, rate: TokenBucket | None = None) -> None:
        self._max_connections = max_connections
        self._rate = rate
        self._open = 0

    @property
    def open(self) -> int:
        """How many are open."""
        return self._open

    def enter(self, now_ns: int) -> None:
        """Count one in.

        Args:
            now_ns: Monotonic nanoseconds.

        Raises:
            ConnectionRefused: There are too many, or they come too fast. It is not counted.
        """
        if self._open >= self._max_connections:
            raise ConnectionRefused(f"{self._open} connections are open, no more may be", reason="connections")
        if self._rate is not None and not self._rate.take(now_ns):
            raise ConnectionRefused("connections come faster than they may", reason="rate")
        self._open += 1

    def leave(self) -> None:
        """Count one out that was counted in."""
        self._open -= 1
