"""The values of requests: symbols, prices, times, texts, each read strictly and described in the interface."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from pyfixmsg_plus.domain import CURRENCIES
from pyfixmsg_plus.services.basket_pricing.faults import Fault, FaultCode, FieldFault, invalid
from pyfixmsg_plus.services.basket_pricing.http.asked import ASKED

__all__ = ["Body", "Currency", "Moment", "Price", "Symbol", "is_symbol", "read_moment", "symbol_in_path"]

_SYMBOL = re.compile(r"[A-Za-z0-9._/=^+:@#-]{1,32}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?P<zone>[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_LARGEST_PRICE = Decimal(10) ** 15
_S = 1_000_000_000


class Body(BaseModel):
    """A body in JSON; what it says beyond the model is named to the caller, and read by nobody."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, extra="allow", frozen=True)

    def model_post_init(self, _context: Any) -> None:
        """Note what is not read."""
        asked = ASKED.get()
        if asked is not None and self.model_extra:
            asked.ignored += self.model_extra


def is_symbol(text: str) -> bool:
    """Whether a text has the form of a symbol."""
    return _SYMBOL.fullmatch(text) is not None


def symbol_in_path(text: str) -> str:
    """Return the symbol that a path names.

    Raises:
        Fault: It has not the form of one.
    """
    if is_symbol(text):
        return text
    control = any(ord(sign) < 32 or ord(sign) == 127 for sign in text)
    code = FaultCode.CONTROL_CHARACTER if control else FaultCode.INVALID_SYMBOL
    shown = text[:64].encode("unicode_escape").decode("ascii")
    raise invalid([FieldFault(code, "symbol", shown, "1 to 32 of A-Z a-z 0-9 . _ / = ^ + : @ # - are expected")])


def _symbol(value: Any) -> str:
    if not isinstance(value, str) or not is_symbol(value):
        raise PydanticCustomError("INVALID_SYMBOL", "1 to 32 of A-Z a-z 0-9 . _ / = ^ + : @ # - are expected")
    return value


def _price(value: Any) -> Decimal:
    wrong = PydanticCustomError("INVALID_FIELD_VALUE", "a decimal number above 0 is expected")
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise wrong
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise wrong
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise wrong from None
    if not number.is_finite() or not 0 < number < _LARGEST_PRICE or len(number.as_tuple().digits) > 34:
        raise wrong
    if int(number.as_tuple().exponent) < -30:
        raise wrong
    return number


def _currency(value: Any) -> str:
    if not isinstance(value, str) or value not in CURRENCIES:
        raise PydanticCustomError("INVALID_CURRENCY", "one of the supported currencies of ISO 4217 is expected")
    return value


def read_moment(text: Any) -> int:
    """Return the UTC nanosecond of a time as RFC 3339 writes it.

    Raises:
        PydanticCustomError: It is none, or has no zone.
    """
    found = _RFC_3339.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise PydanticCustomError("INVALID_FIELD_VALUE", "a time such as 2026-01-31T15:00:00.000Z is expected")
    if found["zone"] is None:
        raise PydanticCustomError("TIMESTAMP_WITHOUT_ZONE", "the time needs a zone, such as Z")
    fraction = found[7] or ""
    try:
        whole = datetime.fromisoformat(
            f"{found[1]}-{found[2]}-{found[3]}T{found[4]}:{found[5]}:{found[6]}{found['zone'].upper()}"
        )
        seconds = int((whole - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    except (ValueError, OverflowError):
        raise PydanticCustomError("INVALID_FIELD_VALUE", "there is no such time") from None
    return seconds * _S + int(fraction.ljust(9, "0"))


Symbol: TypeAlias = Annotated[
    str,
    BeforeValidator(_symbol),
    WithJsonSchema({"type": "string", "pattern": f"^{_SYMBOL.pattern}$", "example": "AAPL"}),
]
Price: TypeAlias = Annotated[
    Decimal,
    BeforeValidator(_price),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9]{1,15}(\.[0-9]{1,12})?$"},
                {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10**15},
            ],
            "example": "100.5",
        }
    ),
]
Currency: TypeAlias = Annotated[
    str, BeforeValidator(_currency), WithJsonSchema({"type": "string", "enum": sorted(CURRENCIES)})
]
Moment: TypeAlias = Annotated[
    int,
    BeforeValidator(read_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "example": "2026-01-31T15:00:00.000Z"}),
]
Comments: TypeAlias = Annotated[str, Field(max_length=1000)]


def many(symbols: list[str], least: int, most: int) -> list[str]:
    """Return symbols, each once, in the order in which they first came.

    Raises:
        Fault: There are too few, too many, or one is none.
    """
    faults = []
    if not least <= len(symbols) <= most:
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, "body", len(symbols), f"{least} to {most} symbols"))
    if faults:
        raise invalid(faults)
    return list(dict.fromkeys(symbols))


__all__ += ["Comments", "Fault", "many"]
