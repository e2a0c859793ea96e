"""The stubs are what the generator writes, are small, and tell type checkers what there is."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from pyfixmsg_plus.message_types.versions import MODULES
from tests.architecture.source import PACKAGE, ROOT

GENERATOR = ROOT / "tools" / "generators" / "message_types.py"
CASES = sorted((ROOT / "tests" / "typing_cases").glob("*.py"))
LARGEST = 1_500_000


def test_the_stubs_are_what_the_generator_writes() -> None:
    done = subprocess.run([sys.executable, str(GENERATOR), "--check"], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_stub_that_was_edited_is_found(tmp_path: Path) -> None:
    code = (
        "import pathlib, runpy, sys; module = runpy.run_path(sys.argv[1]); main = module['main']; "
        "scope = main.__globals__; scope['PACKAGE'] = pathlib.Path(sys.argv[2]); "
        "assert main([]) == 0; assert main(['--check']) == 0; "
        "(scope['PACKAGE'] / 'tags.pyi').write_text('edited'); sys.exit(main(['--check']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(GENERATOR), str(tmp_path)], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.endswith("differs: tags.pyi\n")


@pytest.mark.parametrize("module", MODULES)
def test_a_stub_names_what_the_module_has(module: str) -> None:
    path = PACKAGE / "message_types" / module / "__init__.pyi"
    assert path.stat().st_size < LARGEST
    body = ast.parse(path.read_text(encoding="utf-8")).body
    names = {node.name for node in body if isinstance(node, ast.ClassDef)}
    aliases = {
        node.targets[0].id for node in body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    made = import_module(f"pyfixmsg_plus.message_types.{module}")
    assert {name for name in names | aliases if not name.startswith("_")} == set(dir(made))
    assert made.__all__ == sorted(dir(made))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_type_checking_finds_what_is_wrong_and_nothing_else(case: Path) -> None:
    """Each line that must be refused says so: ``# error: code``."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        "pyproject.toml",
        "--no-error-summary",
        str(case),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    found = {
        (int(line), code)
        for line, code in re.findall(r"^[^:]+:(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    }
    expected = {
        (number, code)
        for number, line in enumerate(case.read_text(encoding="utf-8").splitlines(), 1)
        for code in re.findall(r"# error: ([\w-]+)$", line)
    }
    assert found == expected, done.stdout + done.stderr
