"""Cut a filter into words, signs and quoted values."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from pyfixmsg_plus.diagnostics.filters.errors import FilterError

__all__ = ["Kind", "Token", "tokens"]


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    QUOTED = auto()
    SIGN = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a filter.

    Attributes:
        text: A quoted value without its quotes.
        column: Where it begins, from 1.
    """

    kind: Kind
    text: str
    column: int

    @property
    def shown(self) -> str:
        """The token as an error names it."""
        return "the end" if self.kind is Kind.END else repr(self.text)


# The signs of two characters come first. A word is anything without blank, sign, quote, comma or parenthesis, so that
# timestamps, currency pairs and versions need no quotes.
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<SIGN>!=|<>|<=|>=|==|!~|[=<>~])
        |(?P<OPEN>\()|(?P<CLOSE>\))|(?P<COMMA>,)
        |(?P<QUOTED>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
        |(?P<WORD>[^\s()=<>~!,'"]+)
    )""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(['\"\\])")


def tokens(expression: str) -> list[Token]:
    """Return the tokens of a filter, an END last.

    Raises:
        FilterError: A quote is not closed, or a character belongs to nothing.
    """
    found = []
    at = 0
    while matched := _TOKEN.match(expression, at):
        name = matched.lastgroup or ""
        text = matched[name]
        column = matched.start(name) + 1
        if name == Kind.QUOTED.name:
            # Other backslashes stay: they belong to a regular expression.
            text = _ESCAPED.sub(r"\1", text[1:-1])
        found.append(Token(Kind[name], text, column))
        at = matched.end()
    rest = expression[at:].lstrip()
    if rest:
        column = len(expression) - len(rest) + 1
        problem = f"the quote {rest[0]} is not closed" if rest[0] in "'\"" else f"{rest[0]!r} means nothing here"
        raise FilterError(expression, column, problem)
    found.append(Token(Kind.END, "", len(expression) + 1))
    return found
