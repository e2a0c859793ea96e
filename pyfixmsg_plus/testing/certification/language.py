"""Read scenarios in our own language.

A file is a head of ``key: value`` lines, a line ``---``, and steps, a line each; ``docs/guides/certifying.md``
describes it. Errors name file, line and cause.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from pyfixmsg_plus.testing.certification.errors import ScenarioError
from pyfixmsg_plus.testing.certification.escapes import EscapeError, to_bytes
from pyfixmsg_plus.testing.certification.fields import FieldError, numbered, read_rules
from pyfixmsg_plus.testing.certification.steps import (
    Close,
    Condition,
    Connect,
    Course,
    Dialect,
    Either,
    Expect,
    ExpectClose,
    Leave,
    Logon,
    Logout,
    Ping,
    Raw,
    Role,
    Scenario,
    Send,
    Set,
    Shift,
    Silence,
    Span,
    Step,
    Wait,
    When,
)
from pyfixmsg_plus.testing.certification.versions import VERSIONS

__all__ = ["SUFFIX", "read_scenario", "read_scenario_file"]

SUFFIX = ".scenario"
LARGEST_FILE = 1024 * 1024

_HEAD_KEYS = frozenset(
    {
        "id", "title", "case", "rule", "roles", "versions", "needs", "kind", "unseen", "heartbeats", "heartbeat",
        "dialect", "not applicable",
    }
)  # fmt: skip
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|H)")
_CONDITION = re.compile(r"([A-Za-z_][\w.]*)(?:=(\S+))?")
_CONNECTION = re.compile(r"@([0-9])\s+")
_SHIFT = re.compile(r"([+-]?\d+(?:\.\d+)?)s")
_NAME = re.compile(r"[A-Za-z_]\w*")
# Words that end a block; the block that they belong to reads them.
_ENDINGS = frozenset({"or", "else", "end"})


class _Line(NamedTuple):
    number: int
    text: str

    @property
    def verb(self) -> str:
        return self.text.partition(" ")[0].removesuffix(":")


def read_scenario_file(path: Path, name: str | None = None) -> Scenario:
    """Return the scenario of a file.

    Raises:
        ScenarioError: It is none.
        OSError: The file cannot be read.
    """
    with path.open("rb") as opened:
        content = opened.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ScenarioError(str(path), 1, f"the file is longer than {LARGEST_FILE:,} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ScenarioError(str(path), line, "the file is not UTF-8") from error
    return read_scenario(text, name or str(path))


def read_scenario(text: str, file: str) -> Scenario:
    """Return the scenario that a text describes.

    Args:
        text: The whole file.
        file: The name of the file for errors and reports.

    Raises:
        ScenarioError: It is none.
    """
    lines = [_Line(number, line) for number, line in enumerate(text.splitlines(), start=1)]
    end = next((at for at, line in enumerate(lines) if line.text.strip() == "---"), None)
    if end is None:
        raise ScenarioError(file, 1, "no line --- stands between the head and the steps")
    head = _Head(file, lines[:end])
    reader = _Reader(file, head.dialect, _joined(file, lines[end + 1 :], head.dialect))
    steps = reader.block(is_inner=False)
    if not steps and not head.text("not applicable"):
        raise ScenarioError(file, lines[end].number, "there are no steps")
    return head.scenario(steps)


def _joined(file: str, lines: list[_Line], dialect: Dialect) -> list[_Line]:
    """The lines that hold steps; one that begins with a bar goes on with the message before."""
    steps: list[_Line] = []
    for line in lines:
        text = line.text if dialect is Dialect.QUICKFIX else line.text.rstrip()
        text = text.lstrip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("|"):
            if not steps:
                raise ScenarioError(file, line.number, "there is no message that this line could go on with")
            steps[-1] = _Line(steps[-1].number, steps[-1].text.rstrip("|") + text)
        else:
            steps.append(_Line(line.number, text))
    return steps


class _Head:
    def __init__(self, file: str, lines: list[_Line]) -> None:
        self._file = file
        self._values: dict[str, _Line] = {}
        for line in lines:
            if not line.text.strip() or line.text.startswith("#"):
                continue
            key, colon, value = line.text.partition(":")
            if not colon or key.strip() not in _HEAD_KEYS:
                raise ScenarioError(file, line.number, f"{key.strip()!r} is no key of a scenario's head")
            if key.strip() in self._values:
                raise ScenarioError(file, line.number, f"{key.strip()} is said twice")
            self._values[key.strip()] = _Line(line.number, value.strip())

    def text(self, key: str) -> str:
        return self._values[key].text if key in self._values else ""

    def _wrong(self, key: str, cause: str) -> NoReturn:
        raise ScenarioError(self._file, self._values[key].number if key in self._values else 1, cause)

    def _demanded(self, key: str) -> str:
        return self.text(key) or self._wrong(key, f"the head does not say {key}")

    def _listed(self, key: str) -> list[str]:
        return [word.strip() for word in self.text(key).split(",") if word.strip()]

    def _chosen(self, key: str, *words: str) -> str:
        """One of these words; the first if none is said."""
        word = self.text(key) or words[0]
        return word if word in words else self._wrong(key, f"{key}: {word!r} is none of {', '.join(words)}")

    @property
    def dialect(self) -> Dialect:
        return Dialect(self._chosen("dialect", "ours", "quickfix"))

    def _roles(self) -> frozenset[Role]:
        words = self._listed("roles")
        try:
            return frozenset(map(Role, words)) or frozenset(Role)
        except ValueError:
            self._wrong("roles", f"roles: {self.text('roles')!r} is not acceptor, initiator or both")

    def _versions(self) -> frozenset[str]:
        """The versions that are listed; ``4.2+`` is all from FIX 4.2 on."""
        found: set[str] = set()
        for word in self._listed("versions"):
            first = f"FIX.{word.removesuffix('+')}" if word.endswith("+") else word
            if first not in VERSIONS:
                self._wrong("versions", f"versions: {word!r} is none of {', '.join(VERSIONS)}")
            names = list(VERSIONS)
            found.update(names[names.index(first) :] if word.endswith("+") else [first])
        return frozenset(found)

    def _heart_bt_int(self) -> int | None:
        word = self.text("heartbeat")
        if word and not (word.isascii() and word.isdigit() and len(word) < 6):
            self._wrong("heartbeat", f"heartbeat: {word!r} is no number of seconds")
        return int(word) if word else None

    def scenario(self, steps: tuple[Step, ...]) -> Scenario:
        line = self._values["needs"].number if "needs" in self._values else 1
        return Scenario(
            name=self._demanded("id"),
            title=self._demanded("title"),
            file=self._file,
            steps=steps,
            cases=tuple(self._listed("case")),
            rule=self._demanded("rule"),
            roles=self._roles(),
            versions=self._versions(),
            needs=_conditions(self._file, line, self.text("needs")),
            is_mandatory=self._chosen("kind", "mandatory", "optional") == "mandatory",
            unseen=self.text("unseen"),
            not_applicable=self.text("not applicable"),
            judges_heartbeats=self._chosen("heartbeats", "passed over", "judged") == "judged"
            or self.dialect is Dialect.QUICKFIX,
            heart_bt_int=self._heart_bt_int(),
            dialect=self.dialect,
        )


def _conditions(file: str, line: int, text: str) -> tuple[Condition, ...]:
    found = []
    for word in filter(None, map(str.strip, text.split(","))):
        match = _CONDITION.fullmatch(word)
        if match is None:
            raise ScenarioError(file, line, f"{word!r} is no role, version or option")
        found.append(Condition(name=match[1], value=match[2] or ""))
    return tuple(found)


class _Reader:
    """Reads steps, a line each; blocks end with a line of their own."""

    def __init__(self, file: str, dialect: Dialect, lines: list[_Line]) -> None:
        self._file = file
        self._dialect = dialect
        self._lines = lines
        self._at = 0

    def _wrong(self, line: _Line, cause: str) -> NoReturn:
        raise ScenarioError(self._file, line.number, cause)

    def block(self, *, is_inner: bool) -> tuple[Step, ...]:
        return tuple(self._steps(is_inner=is_inner))

    def _steps(self, *, is_inner: bool) -> Iterator[Step]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.verb in _ENDINGS:
                if not is_inner:
                    self._wrong(line, f"{line.verb!r} belongs to no block")
                return
            self._at += 1
            yield self._step(line)
        if is_inner:
            self._wrong(self._lines[-1], "a block has no end")

    def _step(self, line: _Line) -> Step:
        text, connection = line.text, 1
        numbered_connection = _CONNECTION.match(text)
        if numbered_connection is not None:
            connection, text = int(numbered_connection[1]), text[numbered_connection.end() :]
        verb, _, rest = text.partition(" ")
        try:
            return self._read(line, connection, verb.removesuffix(":"), rest)
        except (FieldError, EscapeError) as error:
            raise ScenarioError(self._file, line.number, str(error)) from error

    def _read(self, line: _Line, connection: int, verb: str, rest: str) -> Step:
        number = line.number
        match verb:
            case "connect":
                return Connect(line=number, connection=connection)
            case "disconnect":
                return Close(line=number, connection=connection)
            case "lose":
                return Close(line=number, connection=connection, is_lost=True)
            case "send":
                return Send(line=number, connection=connection, text=self._message(line, rest))
            case "raw":
                to_bytes(rest)
                return Raw(line=number, connection=connection, text=rest)
            case "expect":
                return self._expect(line, connection, rest)
            case "optional":
                expected = self._expect(line, connection, rest)
                courses = (Course(name="", steps=(expected,)), Course(name="", steps=()))
                return Either(line=number, connection=connection, branches=courses)
            case "wait":
                return Wait(line=number, connection=connection, span=self._span(line, rest))
            case "logon":
                return Logon(line=number, connection=connection, text=self._message(line, rest) if rest else "")
            case "logout":
                return Logout(line=number, connection=connection)
            case "leave":
                return Leave(line=number, connection=connection)
            case "ping":
                return Ping(line=number, connection=connection)
            case "set":
                return self._set(line, rest)
            case "clock":
                return self._clock(line, rest)
            case "either":
                return self._either(line, connection, rest)
            case "when":
                return self._when(line, rest)
        return self._wrong(line, f"{verb!r} is no step")

    def _message(self, line: _Line, text: str) -> str:
        if not text.strip():
            self._wrong(line, "the message has no fields")
        if self._dialect is Dialect.QUICKFIX:
            to_bytes(text)
            return text
        return numbered(text)

    def _span(self, line: _Line, word: str) -> Span:
        found = _SPAN.fullmatch(word.strip())
        if found is None:
            self._wrong(line, f"{word.strip()!r} is no length of time, such as 2s, 500ms or 1.2H")
        amount = float(found[1])
        match found[2]:
            case "H":
                return Span(heartbeats=amount)
            case "ms":
                return Span(amount / 1000)
        return Span(amount)

    def _expect(self, line: _Line, connection: int, text: str) -> Step:
        number = line.number
        if self._dialect is Dialect.QUICKFIX and text.strip() != "disconnect":
            return Expect(line=number, connection=connection, text=self._message(line, text))
        only = ordered = False
        spans: dict[str, Span] = {}
        while True:
            word, _, rest = text.partition(" ")
            match word:
                case "only":
                    only = True
                case "ordered":
                    ordered = True
                case "after" | "before":
                    span, _, rest = rest.partition(" ")
                    spans[word] = self._span(line, span)
                case "silence":
                    return Silence(line=number, connection=connection, span=self._span(line, rest))
                case _:
                    break
            text = rest
        after, before = spans.get("after"), spans.get("before")
        if text.strip() == "disconnect":
            return ExpectClose(line=number, connection=connection, after=after, before=before)
        rules = read_rules(text)
        if not rules:
            self._wrong(line, "nothing is expected of the message")
        return Expect(
            line=number, connection=connection, text=text, rules=rules,
            only=only, ordered=ordered, after=after, before=before,
        )  # fmt: skip

    def _set(self, line: _Line, text: str) -> Step:
        name, sign, value = (word.strip() for word in text.partition("="))
        if not sign or not _NAME.fullmatch(name):
            self._wrong(line, "a name is given a value by: set name = value")
        to_bytes(value)
        return Set(line=line.number, name=name, text=value)

    def _clock(self, line: _Line, text: str) -> Step:
        found = _SHIFT.fullmatch(text.strip())
        if found is None:
            self._wrong(line, f"{text.strip()!r} does not say how wrong the clock is, such as +121s")
        return Shift(line=line.number, seconds=float(found[1]))

    def _either(self, line: _Line, connection: int, label: str) -> Step:
        branches = []
        while True:
            steps = self.block(is_inner=True)
            if steps and not isinstance(steps[0], Expect | ExpectClose | Silence):
                self._wrong(line, "each course begins with what is expected, or has no steps")
            branches.append(Course(name=label.strip().removesuffix(":"), steps=steps))
            ending = self._lines[self._at]
            self._at += 1
            if ending.verb == "else":
                self._wrong(ending, "'else' belongs to 'when'; the courses of 'either' are told apart by 'or'")
            if ending.verb == "end":
                return Either(line=line.number, connection=connection, branches=tuple(branches))
            label = ending.text.partition(" ")[2]

    def _when(self, line: _Line, text: str) -> Step:
        conditions = _conditions(self._file, line.number, text.removesuffix(":"))
        if not conditions:
            self._wrong(line, "'when' names no role, version or option")
        then = self.block(is_inner=True)
        ending = self._lines[self._at]
        self._at += 1
        otherwise: tuple[Step, ...] = ()
        if ending.verb == "else":
            otherwise = self.block(is_inner=True)
            ending = self._lines[self._at]
            self._at += 1
        if ending.verb != "end":
            self._wrong(ending, f"{ending.verb!r} does not belong to 'when'")
        return When(line=line.number, conditions=conditions, then=then, otherwise=otherwise)
