"""A service that runs on loopback for one test, and a client of it."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any

import httpx
from fastapi import APIRouter

from pyfixmsg_plus.clock import Clock, SystemClock
from pyfixmsg_plus.services.basket_pricing.http.app import application
from pyfixmsg_plus.services.basket_pricing.http.callers import Callers, OpenCallers
from pyfixmsg_plus.services.basket_pricing.http.gate import Gate
from pyfixmsg_plus.services.basket_pricing.http.rates import Rates
from pyfixmsg_plus.services.basket_pricing.http.repeats import MemoryRepeats, Repeats
from pyfixmsg_plus.services.basket_pricing.http.server import HttpServer

__all__ = ["on_loopback", "served"]


@contextlib.asynccontextmanager
async def served(
    routers: Iterable[APIRouter],
    platform: APIRouter | None = None,
    *,
    callers: Callers | None = None,
    repeats: Repeats | None = None,
    rates: Rates | None = None,
    clock: Clock | None = None,
    **gate: Any,
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve routers, and give a client that is told of no redirect."""
    app = application(routers, platform or APIRouter(), "0.0.0")
    way_in = Gate(
        app,
        callers=callers or OpenCallers(),
        repeats=repeats or MemoryRepeats(),
        rates=rates or Rates(),
        clock=clock or SystemClock(),
        random=random.Random(7),
        **gate,
    )
    server = HttpServer(way_in, "127.0.0.1", 0)
    port = await server.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client
    finally:
        await server.stop()


def on_loopback(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run the test on an event loop of its own; what waits for ever fails after a while."""

    def run(*args: Any, **kwargs: Any) -> None:
        async def limited() -> None:
            async with asyncio.timeout(30):
                await test(*args, **kwargs)

        asyncio.run(limited())

    run.__name__ = test.__name__
    run.__doc__ = test.__doc__
    run.__wrapped__ = test  # type: ignore[attr-defined] # pytest reads the parameters from there
    return run
