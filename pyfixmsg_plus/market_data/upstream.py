"""Calls to the source: tried again, guarded by a breaker, paid from the budget, in time, and few at once.

From the outside in: retry, breaker, budget, places, time limit. Each attempt counts once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.market_data.breaker import Breaker, Outcome
from pyfixmsg_plus.market_data.budget import CallQueue, Priority
from pyfixmsg_plus.market_data.retry import Retry
from pyfixmsg_plus.market_data.source import BreakerOpen, SourceError, SourceTimeout

__all__ = ["Upstream", "ended"]

T = TypeVar("T")
_SECOND_NS = 1_000_000_000


def ended(error: SourceError | None) -> Outcome:
    """Return what the end of a call says of the source."""
    if error is None:
        return Outcome.SUCCESS
    return Outcome.FAILURE if error.counts else Outcome.IGNORED


@dataclass(slots=True)
class Upstream:
    """The way to one source.

    Attributes:
        breaker: Leaves the source alone when it fails too often.
        queue: Gives out the budget.
        retry: How often to try.
        places: How many calls may be under way.
        clock: Says the time.
        chance: From which pauses are drawn.
        calls: Attempts that reached the source.
        failures: Those that ended with an error that speaks against it.
        answered_ns: When it last answered, UTC nanoseconds.
    """

    breaker: Breaker
    queue: CallQueue
    retry: Retry
    places: asyncio.Semaphore
    clock: Clock
    chance: Random
    calls: int = 0
    failures: int = 0
    answered_ns: int | None = None
    observe: Callable[[str, Outcome, int], None] = field(default=lambda *_: None)

    async def call(self, operation: str, make: Callable[[], Awaitable[T]], priority: Priority, deadline_ns: int) -> T:
        """Return what a call returns, trying again where that may help.

        Raises:
            SourceError: How the last attempt ended.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self.attempt(operation, make, priority, deadline_ns)
            except SourceError as error:
                if not await self.pause(attempt, error, deadline_ns):
                    raise

    async def pause(self, attempt: int, error: SourceError, deadline_ns: int) -> bool:
        """Wait until the next attempt is due, and say whether there is to be one."""
        pause = self.retry.pause_ns(attempt, error, deadline_ns, self.clock.now(), self.chance)
        if pause is None:
            return False
        await asyncio.sleep(pause / _SECOND_NS)
        return True

    async def attempt(
        self,
        operation: str,
        make: Callable[[], Awaitable[T]],
        priority: Priority,
        deadline_ns: int,
        judge: Callable[[T], Outcome] = lambda _: Outcome.SUCCESS,
    ) -> T:
        """Return what one attempt returns.

        Args:
            operation: Its name, for those who measure.
            make: Makes the call.
            priority: Who calls.
            deadline_ns: Monotonic nanoseconds by which it must have ended.
            judge: What an answer says of the source.

        Raises:
            SourceError: How it ended.
        """
        began = self.clock.now()
        if not self.breaker.allow(began):
            wait = self.breaker.retry_after_ns(began) / _SECOND_NS
            raise BreakerOpen("the source failed too often and is left alone", retry_after_s=wait)
        outcome = Outcome.IGNORED
        try:
            async with _until(deadline_ns, began):
                await self.queue.acquire(priority)
                async with self.places:
                    began = self.clock.now()
                    self.calls += 1
                    outcome = Outcome.FAILURE
                    answer = await make()
            outcome = judge(answer)
        except SourceError as error:
            outcome = ended(error)
            raise
        except TimeoutError:
            raise SourceTimeout("the source did not answer in time") from None
        except asyncio.CancelledError:
            outcome = Outcome.IGNORED
            raise
        finally:
            now = self.clock.now()
            self.breaker.record(outcome, now.mono_ns - began.mono_ns, now)
            self.failures += outcome is Outcome.FAILURE
            self.observe(operation, outcome, now.mono_ns - began.mono_ns)
        self.answered_ns = now.utc_ns
        return answer


def _until(deadline_ns: int, now: Now) -> asyncio.Timeout:
    return asyncio.timeout(max(0, deadline_ns - now.mono_ns) / _SECOND_NS)
