"""Weights of a basket: percent with four decimals, and exactly 100.0000 together.

33.3333 three times is 99.9999, which is refused, unless one name takes what the others leave: the balancing one. What
was said of its weight may differ from that by one unit of the last decimal for each name, and no more.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from pyfixmsg_plus.basket.faults import FaultCode, FieldFault
from pyfixmsg_plus.basket.texts import shown

__all__ = ["HEAVIEST", "LIGHTEST", "WHOLE", "balanced", "read_decimal", "read_weight", "text_of"]

WHOLE: Final = Decimal("100.0000")
LIGHTEST: Final = Decimal("0.0100")
HEAVIEST: Final = Decimal("50.0000")
_STEP: Final = Decimal("0.0001")
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


def read_decimal(value: object) -> Decimal | None:
    """Return a number that was given as text or as a number of JSON read from its digits; ``None`` where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**40 else None
    # Exponents of any size are legal in JSON: 1e400 must not become a number of four hundred digits.
    if isinstance(value, Decimal) and value.is_finite() and -40 <= value.adjusted() <= 40:
        return value if isinstance(exponent := value.as_tuple().exponent, int) and exponent >= -80 else None
    return Decimal(0) if isinstance(value, Decimal) and value == 0 else None


def read_weight(value: object, field: str, faults: list[FieldFault]) -> Decimal | None:
    """Return a weight with four decimals, or ``None`` where it is at fault; what is wrong is added to ``faults``."""
    weight = read_decimal(value)
    if weight is None:
        text = "a decimal number is expected, as text or as a number"
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, field, shown(value), text))
        return None
    if weight > HEAVIEST:
        text = f"{HEAVIEST} percent at most"
        faults.append(FieldFault(FaultCode.WEIGHT_ABOVE_CAP, field, shown(value), text))
        return None
    if weight < LIGHTEST:
        text = f"{LIGHTEST} percent at least"
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, field, shown(value), text))
        return None
    exact = weight.quantize(_STEP)
    if exact != weight:
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, field, shown(value), "four decimals at most"))
        return None
    return exact


def balanced(weights: Sequence[Decimal | None], balancing: int | None, faults: list[FieldFault]) -> list[Decimal]:
    """Return the weights of a whole basket, exactly 100 together.

    Args:
        weights: In the order of the names; ``None`` for a balancing name of which no weight was said.
        balancing: Which name takes what the others leave.
        faults: What is wrong is added here, and the result is then not to be used.
    """
    given = [weight if weight is not None else Decimal(0) for weight in weights]
    if balancing is None:
        total = sum(given, Decimal(0))
        if total != WHOLE:
            text = f"the weights make up {text_of(total)}, and not {WHOLE}"
            faults.append(FieldFault(FaultCode.INVALID_WEIGHT_ALLOCATION, "constituents", text_of(total), text))
        return given
    field = f"constituents[{balancing}].weight"
    rest = WHOLE - sum((weight for place, weight in enumerate(given) if place != balancing), Decimal(0))
    said = weights[balancing]
    if not LIGHTEST <= rest <= HEAVIEST:
        text = f"the others leave {text_of(rest)}, and {LIGHTEST} to {HEAVIEST} percent are allowed"
        code = FaultCode.WEIGHT_ABOVE_CAP if rest > HEAVIEST else FaultCode.INVALID_WEIGHT_ALLOCATION
        faults.append(FieldFault(code, field, text_of(rest), text))
    elif said is not None and abs(rest - said) > _STEP * len(given):
        text = f"the others leave {text_of(rest)}, and {text_of(said)} was said"
        faults.append(FieldFault(FaultCode.INVALID_WEIGHT_ALLOCATION, field, text_of(said), text))
    given[balancing] = rest
    return given


def text_of(weight: Decimal) -> str:
    """Return a weight as text, with four decimals."""
    return f"{weight:.4f}"
