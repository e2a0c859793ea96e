"""Health, figures, descriptions and the page's stream."""

import asyncio
import json
from typing import Any

import pytest
import websockets
from fastapi import APIRouter

from pyfixmsg_plus.clock import SystemClock
from pyfixmsg_plus.market_data.metrics import MarketDataMetrics
from pyfixmsg_plus.monitor import page_hub
from pyfixmsg_plus.services.basket_pricing.figures import Figures
from pyfixmsg_plus.services.basket_pricing.health import Component, Health
from pyfixmsg_plus.services.basket_pricing.http.callers import OpenCallers
from pyfixmsg_plus.services.basket_pricing.http.platform import monitor_router, platform_router
from tests.services.running import on_loopback, served

PLAIN = {"info": {"title": "T", "version": "<1>"}, "paths": {"/a": {"get": {"summary": "A & B", "x-scopes": ["s"]}}}}


def platform(health: Health, figures: Figures | None = None) -> APIRouter:
    figures = figures or Figures(MarketDataMetrics(SystemClock()))
    return platform_router(health, figures, {"version": "1"}, lambda: PLAIN, lambda: {"asyncapi": "3.0.0"})


async def up() -> Component:
    return Component("UP")


async def down() -> Component:
    return Component("DOWN", "gone")


async def failing() -> Component:
    raise OSError("secret")


@pytest.mark.parametrize(
    ("parts", "status", "said"),
    [
        ({}, 200, "UP"),
        ({"a": (up, True)}, 200, "UP"),
        ({"a": (up, True), "b": (down, True)}, 503, "DOWN"),
        ({"a": (up, True), "b": (down, False)}, 200, "DEGRADED"),
        ({"a": (failing, True)}, 503, "DOWN"),
    ],
)
@on_loopback
async def test_the_service_does_as_the_worst_of_what_it_needs(parts: dict[str, Any], status: int, said: str) -> None:
    health = Health()
    for name, (ask, needed) in parts.items():
        health.add(name, ask, needed=needed)
    async with served([], platform(health)) as client:
        answer = await client.get("/actuator/health")
        assert (answer.status_code, answer.json()["status"]) == (status, said)
        assert set(answer.json()["components"]) == set(parts)
        assert "secret" not in answer.text
        assert (await client.get("/actuator/health?probe=live")).status_code == 200
        anyone = await client.get("/actuator/health", headers={"X-User-Roles": ""})
        assert anyone.json() == {"status": said}
        assert (await client.get("/actuator/health?probe=other")).status_code == 400


@on_loopback
async def test_a_service_that_stops_is_alive_and_not_ready() -> None:
    health = Health()
    health.stopping = True
    async with served([], platform(health)) as client:
        assert (await client.get("/actuator/health?probe=ready")).status_code == 503
        assert (await client.get("/actuator/health?probe=live")).status_code == 200


@on_loopback
async def test_figures_are_told_to_who_may_scrape() -> None:
    figures = Figures(MarketDataMetrics(SystemClock()))
    async with served([], platform(Health(), figures), told=figures.answered) as client:
        await client.get("/actuator/health")
        for path in ("/metrics", "/actuator/prometheus"):
            answer = await client.get(path, headers={"X-User-Roles": "SCRAPER"})
            assert answer.headers["content-type"].startswith("text/plain")
            line = 'http_request_duration_seconds_count{method="GET",route="/actuator/health",status="200"} 1'
            assert line in answer.text.splitlines()
        assert (await client.get("/metrics", headers={"X-User-Roles": "VIEWER"})).status_code == 403
        assert (await client.get("/actuator/info")).json() == {"version": "1"}


@on_loopback
async def test_descriptions_are_served_for_programs_and_people() -> None:
    async with served([], platform(Health())) as client:
        assert (await client.get("/openapi.json")).json() == PLAIN
        assert (await client.get("/asyncapi.json")).json() == {"asyncapi": "3.0.0"}
        page = await client.get("/docs", headers={"accept": "text/html"})
        assert "A &amp; B" in page.text
        assert "&lt;1&gt;" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]


@on_loopback
async def test_the_page_says_who_it_is_in_its_first_message() -> None:
    hub, clock = page_hub("e"), SystemClock()
    hub.put(("service",), {"name": "x"})
    router = monitor_router(hub, OpenCallers(), clock, lambda origin, host: origin == f"http://{host}")
    async with served([router]) as client:
        address = str(client.base_url).replace("http", "ws").rstrip("/") + "/api/v1/monitor"
        async with websockets.connect(address) as socket:
            await socket.send(json.dumps({"token": "mia"}))
            frame = json.loads(await socket.recv())
            assert (frame["type"], frame["state"]["service"]) == ("snapshot", {"name": "x"})
        async with websockets.connect(address) as socket:
            await socket.send("hello")
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4400
        with pytest.raises(websockets.InvalidStatus):
            async with websockets.connect(address, origin=websockets.Origin("https://evil.example")):
                await asyncio.sleep(0)
