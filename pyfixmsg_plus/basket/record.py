"""Compositions and valuations as they are kept: text and whole numbers, which every store gives back alike."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pyfixmsg_plus.basket.composition import Composition, CompositionReason, Holding, Method, ReturnChain
from pyfixmsg_plus.basket.policies import PolicyApplied
from pyfixmsg_plus.basket.valuation import Part, Valuation, ValuationMethod
from pyfixmsg_plus.domain import ValuationQuality

__all__ = ["composition_from", "composition_record", "valuation_from", "valuation_record"]


def composition_record(composition: Composition) -> dict[str, Any]:
    """Return a composition as JSON keeps it; decimals are text with all their digits."""
    chain = composition.returns
    return {
        "basketCode": composition.basket_code,
        "baseCurrency": composition.base_currency,
        "method": str(composition.method),
        "compositionVersion": composition.version,
        "effectiveFromNs": composition.effective_from_ns,
        "divisor": str(composition.divisor),
        "divisorId": composition.divisor_id,
        "reason": str(composition.reason),
        "approver": composition.approver,
        "cash": str(composition.cash),
        "liabilities": str(composition.liabilities),
        "returns": {
            "priceLevel": _text(chain.price_level),
            "total": _text(chain.total),
            "net": _text(chain.net),
            "dividends": str(chain.dividends),
            "netDividends": str(chain.net_dividends),
        },
        "constituents": [
            {
                "symbol": holding.symbol,
                "currency": holding.currency,
                "weight": _text(holding.weight),
                "units": _text(holding.units),
                "shares": _text(holding.shares),
                "floatFactor": str(holding.float_factor),
                "untilTraded": _text(holding.until_traded),
            }
            for holding in composition.holdings
        ],
    }


def composition_from(record: Mapping[str, Any]) -> Composition:
    """Return the composition of a record.

    Raises:
        KeyError: A key is missing.
        ValueError: It is no composition.
    """
    chain = record["returns"]
    return Composition(
        basket_code=record["basketCode"],
        base_currency=record["baseCurrency"],
        method=Method(record["method"]),
        version=record["compositionVersion"],
        effective_from_ns=record["effectiveFromNs"],
        divisor=Decimal(record["divisor"]),
        divisor_id=record["divisorId"],
        reason=CompositionReason(record["reason"]),
        approver=record["approver"],
        cash=Decimal(record["cash"]),
        liabilities=Decimal(record["liabilities"]),
        returns=ReturnChain(
            price_level=_number(chain["priceLevel"]),
            total=_number(chain["total"]),
            net=_number(chain["net"]),
            dividends=Decimal(chain["dividends"]),
            net_dividends=Decimal(chain["netDividends"]),
        ),
        holdings=tuple(
            Holding(
                symbol=held["symbol"],
                currency=held["currency"],
                weight=_number(held["weight"]),
                units=_number(held["units"]),
                shares=_number(held["shares"]),
                float_factor=Decimal(held["floatFactor"]),
                until_traded=_number(held["untilTraded"]),
            )
            for held in record["constituents"]
        ),
    )


def valuation_record(valuation: Valuation) -> dict[str, Any]:
    """Return a valuation as JSON keeps it, with all it was computed from; decimals are text with all their digits."""
    return {
        "basketCode": valuation.basket_code,
        "totalValue": str(valuation.level),
        "rawLevel": str(valuation.raw_level),
        "priceLevel": str(valuation.price_level),
        "baseCurrency": valuation.base_currency,
        "calculatedNs": valuation.calculated_ns,
        "method": str(valuation.method),
        "quality": str(valuation.quality),
        "staleDataCount": valuation.stale_data_count,
        "oldestNs": valuation.oldest_ns,
        "simulated": valuation.simulated,
        "fxSource": valuation.fx_source,
        "fxTimeNs": valuation.fx_time_ns,
        "compositionVersion": valuation.composition_version,
        "divisorId": valuation.divisor_id,
        "engineVersion": valuation.engine_version,
        "constituents": [
            {
                "symbol": part.symbol,
                "price": str(part.price),
                "currency": part.currency,
                "rate": str(part.rate),
                "units": str(part.units),
                "weight": _text(part.weight),
                "value": str(part.value),
                "contribution": str(part.contribution),
                "source": part.source,
                "priceId": part.price_id,
                "sourceNs": part.source_ns,
                "ageNs": part.age_ns,
                "policyApplied": str(part.policy_applied),
            }
            for part in valuation.parts
        ],
    }


def valuation_from(record: Mapping[str, Any]) -> Valuation:
    """Return the valuation of a record.

    Raises:
        KeyError: A key is missing.
        ValueError: It is no valuation.
    """
    return Valuation(
        basket_code=record["basketCode"],
        level=Decimal(record["totalValue"]),
        raw_level=Decimal(record["rawLevel"]),
        price_level=Decimal(record["priceLevel"]),
        base_currency=record["baseCurrency"],
        calculated_ns=record["calculatedNs"],
        method=ValuationMethod(record["method"]),
        quality=ValuationQuality(record["quality"]),
        stale_data_count=record["staleDataCount"],
        oldest_ns=record["oldestNs"],
        simulated=record["simulated"],
        fx_source=record["fxSource"],
        fx_time_ns=record["fxTimeNs"],
        composition_version=record["compositionVersion"],
        divisor_id=record["divisorId"],
        engine_version=record["engineVersion"],
        parts=tuple(
            Part(
                symbol=part["symbol"],
                price=Decimal(part["price"]),
                currency=part["currency"],
                rate=Decimal(part["rate"]),
                units=Decimal(part["units"]),
                weight=_number(part["weight"]),
                value=Decimal(part["value"]),
                contribution=Decimal(part["contribution"]),
                source=part["source"],
                price_id=part["priceId"],
                source_ns=part["sourceNs"],
                age_ns=part["ageNs"],
                policy_applied=PolicyApplied(part["policyApplied"]),
            )
            for part in record["constituents"]
        ),
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
