"""The example of price sources runs, and prints what the reference shows."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "market_data_examples" / "own_price_source.py"
PAGE = (ROOT / "docs" / "reference" / "market_data.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_reference_shows() -> None:
    done = subprocess.run([sys.executable, str(EXAMPLE)], capture_output=True, text=True, check=True)
    assert f"```text\n{done.stdout}```" in PAGE


def test_the_reference_shows_parts_that_the_example_has() -> None:
    parts = re.findall(r'--8<-- "examples/market_data_examples/own_price_source\.py:(\w+)"', PAGE)
    assert len(parts) == 5
    assert all(f"[start:{part}]" in EXAMPLE.read_text(encoding="utf-8") for part in parts)
