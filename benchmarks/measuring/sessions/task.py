"""What a contender's process is told, and what its client tells back."""

import json
import statistics
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["ER_FIELDS", "NOS_FIELDS", "Answers", "Task", "said"]

# An order and its report, field by field, as the sample messages of the codec's figures have them.
NOS_FIELDS = (
    (1, "ACC-7781"),
    (21, "1"),
    (55, "EURUSD"),
    (54, "1"),
    (38, "1000000"),
    (40, "2"),
    (44, "1.08345"),
    (59, "0"),
)
ER_FIELDS = (
    (150, "F"),
    (39, "1"),
    (1, "ACC-7781"),
    (55, "EURUSD"),
    (54, "1"),
    (38, "1000000"),
    (40, "2"),
    (44, "1.08345"),
    (59, "0"),
    (32, "250000"),
    (31, "1.08344"),
    (30, "XLON"),
    (151, "750000"),
    (14, "250000"),
    (6, "1.08344"),
    (58, "partial fill"),
)


@dataclass(frozen=True)
class Task:
    """One measurement by one contender.

    Attributes:
        kind: ``round_trip``, ``pairs``, ``one_way`` or ``idle``.
        port: Where the server listens.
        count: Messages that are timed.
        warm_up: Messages before them.
        interval_ns: Between the intended times of two sends, for round trips.
        window: Unanswered orders at most, for pairs.
        every: Messages that one acknowledgement is for, one way.
        sessions: Sessions at once.
        store: ``memory``, ``file`` (written, no fsync) or ``durable`` (fsync before a message counts as stored).
        folder: For stores.
        loop: ``asyncio`` or ``uvloop``, where a contender runs on either.
    """

    kind: str
    port: int
    count: int
    folder: str
    warm_up: int = 500
    interval_ns: int = 2_000_000
    window: int = 500
    every: int = 1000
    sessions: int = 1
    store: str = "memory"
    loop: str = "uvloop"

    @classmethod
    def read(cls, text: str) -> "Task":
        return cls(**json.loads(text))

    def written(self) -> str:
        return json.dumps(asdict(self))


def said(**what: Any) -> None:
    """Tell the process that started this one."""
    print(json.dumps(what), flush=True)


@dataclass
class Answers:
    """Keeps the books of one measurement: intended times in, answers in, figures out."""

    task: Task
    sent: int = 0
    answered: int = 0
    intended: "deque[int]" = field(default_factory=deque)
    latencies: list[int] = field(default_factory=list)
    began_ns: int = 0
    ended_ns: int = 0

    @property
    def total(self) -> int:
        return self.task.warm_up + self.task.count

    @property
    def is_done(self) -> bool:
        return self.answered >= self.total

    def sending(self, intended_ns: int | None = None) -> None:
        """One message is on its way; for round trips, with the time at which it should have left."""
        self.sent += 1
        if intended_ns is not None:
            self.intended.append(intended_ns)

    def answer(self, messages: int = 1) -> None:
        """One answer came, for so many messages."""
        now = time.perf_counter_ns()
        self.answered += messages
        if self.intended:
            intended = self.intended.popleft()
            if self.answered > self.task.warm_up:
                self.latencies.append(now - intended)
        if not self.began_ns and self.answered >= self.task.warm_up:
            self.began_ns = now
        if self.is_done:
            self.ended_ns = now

    def tell(self) -> None:
        """Print the figures."""
        if self.task.kind == "round_trip":
            ordered = sorted(self.latencies)
            said(**{name: _percentile(ordered, share) for name, share in PERCENTILES.items()})
        else:
            seconds = (self.ended_ns - self.began_ns) / 1e9
            said(per_second=self.task.count / seconds)


PERCENTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999}


def _percentile(ordered: Sequence[int], share: float) -> float:
    """In microseconds."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1000 if ordered else statistics.nan


def fail(text: str) -> None:
    sys.exit(text)
