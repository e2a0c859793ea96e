"""Ports through which the rest is seen: events, metrics, structured logs.

Whoever has something to show says it here and knows of no exporter. In memory stand ``Events`` and ``Registry``;
``exposition`` writes the registry as Prometheus reads it, ``endpoint`` serves it, ``opentelemetry`` hands it on.
"""

from pyfixmsg_plus.telemetry.events import Event, Events, EventSink, EventStream
from pyfixmsg_plus.telemetry.exposition import CONTENT_TYPE, exposition
from pyfixmsg_plus.telemetry.json_logs import JsonFormatter
from pyfixmsg_plus.telemetry.metrics import (
    Counter,
    Distribution,
    Gauge,
    Histogram,
    Kind,
    Metric,
    MetricSource,
    Registry,
    Sample,
)

__all__ = [
    "CONTENT_TYPE",
    "Counter",
    "Distribution",
    "Event",
    "EventSink",
    "EventStream",
    "Events",
    "Gauge",
    "Histogram",
    "JsonFormatter",
    "Kind",
    "Metric",
    "MetricSource",
    "Registry",
    "Sample",
    "exposition",
]
