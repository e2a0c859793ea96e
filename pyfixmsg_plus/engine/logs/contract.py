"""What a log of a session does."""

from typing import Protocol

__all__ = ["SessionLog", "is_heartbeat"]


class SessionLog(Protocol):
    """Takes what is to be read later. It masks what is secret by itself."""

    def incoming(self, raw: bytes, utc_ns: int) -> None:
        """Take a message of the peer."""
        ...

    def outgoing(self, raw: bytes, utc_ns: int) -> None:
        """Take a message of ours."""
        ...

    def event(self, text: str, utc_ns: int) -> None:
        """Take something that happened, in words."""
        ...

    def backup(self) -> None:
        """Begin anew, and keep what was there elsewhere: a new interval of the session begins."""
        ...

    def flush(self) -> None:
        """Write what waits."""
        ...

    def close(self) -> None:
        """Write what waits; nothing more comes."""
        ...


def is_heartbeat(raw: bytes) -> bool:
    """Whether a message is a Heartbeat(35=0), by its first three fields."""
    return b"\x0135=0\x01" in raw[:40]
