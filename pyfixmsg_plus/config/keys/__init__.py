"""The table of all keys: the one place in which a key is defined.

The loader, the checker, the schema, the writer, the reference page and the class of the settings are made from it.
Source: the settings of QuickFIX (C), QuickFIX/J (J), QuickFIX/Go (G) and QuickFIX/n (N), and our own.
"""

from pyfixmsg_plus.config.keys.table import ATTRIBUTES, KEYS, Known, Nearest, key_named, known_spelling, nearest

__all__ = ["ATTRIBUTES", "KEYS", "Known", "Nearest", "key_named", "known_spelling", "nearest"]
