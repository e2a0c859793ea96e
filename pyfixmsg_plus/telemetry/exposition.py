"""Metrics as Prometheus reads them.

Source: Prometheus text exposition format, version 0.0.4.
"""

from collections.abc import Iterable, Iterator, Mapping

from pyfixmsg_plus.telemetry.metrics import Distribution, Metric

__all__ = ["CONTENT_TYPE", "exposition"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_IN_LABEL = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
_IN_HELP = str.maketrans({"\\": "\\\\", "\n": "\\n"})


def exposition(metrics: Iterable[Metric]) -> str:
    """Write metrics as text."""
    return "".join(line for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.help.translate(_IN_HELP)}\n"
    yield f"# TYPE {metric.name} {metric.kind}\n"
    for labels, value in metric.samples:
        if isinstance(value, Distribution):
            for bound, count in value.buckets:
                yield f"{metric.name}_bucket{_labels({**labels, 'le': _number(bound)})} {count}\n"
            yield f"{metric.name}_sum{_labels(labels)} {_number(value.total)}\n"
            yield f"{metric.name}_count{_labels(labels)} {value.count}\n"
        else:
            yield f"{metric.name}{_labels(labels)} {_number(value)}\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    written = ",".join(f'{name}="{value.translate(_IN_LABEL)}"' for name, value in labels.items())
    return f"{{{written}}}"


def _number(value: float) -> str:
    if value == float("inf"):
        return "+Inf"
    return str(int(value)) if value == int(value) else repr(value)
