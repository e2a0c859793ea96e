"""A version's module is imported in less than 100 ms of a processor, however many classes it has."""

import statistics
import subprocess
import sys

import pytest

from pyfixmsg_plus.message_types.versions import MODULES

LIMIT_MS = 100
RUNS = 5
CODE = """
import time
start = time.process_time()
from pyfixmsg_plus.message_types import {0}
print(time.process_time() - start)
"""


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_version_costs_little(module: str) -> None:
    command = [sys.executable, "-c", CODE.format(module)]
    taken = [float(subprocess.run(command, check=True, capture_output=True).stdout) * 1000 for _ in range(RUNS)]
    assert statistics.median(taken) < LIMIT_MS, taken


def test_importing_makes_no_class() -> None:
    code = (
        "from pyfixmsg_plus.message_types import fix50sp2 as f; "
        "assert 'layout' not in vars(f.library); f.Side; "
        "assert sorted(f.library._made) == ['Side']"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
