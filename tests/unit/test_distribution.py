"""The distribution carries what its licences ask for, and the wheel runs wherever Python 3.11 or newer does."""

import os
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.not_run import not_run

ROOT = Path(__file__).resolve().parents[2]
ACKNOWLEDGEMENT = "This product includes software developed by quickfixengine.org (http://www.quickfixengine.org/)."
QUICKFIX_TERMS = (
    "The QuickFIX Software License, Version 1.0",
    "Copyright (c) 2001-2020 Oren Miller",
    "1. Redistributions of source code must retain",
    "2. Redistributions in binary form must reproduce",
    "3. The end-user documentation included",
    '4. The names "QuickFIX" and "quickfixengine.org" must',
    "5. Products derived from this software may not be called",
    "THIS SOFTWARE IS PROVIDED ``AS IS''",
    "SUCH DAMAGE.",
)
ORCHESTRA_TERMS = ("Copyright (c) FIX Protocol Limited", "Apache License, Version 2.0", "Changes: ")
LICENCE_LINES = (ACKNOWLEDGEMENT, *QUICKFIX_TERMS, *ORCHESTRA_TERMS)


@pytest.fixture(scope="module")
def wheel() -> Iterator[zipfile.ZipFile]:
    """The wheel that ``make wheel`` built and ``FIXPLUS_WHEEL`` names."""
    path = os.environ.get("FIXPLUS_WHEEL")
    if not path:
        not_run("FIXPLUS_WHEEL names no wheel (make wheel builds one)")
    with zipfile.ZipFile(path) as opened:
        yield opened


def _only(wheel: zipfile.ZipFile, ending: str) -> bytes:
    (name,) = (name for name in wheel.namelist() if name.endswith(ending))
    return wheel.read(name)


@pytest.mark.parametrize("line", LICENCE_LINES)
def test_notice_carries_the_licence_lines_of_the_dictionary_sources(line: str) -> None:
    assert line in (ROOT / "NOTICE").read_text(encoding="utf-8")


@pytest.mark.parametrize("crate", ["generic-array", "quick-xml", "winnow", "zmij"])
def test_notice_carries_the_lines_of_crates_under_the_mit_licence(crate: str) -> None:
    _, heading, behind = (ROOT / "NOTICE").read_text(encoding="utf-8").partition("under the MIT License alone")
    assert heading
    assert f"\n{crate}: " in behind
    assert "The above copyright notice and this permission notice shall be included in" in behind


@pytest.mark.parametrize("page", ["README.md", "docs/licences.md"])
def test_readme_and_documentation_acknowledge_the_dictionary_sources(page: str) -> None:
    text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
    assert ACKNOWLEDGEMENT in text


def test_what_is_installed_has_notice_and_licence_with_it() -> None:
    files = {
        file.name: file.read_text() for file in distribution("pyfixmsg-plus").files or [] if "licenses" in file.parts
    }
    assert "Apache License" in files["LICENSE"]
    assert files["NOTICE"] == (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_the_wheel_carries_notice_and_licence_to_the_letter(wheel: zipfile.ZipFile) -> None:
    assert _only(wheel, ".dist-info/licenses/NOTICE") == (ROOT / "NOTICE").read_bytes()
    assert _only(wheel, ".dist-info/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()


def test_one_wheel_serves_every_python_from_3_11_on(wheel: zipfile.ZipFile) -> None:
    tags = message_from_bytes(_only(wheel, ".dist-info/WHEEL")).get_all("Tag") or []
    assert tags
    assert all(tag.startswith("cp311-abi3-") for tag in tags)


def test_the_wheel_holds_types_stubs_and_the_compiled_module(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {"pyfixmsg_plus/py.typed", "pyfixmsg_plus/_core.pyi", "pyfixmsg_plus/__init__.py"} <= set(names)
    assert any(name.startswith("pyfixmsg_plus/_core.") and name.endswith((".so", ".pyd")) for name in names)


def test_the_wheel_holds_every_module_of_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert all(top == "pyfixmsg_plus" or top.endswith((".dist-info", ".libs")) for top in tops)
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "pyfixmsg_plus").rglob("*.py")}
    assert sources == {name for name in wheel.namelist() if name.endswith(".py")}


def test_the_wheel_does_not_say_where_it_was_built(wheel: zipfile.ZipFile) -> None:
    for place in (ROOT, Path.home(), Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")):
        assert [name for name in wheel.namelist() if f"{place}/".encode() in wheel.read(name)] == []


def test_the_wheel_names_its_command_and_needs_only_three_packages(wheel: zipfile.ZipFile) -> None:
    assert "fixplus=pyfixmsg_plus.cli:main" in _only(wheel, ".dist-info/entry_points.txt").decode().replace(" ", "")
    described = message_from_bytes(_only(wheel, ".dist-info/METADATA"))
    needs = [need for need in described.get_all("Requires-Dist") or [] if "extra ==" not in need]
    assert {need.partition(">")[0].strip() for need in needs} == {"rich", "typer", "tzdata"}
    assert described["License-Expression"] == "Apache-2.0"


def test_the_version_stands_in_one_place() -> None:
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    assert distribution("pyfixmsg-plus").version == workspace["workspace"]["package"]["version"]


def test_the_wheel_holds_the_scenarios_that_engines_are_certified_by(wheel: zipfile.ZipFile) -> None:
    folder = ROOT / "pyfixmsg_plus" / "testing" / "certification" / "scenarios"
    data = {path.relative_to(ROOT).as_posix() for path in folder.rglob("*.*") if path.is_file()}
    assert len(data) > 100
    assert data <= set(wheel.namelist())
