"""Figures reach OpenTelemetry under their own names."""

from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from pyfixmsg_plus.telemetry import Counter, Histogram, Kind, Metric, Registry, Sample
from pyfixmsg_plus.telemetry.opentelemetry import OpenTelemetryBridge


class Timed:
    def __init__(self) -> None:
        self.histogram = Histogram()

    def metrics(self) -> list[Metric]:
        return [
            Metric(
                "handler_seconds", Kind.HISTOGRAM, "Time", (Sample({"session": "a"}, self.histogram.distribution()),)
            )
        ]


def collected(registry: Registry) -> tuple[OpenTelemetryBridge, InMemoryMetricReader]:
    reader = InMemoryMetricReader()
    meter = MeterProvider([reader]).get_meter("pyfixmsg_plus")
    return OpenTelemetryBridge(registry, meter), reader


def points(reader: InMemoryMetricReader) -> dict[str, list[Any]]:
    data = reader.get_metrics_data()
    assert data is not None
    return {
        metric.name: list(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


def test_counters_and_gauges_are_observed_as_they_are() -> None:
    registry = Registry()
    sent: Counter = registry.counter("sent_total", "Sent")
    registry.gauge("depth", "Depth").set(3, queue="a")
    sent.add(2)
    bridge, reader = collected(registry)
    assert bridge.bridge() == ["sent_total", "depth"]
    sent.add(1)
    found = points(reader)
    assert [point.value for point in found["sent_total"]] == [3]
    assert [(point.value, dict(point.attributes)) for point in found["depth"]] == [(3, {"queue": "a"})]


def test_a_histogram_becomes_its_three_parts() -> None:
    registry = Registry()
    timed = Timed()
    timed.histogram.record(1_500)
    registry.register(timed)
    bridge, reader = collected(registry)
    assert bridge.bridge() == ["handler_seconds_bucket", "handler_seconds_count", "handler_seconds_sum"]
    found = points(reader)
    assert [point.value for point in found["handler_seconds_count"]] == [1]
    assert [point.value for point in found["handler_seconds_sum"]] == [1.5e-6]
    bounds = {point.attributes["le"]: point.value for point in found["handler_seconds_bucket"]}
    assert bounds["inf"] == 1
    assert bounds[str(2**10 / 1e9)] == 0


def test_only_what_is_new_is_bridged_again() -> None:
    registry = Registry()
    registry.counter("a_total", "A")
    bridge, _ = collected(registry)
    assert bridge.bridge() == ["a_total"]
    registry.gauge("b", "B")
    assert bridge.bridge() == ["b"]
