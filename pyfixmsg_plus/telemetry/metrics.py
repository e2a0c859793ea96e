"""Figures that change: what they are called, and how they are collected.

On a hot path a figure is a plain attribute of whoever has it. A ``MetricSource`` tells its figures when it is asked, so
that counting costs an addition; ``Registry`` asks all sources. ``Counter``, ``Gauge`` and ``Histogram`` are sources of
their own for everything that is counted seldom. Names and units follow the Prometheus conventions: base units, counters
end in ``_total``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

__all__ = ["Counter", "Distribution", "Gauge", "Histogram", "Kind", "Metric", "MetricSource", "Registry", "Sample"]

_SECOND_NS = 1e9
# 2^10 ns is about a microsecond, 2^34 ns about 17 seconds: what lies outside falls into the first or the last bucket.
_FIRST_BIT, _LAST_BIT = 10, 34


class Kind(StrEnum):
    """How a figure behaves."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Distribution:
    """What a histogram holds.

    Attributes:
        buckets: Upper bounds, ascending, each with how many values were not above it.
        count: How many values.
        total: Their sum.
    """

    buckets: tuple[tuple[float, int], ...]
    count: int
    total: float

    def quantile(self, share: float) -> float:
        """The upper bound of the bucket that holds the value at this share, 0.5 for the median; 0 if there is none."""
        wanted = share * self.count
        return next((bound for bound, count in self.buckets if count and count >= wanted), 0.0)


class Sample(NamedTuple):
    """A figure of one thing.

    Attributes:
        labels: Which thing, in the order in which they are to be written.
        value: A number, or what a histogram holds.
    """

    labels: Mapping[str, str]
    value: float | Distribution


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of all that have it.

    Attributes:
        name: As Prometheus has it, without ``_bucket``, ``_sum``, ``_count``.
        kind: How it behaves.
        help: What it says, one sentence.
        samples: The figures.
    """

    name: str
    kind: Kind
    help: str
    samples: tuple[Sample, ...]


class MetricSource(Protocol):
    """Who has figures."""

    def metrics(self) -> Iterable[Metric]:
        """Tell them as they are now."""
        ...


class _Labelled:
    """A named figure with a value for each set of labels."""

    kind: Kind

    def __init__(self, name: str, help: str) -> None:  # noqa: A002 - the word of the format
        self.name = name
        self.help = help
        self._values: dict[tuple[tuple[str, str], ...], float] = {}

    def value(self, **labels: str) -> float:
        """The figure as it is now; 0 where nothing was said yet."""
        return self._values.get(tuple(labels.items()), 0.0)

    def metrics(self) -> Iterator[Metric]:
        """Tell the figures."""
        samples = tuple(Sample(dict(labels), value) for labels, value in self._values.items())
        yield Metric(self.name, self.kind, self.help, samples)


class Counter(_Labelled):
    """A figure that only grows."""

    kind = Kind.COUNTER

    def add(self, amount: float = 1, **labels: str) -> None:
        """Let it grow.

        Raises:
            ValueError: ``amount`` is negative.
        """
        if amount < 0:
            raise ValueError(f"a counter only grows, not by {amount}")
        key = tuple(labels.items())
        self._values[key] = self._values.get(key, 0.0) + amount


class Gauge(_Labelled):
    """A figure that rises and falls."""

    kind = Kind.GAUGE

    def set(self, value: float, **labels: str) -> None:
        """Set it."""
        self._values[tuple(labels.items())] = value


class Histogram:
    """How long something takes, in buckets of powers of two.

    Values are nanoseconds; what is told is in seconds. Recording is one addition to one of 26 numbers.
    """

    __slots__ = ("_counts", "_total_ns")

    def __init__(self) -> None:
        self._counts = [0] * (_LAST_BIT - _FIRST_BIT + 2)
        self._total_ns = 0

    def record(self, ns: int) -> None:
        """Count one duration."""
        bit = max(ns - 1, 0).bit_length()
        self._counts[min(max(bit, _FIRST_BIT), _LAST_BIT + 1) - _FIRST_BIT] += 1
        self._total_ns += ns

    def distribution(self) -> Distribution:
        """What was recorded, in seconds."""
        so_far = 0
        buckets = []
        for bit, count in enumerate(self._counts[:-1], _FIRST_BIT):
            so_far += count
            buckets.append(((1 << bit) / _SECOND_NS, so_far))
        count = so_far + self._counts[-1]
        return Distribution((*buckets, (float("inf"), count)), count, self._total_ns / _SECOND_NS)


class Registry:
    """All sources of a program."""

    __slots__ = ("_sources",)

    def __init__(self) -> None:
        self._sources: list[MetricSource] = []

    def register(self, source: MetricSource) -> None:
        """Ask this source too from now on."""
        self._sources.append(source)

    def unregister(self, source: MetricSource) -> None:
        """Ask it no more."""
        self._sources.remove(source)

    def counter(self, name: str, help: str) -> Counter:  # noqa: A002 - the word of the format
        """A new counter."""
        counter = Counter(name, help)
        self.register(counter)
        return counter

    def gauge(self, name: str, help: str) -> Gauge:  # noqa: A002 - the word of the format
        """A new gauge."""
        gauge = Gauge(name, help)
        self.register(gauge)
        return gauge

    def collect(self) -> list[Metric]:
        """All figures, those of one name together, in the order in which the names first came."""
        found: dict[str, Metric] = {}
        for source in self._sources:
            for metric in source.metrics():
                known = found.get(metric.name)
                samples = metric.samples if known is None else (*known.samples, *metric.samples)
                found[metric.name] = Metric(metric.name, metric.kind, metric.help, samples)
        return list(found.values())

    def value(self, name: str, **labels: str) -> float | Distribution:
        """One figure.

        Raises:
            KeyError: There is none of that name and labels.
        """
        for metric in self.collect():
            if metric.name == name:
                for sample in metric.samples:
                    if dict(sample.labels) == labels:
                        return sample.value
        raise KeyError(f"there is no {name} of {labels}")
