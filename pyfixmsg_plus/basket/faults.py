"""What is wrong with a field of a request: said for every field at once, so that it is mended in one go."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FaultCode", "FieldFault", "below"]


class FaultCode(StrEnum):
    """Why a field is refused."""

    PATTERN_VIOLATION = "PATTERN_VIOLATION"
    MISSING_REQUIRED_FIELD = "MISSING_REQUIRED_FIELD"
    INVALID_FIELD_VALUE = "INVALID_FIELD_VALUE"
    FIELD_LENGTH_EXCEEDED = "FIELD_LENGTH_EXCEEDED"
    INVALID_WEIGHT_ALLOCATION = "INVALID_WEIGHT_ALLOCATION"
    WEIGHT_ABOVE_CAP = "WEIGHT_ABOVE_CAP"
    DUPLICATE_SYMBOL = "DUPLICATE_SYMBOL"
    CONSTITUENT_COUNT = "CONSTITUENT_COUNT"
    RESERVED_CODE = "RESERVED_CODE"
    INVALID_SYMBOL = "INVALID_SYMBOL"
    INVALID_CURRENCY = "INVALID_CURRENCY"
    INVALID_IDENTIFIER = "INVALID_IDENTIFIER"
    INVALID_DATE_RANGE = "INVALID_DATE_RANGE"
    TIMESTAMP_WITHOUT_ZONE = "TIMESTAMP_WITHOUT_ZONE"
    FIELD_NOT_WRITABLE = "FIELD_NOT_WRITABLE"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One fault of one field.

    Attributes:
        code: One of ``FaultCode``.
        field: Path of the field, such as ``constituents[2].weight``.
        rejected_value: What was given; ``None`` where nothing was.
        message: What is wrong, for a person.
    """

    code: FaultCode
    field: str
    rejected_value: object
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def below(prefix: str, faults: Iterable[FieldFault]) -> list[FieldFault]:
    """Return the faults of a part with the path of the part before theirs."""
    return [FieldFault(f.code, f"{prefix}.{f.field}", f.rejected_value, f.message) for f in faults]
