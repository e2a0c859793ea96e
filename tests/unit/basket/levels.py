"""Baskets, prices and times that the tests of levels share."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pyfixmsg_plus.basket import (
    Composition,
    Holding,
    Method,
    Pricing,
    Quote,
    Valuation,
    first_composition,
    value,
)
from pyfixmsg_plus.basket.fx import ONE_CURRENCY
from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.domain import MarketPrice

__all__ = [
    "FOUR",
    "NOON",
    "NOW",
    "composed",
    "decimals",
    "held",
    "in_dollars",
    "level",
    "market",
    "quoted",
    "valued",
]

NOON = 1_800_000_000_000_000_000
NOW = Now(NOON, 0)
FOUR = {"AAPL": "150", "MSFT": "300", "GOOGL": "120", "AMZN": "140"}


def decimals(text: str) -> list[Decimal]:
    """Numbers with a comma between them."""
    return [Decimal(number.strip()) for number in text.split(",")]


def quoted(prices: Mapping[str, str | Decimal]) -> dict[str, Quote]:
    """Prices in the base currency."""
    return {symbol: Quote(Decimal(price)) for symbol, price in prices.items()}


def market(prices: Mapping[str, str | Decimal], **common: Any) -> dict[str, MarketPrice]:
    """Prices as a source gives them, fresh unless told otherwise."""
    given = {"source": "FIRST", "currency": "USD", "source_ns": NOON, "received_ns": NOON, **common}
    return {
        symbol: MarketPrice(symbol=symbol, last=Decimal(price), price_id=f"{symbol}-1", **given)
        for symbol, price in prices.items()
    }


def held(weights: Mapping[str, str]) -> tuple[Holding, ...]:
    """Names with their weights."""
    return tuple(Holding(symbol=symbol, weight=Decimal(weight)) for symbol, weight in weights.items())


def composed(
    pricing: Pricing, holdings: tuple[Holding, ...], quotes: Mapping[str, Quote], base_currency: str = "USD"
) -> Composition:
    """The first composition of a basket."""
    return first_composition(holdings, pricing, quotes, basket_code="TECH", base_currency=base_currency)


def in_dollars(method: Method = Method.FIXED_UNITS, **given: Any) -> tuple[Pricing, Composition]:
    """A quarter each of four names, begun at 150, 300, 120 and 140."""
    pricing = Pricing(method=method, **given)
    return pricing, composed(pricing, held(dict.fromkeys(FOUR, "25")), quoted(FOUR))


def valued(composition: Composition, pricing: Pricing, prices: Mapping[str, MarketPrice], **given: Any) -> Valuation:
    """A valuation that must come about."""
    found = value(composition, pricing, prices, given.pop("fx", ONE_CURRENCY), NOW, **given)
    assert isinstance(found, Valuation), found
    return found


def level(composition: Composition, pricing: Pricing, prices: Mapping[str, str | Decimal]) -> Decimal:
    """The level at prices in the base currency."""
    return valued(composition, pricing, market(prices)).level
