"""Make compositions: the first one, and those of a rebalance at an unchanged level.

Source: units are L x D x w / (100 x P x FX), rounded once to 34 digits. What is added to or taken from a capitalisation
index, or from one of prices, is made up for by its divisor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from pyfixmsg_plus.basket.arithmetic import as_decimal, product, quotient, total
from pyfixmsg_plus.basket.calculation import Quote, level_of, value_of
from pyfixmsg_plus.basket.composition import Composition, CompositionReason, Holding, Method
from pyfixmsg_plus.basket.pricing import Pricing
from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["TOLERANCE", "AdjustmentRefused", "LevelJump", "first_composition", "kept_level", "rebalance"]

# No change of a composition moves the level by as much.
TOLERANCE: Final = Decimal("1e-9")
_ONE = Decimal(1)
_HUNDRED = Decimal(100)


class AdjustmentRefused(PyFixMsgError):  # noqa: N818 - the fact
    """A composition cannot be made.

    Attributes:
        names: The names at fault.
    """

    def __init__(self, text: str, *, names: Sequence[str] = ()) -> None:
        super().__init__(f"{text}: {', '.join(names)}" if names else text)
        self.names = tuple(names)


class LevelJump(PyFixMsgError):  # noqa: N818 - the fact
    """A change of the composition would move the level; the old composition stays.

    Attributes:
        before: Raw level on the old composition.
        after: Raw level on the new one, at the same prices.
    """

    def __init__(self, before: Decimal, after: Decimal) -> None:
        super().__init__(f"the level would jump from {before} to {after}")
        self.before = before
        self.after = after


def first_composition(
    holdings: Sequence[Holding],
    pricing: Pricing,
    quotes: Mapping[str, Quote],
    *,
    basket_code: str,
    base_currency: str,
    version: str = "v1.0",
    effective_from_ns: int = 0,
    divisor_id: str = "D1",
    approver: str | None = None,
) -> Composition:
    """Return the composition with which a basket begins at its base level.

    Args:
        holdings: The names: with weights in percent for ``FIXED_UNITS`` and ``WEIGHTED_PRICE``, shares for
            ``FLOAT_CAP``, units (or shares) for ``INAV``.
        pricing: How the basket is priced.
        quotes: Price of each name and its rate to the base currency.
        basket_code: Of the basket.
        base_currency: In which its level is.
        version: Of the composition.
        effective_from_ns: From when on it holds, nanoseconds since 1970-01-01 00:00:00 UTC.
        divisor_id: Name of the divisor.
        approver: Who approved it.

    Raises:
        AdjustmentRefused: A name has no quote, or lacks what the method needs.
    """
    _quoted([holding.symbol for holding in holdings], quotes)
    composition = Composition(
        basket_code=basket_code,
        base_currency=base_currency,
        method=pricing.method,
        version=version,
        effective_from_ns=effective_from_ns,
        holdings=_units(holdings, pricing.method, quotes, pricing.base_level),
        divisor=pricing.fund_units or _ONE if pricing.method is Method.INAV else _ONE,
        divisor_id=divisor_id,
        approver=approver,
        cash=pricing.cash,
        liabilities=pricing.liabilities,
    )
    if pricing.method in (Method.FLOAT_CAP, Method.PRICE_WEIGHTED):
        worth = as_decimal(value_of(composition, quotes))
        return replace(composition, divisor=quotient(worth, pricing.base_level))
    return composition


def rebalance(
    composition: Composition,
    holdings: Sequence[Holding],
    quotes: Mapping[str, Quote],
    *,
    version: str,
    effective_from_ns: int,
    divisor_id: str = "",
    reason: CompositionReason = CompositionReason.REBALANCE,
    approver: str | None = None,
) -> Composition:
    """Return the composition that holds other names, or other weights, at the same level.

    Args:
        composition: What is held until then.
        holdings: The names, as ``first_composition`` takes them.
        quotes: Price of each name, of those that leave as well, and its rate to the base currency.
        version: Of the new composition.
        effective_from_ns: From when on it holds.
        divisor_id: Name of its divisor, where it changes.
        reason: Why it is made.
        approver: Who approved it.

    Raises:
        AdjustmentRefused: A name has no quote, or lacks what the method needs.
        LevelJump: The level would move.
    """
    _quoted([*composition.symbols, *(holding.symbol for holding in holdings)], quotes)
    before = value_of(composition, quotes)
    worth = as_decimal(before)
    changed = replace(
        composition,
        holdings=_units(holdings, composition.method, quotes, worth),
        version=version,
        effective_from_ns=effective_from_ns,
        reason=reason,
        approver=approver,
    )
    if composition.method is Method.INAV:
        # What is bought is paid from the cash of the fund.
        spent = value_of(changed, quotes) - before
        changed = replace(changed, cash=total((changed.cash, as_decimal(-spent))))
    return kept_level(composition, changed, quotes, quotes, divisor_id)


def kept_level(
    old: Composition,
    new: Composition,
    before: Mapping[str, Quote],
    after: Mapping[str, Quote],
    divisor_id: str = "",
) -> Composition:
    """Return ``new`` with the divisor that keeps the level: D x M' / M, rounded once.

    The divisor of a fund is how many units it has, and stays; that of ``FIXED_UNITS`` stays where the values agree
    to 1e-20 of themselves, as they do when units were made from them.

    Raises:
        LevelJump: The level would move by 1e-9 or more.
    """
    worth, changed = value_of(old, before), value_of(new, after)
    if worth <= 0 or changed <= 0:
        raise LevelJump(level_of(old, worth), level_of(new, changed))
    if old.method is not Method.INAV and abs(changed - worth) * _NOISE > worth:
        divisor = quotient(product((old.divisor, as_decimal(changed))), as_decimal(worth))
        new = replace(new, divisor=divisor, divisor_id=divisor_id or new.divisor_id)
    was, will_be = level_of(old, worth), level_of(new, changed)
    if abs(total((was, -will_be))) >= TOLERANCE:
        raise LevelJump(was, will_be)
    return new


_NOISE: Final = 10**20


def _quoted(symbols: Sequence[str], quotes: Mapping[str, Quote]) -> None:
    missing = [symbol for symbol in dict.fromkeys(symbols) if symbol not in quotes]
    if missing:
        raise AdjustmentRefused("no price", names=missing)


def _units(
    holdings: Sequence[Holding], method: Method, quotes: Mapping[str, Quote], worth: Decimal
) -> tuple[Holding, ...]:
    """Return the names with the units that make up a value of ``worth``."""
    if method is Method.FLOAT_CAP:
        return _complete(holdings, [holding.shares for holding in holdings], "no shares", tuple(holdings))
    if method is Method.PRICE_WEIGHTED:
        return tuple(replace(holding, units=_ONE if holding.units is None else holding.units) for holding in holdings)
    if method is Method.INAV:
        held = [holding.units if holding.units is not None else holding.shares for holding in holdings]
        filled = tuple(replace(holding, units=count) for holding, count in zip(holdings, held, strict=True))
        return _complete(holdings, held, "no units", filled)
    if method is Method.EQUAL_WEIGHT:
        weighed = tuple(replace(holding, weight=quotient(_HUNDRED, Decimal(len(holdings)))) for holding in holdings)
        parts = Decimal(len(holdings))
        return tuple(
            replace(holding, units=quotient(worth, product((parts, *quotes[holding.symbol])))) for holding in weighed
        )
    weights = [holding.weight for holding in holdings]
    _complete(holdings, weights, "no weight", ())
    given = [weight for weight in weights if weight is not None]
    if total(given) != _HUNDRED:
        raise AdjustmentRefused(f"the weights make up {total(given)}, and not 100")
    if method is Method.WEIGHTED_PRICE:
        return tuple(
            replace(holding, units=product((weight, _HUNDREDTH)))
            for holding, weight in zip(holdings, given, strict=True)
        )
    return tuple(
        replace(
            holding,
            units=quotient(product((worth, weight)), product((_HUNDRED, *quotes[holding.symbol]))),
        )
        for holding, weight in zip(holdings, given, strict=True)
    )


_HUNDREDTH = Decimal("0.01")


def _complete(
    holdings: Sequence[Holding], values: Sequence[Decimal | None], text: str, result: tuple[Holding, ...]
) -> tuple[Holding, ...]:
    missing = [holding.symbol for holding, value in zip(holdings, values, strict=True) if value is None]
    if missing:
        raise AdjustmentRefused(text, names=missing)
    return result
