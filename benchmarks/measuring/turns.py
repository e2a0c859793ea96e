"""Contenders take turns, batch by batch, on the process's CPU time; what counts is the median."""

import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Contender", "Plan", "take"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many batches each contender does, and how long one lasts at least."""

    rounds: int = 21
    batch_ns: int = 15_000_000


@dataclass(frozen=True, slots=True)
class Contender:
    """Who does what: ``run`` does the operation once for each item."""

    name: str
    run: Callable[[Sequence[Any]], object]
    items: Sequence[Any]


def take(plan: Plan, contenders: Sequence[Contender]) -> list[float]:
    """Return the median cost of one operation in nanoseconds, contender by contender."""
    sizes = [_size(plan, contender) for contender in contenders]
    costs: list[list[float]] = [[] for _ in contenders]
    for number in range(plan.rounds):
        for contender, size, cost in zip(contenders, sizes, costs, strict=True):
            cost.append(_spent(contender, number, size) / size)
    return [statistics.median(cost) for cost in costs]


def _spent(contender: Contender, number: int, size: int) -> int:
    """The CPU time of one batch. Batches go on through the items where the one before ended."""
    first = number * size % len(contender.items)
    batch = list(itertools.islice(itertools.cycle(contender.items), first, first + size))
    before = time.process_time_ns()
    contender.run(batch)
    return time.process_time_ns() - before


def _size(plan: Plan, contender: Contender) -> int:
    """How many items last a batch."""
    size = 64
    while (spent := _spent(contender, 0, size)) < plan.batch_ns:
        size *= max(2, min(16, plan.batch_ns // max(spent, 1)))
    # A later batch may find the machine quicker.
    return size + size // 2
