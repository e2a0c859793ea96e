"""The source on a real connection over loopback, against a server of literal frames."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from pyfixmsg_plus.clock import SystemClock
from pyfixmsg_plus.domain import DataQuality, MarketPrice
from pyfixmsg_plus.feeds.refinitiv.dialing import DialSettings
from pyfixmsg_plus.feeds.refinitiv.events import GapReason
from pyfixmsg_plus.feeds.refinitiv.settings import LsegSettings
from pyfixmsg_plus.feeds.refinitiv.source import LsegSource
from pyfixmsg_plus.market_data.source import SourceRejected, SourceTimeout, SourceUnavailable, UnknownSymbol
from tests.on_loop import on_loop
from tests.unit.feeds.refinitiv.talk import LOGIN_OK, fields, refresh, status, update

PRICES = {"CURRENCY": "GBp", "TRDPRC_1": 101.25, "BID": 101.2, "ASK": 101.3, "ACVOL_1": 81200}


class Server:
    """Says what a test tells it to, and remembers what it was told."""

    def __init__(self, prices: dict[str, Any]) -> None:
        self.prices = prices
        self.connections: list[ServerConnection] = []
        self.streams: dict[str, int] = {}
        self.asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def say(self, *messages: dict[str, Any]) -> None:
        await self.connections[-1].send(json.dumps(list(messages)))

    async def serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        async for text in connection:
            said = json.loads(text)
            for message in said if isinstance(said, list) else [said]:
                await self.answer(message)
                self.asked.put_nowait(message)

    async def answer(self, message: dict[str, Any]) -> None:
        if message.get("Domain") == "Login" and "Type" not in message:
            await self.say(LOGIN_OK)
        elif "Key" in message and "Type" not in message:
            names, first = message["Key"]["Name"], message["ID"]
            names = [names] if isinstance(names, str) else names
            if isinstance(message["Key"]["Name"], list):
                await self.say(status(first, "Closed/Ok"))
                first += 1
            for stream_id, name in enumerate(names, first):
                self.streams[name] = stream_id
                kind = "Open/Ok" if message.get("Streaming", True) else "NonStreaming/Ok"
                if name not in self.prices:
                    await self.say(status(stream_id, "Closed/Suspect", "NotFound"))
                elif self.prices[name] is not None:
                    await self.say(refresh(stream_id, state=kind, Fields=self.prices[name]))


@asynccontextmanager
async def serving(
    prices: dict[str, Any] | None = None, *, compression: str | None = "deflate"
) -> AsyncIterator[tuple[Server, LsegSource]]:
    server = Server({"PFX.L": PRICES, "SLOW.L": None} if prices is None else prices)
    async with serve(
        server.serve, "127.0.0.1", 0, subprotocols=[Subprotocol("tr_json2")], compression=compression
    ) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        settings = LsegSettings(
            urls=(f"ws://127.0.0.1:{port}",),
            dialing=DialSettings(compression=compression is not None),
            timeout_s=1.0,
            same_place_s=0.05,
            reconnect_most_s=0.1,
        )
        source = LsegSource(settings, SystemClock(), Random(1))
        await source.start()
        try:
            yield server, source
        finally:
            await source.close()


class Heard:
    """Prices as they come."""

    def __init__(self) -> None:
        self.prices: list[MarketPrice] = []
        self._more = asyncio.Event()

    def __call__(self, price: MarketPrice) -> None:
        self.prices.append(price)
        self._more.set()

    async def until(self, wanted: Callable[[MarketPrice], bool]) -> MarketPrice:
        async with asyncio.timeout(10):
            while True:
                for price in self.prices:
                    if wanted(price):
                        return price
                self._more.clear()
                await self._more.wait()


@pytest.mark.parametrize("compression", ["deflate", None])
def test_a_subscribed_price_comes_and_changes(compression: str | None) -> None:
    @on_loop
    async def run() -> None:
        heard = Heard()
        async with serving(compression=compression) as (server, source):
            source.subscribe(["PFX.L"], heard)
            first = await heard.until(lambda price: price.last is not None)
            assert (first.last, first.bid, first.currency, first.quote_unit) == (
                Decimal("1.0125"), Decimal("1.012"), "GBP", "GBp",
            )  # fmt: skip
            await server.say(update(server.streams["PFX.L"], UpdateType="Trade", **fields(TRDPRC_1=101.3)))
            await heard.until(lambda price: price.last == Decimal("1.013"))

    run()


@on_loop
async def test_a_cut_makes_prices_low_until_a_new_image_and_leaves_a_gap() -> None:
    heard = Heard()
    async with serving() as (server, source):
        source.subscribe(["PFX.L"], heard)
        await heard.until(lambda price: price.quality is DataQuality.MEDIUM)
        heard.prices.clear()
        server.connections[-1].transport.abort()
        await heard.until(lambda price: price.quality is DataQuality.LOW)
        await heard.until(lambda price: price.quality is DataQuality.MEDIUM)
        assert [gap.reason for gap in source.gaps] == [GapReason.DISCONNECT, GapReason.DISCONNECT]
        assert [gap.to_ns is None for gap in source.gaps] == [True, False]
        assert source.open_gaps() == []


@on_loop
async def test_one_price_is_had_without_a_subscription() -> None:
    async with serving() as (_, source):
        assert (await source.get("PFX.L")).last == Decimal("1.0125")


@on_loop
async def test_each_name_of_a_batch_has_its_answer_in_order() -> None:
    async with serving() as (_, source):
        answers = await source.batch(["NONE.L", "PFX.L", "SLOW.L", "NONE.L"])
        assert [type(answer) for answer in answers] == [UnknownSymbol, MarketPrice, SourceTimeout, UnknownSymbol]


@on_loop
async def test_two_readers_share_one_stream_and_the_last_one_closes_it() -> None:
    async with serving() as (server, source):
        one, two = Heard(), Heard()
        first = source.subscribe(["PFX.L"], one)
        await one.until(lambda price: price.last is not None)
        second = source.subscribe(["PFX.L"], two)
        assert len(two.prices) == 1
        first.close()
        first.close()
        second.close()
        async with asyncio.timeout(10):
            said = [await server.asked.get() for _ in range(3)]
        assert [message.get("Type", "Request") for message in said] == ["Request", "Request", "Close"]


@on_loop
async def test_health_follows_the_connection() -> None:
    heard = Heard()
    async with serving() as (_, source):
        clock = SystemClock()
        assert source.health(clock.now()).status == "DOWN"
        source.subscribe(["PFX.L"], heard)
        await heard.until(lambda price: True)
        assert source.health(clock.now()).status == "UP"
        assert source.confirmed_ns("PFX.L") is not None
        assert source.confirmed_ns("NONE.L") is None
    assert source.health(clock.now()).connected is False


@on_loop
async def test_without_a_server_the_source_says_so() -> None:
    settings = LsegSettings(urls=("ws://127.0.0.1:1",), timeout_s=0.2)
    source = LsegSource(settings, SystemClock(), Random(1))
    await source.start()
    try:
        with pytest.raises(SourceUnavailable, match="not connected"):
            await source.get("PFX.L")
        with pytest.raises(SourceRejected):
            await source.history("PFX.L", 5)
    finally:
        await source.close()
