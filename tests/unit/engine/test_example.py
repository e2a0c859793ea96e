"""The program of the tutorial on sessions does what the tutorial says."""

import subprocess
import sys
from pathlib import Path

from pyfixmsg_plus.config import load_settings

ROOT = Path(__file__).resolve().parents[3]


def test_the_first_session_trades() -> None:
    program = ROOT / "examples" / "quickstart" / "first_session.py"
    ended = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "order sent as message 2\nFIX.4.4:DESK->VENUE: A1 filled, 100 at 99.25\n"
    assert ended.stderr == ""


def test_the_settings_of_the_acceptance_scripts_are_usable() -> None:
    settings = load_settings(ROOT / "tests" / "acceptance" / "at.cfg", environ={})
    assert [one.target_comp_id for one in settings if one.begin_string == "FIXT.1.1"] == ["TW50", "TW50SP1", "TW50SP2"]
    assert len(settings) == 10


def test_the_tutorial_shows_the_whole_program() -> None:
    page = (ROOT / "docs" / "tutorials" / "first_session.md").read_text()
    for part in ("settings", "venue", "desk", "run"):
        assert f'--8<-- "examples/quickstart/first_session.py:{part}"' in page
