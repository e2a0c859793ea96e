"""Prices of all sources together: judged, with fallback, compared. Enveloped; the proxy's paths answer bare."""

import contextlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi import Body as InBody
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.domain import DailyBar, MarketPrice, major_unit
from pyfixmsg_plus.market_data import FxSet, FxTable, SourceError
from pyfixmsg_plus.market_data.fx import PIVOT
from pyfixmsg_plus.market_data.fx_feed import FxFeed, usual_pair
from pyfixmsg_plus.market_data.proxies import Found, SourceProxies
from pyfixmsg_plus.services.basket_pricing.faults import Fault, FaultCode, FieldFault, invalid
from pyfixmsg_plus.services.basket_pricing.http.answers import Json, enveloped
from pyfixmsg_plus.services.basket_pricing.http.asked import asked_of
from pyfixmsg_plus.services.basket_pricing.http.errors import fault_of_source
from pyfixmsg_plus.services.basket_pricing.http.prices import bar_view, health_view, market_price_view
from pyfixmsg_plus.services.basket_pricing.http.routing import Operation, opens
from pyfixmsg_plus.services.basket_pricing.http.streams import SSE, events, viewed
from pyfixmsg_plus.services.basket_pricing.http.values import Body, Currency, Symbol, many, symbol_in_path

__all__ = ["market_data_router", "proxy_router", "source_name"]

MOST_SYMBOLS = 100
_DAYS_MOST = 20 * 366
_READ = opens("market-data:read")
_ADMIN = opens("market-data:admin")

SourceName = Annotated[str | None, Query(max_length=64)]
Frequency = Literal["INTRADAY", "DAILY", "WEEKLY", "MONTHLY"]


class InstrumentsWanted(Body):
    """Which prices are wanted."""

    instrument_ids: list[Symbol]
    data_source: str | None = None
    exchange: str | None = None
    currency: Currency | None = None
    include_historical: bool = False
    include_analytics: bool = False


class RefreshWanted(Body):
    """Which prices are to be asked for anew."""

    symbols: list[Symbol]
    source: str | None = None
    data_type: Literal["PRICE"] = "PRICE"


def source_name(sources: SourceProxies, given: str | None, field: str) -> str | None:
    """Return the name of a source.

    Raises:
        Fault: There is none of this name.
    """
    known = [proxy.name for proxy in sources.proxies]
    if given is None or given in known:
        return given
    text = f"one of {', '.join(known)} is expected"
    raise invalid([FieldFault(FaultCode.INVALID_FIELD_VALUE, field, given[:64], text)])


def in_currency(price: MarketPrice, currency: str, fx: FxSet) -> MarketPrice:
    """Return a price in another currency, at the rates of one set.

    Raises:
        FxRateMissing: There is no rate.
    """
    own = price.currency
    if own is None or own == currency:
        return price

    def converted(value: Decimal | None) -> Decimal | None:
        return None if value is None else fx.convert(value, own, currency)

    return replace(
        price,
        currency=currency,
        last=converted(price.last),
        bid=converted(price.bid),
        ask=converted(price.ask),
        open=converted(price.open),
        high=converted(price.high),
        low=converted(price.low),
        previous_close=converted(price.previous_close),
    )


async def rates_of(sources: SourceProxies, currencies: Iterable[str], now: Now) -> FxSet:
    """Return the rates of these currencies, as far as there are any, as one set."""
    table = FxTable()
    for currency in sorted({major_unit(currency).currency for currency in currencies} - {PIVOT}):
        with contextlib.suppress(SourceError):
            table.put((await sources.find(usual_pair(currency))).price)
    return table.snapshot(now.utc_ns)


def _first_days(bars: Iterable[DailyBar], frequency: str) -> list[DailyBar]:
    """Return bars of weeks or months made of days."""

    def key(bar: DailyBar) -> tuple[int, int]:
        iso = bar.day.isocalendar()
        return (iso.year, iso.week) if frequency == "WEEKLY" else (bar.day.year, bar.day.month)

    made = []
    for _, group in groupby(bars, key):
        days = list(group)
        volumes = [bar.volume for bar in days if bar.volume is not None]
        made.append(
            replace(
                days[-1],
                open=days[0].open,
                high=max(bar.high for bar in days),
                low=min(bar.low for bar in days),
                volume=sum(volumes) if volumes else None,
            )
        )
    return made


def _adjusted(bar: DailyBar) -> DailyBar:
    if not bar.close or bar.close == bar.adjusted_close:
        return bar
    factor = bar.adjusted_close / bar.close
    return replace(bar, open=bar.open * factor, high=bar.high * factor, low=bar.low * factor, close=bar.adjusted_close)


def today(now: Now) -> date:
    """Return the day in UTC."""
    return datetime.fromtimestamp(now.utc_ns // 1_000_000_000, UTC).date()


async def history_of(
    sources: SourceProxies, symbol: str, start: date, end: date, frequency: str, now: Now, *, adjust: bool
) -> list[DailyBar]:
    """Return bars between two days, both included.

    Raises:
        Fault: The days are in the wrong order or too many, or there are no bars within a day.
    """
    if frequency == "INTRADAY":
        raise Fault("NOT_IMPLEMENTED", "the sources have daily bars, and none within a day")
    if start > end:
        raise invalid(
            [FieldFault(FaultCode.INVALID_DATE_RANGE, "endDate", end.isoformat(), "it lies before startDate")]
        )
    days = (today(now) - start).days + 1
    if days > _DAYS_MOST:
        raise invalid([FieldFault(FaultCode.INVALID_DATE_RANGE, "startDate", start.isoformat(), "20 years at most")])
    bars = [bar for bar in await sources.history(symbol, max(1, days)) if start <= bar.day <= end]
    if adjust:
        bars = [_adjusted(bar) for bar in bars]
    return bars if frequency == "DAILY" else _first_days(bars, frequency)


def market_data_router(sources: SourceProxies, fx: FxFeed, clock: Clock) -> APIRouter:
    """Return the operations on prices.

    Args:
        sources: Give the prices.
        fx: The rates of exchange that are kept.
        clock: Says the time.
    """
    router = APIRouter(prefix="/market-data", route_class=Operation, tags=["Market data"])

    async def found(symbol: str, source: str | None, *, refresh: bool = False) -> Found | SourceError:
        try:
            return await sources.find(symbol, source, refresh=refresh)
        except SourceError as error:
            return error

    @router.post("/instruments", openapi_extra=_READ, summary="The prices of several instruments")
    async def instruments(request: Request, wanted: InstrumentsWanted) -> Response:
        names = many(wanted.instrument_ids, 1, MOST_SYMBOLS)
        source = source_name(sources, wanted.data_source, "dataSource")
        prices, errors = list[dict[str, Any]](), list[dict[str, str]]()
        for name in names:
            answer = await found(name, source)
            if isinstance(answer, SourceError):
                errors.append({"instrumentId": name, "code": fault_of_source(answer).code})
                continue
            now, price = clock.now(), answer.price
            if wanted.currency is not None:
                rates = await rates_of(sources, [wanted.currency, price.currency or wanted.currency], now)
                price = in_currency(price, wanted.currency, rates)
            view = market_price_view(price, now, fallback=answer.fallback, cached=answer.cached)
            if wanted.include_historical:
                start = today(now) - timedelta(days=30)
                bars = await history_of(sources, name, start, today(now), "DAILY", now, adjust=False)
                view["historical"] = [bar_view(bar) for bar in bars]
            if wanted.include_analytics:
                view["analytics"] = await analytics(name, now)
            prices.append(view)
        if not prices:
            raise Fault("MARKET_DATA_UNAVAILABLE", "no source gives any of these prices")
        return enveloped(asked_of(request), {"prices": prices, "errors": errors})

    async def analytics(symbol: str, now: Now) -> dict[str, float] | None:
        from pyfixmsg_plus.analytics import max_drawdown, returns_of, volatility

        try:
            start = today(now) - timedelta(days=365)
            bars = await history_of(sources, symbol, start, today(now), "DAILY", now, adjust=True)
        except SourceError:
            return None
        returns = returns_of([float(bar.close) for bar in bars])
        if len(returns) < 2:
            return None
        return {"volatility": volatility(returns), "maxDrawdown": max_drawdown(returns)}

    @router.get("/instruments/{symbol:path}/historical", openapi_extra=_READ, summary="Days past")
    async def historical(
        request: Request,
        symbol: str,
        startDate: date | None = None,  # noqa: N803 - the interface's name
        endDate: date | None = None,  # noqa: N803 - the interface's name
        frequency: Frequency = "DAILY",
        adjustments: bool = False,
    ) -> Response:
        now = clock.now()
        end = endDate or today(now)
        start = startDate or end - timedelta(days=30)
        bars = await history_of(sources, symbol_in_path(symbol), start, end, frequency, now, adjust=adjustments)
        return enveloped(asked_of(request), [bar_view(bar) for bar in bars])

    @router.get("/instruments/{symbol:path}", openapi_extra=_READ, summary="The price of one instrument")
    async def instrument(
        request: Request, symbol: str, source: Annotated[str | None, Query(max_length=64)] = None
    ) -> Response:
        answer = await sources.find(symbol_in_path(symbol), source_name(sources, source, "source"))
        view = market_price_view(answer.price, clock.now(), fallback=answer.fallback, cached=answer.cached)
        return enveloped(asked_of(request), view)

    @router.get("/stream/{symbol:path}", openapi_extra=opens("market-data:read", answers=(SSE,)), summary="A stream")
    async def stream(symbol: str) -> Response:
        names = [symbol_in_path(symbol)]
        body = events(names, sources.subscribe, viewed(clock, market_price_view))
        return StreamingResponse(body, media_type=SSE, headers={"Cache-Control": "no-store"})

    @router.post("/refresh", openapi_extra=_ADMIN, status_code=202, summary="Ask the sources anew")
    async def refresh(request: Request, wanted: RefreshWanted) -> Response:
        names = many(wanted.symbols, 1, MOST_SYMBOLS)
        source = source_name(sources, wanted.source, "source")
        answers = [await found(name, source, refresh=True) for name in names]
        failed = sum(isinstance(answer, SourceError) for answer in answers)
        counts = {"requested": len(names), "refreshed": len(names) - failed, "failed": failed}
        return enveloped(asked_of(request), {"refreshId": secrets.token_hex(16), "counts": counts}, status=202)

    @router.get("/stats", openapi_extra=_READ, summary="What is known of the sources")
    async def stats(request: Request) -> Response:
        now = clock.now()
        data = {"sources": _states(sources, now), "cached": await sources.cached(), "rates": sorted(fx.symbols)}
        return enveloped(asked_of(request), data)

    @router.get("/health", openapi_extra=_READ, summary="Whether prices can be had")
    async def health(request: Request) -> Response:
        now = clock.now()
        view = health_view(sources.health(now), now, "sources", {"sources": _states(sources, now)})
        return enveloped(asked_of(request), view, status=503 if view["status"] == "DOWN" else 200)

    return router


def _states(sources: SourceProxies, now: Now) -> list[dict[str, Any]]:
    return [
        {
            "name": state.name,
            "priority": state.priority,
            "available": state.available,
            "status": state.health.status,
            "connected": state.health.connected,
            "detail": state.health.detail,
            "circuitBreaker": state.breaker,
        }
        for state in sources.states(now)
    ]


def proxy_router(sources: SourceProxies, clock: Clock) -> APIRouter:
    """Return the operations on sources behind their proxies; their bodies are bare.

    Args:
        sources: The sources.
        clock: Says the time.
    """
    router = APIRouter(prefix="/proxy", route_class=Operation, tags=["Source proxies"])

    async def one(symbol: str, source: str | None) -> dict[str, Any]:
        answer = await sources.find(symbol, source)
        return market_price_view(answer.price, clock.now(), fallback=answer.fallback, cached=answer.cached)

    @router.get("/market-data/{symbol:path}", openapi_extra=_READ, summary="Cache, preferred source, alternatives")
    async def price(symbol: str, dataSource: SourceName = None) -> Response:  # noqa: N803
        return Json(await one(symbol_in_path(symbol), source_name(sources, dataSource, "dataSource")))

    @router.post("/market-data/batch", openapi_extra=_READ, summary="Several at once")
    async def batch(symbols: Annotated[list[Symbol], InBody(max_length=MOST_SYMBOLS)]) -> Response:
        names = many(symbols, 1, MOST_SYMBOLS)
        answers: Sequence[MarketPrice | SourceError] = await sources.batch(names)
        now = clock.now()
        prices = [market_price_view(answer, now) for answer in answers if isinstance(answer, MarketPrice)]
        errors = [
            {"symbol": name, "code": fault_of_source(answer).code}
            for name, answer in zip(names, answers, strict=True)
            if isinstance(answer, SourceError)
        ]
        if not prices:
            raise Fault("MARKET_DATA_UNAVAILABLE", "no source gives any of these prices")
        return Json({"prices": prices, "errors": errors})

    @router.get("/health", openapi_extra=_READ, summary="How the sources do together")
    async def health() -> Response:
        now = clock.now()
        view = health_view(sources.health(now), now, "proxies", {"sources": _states(sources, now)})
        return Json(view, 503 if view["status"] == "DOWN" else 200)

    @router.get("/metrics", openapi_extra=_READ, summary="How each source does")
    async def metrics() -> Response:
        return Json({"sources": _states(sources, clock.now())})

    @router.get("/cache/stats", openapi_extra=_READ, summary="What is cached of each source")
    async def cache() -> Response:
        return Json({"cached": await sources.cached()})

    @router.get("/data-sources", openapi_extra=_READ, summary="The sources, the first one first")
    async def names() -> Response:
        return Json(_states(sources, clock.now()))

    @router.get("/data-sources/{name}/available", openapi_extra=_READ, summary="Whether a source would be asked now")
    async def available(name: str) -> Response:
        for state in sources.states(clock.now()):
            if state.name == name:
                return Json({"name": name, "available": state.available})
        raise Fault("RESOURCE_NOT_FOUND", "there is no source of this name")

    @router.delete("/cache/{symbol:path}", openapi_extra=_ADMIN, status_code=204, summary="Forget one price")
    async def forget(symbol: str) -> Response:
        await sources.forget(symbol_in_path(symbol))
        return Response(status_code=204)

    @router.delete("/cache", openapi_extra=_ADMIN, status_code=204, summary="Forget all prices")
    async def forget_all() -> Response:
        await sources.forget()
        return Response(status_code=204)

    return router
