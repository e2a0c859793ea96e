"""Complete and compare messages exactly as the runner of the QuickFIX family does.

Facts of that runner which look like mistakes are kept, for its files rely on them: a written CheckSum(10) beside an
automatic BodyLength(9) makes the length one short, patterns are found anywhere in a value, a value ends at its second
``=``, and fields behind the last that is not empty do not count.
"""

import re
from datetime import UTC, datetime, timedelta

__all__ = ["complete", "difference", "expand_times"]

_LENGTH = re.compile(rb"\x019=.*?\x01")
_HEAD = re.compile(rb"8=.*?\x01")
_SUM = re.compile(rb"\x0110=.*\x01$")
_TIME = re.compile(rb"<TIME(?:([+-])(\d+))?>")

_DATE_TIME = re.compile(rb"\d{8}-\d\d:\d\d:\d\d")
_PATTERNS = {
    b"10": re.compile(rb"\d{3}"),
    b"42": _DATE_TIME,
    b"52": re.compile(rb"\d{8}-\d\d:\d\d:\d\d(\.\d\d\d)?"),
    b"60": _DATE_TIME,
    b"122": _DATE_TIME,
}


def expand_times(body: bytes, utc_ns: int) -> bytes:
    """Return the body with ``<TIME>``, ``<TIME+n>`` and ``<TIME-n>`` as UTC, to the second."""
    now = datetime.fromtimestamp(utc_ns // 1_000_000_000, UTC)

    def at(found: re.Match[bytes]) -> bytes:
        seconds = int(found[2] or 0)
        moved = now + timedelta(seconds=-seconds if found[1] == b"-" else seconds)
        return moved.strftime("%Y%m%d-%H:%M:%S").encode()

    return _TIME.sub(at, body)


def complete(body: bytes) -> bytes:
    """Return the body with BodyLength(9) and CheckSum(10) where they are not written."""
    head = _HEAD.match(body)
    if head is None:
        return body
    has_length = _LENGTH.search(body) is not None
    rest = body[head.end() :]
    # A written sum is cut off together with the SOH in front of it, which the length then misses.
    total = _SUM.search(rest)
    if total is not None:
        rest = rest[: total.start()]
    length = b"" if has_length else b"9=%d\x01" % len(rest)
    frame = head[0] + length + rest
    return frame + (b"10=%03d\x01" % (sum(frame) % 256) if total is None else total[0])


def difference(expected: bytes, received: bytes) -> str:
    """Return in what a message differs from the expected one; nothing if they are the same."""
    ours, theirs = _fields(expected), _fields(received)
    if len(ours) != len(theirs):
        return f"expected {len(ours)} fields, received {len(theirs)}"
    for ours_one, theirs_one in zip(ours, theirs, strict=True):
        tag, value = _parts(ours_one)
        their_tag, their_value = _parts(theirs_one)
        if tag != their_tag:
            return f"expected field {_text(tag)}, received field {_text(their_tag)}"
        pattern = _PATTERNS.get(tag)
        if pattern is None:
            if value != their_value:
                return f"field {_text(tag)}: expected {_text(value)}, received {_text(their_value)}"
        elif pattern.search(their_value) is None:
            return f"field {_text(tag)}: {_text(their_value)} does not match {pattern.pattern.decode()}"
    return ""


def _fields(message: bytes) -> list[bytes]:
    return message.rstrip(b"\x01").split(b"\x01")


def _parts(field: bytes) -> tuple[bytes, bytes]:
    tag, _, rest = field.partition(b"=")
    return tag, rest.partition(b"=")[0]


def _text(value: bytes) -> str:
    return repr(value.decode("latin-1"))
