"""All keys, and how a spelling in a file finds its key."""

import re
from difflib import get_close_matches
from typing import NamedTuple

from pyfixmsg_plus.config.key import Key, spelling_of
from pyfixmsg_plus.config.keys import network, of_others, quirks, session, storage, tls, validation

__all__ = ["ATTRIBUTES", "KEYS", "Known", "Nearest", "key_named", "known_spelling", "nearest"]

KEYS: tuple[Key, ...] = (
    *session.IDENTITY,
    *session.SCHEDULE,
    *session.SEQUENCE,
    *session.SESSION,
    *validation.KEYS,
    *network.CONNECT,
    *network.ACCEPT,
    *network.SOCKET,
    *tls.KEYS,
    *storage.STORE,
    *storage.LOG,
    *quirks.KEYS,
    *of_others.STORE,
    *of_others.LOG,
)
# Those of which the settings have an attribute, by our names.
ATTRIBUTES: dict[str, Key] = {key.name: key for key in KEYS if key.has_attribute}

_BY_NAME = {key.name: key for key in KEYS}
_BY_SPELLING = {spelling_of(spelling): key for key in KEYS for spelling in key.spellings}
_NUMBERED = re.compile(r"(.*?[a-z])([1-9][0-9]{0,2})", re.DOTALL)
_BY_VERSION = re.compile(r"""(appdatadictionary)(?:\.|\[)["']?([^\]"']+)["']?\]?""", re.DOTALL)
# Long names cannot be near anything, and comparing them would take long.
_LONGEST = 80


class Known(NamedTuple):
    """What a spelling means.

    Attributes:
        suffix: The number of ``SocketConnectHost1``, the version of ``AppDataDictionary.FIX.4.4``; else empty.
    """

    key: Key
    suffix: str


def key_named(name: str) -> Key:
    """Return the key of one of our names.

    Raises:
        KeyError: There is none.
    """
    return _BY_NAME[name]


def known_spelling(spelling: str) -> Known | None:
    """Return the key that a name in a file means: in any case, by any of its names."""
    wanted = spelling_of(spelling)
    key = _BY_SPELLING.get(wanted)
    if key is not None:
        return Known(key, "")
    if (found := _NUMBERED.fullmatch(wanted)) and (key := _BY_SPELLING.get(found[1])) and key.is_numbered:
        return Known(key, found[2])
    if (found := _BY_VERSION.fullmatch(wanted)) and (key := _BY_SPELLING.get(found[1])) and key.is_by_version:
        return Known(key, found[2].upper())
    return None


class Nearest:
    """Finds the known names nearest to unknown ones: for so many of them, since each comparison takes its time."""

    def __init__(self, most: int = 100) -> None:
        self._left = most
        self._found: dict[str, str | None] = {}

    def __call__(self, spelling: str) -> str | None:
        """Return the name nearest to an unknown one, in the same style; None if none is near, or none is left."""
        if spelling not in self._found:
            if self._left == 0:
                return None
            self._left -= 1
            self._found[spelling] = nearest(spelling)
        return self._found[spelling]


def nearest(spelling: str) -> str | None:
    """Return the known name nearest to an unknown one, in the same style; None if none is near."""
    if len(spelling) > _LONGEST:
        return None
    found = get_close_matches(spelling_of(spelling), _BY_SPELLING, n=1, cutoff=0.75)
    if not found:
        return None
    key = _BY_SPELLING[found[0]]
    if "_" in spelling or spelling.islower():
        return key.name
    return next(name for name in key.spellings if spelling_of(name) == found[0])
