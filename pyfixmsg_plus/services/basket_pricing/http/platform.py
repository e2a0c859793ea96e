"""What stands beside the interface: health, figures, descriptions, and the page's stream."""

import contextlib
import html
from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter, WebSocket
from starlette.requests import Request
from starlette.responses import Response

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.monitor import Admission, Hub, follow
from pyfixmsg_plus.services.basket_pricing.faults import Fault
from pyfixmsg_plus.services.basket_pricing.figures import Figures
from pyfixmsg_plus.services.basket_pricing.health import Health
from pyfixmsg_plus.services.basket_pricing.http.answers import Json
from pyfixmsg_plus.services.basket_pricing.http.asked import asked_of
from pyfixmsg_plus.services.basket_pricing.http.callers import Callers
from pyfixmsg_plus.services.basket_pricing.http.routing import Operation, opens
from pyfixmsg_plus.telemetry.exposition import CONTENT_TYPE, exposition

__all__ = ["monitor_router", "platform_router"]

_TEXT = "text/plain"
_HTML = "text/html"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def platform_router(
    health: Health,
    figures: Figures,
    info: dict[str, Any],
    described: Callable[[], dict[str, Any]],
    events: Callable[[], dict[str, Any]],
) -> APIRouter:
    """Return the operations beside the interface.

    Args:
        health: Of the parts.
        figures: What is counted.
        info: What the program says of itself.
        described: Gives the description of the interface.
        events: Gives the description of the events.
    """
    router = APIRouter(route_class=Operation, tags=["Platform"])

    @router.get("/actuator/health", openapi_extra=opens(), summary="Whether the service does its work; open to all")
    async def actuator_health(request: Request, probe: Literal["live", "ready"] = "ready") -> Response:
        status, components = await health.ask(live=probe == "live")
        view: dict[str, Any] = {"status": status}
        if asked_of(request).actor.may("integration:read"):
            view["components"] = components
        return Json(view, 503 if status == "DOWN" else 200)

    @router.get("/actuator/info", openapi_extra=opens("metrics:read"), summary="What runs")
    async def actuator_info() -> Response:
        return Json(info)

    async def metrics() -> Response:
        await figures.market.refresh()
        return Response(exposition(figures.registry.collect()), media_type=CONTENT_TYPE)

    for path in ("/metrics", "/actuator/prometheus"):
        router.get(
            path,
            openapi_extra=opens("metrics:read", answers=(_TEXT, "application/openmetrics-text")),
            summary="Figures, as Prometheus reads them",
            name=path,
        )(metrics)

    @router.get("/openapi.json", openapi_extra=opens(), summary="This description")
    async def openapi() -> Response:
        return Json(described())

    @router.get("/asyncapi.json", openapi_extra=opens(), summary="The description of the events")
    async def asyncapi() -> Response:
        return Json(events())

    @router.get("/docs", openapi_extra=opens(answers=(_HTML,)), summary="This description, for people")
    async def docs() -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        return Response(
            page(described()), media_type=f"{_HTML}; charset=utf-8", headers={"Content-Security-Policy": policy}
        )

    return router


def page(described: dict[str, Any]) -> str:
    """Return the description of the interface as a page that needs no other file."""
    rows = []
    for path, operations in described["paths"].items():
        for method, said in operations.items():
            scopes = " or ".join(said.get("x-scopes", ()))
            cells = (method.upper(), path, said.get("summary", ""), scopes)
            rows.append(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>")
    title = html.escape(f"{described['info']['title']} {described['info']['version']}")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        "<style>body{font:15px system-ui;margin:2rem}table{border-collapse:collapse}"
        "td,th{text-align:left;padding:.2rem .8rem .2rem 0}td:nth-child(2){font-family:monospace}</style>"
        f"<h1>{title}</h1><p>The whole description: /openapi.json. The events: /asyncapi.json.</p>"
        f"<table><tr><th>Method<th>Path<th>What it does<th>Scope</tr>{''.join(rows)}</table></html>"
    )


def monitor_router(hub: Hub, callers: Callers, clock: Clock, origins: Callable[[str, str], bool]) -> APIRouter:
    """Return the stream that the page follows.

    Args:
        hub: What is followed.
        callers: Tell who a token names.
        clock: Says the time.
        origins: Says whether a page from this origin may follow at this host.
    """
    router = APIRouter()

    async def admit(token: str) -> Admission | None:
        try:
            actor, expires_ns = await callers.admit_token(token, clock.now())
        except Fault:
            return None
        return Admission(actor.scopes, expires_ns)

    @router.websocket("/monitor")
    async def monitor(socket: WebSocket) -> None:
        origin = socket.headers.get("origin")
        if origin is not None and not origins(origin, socket.headers.get("host", "")):
            # Another site's page would bring its visitor's address with it, and no token; it is not let in at all.
            await socket.close(1008)
            return
        await socket.accept()
        with contextlib.suppress(Exception):
            # Whatever ends it, the other side is gone.
            await follow(socket, hub, admit, clock)

    return router
