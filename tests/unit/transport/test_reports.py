"""Reports go to the log, each at the level of its weight."""

import logging

import pytest

from pyfixmsg_plus.transport import Report, ReportKind, log_report


@pytest.mark.parametrize("kind", list(ReportKind))
def test_a_report_goes_to_the_log(kind: ReportKind, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pyfixmsg_plus.transport")
    log_report(Report(kind, "100% of it"))
    (record,) = caplog.records
    assert record.getMessage() == "100% of it"
    assert (record.levelno >= logging.WARNING) == (kind in {ReportKind.INSECURE, ReportKind.CERTIFICATES_KEPT})
