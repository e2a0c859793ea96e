"""Corporate actions as they are asked for: a type, a symbol and terms, read strictly.

The words are those of ``corporate_actions``; the terms are an object of JSON, decimals as text.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pyfixmsg_plus.basket.composition import Holding
from pyfixmsg_plus.basket.corporate_actions import (
    Action,
    CashDividend,
    Delisting,
    Merger,
    Replacement,
    Rights,
    ShareChange,
    SpecialDividend,
    SpinOff,
    SpinOffClose,
    Split,
)
from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["ACTION_TYPES", "TermsError", "parse_action"]

_DIGITS = 34


class TermsError(PyFixMsgError, ValueError):
    """Terms that cannot be read.

    Attributes:
        field: Where, such as ``terms.ratio``.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field


class _Terms:
    """The terms of one action; what nobody reads is refused."""

    def __init__(self, given: Mapping[str, Any], at: str = "terms") -> None:
        if not isinstance(given, Mapping):
            raise TermsError(at, "an object is expected")
        self._given = dict(given)
        self._at = at

    def number(self, key: str, otherwise: Decimal | None = None) -> Decimal:
        found = self.optional(key)
        if found is None:
            if otherwise is None:
                raise TermsError(f"{self._at}.{key}", "it is missing")
            return otherwise
        return found

    def optional(self, key: str) -> Decimal | None:
        value = self._given.pop(key, None)
        if value is None:
            return None
        wrong = TermsError(f"{self._at}.{key}", "a decimal number that is not negative is expected")
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise wrong
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise wrong from None
        if not number.is_finite() or number < 0 or len(number.as_tuple().digits) > _DIGITS:
            raise wrong
        return number

    def text(self, key: str) -> str | None:
        value = self._given.pop(key, None)
        if value is not None and not (isinstance(value, str) and value):
            raise TermsError(f"{self._at}.{key}", "a text is expected")
        return value

    def flag(self, key: str) -> bool:
        value = self._given.pop(key, False)
        if not isinstance(value, bool):
            raise TermsError(f"{self._at}.{key}", "true or false is expected")
        return value

    def items(self, key: str) -> list[Any]:
        value = self._given.pop(key, [])
        if not isinstance(value, list):
            raise TermsError(f"{self._at}.{key}", "a list is expected")
        return value

    def finish(self) -> None:
        for key in self._given:
            raise TermsError(f"{self._at}.{key}", "it is not known")


def _replacement(symbol: str, terms: _Terms) -> Replacement:
    added = [_holding(item, f"terms.added[{place}]") for place, item in enumerate(terms.items("added"))]
    removed = terms.items("removed")
    if not all(isinstance(name, str) and name for name in removed):
        raise TermsError("terms.removed", "symbols are expected")
    return Replacement(tuple(dict.fromkeys([*([symbol] if symbol else []), *removed])), tuple(added))


def _holding(given: Any, at: str) -> Holding:
    terms = _Terms(given, at)
    symbol = terms.text("symbol")
    if symbol is None:
        raise TermsError(f"{at}.symbol", "it is missing")
    holding = Holding(
        symbol=symbol,
        currency=terms.text("currency"),
        weight=terms.optional("weight"),
        units=terms.optional("units"),
        shares=terms.optional("shares"),
        float_factor=terms.number("floatFactor", Decimal(1)),
    )
    terms.finish()
    return holding


def _spin_off(symbol: str, terms: _Terms) -> SpinOff:
    child = terms.text("child")
    if child is None:
        raise TermsError("terms.child", "it is missing")
    return SpinOff(symbol, child, terms.number("ratio"), terms.text("currency"))


def _ratio(symbol: str, terms: _Terms) -> Split:
    return Split(symbol, terms.number("ratio"))


_READERS: dict[str, Callable[[str, _Terms], Action]] = {
    "SPLIT": _ratio,
    "BONUS": _ratio,
    "CONSOLIDATION": _ratio,
    "CASH_DIVIDEND": lambda symbol, terms: CashDividend(
        symbol, terms.number("amount"), terms.number("tax", Decimal(0))
    ),
    "SPECIAL_DIVIDEND": lambda symbol, terms: SpecialDividend(symbol, terms.number("amount")),
    "RIGHTS": lambda symbol, terms: Rights(symbol, terms.number("new"), terms.number("held"), terms.number("price")),
    "SPIN_OFF": _spin_off,
    "SPIN_OFF_CLOSE": lambda symbol, _: SpinOffClose(symbol),
    "SHARE_CHANGE": lambda symbol, terms: ShareChange(symbol, terms.optional("shares"), terms.optional("floatFactor")),
    "MERGER": lambda symbol, terms: Merger(symbol, terms.text("acquirer"), terms.optional("ratio")),
    "DELISTING": lambda symbol, terms: Delisting(symbol, terms.flag("atZero")),
    "REPLACEMENT": _replacement,
}
ACTION_TYPES = tuple(_READERS)


def parse_action(action_type: str, symbol: str, terms: Mapping[str, Any]) -> Action:
    """Return the action that is asked for.

    Args:
        action_type: One of ``ACTION_TYPES``.
        symbol: The name; empty where a ``REPLACEMENT`` names those that leave in its terms.
        terms: ``ratio`` · ``amount``, ``tax`` · ``new``, ``held``, ``price`` · ``child``, ``ratio``, ``currency`` ·
            ``shares``, ``floatFactor`` · ``acquirer``, ``ratio`` · ``atZero`` · ``removed[]``, ``added[]``.

    Raises:
        TermsError: The type is not known, or a term is missing, unknown or no value of its kind.
    """
    reader = _READERS.get(action_type)
    if reader is None:
        raise TermsError("type", f"one of {', '.join(ACTION_TYPES)} is expected")
    if not symbol and action_type != "REPLACEMENT":
        raise TermsError("symbol", "it is missing")
    given = _Terms(terms)
    action = reader(symbol, given)
    given.finish()
    return action
