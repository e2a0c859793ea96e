"""Prices that keep coming to one reader: the last of each name first, then its changes, conflated while it is slow.

Source: Server-sent events, WHATWG HTML section 9.2; newline-delimited JSON.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data import Listener, Subscription
from pyfixmsg_plus.services.basket_pricing.http.answers import encoded

__all__ = ["NDJSON", "SSE", "events", "lines"]

SSE = "text/event-stream"
NDJSON = "application/x-ndjson"
BEAT_S = 15.0

Subscribe = Callable[[Sequence[str], Listener], Subscription]
View = Callable[[MarketPrice], object]


class _Latest:
    """What a reader has not seen yet: of each name the last price."""

    def __init__(self) -> None:
        self._waiting: dict[str, MarketPrice] = {}
        self._wake = asyncio.Event()

    def put(self, price: MarketPrice) -> None:
        self._waiting[price.symbol] = price
        self._wake.set()

    async def take(self, within_s: float) -> list[MarketPrice]:
        try:
            async with asyncio.timeout(within_s):
                await self._wake.wait()
        except TimeoutError:
            return []
        self._wake.clear()
        taken, self._waiting = list(self._waiting.values()), {}
        return taken


async def _prices(symbols: Sequence[str], subscribe: Subscribe, beat_s: float) -> AsyncIterator[list[MarketPrice]]:
    latest = _Latest()
    subscription = subscribe(symbols, latest.put)
    try:
        while True:
            yield await latest.take(beat_s)
    finally:
        subscription.close()


async def events(
    symbols: Sequence[str], subscribe: Subscribe, view: View, beat_s: float = BEAT_S
) -> AsyncIterator[bytes]:
    """Return prices as server-sent events; a comment where nothing changed for a while."""
    yield b": open\n\n"
    async for prices in _prices(symbols, subscribe, beat_s):
        if not prices:
            yield b": alive\n\n"
        for price in prices:
            yield b"event: price\nid: " + _identifier(price) + b"\ndata: " + encoded(view(price)) + b"\n\n"


async def lines(
    symbols: Sequence[str], subscribe: Subscribe, view: View, beat_s: float = BEAT_S
) -> AsyncIterator[bytes]:
    """Return prices as lines of JSON; an empty line where nothing changed for a while."""
    async for prices in _prices(symbols, subscribe, beat_s):
        yield b"".join(encoded(view(price)) + b"\n" for price in prices) or b"\n"


def _identifier(price: MarketPrice) -> bytes:
    # A line break in it would begin another field.
    return "".join(sign for sign in price.price_id if sign.isprintable()).encode()


def viewed(clock: Clock, view: Callable[..., object]) -> View:
    """Return a view of prices at the time at which they are sent."""
    return lambda price: view(price, clock.now())
