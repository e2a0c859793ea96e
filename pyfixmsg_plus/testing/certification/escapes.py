"""Bytes as the scenario language writes them: ``|`` for SOH, the rest of what cannot be read as escapes."""

import re

from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["SOH", "EscapeError", "readable", "to_bytes", "written"]

SOH = b"\x01"

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.|$)", re.DOTALL)
_NAMED = {"|": "|", "\\": "\\", "n": "\n", "r": "\r", "$": "$", "<": "<"}


class EscapeError(PyFixMsgError):
    """A backslash that stands for nothing."""


def to_bytes(text: str) -> bytes:
    r"""Return the bytes that a text stands for: ``|`` is SOH; ``\|``, ``\\``, ``\n``, ``\r``, ``\xNN`` one byte each.

    Other characters are those of ISO-8859-1; what it lacks is UTF-8.

    Raises:
        EscapeError: There is no such escape.
    """
    parts: list[str] = []
    end = 0
    for found in _ESCAPE.finditer(text):
        parts += text[end : found.start()].replace("|", "\x01"), _escaped(found[1])
        end = found.end()
    parts.append(text[end:].replace("|", "\x01"))
    joined = "".join(parts)
    try:
        return joined.encode("latin-1")
    except UnicodeEncodeError:
        return joined.encode()


def _escaped(word: str) -> str:
    if len(word) == 3:
        return chr(int(word[1:], 16))
    if word not in _NAMED:
        raise EscapeError(f"there is no escape \\{word}")
    return _NAMED[word]


def written(raw: bytes) -> str:
    """Return the text that stands for these bytes; `to_bytes` reads it."""
    return "".join(map(_written, raw))


def _written(byte: int) -> str:
    if byte == 1:
        return "|"
    if byte in b"|\\$":
        return f"\\{byte:c}"
    return f"{byte:c}" if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"


def readable(raw: bytes, limit: int = 4096) -> str:
    """Return the bytes for a person: on one line, ``|`` for SOH, cut where they are very long."""
    shown = raw[:limit].decode("latin-1").translate(_FOR_A_PERSON)
    return shown if len(raw) <= limit else f"{shown}... ({len(raw):,} bytes)"


_FOR_A_PERSON = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))} | {1: "|"}
