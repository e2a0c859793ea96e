"""Contenders take turns, batch by batch, on the process's CPU time; what counts is the median."""

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
    batches = [_batch(plan, contender) for contender in contenders]
    costs: list[list[float]] = [[] for _ in contenders]
    for _ in range(plan.rounds):
        for contender, batch, cost in zip(contenders, batches, costs, strict=True):
            cost.append(_spent(contender, batch) / len(batch))
    return [statistics.median(cost) for cost in costs]


def _spent(contender: Contender, batch: Sequence[Any]) -> int:
    before = time.process_time_ns()
    contender.run(batch)
    return time.process_time_ns() - before


def _batch(plan: Plan, contender: Contender) -> list[Any]:
    """As many items, again and again, as last a batch."""
    batch = list(contender.items) * max(1, 256 // len(contender.items))
    while (spent := _spent(contender, batch)) < plan.batch_ns:
        batch = batch * max(2, min(16, plan.batch_ns // max(spent, 1)))
    # A later batch may find the machine quicker.
    return batch + batch[: len(batch) // 2]
