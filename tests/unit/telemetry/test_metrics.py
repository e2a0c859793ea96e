"""Figures are told as they are, together where they have one name."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.telemetry import Counter, Distribution, Gauge, Histogram, Kind, Metric, Registry, Sample


def test_a_counter_grows_for_each_set_of_labels_alone() -> None:
    counter = Counter("refused_total", "Refused")
    counter.add(reason="late")
    counter.add(2, reason="late")
    counter.add(reason="unknown")
    assert counter.value(reason="late") == 3
    assert counter.value(reason="unknown") == 1
    assert counter.value(reason="never") == 0


def test_a_counter_does_not_shrink() -> None:
    with pytest.raises(ValueError, match="only grows"):
        Counter("a_total", "A").add(-1)


def test_a_gauge_is_what_it_was_set_to_last() -> None:
    gauge = Gauge("depth", "Depth")
    gauge.set(3, queue="a")
    gauge.set(1, queue="a")
    assert gauge.value(queue="a") == 1


@given(values=st.lists(st.integers(0, 2**40)))
def test_each_duration_is_counted_in_the_first_bucket_that_holds_it(values: list[int]) -> None:
    histogram = Histogram()
    for value in values:
        histogram.record(value)
    told = histogram.distribution()
    assert told.count == len(values)
    assert told.total == pytest.approx(sum(values) / 1e9)
    for bound, count in told.buckets:
        assert count == sum(1 for value in values if value / 1e9 <= bound)


@pytest.mark.parametrize(
    ("share", "bound"),
    [(0.5, 2**11 / 1e9), (0.75, 2**11 / 1e9), (1.0, 2**20 / 1e9)],
)
def test_a_quantile_is_the_bound_of_its_bucket(share: float, bound: float) -> None:
    histogram = Histogram()
    for ns in (2_000, 2_000, 2_000, 1_000_000):
        histogram.record(ns)
    assert histogram.distribution().quantile(share) == bound


def test_a_quantile_of_nothing_is_zero() -> None:
    assert Histogram().distribution().quantile(0.5) == 0


class Queue:
    def __init__(self, name: str, depth: int) -> None:
        self.name = name
        self.depth = depth

    def metrics(self) -> Iterator[Metric]:
        yield Metric("depth", Kind.GAUGE, "Depth", (Sample({"queue": self.name}, self.depth),))


def test_figures_of_one_name_are_told_together() -> None:
    registry = Registry()
    registry.register(Queue("a", 1))
    registry.register(Queue("b", 2))
    (metric,) = registry.collect()
    assert [(sample.labels, sample.value) for sample in metric.samples] == [({"queue": "a"}, 1), ({"queue": "b"}, 2)]


def test_a_source_that_is_unregistered_tells_nothing() -> None:
    registry = Registry()
    queue = Queue("a", 1)
    registry.register(queue)
    registry.unregister(queue)
    assert registry.collect() == []


def test_a_registry_makes_instruments_and_finds_their_values() -> None:
    registry = Registry()
    registry.counter("a_total", "A").add(2, of="x")
    registry.gauge("b", "B").set(5)
    assert registry.value("a_total", of="x") == 2
    assert registry.value("b") == 5


@pytest.mark.parametrize(("name", "labels"), [("c", {}), ("a_total", {"of": "y"})])
def test_a_figure_that_is_not_there_is_a_key_error(name: str, labels: dict[str, str]) -> None:
    registry = Registry()
    registry.counter("a_total", "A").add(2, of="x")
    with pytest.raises(KeyError, match="there is no"):
        registry.value(name, **labels)


def test_a_distribution_is_a_value_of_a_sample() -> None:
    histogram = Histogram()
    assert isinstance(Sample({}, histogram.distribution()).value, Distribution)
