"""From prices to a level. Plain numbers in, plain numbers out: what a price is worth, and whether, was decided before.

Source: the methods are those of ``composition.Method``; the arithmetic is that of ``arithmetic``.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from pyfixmsg_plus.basket.arithmetic import as_decimal, as_steps, checked, product, quotient, term, total
from pyfixmsg_plus.basket.composition import Composition, Method

__all__ = ["Quote", "extra_of", "level_of", "price_level", "total_levels", "value_of"]


class Quote(NamedTuple):
    """What one unit of a name costs.

    Attributes:
        price: In the major unit of its currency.
        rate: Units of the base currency that one unit of that currency is.
    """

    price: Decimal
    rate: Decimal = Decimal(1)


def value_of(composition: Composition, quotes: Mapping[str, Quote]) -> int:
    """Return what the divisor divides, in steps of 1e-24: the market value, or the net assets of a fund.

    Raises:
        KeyError: A name has no quote.
        OverflowError: The value does not fit into 256 bits.
    """
    value = extra_of(composition)
    for holding in composition.holdings:
        value += term(composition.coefficient(holding), *quotes[holding.symbol])
    return checked(value)


def extra_of(composition: Composition) -> int:
    """Return what is in the value besides the names, in steps of 1e-24: cash less liabilities of a fund."""
    if composition.method is not Method.INAV:
        return 0
    return as_steps(composition.cash) - as_steps(composition.liabilities)


def level_of(composition: Composition, value: int) -> Decimal:
    """Return the raw level, price return, of a value in steps: 34 digits."""
    return quotient(as_decimal(value), composition.divisor)


def price_level(composition: Composition, quotes: Mapping[str, Quote]) -> Decimal:
    """Return the raw level, price return, of a composition at these quotes: 34 digits.

    Raises:
        KeyError: A name has no quote.
        OverflowError: The value does not fit into 256 bits.
    """
    return level_of(composition, value_of(composition, quotes))


def total_levels(composition: Composition, price: Decimal) -> tuple[Decimal, Decimal]:
    """Return total return and net total return for a raw level of price return.

    TR = TR before x (PR + index points of the dividends) / PR before, rounded once. Before the first close they begin
    where the price return begins.
    """
    chain = composition.returns
    if chain.price_level is None or chain.total is None or chain.net is None:
        return (
            quotient(total((price, chain.dividends)), Decimal(1)),
            quotient(total((price, chain.net_dividends)), Decimal(1)),
        )
    return (
        quotient(product((chain.total, total((price, chain.dividends)))), chain.price_level),
        quotient(product((chain.net, total((price, chain.net_dividends)))), chain.price_level),
    )
