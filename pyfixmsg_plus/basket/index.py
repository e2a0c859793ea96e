"""An index by itself: members, prices and a divisor, without a service around them.

Plain decimals in, plain decimals out. It is the engine that prices baskets, in the words of an index: a ``FLOAT_CAP``
index counts shares and float factors, a ``PRICE_WEIGHTED`` one the prices alone, a ``FIXED_UNITS`` one units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from pyfixmsg_plus.basket.arithmetic import published
from pyfixmsg_plus.basket.calculation import Quote, price_level, total_levels
from pyfixmsg_plus.basket.composition import Composition, Holding, Method
from pyfixmsg_plus.basket.corporate_actions import Action, adjust, close_day
from pyfixmsg_plus.basket.pricing import Pricing, ReturnType
from pyfixmsg_plus.basket.weighting import AdjustmentRefused, first_composition, rebalance

__all__ = ["Index"]

_ONE_CURRENCY: Final[Mapping[str, Decimal]] = MappingProxyType({})
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Index:
    """An index. It never changes: what happens to it makes another one.

    Attributes:
        composition: Its members, its divisor, and where the chain of its total return stands.
    """

    composition: Composition

    @classmethod
    def start(
        cls,
        members: Sequence[Holding],
        prices: Mapping[str, Decimal],
        *,
        method: Method = Method.FLOAT_CAP,
        base_level: Decimal = Decimal(100),
        rates: Mapping[str, Decimal] = _ONE_CURRENCY,
        name: str = "INDEX",
        currency: str = "USD",
    ) -> "Index":
        """Begin an index at its base level.

        Args:
            members: With ``shares`` and ``float_factor``, or with ``weight`` in percent, as the method needs.
            prices: By symbol.
            method: How the level comes from prices; ``INAV`` is for funds, and not here.
            base_level: At these prices.
            rates: By symbol, units of the index's currency that one unit of the price's currency is; 1 where it is
                not named.
            name: For the record.
            currency: For the record.

        Raises:
            AdjustmentRefused: A member has no price, or lacks what the method needs.
        """
        if method is Method.INAV:
            raise AdjustmentRefused("a fund has cash and units: it is a basket, and no index")
        pricing = Pricing(method=method, base_level=base_level)
        quotes = _quotes(prices, rates)
        return cls(first_composition(members, pricing, quotes, basket_code=name, base_currency=currency))

    @property
    def divisor(self) -> Decimal:
        """The divisor, all its 34 digits."""
        return self.composition.divisor

    @property
    def symbols(self) -> tuple[str, ...]:
        """The members, in their order."""
        return self.composition.symbols

    def level(
        self,
        prices: Mapping[str, Decimal],
        *,
        rates: Mapping[str, Decimal] = _ONE_CURRENCY,
        return_type: ReturnType = ReturnType.PRICE,
        decimals: int | None = None,
    ) -> Decimal:
        """Return the level at these prices.

        Args:
            prices: By symbol; others than the members' are not looked at.
            rates: By symbol, as at the start.
            return_type: What of the dividends is in it.
            decimals: With which it is published, rounded once, half up; ``None``: all 34 digits.

        Raises:
            AdjustmentRefused: A member has no price: no member is ever left out.
        """
        price = price_level(self.composition, self._quoted(prices, rates))
        whole, net = total_levels(self.composition, price)
        raw = {ReturnType.PRICE: price, ReturnType.TOTAL: whole, ReturnType.NET: net}[return_type]
        return raw if decimals is None else published(raw, decimals)

    def adjusted(
        self,
        action: Action,
        prices: Mapping[str, Decimal],
        *,
        rates: Mapping[str, Decimal] = _ONE_CURRENCY,
    ) -> tuple["Index", dict[str, Decimal]]:
        """Return the index after a corporate action at these closing prices, and the prices that it leaves.

        The level at the prices that are returned is the level at the prices that were given, within 1e-9.

        Raises:
            AdjustmentRefused: The action does not fit.
            LevelJump: The level would move.
        """
        done = adjust(self.composition, action, _quotes(prices, rates))
        return replace(self, composition=done.composition), {name: quote.price for name, quote in done.quotes.items()}

    def rebalanced(
        self,
        members: Sequence[Holding],
        prices: Mapping[str, Decimal],
        *,
        rates: Mapping[str, Decimal] = _ONE_CURRENCY,
        version: str = "",
        effective_from_ns: int = 0,
    ) -> "Index":
        """Return the index with other members or other weights, at the same level.

        Raises:
            AdjustmentRefused: A member, old or new, has no price, or lacks what the method needs.
            LevelJump: The level would move.
        """
        quotes = _quotes(prices, rates)
        version = version or self.composition.version
        changed = rebalance(self.composition, members, quotes, version=version, effective_from_ns=effective_from_ns)
        return replace(self, composition=changed)

    def closed(self, prices: Mapping[str, Decimal], *, rates: Mapping[str, Decimal] = _ONE_CURRENCY) -> "Index":
        """Return the index with the chain of its total return carried to this close.

        Raises:
            AdjustmentRefused: A member has no price.
        """
        return replace(self, composition=close_day(self.composition, self._quoted(prices, rates)))

    def _quoted(self, prices: Mapping[str, Decimal], rates: Mapping[str, Decimal]) -> dict[str, Quote]:
        missing = [symbol for symbol in self.symbols if symbol not in prices]
        if missing:
            raise AdjustmentRefused("no price", names=missing)
        return _quotes({symbol: prices[symbol] for symbol in self.symbols}, rates)


def _quotes(prices: Mapping[str, Decimal], rates: Mapping[str, Decimal]) -> dict[str, Quote]:
    return {symbol: Quote(price, rates.get(symbol, _ONE)) for symbol, price in prices.items()}
