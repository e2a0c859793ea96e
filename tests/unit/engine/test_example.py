"""The program of the tutorial on sessions does what the tutorial says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_first_session_trades() -> None:
    program = ROOT / "examples" / "sessions" / "first_session.py"
    ended = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "order sent as message 2\nFIX.4.4:DESK->VENUE: A1 filled, 100 at 99.25\n"
    assert ended.stderr == ""


def test_the_tutorial_shows_the_whole_program() -> None:
    page = (ROOT / "docs" / "tutorials" / "first_session.md").read_text()
    for part in ("settings", "venue", "desk", "run"):
        assert f'--8<-- "examples/sessions/first_session.py:{part}"' in page
