"""What a message costs from Python, beside QuickFIX and simplefix: parse, walk a group, validate, build.

One run, one thread, process CPU time; contenders take turns batch by batch; medians. See ``README.md`` for the goals
and for what each contender does.
"""

import argparse
import json
import os
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring.ours import SCALE, Ours
from measuring.peer_simplefix import SimpleFix
from measuring.samples import KINDS, READS, check_frame, draft, fixed, varied
from measuring.turns import Contender, Plan, take

import pyfixmsg_plus as fix

try:
    from measuring.peer_quickfix import QuickFix
except ImportError:
    QuickFix = None  # type: ignore[assignment, misc]

SMOKE = Plan(rounds=3, batch_ns=500_000)

# What ours does and what the others do. Rows at once and scaled integers are ours alone, the documented way is
# quickfix's alone.
_METHODS = {
    "parse+reads": ("reads", "reads"),
    "parse+reads, scaled": ("reads_scaled", "reads"),
    "parse+validate+reads": ("validated", "validated"),
    "parse+walk": ("walk", "walk"),
    "parse+walk, documented": ("walk", "walk_documented"),
    "parse+walk, scaled": ("walk_scaled", "walk"),
    "parse+walk, scaled, documented": ("walk_scaled", "walk_documented"),
    "parse+rows": ("rows", "walk"),
    "parse+rows, scaled": ("rows_scaled", "walk"),
}

# Times the cost of the same operation that quickfix has at least.
GOALS = {
    "parse+reads": 10.0,
    "parse+reads, scaled": 10.0,
    "parse+validate+reads": 8.0,
    "parse+walk": 12.0,
    "parse+walk, documented": 12.0,
    "parse+walk, scaled": 12.0,
    "parse+walk, scaled, documented": 12.0,
    "build": 12.0,
}


def main() -> int:
    """Run from the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--smoke", action="store_true", help="few short batches: shows that everything runs; figures mean nothing"
    )
    arguments.add_argument("--json", metavar="FILE", help="write the figures there too")
    arguments.add_argument(
        "--only", metavar="TEXT", default="", help="only lines whose message, form or operation has this in it"
    )
    arguments.add_argument(
        "--flat", action="store_true", help="instead: the cost of a message over 1 to 10 million messages"
    )
    given = arguments.parse_args()
    if given.flat:
        flat(100_000 if given.smoke else 1_000_000)
        return 0
    if QuickFix is None:
        print("not run: quickfix as a peer (pip install -r requirements/judge.txt)")
        if os.environ.get("FIXPLUS_TEST_REQUIRE") == "all":
            return 1
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(SMOKE if given.smoke else Plan(), given.only, _dictionary(Path(folder)))
    if given.json:
        Path(given.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def _dictionary(folder: Path) -> Path:
    """The FIX 4.4 dictionary in QuickFIX XML that every contender is given: QuickFIX's own, or else ours exported."""
    shared = os.environ.get("FIXPLUS_SHARED")
    if shared:
        path = Path(shared) / "dictionaries" / "quickfix" / "FIX44.xml"
        print("dictionary: FIX44.xml as QuickFIX ships it")
        return path
    path = folder / "FIX44.xml"
    path.write_text(fix.load_dictionary("FIX.4.4").to_quickfix())
    print("dictionary: the bundled FIX 4.4, exported to QuickFIX XML")
    return path


def measure(plan: Plan, only: str, dictionary: Path) -> list[dict[str, Any]]:
    """Measure every operation on every kind of message, print a line for each and return them."""
    ours, simple = Ours(dictionary), SimpleFix()
    quick = QuickFix(dictionary) if QuickFix else None
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    )
    batches = f"{plan.rounds} batches of {plan.batch_ns / 1e6:g} ms or more"
    print(f"CPU time, medians of {batches}, taking turns; microseconds a message")
    peers = [peer for peer in (quick, simple) if peer]
    names = "".join(f"{peer.name:>26}" for peer in peers)
    print(f"\n{'message':<8}{'form':<8}{'operation':<32}{'ours':>8}{names}   goal")
    figures = []
    for kind in KINDS:
        for form, frames in (("fixed", fixed(kind)), ("varied", varied(kind))):
            for operation in _operations(kind):
                if only not in f"{kind} {form} {operation}":
                    continue
                contenders = _contenders(operation, kind, frames, ours, peers)
                _agree(operation, contenders, frames)
                costs = dict(zip((c.name for c in contenders), take(plan, contenders), strict=True))
                figures.append({"message": kind, "form": form, "operation": operation, "ns": costs})
                _print_line(figures[-1], ours.name, [peer.name for peer in peers])
    return figures


def _operations(kind: str) -> list[str]:
    group = ("walk", "rows")
    read = [name for name, (ours, _) in _METHODS.items() if ours.startswith(group) == (kind not in READS)]
    return [*read, "build", "build, typed"]


def _contenders(operation: str, kind: str, frames: list[bytes], ours: Ours, peers: list[Any]) -> list[Contender]:
    found = []
    for who in (ours, *peers):
        if operation.startswith("build"):
            typed = operation.endswith("typed")
            run = getattr(who, "build_typed", who.build) if typed else who.build
            items = [who.draft(draft(frame, typed=typed)) for frame in frames]
        else:
            own, others = _METHODS[operation]
            run = getattr(who, own if who is ours else others, None) or (who.walk if kind not in READS else None)
            items = [who.item(frame) for frame in frames]
        if run:
            found.append(Contender(who.name, run(kind), items))
    return found


def _agree(operation: str, contenders: list[Contender], frames: list[bytes]) -> None:
    """Hold what the contenders give for some messages against each other before anything is timed."""
    for number in range(0, len(frames), 97):
        results = [contender.run(contender.items[number : number + 1]) for contender in contenders]
        if operation.startswith("build"):
            for built in results:
                check_frame(built, frames[number])  # type: ignore[arg-type]
        else:
            if "scaled" in operation:
                results[0] = _unscaled(results[0])
            plain = [_plain(result) for result in results]
            if any(result != plain[0] for result in plain):
                raise ValueError(f"{operation}: {[c.name for c in contenders]} read different things: {plain}")


def _unscaled(read: Any) -> Any:
    """What was read with prices as scaled integers, with prices as they are."""
    if isinstance(read, list):
        return [(side, price / 10**SCALE, quantity) for side, price, quantity in read]
    return (*read[:-1], read[-1] / 10**SCALE)


def _plain(value: Any) -> Any:
    """Texts as they are, numbers as float, so that Decimal and float can be compared."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str) else float(value)


def _print_line(figure: dict[str, Any], ours: str, peers: list[str]) -> None:
    costs = figure["ns"]
    cells = "".join(
        f"{costs[peer] / 1000:>15.3f} ({costs[peer] / costs[ours]:6.1f}x)" if peer in costs else f"{'-':>26}"
        for peer in peers
    )
    goal = GOALS.get(figure["operation"])
    met = ""
    if goal and peers[0] in costs and "simplefix" not in peers[0]:
        met = f"   {goal:g}x {'met' if costs[peers[0]] / costs[ours] >= goal else 'missed'}"
    print(
        f"{figure['message']:<8}{figure['form']:<8}{figure['operation']:<32}{costs[ours] / 1000:>8.3f}{cells}{met}",
        flush=True,
    )


def flat(step: int) -> None:
    """Print the mean cost of parse and five reads over ever more messages, and the memory it took."""
    frames = varied("NOS")
    run = Ours(None).reads("NOS")
    times = step // len(frames)
    spent = 0
    for count in range(1, 11):
        before = time.process_time_ns()
        for _ in range(times):
            run(frames)
        spent += time.process_time_ns() - before
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        done = count * times * len(frames)
        print(f"{done:>10} messages: {spent / done:6.1f} ns a message, peak {peak} MB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
