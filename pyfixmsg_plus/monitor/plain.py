"""How the views of the page are written as plain values: names in camelCase, decimals and times as text.

Times are whole nanoseconds since 1970-01-01 00:00:00 UTC; they leave as RFC 3339 with ``Z`` and milliseconds, which a
page can hold exactly.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

__all__ = ["moment", "name_of", "plain"]

_NS_PER_S = 1_000_000_000


def moment(utc_ns: int) -> str:
    """Return a time as RFC 3339 in UTC, cut to the millisecond.

    Raises:
        ValueError: It lies outside the years 1 to 9999.
    """
    seconds, rest = divmod(utc_ns, _NS_PER_S)
    try:
        whole = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{utc_ns} ns is no time of a calendar") from error
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{rest // 1_000_000:03}Z"


def name_of(field: str) -> str:
    """Return the JSON name of a field: ``next_in`` is ``nextIn``; ``valued_ns``, a time, is ``valuedAt``."""
    first, *others = field.split("_")
    if others and others[-1] == "ns":
        others[-1] = "at"
    return first + "".join(map(str.capitalize, others))


def plain(value: object) -> Any:
    """Return a value, or a view with all that it holds, as plain values."""
    match value:
        case Enum():
            return value.value
        case Decimal():
            return f"{value:f}"
        case Mapping():
            return {str(key): plain(held) for key, held in value.items()}
        case tuple() | list():
            return [plain(held) for held in value]
        case _ if is_dataclass(value):
            return {name_of(field.name): _field(field.name, getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def _field(name: str, value: object) -> Any:
    return moment(value) if name.endswith("_ns") and isinstance(value, int) else plain(value)
