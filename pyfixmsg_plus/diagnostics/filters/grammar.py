"""Read a filter.

The grammar, as a standard would write it::

    filter      = all *("or" all)
    all         = one *("and" one)
    one         = "not" one / "(" filter ")" / "has" field / comparison
    comparison  = field sign value / field ["not"] "in" "(" value *("," value) ")"
    sign        = "=" / "==" / "!=" / "<>" / "<" / "<=" / ">" / ">=" / "~" / "!~"
"""

import operator
import re
from collections.abc import Callable
from typing import Any as Any_

from pyfixmsg_plus._core import Dictionary
from pyfixmsg_plus.diagnostics.filters.conditions import (
    All,
    Any,
    Comparison,
    Condition,
    Filter,
    Has,
    Not,
    OneOf,
    number,
)
from pyfixmsg_plus.diagnostics.filters.errors import FilterError
from pyfixmsg_plus.diagnostics.filters.fields import Comparing, FieldName, field_named
from pyfixmsg_plus.diagnostics.filters.words import Kind, Token, tokens

__all__ = ["compile"]

_KEYWORDS = frozenset({"and", "or", "not", "has", "in"})
_DEEPEST = 64
_ORDER: dict[str, Callable[[Any_, Any_], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile(expression: str, dictionary: Dictionary | None = None) -> Filter:  # noqa: A001 # as in `re`
    """Return the filter that an expression says.

    Args:
        expression: Such as ``35=8 and 55=AAPL and 44>10``.
        dictionary: Names and types of fields beyond those of the bundled versions.

    Raises:
        FilterError: The expression is no filter; the error says where and what was expected.
    """
    return Filter(expression, _Reader(expression, dictionary).read())


class _Reader:
    def __init__(self, expression: str, dictionary: Dictionary | None) -> None:
        self._expression = expression
        self._dictionary = dictionary
        self._tokens = tokens(expression)
        self._at = 0
        self._depth = 0

    def read(self) -> Condition:
        condition = self._any()
        if self._next().kind is not Kind.END:
            raise self._error(self._next(), f"expected 'and', 'or' or the end, found {self._next().shown}")
        return condition

    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next()
        self._at += 1
        return token

    def _is_word(self, word: str) -> bool:
        return self._next().kind is Kind.WORD and self._next().text.lower() == word

    def _took_word(self, word: str) -> bool:
        found = self._is_word(word)
        self._at += found
        return found

    def _error(self, token: Token, problem: str) -> FilterError:
        return FilterError(self._expression, token.column, problem)

    def _any(self) -> Condition:
        conditions = [self._all()]
        while self._took_word("or"):
            conditions.append(self._all())
        return conditions[0] if len(conditions) == 1 else Any(tuple(conditions))

    def _all(self) -> Condition:
        conditions = [self._one()]
        while self._took_word("and"):
            conditions.append(self._one())
        return conditions[0] if len(conditions) == 1 else All(tuple(conditions))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(self._next(), f"more than {_DEEPEST} parentheses or 'not' stand within each other")
        if self._took_word("not"):
            condition: Condition = Not(self._one())
        elif self._next().kind is Kind.OPEN:
            opened = self._take()
            condition = self._any()
            if self._next().kind is not Kind.CLOSE:
                opening = f"the parenthesis of column {opened.column}"
                raise self._error(self._next(), f"expected ')' to close {opening}, found {self._next().shown}")
            self._take()
        elif self._took_word("has"):
            condition = Has(self._field("after 'has'").tag)
        else:
            condition = self._comparison()
        self._depth -= 1
        return condition

    def _field(self, place: str) -> FieldName:
        token = self._next()
        if token.kind is not Kind.WORD or token.text.lower() in _KEYWORDS:
            raise self._error(token, f"expected a tag or the name of a field {place}, found {token.shown}")
        self._take()
        try:
            return field_named(token.text, self._dictionary)
        except KeyError as error:
            raise self._error(token, str(error.args[0])) from error

    def _comparison(self) -> Condition:
        field = self._field("before a sign such as '='")
        negated = self._is_word("not") and self._tokens[self._at + 1].text.lower() == "in"
        self._at += negated
        if self._took_word("in"):
            condition = self._choices(field)
            return Not(condition) if negated else condition
        sign = self._next()
        if sign.kind is not Kind.SIGN:
            raise self._error(sign, f"expected one of = != < <= > >= ~ or 'in' after {field.label}, found {sign.shown}")
        self._take()
        value = self._value(f"after {sign.text!r}")
        if sign.text in ("~", "!~"):
            return self._pattern(field, sign, value)
        return Comparison(field.tag, self._comparing(field, sign.text, value))

    def _choices(self, field: FieldName) -> Condition:
        if self._next().kind is not Kind.OPEN:
            raise self._error(self._next(), f"expected '(' after 'in', found {self._next().shown}")
        choices: list[Callable[[str], bool]] = []
        while self._next().kind is Kind.COMMA or not choices:
            self._take()
            choices.append(self._comparing(field, "=", self._value("in the list")))
        if self._next().kind is not Kind.CLOSE:
            raise self._error(self._next(), f"expected ',' or ')' in the list, found {self._next().shown}")
        self._take()
        return OneOf(field.tag, tuple(choices))

    def _value(self, place: str) -> Token:
        token = self._next()
        if token.kind is Kind.WORD and token.text.lower() in _KEYWORDS:
            raise self._error(token, f"expected a value {place}, found {token.shown}, which needs quotes as a value")
        if token.kind not in (Kind.WORD, Kind.QUOTED):
            raise self._error(token, f"expected a value {place}, found {token.shown}")
        return self._take()

    def _pattern(self, field: FieldName, sign: Token, value: Token) -> Condition:
        try:
            search = re.compile(value.text).search
        except re.error as error:
            raise self._error(value, f"{value.text!r} is no regular expression: {error}") from error
        if sign.text == "~":
            return Comparison(field.tag, lambda text: search(text) is not None)
        return Comparison(field.tag, lambda text: search(text) is None)

    def _comparing(self, field: FieldName, sign: str, value: Token) -> Callable[[str], bool]:
        compares = _ORDER[sign]
        wanted = value.text
        limit = number(wanted) if value.kind is Kind.WORD and field.comparing is not Comparing.TEXT else None
        if limit is None:
            if field.comparing is Comparing.NUMBERS and value.kind is Kind.WORD:
                raise self._error(value, f"{field.label} is a number: expected one, found {wanted!r}")
            return lambda text: compares(text, wanted)
        is_mixed = field.comparing is Comparing.EITHER

        def compare(text: str) -> bool:
            found = number(text)
            if found is None:
                return is_mixed and compares(text, wanted)
            return compares(found, limit)

        return compare
