"""Compute a kept valuation again, from what was kept with it, and say whether every digit is the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pyfixmsg_plus.basket.arithmetic import as_decimal, plain, published
from pyfixmsg_plus.basket.calculation import Quote, price_level, total_levels
from pyfixmsg_plus.basket.composition import Composition
from pyfixmsg_plus.basket.pricing import Pricing, ReturnType
from pyfixmsg_plus.basket.valuation import ENGINE_VERSION, Valuation, terms_of

__all__ = ["Difference", "Replayed", "replay"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that did not come out as it was kept."""

    name: str
    stored: str
    recomputed: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of computing a valuation again.

    Attributes:
        stored: Raw level as it was kept.
        recomputed: Raw level as it came out.
        differences: Every figure that differs.
        engine_version: Of the engine that computed it again.
    """

    stored: Decimal
    recomputed: Decimal
    differences: tuple[Difference, ...]
    engine_version: str = ENGINE_VERSION

    @property
    def equal(self) -> bool:
        """Whether every figure is the same, to the last digit."""
        return not self.differences


def replay(valuation: Valuation, composition: Composition, pricing: Pricing) -> Replayed:
    """Compute a valuation again from its prices and rates, and the composition that it names.

    Args:
        valuation: As it was kept.
        composition: Of the version that ``valuation`` names, as it was kept.
        pricing: How the basket was priced.

    Raises:
        ValueError: ``composition`` is another one.
        OverflowError: What was kept cannot have been a valuation: its value does not fit into 256 bits.
    """
    names = tuple(part.symbol for part in valuation.parts)
    if (composition.version, composition.symbols) != (valuation.composition_version, names):
        raise ValueError(f"{valuation.basket_code} was valued with composition {valuation.composition_version}")
    quotes = {part.symbol: Quote(part.price, part.rate) for part in valuation.parts}
    price = price_level(composition, quotes)
    whole, net = total_levels(composition, price)
    raw = {ReturnType.PRICE: price, ReturnType.TOTAL: whole, ReturnType.NET: net}[pricing.return_type]
    return Replayed(valuation.raw_level, raw, tuple(_differences(valuation, composition, pricing, quotes, price, raw)))


def _differences(
    valuation: Valuation,
    composition: Composition,
    pricing: Pricing,
    quotes: dict[str, Quote],
    price: Decimal,
    raw: Decimal,
) -> Iterator[Difference]:
    figures = [
        ("level", valuation.level, published(raw, pricing.level_decimals)),
        ("rawLevel", valuation.raw_level, raw),
        ("priceLevel", valuation.price_level, price),
    ]
    steps = terms_of(composition, [quotes[symbol] for symbol in composition.symbols])
    for part, value in zip(valuation.parts, steps, strict=True):
        figures.append((f"constituents.{part.symbol}.value", part.value, as_decimal(value)))
    for name, stored, recomputed in figures:
        if plain(stored) != plain(recomputed):
            yield Difference(name, plain(stored), plain(recomputed))
