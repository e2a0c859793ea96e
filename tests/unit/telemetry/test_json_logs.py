"""Logs that machines read are one JSON object a line."""

import json
import logging
import sys

from pyfixmsg_plus.telemetry import JsonFormatter


def line(**extra: object) -> dict[str, object]:
    record = logging.makeLogRecord(
        {
            "name": "pyfixmsg_plus.engine",
            "levelname": "WARNING",
            "msg": "gap of %d",
            "args": (3,),
            "created": 0.5,
            **extra,
        }
    )
    written = JsonFormatter().format(record)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def test_a_record_has_its_time_level_logger_and_text() -> None:
    assert line() == {
        "time": "1970-01-01T00:00:00.500000+00:00",
        "level": "warning",
        "logger": "pyfixmsg_plus.engine",
        "text": "gap of 3",
    }


def test_what_a_record_carries_beside_becomes_keys_and_hides_none() -> None:
    found = line(session="FIX.4.4:US->PEER", event="gap_opened", attributes={"begin": 3, "level": "x"})
    assert (found["session"], found["event"], found["begin"]) == ("FIX.4.4:US->PEER", "gap_opened", 3)
    assert found["level"] == "warning"


def test_an_exception_is_told() -> None:
    found = {}
    try:
        int("no")
    except ValueError:
        found = line(exc_info=sys.exc_info())
    assert "ValueError: invalid literal" in str(found["error"])
