"""Value a basket: the reference engine.

A level comes with all it was computed from, so that it can be computed again to the last digit; where it cannot be
told, the answer is why, never a guess.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pyfixmsg_plus.basket.arithmetic import as_decimal, checked, product, published, quotient, term
from pyfixmsg_plus.basket.calculation import Quote, extra_of, level_of, total_levels
from pyfixmsg_plus.basket.composition import Composition, Holding, Method
from pyfixmsg_plus.basket.fx import FxRates
from pyfixmsg_plus.basket.policies import ALWAYS_OPEN, Chosen, PolicyApplied, TradingTime, WithheldReason, choose
from pyfixmsg_plus.basket.pricing import Pricing, ReturnType, StalePolicy
from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import MarketPrice, ValuationQuality, major_unit

__all__ = ["ENGINE_VERSION", "FX_MAX_AGE_NS", "Part", "Valuation", "ValuationMethod", "Withheld", "terms_of", "value"]

# Changes when the same inputs may give other digits.
ENGINE_VERSION: Final = "1"
FX_MAX_AGE_NS: Final = 300 * 1_000_000_000
_HUNDRED = Decimal(100)
_NONE: Mapping[str, Sequence[MarketPrice]] = {}
_WORST_LAST = tuple(ValuationQuality)


class ValuationMethod(StrEnum):
    """How a valuation came about."""

    REAL_TIME = "REAL_TIME"
    BATCH = "BATCH"
    ESTIMATED = "ESTIMATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one name adds to a level.

    Attributes:
        symbol: The name.
        price: That counted, in the major unit of ``currency``.
        currency: ISO 4217.
        rate: Units of the base currency that one unit of it is.
        units: By what the price counted.
        weight: Percent, as it was decided; ``None`` where none was.
        value: Price x rate x units, rounded to 1e-24.
        contribution: Percent of the value of all names.
        source: Where the price comes from.
        price_id: Of the price.
        source_ns: When the source says that it happened.
        age_ns: Age of the price while its market was open.
        policy_applied: Why this price counted.
    """

    symbol: str
    price: Decimal
    currency: str
    rate: Decimal
    units: Decimal
    weight: Decimal | None
    value: Decimal
    contribution: Decimal
    source: str
    price_id: str
    source_ns: int | None
    age_ns: int
    policy_applied: PolicyApplied


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """The level of a basket at one moment.

    Attributes:
        basket_code: Of the basket.
        level: As it is published: rounded once.
        raw_level: All 34 digits.
        price_level: Of the price return, all 34 digits; equal to ``raw_level`` where that is what is published.
        base_currency: In which the level is.
        calculated_ns: When it was valued, nanoseconds since 1970-01-01 00:00:00 UTC.
        method: How it came about.
        quality: How firm it is.
        stale_data_count: Names whose price is not fresh.
        oldest_ns: Source's time of the oldest price; ``None`` where no source gave one.
        simulated: Prices of a simulator are in it.
        fx_source: Where the rates of exchange come from.
        fx_time_ns: When they were made.
        composition_version: What it was valued with.
        divisor_id: What it was divided by.
        engine_version: What computed it.
        parts: Name by name.
    """

    basket_code: str
    level: Decimal
    raw_level: Decimal
    price_level: Decimal
    base_currency: str
    calculated_ns: int
    method: ValuationMethod
    quality: ValuationQuality
    stale_data_count: int
    oldest_ns: int | None
    simulated: bool
    fx_source: str
    fx_time_ns: int
    composition_version: str
    divisor_id: str
    engine_version: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """There is no level that may be told.

    Attributes:
        reason: Why.
        names: The names at fault, in the order of the composition; currencies where a rate is missing.
        basket_code: Of the basket.
        calculated_ns: When it was tried.
    """

    reason: WithheldReason
    names: tuple[str, ...] = ()
    basket_code: str = ""
    calculated_ns: int = 0

    def __str__(self) -> str:
        return f"{self.basket_code} withheld: {self.reason}{': ' if self.names else ''}{', '.join(self.names)}"


def value(
    composition: Composition,
    pricing: Pricing,
    prices: Mapping[str, MarketPrice],
    fx: FxRates,
    now: Now,
    *,
    fallbacks: Mapping[str, Sequence[MarketPrice]] = _NONE,
    preferred: str | None = None,
    market: TradingTime = ALWAYS_OPEN,
    priced_before: bool = False,
    method: ValuationMethod = ValuationMethod.REAL_TIME,
) -> Valuation | Withheld:
    """Value a basket.

    Args:
        composition: What it consists of.
        pricing: How it is priced.
        prices: The last price of each name; quarantined ones are not among them.
        fx: One set of rates.
        now: When.
        fallbacks: What other sources say of a name, in the order of their priority.
        preferred: Source whose prices may make a level of quality A; ``None``: any.
        market: How long a market was open; ages run only then.
        priced_before: There was a level of this basket before.
        method: ``REAL_TIME`` or ``BATCH``; a level with an estimated price in it says ``ESTIMATED`` anyhow.

    Raises:
        ValueError: ``composition`` was made for another method.
    """
    if composition.method is not pricing.method:
        raise ValueError(f"the composition is for {composition.method}, and the basket is priced by {pricing.method}")
    chosen: list[tuple[Holding, Chosen]] = []
    refused: dict[WithheldReason, list[str]] = {}
    for holding in composition.holdings:
        known = [*([prices[holding.symbol]] if holding.symbol in prices else []), *fallbacks.get(holding.symbol, ())]
        choice = choose(
            holding, known, pricing, now.utc_ns, preferred=preferred, market=market, priced_before=priced_before
        )
        if isinstance(choice, WithheldReason):
            refused.setdefault(choice, []).append(holding.symbol)
        else:
            chosen.append((holding, choice))
    for reason in (WithheldReason.MISSING_PRICE, WithheldReason.EXPIRED_PRICE):
        if reason in refused:
            return _withheld(composition, now, reason, refused[reason])
    paid = [_in_major_unit(holding, choice, composition.base_currency) for holding, choice in chosen]
    # Weights of prices, not of values: prices in several currencies cannot be weighted so.
    one = composition.base_currency if composition.method is Method.WEIGHTED_PRICE else None
    wrong = [
        holding.symbol
        for (holding, _), (_, currency) in zip(chosen, paid, strict=True)
        if currency is None or one not in (None, currency)
    ]
    if wrong:
        return _withheld(composition, now, WithheldReason.CURRENCY_MISMATCH, wrong)
    named = [currency or "" for _, currency in paid]
    rates = _rates(named, composition.base_currency, fx, now)
    missing = sorted(currency for currency, rate in rates.items() if rate is None)
    if missing:
        return _withheld(composition, now, WithheldReason.FX_RATE_MISSING, missing)
    known_rates = {currency: rate for currency, rate in rates.items() if rate is not None}
    quotes = [Quote(price, known_rates[currency]) for (price, _), currency in zip(paid, named, strict=True)]
    return _valued(composition, pricing, chosen, named, quotes, fx, now, method)


def _valued(
    composition: Composition,
    pricing: Pricing,
    chosen: Sequence[tuple[Holding, Chosen]],
    currencies: Sequence[str],
    quotes: Sequence[Quote],
    fx: FxRates,
    now: Now,
    method: ValuationMethod,
) -> Valuation | Withheld:
    try:
        terms = terms_of(composition, quotes)
        price = level_of(composition, checked(sum(terms) + extra_of(composition)))
    except OverflowError:
        return _withheld(composition, now, WithheldReason.LEVEL_OUT_OF_RANGE, ())
    worth = sum(terms)
    if price <= 0:
        return _withheld(composition, now, WithheldReason.LEVEL_OUT_OF_RANGE, ())
    stale = [index for index, (_, choice) in enumerate(chosen) if choice.stale]
    if pricing.stale_policy is StalePolicy.SUSPEND:
        aged = sum(terms[index] for index in stale)
        if product((as_decimal(aged), _HUNDRED)) > product((as_decimal(worth), pricing.max_stale_weight_pct)):
            return _withheld(composition, now, WithheldReason.STALE_WEIGHT, [chosen[i][0].symbol for i in stale])
    total, net = total_levels(composition, price)
    raw = {ReturnType.PRICE: price, ReturnType.TOTAL: total, ReturnType.NET: net}[pricing.return_type]
    level = published(raw, pricing.level_decimals)
    if level <= 0:
        return _withheld(composition, now, WithheldReason.LEVEL_OUT_OF_RANGE, ())
    quality = max((choice.quality for _, choice in chosen), key=_WORST_LAST.index)
    origins = [choice.origin for _, choice in chosen if choice.origin is not None]
    times = [origin.source_ns for origin in origins if origin.source_ns is not None]
    return Valuation(
        basket_code=composition.basket_code,
        level=level,
        raw_level=raw,
        price_level=price,
        base_currency=composition.base_currency,
        calculated_ns=now.utc_ns,
        method=ValuationMethod.ESTIMATED if quality is ValuationQuality.C else method,
        quality=quality,
        stale_data_count=len(stale),
        oldest_ns=min(times, default=None),
        simulated=any(origin.simulated for origin in origins),
        fx_source=fx.source,
        fx_time_ns=fx.time_ns,
        composition_version=composition.version,
        divisor_id=composition.divisor_id,
        engine_version=ENGINE_VERSION,
        parts=tuple(
            Part(
                symbol=holding.symbol,
                price=quote.price,
                currency=currency,
                rate=quote.rate,
                units=composition.coefficient(holding),
                weight=holding.weight,
                value=as_decimal(steps),
                contribution=_share(steps, worth),
                source=choice.origin.source if choice.origin is not None else "",
                price_id=choice.origin.price_id if choice.origin is not None else "",
                source_ns=choice.origin.source_ns if choice.origin is not None else None,
                age_ns=choice.age_ns,
                policy_applied=choice.applied,
            )
            for (holding, choice), currency, quote, steps in zip(chosen, currencies, quotes, terms, strict=True)
        ),
    )


def terms_of(composition: Composition, quotes: Sequence[Quote]) -> list[int]:
    """Return what each name adds, in steps of 1e-24.

    Args:
        composition: What it consists of.
        quotes: In the order of its names.

    Raises:
        OverflowError: A term does not fit into 256 bits.
    """
    return [
        term(composition.coefficient(holding), *quote)
        for holding, quote in zip(composition.holdings, quotes, strict=True)
    ]


def _share(steps: int, worth: int) -> Decimal:
    """Return percent of the value of all names; none of nothing, as in a fund that is all cash."""
    return quotient(product((as_decimal(steps), _HUNDRED)), as_decimal(worth)) if worth else Decimal(0)


def _withheld(composition: Composition, now: Now, reason: WithheldReason, names: Sequence[str]) -> Withheld:
    return Withheld(reason, tuple(names), composition.basket_code, now.utc_ns)


def _in_major_unit(holding: Holding, choice: Chosen, base: str) -> tuple[Decimal, str | None]:
    """Return a price in the major unit and its currency, ``None`` where the name and its price disagree about it."""
    said = choice.origin.currency if choice.origin is not None else None
    expected = major_unit(holding.currency).currency if holding.currency is not None else None
    if said is None:
        return choice.price, expected or base
    currency, divisor = major_unit(said)
    price = choice.price if divisor == 1 else quotient(choice.price, Decimal(divisor))
    return price, currency if expected in (None, currency) else None


def _rates(currencies: Sequence[str], base: str, fx: FxRates, now: Now) -> dict[str, Decimal | None]:
    # A set may be made a moment after the prices, by another clock; that it is old counts, not that it is young.
    old = now.utc_ns - fx.time_ns > FX_MAX_AGE_NS
    return {
        currency: Decimal(1) if currency == base else None if old else fx.rate(currency, base)
        for currency in sorted(set(currencies))
    }
