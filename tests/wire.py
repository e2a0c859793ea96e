"""Messages as tests write them: text with ``|`` for SOH, and without what can be computed."""

__all__ = ["SOH", "wire"]

SOH = b"\x01"

# What wire() may have to step over to find the place of a header field. Data pairs (90, 91) are left out on purpose.
_HEADER = frozenset(
    {34, 43, 49, 50, 52, 56, 57, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 369, 1128, 1129, 1156}
)
_SUPPLIED = ((49, b"PEER"), (52, b"20260302-14:30:00.000"), (56, b"US"))


def wire(text: str, *, header: bool = True) -> bytes:
    """Return the bytes of a message written with ``|`` for SOH.

    BodyLength(9) and CheckSum(10) are added where they are not written out; so are SenderCompID(49), SendingTime(52)
    and TargetCompID(56), each at its ascending place in the header, unless ``header`` is false. Other text is UTF-8.
    """
    fields = text.encode().rstrip(b"|").split(b"|")
    head, rest = fields[:1], fields[1:]
    closing = [rest.pop()] if rest and rest[-1].startswith(b"10=") else []
    length = [rest.pop(0)] if rest and rest[0].startswith(b"9=") else []
    if header:
        _supply_header(rest)
    body = b"".join(field + SOH for field in rest)
    length = length or [b"9=%d" % len(body)]
    frame = b"".join(field + SOH for field in (*head, *length)) + body
    closing = closing or [b"10=%03d" % (sum(frame) % 256)]
    return frame + closing[0] + SOH


def _tag(field: bytes) -> int:
    digits = field.partition(b"=")[0]
    return int(digits) if digits.isdigit() else 0


def _supply_header(fields: list[bytes]) -> None:
    end = 1 if fields and fields[0].startswith(b"35=") else 0
    start = end
    while end < len(fields) and _tag(fields[end]) in _HEADER:
        end += 1
    present = {_tag(field) for field in fields[start:end]}
    for tag, value in _SUPPLIED:
        if tag not in present:
            at = next((i for i in range(start, end) if _tag(fields[i]) > tag), end)
            fields.insert(at, b"%d=%s" % (tag, value))
            end += 1
