"""Logs that machines read: one JSON object a line.

It is a formatter of the standard ``logging``: what the engine logs carries ``session`` and ``event`` as attributes of
the record, which become keys.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

__all__ = ["JsonFormatter"]


class JsonFormatter(logging.Formatter):
    """Writes a record as JSON: ``time``, ``level``, ``logger``, ``text``, and what the record carries beside."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": record.getMessage(),
        }
        for name in ("session", "event"):
            if (value := getattr(record, name, None)) is not None:
                line[name] = value
        attributes = getattr(record, "attributes", None)
        if isinstance(attributes, Mapping):
            line.update((name, value) for name, value in attributes.items() if name not in line)
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
