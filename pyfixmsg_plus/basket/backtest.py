"""Try a basket on the past: the engine that prices it live, on adjusted closes.

Adjusted closes have splits and dividends in them, so that what comes out is a total return. No name is left out: on a
day on which it did not close it counts at its last close, and the score says how much of the days that was.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from pyfixmsg_plus import analytics
from pyfixmsg_plus.analytics import Figure
from pyfixmsg_plus.basket.arithmetic import as_decimal, product, quotient, term, total
from pyfixmsg_plus.basket.calculation import Quote, price_level, value_of
from pyfixmsg_plus.basket.composition import Composition, Holding
from pyfixmsg_plus.basket.pricing import Pricing, RebalanceFrequency
from pyfixmsg_plus.basket.weighting import first_composition, rebalance
from pyfixmsg_plus.domain import DailyBar
from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["Backtest", "BacktestFailed", "BacktestResult", "backtest"]

_ZERO = Decimal(0)
_ONE = Decimal(1)
_LEAST_VALUE: Final = Decimal(1000)
_MOST_VALUE: Final = Decimal(10) ** 9
_MOST_BENCHMARKS: Final = 10
_NO_RATES: Mapping[str, Mapping[date, Decimal]] = MappingProxyType({})
_NO_BENCHMARKS: Mapping[str, Sequence[DailyBar]] = MappingProxyType({})


class BacktestFailed(PyFixMsgError):  # noqa: N818 - the fact, and the name of the event
    """A back-test cannot be made.

    Attributes:
        names: The names at fault.
    """

    def __init__(self, text: str, *, names: Sequence[str] = ()) -> None:
        super().__init__(f"{text}: {', '.join(names)}" if names else text)
        self.names = tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What is to be tried.

    Attributes:
        start: First day.
        end: Last day.
        initial_value: What is invested, in the base currency: 1e3 to 1e9.
        rebalancing: How often weights are set anew, at the last close of a month, a quarter or a year.
        transaction_cost: Share of what is bought or sold at a rebalance, 0 to 1; the first purchase is free.
        risk_free: Per year.
        periods: Of a year.
    """

    start: date
    end: date
    initial_value: Decimal = Decimal(1_000_000)
    rebalancing: RebalanceFrequency = RebalanceFrequency.NEVER
    transaction_cost: Decimal = _ZERO
    risk_free: float = 0.0
    periods: int = analytics.PERIODS

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"the first day, {self.start}, must come before the last, {self.end}")
        if not _LEAST_VALUE <= self.initial_value <= _MOST_VALUE:
            raise ValueError(f"from {_LEAST_VALUE} to {_MOST_VALUE} can be invested, and not {self.initial_value}")
        if not _ZERO <= self.transaction_cost <= _ONE:
            raise ValueError(f"a cost is a share from 0 to 1, and not {self.transaction_cost}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """What came of it.

    Attributes:
        days: On which at least one name closed, from the first on which every name had a price.
        levels: Raw level on each of them; without costs.
        values: Of the investment on each of them, after costs.
        score: Share of the days of all names on which they closed, from the first day to the last.
        rebalances: How often weights were set anew.
        costs: Paid in all, in the base currency.
        figures: Of the values, beside the first benchmark where there is one.
        benchmarks: Figures beside each of them.
    """

    days: tuple[date, ...]
    levels: tuple[Decimal, ...]
    values: tuple[Decimal, ...]
    score: float
    rebalances: int
    costs: Decimal
    figures: tuple[Figure, ...]
    benchmarks: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)

    def figure(self, name: str) -> float:
        """Return one figure.

        Raises:
            KeyError: There is none of this name.
        """
        for figure in self.figures:
            if figure.name == name:
                return figure.value
        raise KeyError(name)


def backtest(
    holdings: Sequence[Holding],
    pricing: Pricing,
    bars: Mapping[str, Sequence[DailyBar]],
    wanted: Backtest,
    *,
    benchmarks: Mapping[str, Sequence[DailyBar]] = _NO_BENCHMARKS,
    rates: Mapping[str, Mapping[date, Decimal]] = _NO_RATES,
    base_currency: str = "USD",
) -> BacktestResult:
    """Try a basket on the past.

    Args:
        holdings: The names, as ``first_composition`` takes them.
        pricing: How the basket is priced.
        bars: Of each name, in any order.
        wanted: What is to be tried.
        benchmarks: Up to ten, by their names.
        rates: By currency and day, units of the base currency that one unit of it is.
        base_currency: Of the basket; names without a currency are in it.

    Raises:
        BacktestFailed: A name has no close in these days, or a rate is missing, or there are fewer than two days.
        AdjustmentRefused: A name lacks what the method needs.
    """
    if len(benchmarks) > _MOST_BENCHMARKS:
        raise BacktestFailed(f"there may be {_MOST_BENCHMARKS} benchmarks, and not {len(benchmarks)}")
    closes = {holding.symbol: _closes(bars.get(holding.symbol, ()), wanted) for holding in holdings}
    never = [symbol for symbol, found in closes.items() if not found]
    if never:
        raise BacktestFailed("no close in these days", names=never)
    all_days = sorted({day for found in closes.values() for day in found})
    begin = max(min(found) for found in closes.values())
    days = [day for day in all_days if day >= begin]
    if len(days) < 2:
        raise BacktestFailed("there are fewer than two days on which every name has a price")
    converted = {currency: _Steps(table) for currency, table in rates.items()}
    last: dict[str, Decimal] = {}
    for day in takewhile(lambda day: day < begin, all_days):
        last |= {symbol: found[day] for symbol, found in closes.items() if day in found}
    run = _Run(holdings, pricing, wanted, base_currency)
    for day in days:
        last |= {symbol: found[day] for symbol, found in closes.items() if day in found}
        quotes = {
            holding.symbol: Quote(last[holding.symbol], _rate(holding, day, converted, base_currency))
            for holding in holdings
        }
        run.day(day, quotes)
    changes = analytics.returns_of([float(value) for value in run.values])
    beside = {name: _beside(found, days, wanted, name) for name, found in benchmarks.items()}
    tables = {
        name: analytics.figures(changes, other, risk_free=wanted.risk_free, periods=wanted.periods)
        for name, other in beside.items()
    }
    alone = analytics.figures(changes, risk_free=wanted.risk_free, periods=wanted.periods)
    closed = sum(len(found) for found in closes.values())
    return BacktestResult(
        days=tuple(days),
        levels=tuple(run.levels),
        values=tuple(run.values),
        score=closed / (len(all_days) * len(holdings)),
        rebalances=run.rebalances,
        costs=run.costs,
        figures=next(iter(tables.values()), alone),
        benchmarks=tables,
    )


class _Run:
    """The days one after another."""

    def __init__(self, holdings: Sequence[Holding], pricing: Pricing, wanted: Backtest, base_currency: str) -> None:
        self._holdings = holdings
        self._pricing = pricing
        self._wanted = wanted
        self._currency = base_currency
        self._composition: Composition | None = None
        self._before: tuple[date, Mapping[str, Quote]] | None = None
        # What costs left of the investment.
        self._kept = _ONE
        self.levels: list[Decimal] = []
        self.values: list[Decimal] = []
        self.rebalances = 0
        self.costs = _ZERO

    def day(self, day: date, quotes: Mapping[str, Quote]) -> None:
        """Take the closes of a day."""
        if self._composition is None:
            self._composition = first_composition(
                self._holdings, self._pricing, quotes, basket_code="BACKTEST", base_currency=self._currency
            )
        elif self._before is not None and _due(self._wanted.rebalancing, self._before[0], day):
            self._composition = self._rebalanced(self._composition, self._before[1])
        level = price_level(self._composition, quotes)
        first = self.levels[0] if self.levels else level
        self.levels.append(level)
        self.values.append(quotient(product((self._wanted.initial_value, self._kept, level)), first))
        self._before = (day, quotes)

    def _rebalanced(self, old: Composition, quotes: Mapping[str, Quote]) -> Composition:
        """Set the weights anew at the close before, and pay for what is bought and sold."""
        new = rebalance(old, self._holdings, quotes, version=old.version, effective_from_ns=0)
        # Units of both lie under one divisor: that of the new one is what a unit of the index is worth now.
        scaled = quotient(old.divisor, new.divisor)
        traded = _ZERO
        for before, after in zip(old.holdings, new.holdings, strict=True):
            had = as_decimal(term(old.coefficient(before), *quotes[before.symbol]))
            has = product((as_decimal(term(new.coefficient(after), *quotes[after.symbol])), scaled))
            traded = total((traded, abs(total((has, -had)))))
        turnover = quotient(traded, as_decimal(value_of(old, quotes)))
        left = total((_ONE, -product((turnover, self._wanted.transaction_cost))))
        paid = product((self.values[-1], total((_ONE, -left))))
        self._kept = quotient(product((self._kept, max(left, _ZERO))), _ONE)
        self.costs = quotient(total((self.costs, min(paid, self.values[-1]))), _ONE)
        self.rebalances += 1
        return new


class _Steps:
    """A rate that holds until the next one."""

    def __init__(self, table: Mapping[date, Decimal]) -> None:
        self._days = sorted(table)
        self._rates = [table[day] for day in self._days]

    def at(self, day: date) -> Decimal | None:
        place = bisect_right(self._days, day)
        return self._rates[place - 1] if place else None


def _rate(holding: Holding, day: date, rates: Mapping[str, _Steps], base_currency: str) -> Decimal:
    currency = holding.currency or base_currency
    if currency == base_currency:
        return _ONE
    found = rates[currency].at(day) if currency in rates else None
    if found is None:
        raise BacktestFailed(f"no rate from {currency} to {base_currency} on {day}", names=[holding.symbol])
    return found


def _closes(bars: Sequence[DailyBar], wanted: Backtest) -> dict[date, Decimal]:
    return {
        bar.day: bar.adjusted_close for bar in bars if wanted.start <= bar.day <= wanted.end and bar.adjusted_close > 0
    }


def _beside(bars: Sequence[DailyBar], days: Sequence[date], wanted: Backtest, name: str) -> list[float]:
    """Return the returns of a benchmark on the days of the basket; it stands still where it did not close."""
    closes = _Steps(_closes(bars, wanted))
    found = [closes.at(day) for day in days]
    levels = [float(close) for close in found if close is not None]
    if len(levels) != len(days):
        raise BacktestFailed("no close on the first day", names=[name])
    return analytics.returns_of(levels)


def _due(frequency: RebalanceFrequency, before: date, day: date) -> bool:
    if frequency is RebalanceFrequency.NEVER:
        return False
    months = {RebalanceFrequency.MONTHLY: 1, RebalanceFrequency.QUARTERLY: 3, RebalanceFrequency.ANNUALLY: 12}
    length = months[frequency]
    return (before.year, (before.month - 1) // length) != (day.year, (day.month - 1) // length)
