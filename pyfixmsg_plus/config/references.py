"""Values that stand elsewhere: in the environment, in a file, or encrypted.

``${NAME}`` and ``$(NAME)`` take a variable of the environment, anywhere in a value; ``$${NAME}`` is ``${NAME}`` itself.
A secret may be ``@file:PATH``, the content of a file, or ``@encrypted:...``, what ``fixplus config encrypt`` made;
``@@file:PATH`` is ``@file:PATH`` itself.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from pyfixmsg_plus.config import encryption
from pyfixmsg_plus.config.kinds import Fields, Kind, LocationText, NotReadable
from pyfixmsg_plus.config.secret import PASSWORD

__all__ = ["References", "Resolved", "escaped", "escaped_location", "escaped_secret"]

_VARIABLE = re.compile(r"(\$+)(\{([A-Za-z_][A-Za-z0-9_]*)\}|\(([A-Za-z_][A-Za-z0-9_]*)\))")
_FILE, _ENCRYPTED = "@file:", "@encrypted:"
_ESCAPED = re.compile(r"@@+(?:file|encrypted):")
_LONGEST = 64 * 1024


class Resolved(NamedTuple):
    """A value with its references resolved.

    Attributes:
        has_reference: The value depends on something beside the file.
    """

    value: str
    has_reference: bool


def escaped(text: str) -> str:
    """Return the text that, read from a file, is this text: what looks like a variable is kept from being one."""
    return _VARIABLE.sub(lambda found: "$" + found[0], text)


def escaped_secret(text: str) -> str:
    """Return the text that, read from a file as a secret, is this text."""
    return escaped(f"@{text}" if text.startswith((_FILE, _ENCRYPTED)) or _ESCAPED.match(text) else text)


def escaped_location(url: str) -> str:
    """Return the text that, read from a file as a URL, is this URL: its password may look like a reference."""
    parts = PASSWORD.match(url)
    if parts is None:
        return escaped(url)
    password = unquote(parts[2])
    safe = escaped_secret(password)
    return escaped(url) if safe == password else f"{escaped(parts[1])}{quote(safe, safe='')}{escaped(parts[3])}"


class References:
    """What references are resolved from."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def resolve(self, text: str, kind: Kind | None, *, is_secret: bool) -> Resolved:
        """Return what a value of a key stands for.

        Raises:
            NotReadable: A variable, a file or a key is missing.
        """
        value, has_reference = self._variables(text)
        if not is_secret:
            return Resolved(value, has_reference)
        if isinstance(kind, Fields):
            tag, sign, rest = value.partition("=")
            found = self._secret(rest.strip())
            value = f"{tag}{sign}{found}" if found is not None else value
        elif isinstance(kind, LocationText) and (parts := PASSWORD.match(value.strip())):
            found = self._password(unquote(parts[2]))
            value = f"{parts[1]}{quote(found, safe='')}{parts[3]}" if found is not None else value
        else:
            found = self._secret(value.strip())
            value = value if found is None else found
        return Resolved(value, has_reference or found is not None)

    def _password(self, text: str) -> str | None:
        """The password within a URL, where it may be percent-encoded and a reference itself."""
        value, has_variable = self._variables(text)
        found = self._secret(value)
        return found if found is not None else value if has_variable or value != text else None

    def _variables(self, text: str) -> tuple[str, bool]:
        has_variable = False

        def value(found: re.Match[str]) -> str:
            nonlocal has_variable
            if len(found[1]) > 1:
                return found[0][1:]
            has_variable = True
            name = found[3] or found[4]
            if name not in self._environ:
                raise NotReadable(
                    f"the environment has no {name}", f"Set {name}, or write ${found[0]} for the text itself."
                )
            return self._environ[name]

        return _VARIABLE.sub(value, text), has_variable

    def _secret(self, text: str) -> str | None:
        """What a secret refers to; None where it is the secret itself."""
        if text.startswith(_FILE):
            return self._file(text.removeprefix(_FILE).strip())
        if _ESCAPED.match(text):
            return text[1:]
        if text.startswith(_ENCRYPTED):
            return encryption.decrypt(text.removeprefix(_ENCRYPTED).strip(), encryption.key_from(self._environ))
        return None

    @staticmethod
    def _file(path: str) -> str:
        try:
            with Path(path).open("rb") as file:
                raw = file.read(_LONGEST + 1)
            text = raw.decode("utf-8")
        except (OSError, ValueError) as error:
            cause = getattr(error, "strerror", None) or "it is no text"
            raise NotReadable(
                f"the file {path!r} cannot be read: {cause}", "Name a file that holds the secret."
            ) from None
        if len(raw) > _LONGEST:
            raise NotReadable(f"the file {path!r} is too long", "Name a file that holds the secret and nothing else.")
        return text.strip()
