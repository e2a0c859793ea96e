"""The package as the architecture tests read it: its files, their syntax trees and what they import."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

__all__ = ["PACKAGE", "ROOT", "calls", "imports", "modules", "room", "tree"]

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pyfixmsg_plus"


def modules(folder: Path = PACKAGE) -> list[Path]:
    """Every Python file below a folder, in the order of their names."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def room(path: Path) -> str:
    """The name of the room (first folder or module of the package) that a file stands in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every name that a file imports, in full: ``pyfixmsg_plus._core``, ``time.monotonic_ns``."""
    package = ["pyfixmsg_plus", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{name.name}" for name in node.names)


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Every call by a dotted name, with its line; the first part is resolved through the file's imports."""
    known: dict[str, str] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for name in node.names:
                top = name.name.partition(".")[0]
                known[name.asname or top] = name.name if name.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known.update({(name.asname or name.name): f"{node.module}.{name.name}" for name in node.names})
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            first, _, rest = ast.unparse(node.func).partition(".")
            if first in known:
                yield node.lineno, f"{known[first]}.{rest}".rstrip(".")
