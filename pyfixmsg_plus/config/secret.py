"""Values that never show themselves: passwords, and URLs that may hold one.

``repr``, ``str`` and formatting give ``***``; whoever needs the text asks for it with ``reveal()``.
"""

import re
from typing import Any, final
from urllib.parse import quote, unquote_to_bytes

__all__ = ["MASK", "PASSWORD", "Location", "Secret", "is_secret_name", "normal_location"]

MASK = "***"

# A URL before its password, the password, which a careless one may leave unencoded, and the rest.
PASSWORD = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://[^:/?#@]*:)([^/?#]*)(@.*)$", re.DOTALL)
_SECRET_WORDS = re.compile(r"pass(?:word|wd|phrase|code)?$|passw|pwd|secret|token|credential|apikey|privatekey")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")


def is_secret_name(name: str) -> bool:
    """Whether a key of this name holds something that must not be shown."""
    return _SECRET_WORDS.search(re.sub(r"[^a-z0-9]", "", name.lower())) is not None


def normal_location(url: str) -> str:
    """Return the URL with its password percent-encoded, whatever was left unencoded in it."""
    parts = PASSWORD.match(url)
    return url if parts is None else f"{parts[1]}{quote(unquote_to_bytes(parts[2]), safe='')}{parts[3]}"


class _Hidden:
    """A text that is compared and pickled as any other, and shown only on request."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._text,)


@final
class Secret(_Hidden):
    """A password or another text that must not be shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK


@final
class Location(_Hidden):
    """The URL of a message store or of a log; its password is masked wherever it is shown."""

    __slots__ = ()

    @property
    def scheme(self) -> str:
        """What stands before the first colon, in lower case; empty if there is none."""
        found = _SCHEME.match(self._text)
        return found[0].lower() if found else ""

    def __repr__(self) -> str:
        return f"Location({str(self)!r})"

    def __str__(self) -> str:
        return _masked(self._text)


def _masked(url: str) -> str:
    """The URL without what may be a password: up to the *last* ``@``, since a careless one may hold any character."""
    start, mark, rest = url.partition("://")
    if mark and "@" in rest:
        who, _, place = rest.rpartition("@")
        user, colon, _ = who.partition(":")
        rest = f"{user}{colon and ':' + MASK}@{place}"
    shown = start + mark + rest
    before, question, query = shown.partition("?")
    if not question:
        return shown
    return before + question + "&".join(map(_masked_parameter, query.split("&")))


def _masked_parameter(text: str) -> str:
    name, sign, _ = text.partition("=")
    return f"{name}={MASK}" if sign and is_secret_name(name) else text
