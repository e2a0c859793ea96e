"""Hand the figures of a registry on to OpenTelemetry (extra ``otel``).

Each metric becomes an observable instrument of the same name, made when the metric is first seen. OpenTelemetry has no
observable histogram: a histogram becomes counters ``_bucket`` (attribute ``le``), ``_count`` and ``_sum``, the names
under which Prometheus knows its parts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pyfixmsg_plus.telemetry.metrics import Distribution, Kind, Metric, Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opentelemetry.metrics import CallbackOptions, Meter, Observation

__all__ = ["OpenTelemetryBridge"]


class OpenTelemetryBridge:
    """Instruments of a meter that tell what the registry holds.

    Args:
        registry: The figures.
        meter: Of the program's meter provider, which also says when it collects and where to.

    Raises:
        ImportError: The extra is not installed.
    """

    def __init__(self, registry: Registry, meter: Meter) -> None:
        from opentelemetry.metrics import Observation

        self._observation: Callable[..., Observation] = Observation
        self._registry = registry
        self._meter = meter
        self._known: set[str] = set()

    def bridge(self) -> list[str]:
        """Make the instruments that are still missing, and name them; call again when sources were added."""
        made = []
        for metric in self._registry.collect():
            parts = ("_bucket", "_count", "_sum") if metric.kind is Kind.HISTOGRAM else ("",)
            for part in parts:
                name = f"{metric.name}{part}"
                if name not in self._known:
                    self._known.add(name)
                    self._make(name, part, metric)
                    made.append(name)
        return made

    def _make(self, name: str, part: str, metric: Metric) -> None:
        callback = partial(self._observe, metric.name, part)
        if metric.kind is Kind.GAUGE:
            self._meter.create_observable_gauge(name, [callback], description=metric.help)
        else:
            self._meter.create_observable_counter(name, [callback], description=metric.help)

    def _observe(self, name: str, part: str, _options: CallbackOptions) -> Iterable[Observation]:
        for metric in self._registry.collect():
            if metric.name == name:
                for labels, value in metric.samples:
                    if isinstance(value, Distribution):
                        yield from self._part(part, value, dict(labels))
                    else:
                        yield self._observation(value, dict(labels))

    def _part(self, part: str, value: Distribution, labels: dict[str, str]) -> Iterator[Observation]:
        match part:
            case "_bucket":
                for bound, count in value.buckets:
                    yield self._observation(count, {**labels, "le": str(bound)})
            case "_count":
                yield self._observation(value.count, labels)
            case _:
                yield self._observation(value.total, labels)
