"""On which line of a TOML text a table or a key stands, which the parser does not say."""

import re

__all__ = ["Positions"]

_NAME = r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'"""
_HEADING = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_NAME})[ \t]*((?:\.[ \t]*(?:{_NAME})[ \t]*)*)\]")
_KEY = re.compile(rf"[ \t]*({_NAME})[ \t]*[.=]")
# Whatever may hold a line break, a bracket or a quote that is none: texts, comments; then brackets themselves.
_TOKENS = (
    r'"""(?:[^\\]|\\.)*?"{3,5}',
    r"'''.*?'{3,5}",
    r'"(?:[^"\\\n]|\\.)*"',
    r"'[^'\n]*'",
    r"#[^\n]*",
    r"[\[\]{}]",
    r"\n",
)
_TOKEN = re.compile("|".join(_TOKENS), re.DOTALL)


def _plain(name: str) -> str:
    return name[1:-1] if name[:1] in "\"'" else name


class Positions:
    """The lines of tables and of keys, by the name of the table and its place among those of one name."""

    def __init__(self, text: str) -> None:
        self._tables: dict[tuple[str, int], int] = {}
        self._keys: dict[tuple[tuple[str, int] | tuple[()], str], int] = {}
        self._current: tuple[str, int] | tuple[()] = ()
        self._inside = False
        self._count: dict[str, int] = {}
        line, at = 1, 0
        while at < len(text):
            at, passed = self._statement(text, at, line)
            line += passed

    def _statement(self, text: str, at: int, line: int) -> tuple[int, int]:
        """Note what begins here, and return where the next statement begins and how many lines that is."""
        if heading := _HEADING.match(text, at):
            name = _plain(heading[2])
            self._inside = bool(heading[3])
            if not heading[3]:
                self._count[name] = self._count.get(name, -1) + 1
            self._current = (name, self._count.get(name, 0))
            if heading[3]:
                part = _plain(heading[3].lstrip(". \t").partition(".")[0].rstrip())
                self._keys.setdefault((self._current, part), line)
            self._tables.setdefault(self._current, line)
            self._keys.setdefault(((), name), line)
            at = heading.end()
        elif not self._inside and (key := _KEY.match(text, at)):
            self._keys.setdefault((self._current, _plain(key[1])), line)
        depth = passed = 0
        for token in _TOKEN.finditer(text, at):
            passed += token[0].count("\n")
            if token[0] in ("[", "{"):
                depth += 1
            elif token[0] in ("]", "}"):
                depth -= 1
            elif token[0] == "\n" and depth <= 0:
                return token.end(), passed
        return len(text), passed

    def table(self, path: tuple[str, int]) -> int:
        """Return the line of a table's heading; 1 where it has none."""
        return self._tables.get(path, self._keys.get(((), path[0]), 1))

    def line(self, path: tuple[str, int] | tuple[()], name: str) -> int:
        """Return the line of a key."""
        found = self._keys.get((path, name))
        if found is not None:
            return found
        return self.table(path) if path else 1
