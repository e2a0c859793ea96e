import asyncio
from random import Random

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.market_data import SourceUnavailable, UnknownSymbol
from pyfixmsg_plus.market_data.metrics import MarketDataMetrics, Timing
from pyfixmsg_plus.market_data.proxies import ProxySettings, SourceProxies
from pyfixmsg_plus.market_data.reconciliation import Tolerance, reconcile
from pyfixmsg_plus.market_data.sma import SmaAdapter
from pyfixmsg_plus.telemetry.metrics import Distribution, Registry
from tests.unit.market_data.sources import SECOND, TableSource, price
from tests.virtual_time import on_virtual_time

MS = 1_000_000


def watched(clock: ManualClock) -> tuple[TableSource, SourceProxies, MarketDataMetrics, Registry]:
    metrics, registry = MarketDataMetrics(clock), Registry()
    registry.register(metrics)
    source = TableSource(clock, "SMA_REFINITIV", delay_s=0.2)
    sma = SmaAdapter(source, clock, Random(1), observe=metrics.attempt)
    sources = SourceProxies(clock, Random(2), observe=metrics.call)
    sources.add(sma, ProxySettings.of_adapter())
    metrics.watch(sma=sma)
    metrics.watch(sources=sources)
    return source, sources, metrics, registry


def test_a_duration_falls_into_the_buckets_above_it() -> None:
    timing = Timing("x_seconds", "A time.", (0.05, 0.1))
    for ns in (50 * MS, 51 * MS, 100 * MS, 101 * MS):
        timing.record(ns, operation="get")
    (metric,) = timing.metrics()
    assert [(sample.labels, sample.value) for sample in metric.samples] == [
        ({"operation": "get"}, Distribution(((0.05, 1), (0.1, 3), (float("inf"), 4)), 4, 0.302))
    ]


@on_virtual_time
async def test_calls_attempts_hits_and_the_budget_are_told(clock: ManualClock) -> None:
    source, sources, metrics, registry = watched(clock)
    source.set(price("A"), price("B", None))
    await sources.get("A")
    await sources.find("A", refresh=True)
    for name, error in (("NONE", UnknownSymbol), ("B", SourceUnavailable)):
        with pytest.raises(error):
            await sources.get(name)
    await metrics.refresh()
    assert registry.value("market_data_proxy_request_success_total", data_source="SMA_REFINITIV") == 3
    assert registry.value("cache_requests_total", result="hit") == 1
    assert registry.value("cache_requests_total", result="miss") == 3
    assert registry.value("sma_budget_remaining") == 997
    upstream = registry.value("sma_upstream_call_duration_seconds", operation="get", outcome="success")
    assert isinstance(upstream, Distribution)
    assert (upstream.count, round(upstream.total, 6)) == (2, 0.4)
    assert registry.value("data_quality_score") == 100
    assert registry.value("data_quality_quarantined") == 1
    await sources.close()


@on_virtual_time
async def test_failures_and_breakers_are_told(clock: ManualClock) -> None:
    source, sources, _, registry = watched(clock)
    source.failures = [SourceUnavailable("x")] * 6
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            await sources.get("A")
    assert registry.value("market_data_proxy_request_failure_total", data_source="SMA_REFINITIV") == 1
    assert registry.value("circuit_breaker_state", target="sma:SMA_REFINITIV") == 2
    assert registry.value("circuit_breaker_state", target="source:SMA_REFINITIV") == 0
    await sources.close()


@on_virtual_time
async def test_comparisons_are_told(clock: ManualClock) -> None:
    metrics, registry = MarketDataMetrics(clock), Registry()
    registry.register(metrics)
    await metrics.refresh()
    metrics.reconciled(reconcile({"A": [price("A", "1"), price("A", "2")], "B": [price("B"), price("B")]}, Tolerance()))
    metrics.sma_response.record(SECOND, operation="get", outcome="success")
    await asyncio.sleep(0)
    assert (registry.value("reconciliation_compared_total"), registry.value("reconciliation_breaks_total")) == (2, 1)
    assert isinstance(registry.value("sma_api_response_time_seconds", operation="get", outcome="success"), Distribution)


def test_before_anything_was_seen_there_is_no_score() -> None:
    clock = ManualClock()
    metrics = MarketDataMetrics(clock)
    metrics.watch(sources=SourceProxies(clock, Random(1)))
    assert "data_quality_score" not in {metric.name for metric in metrics.metrics()}
