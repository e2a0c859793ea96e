"""Hold every dependency against the licences that deny.toml allows, and NOTICE against what is linked, offline.

Rust: every package of ``cargo metadata``. Python: what the distribution needs at run time, as installed.
Advisories need cargo-deny and its database; where either is absent, this says so in a line that begins with "not run".
"""

import importlib.metadata as metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTION = "pyfixmsg-plus"
MODULE_CRATE = "fixplus-python"
# Our own licence is Apache-2.0; the others ask for no notice with a compiled program.
KEPT_BY_OURS = frozenset({"Apache-2.0", "0BSD", "CC0-1.0", "Unlicense", "Zlib"})
# Trove classifiers and free text that packages without an SPDX expression use.
SPDX_OF = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}


def allowed(expression: str, allow: frozenset[str]) -> bool:
    """Whether an SPDX expression can be met by allowed licences alone; ``A/B`` is an old form of ``A OR B``."""
    text = expression.replace("/", " OR ")
    terms = re.findall(r"\(|\)|\bAND\b|\bOR\b|[^\s()]+(?: WITH [^\s()]+)?", text)

    def alternatives(at: int) -> tuple[bool, int]:
        value, at = conjunction(at)
        while at < len(terms) and terms[at] == "OR":
            other, at = conjunction(at + 1)
            value = value or other
        return value, at

    def conjunction(at: int) -> tuple[bool, int]:
        value, at = term(at)
        while at < len(terms) and terms[at] == "AND":
            other, at = term(at + 1)
            value = value and other
        return value, at

    def term(at: int) -> tuple[bool, int]:
        if at >= len(terms):
            return False, at
        if terms[at] == "(":
            value, at = alternatives(at + 1)
            return value, at + 1
        return terms[at] in allow, at + 1

    value, end = alternatives(0)
    return value and end == len(terms)


def rust_packages() -> list[tuple[str, str]]:
    """Name with version, and licence, of every package that any target or feature of the workspace links."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    return [(f"{package['name']} {package['version']}", package["license"] or "") for package in found["packages"]]


def unnoticed_crates() -> list[tuple[str, str]]:
    """Name and licence of every crate in the compiled module whose licence asks for a notice that NOTICE lacks."""
    command = ["cargo", "tree", "--package", MODULE_CRATE, "--locked", "--target", "all"]
    command += ["--edges", "normal,no-proc-macro", "--prefix", "none", "--no-dedupe", "--format", "{p}|{l}"]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    linked = {(line.split()[0], line.rpartition("|")[2]) for line in found.splitlines()}
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    return sorted(
        (name, licence)
        for name, licence in linked
        if not allowed(licence, KEPT_BY_OURS) and not re.search(rf"^{re.escape(name)}: ", notice, re.MULTILINE)
    )


def python_packages() -> list[tuple[str, str]]:
    """Name with version, and licence, of everything that an installed distribution needs at run time."""
    seen: dict[str, str] = {}
    waiting = [DISTRIBUTION]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # needed under a marker that does not hold here
        seen[name] = python_licence(found)
        needs = [need for need in found.requires or [] if "extra ==" not in need]
        waiting += [re.match(r"[A-Za-z0-9._-]+", need)[0] for need in needs]  # type: ignore[index]
    return sorted(seen.items())


def python_licence(found: metadata.Distribution) -> str:
    """The licence of a distribution: its expression, or else its classifiers, or else its licence field."""
    described = found.metadata.json
    if expression := described.get("license_expression"):
        return str(expression)
    classifiers = [line for line in described.get("classifier", ()) if line.startswith("License :: ")]
    names = [line.rpartition(" :: ")[2] for line in classifiers]
    named = [SPDX_OF.get(name, name) for name in names if name != "OSI Approved"]
    return " AND ".join(named) or str(described.get("license") or "")


def advisories() -> int:
    """Run cargo-deny against its local database where both are there."""
    database = next(iter((Path.home() / ".cargo" / "advisory-dbs").glob("*")), None)
    if shutil.which("cargo-deny") is None or database is None:
        print("not run: advisories (cargo-deny and an offline advisory database are needed)")
        return 0
    command = ["cargo-deny", "--offline", "--locked", "check", "--disable-fetch", "advisories"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> int:
    """Print every package whose licence is not allowed."""
    allow = frozenset(tomllib.loads((ROOT / "deny.toml").read_text(encoding="utf-8"))["licenses"]["allow"])
    packages = rust_packages() + python_packages()
    wrong = [(name, licence) for name, licence in packages if not allowed(licence, allow)]
    for name, licence in wrong:
        print(f"{name}: {licence or 'no licence named'} is not among the licences that deny.toml allows")
    unnoticed = unnoticed_crates()
    for name, licence in unnoticed:
        print(f"{name}: {licence} asks that NOTICE carries its lines")
    print(f"{len(packages)} packages, {len(wrong)} not allowed, {len(unnoticed)} without their notice")
    return 1 if wrong or unnoticed else advisories()


if __name__ == "__main__":
    sys.exit(main())
