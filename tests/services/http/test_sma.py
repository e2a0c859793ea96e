"""The adapter's prices over REST."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.domain import DailyBar
from pyfixmsg_plus.market_data import BudgetSpent, SourceHealth, SourceTimeout, SourceUnavailable, UnknownSymbol
from pyfixmsg_plus.market_data.metrics import Timing
from pyfixmsg_plus.market_data.sma import SmaAdapter
from pyfixmsg_plus.services.basket_pricing.http.sma import sma_router
from tests.services.running import on_loopback, served
from tests.unit.market_data.sources import TableSource, price
from tests.virtual_time import NOON

if TYPE_CHECKING:
    import httpx


class Bench:
    """An adapter before a table of prices, served."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON, 10**12)
        self.source = TableSource(self.clock)
        self.timing = Timing("sma_api_response_time_seconds", "")
        self.client: httpx.AsyncClient


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    adapter = SmaAdapter(made.source, made.clock, Random(3))
    router = sma_router(adapter, made.clock, "table", made.timing)
    async with served([router], clock=made.clock) as client:
        made.client = client
        try:
            yield made
        finally:
            await adapter.close()


@on_loopback
async def test_a_price_has_its_age_and_what_the_source_left_blank_is_null() -> None:
    async with bench() as made:
        made.source.set(price("AAPL", "150.10", bid="150.00", currency="USD", simulated=True, halted=True))
        made.clock.advance(16_000_000_000)
        answer = await made.client.get("/api/v1/sma/prices/AAPL")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert answer.json() == {
            "symbol": "AAPL", "lastPrice": "150.10", "bidPrice": "150.00", "askPrice": None, "openPrice": None,
            "highPrice": None, "lowPrice": None, "previousClose": None, "volume": None, "currency": "USD",
            "exchange": None, "timestamp": "2026-03-02T12:00:00.000Z", "dataQuality": "HIGH", "additionalFields": {},
            "ageMs": 16_000, "stale": True, "source": "TABLE", "halted": True, "simulated": True,
        }  # fmt: skip


@pytest.mark.parametrize("path", ["BRK/B", "BRK%2FB", "0700.HK", "SYMBOL_0", "EURUSD%3DX"])
@on_loopback
async def test_symbols_may_have_a_slash_in_the_path(path: str) -> None:
    async with bench() as made:
        made.source.set(*(price(name) for name in ("BRK/B", "0700.HK", "SYMBOL_0", "EURUSD=X")))
        assert (await made.client.get(f"/api/v1/sma/prices/{path}")).status_code == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("A%20B", "INVALID_SYMBOL"),
        ("A" * 33, "INVALID_SYMBOL"),
        ("A%01", "CONTROL_CHARACTER"),
        ("%ED%A0%80", "INVALID_SYMBOL"),
    ],
)
@on_loopback
async def test_what_is_no_symbol_is_refused(path: str, code: str) -> None:
    async with bench() as made:
        answer = await made.client.get(f"/api/v1/sma/prices/{path}")
        assert (answer.status_code, answer.json()["details"][0]["code"]) == (422, code)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnknownSymbol("no"), 404, "SYMBOL_NOT_FOUND"),
        (SourceUnavailable("down", retryable=False), 503, "MARKET_DATA_UNAVAILABLE"),
        (SourceTimeout("slow"), 503, "MARKET_DATA_UNAVAILABLE"),
        (BudgetSpent("spent", retry_after_s=7), 429, "RATE_LIMIT_EXCEEDED"),
    ],
)
@on_loopback
async def test_a_source_that_gives_no_price_is_told_apart(error: Exception, status: int, code: str) -> None:
    async with bench() as made:
        made.source.failures = [error] * 9
        answer = await made.client.get("/api/v1/sma/prices/AAPL")
        assert (answer.status_code, answer.json()["error"]) == (status, code)
        assert answer.headers.get("retry-after") == ("7" if status == 429 else None)


@on_loopback
async def test_a_batch_gives_what_succeeded_in_the_order_of_the_request() -> None:
    async with bench() as made:
        made.source.set(price("C"), price("A"))
        answer = await made.client.post("/api/v1/sma/prices/batch", json=["A", "X", "C", "A"])
        assert [one["symbol"] for one in answer.json()] == ["A", "C"]
        headers = {
            name: value for name, value in answer.headers.items() if name.startswith("x-") and "request-id" not in name
        }
        assert headers == {
            "x-batch-requested": "3", "x-batch-succeeded": "2", "x-batch-failed": "1", "x-failed-symbols": "X",
        }  # fmt: skip
        detail = (await made.client.post("/api/v1/sma/prices/batch?detail=true", json=["A", "X"])).json()
        assert [one["symbol"] for one in detail["prices"]] == ["A"]
        assert [(one["symbol"], one["code"]) for one in detail["errors"]] == [("X", "SYMBOL_NOT_FOUND")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([f"S{number}" for number in range(101)], 422),
        ({"symbols": ["A"]}, 422),
        ("A", 422),
        (["A", 3], 422),
        (["X", "Y"], 503),
        ([], 200),
    ],
)
@on_loopback
async def test_a_batch_that_is_none_is_refused(body: object, status: int) -> None:
    async with bench() as made:
        made.source.set(price("A"))
        assert (await made.client.post("/api/v1/sma/prices/batch", json=body)).status_code == status


async def first(lines: AsyncIterator[str], count: int) -> list[str]:
    found = []
    async for line in lines:
        found.append(line)
        if len(found) == count:
            break
    return found


@on_loopback
async def test_a_subscription_gives_the_last_value_then_changes_as_lines() -> None:
    async with bench() as made:
        made.source.set(price("A", "1"))
        headers = {"accept": "application/x-ndjson"}
        async with made.client.stream("POST", "/api/v1/sma/subscribe", json=["A"], headers=headers) as answer:
            assert answer.headers["content-type"] == "application/x-ndjson"
            lines = answer.aiter_lines()
            assert json.loads((await first(lines, 1))[0])["lastPrice"] == "1"
            made.clock.advance(10**9)
            made.source.set(price("A", "2", at=1))
            assert json.loads((await first(lines, 1))[0])["lastPrice"] == "2"


@on_loopback
async def test_a_subscription_gives_events_by_default() -> None:
    async with bench() as made:
        made.source.set(price("A", "1", price_id="p\n1"))
        async with made.client.stream("POST", "/api/v1/sma/subscribe", json=["A"]) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = await first(answer.aiter_lines(), 5)
            assert lines[:4] == [": open", "", "event: price", "id: p1"]
            assert json.loads(lines[4].removeprefix("data: "))["symbol"] == "A"


@pytest.mark.parametrize(("days", "status"), [(0, 400), (366, 400), (2, 200)])
@on_loopback
async def test_history_has_one_to_365_days(days: int, status: int) -> None:
    async with bench() as made:
        one = Decimal(1)
        made.source.bars["A"] = [
            DailyBar(day=date(2026, 3, day), open=one, high=one, low=one, close=one, adjusted_close=one)
            for day in (1, 2)
        ]
        answer = await made.client.get(f"/api/v1/sma/history/A?days={days}")
        assert answer.status_code == status
        if status == 200:
            assert [bar["date"] for bar in answer.json()] == ["2026-03-01", "2026-03-02"]
            assert (await made.client.get("/api/v1/sma/history/B")).json() == []


@on_loopback
async def test_health_tells_counters_to_those_who_may_see_them() -> None:
    async with bench() as made:
        open_to_all = await made.client.get("/api/v1/sma/health", headers={"X-User-Roles": ""})
        assert set(open_to_all.json()) == {"status", "connected", "connection", "timestamp"}
        assert (await made.client.get("/api/v1/sma/health")).json()["requests"] == 0
        made.source.state = SourceHealth("DOWN", connected=False, last_heard_ns=NOON - 10**11)
        down = await made.client.get("/api/v1/sma/health")
        assert (down.status_code, down.json()["status"]) == (503, "DOWN")
        assert (await made.client.get("/api/v1/sma/status")).status_code == 200
        assert (await made.client.get("/api/v1/sma/metrics")).json()["cache"] == {"size": 0}


@on_loopback
async def test_the_cache_can_be_emptied_by_who_operates() -> None:
    async with bench() as made:
        made.source.set(price("A"), price("B"))
        for name in ("A", "B"):
            await made.client.get(f"/api/v1/sma/prices/{name}")
        assert (await made.client.delete("/api/v1/sma/cache/A")).json() == {"cleared": True}
        assert (await made.client.delete("/api/v1/sma/cache/A")).json() == {"cleared": False}
        assert (await made.client.delete("/api/v1/sma/cache")).json() == {"clearedEntries": 1}
        refused = await made.client.delete("/api/v1/sma/cache", headers={"X-User-Roles": "VIEWER"})
        assert refused.status_code == 403


@on_loopback
async def test_answers_are_timed_by_operation_and_outcome() -> None:
    async with bench() as made:
        made.source.set(price("A"))
        await made.client.get("/api/v1/sma/prices/A")
        await made.client.get("/api/v1/sma/prices/X")
        await made.client.post("/api/v1/sma/prices/batch", json=["A", "X"])
        (metric,) = made.timing.metrics()
        assert [dict(sample.labels) for sample in metric.samples] == [
            {"operation": "get", "outcome": "OK"},
            {"operation": "get", "outcome": "SYMBOL_NOT_FOUND"},
            {"operation": "batch", "outcome": "PARTIAL"},
        ]
