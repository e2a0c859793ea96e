"""Points in time as people and as programs read them."""

from pyfixmsg_plus.diagnostics import LogEntry
from pyfixmsg_plus.errors import ValueFormatError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.values import NS_PER_SECOND, format_timestamp

__all__ = ["duration", "iso", "logged_at", "spoken"]

_SENDING_TIME = 52


def logged_at(entry: LogEntry, message: Message) -> int | None:
    """Return when the log says that the message was logged, else its SendingTime(52); nanoseconds since 1970, UTC."""
    if entry.time is not None:
        return entry.time
    try:
        return message.timestamp(_SENDING_TIME)
    except (KeyError, ValueFormatError):
        return None


def spoken(ns: int | None, digits: int = 3) -> tuple[str, str]:
    """Return day and time of day, such as ``2026-03-02`` and ``14:30:00.250``; blanks where nothing is known."""
    if ns is None:
        return " " * 10, " " * 12
    text = format_timestamp(ns, digits)
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}", text[9:]


def iso(ns: int | None) -> str | None:
    """Return the point in time as ISO 8601 has it, to the nanosecond."""
    if ns is None:
        return None
    day, time = spoken(ns, 9)
    return f"{day}T{time}Z"


def duration(ns: int) -> str:
    """Return a span in its two largest units."""
    seconds = ns // NS_PER_SECOND
    units = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    for place, (size, unit) in enumerate(units[:-1]):
        if seconds >= size:
            smaller, name = units[place + 1]
            rest = seconds % size // smaller
            return f"{seconds // size} {unit} {rest} {name}" if rest else f"{seconds // size} {unit}"
    return f"{ns / NS_PER_SECOND:.3f} s"
