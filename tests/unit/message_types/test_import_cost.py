"""A version's module is imported in less than 100 ms of a processor, however many classes it has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyfixmsg_plus.message_types.versions import MODULES

LIMIT_MS = 100
# Other work on the machine adds to what a run takes and never takes from it: the least of some runs is the cost.
RUNS = 10
CODE = """
import time
start = time.process_time()
from pyfixmsg_plus.message_types import {0}
print(time.process_time() - start)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which modules are compiled once, as they are when a package is installed.

    A machine may forbid bytecode in the source tree, and then every import would compile anew.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    return {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode"))}


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_version_costs_little(module: str, installed: dict[str, str]) -> None:
    command = [sys.executable, "-c", CODE.format(module)]
    root = Path(__file__).resolve().parents[3]
    taken: list[float] = []
    # The first run compiles.
    while len(taken) < 1 + RUNS and (len(taken) < 2 or taken[-1] >= LIMIT_MS):
        done = subprocess.run(command, check=True, capture_output=True, env=installed, cwd=root)
        taken.append(float(done.stdout) * 1000)
    assert min(taken[1:]) < LIMIT_MS, taken


def test_importing_makes_no_class() -> None:
    code = (
        "from pyfixmsg_plus.message_types import fix50sp2 as f; "
        "assert 'layout' not in vars(f.library); f.Side; "
        "assert sorted(f.library._made) == ['Side']"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
