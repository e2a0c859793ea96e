"""The worked examples run, and what they build has no faults."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import TypedMessage, typed
from tests.architecture.source import ROOT

# The first session has a test of its own.
EXAMPLES = sorted(path for path in (ROOT / "examples" / "quickstart").glob("*.py") if path.stem != "first_session")
EXPECTED = {
    "allocation_instruction": "J",
    "confirmation": "AK",
    "execution_report": "8",
    "new_order_single": "D",
    "position_maintenance_request": "AL",
    "position_report": "AP",
    "request_for_positions": "AN",
    "settlement_instructions": "T",
}


def test_there_is_an_example_for_every_message_that_the_guide_names() -> None:
    assert set(EXPECTED) <= {path.stem for path in EXAMPLES}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_prints_a_message_without_faults(path: Path) -> None:
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
    # What comes behind the message is its faults.
    assert done.stdout.rstrip().splitlines()[-1].startswith("10 CheckSum = ")


@pytest.mark.parametrize("name", EXPECTED)
def test_what_an_example_builds_is_read_again(name: str) -> None:
    build = runpy.run_path(str(ROOT / "examples" / "quickstart" / f"{name}.py"))[name]
    built: TypedMessage = build()
    assert built.message.msg_type == EXPECTED[name]
    message = fix.parse(built.encode())
    assert fix.load_dictionary("FIX.4.4").validate(message) == []
    assert typed(message) == built
