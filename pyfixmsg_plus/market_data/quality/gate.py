"""Decide which prices may be used. What is kept back is kept, and can be shown, but is never priced.

A price that jumps is kept back until a second source or a second tick says the same, unless a corporate action
explains it. Of each instrument the gate remembers the last price that passed and one that jumped; of all instruments,
those that it was asked about last.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.lifetime import happened_ns
from pyfixmsg_plus.market_data.quality.rules import Issue, Limits, Rule, Severity, band, examine, lower, score

__all__ = ["Gate", "Verdict"]

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a price.

    Attributes:
        price: The price; its quality is the lower of the source's and that of the score.
        issues: What is wrong with it, the worst first.
        score: From 0 to 100.
    """

    price: MarketPrice
    issues: tuple[Issue, ...]
    score: int

    @property
    def quarantined(self) -> bool:
        """It may not be priced."""
        return any(issue.severity >= Severity.HIGH for issue in self.issues)

    @property
    def jumped(self) -> bool:
        """That it jumped is all that keeps it back."""
        grave = [issue.rule for issue in self.issues if issue.severity >= Severity.HIGH]
        return grave == [Rule.PRICE_JUMP]


@dataclass(slots=True)
class _Memory:
    passed: Decimal | None = None
    jumped: MarketPrice | None = None
    verdict: Verdict | None = None


class Gate:
    """Judges the prices of one source.

    Args:
        limits: Gives the limits of an instrument by its symbol.
        instruments: How many are remembered.
    """

    def __init__(self, limits: Callable[[str], Limits] | None = None, instruments: int = 50_000) -> None:
        default = Limits()
        self._limits = limits or (lambda _: default)
        self._instruments = instruments
        self._known: OrderedDict[str, _Memory] = OrderedDict()

    def judge(self, price: MarketPrice, now: Now, second: MarketPrice | None = None) -> Verdict:
        """Judge a price.

        Args:
            price: The price.
            now: When.
            second: What another source says of the instrument, where that is known.
        """
        limits, memory = self._limits(price.symbol), self._remembered(price.symbol)
        issues = examine(price, limits, now.utc_ns)
        jump = _jump(price, memory, limits, second)
        if jump is not None:
            issues = tuple(sorted((*issues, jump), key=lambda issue: -issue.severity))
        points = score(issues)
        verdict = Verdict(replace(price, quality=lower(price.quality, band(points))), issues, points)
        if verdict.jumped:
            memory.jumped = price
        elif not verdict.quarantined:
            memory.jumped = None
            memory.passed = price.last if price.last is not None else memory.passed
        memory.verdict = verdict
        return verdict

    def adjust(self, symbol: str, factor: Decimal) -> None:
        """Expect prices to be changed by a factor from now on: a corporate action, such as 0.5 for a split of 2:1."""
        known = self._known.get(symbol)
        if known is not None and known.passed is not None:
            known.passed *= factor

    def forget(self, symbol: str) -> None:
        """Forget an instrument."""
        self._known.pop(symbol, None)

    def verdict(self, symbol: str) -> Verdict | None:
        """Return what was said last of an instrument."""
        known = self._known.get(symbol)
        return None if known is None else known.verdict

    def __iter__(self) -> Iterator[Verdict]:
        """The last verdict on each instrument."""
        return iter([known.verdict for known in self._known.values() if known.verdict is not None])

    def _remembered(self, symbol: str) -> _Memory:
        memory = self._known.setdefault(symbol, _Memory())
        self._known.move_to_end(symbol)
        if len(self._known) > self._instruments:
            self._known.popitem(last=False)
        return memory


def _jump(price: MarketPrice, memory: _Memory, limits: Limits, second: MarketPrice | None) -> Issue | None:
    # Before anything has passed, the close of the day before is all that there is to compare with.
    before = memory.passed or price.previous_close
    if price.last is None or before is None or before <= 0 or _within(price.last, before, limits.jump_percent):
        return None
    first = memory.jumped
    again = first is not None and happened_ns(price) > happened_ns(first)
    for other in (first if again else None, second):
        if other is not None and other.last is not None and _within(price.last, other.last, limits.agree_percent):
            return None
    return Issue(Rule.PRICE_JUMP, f"from {before} to {price.last}")


def _within(price: Decimal, reference: Decimal, percent: Decimal) -> bool:
    return abs(price - reference) * _HUNDRED <= percent * abs(reference)
