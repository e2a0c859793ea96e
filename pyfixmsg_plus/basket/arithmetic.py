"""The arithmetic of a level, to the last digit.

Every term is rounded once, half to even, to a multiple of 1e-24; sums of terms are exact, so the order in which they
are added, and whether they are added anew or one at a time, changes no digit. A quotient has 34 significant digits,
half to even. Publication rounds once more, half up. The native twin is ``crates/market``.
"""

from collections.abc import Iterable
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Rounded,
)
from typing import Final

__all__ = [
    "DIGITS",
    "LARGEST",
    "PLACES",
    "as_decimal",
    "as_steps",
    "checked",
    "plain",
    "product",
    "published",
    "quotient",
    "term",
    "total",
]

# A term is a whole number of steps of 1e-24.
PLACES: Final = 24
# Of a quotient: those of IEEE 754 decimal128.
DIGITS: Final = 34
# Steps lie in a signed integer of 256 bits in the native twin.
LARGEST: Final = 2**255 - 1

_LARGEST_EXPONENT = 60
_WIDE = 400
_EXACT = Context(prec=_WIDE, traps=[Inexact, Rounded, InvalidOperation, Overflow])
_ROUNDED = Context(prec=_WIDE, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, Overflow])
_QUOTIENT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, Overflow, DivisionByZero])
_PUBLISHED = Context(prec=_WIDE, rounding=ROUND_HALF_UP, traps=[InvalidOperation, Overflow])
_UNIT = Decimal(1)
_STEP = Decimal(1).scaleb(-PLACES)


def product(factors: Iterable[Decimal]) -> Decimal:
    """Return the exact product.

    Raises:
        decimal.Inexact: It has more than 400 digits.
    """
    result = Decimal(1)
    for factor in factors:
        result = _EXACT.multiply(result, factor)
    return result


def total(summands: Iterable[Decimal]) -> Decimal:
    """Return the exact sum.

    Raises:
        decimal.Inexact: It has more than 400 digits.
    """
    result = Decimal(0)
    for summand in summands:
        result = _EXACT.add(result, summand)
    return result


def as_steps(value: Decimal) -> int:
    """Return a number as whole steps of 1e-24, rounded half to even.

    Raises:
        OverflowError: It does not fit into 256 bits.
    """
    if value.adjusted() > _LARGEST_EXPONENT:
        raise OverflowError(f"{value:.6E} is too large for a level to be computed from")
    return checked(int(_ROUNDED.scaleb(_ROUNDED.quantize(value, _STEP), PLACES)))


def checked(steps: int) -> int:
    """Return the steps if they fit into 256 bits.

    Raises:
        OverflowError: They do not.
    """
    if not -LARGEST <= steps <= LARGEST:
        raise OverflowError(f"{as_decimal(steps):.6E} is too large for a level to be computed from")
    return steps


def term(coefficient: Decimal, price: Decimal, rate: Decimal) -> int:
    """Return coefficient x price x rate in steps of 1e-24, rounded once.

    Raises:
        OverflowError: It does not fit into 256 bits.
    """
    return as_steps(product((coefficient, price, rate)))


def as_decimal(steps: int) -> Decimal:
    """Return steps of 1e-24 as the number that they are."""
    return _EXACT.scaleb(Decimal(steps), -PLACES)


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return dividend / divisor to 34 significant digits, half to even, without zeros at the end.

    Raises:
        decimal.DivisionByZero: The divisor is zero.
    """
    shortest = _QUOTIENT.divide(dividend, divisor).normalize(_QUOTIENT)
    if 0 < shortest.adjusted() < _WIDE and shortest == shortest.to_integral_value():
        return _EXACT.quantize(shortest, _UNIT)  # written out: 100, and not 1E+2
    return shortest


def published(raw: Decimal, decimals: int) -> Decimal:
    """Return a raw level as it is published: rounded once, half up, with exactly so many decimals."""
    return _PUBLISHED.quantize(raw, Decimal(1).scaleb(-decimals))


def plain(value: Decimal) -> str:
    """Return a number as text without exponent and without zeros at the end: the form in which digits are compared."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return "0" if text in {"-0", ""} else text
