"""How many instructions an operation takes: the gate that keeps the native path as quick as it is.

Each operation is done on two numbers of varied messages under ``valgrind --tool=callgrind``; the difference of the
counts by the difference of the numbers is the cost of one message, whatever the noise of the machine. It may not
exceed the committed figure in ``instructions.json`` by more than 2 %; ``--renew`` writes the figures of this build
there.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring.program import built

__all__: list[str] = []

FIGURES = Path(__file__).with_suffix(".json")
GATE = 0.02
# Both are whole numbers of rounds through the 4,096 varied messages, the first enough for all memory to have grown.
FEW, MANY = 4096, 12288

OPERATIONS = (
    *(
        (operation, kind)
        for kind in ("NOS", "ER", "W", "X")
        for operation in ("floor", "index", "decode", "decode+validate", "encode")
    ),
    *(("decode+reads", kind) for kind in ("NOS", "ER", "NOS-FIXT", "ER-FIXT")),
    *(("decode+walk", kind) for kind in ("W", "X")),
    *(("decode+validate", kind) for kind in ("NOS-FIXT", "ER-FIXT")),
)
SMOKE = (("decode", "NOS"), ("decode+validate", "NOS"))


def main() -> int:
    """Run from the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--renew", action="store_true", help="write the figures of this build to instructions.json")
    arguments.add_argument("--smoke", action="store_true", help="two operations only")
    given = arguments.parse_args()
    if not shutil.which("valgrind"):
        print("not run: instruction counts (valgrind is not on PATH)")
        return int(os.environ.get("FIXPLUS_TEST_REQUIRE") == "all")
    program = built()
    known: dict[str, float] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    found: dict[str, float] = {}
    is_slower = False
    print(f"{'operation':<28}{'instructions':>13}{'committed':>12}{'change':>9}{'to floor':>10}")
    for operation, kind in SMOKE if given.smoke else OPERATIONS:
        name = f"{operation} {kind}"
        found[name] = cost(program, operation, kind)
        before = known.get(name)
        change = found[name] / before - 1 if before else 0.0
        # The floor is no code of ours to keep.
        exceeds = change > GATE and operation != "floor"
        is_slower |= exceeds
        floor = found.get(f"floor {kind}") or known.get(f"floor {kind}")
        mark = "  too many" if exceeds else ""
        ratio = f"{found[name] / floor:9.2f}x" if floor else f"{'-':>10}"
        print(
            f"{name:<28}{found[name]:>13.1f}{before or 0:>12.1f}{change:>+9.1%}{ratio}{mark}",
            flush=True,
        )
    if given.renew:
        FIGURES.write_text(json.dumps(known | found, indent=1, sort_keys=True) + "\n")
        return 0
    if is_slower:
        print(
            "more instructions than committed by over 2 %: make it as quick as it was, "
            "or say why not and renew with --renew"
        )
    return int(is_slower)


def cost(program: Path, operation: str, kind: str) -> float:
    """Return the instructions that one operation on one message takes."""
    return (count(program, operation, kind, MANY) - count(program, operation, kind, FEW)) / (MANY - FEW)


def count(program: Path, operation: str, kind: str, times: int) -> int:
    """Return the instructions of a whole run."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "valgrind",
            "--tool=callgrind",
            f"--callgrind-out-file={folder}/out",
            str(program),
            "--count",
            operation,
            kind,
        ]
        done = subprocess.run([*command, str(times)], capture_output=True, text=True, check=False)
    if done.returncode or not (collected := re.search(r"Collected : (\d+)", done.stderr)):
        raise RuntimeError(f"{operation} {kind}: {done.stderr}")
    return int(collected[1])


if __name__ == "__main__":
    sys.exit(main())
