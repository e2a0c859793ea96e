"""How many of something a second: connections, logons, messages in or out."""

__all__ = ["TokenBucket"]

_SECOND_NS = 1_000_000_000


class TokenBucket:
    """A rate with a burst, told the time.

    It keeps one number, the time at which the bucket would be full again (the generic cell rate algorithm, ITU-T
    I.371), so that nothing is added up and no rounding drifts.

    Args:
        rate_per_s: How many a second in the long run.
        burst: How many at once after a pause; None is one second's worth, at least one.

    Raises:
        ValueError: A rate or a burst that lets nothing through.
    """

    __slots__ = ("_burst", "_full_ns", "_interval_ns")

    def __init__(self, rate_per_s: float, burst: int | None = None) -> None:
        if not rate_per_s > 0:
            raise ValueError(f"a rate must be more than 0 a second, not {rate_per_s}")
        self._burst = max(1, int(rate_per_s)) if burst is None else burst
        if self._burst < 1:
            raise ValueError(f"a burst must be at least 1, not {burst}")
        self._interval_ns = max(1, round(_SECOND_NS / rate_per_s))
        self._full_ns: int | None = None

    def take(self, now_ns: int, count: int = 1) -> bool:
        """Take that many if they are there; otherwise take none and answer False.

        Args:
            now_ns: Monotonic nanoseconds.
            count: How many, at most the burst.

        Raises:
            ValueError: More than the burst, which will never be there.
        """
        if self.wait_ns(now_ns, count):
            return False
        full_ns = now_ns if self._full_ns is None else max(self._full_ns, now_ns)
        self._full_ns = full_ns + count * self._interval_ns
        return True

    def wait_ns(self, now_ns: int, count: int = 1) -> int:
        """How long until that many are there; 0 for now.

        Args:
            now_ns: Monotonic nanoseconds.
            count: How many, at most the burst.

        Raises:
            ValueError: More than the burst, which will never be there.
        """
        if not 0 < count <= self._burst:
            raise ValueError(f"{count} cannot be taken from a bucket of {self._burst}")
        if self._full_ns is None:
            return 0
        return max(0, self._full_ns - now_ns - (self._burst - count) * self._interval_ns)
