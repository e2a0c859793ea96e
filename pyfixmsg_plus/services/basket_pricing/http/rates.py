"""How many requests each caller may make: a rate with a burst, and as many callers as fit in a bounded table."""

from collections import OrderedDict
from collections.abc import Hashable

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.services.basket_pricing.faults import Fault
from pyfixmsg_plus.transport.token_bucket import TokenBucket

__all__ = ["Rates"]

_S = 1_000_000_000


class Rates:
    """The buckets of all callers.

    Args:
        per_second: Requests a second in the long run.
        burst: Requests at once after a pause.
        callers: How many are told apart; of more, the one that was seen longest ago begins anew.
    """

    def __init__(self, per_second: float = 200, burst: int = 400, callers: int = 10_000) -> None:
        self._per_second = per_second
        self._burst = burst
        self._callers = callers
        self._buckets: OrderedDict[Hashable, TokenBucket] = OrderedDict()

    def take(self, caller: Hashable, now: Now) -> None:
        """Count one request.

        Raises:
            Fault: It is one too many.
        """
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = TokenBucket(self._per_second, self._burst)
            if len(self._buckets) > self._callers:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(caller)
        if not bucket.take(now.mono_ns):
            text = f"more than {self._per_second:g} requests a second"
            raise Fault("RATE_LIMIT_EXCEEDED", text, retry_after_s=bucket.wait_ns(now.mono_ns) / _S)
