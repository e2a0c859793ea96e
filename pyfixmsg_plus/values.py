"""What the values of fields are in Python, where the language has no type of its own for them.

Source: FIX datatypes; SessionRejectReason(373). Prices and quantities are ``decimal.Decimal``, timestamps whole
nanoseconds
since 1970-01-01 00:00:00 UTC; a ``float`` is never made.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import IntEnum

__all__ = [
    "MonthYear",
    "SessionID",
    "SessionRejectReason",
    "Tenor",
    "format_time",
    "format_timestamp",
    "read_date",
    "read_month_year",
    "read_multiple",
    "read_tenor",
    "read_time",
    "read_zoned_time",
    "read_zoned_timestamp",
]

NS_PER_SECOND = 1_000_000_000


class SessionRejectReason(IntEnum):
    """Why a session refuses a message: SessionRejectReason(373)."""

    INVALID_TAG_NUMBER = 0
    REQUIRED_TAG_MISSING = 1
    TAG_NOT_DEFINED_FOR_THIS_MESSAGE_TYPE = 2
    UNDEFINED_TAG = 3
    TAG_SPECIFIED_WITHOUT_A_VALUE = 4
    VALUE_IS_INCORRECT = 5
    INCORRECT_DATA_FORMAT_FOR_VALUE = 6
    DECRYPTION_PROBLEM = 7
    SIGNATURE_PROBLEM = 8
    COMP_ID_PROBLEM = 9
    SENDING_TIME_ACCURACY_PROBLEM = 10
    INVALID_MSG_TYPE = 11
    XML_VALIDATION_ERROR = 12
    TAG_APPEARS_MORE_THAN_ONCE = 13
    TAG_SPECIFIED_OUT_OF_REQUIRED_ORDER = 14
    REPEATING_GROUP_FIELDS_OUT_OF_ORDER = 15
    INCORRECT_NUM_IN_GROUP_COUNT_FOR_REPEATING_GROUP = 16
    NON_DATA_VALUE_INCLUDES_FIELD_DELIMITER = 17
    INVALID_OR_UNSUPPORTED_APPLICATION_VERSION = 18
    OTHER = 99


@dataclass(frozen=True, slots=True)
class MonthYear:
    """A month, a day in it or a week of it: the datatype MonthYear.

    Attributes:
        day: 1 to 31, if the value names a day.
        week: 1 to 5, the week of the month, if the value names one.
    """

    year: int
    month: int
    day: int | None = None
    week: int | None = None

    @property
    def wire(self) -> str:
        """The text on the wire: ``YYYYMM``, ``YYYYMMDD`` or ``YYYYMMwN``."""
        end = f"{self.day:02}" if self.day is not None else f"w{self.week}" if self.week is not None else ""
        return f"{self.year:04}{self.month:02}{end}"

    def __str__(self) -> str:
        return self.wire


@dataclass(frozen=True, slots=True)
class Tenor:
    """A span from a trade to its settlement: the datatype Tenor.

    Attributes:
        unit: ``D`` days, ``W`` weeks, ``M`` months, ``Y`` years.
    """

    unit: str
    count: int

    @property
    def wire(self) -> str:
        """The text on the wire, such as ``M18``."""
        return f"{self.unit}{self.count}"

    def __str__(self) -> str:
        return self.wire


def format_timestamp(ns: int, digits: int = 3) -> str:
    """Write nanoseconds since 1970-01-01 00:00:00 UTC as a UTCTimestamp.

    Args:
        ns: The instant.
        digits: Digits of the fraction, 0 to 9; what is finer is cut off.

    Raises:
        ValueError: ``digits`` is not 0 to 9, or the instant lies outside the years 1 to 9999.
    """
    if not 0 <= digits <= 9:
        raise ValueError(f"digits must be 0 to 9, not {digits}")
    seconds, fraction = divmod(ns, NS_PER_SECOND)
    try:
        whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(f"{ns} ns lie outside the years 1 to 9999") from error
    # strftime does not pad years before 1000 on every platform.
    text = f"{whole.year:04}{whole:%m%d-%H:%M:%S}"
    return f"{text}.{fraction:09}"[: len(text) + 1 + digits] if digits else text


def _fraction(microsecond: int) -> str:
    if microsecond == 0:
        return ""
    return f".{microsecond // 1000:03}" if microsecond % 1000 == 0 else f".{microsecond:06}"


def format_time(value: datetime | date | time) -> str:
    """Write a date or time as FIX does.

    A ``datetime`` becomes a UTCTimestamp in milliseconds, or microseconds if it has them; a ``date`` becomes
    ``YYYYMMDD``; a ``time``
    without zone ``HH:MM:SS`` with its fraction, one with a zone a TZTimeOnly.

    Raises:
        ValueError: A ``datetime`` has no zone, so that its instant is not known.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a datetime needs a zone: FIX timestamps are UTC")
        instant = value.astimezone(UTC)
        return f"{instant.year:04}{instant:%m%d-%H:%M:%S}{_fraction(instant.microsecond) or '.000'}"
    if isinstance(value, date):
        return f"{value.year:04}{value:%m%d}"
    text = f"{value:%H:%M:%S}{_fraction(value.microsecond)}"
    offset = value.utcoffset()
    if offset is None:
        return text
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return f"{text}Z"
    hours, rest = divmod(abs(minutes), 60)
    return f"{text}{'-' if minutes < 0 else '+'}{hours:02}" + (f":{rest:02}" if rest else "")


_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?", re.ASCII)


def _clock(text: str) -> time:
    matched = _TIME.fullmatch(text)
    if matched is None:
        raise ValueError(f"{text!r} is no time")
    hour, minute, second, fraction = matched.groups()
    # Python has no leap second and no nanoseconds in a time: the last microsecond before stands for the first.
    if second == "60":
        return time(int(hour), int(minute), 59, 999_999)
    return time(int(hour), int(minute), int(second or 0), int((fraction or "0")[:6].ljust(6, "0")))


def _split_zone(text: str) -> tuple[str, timezone]:
    if text.endswith("Z"):
        return text[:-1], UTC
    at = max(text.rfind("+"), text.rfind("-"))
    hours, _, minutes = text[at + 1 :].partition(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return text[:at], timezone(-offset if text[at] == "-" else offset)


def read_date(text: str) -> date:
    """Read ``YYYYMMDD``.

    Raises:
        ValueError: The calendar has no such day.
    """
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def read_time(text: str) -> time:
    """Read ``HH:MM:SS`` with an optional fraction, which is cut off behind the microsecond.

    Raises:
        ValueError: The text is no time.
    """
    return _clock(text)


def read_zoned_time(text: str) -> time:
    """Read a TZTimeOnly, such as ``07:39Z`` or ``13:09:00.1+05:30``.

    Raises:
        ValueError: The text is no time.
    """
    clock, zone = _split_zone(text)
    return _clock(clock).replace(tzinfo=zone)


def read_zoned_timestamp(text: str) -> datetime:
    """Read a TZTimestamp, such as ``20060901-07:39Z``.

    Raises:
        ValueError: The text is no timestamp.
    """
    day, clock = text[:8], text[9:]
    return datetime.combine(read_date(day), read_zoned_time(clock))


def read_month_year(text: str) -> MonthYear:
    """Read ``YYYYMM``, ``YYYYMMDD`` or ``YYYYMMwN``.

    Raises:
        ValueError: The text is none of them.
    """
    year, month, end = int(text[:4]), int(text[4:6]), text[6:]
    if not end:
        return MonthYear(year, month)
    return MonthYear(year, month, week=int(end[1:])) if end[0] == "w" else MonthYear(year, month, day=int(end))


def read_tenor(text: str) -> Tenor:
    """Read a tenor, such as ``M18``.

    Raises:
        ValueError: The text is none.
    """
    return Tenor(text[:1], int(text[1:]))


def read_multiple(text: str) -> tuple[str, ...]:
    """Read the words of a MultipleCharValue or MultipleStringValue."""
    return tuple(text.split(" "))


@dataclass(frozen=True, slots=True)
class SessionID:
    """Which session: BeginString(8) and the names on it, ours as sender.

    Empty text stands for a name that is no part of the identity. ``session_qualifier`` tells sessions of equal names
    apart and is never sent.
    """

    begin_string: str
    sender_comp_id: str
    target_comp_id: str
    sender_sub_id: str = ""
    sender_location_id: str = ""
    target_sub_id: str = ""
    target_location_id: str = ""
    session_qualifier: str = ""

    def __str__(self) -> str:
        ours = "/".join(filter(None, (self.sender_comp_id, self.sender_sub_id, self.sender_location_id)))
        peer = "/".join(filter(None, (self.target_comp_id, self.target_sub_id, self.target_location_id)))
        return f"{self.begin_string}:{ours}->{peer}" + (f":{self.session_qualifier}" if self.session_qualifier else "")
