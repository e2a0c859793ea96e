"""The fields of messages as scenarios write them, and what an expectation says of each.

Names stand for tags; they are those of FIX 5.0 SP2 with FIXT 1.1, and of FIX 4.2 for what was withdrawn since.
"""

import re
from functools import cache

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.testing.certification.escapes import to_bytes
from pyfixmsg_plus.testing.certification.steps import Compare, Rule

__all__ = ["FieldError", "numbered", "pattern_of", "read_rules", "split_fields"]

_TAG = re.compile(r"-?\d+")
_BETWEEN_BARS = re.compile(r"(?:[^|\\]|\\.|\\$)+", re.DOTALL)
_VARIABLE = re.compile(r"\$[A-Za-z_]\w*")
_NAMES = ("FIX.5.0SP2", "FIX.4.2")


class FieldError(PyFixMsgError):
    """A field that is not written as one."""


def split_fields(text: str) -> list[str]:
    r"""Return the fields of a text with ``|`` between them; ``\|`` is part of a value."""
    return _BETWEEN_BARS.findall(text)


@cache
def _tag_named(name: str) -> int | None:
    for version in _NAMES:
        try:
            return Dictionary.bundled(version).field(name).tag
        except KeyError:
            continue
    return None


def _parted(field: str) -> tuple[str, str]:
    name, sign, value = field.partition("=")
    if not sign:
        raise FieldError(f"{field!r} is no field: there is no '=' in it")
    if _TAG.fullmatch(name):
        return name, value
    tag = _tag_named(name.strip()) if name.strip() else None
    if tag is None:
        raise FieldError(f"there is no field {name.strip()!r}")
    return str(tag), value


def numbered(text: str) -> str:
    """Return the fields with tags in the place of names.

    Raises:
        FieldError: What stands between two bars is no field, or a name is not known.
        EscapeError: There is no such escape.
    """
    to_bytes(text)
    return "".join(
        f"{field}|" if _VARIABLE.fullmatch(field) else "{}={}|".format(*_parted(field)) for field in split_fields(text)
    )


def read_rules(text: str) -> tuple[Rule, ...]:
    """Return what a text expects of the fields of a message.

    ``55=IBM`` this value, ``55=*`` any, ``55=!`` no such field, ``55={IBM,MSFT}`` one of them, ``58=~.*low`` a
    regular expression for the whole value, ``371=?36`` this value if the field is there, ``112=@id`` any value, kept
    as ``$id``, ``141=?@reset`` the same if it is there.

    Raises:
        FieldError: It cannot be read.
        EscapeError: There is no such escape.
    """
    return tuple(map(_rule, split_fields(text)))


def _rule(field: str) -> Rule:
    word, value = _parted(field)
    tag = int(word)
    match value[:1]:
        case "*" if value == "*":
            return Rule(tag, Compare.ANY)
        case "!" if value == "!":
            return Rule(tag, Compare.ABSENT)
        case "{" if value.endswith("}"):
            to_bytes(value)
            return Rule(tag, Compare.ONE_OF, value[1:-1])
        case "~":
            pattern_of(value[1:])
            return Rule(tag, Compare.PATTERN, value[1:])
        case "?":
            to_bytes(value)
            if value[1:2] == "@" and value[2:].isidentifier():
                return Rule(tag, Compare.NAME_IF_PRESENT, value[2:])
            return Rule(tag, Compare.IF_PRESENT, value[1:])
        case "@":
            if not value[1:].isidentifier():
                raise FieldError(f"{value[1:]!r} cannot be the name of a value")
            return Rule(tag, Compare.NAME, value[1:])
    to_bytes(value)
    return Rule(tag, Compare.EQUAL, value)


def pattern_of(text: str) -> re.Pattern[bytes]:
    r"""Return the regular expression of a rule, in which ``\|`` is a bar.

    Raises:
        FieldError: It is none.
    """
    try:
        return re.compile(text.replace("\\|", "|").encode(), re.DOTALL)
    except re.error as error:
        raise FieldError(f"{text!r} is no regular expression: {error}") from error
