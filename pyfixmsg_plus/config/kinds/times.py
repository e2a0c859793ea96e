# ruff: noqa: D102 # what the methods do, Kind says
"""Times of day, days and zones."""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import ClassVar

from pyfixmsg_plus.config.kinds.kind import Kind
from pyfixmsg_plus.config.values import Day, TimeOfDay

__all__ = ["DayName", "TimeText", "Zone", "is_zone"]


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether the zone database has this name."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@dataclass(frozen=True)
class Zone(Kind):
    """The name of a zone in the IANA database."""

    def read(self, value: object) -> str:
        text = self._text(value)
        if text and not is_zone(text):
            raise self._refuse(text, "Write the name of a region and city, such as Europe/London or America/New_York.")
        return text

    @property
    def words(self) -> str:
        return "an IANA time zone"


@dataclass(frozen=True)
class TimeText(Kind):
    """A time of day, with or without a zone behind it."""

    annotation: ClassVar[str] = "TimeOfDay"

    def read(self, value: object) -> TimeOfDay | None:
        if isinstance(value, TimeOfDay):
            return self._parsed(str(value), value)
        if isinstance(value, time):
            return TimeOfDay(value.hour, value.minute, value.second)
        text = self._text(value)
        return self._parsed(text, value) if text else None

    def _parsed(self, text: str, value: object) -> TimeOfDay:
        clock, _, zone = text.partition(" ")
        found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})", clock)
        if found is None:
            raise self._refuse(value)
        hour, minute, second = map(int, found.groups())
        if hour > 23 or minute > 59 or second > 59:
            raise self._refuse(value, "Write a time from 00:00:00 to 23:59:59.")
        return TimeOfDay(hour, minute, second, Zone().read(zone) or None)

    @property
    def words(self) -> str:
        return "a time such as 08:30:00, or 08:30:00 US/Central"


@dataclass(frozen=True)
class DayName(Kind):
    """A day of the week, by two or more letters of its English name."""

    annotation: ClassVar[str] = "Day"

    def read(self, value: object) -> Day | None:
        if isinstance(value, Day):
            return value
        text = self._text(value)
        if not text:
            return None
        for day in Day:
            if len(text) >= 2 and day.name.startswith(text.upper()):
                return day
        raise self._refuse(text)

    @property
    def words(self) -> str:
        return "a day such as Monday, Mon or mo"
