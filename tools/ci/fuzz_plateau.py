"""Run fuzz targets one after another, each until it reaches no new code, and print a table of how far they came.

Usage: fuzz_plateau.py [--seconds MOST] [--least LEAST] [TARGET ...]

A target is at its plateau when the last third of its executions reached no new edge; it is stopped then, or after MOST
seconds. It starts from the corpus in the repository and from what earlier runs left in target/fuzz-corpus, with the
words of fuzz/dictionaries and value profiles. ``make fuzz`` builds the targets. A second table row of the same target
in target/fuzz-plateau.json replaces the first.
"""

import argparse
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOUND = re.compile(r"^#(\d+)\s+(\w+)\s+cov: (\d+)")
REPORT = ROOT / "target" / "fuzz-plateau.json"
# The options of every run: those of tools/ci/fuzz, with inputs short enough for many executions a second.
OPTIONS = ["-timeout=10", "-rss_limit_mb=2048", "-use_value_profile=1", "-reload=0"]
MAX_LEN = {"frame": 2048, "scan": 1024, "values": 64}


def main() -> int:
    """Run from the command line; status 1 where a law of a target did not hold."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--seconds", type=float, default=600, help="the longest a target runs")
    arguments.add_argument("--least", type=float, default=60, help="the shortest a target runs")
    arguments.add_argument("targets", nargs="*", metavar="TARGET", help="all of fuzz/fuzz_targets unless given")
    given = arguments.parse_args()
    targets = given.targets or sorted(path.stem for path in (ROOT / "fuzz" / "fuzz_targets").glob("*.rs"))
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
    corpus = ROOT / "target" / "fuzz-corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = [str(path) for path in (corpus, ROOT / "fuzz" / "corpus" / target) if path.is_dir()]
    words = ROOT / "fuzz" / "dictionaries"
    own = words / f"{target}.dict"
    command = [
        str(next(ROOT.glob(f"fuzz/target/*/release/{target}"))),
        *OPTIONS,
        f"-max_len={MAX_LEN.get(target, 4096)}",
        f"-max_total_time={most:.0f}",
        f"-dict={own if own.exists() else words / 'fix.dict'}",
        f"-artifact_prefix={corpus.parent / target}-",
        *seeds,
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


if __name__ == "__main__":
    sys.exit(main())
