"""Read the definition of a basket from a request, and say everything that is wrong with it at once.

What nobody may write is not read: who made a basket and when is the service's word. Fields that are not known are
named, so that a caller learns of a misspelt one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from pyfixmsg_plus.basket.entities import (
    BasketType,
    Constituent,
    Definition,
    Identifiers,
    IdScheme,
    VendorChoice,
    definition_record,
)
from pyfixmsg_plus.basket.faults import FaultCode, FieldFault, below
from pyfixmsg_plus.basket.identifiers import IDENTIFIERS
from pyfixmsg_plus.basket.pricing import Pricing, PricingError
from pyfixmsg_plus.basket.texts import read_text, shown, smuggled_within
from pyfixmsg_plus.basket.weights import balanced, read_decimal, read_weight, text_of
from pyfixmsg_plus.domain import CURRENCIES, ISO_4217, MINOR_UNITS, SecurityIDSource

__all__ = ["MAX_CONSTITUENTS", "RESERVED", "Read", "definition_from", "is_code", "read_constituents", "read_definition"]

MAX_CONSTITUENTS: Final = 500
_FEWEST = 2
RESERVED: Final = frozenset({"ADMIN", "TEST", "SYSTEM", "DEFAULT", "TEMP", "NULL", "UNDEFINED"})
_CODE = re.compile(r"[A-Z0-9_]{3,50}")
_SYMBOL = re.compile(r"[A-Za-z0-9._/=^+:@#-]{1,32}")
_MIC = re.compile(r"[A-Z0-9]{4}")
_VENDOR = re.compile(r"[A-Z0-9_]{1,50}")
_MOST_SHARES = 10**15
_MOST_VENDORS = 20

_WRITABLE = frozenset(
    {"basketCode", "basketName", "description", "basketType", "baseCurrency", "constituents", "identifiers", "pricing",
     "vendors", "version", "totalWeight", "entityVersion"}
)  # fmt: skip
_OF_A_NAME = frozenset(
    {"symbol", "idScheme", "mic", "weight", "balancing", "shares", "floatFactor", "targetWeight", "symbolName",
     "sector", "industry", "country", "exchange", "currency", "isin", "cusip", "sedol"}
)  # fmt: skip
_OF_A_VENDOR = frozenset({"vendor", "required", "vendorSymbol", "idSource"})
_TEXTS = {"symbolName": 255, "sector": 100, "industry": 100, "country": 100, "exchange": 50}
_NUMBERS = ("isin", "figi", "ric", "bloomberg", "cusip", "sedol")
_LONGEST_NUMBER = 50
_LONGEST_VENDOR_SYMBOL = 64

_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading a request.

    Attributes:
        definition: Present where nothing is at fault.
        faults: Everything that is wrong.
        ignored: Paths of fields that nobody reads.
    """

    definition: Definition | None
    faults: tuple[FieldFault, ...]
    ignored: tuple[str, ...]


def is_code(text: str) -> bool:
    """Whether a text has the form of a basket's code."""
    return _CODE.fullmatch(text) is not None


def read_definition(
    given: Mapping[str, Any], *, base: Definition | None = None, max_constituents: int = MAX_CONSTITUENTS
) -> Read:
    """Read a definition.

    Args:
        given: The request, as JSON gives it; numbers with a fraction as ``Decimal``.
        base: What is changed; fields that the request does not name stay as they are there.
        max_constituents: Names that a basket may have.
    """
    faults: list[FieldFault] = []
    ignored = [str(shown(key)) for key in given if key not in _WRITABLE]
    whole = dict(given)
    if base is not None:
        whole = definition_record(base) | dict(given)
        if whole["basketCode"] != base.basket_code:
            text = f"the code of a basket stays {base.basket_code}"
            faults.append(FieldFault(FaultCode.FIELD_NOT_WRITABLE, "basketCode", shown(whole["basketCode"]), text))
    code = _code(whole, faults) if base is None else base.basket_code
    name = read_text(whole, "basketName", 255, faults, required=True)
    description = read_text(whole, "description", 1000, faults)
    kind = _choice(whole, "basketType", BasketType, faults, required=True)
    currency = _base_currency(whole, faults)
    constituents = read_constituents(whole.get("constituents"), faults, ignored, max_constituents=max_constituents)
    _total(whole, constituents, faults)
    identifiers = _identifiers(whole.get("identifiers"), faults, ignored)
    pricing = _pricing(whole.get("pricing"), faults)
    vendors = _vendors(whole.get("vendors"), faults, ignored)
    if faults or code is None or name is None or kind is None or currency is None:
        return Read(None, tuple(faults), tuple(ignored))
    definition = Definition(
        basket_code=code,
        basket_name=name,
        description=description,
        basket_type=kind,
        base_currency=currency,
        constituents=constituents,
        identifiers=identifiers,
        pricing=pricing,
        vendors=vendors,
    )
    return Read(definition, (), tuple(ignored))


def definition_from(record: Mapping[str, Any], constituents: Sequence[Mapping[str, Any]]) -> Definition:
    """Return the definition of a record that was kept.

    Raises:
        ValueError: It is none, or does not keep the bounds.
    """
    # Bounds may have been narrowed since: what was kept under wider ones is still read.
    read = read_definition({**record, "constituents": list(constituents)}, max_constituents=len(constituents))
    if read.definition is None:
        raise ValueError("; ".join(str(fault) for fault in read.faults))
    return read.definition


def _code(given: Mapping[str, Any], faults: list[FieldFault]) -> str | None:
    code = read_text(given, "basketCode", 1000, faults, required=True)
    if code is None:
        return None
    if not is_code(code):
        text = "3 to 50 of A-Z, 0-9 and _ are expected"
        faults.append(FieldFault(FaultCode.PATTERN_VIOLATION, "basketCode", shown(code), text))
    elif code in RESERVED:
        faults.append(FieldFault(FaultCode.RESERVED_CODE, "basketCode", code, "this code is reserved"))
    return code


def _choice(
    given: Mapping[str, Any], key: str, kind: type[_E], faults: list[FieldFault], *, required: bool = False
) -> _E | None:
    text = read_text(given, key, 100, faults, required=required)
    if text is None:
        return None
    if text not in kind.__members__:
        faults.append(
            FieldFault(FaultCode.INVALID_FIELD_VALUE, key, shown(text), f"one of {', '.join(kind)} is expected")
        )
        return None
    return kind[text]


def _base_currency(given: Mapping[str, Any], faults: list[FieldFault]) -> str | None:
    code = read_text(given, "baseCurrency", 100, faults, required=True)
    if code is not None and code not in CURRENCIES:
        text = f"one of {', '.join(sorted(CURRENCIES))} is expected"
        faults.append(FieldFault(FaultCode.INVALID_CURRENCY, "baseCurrency", shown(code), text))
    return code


def read_constituents(
    given: object, faults: list[FieldFault], ignored: list[str], *, max_constituents: int = MAX_CONSTITUENTS
) -> tuple[Constituent, ...]:
    """Return the names of a basket, weights balanced; not to be used where faults were added."""
    if given is None:
        return ()
    if not isinstance(given, list):
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "constituents", shown(given), "a list is expected"))
        return ()
    if given and not _FEWEST <= len(given) <= max(max_constituents, _FEWEST):
        text = f"none, or {_FEWEST} to {max_constituents} names are expected, and there are {len(given)}"
        faults.append(FieldFault(FaultCode.CONSTITUENT_COUNT, "constituents", len(given), text))
        if len(given) > max_constituents:
            # A list without end would be answered with faults without end.
            return ()
    before = len(faults)
    read: list[tuple[dict[str, Any], Decimal | None]] = []
    for place, item in enumerate(given):
        found: list[FieldFault] = []
        unread: list[str] = []
        if isinstance(item, Mapping):
            read.append(_constituent(item, found, unread))
        else:
            found.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "", shown(item), "an object is expected"))
        at = f"constituents[{place}]"
        faults += [FieldFault(f.code, f"{at}.{f.field}" if f.field else at, f.rejected_value, f.message) for f in found]
        ignored += [f"{at}.{key}" for key in unread]
    balancing = [place for place, (fields, _) in enumerate(read) if fields["balancing"]]
    for place in balancing[1:]:
        text = f"constituents[{balancing[0]}] is balancing already"
        field = f"constituents[{place}].balancing"
        faults.append(FieldFault(FaultCode.INVALID_WEIGHT_ALLOCATION, field, "true", text))
    # A sum over names of which one cannot be read would say nothing.
    if len(faults) > before or not read:
        return ()
    weights = balanced([weight for _, weight in read], balancing[0] if balancing else None, faults)
    names = tuple(Constituent(weight=weight, **fields) for (fields, _), weight in zip(read, weights, strict=True))
    faults += _twice(names)
    return names


def _constituent(
    given: Mapping[str, Any], faults: list[FieldFault], ignored: list[str]
) -> tuple[dict[str, Any], Decimal | None]:
    """Return the fields of a name besides its weight, and its weight."""
    ignored += [str(shown(key)) for key in given if key not in _OF_A_NAME]
    balancing = _flag(given, "balancing", faults, default=False)
    weight: Decimal | None = None
    if given.get("weight") is not None:
        weight = read_weight(given["weight"], "weight", faults)
    elif not balancing:
        faults.append(FieldFault(FaultCode.MISSING_REQUIRED_FIELD, "weight", None, "it is missing"))
    target = given.get("targetWeight")
    scheme = _choice(given, "idScheme", IdScheme, faults) or IdScheme.TICKER
    fields: dict[str, Any] = {
        "symbol": _symbol(given, scheme, faults),
        "id_scheme": scheme,
        "mic": _pattern(given, "mic", _MIC, "four of A-Z and 0-9 are expected", faults),
        "balancing": balancing,
        "shares": _shares(given, faults),
        "float_factor": _float_factor(given, faults),
        "target_weight": None if target is None else read_weight(target, "targetWeight", faults),
        "symbol_name": read_text(given, "symbolName", _TEXTS["symbolName"], faults),
        "sector": read_text(given, "sector", _TEXTS["sector"], faults),
        "industry": read_text(given, "industry", _TEXTS["industry"], faults),
        "country": read_text(given, "country", _TEXTS["country"], faults),
        "exchange": read_text(given, "exchange", _TEXTS["exchange"], faults),
        "currency": _currency(given, faults),
    }
    for key in ("isin", "cusip", "sedol"):
        fields[key] = _number(given, key, faults)
    return fields, weight


def _symbol(given: Mapping[str, Any], scheme: IdScheme, faults: list[FieldFault]) -> str:
    symbol = read_text(given, "symbol", 1000, faults, required=True) or ""
    if symbol and not _SYMBOL.fullmatch(symbol):
        text = "1 to 32 of letters, digits and ._/=^+:@#- are expected"
        faults.append(FieldFault(FaultCode.INVALID_SYMBOL, "symbol", shown(symbol), text))
    elif symbol and (check := IDENTIFIERS.get(scheme.lower())) is not None and not check(symbol):
        text = f"it is no {scheme}, or its check digit is wrong"
        faults.append(FieldFault(FaultCode.INVALID_IDENTIFIER, "symbol", symbol, text))
    return symbol


def _pattern(
    given: Mapping[str, Any], key: str, pattern: re.Pattern[str], what: str, faults: list[FieldFault]
) -> str | None:
    text = read_text(given, key, 1000, faults)
    if text is not None and not pattern.fullmatch(text):
        faults.append(FieldFault(FaultCode.PATTERN_VIOLATION, key, shown(text), what))
    return text


def _shares(given: Mapping[str, Any], faults: list[FieldFault]) -> int | None:
    value = given.get("shares")
    if value is None:
        return None
    number = read_decimal(value)
    if number is None or number != number.to_integral_value() or not 1 <= number <= _MOST_SHARES:
        text = f"a whole number from 1 to {_MOST_SHARES} is expected"
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "shares", shown(value), text))
        return None
    return int(number)


def _float_factor(given: Mapping[str, Any], faults: list[FieldFault]) -> Decimal:
    value = given.get("floatFactor")
    if value is None:
        return Decimal(1)
    number = read_decimal(value)
    if number is None or not 0 < number <= 1 or len(number.as_tuple().digits) > _FLOAT_DIGITS:
        text = f"a decimal number above 0 and up to 1, of {_FLOAT_DIGITS} digits at most, is expected"
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "floatFactor", shown(value), text))
        return Decimal(1)
    return number


_FLOAT_DIGITS = 16


def _currency(given: Mapping[str, Any], faults: list[FieldFault]) -> str | None:
    code = read_text(given, "currency", 100, faults)
    if code is not None and code not in ISO_4217 and code not in MINOR_UNITS:
        text = "a currency of ISO 4217, or a minor unit such as GBp, is expected"
        faults.append(FieldFault(FaultCode.INVALID_CURRENCY, "currency", shown(code), text))
    return code


def _number(given: Mapping[str, Any], key: str, faults: list[FieldFault]) -> str | None:
    text = read_text(given, key, 1000, faults)
    if text is None:
        return None
    check = IDENTIFIERS.get(key)
    if check is None and len(text) > _LONGEST_NUMBER:
        message = f"{_LONGEST_NUMBER} characters at most"
        faults.append(FieldFault(FaultCode.FIELD_LENGTH_EXCEEDED, key, shown(text), message))
    elif check is not None and not check(text):
        message = f"it is no {key.upper()}, or its check digit is wrong"
        faults.append(FieldFault(FaultCode.INVALID_IDENTIFIER, key, shown(text), message))
    return text


def _flag(given: Mapping[str, Any], key: str, faults: list[FieldFault], *, default: bool) -> bool:
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, key, shown(value), "true or false is expected"))
        return default
    return value


def _twice(names: Sequence[Constituent]) -> list[FieldFault]:
    faults = []
    seen: dict[str, int] = {}
    for place, constituent in enumerate(names):
        first = min((seen[name] for name in constituent.names if name in seen), default=None)
        if first is not None:
            text = f"it is the instrument of constituents[{first}]"
            field = f"constituents[{place}].symbol"
            faults.append(FieldFault(FaultCode.DUPLICATE_SYMBOL, field, constituent.symbol, text))
        for name in constituent.names:
            seen.setdefault(name, place)
    return faults


def _total(given: Mapping[str, Any], names: Sequence[Constituent], faults: list[FieldFault]) -> None:
    value = given.get("totalWeight")
    # Where a name cannot be read there is no sum to compare with.
    if value is None or (given.get("constituents") and not names):
        return
    total = sum((constituent.weight for constituent in names), Decimal(0))
    if read_decimal(value) != total:
        text = f"the weights make up {text_of(total)}"
        faults.append(FieldFault(FaultCode.INVALID_WEIGHT_ALLOCATION, "totalWeight", shown(value), text))


def _identifiers(given: object, faults: list[FieldFault], ignored: list[str]) -> Identifiers:
    if given is None:
        return Identifiers()
    if not isinstance(given, Mapping):
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "identifiers", shown(given), "an object is expected"))
        return Identifiers()
    ignored += [f"identifiers.{shown(key)}" for key in given if key not in _NUMBERS]
    found: list[FieldFault] = []
    numbers = {key: _number(given, key, found) for key in _NUMBERS}
    faults += below("identifiers", found)
    return Identifiers(**numbers)


def _pricing(given: object, faults: list[FieldFault]) -> Pricing:
    if given is None:
        return Pricing()
    if not isinstance(given, Mapping):
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "pricing", shown(given), "an object is expected"))
        return Pricing()
    smuggled = smuggled_within(given, "pricing")
    faults += smuggled
    try:
        return Pricing.parse(given)
    except PricingError as wrong:
        named = {fault.field for fault in smuggled}
        faults += [
            FieldFault(FaultCode(fault.code), field, shown(fault.value), fault.message)
            for fault in wrong.faults
            if (field := f"pricing.{shown(fault.key)}".rstrip(".")) not in named
        ]
        return Pricing()


def _vendors(given: object, faults: list[FieldFault], ignored: list[str]) -> tuple[VendorChoice, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > _MOST_VENDORS:
        text = f"a list of {_MOST_VENDORS} at most is expected"
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "vendors", shown(given), text))
        return ()
    choices: list[VendorChoice] = []
    for place, item in enumerate(given):
        at = f"vendors[{place}]"
        if not isinstance(item, Mapping):
            faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, at, shown(item), "an object is expected"))
            continue
        found: list[FieldFault] = []
        choice = _vendor(item, found)
        if choice.vendor in {known.vendor for known in choices}:
            found.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "vendor", choice.vendor, "it is named twice"))
        choices.append(choice)
        faults += below(at, found)
        ignored += [f"{at}.{shown(key)}" for key in item if key not in _OF_A_VENDOR]
    return tuple(choices)


def _vendor(given: Mapping[str, Any], faults: list[FieldFault]) -> VendorChoice:
    vendor = read_text(given, "vendor", 1000, faults, required=True) or ""
    if vendor and not _VENDOR.fullmatch(vendor):
        text = "1 to 50 of A-Z, 0-9 and _ are expected"
        faults.append(FieldFault(FaultCode.PATTERN_VIOLATION, "vendor", shown(vendor), text))
    source = read_text(given, "idSource", 100, faults)
    if source is not None and source not in SecurityIDSource.__members__:
        text = f"one of {', '.join(SecurityIDSource.__members__)} is expected"
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "idSource", shown(source), text))
    return VendorChoice(
        vendor=vendor,
        required=_flag(given, "required", faults, default=True),
        vendor_symbol=read_text(given, "vendorSymbol", _LONGEST_VENDOR_SYMBOL, faults),
        id_source=source,
    )
