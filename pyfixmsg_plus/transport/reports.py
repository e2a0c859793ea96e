"""What happens to connections that a person may want to know, as values; by default they go to the log."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Report", "ReportKind", "Reporter", "log_report"]

_LOG = logging.getLogger("pyfixmsg_plus.transport")


class ReportKind(StrEnum):
    """What happened."""

    LISTENING = "listening"
    CONNECTION_REFUSED = "connection_refused"
    OPENING_FAILED = "opening_failed"
    ATTEMPT_FAILED = "attempt_failed"
    CERTIFICATES_RELOADED = "certificates_reloaded"
    CERTIFICATES_KEPT = "certificates_kept"
    INSECURE = "insecure"


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that happened.

    Attributes:
        kind: For programs.
        text: For people; holds no secret.
        error: What lies behind it, where something does.
    """

    kind: ReportKind
    text: str
    error: Exception | None = None


Reporter = Callable[[Report], None]

_LEVELS = {
    ReportKind.LISTENING: logging.INFO,
    ReportKind.CONNECTION_REFUSED: logging.INFO,
    ReportKind.OPENING_FAILED: logging.INFO,
    ReportKind.ATTEMPT_FAILED: logging.INFO,
    ReportKind.CERTIFICATES_RELOADED: logging.INFO,
    ReportKind.CERTIFICATES_KEPT: logging.ERROR,
    ReportKind.INSECURE: logging.WARNING,
}


def log_report(report: Report) -> None:
    """Write a report to the log ``pyfixmsg_plus.transport``."""
    _LOG.log(_LEVELS[report.kind], "%s", report.text)
