"""How values are shown on a line, and which are not shown: see :mod:`pyfixmsg_plus.message.privacy`."""

from pyfixmsg_plus.message.privacy import MASK, hidden_fields, hide_fields, is_secret

__all__ = ["MASK", "hidden_fields", "hide_fields", "is_secret", "printable"]

# What would break a line, or move a terminal's cursor, is written as an escape.
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}


def printable(text: str) -> str:
    """Return the text on one line."""
    return text if text.isprintable() else text.translate(_ESCAPES)
