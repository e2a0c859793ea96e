"""An event loop on a clock that jumps: where it would wait, the clock runs on, and nobody waits.

A `ManualClock` is the time of the loop and of what runs on it, so that timers and decisions agree to the nanosecond. It
cannot be used with sockets or processes, which take real time.
"""

import asyncio
import functools
import inspect
import selectors
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Concatenate, ParamSpec

from pyfixmsg_plus.clock import ManualClock

__all__ = ["NOON", "on_virtual_time"]

P = ParamSpec("P")
_SECOND_NS = 1_000_000_000
# 2026-03-02 12:00:00 UTC, a Monday.
NOON = 1_772_452_800 * _SECOND_NS


class _Jumping(selectors.SelectSelector):
    """Waits for nothing: where nothing is ready, time runs on to when the loop wants to be woken."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("the test waits for what will never happen")
            self._clock.advance(max(0, round(timeout * _SECOND_NS)))
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: ManualClock) -> None:
        self._manual = clock
        super().__init__(_Jumping(clock))
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self._manual.now().mono_ns / _SECOND_NS


def on_virtual_time(
    test: Callable[Concatenate[ManualClock, P], Coroutine[Any, Any, None]],
) -> Callable[P, None]:
    """Run the test on a new loop, and give it the clock first; what it leaves running is a failure."""

    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        clock = ManualClock(NOON, 1000 * _SECOND_NS)
        faults: list[Mapping[str, Any]] = []

        def fault(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
            faults.append(context)

        async def whole() -> None:
            asyncio.get_running_loop().set_exception_handler(fault)
            await test(clock, *args, **kwargs)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, left

        with asyncio.Runner(loop_factory=lambda: _Loop(clock)) as runner:
            runner.run(whole())
        assert not faults, faults

    functools.update_wrapper(run, test)
    del run.__wrapped__  # type: ignore[attr-defined] # pytest would ask for the clock as a fixture
    # What pytest sees as the arguments of the test: all but the clock.
    run.__signature__ = _without_first(test)  # type: ignore[attr-defined] # functions take any attribute
    return run


def _without_first(test: Callable[..., Any]) -> Any:
    signature = inspect.signature(test)
    return signature.replace(parameters=list(signature.parameters.values())[1:])
