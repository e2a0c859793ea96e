"""The walls between crates, read from their manifests and their sources."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT

CRATES = ROOT / "crates"
# A crate may use what stands before it in this order, and nothing else of ours. Every floor is a wall for those below.
MAY_USE: dict[str, frozenset[str]] = {
    "scan": frozenset(),
    "wire": frozenset({"scan"}),
    "dictionary": frozenset({"scan", "wire"}),
    "session": frozenset({"scan", "wire", "dictionary"}),
    "journal": frozenset(),
    "driver": frozenset({"scan", "wire", "dictionary", "session", "journal"}),
    "market": frozenset(),
    "trading": frozenset({"market"}),
    "gateway": frozenset({"scan", "wire", "dictionary", "session", "market", "trading"}),
    "desk": frozenset({"scan", "wire", "dictionary", "session", "market", "trading", "gateway", "journal"}),
}
# Stand at the edge: they see all and are seen by none.
EDGES = {"python", "generators"}
PYTHON_BINDINGS = ("pyo3", "numpy", "rust-numpy", "cpython")


def manifest(crate: Path) -> dict[str, Any]:
    return tomllib.loads((crate / "Cargo.toml").read_text(encoding="utf-8"))


def crates() -> list[Path]:
    return sorted(path.parent for folder in (CRATES, ROOT / "tools") for path in folder.glob("*/Cargo.toml"))


def linked(crate: Path) -> set[str]:
    """The packages that a crate links, those of its tests and benches left out."""
    found = manifest(crate)
    tables = [found, *found.get("target", {}).values()]
    return {
        str(entry.get("package", name)) if isinstance(entry, dict) else name
        for table in tables
        for section in ("dependencies", "build-dependencies")
        for name, entry in table.get(section, {}).items()
    }


@pytest.mark.parametrize("crate", crates(), ids=lambda crate: crate.name)
def test_a_crate_uses_only_what_stands_below_it(crate: Path) -> None:
    ours = {name.removeprefix("fixplus-") for name in linked(crate) if name.startswith("fixplus-")}
    if crate.name in EDGES:
        assert not ours & EDGES
    else:
        assert ours <= MAY_USE[crate.name]


@pytest.mark.parametrize("crate", crates(), ids=lambda crate: crate.name)
def test_only_the_border_crate_knows_python(crate: Path) -> None:
    bindings = {name for name in linked(crate) if name.startswith(PYTHON_BINDINGS)}
    assert bool(bindings) == (crate.name == "python")


@pytest.mark.parametrize("crate", [crate for crate in crates() if crate.name != "scan"], ids=lambda crate: crate.name)
def test_a_crate_forbids_unsafe_code(crate: Path) -> None:
    roots = [path for name in ("lib.rs", "main.rs") if (path := crate / "src" / name).exists()]
    roots += (crate / "src" / "bin").glob("*.rs")
    assert roots
    assert not [str(path) for path in roots if "#![forbid(unsafe_code)]" not in path.read_text(encoding="utf-8")]


def test_unsafe_code_stands_in_the_vector_module_and_each_says_why_it_is_safe() -> None:
    word = re.compile(r"^[^/\n]*\bunsafe\s*(?:\{|impl\b)", re.MULTILINE)
    for path in sorted((CRATES / "scan" / "src").rglob("*.rs")):
        text = path.read_text(encoding="utf-8")
        uses = len(word.findall(text))
        assert uses == 0 or path.name.startswith("vector") or path.parent.name == "vector"
        assert text.count("SAFETY:") >= uses, f"{path}: {uses} unsafe blocks"


@pytest.mark.parametrize("crate", crates(), ids=lambda crate: crate.name)
def test_a_crate_keeps_the_lints_of_the_workspace(crate: Path) -> None:
    assert manifest(crate)["lints"]["workspace"] is True
