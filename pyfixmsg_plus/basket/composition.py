"""What a basket consists of from one moment on. It never changes: every change makes another composition.

Units, shares and divisors keep all their 34 digits; ten decimals are for display alone.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pyfixmsg_plus.basket.arithmetic import product

__all__ = ["Composition", "CompositionReason", "Holding", "Method", "ReturnChain"]

_ONE = Decimal(1)
_ZERO = Decimal(0)


class Method(StrEnum):
    """How a level comes from prices. P price, u units, S shares, F float factor, FX to the base currency, D divisor."""

    FIXED_UNITS = "FIXED_UNITS"  # sum of u P FX / D; u from the weights at base and at each rebalance
    WEIGHTED_PRICE = "WEIGHTED_PRICE"  # sum of P w / 100, for compatibility; one currency only
    PRICE_WEIGHTED = "PRICE_WEIGHTED"  # sum of P / D
    FLOAT_CAP = "FLOAT_CAP"  # sum of P S F FX / D
    EQUAL_WEIGHT = "EQUAL_WEIGHT"  # as FIXED_UNITS with equal weights, reset on schedule
    INAV = "INAV"  # (sum of q P FX + cash - liabilities) / units of the fund


class CompositionReason(StrEnum):
    """Why there is a new composition."""

    CREATE = "CREATE"
    REBALANCE = "REBALANCE"
    CORPORATE_ACTION = "CORPORATE_ACTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One name of a composition.

    Attributes:
        symbol: As its prices are asked for.
        currency: In which it trades, ISO 4217 or a minor unit such as ``GBp``; ``None``: that of its prices.
        weight: Percent, as it was decided; what it is worth now follows from units and prices.
        units: How many are held by one basket of divisor 1.
        shares: In issue, for ``FLOAT_CAP``.
        float_factor: Share of them that is traded freely.
        until_traded: Price that counts until it has traded; zero for the child of a spin-off.
    """

    symbol: str
    currency: str | None = None
    weight: Decimal | None = None
    units: Decimal | None = None
    shares: Decimal | None = None
    float_factor: Decimal = _ONE
    until_traded: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReturnChain:
    """Where the chain of a total return stands: TR = TR before x (PR + dividends) / PR before.

    Without a day closed yet, the total return is the price return; it begins at the same base.

    Attributes:
        price_level: Price return at the close before, all digits; ``None`` before the first close.
        total: Total return at that close.
        net: Total return after tax at that close.
        dividends: Index points of the dividends that went ex since.
        net_dividends: The same after tax.
    """

    price_level: Decimal | None = None
    total: Decimal | None = None
    net: Decimal | None = None
    dividends: Decimal = _ZERO
    net_dividends: Decimal = _ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What a basket consists of from one moment on.

    Attributes:
        basket_code: Of the basket.
        base_currency: In which its level is.
        method: How its level comes from prices.
        version: Of the composition, such as ``v1.0``.
        effective_from_ns: Nanoseconds since 1970-01-01 00:00:00 UTC.
        holdings: The names, in their order.
        divisor: Units of the fund for ``INAV``.
        divisor_id: Name of the divisor, for the record; a new one with each change.
        reason: Why it was made.
        approver: Who approved it, where somebody had to.
        cash: In the base currency, for ``INAV``.
        liabilities: In the base currency, for ``INAV``.
        returns: Where the chain of its total return stands.
    """

    basket_code: str
    base_currency: str
    method: Method
    version: str
    effective_from_ns: int
    holdings: tuple[Holding, ...]
    divisor: Decimal = _ONE
    divisor_id: str = ""
    reason: CompositionReason = CompositionReason.CREATE
    approver: str | None = None
    cash: Decimal = _ZERO
    liabilities: Decimal = _ZERO
    returns: ReturnChain = ReturnChain()

    def __post_init__(self) -> None:
        symbols = [holding.symbol for holding in self.holdings]
        if not symbols or len(set(symbols)) != len(symbols):
            raise ValueError(f"{self.basket_code}: a composition holds each name once, and at least one")
        if not self.divisor.is_finite() or self.divisor <= 0:
            raise ValueError(f"{self.basket_code}: the divisor must be above zero, and is {self.divisor}")
        for holding in self.holdings:
            coefficient = self.coefficient(holding)
            if not coefficient.is_finite() or coefficient < 0:
                raise ValueError(f"{self.basket_code}: {holding.symbol} counts {coefficient} times")

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names, in their order."""
        return tuple(holding.symbol for holding in self.holdings)

    def coefficient(self, holding: Holding) -> Decimal:
        """Return by what a price counts; exact.

        Raises:
            ValueError: The holding lacks what the method needs.
        """
        if self.method is Method.FLOAT_CAP:
            if holding.shares is None:
                raise ValueError(f"{self.basket_code}: {holding.symbol} has no shares")
            return product((holding.shares, holding.float_factor))
        if holding.units is None:
            raise ValueError(f"{self.basket_code}: {holding.symbol} has no units")
        return holding.units
