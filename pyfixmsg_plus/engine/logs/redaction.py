"""Take secrets out of the bytes of a message before people see them.

Source: FIX session layer, Redaction. The bytes are not decoded, so BodyLength(9) and CheckSum(10) stay those of the
original.
"""

import re
from collections.abc import Iterable, Iterator

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.message import hidden_fields

__all__ = ["Redaction"]


_RAW_DATA = 96
# Values that may hold any byte, and the field before them that says how many.
_LENGTH_OF = {96: 95, 1402: 1401, 1404: 1403}
_SOH = 0x01
# A tag, its sign and a length of some digits.
_LENGTH_FIELD_BYTES = 24
_IS_LOGON = re.compile(rb"\x0135=A\x01")


class Redaction:
    """Which values are masked, and with what.

    Args:
        tags: Tags beside Password(554), NewPassword(925), EncryptedPassword(1402), EncryptedNewPassword(1404) and
            RawData(96) of a Logon(35=A), which are masked always.
        text: What stands in the place of a value.
    """

    __slots__ = ("_always", "_length_of", "_logon", "_text")

    def __init__(self, tags: Iterable[int] = (), text: str = "***") -> None:
        always = frozenset((*hidden_fields(), *tags)) - {_RAW_DATA}
        self._always = _pattern(always)
        self._logon = _pattern(always | {_RAW_DATA})
        self._length_of = _LENGTH_OF | dict(_lengths(always - _LENGTH_OF.keys() - {554, 925}))
        self._text = text.encode("utf-8")

    def of(self, raw: bytes) -> bytes:
        """Return the message with its secrets masked; any bytes will do."""
        pattern = self._logon if _IS_LOGON.search(raw, 0, 64) else self._always
        found = pattern.search(raw)
        if found is None:
            return raw
        pieces: list[bytes] = []
        start = 0
        while found is not None:
            pieces += (raw[start : found.end()], self._text)
            start = self._end_of_value(raw, found)
            # The SOH that ends the value begins the next field.
            found = pattern.search(raw, start)
        pieces.append(raw[start:])
        return b"".join(pieces)

    def _end_of_value(self, raw: bytes, found: re.Match[bytes]) -> int:
        start = found.end()
        end = raw.find(_SOH, start)
        if end < 0:
            return len(raw)
        length_tag = self._length_of.get(int(found.group(1)))
        if length_tag is not None:
            before = raw[max(0, found.start() - _LENGTH_FIELD_BYTES) : found.start()].rpartition(b"\x01")[2]
            tag, _, digits = before.partition(b"=")
            if tag == b"%d" % length_tag and digits.isdigit():
                by_length = start + int(digits)
                if by_length < len(raw) and raw[by_length] == _SOH:
                    return max(end, by_length)
                # A length that lies: show nothing that may belong to the value.
                return max(end, raw.rfind(b"\x0110=", start))
        return end


def _lengths(tags: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Those of the tags that are data fields, with the fields that tell their lengths."""
    if tags:
        dictionary = Dictionary.bundled("FIX.5.0SP2")
        for tag in tags:
            try:
                length_tag = dictionary.field(tag).length_tag
            except KeyError:
                continue
            if length_tag is not None:
                yield tag, length_tag


def _pattern(tags: Iterable[int]) -> re.Pattern[bytes]:
    return re.compile(rb"(?:^|\x01)(%s)=" % b"|".join(b"%d" % tag for tag in sorted(tags)))
