"""Compare what several sources say of the same names at the same time.

Two prices can be compared where their times lie close together. One that differs by more than a cent of the major unit
is a break; one that differs by more than a hundredth makes the name doubtful, unless a further source agrees with the
first.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.lifetime import believed_ns

__all__ = ["Break", "Reconciler", "ReconciliationReport", "Tolerance", "accuracy", "reconcile"]

_SECOND_NS = 1_000_000_000
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """What counts as a break.

    Attributes:
        difference: In the major unit; more is a break.
        grave_percent: Of the first source's price; more makes the name doubtful.
        apart_ns: Prices whose times lie further apart are not compared.
    """

    difference: Decimal = Decimal("0.01")
    grave_percent: Decimal = Decimal(1)
    apart_ns: int = 60 * _SECOND_NS


@dataclass(frozen=True, slots=True)
class Break:
    """Two sources that do not say the same.

    Attributes:
        symbol: Of the name.
        first: What the preferred source says.
        second: What the next one says.
        difference: Second less first, in the major unit.
        grave: It is so large that one of them must be wrong.
    """

    symbol: str
    first: MarketPrice
    second: MarketPrice
    difference: Decimal
    grave: bool


@dataclass(frozen=True, slots=True)
class ReconciliationReport:
    """One round of comparison.

    Attributes:
        names: Looked at.
        compared: Names with two prices that could be compared.
        breaks: Those that differ.
        distrusted: Names on which no two sources agree well enough.
    """

    names: int
    compared: int
    breaks: tuple[Break, ...]
    distrusted: frozenset[str]

    @property
    def accuracy(self) -> float | None:
        """Share of the compared names without a break, from 0 to 1; ``None`` where nothing was compared."""
        return accuracy(self.compared, len(self.breaks))


def accuracy(compared: int, breaks: int) -> float | None:
    """Return the share without a break; ``None`` where nothing was compared."""
    return 1 - breaks / compared if compared else None


def reconcile(prices: Mapping[str, Sequence[MarketPrice]], tolerance: Tolerance) -> ReconciliationReport:
    """Compare, for each name, the preferred source with the next one, and with further ones where they disagree.

    Args:
        prices: What each source says of a name, in the order of their priority.
        tolerance: What counts as a break.
    """
    compared, breaks, distrusted = 0, list[Break](), set[str]()
    for symbol, said in prices.items():
        usable = [price for price in said if price.last is not None]
        pair = next((pair for pair in combinations(usable, 2) if _comparable(*pair, tolerance)), None)
        if pair is None:
            continue
        compared += 1
        found = _break(symbol, *pair, tolerance)
        if found is None:
            continue
        breaks.append(found)
        others = [price for price in usable if price not in pair and _comparable(pair[0], price, tolerance)]
        if found.grave and all(_grave(pair[0], other, tolerance) for other in others):
            distrusted.add(symbol)
    return ReconciliationReport(len(prices), compared, tuple(breaks), frozenset(distrusted))


def _comparable(first: MarketPrice, second: MarketPrice, tolerance: Tolerance) -> bool:
    same_currency = None in (first.currency, second.currency) or first.currency == second.currency
    return same_currency and abs(believed_ns(first) - believed_ns(second)) <= tolerance.apart_ns


def _break(symbol: str, first: MarketPrice, second: MarketPrice, tolerance: Tolerance) -> Break | None:
    difference = _difference(first, second)
    if abs(difference) <= tolerance.difference:
        return None
    return Break(symbol, first, second, difference, _grave(first, second, tolerance))


def _grave(first: MarketPrice, second: MarketPrice, tolerance: Tolerance) -> bool:
    return abs(_difference(first, second)) * _HUNDRED > tolerance.grave_percent * abs(first.last or Decimal(0))


def _difference(first: MarketPrice, second: MarketPrice) -> Decimal:
    return (second.last or Decimal(0)) - (first.last or Decimal(0))


@dataclass(slots=True)
class Reconciler:
    """Compares again and again, and keeps the sums of the last minutes.

    Attributes:
        compare: Makes one round over names.
        symbols: The names of all live baskets.
        clock: Says the time.
        told: Called with every report.
        interval_ns: Between two rounds.
        window_ns: Over which accuracy is told.
    """

    compare: Callable[[Collection[str]], ReconciliationReport]
    symbols: Callable[[], Collection[str]]
    clock: Clock
    told: Callable[[ReconciliationReport], None] = lambda _: None
    interval_ns: int = 60 * _SECOND_NS
    window_ns: int = 300 * _SECOND_NS
    _rounds: deque[tuple[int, ReconciliationReport]] = field(default_factory=deque)
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Compare from now on; the first round is one interval away."""
        self._task = asyncio.ensure_future(self._run())

    async def close(self) -> None:
        """Compare no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    def round(self) -> ReconciliationReport:
        """Compare now."""
        report = self.compare(self.symbols())
        now_ns = self.clock.now().mono_ns
        self._rounds.append((now_ns, report))
        while self._rounds[0][0] <= now_ns - self.window_ns:
            self._rounds.popleft()
        self.told(report)
        return report

    @property
    def accuracy(self) -> float | None:
        """Share of the comparisons of the last minutes without a break; ``None`` where there were none."""
        reports = [report for _, report in self._rounds]
        return accuracy(sum(report.compared for report in reports), sum(len(report.breaks) for report in reports))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self.interval_ns / _SECOND_NS)
            self.round()
