"""Tests on an event loop: on asyncio's own and on uvloop, with a deadline, and with nothing left unsaid."""

import asyncio
import functools
import gc
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from pyfixmsg_plus.transport import run
from pyfixmsg_plus.transport.loops import uvloop_is_there
from tests.not_run import not_run

__all__ = ["LOOPS", "come", "on_both_loops", "play"]

LOOPS = ("asyncio", "uvloop")
DEADLINE_S = 20.0


async def come(reached: Callable[[], object]) -> None:
    """Let the loop turn until something has come about; the test's deadline ends it."""
    while not reached():
        await asyncio.sleep(0)


def play(loop: str, main: Coroutine[Any, Any, None]) -> None:
    """Run a test to its end; whatever the loop would only have logged fails it."""
    if loop == "uvloop" and not uvloop_is_there():
        main.close()
        not_run("uvloop is not installed")
    unsaid: list[dict[str, Any]] = []

    async def timed() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: unsaid.append(context))
        async with asyncio.timeout(DEADLINE_S):
            await main

    run(timed(), uvloop=loop == "uvloop")
    gc.collect(0)
    assert not unsaid, unsaid


def on_both_loops(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a test of a coroutine function, once for each kind of loop."""

    @functools.wraps(test)
    def played(*, loop: str, **arguments: Any) -> None:
        play(loop, test(**arguments))

    given = inspect.signature(test)
    loop = inspect.Parameter("loop", inspect.Parameter.KEYWORD_ONLY, annotation=str)
    kept = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in given.parameters.values()]
    played.__dict__["__signature__"] = given.replace(parameters=[*kept, loop], return_annotation=None)
    del played.__dict__["__wrapped__"]
    marked: Callable[..., None] = pytest.mark.parametrize("loop", LOOPS)(played)
    return marked
