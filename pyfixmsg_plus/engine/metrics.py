"""What is counted on a session. Counting is an addition; names and units are given when somebody asks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pyfixmsg_plus.telemetry import Histogram, Kind, Metric, Sample

__all__ = ["SessionMetrics", "metrics_of"]

_PREFIX = "fixplus_session_"


class SessionMetrics:
    """The figures of one session.

    Attributes:
        messages_in: Messages handed to the application, session messages too.
        messages_out: Messages written, those of a resend too.
        bytes_in: Bytes that came.
        bytes_out: Bytes written.
        garbled: Times that bytes were ignored.
        rejects: Messages that we refused.
        gaps: Gaps that opened.
        gap: Messages missing now.
        resend_bytes: Bytes written again for a ResendRequest(35=2).
        resend_messages: Messages written again.
        logons: Times that the session logged on.
        disconnects: Connections that ended.
        handler_errors: Messages at which the application failed.
        handler: How long the application takes for a message, for one in ``HANDLER_EVERY``.
        round_trip: From our TestRequest(35=1) to its Heartbeat(35=0).
    """

    __slots__ = (
        "bytes_in",
        "bytes_out",
        "disconnects",
        "gap",
        "gaps",
        "garbled",
        "handler",
        "handler_errors",
        "logons",
        "messages_in",
        "messages_out",
        "rejects",
        "resend_bytes",
        "resend_messages",
        "round_trip",
    )

    def __init__(self) -> None:
        self.messages_in = self.messages_out = self.bytes_in = self.bytes_out = 0
        self.garbled = self.rejects = self.gaps = self.gap = 0
        self.resend_bytes = self.resend_messages = self.logons = self.disconnects = self.handler_errors = 0
        self.handler = Histogram()
        self.round_trip = Histogram()

    def count(self, event: str, attributes: Mapping[str, Any]) -> None:
        """Count an event of the session."""
        match event:
            case "logged_on":
                self.logons += 1
            case "garbled":
                self.garbled += 1
            case "rejected":
                self.rejects += 1
            case "gap_opened":
                self.gaps += 1
                self.gap = attributes["end"] - attributes["begin"] + 1
            case "gap_closed":
                self.gap = 0
            case "resend_served":
                self.resend_bytes += attributes["bytes"]
                self.resend_messages += attributes["messages"]
            case "round_trip":
                self.round_trip.record(attributes["ns"])


# Reading the clock around every call would cost more than many handlers do.
HANDLER_EVERY = 16

_COUNTERS = {
    "messages_in": ("messages_received_total", "Messages handed to the application"),
    "messages_out": ("messages_sent_total", "Messages written to the peer"),
    "bytes_in": ("received_bytes_total", "Bytes that came from the peer"),
    "bytes_out": ("sent_bytes_total", "Bytes written to the peer"),
    "garbled": ("garbled_total", "Times that bytes of the peer were ignored"),
    "rejects": ("rejects_total", "Messages of the peer that were refused"),
    "gaps": ("gaps_total", "Gaps in the peer's sequence numbers"),
    "resend_bytes": ("resend_bytes_total", "Bytes written again for a ResendRequest"),
    "resend_messages": ("resend_messages_total", "Messages written again for a ResendRequest"),
    "logons": ("logons_total", "Times that the session logged on"),
    "disconnects": ("disconnects_total", "Connections that ended"),
    "handler_errors": ("handler_errors_total", "Messages at which the application failed"),
}
_HISTOGRAMS = {
    "handler": ("handler_seconds", f"Time of the application for a message, one in {HANDLER_EVERY} is measured"),
    "round_trip": ("round_trip_seconds", "From a TestRequest to its Heartbeat"),
}

# A name, what it says, and where a session has it: what is not counted but stands somewhere.
State = tuple[str, str, Callable[[], float]]


def metrics_of(sessions: Iterable[tuple[str, SessionMetrics, Iterable[State]]]) -> Iterator[Metric]:
    """Tell the figures of sessions, each with its name, what it counts and what else is known of it."""
    rows = [({"session": name}, metrics, list(states)) for name, metrics, states in sessions]
    for attribute, (name, text) in _COUNTERS.items():
        samples = tuple(Sample(labels, getattr(metrics, attribute)) for labels, metrics, _ in rows)
        yield Metric(f"{_PREFIX}{name}", Kind.COUNTER, text, samples)
    gap = tuple(Sample(labels, metrics.gap) for labels, metrics, _ in rows)
    yield Metric(f"{_PREFIX}gap_messages", Kind.GAUGE, "Messages missing now", gap)
    for attribute, (name, text) in _HISTOGRAMS.items():
        samples = tuple(Sample(labels, getattr(metrics, attribute).distribution()) for labels, metrics, _ in rows)
        yield Metric(f"{_PREFIX}{name}", Kind.HISTOGRAM, text, samples)
    gauges: dict[str, tuple[str, list[Sample]]] = {}
    for labels, _, states in rows:
        for name, text, value in states:
            gauges.setdefault(name, (text, []))[1].append(Sample(labels, value()))
    for name, (text, found) in gauges.items():
        yield Metric(f"{_PREFIX}{name}", Kind.GAUGE, text, tuple(found))
