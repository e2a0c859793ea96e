"""What a session costs: round trips, pairs, one-way and durable throughput, many sessions, idle sessions.

Two processes over 127.0.0.1, Python handlers on both ends. Contenders take turns, round by round; medians. The client
runs on core 0 and the server on core 1, each kept awake by a spinner of idle priority. See ``README.md``.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measuring.sessions.task import Task

HERE = Path(__file__).resolve().parent
FIGURES = ("round_trip", "pairs", "one_way", "durable", "hundred", "idle")


@dataclass(frozen=True)
class Contender:
    """One way of doing it: which module, with which store, on which loop."""

    name: str
    module: str
    store: str
    loop: str = "uvloop"


OURS = (
    Contender("ours, journal written, uvloop", "ours", "file"),
    Contender("ours, journal written, asyncio", "ours", "file", "asyncio"),
    Contender("ours, memory, uvloop", "ours", "memory"),
)
FIXCORE = (Contender("fixcore, memory", "peer_fixcore", "memory"),)
ECHOES = (Contender("uvloop echo", "echo", "memory"), Contender("asyncio echo", "echo", "memory", "asyncio"))
DURABLE = (
    Contender("ours, journal durable", "ours", "durable"),
    Contender("fixcore, file store", "peer_fixcore", "durable"),
)


def quickfix(store: str) -> Contender:
    """The C++ engine's Python wrapper, named by the wheel that is installed."""
    wheel = "quickfix-tls wheel" if _wheel_is_stand_in() else "quickfix"
    label = {"memory": "memory store", "file": "file store, no fsync"}[store]
    return Contender(f"{wheel}, {label}", "peer_quickfix", store, "-")


def _wheel_is_stand_in() -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        version("quickfix-tls")
    except PackageNotFoundError:
        return False
    return True


def main() -> int:
    """Run from the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--smoke", action="store_true", help="few messages: shows that everything runs; figures mean nothing"
    )
    arguments.add_argument("--only", choices=FIGURES, action="append", help="these figures alone; may be given again")
    arguments.add_argument("--rounds", type=int, default=5, help="turns of each contender (default 5)")
    arguments.add_argument("--json", metavar="FILE", help="write the figures there too")
    options = arguments.parse_args()
    rounds = 1 if options.smoke else options.rounds
    figures: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        regime = stack.enter_context(_awake())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fixplus-bench-")))
        print(f"{rounds} rounds; {regime}; stores in {_filesystem(folder)}")
        for figure in options.only or FIGURES:
            figures[figure] = _FIGURES[figure](folder, rounds, options.smoke)
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


# ------------------------------------------------------------------------------------------------------------ figures


def _round_trips(folder: Path, rounds: int, smoke: bool) -> dict[str, Any]:
    contenders = [
        *OURS,
        quickfix("file"),
        quickfix("memory"),
        *FIXCORE,
        *ECHOES,
        Contender("blocking C echo", "C", "memory", "-"),
    ]
    task = Task("round_trip", 0, 100 if smoke else 5_000, "", warm_up=50 if smoke else 500)
    print("\nround trip of NewOrderSingle to ExecutionReport, us, from the intended time of sending, 500 a second")
    print(f"{'':34} {'p50':>8} {'p90':>8} {'p99':>8} {'p99.9':>8}")
    return _turns(folder, task, contenders, rounds, ("p50", "p90", "p99", "p99.9"))


def _pairs(folder: Path, rounds: int, smoke: bool) -> dict[str, Any]:
    contenders = [*OURS, quickfix("file"), quickfix("memory"), *FIXCORE]
    task = Task("pairs", 0, 200 if smoke else 30_000, "", warm_up=50 if smoke else 3_000)
    print("\npairs a second, at most 500 unanswered")
    return _turns(folder, task, contenders, rounds, ("per_second",))


def _one_way(folder: Path, rounds: int, smoke: bool) -> dict[str, Any]:
    contenders = [*OURS, quickfix("file"), quickfix("memory"), *FIXCORE]
    task = Task("one_way", 0, 2_000 if smoke else 100_000, "", warm_up=1_000 if smoke else 10_000)
    print("\none way, messages a second; every message is read, one in 1,000 is acknowledged")
    return _turns(folder, task, contenders, rounds, ("per_second",))


def _durable(folder: Path, rounds: int, smoke: bool) -> dict[str, Any]:
    task = Task("pairs", 0, 600 if smoke else 3_000, "", warm_up=600)
    print("\ndurable pairs a second: fsync before a message counts as stored, on both ends, at most 500 unanswered")
    return _turns(folder, task, DURABLE, rounds, ("per_second",))


def _hundred(folder: Path, rounds: int, smoke: bool) -> dict[str, Any]:
    contenders = [OURS[0], quickfix("file"), *FIXCORE]
    task = Task("pairs", 0, 400 if smoke else 20_000, "", warm_up=200 if smoke else 2_000, sessions=100)
    print("\npairs a second over 100 sessions at once, at most 500 unanswered in all")
    return _turns(folder, task, contenders, rounds, ("per_second",))


def _idle(folder: Path, _rounds: int, smoke: bool) -> dict[str, Any]:
    sessions = 20 if smoke else 1_000
    task = Task("idle", 0, 0, "", sessions=sessions, interval_ns=2_000_000_000 if smoke else 30_000_000_000)
    print(f"\n{sessions} idle sessions on one acceptor: memory a session, and whether all keep their heartbeats")
    return _turns(folder, task, (OURS[0],), 1, ("kilobytes", "heartbeats_missed"))


_FIGURES = {
    "round_trip": _round_trips,
    "pairs": _pairs,
    "one_way": _one_way,
    "durable": _durable,
    "hundred": _hundred,
    "idle": _idle,
}

# -------------------------------------------------------------------------------------------------------------- turns


def _turns(folder: Path, task: Task, contenders: Any, rounds: int, names: tuple[str, ...]) -> dict[str, Any]:
    able = [contender for contender in contenders if _is_there(contender)]
    results: dict[str, list[dict[str, float]]] = {contender.name: [] for contender in able}
    for number in range(rounds):
        for contender in able:
            place = folder / f"{task.kind}-{number}"
            place.mkdir(exist_ok=True)
            results[contender.name].append(_measured(contender, replace(task, folder=str(place))))
            shutil.rmtree(place)
    medians = {
        name: {key: statistics.median(result[key] for result in found) for key in names}
        for name, found in results.items()
    }
    first = next(iter(medians.values()))[names[0]]
    for name, figures in medians.items():
        ratio = figures[names[0]] / first
        print(f"{name:34} " + " ".join(f"{figures[key]:8,.1f}" for key in names) + f"   x {ratio:.2f}")
    return medians


def _is_there(contender: Contender) -> bool:
    needs = {"peer_quickfix": "quickfix", "peer_fixcore": "fixcore"}.get(contender.module)
    if needs and find_spec(needs) is None:
        print(f"not run: {contender.name} is not installed (requirements/bench.txt)")
        return False
    if contender.loop == "uvloop" and find_spec("uvloop") is None:
        print(f"not run: {contender.name}: uvloop is not installed (requirements/bench.txt)")
        return False
    return True


def _measured(contender: Contender, task: Task) -> dict[str, float]:
    task = replace(task, port=_free_port(), store=contender.store, loop=contender.loop)
    server = subprocess.Popen(
        _command(contender, "serve", task), stdout=subprocess.PIPE, text=True, cwd=HERE, preexec_fn=_on(1)
    )
    assert server.stdout is not None
    try:
        if not json.loads(server.stdout.readline() or "{}").get("ready"):
            raise SystemExit(f"{contender.name}: the server did not start")
        client = subprocess.run(
            _command(contender, "drive", task),
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE,
            timeout=300,
            preexec_fn=_on(0),
            check=False,
        )
    finally:
        server.kill()
        server.wait()
    lines = [line for line in client.stdout.splitlines() if line.startswith("{")]
    if client.returncode or not lines:
        raise SystemExit(f"{contender.name}: the client ended with {client.returncode}")
    result: dict[str, float] = json.loads(lines[-1])
    return result


def _command(contender: Contender, side: str, task: Task) -> list[str]:
    if contender.module != "C":
        return [sys.executable, "-m", "measuring.sessions", contender.module, side, task.written()]
    figures = [str(task.count), str(task.warm_up), str(task.interval_ns)] if side == "drive" else []
    return [str(_echo_program()), side, str(task.port), *figures]


def _echo_program() -> Path:
    program = HERE.parent / "target" / "echo"
    source = HERE / "measuring" / "sessions" / "echo.c"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        program.parent.mkdir(exist_ok=True)
        subprocess.run(["cc", "-O2", "-o", str(program), str(source)], check=True)
    return program


# ------------------------------------------------------------------------------------------------------------- regime


def _on(core: int) -> Any:
    def pin() -> None:
        if len(os.sched_getaffinity(0)) > 1:
            os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[core]})

    return pin


@contextmanager
def _awake() -> Iterator[str]:
    """Keep two cores from halting with a spinner of idle priority each."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        yield "one core: client and server share it"
        return

    def idle(core: int) -> Any:
        def settle() -> None:
            os.sched_setaffinity(0, {core})
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

        return settle

    spinners = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"], preexec_fn=idle(core)) for core in cores[:2]
    ]
    try:
        yield f"client on core {cores[0]}, server on core {cores[1]}, a spinner of idle priority on each; TCP_NODELAY"
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


def _filesystem(folder: Path) -> str:
    found = subprocess.run(["df", "--output=fstype", str(folder)], stdout=subprocess.PIPE, text=True, check=False)
    return f"{folder} ({found.stdout.split()[-1] if found.stdout else 'unknown'})"


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
