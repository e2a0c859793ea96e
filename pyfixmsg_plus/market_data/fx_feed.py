"""Rates of exchange from sources of prices: needed pairs are subscribed to, and sets are taken of them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import MarketPrice, major_unit
from pyfixmsg_plus.market_data.fx import MAX_AGE_NS, PIVOT, QUOTED_IN_DOLLARS, FxSet, FxTable
from pyfixmsg_plus.market_data.proxies import SourceProxies

if TYPE_CHECKING:
    from pyfixmsg_plus.market_data.source import Subscription

__all__ = ["FxFeed", "usual_pair"]


def usual_pair(currency: str) -> str:
    """Return the symbol of a currency against the dollar, the way round in which the market quotes it."""
    return currency + PIVOT if currency in QUOTED_IN_DOLLARS else PIVOT + currency


class FxFeed:
    """Keeps the rates of some currencies against the dollar.

    Args:
        sources: Where prices come from.
        symbol_of: The symbol of a currency against the dollar, such as ``USDJPY`` or ``JPY=``; it must name the pair.
        max_age_ns: A rate that is older does not enter a set.
    """

    def __init__(
        self,
        sources: SourceProxies,
        symbol_of: Callable[[str], str] = usual_pair,
        max_age_ns: int = MAX_AGE_NS,
    ) -> None:
        self._sources = sources
        self._symbol_of = symbol_of
        self._table = FxTable(max_age_ns)
        self._subscriptions: dict[str, Subscription] = {}

    @property
    def symbols(self) -> list[str]:
        """The symbols that are subscribed to."""
        return sorted(self._subscriptions)

    def need(self, currencies: Iterable[str]) -> None:
        """Keep the rates of these currencies too; of a minor unit, that of its currency."""
        wanted = {major_unit(currency).currency for currency in currencies} - {PIVOT}
        for symbol in sorted({self._symbol_of(currency) for currency in wanted} - self._subscriptions.keys()):
            self._subscriptions[symbol] = self._sources.subscribe([symbol], self._heard)

    def snapshot(self, now: Now) -> FxSet:
        """Return the rates that are young enough now, as one set; it calls nobody."""
        for price in self._sources.best(self._subscriptions, now).values():
            # The same price again, but its stream may have been seen alive since.
            self._table.put(price)
        return self._table.snapshot(now.utc_ns)

    def close(self) -> None:
        """End all subscriptions."""
        while self._subscriptions:
            self._subscriptions.popitem()[1].close()

    def _heard(self, price: MarketPrice) -> None:
        self._table.put(price)
