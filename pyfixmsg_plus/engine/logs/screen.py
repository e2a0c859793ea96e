"""Messages and events of sessions on the terminal, as the engines of the QuickFIX family show them."""

from typing import TextIO

from pyfixmsg_plus.engine.logs.contract import is_heartbeat
from pyfixmsg_plus.engine.logs.lines import LineTimes
from pyfixmsg_plus.engine.logs.redaction import Redaction
from pyfixmsg_plus.values import SessionID

__all__ = ["ScreenLog"]

# What would break a line, or move a terminal's cursor.
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | {1: "|"}


class ScreenLog:
    """Shows what happens on one session; SOH is shown as ``|``.

    Args:
        session_id: The session.
        redaction: What is masked.
        stream: Where it is shown.
        incoming: Show messages of the peer; the other switches likewise.
    """

    def __init__(
        self,
        session_id: SessionID,
        redaction: Redaction,
        stream: TextIO,
        *,
        incoming: bool = True,
        outgoing: bool = True,
        events: bool = True,
        heartbeats: bool = False,
        milliseconds: bool = False,
    ) -> None:
        self._name = str(session_id).translate(_ESCAPES)
        self._redaction = redaction
        self._stream = stream
        self._incoming = incoming
        self._outgoing = outgoing
        self._events = events
        self._heartbeats = heartbeats
        self._times = LineTimes(3 if milliseconds else 0)

    def incoming(self, raw: bytes, utc_ns: int) -> None:
        """Show a message of the peer."""
        if self._incoming:
            self._message(raw, utc_ns, "incoming")

    def outgoing(self, raw: bytes, utc_ns: int) -> None:
        """Show a message of ours."""
        if self._outgoing:
            self._message(raw, utc_ns, "outgoing")

    def event(self, text: str, utc_ns: int) -> None:
        """Show something that happened."""
        if self._events:
            self._show(text, utc_ns, "event")

    def backup(self) -> None:
        """Nothing is kept."""

    def flush(self) -> None:
        """Let it be seen."""
        self._stream.flush()

    def close(self) -> None:
        """Let it be seen."""
        self._stream.flush()

    def _message(self, raw: bytes, utc_ns: int, kind: str) -> None:
        if self._heartbeats or not is_heartbeat(raw):
            self._show(self._redaction.of(raw).decode("latin-1"), utc_ns, kind)

    def _show(self, text: str, utc_ns: int, kind: str) -> None:
        print(f"<{self._times.text(utc_ns)}, {self._name}, {kind}>\n  ({text.translate(_ESCAPES)})", file=self._stream)
