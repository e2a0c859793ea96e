"""Read the body of a request strictly: what two readers could read in two ways is refused.

Source: RFC 8259, with names that are unique (section 4), and RFC 7493 (I-JSON). Numbers are read from their digits,
never through ``float``.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from pyfixmsg_plus.basket.texts import smuggled_within
from pyfixmsg_plus.services.basket_pricing.faults import Fault, invalid

__all__ = ["DEEPEST", "read_json"]

DEEPEST = 32
_MOST_DIGITS = 4000


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        # Its exponent alone is too large for any number of ours: every field refuses it.
        return Decimal("-Infinity" if text.startswith("-") else "Infinity")


def _whole(text: str) -> int | Decimal:
    return int(text) if len(text) <= _MOST_DIGITS else _number(text)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def read_json(body: bytes) -> Any:
    """Return what a body says.

    Raises:
        Fault: It is no JSON that has one meaning, it is nested too deep, or its texts hold what no text may.
    """
    try:
        found = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_once,
            parse_float=_number,
            parse_int=_whole,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError as error:
        raise Fault("BAD_REQUEST", "the body is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise Fault("BAD_REQUEST", f"the body is no JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise Fault("BAD_REQUEST", f"the body is nested deeper than {DEEPEST} levels") from error
    except ValueError as error:
        raise Fault("BAD_REQUEST", f"the body is no JSON: {error}") from error
    if _deeper(found, DEEPEST):
        raise Fault("BAD_REQUEST", f"the body is nested deeper than {DEEPEST} levels")
    smuggled = smuggled_within(found, "")
    if smuggled:
        raise invalid(smuggled)
    return found


def _deeper(value: Any, levels: int) -> bool:
    layer = [value]
    while layer:
        layer = (
            [
                item
                for found in layer
                if isinstance(found, dict | list)
                for item in (found.values() if isinstance(found, dict) else found)
            ]
            if levels > 0
            else [found for found in layer if isinstance(found, dict | list)]
        )
        if levels == 0:
            return bool(layer)
        levels -= 1
    return False
