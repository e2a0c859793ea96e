"""Prices of all sources together, their quality, and the source proxies over REST."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.domain import DailyBar
from pyfixmsg_plus.market_data import SourceHealth
from pyfixmsg_plus.market_data.fx_feed import FxFeed
from pyfixmsg_plus.market_data.proxies import SourceProxies
from pyfixmsg_plus.market_data.reconciliation import Reconciler
from pyfixmsg_plus.services.basket_pricing.faults import Fault
from pyfixmsg_plus.services.basket_pricing.http.data_quality import data_quality_router
from pyfixmsg_plus.services.basket_pricing.http.market_data import market_data_router, proxy_router
from tests.services.running import on_loopback, served
from tests.unit.market_data.sources import TableSource, price
from tests.virtual_time import NOON

if TYPE_CHECKING:
    import httpx

TODAY = date(2026, 3, 2)


class Bench:
    """Two sources, the first one preferred."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON, 10**12)
        self.first, self.second = TableSource(self.clock, "FIRST"), TableSource(self.clock, "SECOND")
        self.sources = SourceProxies(self.clock, Random(3))
        self.sources.add(self.first, priority=1)
        self.sources.add(self.second, priority=2)
        self.fx = FxFeed(self.sources)
        self.client: httpx.AsyncClient

    async def names_of(self, basket: str) -> Iterable[str]:
        if basket != "TECH":
            raise Fault("RESOURCE_NOT_FOUND", "there is no such basket")
        return ["A", "B"]

    async def get(self, path: str, status: int = 200) -> Any:
        answer = await self.client.get(f"/api/v1{path}")
        assert answer.status_code == status, answer.text
        return answer.json()["data"] if status == 200 else answer.json()


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    reconciler = Reconciler(made.sources.reconcile, lambda: ["A"], made.clock)
    routers = [
        market_data_router(made.sources, made.fx, made.clock),
        proxy_router(made.sources, made.clock),
        data_quality_router(made.sources, reconciler, made.names_of),
    ]
    async with served(routers, clock=made.clock) as client:
        made.client = client
        try:
            yield made
        finally:
            made.fx.close()
            await made.sources.close()


@on_loopback
async def test_a_price_says_which_source_gave_it_and_whether_another_was_preferred() -> None:
    async with bench() as made:
        made.first.set(price("A", "110", previous_close="100", source="FIRST", currency="USD", price_id="p1"))
        made.second.set(price("B", "7", source="SECOND"))
        found = await made.get("/market-data/instruments/A")
        assert [found["dataSource"], found["fallback"], found["priceId"]] == ["FIRST", False, "p1"]
        assert [found["changeAmount"], found["changePercentage"]] == ["10", "10.00"]
        other = await made.get("/market-data/instruments/B")
        assert [other["dataSource"], other["fallback"], other["changePercentage"]] == ["SECOND", True, None]
        asked = await made.get("/market-data/instruments/B?source=SECOND")
        assert asked["fallback"] is False
        await made.get("/market-data/instruments/B?source=NOBODY", 422)
        assert (await made.get("/market-data/instruments/X", 404))["error"] == "SYMBOL_NOT_FOUND"


@on_loopback
async def test_several_prices_come_with_what_could_not_be_had() -> None:
    async with bench() as made:
        made.first.set(price("A", "100", source="FIRST", currency="USD"), price("EURUSD", "1.25", source="FIRST"))
        body = {"instrumentIds": ["A", "X"], "currency": "EUR", "surprise": 1}
        answer = await made.client.post("/api/v1/market-data/instruments", json=body)
        data = answer.json()["data"]
        assert [(one["instrumentId"], one["lastPrice"], one["currency"]) for one in data["prices"]] == [
            ("A", "80.0", "EUR")
        ]
        assert data["errors"] == [{"instrumentId": "X", "code": "SYMBOL_NOT_FOUND"}]
        assert answer.headers["x-ignored-fields"] == "surprise"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"instrumentIds": []}, 422, "VALIDATION_ERROR"),
        ({"instrumentIds": [f"S{number}" for number in range(101)]}, 422, "VALIDATION_ERROR"),
        ({"instrumentIds": ["X"]}, 503, "MARKET_DATA_UNAVAILABLE"),
        ({"instrumentIds": ["A"], "currency": "ZAR"}, 503, "FX_RATE_MISSING"),
        ({"instrumentIds": ["A"], "currency": "GBp"}, 422, "VALIDATION_ERROR"),
        ({"instrumentIds": ["A"], "dataSource": "NOBODY"}, 422, "VALIDATION_ERROR"),
    ],
)
@on_loopback
async def test_prices_that_cannot_be_had_are_refused(body: dict[str, Any], status: int, code: str) -> None:
    async with bench() as made:
        made.first.set(price("A", "100", source="FIRST", currency="USD"))
        answer = await made.client.post("/api/v1/market-data/instruments", json=body)
        assert (answer.status_code, answer.json()["error"]) == (status, code)


def days(count: int) -> list[DailyBar]:
    return [
        DailyBar(
            day=TODAY - timedelta(days=count - 1 - index),
            open=Decimal(100 + index), high=Decimal(110 + index), low=Decimal(90 - index), close=Decimal(100 + index),
            adjusted_close=Decimal(100 + index) / 2, volume=10,
        )
        for index in range(count)
    ]  # fmt: skip


@on_loopback
async def test_days_past_are_cut_to_what_is_wanted_and_made_into_weeks_and_months() -> None:
    async with bench() as made:
        made.first.bars["A"] = days(10)
        path = "/market-data/instruments/A/historical"
        two = await made.get(f"{path}?startDate=2026-02-28&endDate=2026-03-01")
        assert [bar["date"] for bar in two] == ["2026-02-28", "2026-03-01"]
        weeks = await made.get(f"{path}?frequency=WEEKLY")
        # 22 February 2026 was a Sunday: the last day of a week.
        assert [(bar["date"], bar["openPrice"], bar["closePrice"], bar["volume"]) for bar in weeks] == [
            ("2026-02-22", "100", "101", 20), ("2026-03-01", "102", "108", 70), ("2026-03-02", "109", "109", 10),
        ]  # fmt: skip
        months = await made.get(f"{path}?frequency=MONTHLY")
        assert [(bar["date"], bar["highPrice"]) for bar in months] == [("2026-02-28", "117"), ("2026-03-02", "119")]
        adjusted = await made.get(f"{path}?adjustments=true&startDate=2026-03-02")
        assert (adjusted[0]["closePrice"], adjusted[0]["openPrice"]) == ("54.5", "54.5")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("frequency=INTRADAY", 501),
        ("frequency=HOURLY", 400),
        ("startDate=2026-03-02&endDate=2026-03-01", 422),
        ("startDate=1990-01-01", 422),
        ("startDate=yesterday", 400),
    ],
)
@on_loopback
async def test_days_that_cannot_be_had_are_refused(query: str, status: int) -> None:
    async with bench() as made:
        await made.get(f"/market-data/instruments/A/historical?{query}", status)


@on_loopback
async def test_prices_can_come_with_their_past_and_what_it_tells() -> None:
    async with bench() as made:
        made.first.bars["A"] = days(10)
        made.first.set(price("A", source="FIRST"), price("B", source="FIRST"))
        body = {"instrumentIds": ["A", "B"], "includeHistorical": True, "includeAnalytics": True}
        data = (await made.client.post("/api/v1/market-data/instruments", json=body)).json()["data"]
        assert len(data["prices"][0]["historical"]) == 10
        assert data["prices"][0]["analytics"]["volatility"] > 0
        assert data["prices"][1]["analytics"] is None


@on_loopback
async def test_a_stream_gives_prices_as_events() -> None:
    async with bench() as made:
        made.first.set(price("BRK/B", source="FIRST", price_id="p1"))
        async with made.client.stream("GET", "/api/v1/market-data/stream/BRK%2FB") as answer:
            lines = answer.aiter_lines()
            seen = [await anext(lines) for _ in range(5)]
            assert seen[2:4] == ["event: price", "id: p1"]
            assert json.loads(seen[4].removeprefix("data: "))["instrumentId"] == "BRK/B"


@on_loopback
async def test_a_refresh_asks_the_source_and_counts() -> None:
    async with bench() as made:
        made.first.set(price("A", source="FIRST"))
        answer = await made.client.post("/api/v1/market-data/refresh", json={"symbols": ["A", "X"]})
        assert answer.status_code == 202
        assert answer.json()["data"]["counts"] == {"requested": 2, "refreshed": 1, "failed": 1}


@on_loopback
async def test_health_is_that_of_the_best_source() -> None:
    async with bench() as made:
        assert (await made.get("/market-data/health"))["status"] == "UP"
        made.first.state = SourceHealth("DOWN", connected=False)
        stats = await made.get("/market-data/stats")
        assert [one["available"] for one in stats["sources"]] == [False, True]
        assert (await made.get("/market-data/health"))["status"] == "DEGRADED"
        made.second.state = SourceHealth("DOWN", connected=False)
        await made.get("/market-data/health", 503)
        assert (await made.client.get("/api/v1/proxy/health")).status_code == 503


@on_loopback
async def test_the_proxys_bodies_are_bare() -> None:
    async with bench() as made:
        made.second.set(price("A", "5", source="SECOND"))
        client = made.client
        one = (await client.get("/api/v1/proxy/market-data/A?dataSource=FIRST")).json()
        assert (one["lastPrice"], one["source"], one["fallback"]) == ("5", "SECOND", True)
        both = (await client.post("/api/v1/proxy/market-data/batch", json=["A", "X"])).json()
        assert ([one["symbol"] for one in both["prices"]], both["errors"]) == (
            ["A"],
            [{"symbol": "X", "code": "SYMBOL_NOT_FOUND"}],
        )
        assert (await client.post("/api/v1/proxy/market-data/batch", json=["X"])).status_code == 503
        assert [one["name"] for one in (await client.get("/api/v1/proxy/data-sources")).json()] == ["FIRST", "SECOND"]
        assert (await client.get("/api/v1/proxy/data-sources/FIRST/available")).json() == {
            "name": "FIRST",
            "available": True,
        }
        assert (await client.get("/api/v1/proxy/data-sources/NOBODY/available")).status_code == 404
        assert (await client.get("/api/v1/proxy/cache/stats")).json() == {"cached": {"FIRST": 0, "SECOND": 1}}
        assert (await client.get("/api/v1/proxy/health")).json()["status"] == "UP"
        assert len((await client.get("/api/v1/proxy/metrics")).json()["sources"]) == 2
        assert (await client.delete("/api/v1/proxy/cache/A")).status_code == 204
        assert (await client.delete("/api/v1/proxy/cache")).status_code == 204
        assert (await client.get("/api/v1/proxy/cache/stats")).json() == {"cached": {"FIRST": 0, "SECOND": 0}}


@on_loopback
async def test_quality_is_told_of_all_names_of_one_and_of_a_basket() -> None:
    async with bench() as made:
        made.first.set(
            price("A", "100", bid="101", ask="99", source="FIRST"),
            price("B", "100", bid="100", ask="100", source="FIRST"),
            price("C", source="FIRST"),
        )
        for name in ("A", "B", "C"):
            await made.client.get(f"/api/v1/market-data/instruments/{name}")
        whole = await made.get("/data-quality/report")
        assert (whole["names"], whole["quarantined"]) == (3, 1)
        assert whole["byRule"]["INVALID_BID_ASK_SPREAD"] == 1
        basket = await made.get("/data-quality/score?basketId=TECH")
        assert basket == {"score": 1.0, "points": 95.0, "names": 1, "alert": False}
        issues = await made.get("/data-quality/issues?instrumentId=A")
        assert [one["instrumentId"] for one in issues] == ["A"]
        assert (issues[0]["quarantined"], issues[0]["issues"][0]["severity"]) == (True, "CRITICAL")
        await made.get("/data-quality/report?basketId=NOBODY", 404)
