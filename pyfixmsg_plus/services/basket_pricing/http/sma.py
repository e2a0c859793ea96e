"""Prices of the adapter: one, several, as a stream, of past days; and how the adapter does. Bare bodies."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Body as InBody
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data import SourceError
from pyfixmsg_plus.market_data.sma import SmaAdapter
from pyfixmsg_plus.services.basket_pricing.faults import Fault
from pyfixmsg_plus.services.basket_pricing.http.answers import Json
from pyfixmsg_plus.services.basket_pricing.http.asked import asked_of
from pyfixmsg_plus.services.basket_pricing.http.errors import fault_of_source
from pyfixmsg_plus.services.basket_pricing.http.prices import bar_view, health_view, sma_price_view
from pyfixmsg_plus.services.basket_pricing.http.routing import Operation, opens
from pyfixmsg_plus.services.basket_pricing.http.streams import NDJSON, SSE, events, lines, viewed
from pyfixmsg_plus.services.basket_pricing.http.values import Symbol, many, symbol_in_path

__all__ = ["MOST_SYMBOLS", "sma_router"]

MOST_SYMBOLS = 100
_READ = opens("sma:read")


def sma_router(adapter: SmaAdapter, clock: Clock, connection: str, timing: Any = None) -> APIRouter:
    """Return the operations of the adapter.

    Args:
        adapter: Gives the prices.
        clock: Says the time.
        connection: How the source behind it is connected to, for people.
        timing: Records how long answers took, by operation and outcome.
    """
    router = APIRouter(prefix="/sma", route_class=Operation, tags=["SMA"])

    def took(request: Request, operation: str, outcome: str) -> None:
        if timing is not None:
            timing.record(clock.now().mono_ns - asked_of(request).now.mono_ns, operation=operation, outcome=outcome)

    @router.get("/prices/{symbol:path}", openapi_extra=_READ, summary="The price of one instrument")
    async def price(symbol: str, request: Request) -> Response:
        try:
            found = await adapter.get(symbol_in_path(symbol))
        except SourceError as error:
            took(request, "get", error.code)
            raise
        answer = Json(sma_price_view(found, clock.now()))
        took(request, "get", "OK")
        return answer

    @router.post("/prices/batch", openapi_extra=_READ, summary="The prices of several instruments")
    async def batch(
        request: Request,
        symbols: Annotated[list[Symbol], InBody(max_length=MOST_SYMBOLS)],
        detail: Annotated[bool, Query()] = False,
    ) -> Response:
        names = many(symbols, 0, MOST_SYMBOLS)
        answers = dict(zip(names, await adapter.batch(names), strict=True))
        now = clock.now()
        prices = [sma_price_view(one, now) for one in answers.values() if isinstance(one, MarketPrice)]
        errors = {name: one for name, one in answers.items() if isinstance(one, SourceError)}
        took(request, "batch", "OK" if not errors else "PARTIAL" if prices else "FAILED")
        if errors and not prices:
            raise Fault("MARKET_DATA_UNAVAILABLE", "no source gives any of these prices")
        headers = {
            "X-Batch-Requested": str(len(names)),
            "X-Batch-Succeeded": str(len(prices)),
            "X-Batch-Failed": str(len(errors)),
        }
        if errors:
            headers["X-Failed-Symbols"] = ",".join(errors)
        if not detail:
            return Json(prices, headers=headers)
        told = [
            {"symbol": name, "code": fault_of_source(error).code, "message": str(error)}
            for name, error in errors.items()
        ]
        return Json({"prices": prices, "errors": told}, headers=headers)

    @router.post("/subscribe", openapi_extra=opens("sma:read", answers=(SSE, NDJSON)), summary="A stream of prices")
    async def subscribe(request: Request, symbols: Annotated[list[Symbol], InBody()]) -> Response:
        names = many(symbols, 1, MOST_SYMBOLS)
        wanted = request.headers.get("accept", "")
        made, media = (lines, NDJSON) if NDJSON in wanted else (events, SSE)
        stream = made(names, adapter.subscribe, viewed(clock, sma_price_view))
        return StreamingResponse(stream, media_type=media, headers={"Cache-Control": "no-store"})

    @router.get("/history/{symbol:path}", openapi_extra=_READ, summary="Days past, the oldest first")
    async def history(symbol: str, days: Annotated[int, Query(ge=1, le=365)] = 1) -> Response:
        return Json([bar_view(bar) for bar in await adapter.history(symbol_in_path(symbol), days)])

    async def health_of(request: Request, *, counted: bool) -> tuple[dict[str, Any], int]:
        now = clock.now()
        found = adapter.health(now)
        counters = None
        if counted or asked_of(request).actor.may("sma:read"):
            stats = await adapter.stats()
            counters = {
                "requests": stats.requests,
                "hits": stats.hits,
                "misses": stats.misses,
                "upstreamCalls": stats.calls,
                "failures": stats.failures,
                "waiting": stats.waiting,
                "budgetRemaining": stats.budget_remaining,
                "subscribed": stats.subscribed,
                "cached": stats.cached,
                "circuitBreaker": stats.breaker.name,
            }
        return health_view(found, now, connection, counters), 503 if found.status == "DOWN" else 200

    @router.get("/health", openapi_extra=opens(), summary="Whether prices can be had; open to all")
    async def health(request: Request) -> Response:
        return Json(*await health_of(request, counted=False))

    @router.get("/status", openapi_extra=_READ, summary="How the adapter does, in detail")
    async def status(request: Request) -> Response:
        return Json((await health_of(request, counted=True))[0])

    @router.get("/metrics", openapi_extra=_READ, summary="Counters of the adapter and the size of its cache")
    async def metrics(request: Request) -> Response:
        view, _ = await health_of(request, counted=True)
        return Json({**view, "cache": {"size": view["cached"]}})

    @router.delete("/cache/{symbol:path}", openapi_extra=opens("sma:admin"), summary="Forget one price")
    async def forget(symbol: str) -> Response:
        return Json({"cleared": await adapter.clear(symbol_in_path(symbol)) > 0})

    @router.delete("/cache", openapi_extra=opens("sma:admin"), summary="Forget all prices")
    async def forget_all() -> Response:
        return Json({"clearedEntries": await adapter.clear()})

    return router
