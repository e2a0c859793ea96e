"""Run fuzz targets one after another, each until it reaches no new code, and print a table of how far they came.

Usage: fuzz_plateau.py [--seconds MOST] [--least LEAST] [--minimise] [TARGET ...]

A target is at its plateau when the last third of its executions reached no new edge; it is stopped then, or after MOST
seconds. It starts from the corpus in the repository and from what earlier runs left in target/fuzz-corpus, with the
words of fuzz/dictionaries and value profiles. ``tools/ci/fuzz 0`` builds the targets. With --minimise nothing is
fuzzed: fuzz/corpus becomes the small ones among all these inputs that reach the edges that all reach,
without the largest where they are more than 240 kB.
"""

import argparse
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOUND = re.compile(r"^#(\d+)\s+(\w+)\s+cov: (\d+)")
REPORT = ROOT / "target" / "fuzz-plateau.json"
# The options of every run: those of tools/ci/fuzz, with inputs short enough for many executions a second.
OPTIONS = ["-timeout=10", "-rss_limit_mb=2048", "-use_value_profile=1", "-reload=0"]
# What a corpus in the repository may hold.
MOST_BYTES = 240_000
MAX_LEN = {"frame": 2048, "scan": 1024, "values": 64}


def main() -> int:
    """Run from the command line; status 1 where a law of a target did not hold."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--seconds", type=float, default=600, help="the longest a target runs")
    arguments.add_argument("--least", type=float, default=60, help="the shortest a target runs")
    arguments.add_argument("--minimise", action="store_true", help="renew fuzz/corpus from what was found")
    arguments.add_argument("targets", nargs="*", metavar="TARGET", help="all of fuzz/fuzz_targets unless given")
    given = arguments.parse_args()
    targets = given.targets or sorted(path.stem for path in (ROOT / "fuzz" / "fuzz_targets").glob("*.rs"))
    if given.minimise:
        for target in targets:
            minimise(target)
        return 0
    held = True
    print("| target | executions | seconds | edges, start | edges, end | last gain at execution | plateau |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for target in targets:
        row = run(target, given.least, given.seconds)
        held = held and bool(row["held"])
        rows = json.loads(REPORT.read_text()) if REPORT.exists() else {}
        REPORT.write_text(json.dumps({**rows, target: row}, indent=1, sort_keys=True) + "\n")
        print(
            f"| `{target}` | {row['executions']:,} | {row['seconds']} | {row['start']:,} | {row['end']:,} "
            f"| {row['gain']:,} | {'yes' if row['plateau'] else 'no'} |",
            flush=True,
        )
    return 0 if held else 1


def run(target: str, least: float, most: float) -> dict[str, int | bool]:
    """Fuzz one target until its plateau, and say how far it came."""
    seeds = folders(target)
    words = ROOT / "fuzz" / "dictionaries"
    own = words / f"{target}.dict"
    command = [
        *program(target),
        f"-max_total_time={most:.0f}",
        f"-dict={own if own.exists() else words / 'fix.dict'}",
        f"-artifact_prefix={seeds[0]}-",
        *map(str, seeds),
    ]
    began = time.monotonic()
    start = edges = gain = executions = 0
    last: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace") as fuzzer:
        said = fuzzer.stderr or []
        for line in said:
            last = [*last[-40:], line]
            if not (seen := FOUND.match(line)):
                continue
            executions, covered = int(seen[1]), int(seen[3])
            if seen[2] == "INITED":
                start = edges = covered
                began = time.monotonic()
            elif start and covered > edges:
                edges, gain = covered, executions
            if start and time.monotonic() - began > least and 3 * gain < 2 * executions:
                fuzzer.send_signal(signal.SIGINT)
                break
        last += said
    # Interrupted is how a run ends here; a law that does not hold ends with another status.
    held = not any("ERROR: libFuzzer" in line for line in last)
    if not held:
        sys.stderr.writelines(last)
    return {
        "executions": executions,
        "seconds": round(time.monotonic() - began),
        "start": start,
        "end": edges,
        "gain": gain,
        "plateau": held and 3 * gain < 2 * executions,
        "held": held,
    }


def minimise(target: str) -> None:
    """Make the corpus in the repository the small inputs that reach the same edges."""
    seeds = folders(target)
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
        kept = Path(folder) / target
        kept.mkdir()
        subprocess.run(
            [*program(target), "-use_value_profile=0", "-use_counters=0", "-merge=1", str(kept), *map(str, seeds)],
            check=True,
            capture_output=True,
        )
        # What is large reaches little that many small ones do not.
        inputs = sorted(kept.iterdir(), key=lambda path: path.stat().st_size)
        while sum(path.stat().st_size for path in inputs) > MOST_BYTES:
            inputs.pop().unlink()
        shutil.rmtree(seeds[-1])
        shutil.copytree(kept, seeds[-1])
    size = sum(path.stat().st_size for path in seeds[-1].iterdir())
    print(f"{target}: {len(list(seeds[-1].iterdir()))} inputs, {size / 1000:.0f} kB", flush=True)


def folders(target: str) -> list[Path]:
    """Where new inputs go, and the corpus in the repository."""
    found = ROOT / "target" / "fuzz-corpus" / target
    found.mkdir(parents=True, exist_ok=True)
    return [found, ROOT / "fuzz" / "corpus" / target]


def program(target: str) -> list[str]:
    """The built target with the options of every run."""
    binary = next(ROOT.glob(f"fuzz/target/*/release/{target}"))
    return [str(binary), *OPTIONS, f"-max_len={MAX_LEN.get(target, 4096)}"]


if __name__ == "__main__":
    sys.exit(main())
