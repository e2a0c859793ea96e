"""Times of day to instants, and why the dates beside them are not used for that.

TRADE_DATE, QUOTE_DATE and ACTIV_DATE are trading dates: they roll at the venue's change of session, and may be a day
ahead of UTC. An instant is therefore the one of that time of day nearest to receipt. Two things correct it: nothing
happens far ahead of its receipt, and a trading date that lies days back tells of an image that is that old.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pyfixmsg_plus.feeds.refinitiv.wire import whole

__all__ = ["activity_ns", "day_of", "instant_ns", "quote_ns", "time_of_day_ns", "trade_ns"]

DAY_NS = 86_400_000_000_000
_SECOND_NS = 1_000_000_000
# Clocks differ by seconds; what would be further ahead than this happened a day earlier.
_AHEAD_NS = 300 * _SECOND_NS
_TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9})|((?::\d{1,3}){1,3}))?)?", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()


def time_of_day_ns(value: Any) -> int | None:
    """Return a time text as nanoseconds since midnight: ``14:40:32.123`` or, of older servers, ``14:40:32:123:0:0``."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    if hours > 23 or minutes > 59 or seconds > 60:
        return None
    total = (hours * 60 + minutes) * 60 + seconds
    fraction = int((found[4] or "0").ljust(9, "0"))
    if found[5]:
        millis, micros, nanos, *_ = [*map(int, found[5][1:].split(":")), 0, 0]
        fraction = (millis * 1000 + micros) * 1000 + nanos
    return total * _SECOND_NS + fraction


def day_of(value: Any) -> date | None:
    """Return a date text as a date."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def instant_ns(time_ns: int, received_ns: int, trading_day: date | None = None) -> int:
    """Return the instant of a time of day.

    Args:
        time_ns: Since midnight UTC.
        received_ns: When it reached us, UTC nanoseconds.
        trading_day: Of the venue; it counts where the instant that receipt tells lies too late for it.
    """
    instant = received_ns - received_ns % DAY_NS + time_ns
    if instant - received_ns > DAY_NS // 2:
        instant -= DAY_NS
    elif received_ns - instant > DAY_NS // 2:
        instant += DAY_NS
    if instant > received_ns + _AHEAD_NS:
        instant -= DAY_NS
    if trading_day is not None:
        day = trading_day.toordinal() - _EPOCH
        # An evening in the Americas belongs to the morning of the next day in UTC.
        if instant // DAY_NS - day > (time_ns < DAY_NS // 2):
            return day * DAY_NS + time_ns
    return instant


def trade_ns(fields: Mapping[str, Any], received_ns: int) -> int | None:
    """Return when the last trade was."""
    return _first(fields, received_ns, ("SALTIM_NS", "SALTIM_MS", "SALTIM"), "TRADE_DATE")


def quote_ns(fields: Mapping[str, Any], received_ns: int) -> int | None:
    """Return when the last quote was."""
    return _first(fields, received_ns, ("QUOTIM_NS", "QUOTIM_MS", "QUOTIM"), "QUOTE_DATE")


def activity_ns(fields: Mapping[str, Any], received_ns: int) -> int | None:
    """Return when something last happened."""
    return _first(fields, received_ns, ("TIMACT_MS", "TIMACT"), "ACTIV_DATE")


def _first(fields: Mapping[str, Any], received_ns: int, names: tuple[str, ...], dated: str) -> int | None:
    for name in names:
        value = fields.get(name)
        if value is None:
            continue
        if name.endswith("_MS"):
            millis = whole(value)
            time_ns = millis * 1_000_000 if millis is not None and 0 <= millis < 86_401_000 else None
        else:
            time_ns = time_of_day_ns(value)
        if time_ns is not None:
            return instant_ns(time_ns, received_ns, day_of(fields.get(dated)))
    return None
