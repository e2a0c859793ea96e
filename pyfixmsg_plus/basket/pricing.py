"""How a basket is priced: its ``pricing`` block, read strictly.

An unknown key is refused: a misspelt one would otherwise leave the default in force, and nobody would know.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from pyfixmsg_plus.basket.composition import Method
from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["OffHours", "Pricing", "PricingError", "PricingFault", "RebalanceFrequency", "ReturnType", "StalePolicy"]

_E = TypeVar("_E", bound=StrEnum)

ALWAYS: Final = "ALWAYS"
# The indicative value of a fund is made each 15 s, every other level each 5 s.
_INAV_SECONDS = 15
_SECONDS = 5
_LARGEST_SECONDS = 86_400
_LARGEST_LEVEL = Decimal(10) ** 12
_LARGEST_MONEY = Decimal(10) ** 18
_DECIMALS = (2, 4)
_DIGITS = 34


class ReturnType(StrEnum):
    """What of the dividends is in the level: nothing, all, or what is left after tax."""

    PRICE = "PRICE"
    TOTAL = "TOTAL"
    NET = "NET"


class StalePolicy(StrEnum):
    """What is done about prices that are not fresh."""

    LAST_VALID = "LAST_VALID"
    FALLBACK_SOURCE = "FALLBACK_SOURCE"
    PREV_CLOSE = "PREV_CLOSE"
    SUSPEND = "SUSPEND"


class OffHours(StrEnum):
    """What is published while the calendar is closed."""

    NONE = "NONE"
    CLOSED_VALUE = "CLOSED_VALUE"


class RebalanceFrequency(StrEnum):
    """How often weights are set anew."""

    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    ANNUALLY = "ANNUALLY"
    NEVER = "NEVER"


@dataclass(frozen=True, slots=True)
class PricingFault:
    """What is wrong with one key.

    Attributes:
        key: As it was written.
        value: What it was given.
        message: What is wrong.
        code: ``INVALID_FIELD_VALUE``, ``MISSING_REQUIRED_FIELD`` or ``PATTERN_VIOLATION``.
    """

    key: str
    value: object
    message: str
    code: str = "INVALID_FIELD_VALUE"


class PricingError(PyFixMsgError, ValueError):
    """A ``pricing`` block that cannot be used.

    Attributes:
        faults: Every fault of it.
    """

    def __init__(self, faults: tuple[PricingFault, ...]) -> None:
        super().__init__("; ".join(f"pricing.{fault.key}: {fault.message}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """How a basket is priced.

    Attributes:
        method: How the level comes from prices.
        return_type: What of the dividends is in it.
        base_level: At the base date.
        base_date: When the basket begins; ``None``: when it is first composed.
        level_decimals: With which a level is published, 2 to 4.
        stale_policy: What is done about prices that are not fresh.
        fresh_seconds: Up to this age a price is fresh.
        max_age_seconds: Beyond this age it is expired.
        max_stale_weight_pct: Share of the value that may be aged under ``SUSPEND``.
        fx_source: Where rates of exchange come from; ``None``: the service's own choice.
        calendar_mic: Market whose sessions are the basket's; ``ALWAYS``: round the clock.
        off_hours: What is published while that market is closed.
        rebalance: How often weights are set anew.
        cash: Of the fund, in the base currency; ``INAV`` alone.
        liabilities: Of the fund, in the base currency; ``INAV`` alone.
        fund_units: Units of the fund; ``INAV`` alone.
    """

    method: Method = Method.FIXED_UNITS
    return_type: ReturnType = ReturnType.PRICE
    base_level: Decimal = Decimal(100)
    base_date: date | None = None
    level_decimals: int = 4
    stale_policy: StalePolicy = StalePolicy.LAST_VALID
    fresh_seconds: int = 15
    max_age_seconds: int = 300
    max_stale_weight_pct: Decimal = Decimal(10)
    fx_source: str | None = None
    calendar_mic: str = ALWAYS
    off_hours: OffHours = OffHours.NONE
    rebalance: RebalanceFrequency = RebalanceFrequency.NEVER
    cash: Decimal = Decimal(0)
    liabilities: Decimal = Decimal(0)
    fund_units: Decimal | None = None

    @property
    def interval_seconds(self) -> int:
        """How often a level is due."""
        return _INAV_SECONDS if self.method is Method.INAV else _SECONDS

    @classmethod
    def parse(cls, block: Mapping[str, Any] | None) -> "Pricing":
        """Read a ``pricing`` block, as JSON gives it.

        Args:
            block: Decimals as text, as ``Decimal`` or as whole numbers; a ``float`` is refused.

        Raises:
            PricingError: A key is unknown or its value is not one; all faults at once.
        """
        if block is None:
            return cls()
        if not isinstance(block, Mapping):
            raise PricingError((PricingFault("", block, "an object is expected"),))
        faults: list[PricingFault] = []
        read: dict[str, Any] = {}
        for key, value in block.items():
            known = _KEYS.get(key)
            if known is None:
                faults.append(PricingFault(str(key), value, "this key is not known"))
                continue
            name, reader = known
            try:
                read[name] = reader(value)
            except _UnreadableError as wrong:
                faults.append(PricingFault(key, value, str(wrong), wrong.code))
        if not faults:
            faults = list(_contradictions(cls(**read), read))
        if faults:
            raise PricingError(tuple(faults))
        return cls(**read)

    def to_dict(self) -> dict[str, Any]:
        """Return the block as JSON gives it, every key that applies, decimals as text."""
        named: dict[str, Any] = {}
        for key, (name, _) in _KEYS.items():
            value = getattr(self, name)
            if name in _FUND and self.method is not Method.INAV:
                continue
            named[key] = (
                f"{value:f}"
                if isinstance(value, Decimal)
                else value.isoformat()
                if name == "base_date" and value
                else value
            )
        return {
            key: str(value) if isinstance(value, StrEnum) else value
            for key, value in named.items()
            if value is not None
        }


class _UnreadableError(Exception):
    def __init__(self, text: str, code: str = "INVALID_FIELD_VALUE") -> None:
        super().__init__(text)
        self.code = code


def _choice(kind: type[_E]) -> Callable[[Any], _E]:
    def read(value: Any) -> _E:
        if isinstance(value, str) and value in kind.__members__:
            return kind[value]
        raise _UnreadableError(f"one of {', '.join(kind)} is expected")

    return read


def _whole(lowest: int, highest: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise _UnreadableError(f"a whole number from {lowest} to {highest} is expected")
        return value

    return read


def _number(lowest: Decimal, highest: Decimal, *, above: bool = False) -> Callable[[Any], Decimal]:
    def read(value: Any) -> Decimal:
        bounds = f"above {lowest:f} and up to {highest:f}" if above else f"from {lowest:f} to {highest:f}"
        wrong = _UnreadableError(f"a decimal number {bounds} is expected")
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise wrong
        if isinstance(value, str) and not _NUMBER.fullmatch(value):
            raise wrong
        number = Decimal(value)
        if not number.is_finite() or not lowest <= number <= highest or (above and number == lowest):
            raise wrong
        if len(number.as_tuple().digits) > _DIGITS:
            raise _UnreadableError(f"no more than {_DIGITS} digits are expected")
        return number

    return read


_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_MIC = re.compile(r"[A-Z0-9]{4}")
_SOURCE = re.compile(r"[A-Za-z0-9_.\-]{1,50}")


def _day(value: Any) -> date:
    if isinstance(value, date) and type(value) is date:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _UnreadableError("a day such as 2026-01-31 is expected")


def _text(pattern: re.Pattern[str], what: str, *others: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if isinstance(value, str) and (value in others or pattern.fullmatch(value)):
            return value
        raise _UnreadableError(f"{what} is expected", "PATTERN_VIOLATION")

    return read


_NOTHING = Decimal(0)
_FUND = ("cash", "liabilities", "fund_units")
_KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "method": ("method", _choice(Method)),
    "returnType": ("return_type", _choice(ReturnType)),
    "baseLevel": ("base_level", _number(_NOTHING, _LARGEST_LEVEL, above=True)),
    "baseDate": ("base_date", _day),
    "levelDecimals": ("level_decimals", _whole(*_DECIMALS)),
    "stalePolicy": ("stale_policy", _choice(StalePolicy)),
    "freshSeconds": ("fresh_seconds", _whole(1, _LARGEST_SECONDS)),
    "maxAgeSeconds": ("max_age_seconds", _whole(1, _LARGEST_SECONDS)),
    "maxStaleWeightPct": ("max_stale_weight_pct", _number(_NOTHING, Decimal(100))),
    "fxSource": ("fx_source", _text(_SOURCE, "the name of a source")),
    "calendarMic": ("calendar_mic", _text(_MIC, "a MIC of four letters, or ALWAYS,", ALWAYS)),
    "offHours": ("off_hours", _choice(OffHours)),
    "rebalance": ("rebalance", _choice(RebalanceFrequency)),
    "cash": ("cash", _number(-_LARGEST_MONEY, _LARGEST_MONEY)),
    "liabilities": ("liabilities", _number(_NOTHING, _LARGEST_MONEY)),
    "fundUnits": ("fund_units", _number(_NOTHING, _LARGEST_MONEY, above=True)),
}


def _contradictions(pricing: Pricing, given: Mapping[str, Any]) -> list[PricingFault]:
    faults = []
    if pricing.max_age_seconds < pricing.fresh_seconds:
        text = f"prices are fresh for {pricing.fresh_seconds} s, and would be expired before"
        faults.append(PricingFault("maxAgeSeconds", pricing.max_age_seconds, text))
    if pricing.method is Method.INAV:
        if pricing.fund_units is None:
            faults.append(PricingFault("fundUnits", None, "INAV needs it", "MISSING_REQUIRED_FIELD"))
    else:
        for key, (name, _) in _KEYS.items():
            if name in _FUND and name in given:
                faults.append(PricingFault(key, given[name], "it belongs to INAV alone"))
    return faults
