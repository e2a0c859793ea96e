"""Make the bytes of our own messages: values put in, header, BodyLength(9) and CheckSum(10) added.

Source: FIX session layer, standard header and trailer. Whatever is written out is left as it is, right or wrong.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.testing.certification.escapes import SOH, to_bytes
from pyfixmsg_plus.testing.certification.fields import split_fields

__all__ = ["VariableError", "complete", "expand", "filled", "stamp"]

_VARIABLE = re.compile(r"(\\.)|\$([A-Za-z_]\w*)([+-]\d+)?")
_TIME = re.compile(rb"<TIME(?:\.(\d{1,2}))?(?:([+-]\d+(?:\.\d+)?))?>")
_LENGTH = re.compile(rb"<LENGTH([+-]\d+)?>")
_SUM = re.compile(rb"<SUM([+-]\d+)?>")

# The fields of the header that a message has by itself; others keep the place at which they are written.
_HEADER_TAGS = frozenset({34, 43, 49, 50, 52, 56, 57, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 369, 1128})
_NESTED = 3


class VariableError(PyFixMsgError):
    """A name that stands for nothing, or for no number where one is needed."""


def expand(text: str, variables: Mapping[str, str]) -> str:
    r"""Return the text with values in the place of names: ``$name``, and ``$name+2`` for numbers; ``\$`` is no name.

    Raises:
        VariableError: A name is not known, or its value is no number.
    """

    def value(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1]
        if found[2] not in variables:
            raise VariableError(f"${found[2]} has no value")
        known = variables[found[2]]
        if not found[3]:
            return known
        if not (known.isascii() and known.isdigit()):
            raise VariableError(f"${found[2]} is no number: {known}")
        return str(int(known[:20]) + int(found[3]))

    for _ in range(_NESTED):
        before, text = text, _VARIABLE.sub(value, text)
        if text == before:
            break
    return text


def stamp(utc_ns: int, digits: int) -> bytes:
    """Return an instant as UTCTimestamp with so many digits behind the second."""
    seconds, rest = divmod(utc_ns, 1_000_000_000)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d-%H:%M:%S")
    return (f"{text}.{rest:09d}000"[: len(text) + 1 + digits] if digits else text).encode()


def _with_times(raw: bytes, utc_ns: int, digits: int) -> bytes:
    def at(found: re.Match[bytes]) -> bytes:
        moved = utc_ns + int(float(found[2] or 0) * 1_000_000_000)
        return stamp(moved, min(int(found[1]), 12) if found[1] else digits)

    return _TIME.sub(at, raw)


def filled(text: str, variables: Mapping[str, str], utc_ns: int, digits: int) -> bytes:
    """Return the bytes of a text with nothing added but what its placeholders stand for.

    ``<LENGTH>`` is what BodyLength(9) should be, ``<SUM>`` what CheckSum(10) should be; ``<SUM+1>`` is wrong by one.

    Raises:
        VariableError: A name is not known, or its value is no number.
    """
    raw = _with_times(to_bytes(expand(text, variables)), utc_ns, digits)
    found = _LENGTH.search(raw)
    if found is not None:
        begin = raw.find(SOH, found.end()) + 1
        end = raw.find(b"\x0110=", found.end()) + 1
        length = (end or len(raw)) - begin + int(found[1] or 0)
        raw = raw[: found.start()] + b"%d" % length + raw[found.end() :]
    found = _SUM.search(raw)
    if found is not None:
        end = raw.rfind(b"\x0110=", 0, found.start() + 1) + 1
        total = (sum(raw[:end]) + int(found[1] or 0)) % 256
        raw = raw[: found.start()] + b"%03d" % total + raw[found.end() :]
    return raw


def complete(text: str, variables: Mapping[str, str], utc_ns: int, digits: int) -> bytes:
    """Return the message of these fields.

    BeginString(8) comes first, BodyLength(9) second and CheckSum(10) last. MsgSeqNum(34), SenderCompID(49),
    SendingTime(52) and TargetCompID(56) are added at their ascending place where they are not written; ``52=!`` leaves
    one out. A text that begins with ``8=`` has only 9 and 10 added.

    Raises:
        VariableError: A name is not known, or its value is no number.
    """
    fields = split_fields(expand(text, variables))
    head = [] if not _is(fields[0], 8) else [fields.pop(0)]
    if not head:
        head = [f"8={variables['BEGIN']}"]
        _supply(fields, {34: variables["out"], 49: variables["US"], 52: "<TIME>", 56: variables["PEER"]})
    fields = [field for field in fields if not field.endswith("=!")]
    length = next((field for field in fields if _is(field, 9)), "9=<LENGTH>")
    total = next((field for field in fields if _is(field, 10)), "10=<SUM>")
    body = [field for field in fields if not _is(field, 9) and not _is(field, 10)]
    return filled("|".join([*head, length, *body, total, ""]), {}, utc_ns, digits)


def _is(field: str, tag: int) -> bool:
    return field.startswith(f"{tag}=")


def _tag(field: str) -> int:
    word = field.partition("=")[0]
    return int(word) if word.isascii() and word.isdigit() else 0


def _supply(fields: list[str], values: Mapping[int, str]) -> None:
    """Put the usual fields into the header, which ends at the first field that is none of it."""
    start = 1 if _is(fields[0], 35) else 0
    end = start
    while end < len(fields) and _tag(fields[end]) in _HEADER_TAGS:
        end += 1
    written = set(map(_tag, fields))
    for tag, value in values.items():
        if tag not in written:
            at = next((place for place in range(start, end) if _tag(fields[place]) > tag), end)
            fields.insert(at, f"{tag}={value}")
            end += 1
