"""What a basket is: its definition as makers write it, and the basket that is kept.

Source: the service's interface, whose names a definition has in JSON. Decimals are text there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pyfixmsg_plus.basket.lifecycle import PricingState, State
from pyfixmsg_plus.basket.pricing import Pricing
from pyfixmsg_plus.basket.weights import text_of

__all__ = [
    "Basket",
    "BasketType",
    "Constituent",
    "Definition",
    "IdScheme",
    "Identifiers",
    "Person",
    "VendorChoice",
    "VendorListing",
    "constituent_record",
    "definition_record",
]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class BasketType(StrEnum):
    """What kind of basket it is."""

    EQUITY = "EQUITY"
    FIXED_INCOME = "FIXED_INCOME"
    COMMODITY = "COMMODITY"
    MIXED = "MIXED"
    THEMATIC = "THEMATIC"
    SECTOR = "SECTOR"
    GEOGRAPHIC = "GEOGRAPHIC"
    CUSTOM = "CUSTOM"


class IdScheme(StrEnum):
    """Who names instruments in this way."""

    TICKER = "TICKER"
    RIC = "RIC"
    FIGI = "FIGI"
    ISIN = "ISIN"
    CUSIP = "CUSIP"
    SEDOL = "SEDOL"
    BLOOMBERG = "BLOOMBERG"


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """Somebody, by the issuer that vouches for them and their name there, composed and without regard to case."""

    issuer: str
    sub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """Numbers of a security; those with check digits have been checked."""

    isin: str | None = None
    figi: str | None = None
    ric: str | None = None
    bloomberg: str | None = None
    cusip: str | None = None
    sedol: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorChoice:
    """A vendor at which the basket is listed.

    Attributes:
        vendor: Name of its profile.
        required: Without it the basket does not go live.
        vendor_symbol: Name of the basket there.
        id_source: By which of its numbers the vendor knows it.
    """

    vendor: str
    required: bool = True
    vendor_symbol: str | None = None
    id_source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constituent:
    """One name of a basket.

    Attributes:
        symbol: As its prices are asked for, its case kept.
        id_scheme: Who names it so.
        mic: Market, for tickers.
        weight: Percent, four decimals.
        balancing: Its weight is what the others leave.
        shares: In issue, or held.
        float_factor: Share of them that is traded freely.
        target_weight: Percent that is aimed at.
        symbol_name: What it is called.
        sector: Of its issuer.
        industry: Of its issuer.
        country: Of its issuer.
        exchange: Where it is listed.
        currency: ISO 4217, or a minor unit such as ``GBp``.
        isin: Checked.
        cusip: Checked.
        sedol: Checked.
    """

    symbol: str
    id_scheme: IdScheme = IdScheme.TICKER
    mic: str | None = None
    weight: Decimal
    balancing: bool = False
    shares: int | None = None
    float_factor: Decimal = Decimal(1)
    target_weight: Decimal | None = None
    symbol_name: str | None = None
    sector: str | None = None
    industry: str | None = None
    country: str | None = None
    exchange: str | None = None
    currency: str | None = None
    isin: str | None = None
    cusip: str | None = None
    sedol: str | None = None

    @property
    def instrument(self) -> str:
        """Key of the instrument within a basket: its ISIN where it is known, else its name in its scheme and market."""
        if self.isin is not None:
            return f"ISIN:{self.isin}"
        if self.id_scheme is IdScheme.TICKER:
            return f"TICKER:{self.symbol}:{self.mic or ''}"
        return f"{self.id_scheme}:{self.symbol}"

    @property
    def names(self) -> frozenset[str]:
        """All keys by which it may turn out to be the same as another name."""
        found = {f"{self.id_scheme}:{self.symbol}:{self.mic or ''}"}
        if self.id_scheme in (IdScheme.ISIN, IdScheme.CUSIP, IdScheme.SEDOL, IdScheme.FIGI):
            found = {f"{self.id_scheme}:{self.symbol}"}
        numbers = {"ISIN": self.isin, "CUSIP": self.cusip, "SEDOL": self.sedol}
        found |= {f"{scheme}:{number}" for scheme, number in numbers.items() if number is not None}
        isin = self.isin or (self.symbol if self.id_scheme is IdScheme.ISIN else None)
        # The national number stands within an ISIN.
        if isin is not None and isin[:2] in ("US", "CA"):
            found.add(f"CUSIP:{isin[2:11]}")
        if isin is not None and isin[:4] in ("GB00", "IE00"):
            found.add(f"SEDOL:{isin[4:11]}")
        return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A basket as its makers define it; every bound of it holds.

    Attributes:
        basket_code: Unique for ever.
        basket_name: For people.
        description: For people.
        basket_type: What kind it is.
        base_currency: In which its level is.
        constituents: None, or two and more, whose weights are exactly 100 together.
        identifiers: Its own numbers.
        pricing: How it is priced.
        vendors: Where it is listed.
    """

    basket_code: str
    basket_name: str
    description: str | None = None
    basket_type: BasketType
    base_currency: str
    constituents: tuple[Constituent, ...] = ()
    identifiers: Identifiers = field(default_factory=Identifiers)
    pricing: Pricing = field(default_factory=Pricing)
    vendors: tuple[VendorChoice, ...] = ()

    @property
    def total_weight(self) -> Decimal:
        """Exactly 100 where there are names, else zero."""
        return sum((constituent.weight for constituent in self.constituents), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorListing:
    """How the listing at one vendor stands.

    Attributes:
        status: ``PENDING``, ``CONFIRMED``, ``REJECTED``, ``FAILED`` or ``TIMEOUT``.
        reference: The vendor's own word for the basket.
        reason: Why it was refused, or failed.
        permanent: The vendor will refuse it again, unless it is changed.
    """

    status: str
    reference: str | None = None
    reason: str | None = None
    permanent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A basket as it is kept; times are whole nanoseconds since 1970-01-01 00:00:00 UTC.

    Attributes:
        id: UUIDv7 as text.
        definition: As its makers wrote it last.
        version: Of the definition.
        previous_version: That before.
        entity_version: Counts every change of the row.
        status: Where it stands in its life.
        pricing_state: Whether it is priced, while it is ACTIVE.
        is_active: ``False`` once it is deleted.
        created_by: Who made it.
        updated_by: Who changed its definition last.
        approved_by: Who released it.
        contributors: Everyone whose hand is in the version; none of them may approve it.
        created_by_name: As records call them.
        updated_by_name: As records call them.
        approved_by_name: As records call them.
        created_ns: When it was made.
        updated_ns: When the row changed last.
        approved_ns: When it was released.
        listed_ns: When all required vendors had it.
        activated_ns: When it went live.
        last_rebalance_ns: When its weights were set last.
        next_rebalance_ns: When they are due.
        total_market_value: Of its names, where it is known.
        risk_metrics: JSON.
        performance_metrics: JSON.
        backtest_score: Of this version, 0 to 1.
        listings: How each vendor answered.
        simulated: A simulator had a hand in it.
    """

    id: str
    definition: Definition
    version: str
    previous_version: str | None = None
    entity_version: int = 1
    status: State = State.DRAFT
    pricing_state: PricingState = PricingState.STOPPED
    is_active: bool = True
    created_by: Person
    updated_by: Person
    approved_by: Person | None = None
    contributors: frozenset[Person] = frozenset()
    created_by_name: str = ""
    updated_by_name: str = ""
    approved_by_name: str | None = None
    created_ns: int
    updated_ns: int
    approved_ns: int | None = None
    listed_ns: int | None = None
    activated_ns: int | None = None
    last_rebalance_ns: int | None = None
    next_rebalance_ns: int | None = None
    total_market_value: Decimal | None = None
    risk_metrics: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    performance_metrics: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    backtest_score: Decimal | None = None
    listings: Mapping[str, VendorListing] = field(default_factory=lambda: MappingProxyType({}))
    simulated: bool = False

    @property
    def code(self) -> str:
        """Its code."""
        return self.definition.basket_code


def definition_record(definition: Definition, *, constituents: bool = True) -> dict[str, Any]:
    """Return a definition as JSON gives it: decimals as text, absent fields left out."""
    record: dict[str, Any] = {
        "basketCode": definition.basket_code,
        "basketName": definition.basket_name,
        "basketType": str(definition.basket_type),
        "baseCurrency": definition.base_currency,
        "identifiers": _present(
            {
                name: getattr(definition.identifiers, name)
                for name in ("isin", "figi", "ric", "bloomberg", "cusip", "sedol")
            }
        ),
        "pricing": definition.pricing.to_dict(),
        "vendors": [
            _present(
                {
                    "vendor": choice.vendor,
                    "required": choice.required,
                    "vendorSymbol": choice.vendor_symbol,
                    "idSource": choice.id_source,
                }
            )
            for choice in definition.vendors
        ],
    }
    if definition.description is not None:
        record["description"] = definition.description
    if constituents:
        record["constituents"] = [constituent_record(constituent) for constituent in definition.constituents]
    return record


def constituent_record(constituent: Constituent) -> dict[str, Any]:
    """Return a name of a basket as JSON gives it."""
    return _present(
        {
            "symbol": constituent.symbol,
            "idScheme": str(constituent.id_scheme),
            "mic": constituent.mic,
            "weight": text_of(constituent.weight),
            "balancing": constituent.balancing or None,
            "shares": constituent.shares,
            "floatFactor": None if constituent.float_factor == 1 else f"{constituent.float_factor:f}",
            "targetWeight": None if constituent.target_weight is None else text_of(constituent.target_weight),
            "symbolName": constituent.symbol_name,
            "sector": constituent.sector,
            "industry": constituent.industry,
            "country": constituent.country,
            "exchange": constituent.exchange,
            "currency": constituent.currency,
            "isin": constituent.isin,
            "cusip": constituent.cusip,
            "sedol": constituent.sedol,
        }
    )


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}
