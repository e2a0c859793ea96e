"""What is wrong with prices, and how far they may be trusted, computed from what came in."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from pyfixmsg_plus.market_data.proxies import SourceProxies
from pyfixmsg_plus.market_data.quality import Verdict, basket_score, report
from pyfixmsg_plus.market_data.reconciliation import Reconciler
from pyfixmsg_plus.monitor import moment
from pyfixmsg_plus.services.basket_pricing.http.answers import enveloped
from pyfixmsg_plus.services.basket_pricing.http.asked import asked_of
from pyfixmsg_plus.services.basket_pricing.http.routing import Operation, opens
from pyfixmsg_plus.services.basket_pricing.http.values import symbol_in_path

if TYPE_CHECKING:
    from pyfixmsg_plus.domain import MarketPrice

__all__ = ["NamesOf", "data_quality_router"]

ALERT_BELOW = 0.8
_READ = opens("market-data:read")

# Gives the names of a basket; raises the fault of one that is not known.
NamesOf = Callable[[str], Awaitable[Iterable[str]]]


def data_quality_router(sources: SourceProxies, reconciler: Reconciler, names_of: NamesOf) -> APIRouter:
    """Return the operations on quality.

    Args:
        sources: Whose prices were judged.
        reconciler: Compares them.
        names_of: Gives the names of a basket.
    """
    router = APIRouter(prefix="/data-quality", route_class=Operation, tags=["Data quality"])

    async def wanted(instrument: str | None, basket: str | None) -> frozenset[str] | None:
        if instrument is not None:
            return frozenset({symbol_in_path(instrument)})
        return None if basket is None else frozenset(await names_of(basket))

    def verdicts(names: frozenset[str] | None) -> list[tuple[str, Verdict]]:
        return [
            (source, verdict)
            for source, said in sources.verdicts().items()
            for verdict in said
            if names is None or verdict.price.symbol in names
        ]

    @router.get("/report", openapi_extra=_READ, summary="What is wrong, by rule and by quality")
    async def whole(
        request: Request,
        instrumentId: Annotated[str | None, Query(max_length=32)] = None,  # noqa: N803 - the interface's name
        basketId: Annotated[str | None, Query(max_length=50)] = None,  # noqa: N803 - the interface's name
    ) -> Response:
        found = report(verdict for _, verdict in verdicts(await wanted(instrumentId, basketId)))
        data = {
            "names": found.names,
            "quarantined": found.quarantined,
            "meanScore": found.mean_score,
            "byQuality": {quality.value: count for quality, count in found.by_quality.items()},
            "byRule": {rule.value: count for rule, count in found.by_rule.items()},
            "accuracy": reconciler.accuracy,
        }
        return enveloped(asked_of(request), data)

    @router.get("/score", openapi_extra=_READ, summary="A score from 0 to 1; an alert below 0.8")
    async def score(
        request: Request,
        instrumentId: Annotated[str | None, Query(max_length=32)] = None,  # noqa: N803 - the interface's name
        basketId: Annotated[str | None, Query(max_length=50)] = None,  # noqa: N803 - the interface's name
    ) -> Response:
        best: dict[str, MarketPrice] = {}
        points: dict[str, int] = {}
        for _, verdict in verdicts(await wanted(instrumentId, basketId)):
            # Sources come in the order of their priority: the first that may be priced counts.
            if not verdict.quarantined:
                best.setdefault(verdict.price.symbol, verdict.price)
                points.setdefault(verdict.price.symbol, verdict.score)
        worth = basket_score(price.quality for price in best.values())
        data = {
            "score": worth,
            "points": sum(points.values()) / len(points) if points else None,
            "names": len(best),
            "alert": worth is not None and worth < ALERT_BELOW,
        }
        return enveloped(asked_of(request), data)

    @router.get("/issues", openapi_extra=_READ, summary="Every price with something wrong")
    async def issues(
        request: Request,
        instrumentId: Annotated[str | None, Query(max_length=32)] = None,  # noqa: N803 - the interface's name
        basketId: Annotated[str | None, Query(max_length=50)] = None,  # noqa: N803 - the interface's name
    ) -> Response:
        found = [
            _issue_view(source, verdict)
            for source, verdict in verdicts(await wanted(instrumentId, basketId))
            if verdict.issues
        ]
        return enveloped(asked_of(request), found)

    return router


def _issue_view(source: str, verdict: Verdict) -> dict[str, Any]:
    return {
        "instrumentId": verdict.price.symbol,
        "source": source,
        "score": verdict.score,
        "quality": verdict.price.quality.value,
        "quarantined": verdict.quarantined,
        "receivedAt": moment(verdict.price.received_ns),
        "issues": [
            {"rule": issue.rule.value, "severity": issue.severity.name, "message": issue.text}
            for issue in verdict.issues
        ],
    }
