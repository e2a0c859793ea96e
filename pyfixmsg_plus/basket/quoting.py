"""From market prices to the plain quotes that compositions are made and changed with."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pyfixmsg_plus.basket.arithmetic import quotient
from pyfixmsg_plus.basket.calculation import Quote
from pyfixmsg_plus.basket.composition import Composition
from pyfixmsg_plus.basket.corporate_actions import Action, adjust
from pyfixmsg_plus.basket.fx import FxRates
from pyfixmsg_plus.basket.weighting import AdjustmentRefused
from pyfixmsg_plus.domain import MarketPrice, major_unit

__all__ = ["apply_action", "quotes_of"]


def quotes_of(prices: Iterable[MarketPrice], fx: FxRates, base_currency: str) -> dict[str, Quote]:
    """Return the last prices as quotes, whatever their age; names without a price are left out.

    Raises:
        AdjustmentRefused: A rate of exchange is missing.
    """
    quotes = {}
    for price in prices:
        if price.last is None:
            continue
        currency, divisor = major_unit(price.currency or base_currency)
        rate = fx.rate(currency, base_currency)
        if rate is None:
            raise AdjustmentRefused(f"no rate from {currency} to {base_currency}", names=[price.symbol])
        last = price.last if divisor == 1 else quotient(price.last, Decimal(divisor))
        quotes[price.symbol] = Quote(last, rate)
    return quotes


def apply_action(
    composition: Composition,
    action: Action,
    prices: Mapping[str, MarketPrice],
    fx: FxRates,
    *,
    version: str = "",
    effective_from_ns: int | None = None,
    divisor_id: str = "",
    approver: str | None = None,
) -> Composition:
    """Apply an action at closing prices; ``adjust`` says more of what it did.

    Raises:
        AdjustmentRefused: The action does not fit: a name, a price or a rate is not there, or its terms make no sense.
        LevelJump: The level would move by 1e-9 or more.
    """
    quotes = quotes_of(prices.values(), fx, composition.base_currency)
    return adjust(
        composition,
        action,
        quotes,
        version=version,
        effective_from_ns=effective_from_ns,
        divisor_id=divisor_id,
        approver=approver,
    ).composition
