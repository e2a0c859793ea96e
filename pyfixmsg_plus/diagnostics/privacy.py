"""Which values are not shown.

Password(554), NewPassword(925), EncryptedPassword(1402), EncryptedNewPassword(1404), and RawData(96) of a Logon(35=A),
where passwords were sent before they had a field.
"""

__all__ = ["MASK", "is_secret", "printable"]

MASK = "***"

_SECRETS = frozenset({554, 925, 1402, 1404})
_RAW_DATA = 96

# What would break a line, or move a terminal's cursor, is written as an escape.
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}


def is_secret(tag: int, msg_type: str | None) -> bool:
    """Return whether the value of a field is to be masked."""
    return tag in _SECRETS or (tag == _RAW_DATA and msg_type == "A")


def printable(text: str) -> str:
    """Return the text on one line."""
    return text if text.isprintable() else text.translate(_ESCAPES)
