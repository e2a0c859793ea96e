"""Read the scenario files (``.def``) of the QuickFIX family, and write them in our language.

One file is one conversation with an acceptor. A line that sets a number inside of the engine, and the files of the
client suite, cannot be played from outside: such a scenario says so and is skipped.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from pyfixmsg_plus.testing.certification.errors import ScenarioError
from pyfixmsg_plus.testing.certification.escapes import written
from pyfixmsg_plus.testing.certification.steps import (
    Close,
    Connect,
    Dialect,
    Expect,
    ExpectClose,
    Role,
    Scenario,
    Send,
    Span,
    Step,
    Wait,
)

__all__ = ["find_definitions", "read_definition", "to_language"]

LARGEST_FILE = 4 * 1024 * 1024

_LINE = re.compile(rb"([IEie])(?:([0-9]),)?(.*)", re.DOTALL)
_FILE = re.compile(rb"<FILE:([^>]*)>")
_SLEEP = re.compile(rb"sleep\((\d+(?:\.\d+)?)\)\s*")
_SET_SESSION = b"iSET_SESSION"


def find_definitions(root: Path) -> list[Path]:
    """Return the ``.def`` files of a folder and those below it, or the one file, in the order of their names."""
    return [root] if root.is_file() else sorted(path for path in root.rglob("*.def") if path.is_file())


def read_definition(path: Path, root: Path | None = None) -> Scenario:
    """Return the scenario of a file.

    Args:
        path: The file.
        root: The folder that the file was found in; it names the scenario relative to it, and nothing outside of it
            is read for ``<FILE:path>``.

    Raises:
        ScenarioError: A line is none of the language; the error names file, line and cause.
        OSError: The file cannot be read.
    """
    root = path.parent if root is None or root.is_file() else root
    content = _limited(path)
    steps: list[Step] = []
    not_applicable = ""
    for number, raw in enumerate(content.split(b"\n"), start=1):
        line = raw.removesuffix(b"\r")
        if not line or line.startswith(b"#"):
            continue
        reason = _unplayable(line)
        if reason:
            not_applicable = not_applicable or f"line {number}: {reason}"
        elif not not_applicable:
            steps.append(_step(path, number, line, root))
    if not not_applicable and not any(isinstance(step, Connect) for step in steps):
        raise ScenarioError(str(path), 1, "the scenario never connects")
    return Scenario(
        name=path.relative_to(root).with_suffix("").as_posix(),
        title=path.stem.replace("_", " "),
        file=str(path),
        steps=tuple(steps),
        cases=(path.stem.partition("_")[0],) if path.stem[0].isdigit() else (),
        rule="the scenario file itself",
        roles=frozenset({Role.ACCEPTOR}),
        not_applicable=not_applicable,
        judges_heartbeats=True,
        dialect=Dialect.QUICKFIX,
    )


def _unplayable(line: bytes) -> str:
    if line.startswith(_SET_SESSION):
        return "iSET_SESSION sets a number inside of the acceptor, which cannot be done from outside"
    if line.startswith((b"eCONNECT", b"R")) or re.match(rb"e\d,CONNECT", line):
        return "it belongs to the client suite, whose answers are written by the engine's own test program"
    return ""


def _step(path: Path, number: int, line: bytes, root: Path) -> Step:
    slept = _SLEEP.fullmatch(line)
    if slept is not None:
        return Wait(line=number, span=Span(float(slept[1])))
    found = _LINE.fullmatch(line)
    if found is None:
        raise ScenarioError(str(path), number, f"no line of the language begins with {line[:1].decode('latin-1')!r}")
    kind, digit, body = found.groups()
    connection = int(digit or b"1")
    match kind, body:
        case b"i", b"CONNECT":
            return Connect(line=number, connection=connection)
        case b"i", b"DISCONNECT":
            return Close(line=number, connection=connection)
        case b"e", b"DISCONNECT":
            return ExpectClose(line=number, connection=connection)
        case b"I", _:
            return Send(line=number, connection=connection, text=written(_with_files(path, number, body, root)))
        case b"E", _:
            return Expect(line=number, connection=connection, text=written(_with_files(path, number, body, root)))
    raise ScenarioError(str(path), number, f"{line[:40].decode('latin-1')!r} is neither CONNECT nor DISCONNECT")


def _with_files(path: Path, number: int, body: bytes, root: Path) -> bytes:
    def content(found: re.Match[bytes]) -> bytes:
        name = found[1].decode("latin-1")
        for folder in (path.parent, *path.parent.parents):
            if not folder.is_relative_to(root):
                break
            wanted = (folder / name).resolve()
            if wanted.is_file() and wanted.is_relative_to(root.resolve()):
                return _limited(wanted).strip()
        raise ScenarioError(str(path), number, f"<FILE:{name}>: there is no such file below {root}")

    return _FILE.sub(content, body)


def _limited(path: Path) -> bytes:
    with path.open("rb") as opened:
        content = opened.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ScenarioError(str(path), 1, f"the file is longer than {LARGEST_FILE:,} bytes")
    return content


def to_language(scenario: Scenario) -> str:
    """Return a scenario that was read from a ``.def`` file as text of our language, played by the same rules."""
    return "\n".join((*_head(scenario), "---", *map(_as_line, scenario.steps), ""))


def _head(scenario: Scenario) -> Iterator[str]:
    yield f"id: {scenario.name}"
    yield f"title: {scenario.title}"
    if scenario.cases:
        yield f"case: {', '.join(scenario.cases)}"
    yield f"rule: {scenario.rule}"
    yield "roles: acceptor"
    yield "dialect: quickfix"
    if scenario.not_applicable:
        yield f"not applicable: {scenario.not_applicable}"


def _as_line(step: Step) -> str:
    where = f"@{step.connection} " if step.connection != 1 else ""
    match step:
        case Connect():
            return f"{where}connect"
        case Close():
            return f"{where}disconnect"
        case ExpectClose():
            return f"{where}expect disconnect"
        case Send(text=text):
            return f"{where}send {text}"
        case Expect(text=text):
            return f"{where}expect {text}"
        case Wait(span=span):
            return f"{where}wait {span}"
    raise TypeError(f"{type(step).__name__} is no step of a .def file")
