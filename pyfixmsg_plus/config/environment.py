"""Variables of the environment that override what a file says.

``FIXPLUS_HEART_BT_INT=30`` overrides a key for all sessions, ``FIXPLUS_US_PEER__HEART_BT_INT=30`` for the session
US->PEER alone: our ids, the peer's and the qualifier, in capitals, with ``_`` for all else. Where that is not enough to
tell sessions apart, the version stands before it: ``FIXPLUS_FIX_4_4_US_PEER__HEART_BT_INT``.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pyfixmsg_plus.config.keys import Known, Nearest, known_spelling

__all__ = ["Override", "Unknown", "overrides", "session_names"]

_PREFIX = "FIXPLUS_"
# Variables of ours that are no keys.
_RESERVED = frozenset({"CONFIG_KEY", "CONFIG_KEY_FILE", "SHARED", "TEST_REQUIRE", "WHEEL"})


class Override(NamedTuple):
    """A variable that overrides a key.

    Attributes:
        session: Which session, as in ``US_PEER``; empty for all.
    """

    variable: str
    session: str
    known: Known
    value: str


class Unknown(NamedTuple):
    """A variable that looks like a mistyped key."""

    variable: str
    nearest: str


def overrides(environ: Mapping[str, str]) -> Iterator[Override | Unknown]:
    """Yield the variables that override keys: those for all sessions first, so that the others count before them."""
    nearest = Nearest()
    for variable in sorted(environ, key=lambda name: (name.count("_", 0, name.rfind("__") + 1), name)):
        name = variable.removeprefix(_PREFIX)
        if name == variable or name in _RESERVED:
            continue
        session, _, key = name.rpartition("__")
        known = known_spelling(key)
        if known is not None:
            yield Override(variable, session.upper(), known, environ[variable])
        elif (near := nearest(key.lower())) is not None:
            yield Unknown(variable, f"{_PREFIX}{session and session + '__'}{near.upper()}")


def session_names(begin_string: str, ids: Iterator[str]) -> frozenset[str]:
    """Return how a session may be called within a variable."""
    name = _plain("_".join(part for part in ids if part))
    return frozenset({name, f"{_plain(begin_string)}_{name}"})


def _plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", text.upper())
