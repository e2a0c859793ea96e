"""Requests for single names that come close together become one call."""

import asyncio
from collections.abc import Sequence
from copy import copy
from typing import NamedTuple

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.breaker import Outcome
from pyfixmsg_plus.market_data.budget import Priority
from pyfixmsg_plus.market_data.sma.settings import SmaSettings
from pyfixmsg_plus.market_data.source import PriceSource, SourceError, SourceGarbled
from pyfixmsg_plus.market_data.upstream import Upstream, ended

__all__ = ["Joiner"]

Answer = MarketPrice | SourceError
_SECOND_NS = 1_000_000_000


class _Wanted(NamedTuple):
    symbol: str
    deadline_ns: int
    answer: asyncio.Future[MarketPrice]


class Joiner:
    """Asks a source for names, many at a time.

    Args:
        source: Who is asked.
        upstream: The way to it.
        settings: How long to wait for others, and how many names a call may have.
        clock: Says the time.
    """

    def __init__(self, source: PriceSource, upstream: Upstream, settings: SmaSettings, clock: Clock) -> None:
        self._source = source
        self._upstream = upstream
        self._settings = settings
        self._clock = clock
        self._wanted: dict[Priority, list[_Wanted]] = {priority: [] for priority in Priority}
        self._timers: dict[Priority, asyncio.TimerHandle] = {}
        self._calls: set[asyncio.Task[None]] = set()

    async def fetch(self, symbol: str, priority: Priority) -> MarketPrice:
        """Return the price of a name, asked for together with others.

        Raises:
            SourceError: The source gives none.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[MarketPrice] = loop.create_future()
        wanted = self._wanted[priority]
        wanted.append(_Wanted(symbol, self._clock.now().mono_ns + self._settings.deadline_ns, answer))
        if len(wanted) >= self._settings.names_per_call:
            self._flush(priority)
        elif len(wanted) == 1:
            delay = self._settings.joined_ns / _SECOND_NS
            self._timers[priority] = loop.call_later(delay, self._flush, priority)
        return await answer

    async def close(self) -> None:
        """End the calls under way; those who wait for them are cancelled."""
        for timer in self._timers.values():
            timer.cancel()
        for wanted in self._wanted.values():
            for one in wanted:
                one.answer.cancel()
            wanted.clear()
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def _flush(self, priority: Priority) -> None:
        timer = self._timers.pop(priority, None)
        if timer is not None:
            timer.cancel()
        wanted = [one for one in self._wanted[priority] if not one.answer.done()]
        self._wanted[priority].clear()
        if wanted:
            call = asyncio.ensure_future(self._call(wanted, priority))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _call(self, wanted: Sequence[_Wanted], priority: Priority) -> None:
        waiting = {one.symbol: one for one in wanted}
        deadline_ns = min(one.deadline_ns for one in wanted)
        attempt = 0
        try:
            while waiting:
                attempt += 1
                answers = await self._ask(list(waiting), priority, deadline_ns)
                again = {
                    symbol: answer
                    for symbol, answer in answers.items()
                    if isinstance(answer, SourceError) and answer.retryable
                }
                for symbol in answers.keys() - again.keys():
                    _settle(waiting.pop(symbol), answers[symbol])
                if not again:
                    return
                worst = max(again.values(), key=lambda error: error.retry_after_s or 0)
                if not await self._upstream.pause(attempt, worst, deadline_ns):
                    for symbol, error in again.items():
                        _settle(waiting.pop(symbol), error)
        except Exception as error:
            # A fault of our own: those who wait must hear of it too.
            for one in waiting.values():
                if not one.answer.done():
                    one.answer.set_exception(error)
        finally:
            for one in waiting.values():
                one.answer.cancel()

    async def _ask(self, symbols: list[str], priority: Priority, deadline_ns: int) -> dict[str, Answer]:
        try:
            answers = await self._upstream.attempt(
                "batch" if len(symbols) > 1 else "get",
                lambda: self._source.batch(symbols),
                priority,
                deadline_ns,
                lambda answers: _spoken(symbols, answers),
            )
        except SourceError as error:
            return {symbol: _about(error, symbol) for symbol in symbols}
        return dict(zip(symbols, _checked(symbols, answers), strict=True))


def _about(error: SourceError, symbol: str) -> SourceError:
    named = copy(error)
    named.symbol = symbol
    return named


def _settle(one: _Wanted, answer: Answer) -> None:
    if one.answer.done():
        return
    if isinstance(answer, SourceError):
        one.answer.set_exception(answer)
    else:
        one.answer.set_result(answer)


def _checked(symbols: Sequence[str], answers: Sequence[Answer]) -> list[Answer]:
    """Return an answer for each name; what is about another name is no answer."""
    if len(answers) != len(symbols):
        return [SourceGarbled(f"{len(answers)} answers for {len(symbols)} names", symbol=symbol) for symbol in symbols]
    return [
        answer
        if isinstance(answer, SourceError) or answer.symbol == symbol
        else SourceGarbled(f"the answer for {symbol} is about another name", symbol=symbol)
        for symbol, answer in zip(symbols, answers, strict=True)
    ]


def _spoken(symbols: Sequence[str], answers: Sequence[Answer]) -> Outcome:
    """Return what all answers of a call together say of the source."""
    outcomes = {ended(answer if isinstance(answer, SourceError) else None) for answer in _checked(symbols, answers)}
    for outcome in (Outcome.SUCCESS, Outcome.FAILURE):
        if outcome in outcomes:
            return outcome
    return Outcome.IGNORED
