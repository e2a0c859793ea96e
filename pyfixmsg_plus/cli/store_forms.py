"""Stored messages as text and as JSON: for people, for other tools, and to be imported again."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from pyfixmsg_plus.cli.endings import Failure, note
from pyfixmsg_plus.cli.records import masked
from pyfixmsg_plus.cli.times import iso
from pyfixmsg_plus.codec import parse
from pyfixmsg_plus.diagnostics import LogEntry, LogReader
from pyfixmsg_plus.errors import ValueFormatError
from pyfixmsg_plus.store import Record, StoredNumbers
from pyfixmsg_plus.values import SessionID, format_timestamp

if TYPE_CHECKING:
    from pyfixmsg_plus.diagnostics.versions import Dictionaries

__all__ = ["Exported", "Shown", "exported_numbers", "exported_record", "read_export", "shown_as", "text_line"]

# Writes one message.
Shown: TypeAlias = Callable[[SessionID, Record], None]

_FORMAT = "pyfixmsg-plus store export 1"


def entry_of(record: Record) -> LogEntry | None:
    """Return a stored message as an entry of a log; None where it is no FIX message."""
    reader = LogReader(join_lines=False)
    entries = [*reader.feed(_prefixed(record)), *reader.finish()]
    return entries[0] if len(entries) == 1 and entries[0].message == record.raw else None


def _prefixed(record: Record) -> bytes:
    return f"{_stamp(record.stored_ns)} outgoing : ".encode() + record.raw + b"\n"


def _stamp(ns: int) -> str:
    try:
        return format_timestamp(ns, 9)
    except (ValueFormatError, ValueError):
        return format_timestamp(0, 9)


def shown_as(form: str, dictionaries: "Dictionaries", *, mask: bool) -> Shown:
    """Return what shows messages as ``lines``, ``raw``, ``pretty`` or ``json``."""
    from pyfixmsg_plus.cli import records
    from pyfixmsg_plus.cli.screen import Screen

    if form == "json":
        return _as_json(dictionaries, mask=mask)
    screen = Screen.here()
    known = {
        "lines": lambda: records.as_lines(screen),
        "raw": lambda: records.as_raw(mask=mask),
        "pretty": lambda: records.as_pretty(screen, mask=mask),
    }
    write = known[form]()

    def show(session_id: SessionID, record: Record) -> None:
        entry = entry_of(record)
        if entry is None:
            note(f"{session_id}: message {record.seq} of {len(record.raw)} bytes is no FIX message")
            return
        message = dictionaries.parse(entry)
        write(str(session_id), entry, message, dictionaries.for_message(message), None)

    return show


def _as_json(dictionaries: "Dictionaries", *, mask: bool) -> Shown:
    def show(session_id: SessionID, record: Record) -> None:
        about: dict[str, object] = {"session": str(session_id), "seq": record.seq, "stored": iso(record.stored_ns)}
        entry = entry_of(record)
        if entry is None:
            print(json.dumps({**about, "bytes": len(record.raw), "message": None}, ensure_ascii=False))
            return
        message = dictionaries.parse(entry)
        about |= {"msg_type": message.msg_type, "name": message.name}
        print(f'{json.dumps(about, ensure_ascii=False)[:-1]}, "message": {message.to_json(mask=mask)}}}')

    return show


def text_line(record: Record, *, mask: bool) -> bytes:
    """Return a message as a line of a log that ``fixplus parse`` reads, and that says when it was stored."""
    if not mask:
        return _prefixed(record)
    return _prefixed(Record(record.seq, _masked(record.raw), record.stored_ns))


def _masked(raw: bytes) -> bytes:
    return masked(raw, parse(raw, dictionary=False, strict=False))


def exported_numbers(session_id: SessionID, numbers: StoredNumbers) -> str:
    """Return the line that begins a session."""
    about = {"format": _FORMAT, "session": asdict(session_id), **numbers._asdict()}
    return json.dumps(about, ensure_ascii=True)


def exported_record(record: Record, *, mask: bool) -> str:
    """Return the line of a message: text where its bytes are that, base64 where they are not."""
    raw = _masked(record.raw) if mask else record.raw
    about: dict[str, object] = {"seq": record.seq, "stored_ns": record.stored_ns}
    if raw.isascii():
        about["raw"] = raw.decode("ascii")
    else:
        about["base64"] = base64.b64encode(raw).decode("ascii")
    if raw != record.raw:
        about["masked"] = True
    return json.dumps(about, ensure_ascii=True)


@dataclass(frozen=True, slots=True)
class Exported:
    """One session of an export.

    Attributes:
        session_id: The session.
        numbers: Its numbers.
        records: Its messages.
    """

    session_id: SessionID
    numbers: StoredNumbers
    records: list[Record]


def read_export(stream: IO[str], name: str) -> Iterator[Exported]:
    """Read what an export with ``--format jsonl`` wrote, a session after another.

    Raises:
        Failure: A line is none of an export, or holds a message that was masked.
    """
    session: Exported | None = None
    for number, line in enumerate(stream, start=1):
        try:
            found = json.loads(line)
            if found.get("format") == _FORMAT:
                if session is not None:
                    yield session
                numbers = StoredNumbers(found["next_out"], found["next_in"], found["created_ns"])
                session = Exported(SessionID(**found["session"]), numbers, [])
                continue
            record = _record(found)
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise Failure(f"{name}:{number} is no line of an export: {error}") from None
        if found.get("masked"):
            raise Failure(
                f"{name}:{number}: message {record.seq} was masked and cannot be sent again",
                "Export with --no-mask what is to be imported.",
            )
        if session is None:
            raise Failure(f"{name}:{number}: a message stands before the session it belongs to")
        session.records.append(record)
    if session is None:
        raise Failure(f"{name} holds no session")
    yield session


def _record(found: dict[str, Any]) -> Record:
    raw = found["raw"].encode("ascii") if "raw" in found else base64.b64decode(found["base64"], validate=True)
    return Record(int(found["seq"]), raw, int(found["stored_ns"]))
