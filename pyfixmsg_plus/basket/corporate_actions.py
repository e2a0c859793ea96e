"""What happens to companies, and how a basket takes it without a jump.

Actions are effective after the close and before the next open: they take the closing prices, change prices as the
market will (a split halves them), and change units, shares or the divisor so that the level at the changed prices is
the level at the prices before. A breach of that law is an error, and the old composition stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeAlias, assert_never

from pyfixmsg_plus.basket.arithmetic import as_decimal, product, quotient, term, total
from pyfixmsg_plus.basket.calculation import Quote, price_level, total_levels, value_of
from pyfixmsg_plus.basket.composition import Composition, CompositionReason, Holding, Method, ReturnChain
from pyfixmsg_plus.basket.weighting import AdjustmentRefused, kept_level

__all__ = [
    "Action",
    "Adjusted",
    "CashDividend",
    "Delisting",
    "Merger",
    "Replacement",
    "Rights",
    "ShareChange",
    "SpecialDividend",
    "SpinOff",
    "SpinOffClose",
    "Split",
    "adjust",
    "close_day",
]

_ZERO = Decimal(0)
_ONE = Decimal(1)
_UNITS = (Method.FIXED_UNITS, Method.EQUAL_WEIGHT)
_AT_ONCE: Final = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Split:
    """One share becomes ``ratio`` shares: a split, a bonus issue, or a consolidation where it is below one."""

    symbol: str
    ratio: Decimal


@dataclass(frozen=True, slots=True)
class CashDividend:
    """An ordinary dividend: the price return ignores it, the total return takes it up on the ex-date.

    Attributes:
        symbol: The name.
        amount: A share, in the currency of its price.
        tax: Share of it that is withheld, 0 to 1, for the net return.
    """

    symbol: str
    amount: Decimal
    tax: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class SpecialDividend:
    """A dividend that is no income: the price falls by it, and the level must not.

    Attributes:
        symbol: The name.
        amount: A share, in the currency of its price.
    """

    symbol: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Rights:
    """``new`` shares are offered for ``held`` ones at a price below the market's; at or above it nothing happens."""

    symbol: str
    new: Decimal
    held: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class SpinOff:
    """A part of a company becomes a company: ``ratio`` shares of it for each share. It enters at a price of zero.

    Attributes:
        symbol: The parent.
        child: The new name.
        ratio: Of its shares for one share of the parent.
        currency: In which it will trade; ``None``: as its prices say.
    """

    symbol: str
    child: str
    ratio: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class SpinOffClose:
    """The child of a spin-off leaves after its first close."""

    child: str


@dataclass(frozen=True, slots=True)
class ShareChange:
    """Shares in issue or the float factor change; of interest to ``FLOAT_CAP`` alone."""

    symbol: str
    shares: Decimal | None = None
    float_factor: Decimal | None = None

    def is_immediate(self, composition: Composition) -> bool:
        """Return whether it is 5 % or more, and so takes effect at once; less waits for the review."""
        holding = _holding(composition, self.symbol)
        before, after = composition.coefficient(holding), composition.coefficient(self.applied(holding))
        return abs(total((after, -before))) >= product((before, _AT_ONCE))

    def applied(self, holding: Holding) -> Holding:
        """Return the holding with the new figures."""
        return replace(
            holding,
            shares=holding.shares if self.shares is None else self.shares,
            float_factor=holding.float_factor if self.float_factor is None else self.float_factor,
        )


@dataclass(frozen=True, slots=True)
class Merger:
    """A name is taken over: for cash, at its last price, or for ``ratio`` shares of the acquirer each.

    Attributes:
        symbol: The target, which leaves.
        acquirer: Whose shares are given, where shares are; it need not have been in the basket.
        ratio: Of its shares for one of the target.
    """

    symbol: str
    acquirer: str | None = None
    ratio: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Delisting:
    """A name leaves at its last trade, or, where that was approved, at zero: then the loss is in the level."""

    symbol: str
    at_zero: bool = False


@dataclass(frozen=True, slots=True)
class Replacement:
    """Names are added, deleted or replaced at the close.

    Attributes:
        removed: Those that leave.
        added: Those that enter: with shares for ``FLOAT_CAP``, and with a weight in percent of the whole for units.
    """

    removed: tuple[str, ...] = ()
    added: tuple[Holding, ...] = ()


Action: TypeAlias = (
    Split
    | CashDividend
    | SpecialDividend
    | Rights
    | SpinOff
    | SpinOffClose
    | ShareChange
    | Merger
    | Delisting
    | Replacement
)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What an action made of a basket.

    Attributes:
        composition: The new one.
        quotes: The prices as the action leaves them, of all names that were given.
        before: Raw level before it.
        after: Raw level after it.
    """

    composition: Composition
    quotes: Mapping[str, Quote]
    before: Decimal
    after: Decimal


def adjust(
    composition: Composition,
    action: Action,
    quotes: Mapping[str, Quote],
    *,
    version: str = "",
    effective_from_ns: int | None = None,
    divisor_id: str = "",
    approver: str | None = None,
) -> Adjusted:
    """Apply an action at closing prices.

    Args:
        composition: What is held until then.
        action: What happens.
        quotes: Closing price and rate of each name, of those that enter as well.
        version: Of the new composition; empty: the same.
        effective_from_ns: From when on it holds; ``None``: as before.
        divisor_id: Name of its divisor, where it changes.
        approver: Who approved it.

    Raises:
        AdjustmentRefused: The action does not fit: a name or a price is not there, or its terms make no sense.
        LevelJump: The level would move by 1e-9 or more.
    """
    missing = [symbol for symbol in composition.symbols if symbol not in quotes]
    if missing:
        raise AdjustmentRefused("no price", names=missing)
    started = _struck_off(action, quotes)
    new, after = _changed(composition, action, started)
    if new is not composition:
        new = replace(
            new,
            version=version or new.version,
            effective_from_ns=new.effective_from_ns if effective_from_ns is None else effective_from_ns,
            reason=CompositionReason.CORPORATE_ACTION,
            approver=approver,
        )
    if not isinstance(action, CashDividend):
        new = kept_level(composition, new, started, after, divisor_id)
    return Adjusted(new, after, price_level(composition, started), price_level(new, after))


def close_day(composition: Composition, quotes: Mapping[str, Quote]) -> Composition:
    """Return the composition with the chain of its total return carried to this close.

    To be done at each close on which a dividend went ex, after the last level of the day; on other days it changes no
    digit that is published, as price and total return then move together.

    Raises:
        KeyError: A name has no quote.
    """
    price = price_level(composition, quotes)
    whole, net = total_levels(composition, price)
    return replace(composition, returns=ReturnChain(price, whole, net))


def _holding(composition: Composition, symbol: str) -> Holding:
    for holding in composition.holdings:
        if holding.symbol == symbol:
            return holding
    raise AdjustmentRefused("not in the basket", names=[symbol])


def _with(composition: Composition, *changed: Holding, removed: tuple[str, ...] = ()) -> Composition:
    """Return the composition with these holdings in place of those of their names, new ones behind, some left out."""
    by_symbol = {holding.symbol: holding for holding in composition.holdings}
    by_symbol |= {holding.symbol: holding for holding in changed}
    kept = tuple(holding for symbol, holding in by_symbol.items() if symbol not in removed)
    if not kept:
        raise AdjustmentRefused("nothing would be left in the basket")
    return replace(composition, holdings=kept)


def _scaled(composition: Composition, holding: Holding, factor: Decimal, divisor: Decimal = _ONE) -> Holding:
    """Return a holding that counts factor / divisor times what it did; a price-weighted one counts as before."""
    if composition.method is Method.PRICE_WEIGHTED:
        return holding
    if composition.method is Method.FLOAT_CAP:
        return replace(holding, shares=quotient(product((holding.shares or _ZERO, factor)), divisor))
    return replace(holding, units=quotient(product((holding.units or _ZERO, factor)), divisor))


def _positive(symbol: str, **terms: Decimal) -> None:
    for name, number in terms.items():
        if not number.is_finite() or number <= 0:
            raise AdjustmentRefused(f"{name} must be above zero, and is {number}", names=[symbol])


def _struck_off(action: Action, quotes: Mapping[str, Quote]) -> Mapping[str, Quote]:
    """A name that is lost is worth nothing before it leaves: the loss is real, and no divisor makes up for it."""
    if isinstance(action, Delisting) and action.at_zero and action.symbol in quotes:
        return {**quotes, action.symbol: Quote(_ZERO, quotes[action.symbol].rate)}
    return quotes


def _changed(
    composition: Composition, action: Action, quotes: Mapping[str, Quote]
) -> tuple[Composition, Mapping[str, Quote]]:
    """Return holdings and prices after an action; the divisor is as it was."""
    match action:
        case Split(symbol, ratio):
            holding = _holding(composition, symbol)
            _positive(symbol, ratio=ratio)
            new = _with(composition, _scaled(composition, holding, ratio))
            return new, _repriced(quotes, symbol, quotient(quotes[symbol].price, ratio))
        case CashDividend():
            return _paid(composition, action, quotes), quotes
        case SpecialDividend(symbol, amount):
            holding, left = _holding(composition, symbol), total((quotes[symbol].price, -amount))
            _positive(symbol, amount=amount, price=left)
            new = replace(composition)
            if composition.method is Method.INAV:
                received = as_decimal(term(composition.coefficient(holding), amount, quotes[symbol].rate))
                new = replace(composition, cash=total((composition.cash, received)))
            return new, _repriced(quotes, symbol, left)
        case Rights():
            return _subscribed(composition, action, quotes)
        case SpinOff():
            return _spun_off(composition, action, quotes)
        case SpinOffClose(child):
            return _without(composition, (child,), quotes), quotes
        case ShareChange(symbol):
            holding = _holding(composition, symbol)
            if composition.method is not Method.FLOAT_CAP:
                return composition, quotes
            return _with(composition, action.applied(holding)), quotes
        case Merger():
            return _merged(composition, action, quotes), quotes
        case Delisting(symbol):
            return _without(composition, (symbol,), quotes), quotes
        case Replacement():
            return _replaced(composition, action, quotes), quotes
        case _:
            assert_never(action)


def _repriced(quotes: Mapping[str, Quote], symbol: str, price: Decimal) -> Mapping[str, Quote]:
    return {**quotes, symbol: Quote(price, quotes[symbol].rate)}


def _paid(composition: Composition, action: CashDividend, quotes: Mapping[str, Quote]) -> Composition:
    holding = _holding(composition, action.symbol)
    _positive(action.symbol, amount=action.amount)
    if not _ZERO <= action.tax <= _ONE:
        raise AdjustmentRefused(f"tax is a share from 0 to 1, and not {action.tax}", names=[action.symbol])
    steps = term(composition.coefficient(holding), action.amount, quotes[action.symbol].rate)
    points = quotient(as_decimal(steps), composition.divisor)
    chain = composition.returns
    net = quotient(product((as_decimal(steps), total((_ONE, -action.tax)))), composition.divisor)
    return replace(
        composition,
        returns=replace(
            chain,
            dividends=total((chain.dividends, points)),
            net_dividends=total((chain.net_dividends, net)),
        ),
    )


def _subscribed(
    composition: Composition, action: Rights, quotes: Mapping[str, Quote]
) -> tuple[Composition, Mapping[str, Quote]]:
    holding = _holding(composition, action.symbol)
    _positive(action.symbol, new=action.new, held=action.held, price=action.price)
    cum = quotes[action.symbol].price
    if action.price >= cum:
        return composition, quotes
    shares = total((action.held, action.new))
    paid = total((product((action.held, cum)), product((action.new, action.price))))
    terp = quotient(paid, shares)
    after = _repriced(quotes, action.symbol, terp)
    if composition.method is Method.FLOAT_CAP:
        return _with(composition, _scaled(composition, holding, shares, action.held)), after
    # u P / TERP, from the terms themselves: TERP is rounded, they are not.
    return _with(composition, _scaled(composition, holding, product((cum, shares)), paid)), after


def _spun_off(
    composition: Composition, action: SpinOff, quotes: Mapping[str, Quote]
) -> tuple[Composition, Mapping[str, Quote]]:
    parent = _holding(composition, action.symbol)
    _positive(action.symbol, ratio=action.ratio)
    if action.child in composition.symbols:
        raise AdjustmentRefused("already in the basket", names=[action.child])
    child = replace(
        parent,
        symbol=action.child,
        currency=action.currency,
        weight=None,
        units=None if parent.units is None else quotient(product((parent.units, action.ratio)), _ONE),
        shares=None if parent.shares is None else quotient(product((parent.shares, action.ratio)), _ONE),
        until_traded=_ZERO,
    )
    rate = quotes[action.child].rate if action.child in quotes else quotes[action.symbol].rate
    return _with(composition, child), {**quotes, action.child: Quote(_ZERO, rate)}


def _without(composition: Composition, symbols: tuple[str, ...], quotes: Mapping[str, Quote]) -> Composition:
    """Names leave at their price; with units the others take their place in proportion, else the divisor does."""
    for symbol in symbols:
        _holding(composition, symbol)
    left = _with(composition, removed=symbols)
    if composition.method is Method.INAV:
        got = value_of(composition, quotes) - value_of(left, quotes)
        return replace(left, cash=total((left.cash, as_decimal(got))))
    if composition.method not in _UNITS:
        return left
    before, after = as_decimal(value_of(composition, quotes)), as_decimal(value_of(left, quotes))
    if before == after or after <= 0:
        return left
    return _with(left, *(_scaled(left, holding, before, after) for holding in left.holdings))


def _merged(composition: Composition, action: Merger, quotes: Mapping[str, Quote]) -> Composition:
    target = _holding(composition, action.symbol)
    if action.acquirer is None or action.ratio is None:
        if (action.acquirer, action.ratio) != (None, None):
            raise AdjustmentRefused("an acquirer gives shares by a ratio", names=[action.symbol])
        return _without(composition, (action.symbol,), quotes)
    _positive(action.symbol, ratio=action.ratio)
    if action.acquirer == action.symbol or action.acquirer not in quotes:
        raise AdjustmentRefused("no price", names=[action.acquirer])
    if composition.method is Method.PRICE_WEIGHTED:
        held = {holding.symbol for holding in composition.holdings}
        entering = () if action.acquirer in held else (Holding(symbol=action.acquirer, units=_ONE),)
        return _with(composition, *entering, removed=(action.symbol,))
    given = _scaled(composition, target, action.ratio)
    held_now = next((holding for holding in composition.holdings if holding.symbol == action.acquirer), None)
    if held_now is None:
        return _with(
            composition, replace(given, symbol=action.acquirer, currency=None, weight=None), removed=(action.symbol,)
        )
    return _with(composition, _joined(composition, held_now, given), removed=(action.symbol,))


def _joined(composition: Composition, holding: Holding, given: Holding) -> Holding:
    if composition.method is not Method.FLOAT_CAP:
        return replace(holding, units=quotient(total((holding.units or _ZERO, given.units or _ZERO)), _ONE))
    # The acquirer's float factor stays; as many shares enter as its float needs to hold what the target's held.
    entering = quotient(product((given.shares or _ZERO, given.float_factor)), holding.float_factor)
    return replace(holding, shares=quotient(total((holding.shares or _ZERO, entering)), _ONE))


def _replaced(composition: Composition, action: Replacement, quotes: Mapping[str, Quote]) -> Composition:
    for symbol in action.removed:
        _holding(composition, symbol)
    names = [holding.symbol for holding in action.added]
    known = [name for name in names if name in composition.symbols and name not in action.removed]
    if known or len(set(names)) != len(names):
        raise AdjustmentRefused("already in the basket", names=known or names)
    unpriced = [name for name in names if name not in quotes]
    if unpriced:
        raise AdjustmentRefused("no price", names=unpriced)
    if composition.method in _UNITS and action.added:
        return _given_room(composition, action, quotes)
    if composition.method is Method.PRICE_WEIGHTED:
        entering = tuple(replace(holding, units=holding.units or _ONE) for holding in action.added)
        return _with(_with(composition, *entering), removed=action.removed)
    grown = _with(composition, *action.added)
    spent = value_of(grown, quotes) - value_of(composition, quotes)
    if composition.method is Method.INAV:
        grown = replace(grown, cash=total((grown.cash, as_decimal(-spent))))
    return _without(grown, action.removed, quotes) if action.removed else grown


def _given_room(composition: Composition, action: Replacement, quotes: Mapping[str, Quote]) -> Composition:
    """Names enter with their weight in percent of the whole; those that stay share the rest in proportion."""
    unweighed = [holding.symbol for holding in action.added if holding.weight is None]
    if unweighed:
        raise AdjustmentRefused("no weight", names=unweighed)
    entering = total([holding.weight or _ZERO for holding in action.added])
    staying = [holding for holding in composition.holdings if holding.symbol not in action.removed]
    rest = total((Decimal(100), -entering))
    if rest < 0 or (rest == 0) == bool(staying):
        raise AdjustmentRefused(f"the names that enter make up {entering} % of the whole")
    worth = as_decimal(value_of(composition, quotes))
    kept_worth = as_decimal(sum(term(composition.coefficient(holding), *quotes[holding.symbol]) for holding in staying))
    if staying and kept_worth <= 0:
        raise AdjustmentRefused("the names that stay are worth nothing", names=[holding.symbol for holding in staying])
    hundred = Decimal(100)
    return replace(
        composition,
        holdings=(
            *(
                _scaled(composition, holding, product((worth, rest)), product((hundred, kept_worth)))
                for holding in staying
            ),
            *(
                replace(
                    holding,
                    units=quotient(
                        product((worth, holding.weight or _ZERO)), product((hundred, *quotes[holding.symbol]))
                    ),
                )
                for holding in action.added
            ),
        ),
    )
