"""The forms in which messages are written: lines, the wire's own text, pretty text, JSON and CSV."""

import csv
import json
import re
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from pyfixmsg_plus.cli.endings import Failure
from pyfixmsg_plus.cli.lines import Lines
from pyfixmsg_plus.cli.screen import Screen
from pyfixmsg_plus.cli.times import iso, logged_at
from pyfixmsg_plus.diagnostics import LogEntry
from pyfixmsg_plus.diagnostics.filters import field_named
from pyfixmsg_plus.diagnostics.privacy import MASK, hidden_fields, is_secret, printable
from pyfixmsg_plus.dictionary import Dictionary, Violation
from pyfixmsg_plus.message import Message

__all__ = [
    "DEFAULT_COLUMNS",
    "Form",
    "as_csv",
    "as_json",
    "as_lines",
    "as_pretty",
    "as_raw",
    "described",
    "masked",
    "wire_text",
]

DEFAULT_COLUMNS = "SendingTime,MsgType,SenderCompID,TargetCompID,ClOrdID,Symbol,Side,OrderQty,Price,OrdStatus,ExecType"


@lru_cache(maxsize=2)
def _hidden(tags: tuple[int, ...]) -> re.Pattern[str]:
    """Secrets as text: in groups, or where the reader took one for a part of another field."""
    return re.compile(rf"(^|\x01)({'|'.join(map(str, tags))})=(?!\*\*\*(?:\x01|$))[^\x01]*")


# Writes one message: the name of its log, where it stands there, the message, its dictionary, and what that finds, or
# nothing where that was not asked for.
Form: TypeAlias = Callable[[str, LogEntry, Message, Dictionary, Sequence[Violation] | None], None]


def masked(raw: bytes, message: Message) -> bytes:
    """Return the bytes of a message without its secrets; length and sum stay those of the whole."""
    text = raw.decode("latin-1")
    for tag in set(message.tags()):
        if is_secret(tag, message.msg_type):
            # By its length, since the data of RawData(96) may hold SOH.
            text = text.replace(f"\x01{tag}={message.raw(tag).decode('latin-1')}", f"\x01{tag}={MASK}")
    return _hidden(tuple(hidden_fields())).sub(rf"\1\2={MASK}", text).encode("latin-1")


def wire_text(entry: LogEntry, message: Message, *, mask: bool) -> str:
    """Return the message as it was on the wire, with ``|`` for SOH."""
    raw = masked(entry.message, message) if mask else entry.message
    return printable(raw.decode("latin-1").replace("\x01", "|"))


def as_lines(screen: Screen) -> Form:
    """One line a message, for people."""
    lines = Lines(screen)

    def write(
        _name: str,
        entry: LogEntry,
        message: Message,
        dictionary: Dictionary,
        violations: Sequence[Violation] | None,
    ) -> None:
        print(lines.text(entry, message, dictionary, violations or ()))

    return write


def as_raw(*, mask: bool) -> Form:
    """One line a message, as it was on the wire."""

    def write(
        _name: str,
        entry: LogEntry,
        message: Message,
        _dictionary: Dictionary,
        _violations: Sequence[Violation] | None,
    ) -> None:
        print(wire_text(entry, message, mask=mask))

    return write


def as_pretty(screen: Screen, *, mask: bool) -> Form:
    """One line a field, with names and the meanings of codes."""

    def write(
        _name: str,
        entry: LogEntry,
        message: Message,
        _dictionary: Dictionary,
        violations: Sequence[Violation] | None,
    ) -> None:
        when = iso(logged_at(entry, message))
        title = f"line {entry.line}" + (f" · {when}" if when else "") + f" · {message.name or message.msg_type or '?'}"
        print(screen.paint(title, "bold"))
        for fault in (*entry.reasons, *(violation.sentence for violation in violations or ())):
            print(screen.paint(f"  ✗ {printable(fault)}", "red"))
        for line in message.pretty(mask=mask).splitlines():
            print(f"  {line}")
        print()

    return write


def described(violation: Violation) -> dict[str, object]:
    """Return a fault for JSON."""
    return {
        "reason": violation.reason,
        "business_reason": violation.business_reason,
        "ref_tag_id": violation.ref_tag_id,
        "ref_msg_type": violation.ref_msg_type,
        "path": violation.path,
        "position": violation.position,
        "offset": violation.offset,
        "text": violation.text,
        "sentence": violation.sentence,
    }


def as_json(*, mask: bool) -> Form:
    """One JSON object a line; its ``message`` is FIX-JSON."""

    def write(
        name: str,
        entry: LogEntry,
        message: Message,
        _dictionary: Dictionary,
        violations: Sequence[Violation] | None,
    ) -> None:
        about: dict[str, object] = {
            "file": name,
            "line": entry.line,
            "offset": entry.offset,
            "valid": entry.is_valid,
            "reasons": entry.reasons,
            "prefix": entry.prefix,
            "time": iso(entry.time),
            "direction": entry.direction,
            "msg_type": message.msg_type,
            "name": message.name,
        }
        if violations is not None:
            about["violations"] = [described(violation) for violation in violations]
        head = json.dumps(about, ensure_ascii=False)
        print(f'{head[:-1]}, "message": {message.to_json(mask=mask)}}}')

    return write


_ABOUT: dict[str, Callable[[str, LogEntry, Message], object]] = {
    "file": lambda name, _entry, _message: name,
    "line": lambda _name, entry, _message: entry.line,
    "offset": lambda _name, entry, _message: entry.offset,
    "valid": lambda _name, entry, _message: "Y" if entry.is_valid else "N",
    "reasons": lambda _name, entry, _message: "; ".join(entry.reasons),
    "prefix": lambda _name, entry, _message: entry.prefix,
    "time": lambda _name, entry, _message: iso(entry.time),
    "direction": lambda _name, entry, _message: entry.direction,
    "name": lambda _name, _entry, message: message.name,
}


def _column(text: str, dictionary: Dictionary | None, *, mask: bool) -> Callable[[str, LogEntry, Message], object]:
    if text in _ABOUT:
        return _ABOUT[text]
    try:
        tag = field_named(text, dictionary).tag
    except KeyError as error:
        remedy = f"A column is a tag, the name of a field, or one of {', '.join(_ABOUT)}."
        raise Failure(f"--columns: {error.args[0]}", remedy) from error

    def values(_name: str, _entry: LogEntry, message: Message) -> object:
        first = message.get(tag)
        if first is None:
            return None
        if mask and is_secret(tag, message.msg_type):
            return MASK
        # In groups a field has several values.
        return ";".join(value for found, value in message.items() if found == tag)

    return values


def as_csv(columns: str, dictionary: Dictionary | None, *, mask: bool) -> Form:
    """A table with a heading, of values as they came; on a terminal, which would obey control characters, escaped.

    Raises:
        Failure: A column is neither a field nor a fact about the message.
    """
    names = [name.strip() for name in columns.split(",") if name.strip()]
    readers = [_column(name, dictionary, mask=mask) for name in names]
    is_terminal = Screen.here().is_terminal
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(names)

    def write(
        name: str,
        entry: LogEntry,
        message: Message,
        _dictionary: Dictionary,
        _violations: Sequence[Violation] | None,
    ) -> None:
        cells = [read(name, entry, message) for read in readers]
        table.writerow([printable(str(cell)) if is_terminal and cell is not None else cell for cell in cells])

    return write
