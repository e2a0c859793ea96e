"""Event loops for whoever starts one: uvloop where it is installed (extra ``uvloop``), asyncio's own elsewhere."""

import asyncio
import importlib
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["new_event_loop", "run", "uvloop_is_there"]

_T = TypeVar("_T")


def uvloop_is_there() -> bool:
    """Whether uvloop can be used."""
    try:
        importlib.import_module("uvloop")
    except ImportError:
        return False
    return True


def new_event_loop(*, uvloop: bool | None = None) -> asyncio.AbstractEventLoop:
    """A new loop.

    Args:
        uvloop: True: uvloop's; False: asyncio's own; None: uvloop's where it is installed.

    Raises:
        ImportError: uvloop was asked for and is not installed.
    """
    if uvloop or (uvloop is None and uvloop_is_there()):
        module = importlib.import_module("uvloop")
        loop: asyncio.AbstractEventLoop = module.new_event_loop()
        return loop
    return asyncio.SelectorEventLoop()


def run(main: Coroutine[Any, Any, _T], *, uvloop: bool | None = None, debug: bool | None = None) -> _T:
    """Run a program to its end on a new loop, as ``asyncio.run`` does.

    Args:
        main: The program.
        uvloop: As for ``new_event_loop``.
        debug: asyncio's debug mode.
    """
    with asyncio.Runner(loop_factory=lambda: new_event_loop(uvloop=uvloop), debug=debug) as runner:
        return runner.run(main)
