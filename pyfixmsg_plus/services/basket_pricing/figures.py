"""What the service counts and measures of itself, under its own names."""

from collections.abc import Iterator

from pyfixmsg_plus.market_data.metrics import MarketDataMetrics, Timing
from pyfixmsg_plus.services.basket_pricing.http.asked import Asked
from pyfixmsg_plus.telemetry.metrics import Counter, Metric, Registry

__all__ = ["Figures"]


class Figures:
    """The figures of one process.

    Args:
        market: Those of prices.
    """

    def __init__(self, market: MarketDataMetrics) -> None:
        self.market = market
        self.registry = Registry()
        self.registry.register(market)
        self.registry.register(self)
        self.requests = Timing("http_request_duration_seconds", "Time from a request to the end of its answer.")
        self.calculated = Counter("integration_basket_price_calculated_total", "Levels that were computed.")
        self.withheld = Counter("integration_basket_price_failed_total", "Levels that were withheld, by reason.")
        self.processing = Timing("integration_basket_processing_time_seconds", "Time to compute and hand on a level.")
        self.published = Counter("integration_fix_publish_success_total", "Levels sent, by vendor.")
        self.unpublished = Counter("integration_fix_publish_failed_total", "Levels that were not sent, by vendor.")
        self.interval = Timing(
            "basket_publish_interval_seconds",
            "Time between two publications of one basket.",
            (1.0, 2.5, 4.0, 4.9, 4.95, 5.05, 5.1, 6.0, 7.5, 10.0, 15.0, 30.0, 60.0),
        )
        self.approve_to_active = Timing(
            "basket_approve_to_active_seconds",
            "Time from an approval to the first level.",
            (1.0, 5.0, 10.0, 30.0, 60.0, 90.0, 120.0, 180.0, 300.0),
        )
        self.recovery = Timing(
            "basket_recovery_seconds",
            "Time from a fault that was seen to the next confirmed publication.",
            (0.5, 1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 60.0),
        )

    def answered(self, asked: Asked, status: int, took_ns: int) -> None:
        """Count a request; what the gate is given as ``told``."""
        self.requests.record(took_ns, method=asked.method, route=asked.route or "none", status=str(status))

    def metrics(self) -> Iterator[Metric]:
        """Tell the figures."""
        for each in (self.requests, self.processing, self.interval, self.approve_to_active, self.recovery):
            yield from each.metrics()
        for counter in (self.calculated, self.withheld, self.published, self.unpublished):
            yield from counter.metrics()
