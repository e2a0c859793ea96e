"""Read the file stores of QuickFIX (C++).

Four files a session, named alike up to the ending: ``.seqnums`` with the two next numbers, ``.session`` with the time
of creation, ``.header`` with number, offset and length of each message, and ``.body`` with the messages.

Source: QuickFIX 1.16 ``FileStore``; both forms of ``.seqnums`` that it reads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pyfixmsg_plus._core import parse
from pyfixmsg_plus.errors import StoreError, ValueFormatError
from pyfixmsg_plus.store.contract import NUMBER_MAX, Record, StoredNumbers
from pyfixmsg_plus.values import NS_PER_SECOND, SessionID

__all__ = ["QuickFixStore", "quickfix_stores"]

_NUMBERS = re.compile(rb"\s*(\d{1,20}) : (\d{1,20})\s*")
_ENTRY = re.compile(rb"(\d{1,20}),(\d{1,20}),(\d{1,20})")
_BODY, _HEADER, _NUMBERS_FILE, _SESSION = ".body", ".header", ".seqnums", ".session"
_MSG_SEQ_NUM, _SENDING_TIME = 34, 52


def quickfix_stores(directory: Path) -> list["QuickFixStore"]:
    """Return the stores in a directory, in the order of their names.

    Raises:
        StoreError: There is none, or one is not whole or not readable.
    """
    names = sorted(path.name.removesuffix(_NUMBERS_FILE) for path in directory.glob(f"*{_NUMBERS_FILE}"))
    if not names:
        raise StoreError(f"{directory} holds no file store of QuickFIX: there is no file *{_NUMBERS_FILE}")
    return [QuickFixStore.read(directory, name) for name in names]


@dataclass(frozen=True, slots=True)
class QuickFixStore:
    """The file store of one session.

    Attributes:
        path: Its files, without their endings.
        numbers: The next numbers, and when the session was created.
        places: Where each message stands in the body: offset and length, by number, ascending.
        faults: What of it cannot be used, a sentence each.
    """

    path: Path
    numbers: StoredNumbers
    places: dict[int, tuple[int, int]]
    faults: list[str]

    @classmethod
    def read(cls, directory: Path, name: str) -> "QuickFixStore":
        """Read all but the messages.

        Raises:
            StoreError: A file is missing or not of its form.
        """
        path = directory / name
        faults: list[str] = []
        numbers = _numbers(_content(path, _NUMBERS_FILE), path)
        created_ns = _created_ns(_content(path, _SESSION), path)
        size = _size(path)
        places: dict[int, tuple[int, int]] = {}
        for seq, offset, length in _entries(_content(path, _HEADER), path):
            if seq > NUMBER_MAX or offset + length > size:
                faults.append(f"{name}: message {seq} lies outside the body of {size} bytes")
                places.pop(seq, None)
            else:
                places[seq] = (offset, length)
        return cls(path, numbers._replace(created_ns=created_ns), dict(sorted(places.items())), faults)

    def records(self, faults: list[str]) -> Iterator[Record]:
        """Go through the messages, ascending; what is not what the header says is added to the faults and left out.

        A message counts as stored at its SendingTime(52).
        """
        with self.path.with_name(self.path.name + _BODY).open("rb") as body:
            for seq, (offset, length) in self.places.items():
                body.seek(offset)
                raw = body.read(length)
                message = parse(raw, dictionary=False, strict=False)
                if message.get(_MSG_SEQ_NUM, "").lstrip("0") != str(seq) or not raw.startswith(b"8=FIX"):
                    faults.append(f"{self.path.name}: what stands at byte {offset} of the body is not message {seq}")
                    continue
                try:
                    stored_ns = message.timestamp(_SENDING_TIME)
                except (KeyError, ValueFormatError):
                    stored_ns = self.numbers.created_ns or 0
                yield Record(seq, raw, stored_ns)

    def session_id(self) -> SessionID:
        """Return which session it is: what its messages say, or else its name.

        Raises:
            StoreError: There is no message, and hyphens in the name leave open where each part ends.
        """
        name = self.path.name
        for record in self.records([]):
            message = parse(record.raw, dictionary=False, strict=False)
            parts = SessionID(*(message.get(tag, "") for tag in (8, 49, 56)))
            stem = f"{parts.begin_string}-{parts.sender_comp_id}-{parts.target_comp_id}"
            if name == stem:
                return parts
            if name.startswith(f"{stem}-"):
                return replace(parts, session_qualifier=name.removeprefix(f"{stem}-"))
        match name.split("-"):
            case [begin_string, sender, target]:
                return SessionID(begin_string, sender, target)
        raise StoreError(f"{name}: no message says which session this is, and its name can be read in several ways")


def _content(path: Path, ending: str) -> bytes:
    file = path.with_name(path.name + ending)
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise StoreError(f"{file} is missing: a file store is four files") from None


def _size(path: Path) -> int:
    file = path.with_name(path.name + _BODY)
    try:
        return file.stat().st_size
    except FileNotFoundError:
        raise StoreError(f"{file} is missing: a file store is four files") from None


def _numbers(content: bytes, path: Path) -> StoredNumbers:
    found = _NUMBERS.fullmatch(content.rstrip(b"\0"))
    if found is None or max(numbers := [int(digits) for digits in found.groups()]) > NUMBER_MAX:
        raise StoreError(f"{path}{_NUMBERS_FILE} does not hold two numbers: {content[:60]!r}")
    return StoredNumbers(numbers[0], numbers[1], None)


def _created_ns(content: bytes, path: Path) -> int:
    try:
        text = content.decode("ascii").strip("\0 \r\n")
        created = datetime.strptime(text, "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise StoreError(f"{path}{_SESSION} does not hold a time: {content[:60]!r}") from None
    return int(created.timestamp()) * NS_PER_SECOND


def _entries(content: bytes, path: Path) -> Iterator[tuple[int, int, int]]:
    for entry in content.split():
        found = _ENTRY.fullmatch(entry)
        if found is None:
            raise StoreError(f"{path}{_HEADER} does not hold number, offset and length: {entry[:60]!r}")
        seq, offset, length = (int(digits) for digits in found.groups())
        yield seq, offset, length
