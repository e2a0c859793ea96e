"""The examples of levels run, and print what the guide shows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "examples" / "market_data_examples"
GUIDE = ROOT / "docs" / "guides" / "levels_and_divisors.md"


@pytest.mark.parametrize("name", ["index_with_divisor", "live_levels"])
def test_an_example_prints_what_the_guide_shows(name: str) -> None:
    done = subprocess.run([sys.executable, str(FOLDER / f"{name}.py")], capture_output=True, text=True, check=True)
    page = GUIDE.read_text(encoding="utf-8")
    assert f"```text\n{done.stdout}```" in page


def test_the_guide_shows_parts_that_the_examples_have() -> None:
    parts = re.findall(r'--8<-- "examples/market_data_examples/(\w+)\.py:(\w+)"', GUIDE.read_text(encoding="utf-8"))
    assert len(parts) == 6
    for name, part in parts:
        assert f"[start:{part}]" in (FOLDER / f"{name}.py").read_text(encoding="utf-8")
