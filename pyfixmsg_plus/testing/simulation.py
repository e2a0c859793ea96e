"""Two sessions in a small world of trouble: a bad link, stores that fail, processes that crash, clocks that jump.

One seed decides all of it: versions, roles, options, what the applications send, and what goes wrong when. The world is
compiled, so that a simulated day of two sessions takes some hundredths of a second; the interpreter lock is released
meanwhile. An observer holds what happens against the laws of a session:

- each application sees every message that the other side stored as accepted at least once, in the order of the numbers,
  unless a reset wiped it or its own application declined to send it again; none is invented and none altered;
- no number without PossDupFlag(43)=Y is used for two messages within one life of the numbers, and nothing is written
  that was not stored before;
- what was received counts only when the answer to it is stored;
- memory stays within its limits, and neither side refuses what the other one sends;
- once nothing fails any more, both sides are soon logged on and agree on their numbers.

In a tenth of the worlds clocks jump by hours: there the two sides need not come to agree, and what they refuse for its
SendingTime(52) need not arrive.

>>> report = simulate(seed=1, days=0.01)
>>> report.failure is None
True
>>> simulate(seed=1, days=0.01) == report
True

``python -m pyfixmsg_plus.testing.simulation --seeds 1000000`` runs many.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pyfixmsg_plus import _core

__all__ = ["SimulationFailure", "SimulationReport", "SimulationSummary", "main", "simulate", "simulate_many"]

_DAY_NS = 86_400_000_000_000
# A world that needs so many seconds at most is left before Ctrl-C seems to be ignored.
_CHUNK_DAYS = 20

_Told: TypeAlias = tuple[int, list[str], tuple[str, str, int] | None, list[str]]


@dataclass(frozen=True, slots=True)
class SimulationFailure:
    """A law that was broken: its name, what happened, and the simulated nanoseconds until then."""

    law: str
    text: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What came of one seed.

    Attributes:
        seed: The seed.
        setup: How the world was drawn, line by line; told where there is a trace.
        failure: The law that was broken, if one was.
        trace: What happened: all of it where that was asked for, else the last lines before a failure.
        counts: What happened, counted; empty for a failure among many.
    """

    seed: int
    setup: tuple[str, ...]
    failure: SimulationFailure | None
    trace: tuple[str, ...] = field(repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [f"seed {self.seed}", *self.setup, *self.trace]
        if self.failure is not None:
            lines.insert(1, f"law broken: {self.failure.law}: {self.failure.text}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What came of many seeds: how many were run, those that broke a law, and what happened, counted."""

    seeds: int
    failures: tuple[SimulationReport, ...]
    counts: Mapping[str, int]

    @property
    def days(self) -> float:
        """Simulated days of a pair of sessions."""
        return self.counts["simulated_ns"] / _DAY_NS


def simulate(seed: int, *, days: float = 1.0, trace: bool = False) -> SimulationReport:
    """Let two sessions talk for so many simulated days, and then until they agree.

    Args:
        seed: Decides everything.
        days: May be a fraction; what is sent and what fails is as much as in a whole day.
        trace: Tell everything that happens, not only what leads to a failure.
    """
    told, counts = _core.simulate(seed, round(days * _DAY_NS), trace)
    return _report(told, counts)


def simulate_many(first_seed: int, seeds: int, *, days: float = 1.0, most_failures: int = 10) -> SimulationSummary:
    """Run seeds that follow each other, on the calling thread, until all are done or too many have failed."""
    told, counts = _core.simulate_many(first_seed, seeds, round(days * _DAY_NS), most_failures)
    return SimulationSummary(seeds, tuple(_report(one, {}) for one in told), counts)


def _report(told: _Told, counts: Mapping[str, int]) -> SimulationReport:
    seed, setup, failure, trace = told
    return SimulationReport(
        seed, tuple(setup), SimulationFailure(*failure) if failure is not None else None, tuple(trace), counts
    )


def _chunks(first: int, seeds: int, size: int) -> Iterator[tuple[int, int]]:
    for start in range(first, first + seeds, size):
        yield start, min(size, first + seeds - start)


def _run(first: int, seeds: int, days: float, workers: int, done: Callable[[SimulationSummary], None]) -> None:
    """Run chunks of seeds on several threads, and tell of each; no more chunks are handed out than can be worked on."""
    chunks = _chunks(first, seeds, max(1, round(_CHUNK_DAYS / max(days, 0.01))))
    with ThreadPoolExecutor(workers) as pool:

        def begin(many: int) -> set[Future[SimulationSummary]]:
            return {pool.submit(simulate_many, *chunk, days=days) for chunk in islice(chunks, many)}

        running = begin(workers)
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                done(future.result())
            running |= begin(len(finished))


def main(
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds to run.")] = 10_000,
    first: Annotated[int, typer.Option(min=0, help="The first of them.")] = 0,
    days: Annotated[float, typer.Option(min=0.001, help="Simulated days of each.")] = 0.05,
    workers: Annotated[int, typer.Option(min=1, help="Threads; one a core if not given.")] = os.cpu_count() or 1,
    trace: Annotated[
        bool, typer.Option("--trace", help="Run the first seed alone, and tell all that happens.")
    ] = False,
) -> None:
    """Simulate two sessions, seed by seed, and hold what happens against the laws of a session."""
    console = Console(stderr=True)
    if trace:
        report = simulate(first, days=days, trace=True)
        print(report)
        raise typer.Exit(1 if report.failure is not None else 0)
    counts: Counter[str] = Counter()
    failures: list[SimulationReport] = []
    columns = (TextColumn("seeds"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("seeds", total=seeds)

        def done(summary: SimulationSummary) -> None:
            counts.update(summary.counts)
            failures.extend(summary.failures)
            for report in summary.failures:
                console.print(str(report), markup=False, highlight=False, soft_wrap=True)
            progress.advance(bar, summary.seeds)

        _run(first, seeds, days, workers, done)
    sessions_days = counts.pop("simulated_ns") / _DAY_NS
    print(f"{seeds} seeds from {first}, {sessions_days:.1f} simulated days, {len(failures)} broke a law")
    print(", ".join(f"{name} {count}" for name, count in counts.items()))
    if failures:
        print("failed seeds: " + " ".join(str(report.seed) for report in failures))
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
