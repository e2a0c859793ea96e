"""What is counted and measured of prices, under the service's names.

No figure is labelled with a symbol: their number is not bounded.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.market_data.breaker import BreakerState, Outcome
from pyfixmsg_plus.market_data.proxies import SourceProxies
from pyfixmsg_plus.market_data.quality import report
from pyfixmsg_plus.market_data.reconciliation import ReconciliationReport
from pyfixmsg_plus.market_data.sma import SmaAdapter, SmaStats
from pyfixmsg_plus.telemetry.metrics import Counter, Distribution, Kind, Metric, Sample

__all__ = ["BOUNDS_S", "MarketDataMetrics", "Timing"]

_SECOND_NS = 1_000_000_000
# Among them those that goals are set for: 0.05, 0.1 and 0.5 s.
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Timing:
    """How long something takes, for each set of labels.

    Args:
        name: Of the figure, ending in ``_seconds``.
        help: What it says.
        bounds_s: Upper bounds of its buckets in seconds, ascending.
    """

    def __init__(self, name: str, help: str, bounds_s: Sequence[float] = BOUNDS_S) -> None:  # noqa: A002 - the word of the format
        self.name = name
        self.help = help
        self._bounds = tuple(bounds_s)
        self._counts: dict[tuple[tuple[str, str], ...], list[int]] = {}
        self._totals: dict[tuple[tuple[str, str], ...], int] = {}

    def record(self, ns: int, **labels: str) -> None:
        """Count one duration, in nanoseconds."""
        key = tuple(labels.items())
        counts = self._counts.setdefault(key, [0] * (len(self._bounds) + 1))
        counts[bisect_left(self._bounds, ns / _SECOND_NS)] += 1
        self._totals[key] = self._totals.get(key, 0) + ns

    def metrics(self) -> Iterator[Metric]:
        """Tell what was recorded."""
        samples = tuple(
            Sample(dict(key), self._distribution(counts, self._totals[key])) for key, counts in self._counts.items()
        )
        yield Metric(self.name, Kind.HISTOGRAM, self.help, samples)

    def _distribution(self, counts: Sequence[int], total_ns: int) -> Distribution:
        so_far, buckets = 0, list[tuple[float, int]]()
        for bound, count in zip((*self._bounds, float("inf")), counts, strict=True):
            so_far += count
            buckets.append((bound, so_far))
        return Distribution(tuple(buckets), so_far, total_ns / _SECOND_NS)


class MarketDataMetrics:
    """The figures of one process; it is a source of a registry.

    Args:
        clock: Says the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sma: SmaAdapter | None = None
        self._stats: SmaStats | None = None
        self._sources: SourceProxies | None = None
        self.sma_response = Timing("sma_api_response_time_seconds", "Time from a request for prices to its answer.")
        self.sma_upstream = Timing("sma_upstream_call_duration_seconds", "Time of one attempt upstream.")
        self.proxy_duration = Timing("market_data_proxy_request_duration_seconds", "Time of one call of a source.")
        self.proxy_success = Counter("market_data_proxy_request_success_total", "Calls of a source that it answered.")
        self.proxy_failure = Counter("market_data_proxy_request_failure_total", "Calls of a source that failed.")
        self.compared = Counter("reconciliation_compared_total", "Names of which two sources were compared.")
        self.breaks = Counter("reconciliation_breaks_total", "Names on which two sources did not agree.")

    def watch(self, *, sma: SmaAdapter | None = None, sources: SourceProxies | None = None) -> None:
        """Tell the figures of an adapter and of sources too."""
        self._sma, self._sources = sma or self._sma, sources or self._sources

    def attempt(self, operation: str, outcome: Outcome, ns: int) -> None:
        """Count an attempt upstream; what an adapter is given as ``observe``."""
        self.sma_upstream.record(ns, operation=operation, outcome=outcome.name.lower())

    def call(self, source: str, outcome: Outcome, ns: int) -> None:
        """Count a call of a source; what `SourceProxies` is given as ``observe``."""
        self.proxy_duration.record(ns, data_source=source)
        # What says nothing of the source, such as an unknown name, is neither.
        if outcome is not Outcome.IGNORED:
            (self.proxy_success if outcome is Outcome.SUCCESS else self.proxy_failure).add(data_source=source)

    def reconciled(self, found: ReconciliationReport) -> None:
        """Count a round of comparison; what a `Reconciler` is given as ``told``."""
        self.compared.add(found.compared)
        self.breaks.add(len(found.breaks))

    async def refresh(self) -> None:
        """Ask for what may lie on another machine, such as a shared budget; call it before the figures are told."""
        if self._sma is not None:
            self._stats = await self._sma.stats()

    def metrics(self) -> Iterator[Metric]:
        """Tell the figures as they are now."""
        for each in (self.sma_response, self.sma_upstream, self.proxy_duration):
            yield from each.metrics()
        for counter in (self.proxy_success, self.proxy_failure, self.compared, self.breaks):
            yield from counter.metrics()
        yield Metric(
            "circuit_breaker_state",
            Kind.GAUGE,
            "State of a breaker: 0 closed, 1 half open, 2 open.",
            tuple(Sample({"target": name}, float(state)) for name, state in self._breakers()),
        )
        if self._stats is not None:
            yield from _adapter_metrics(self._stats)
        if self._sources is not None:
            found = report(verdict for verdicts in self._sources.verdicts().values() for verdict in verdicts)
            if found.mean_score is not None:
                text = "Mean score of the prices that may be used, from 0 to 100."
                yield Metric("data_quality_score", Kind.GAUGE, text, (Sample({}, found.mean_score),))
            samples = (Sample({}, float(found.quarantined)),)
            yield Metric("data_quality_quarantined", Kind.GAUGE, "Prices that are kept back.", samples)

    def _breakers(self) -> Iterator[tuple[str, BreakerState]]:
        now = self._clock.now()
        if self._sma is not None:
            yield f"sma:{self._sma.name}", self._sma.breaker_state(now)
        if self._sources is not None:
            for proxy in self._sources.proxies:
                yield f"source:{proxy.name}", proxy.breaker_state(now)


def _adapter_metrics(stats: SmaStats) -> Iterator[Metric]:
    remaining = (Sample({}, float(stats.budget_remaining)),)
    yield Metric("sma_budget_remaining", Kind.GAUGE, "Calls upstream that are left in this hour.", remaining)
    results = (Sample({"result": "hit"}, float(stats.hits)), Sample({"result": "miss"}, float(stats.misses)))
    yield Metric("cache_requests_total", Kind.COUNTER, "Requests for prices by what the cache had.", results)
