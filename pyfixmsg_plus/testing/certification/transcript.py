"""What went over the connections of one scenario, with the time of either clock."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.diagnostics.privacy import MASK, is_secret
from pyfixmsg_plus.testing.certification.escapes import SOH, readable

__all__ = ["Entry", "Transcript", "masked"]

_MSG_TYPE = re.compile(rb"\x0135=([^\x01]*)")
_FIELD = re.compile(rb"(\d+)=([^\x01]*)")
_SENDING_TIME = re.compile(rb"\x0152=([^\x01]*)")


def masked(raw: bytes) -> bytes:
    """Return the message with ``***`` in the place of passwords."""
    found = _MSG_TYPE.search(raw)
    msg_type = found[1].decode("latin-1") if found else None

    def one(field: re.Match[bytes]) -> bytes:
        return field[1] + b"=" + MASK.encode() if is_secret(int(field[1][:6]), msg_type) else field[0]

    return SOH.join(_FIELD.sub(one, field, count=1) for field in raw.split(SOH))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        elapsed_ns: Since the scenario began, on the clock that never steps.
        utc_ns: The same instant as UTC.
        connection: The number of the connection.
        mark: ``->`` sent, ``<-`` received, ``--`` opened, closed or said.
        text: The message, secrets masked, or what happened.
        sending_time: SendingTime(52) of the message, as it stands in it.
    """

    elapsed_ns: int
    utc_ns: int
    connection: int
    mark: str
    text: str
    sending_time: str = ""

    def __str__(self) -> str:
        at = datetime.fromtimestamp(self.utc_ns / 1e9, UTC).strftime("%H:%M:%S.%f")[:-3]
        return f"{self.elapsed_ns / 1e9:9.3f}  {at}  {self.connection} {self.mark} {self.text}"


class Transcript:
    """Keeps what happens in a scenario, up to a number of bytes."""

    def __init__(self, began: Now, limit: int) -> None:
        self._began = began
        self._left = limit
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What happened, in order."""
        return tuple(self._entries)

    def message(self, now: Now, connection: int, mark: str, raw: bytes) -> None:
        """Keep a message that was sent or received."""
        found = _SENDING_TIME.search(raw[:4096])
        sending_time = "" if found is None else found[1].decode("latin-1")
        self._keep(now, connection, mark, readable(masked(raw)), sending_time)

    def event(self, now: Now, connection: int, text: str) -> None:
        """Keep what happened to a connection."""
        self._keep(now, connection, "--", text)

    def _keep(self, now: Now, connection: int, mark: str, text: str, sending_time: str = "") -> None:
        if self._left <= 0:
            return
        self._left -= len(text) + 100
        if self._left <= 0:
            mark, text, sending_time = "--", "the rest of the conversation is not kept", ""
        elapsed = now.mono_ns - self._began.mono_ns
        self._entries.append(Entry(elapsed, now.utc_ns, connection, mark, text, sending_time))
