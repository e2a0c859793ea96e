"""Identifiers that sort by the time at which they were made.

Source: RFC 9562, section 5.7, UUID version 7: 48 bits of Unix milliseconds, then version, variant and 74 bits of
chance.
Twelve of these bits hold the fraction of the millisecond (method 3 of section 6.2), so that identifiers of one process
sort within a millisecond as well.
"""

from random import Random
from uuid import UUID

__all__ = ["uuid7", "uuid7_ms"]

_MS = 1_000_000


def uuid7(utc_ns: int, random: Random) -> UUID:
    """Return an identifier of this moment.

    Args:
        utc_ns: Nanoseconds since 1970-01-01 00:00:00 UTC.
        random: Where the 62 bits after the time come from.

    Raises:
        ValueError: ``utc_ns`` lies before 1970 or does not fit into 48 bits of milliseconds.
    """
    ms, rest = divmod(utc_ns, _MS)
    if not 0 <= ms < 1 << 48:
        raise ValueError(f"no identifier can be of the time {utc_ns} ns")
    fraction = (rest << 12) // _MS
    return UUID(int=ms << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random.getrandbits(62))


def uuid7_ms(identifier: UUID) -> int:
    """Return the millisecond since 1970-01-01 00:00:00 UTC at which an identifier was made.

    Raises:
        ValueError: It is of another version.
    """
    if identifier.version != 7:
        raise ValueError(f"{identifier} is not of version 7")
    return identifier.int >> 80
