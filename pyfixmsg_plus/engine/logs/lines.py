"""The time at the beginning of a line of a log."""

from pyfixmsg_plus.values import format_timestamp

__all__ = ["LineTimes"]

_SECOND_NS = 1_000_000_000


class LineTimes:
    """Writes times of one log; the whole second is written once for all lines in it.

    Args:
        digits: Digits of the fraction, 0 to 9.
    """

    __slots__ = ("_digits", "_second", "_text")

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self._second = -1
        self._text = ""

    def text(self, utc_ns: int) -> str:
        """Such as ``20260302-14:30:00.000000``."""
        second, fraction = divmod(utc_ns, _SECOND_NS)
        if second != self._second:
            self._second, self._text = second, format_timestamp(second * _SECOND_NS, 0)
        return f"{self._text}.{fraction:09}"[: len(self._text) + 1 + self._digits] if self._digits else self._text
