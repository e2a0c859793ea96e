"""How fast ``fixplus parse --summary`` reads a log, and in how much memory.

The log is generated, and read once so that it lies in the page cache. What counts is the CPU time of the command,
start of the interpreter included, and its peak resident memory. Goals: 500 MB/s on one core, less than 100 MB.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from measuring.samples import varied

__all__: list[str] = []

MEGABYTE = 1_000_000
GOAL_MB_PER_S = 500.0
GOAL_MEMORY_MB = 100.0
# Of ten messages of a log; the rest are market data.
MIX = ("NOS", "ER", "NOS", "ER", "ER", "X", "NOS", "ER", "W", "ER")
LAYOUTS = {
    "a prefix and a line each": (b"20260515-09:30:00.123456789 : ", b"\n"),
    "SOH only": (b"", b""),
}


def main() -> int:
    """Run from the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=int, default=1000, metavar="MB", help="size of the log (default 1000)")
    arguments.add_argument("--rounds", type=int, default=3, help="how often the command is run; the median counts")
    arguments.add_argument("--smoke", action="store_true", help="20 MB, once: shows that everything runs")
    given = arguments.parse_args()
    size, rounds = (20, 1) if given.smoke else (given.size, given.rounds)
    command = Path(sys.executable).with_name("fixplus")
    if not command.exists():
        print("not run: the command fixplus is not installed beside this interpreter")
        return int(os.environ.get("FIXPLUS_TEST_REQUIRE") == "all")
    print(f"{'layout':<28}{'MB':>7}{'CPU s':>8}{'wall s':>8}{'MB/s of CPU':>13}{'peak MB':>9}")
    for layout in LAYOUTS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "messages.log"
            if shutil.disk_usage(folder).free < (size + 200) * MEGABYTE:
                print(f"not run: {size} MB do not fit into {folder}")
                return int(os.environ.get("FIXPLUS_TEST_REQUIRE") == "all")
            generate(path, size * MEGABYTE, layout)
            runs = sorted(summarise(command, path) for _ in range(rounds))
            cpu, wall, peak = runs[len(runs) // 2]
            megabytes = path.stat().st_size / MEGABYTE
            speed = megabytes / cpu
            met = "met" if speed >= GOAL_MB_PER_S and peak < GOAL_MEMORY_MB else "missed"
            goal = "" if given.smoke else f"   {GOAL_MB_PER_S:g} MB/s under {GOAL_MEMORY_MB:g} MB {met}"
            print(f"{layout:<28}{megabytes:>7.0f}{cpu:>8.2f}{wall:>8.2f}{speed:>13.0f}{peak:>9.1f}{goal}", flush=True)
    return 0


def generate(path: Path, size: int, layout: str) -> None:
    """Write a log of at least ``size`` bytes."""
    before, behind = LAYOUTS[layout]
    kinds = {kind: varied(kind) for kind in set(MIX)}
    piece = b"".join(before + kinds[kind][number] + behind for number in range(4096) for kind in MIX)
    with path.open("wb") as log:
        while log.tell() < size:
            # Cut behind a whole message, so that the last one counts like the others.
            last = piece.find(b"\x0110=", size - log.tell())
            log.write(piece if last < 0 else piece[: last + len(b"\x0110=ddd\x01")] + behind)


def summarise(command: Path, path: Path) -> tuple[float, float, float]:
    """Return seconds of CPU time, seconds on the wall and peak memory in MB of one run.

    Raises:
        RuntimeError: The command failed.
    """
    start = time.monotonic()
    child = os.posix_spawn(
        command,
        [str(command), "parse", "--summary", str(path)],
        dict(os.environ),
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - start
    if status:
        raise RuntimeError(f"fixplus parse --summary {path} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024 / MEGABYTE


if __name__ == "__main__":
    sys.exit(main())
