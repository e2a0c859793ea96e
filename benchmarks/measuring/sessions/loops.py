"""Run a coroutine on the loop that a task names."""

import asyncio
from collections.abc import Coroutine
from typing import Any

__all__ = ["run"]


def run(loop: str, main: Coroutine[Any, Any, None]) -> None:
    """Run to the end on ``asyncio`` or ``uvloop``."""
    if loop == "uvloop":
        import uvloop

        uvloop.run(main)
    else:
        asyncio.run(main)
