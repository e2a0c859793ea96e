"""The fields that a filter may name, over all bundled versions."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from pyfixmsg_plus._core import Dictionary, FieldDefinition

__all__ = ["Comparing", "FieldName", "field_named"]

# Later versions first: where versions disagree about a tag, the latest is taken.
_VERSIONS = ("FIX.5.0SP2", "FIXT.1.1", "FIX.5.0SP1", "FIX.5.0", "FIX.4.4", "FIX.4.3", "FIX.4.2", "FIX.4.1", "FIX.4.0")
_NUMBERS = frozenset(
    {"int", "Length", "NumInGroup", "SeqNum", "TagNum", "DayOfMonth"}
    | {"float", "Qty", "Price", "PriceOffset", "Amt", "Percentage"}
)


class Comparing(Enum):
    """How the values of a field are compared."""

    NUMBERS = auto()
    TEXT = auto()
    # As numbers where both are numbers: the field is in no dictionary.
    EITHER = auto()


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field that a filter names.

    Attributes:
        tag: The tag.
        label: Name and tag, as errors say it.
    """

    tag: int
    label: str
    comparing: Comparing


@cache
def _dictionaries(given: Dictionary | None) -> tuple[Dictionary, ...]:
    bundled = tuple(Dictionary.bundled(version) for version in _VERSIONS)
    return bundled if given is None else (given, *bundled)


def _definition(key: int | str, given: Dictionary | None) -> FieldDefinition | None:
    for dictionary in _dictionaries(given):
        try:
            return dictionary.field(key)
        except KeyError:
            continue
    return None


def field_named(text: str, given: Dictionary | None) -> FieldName:
    """Return the field of a tag or name.

    Raises:
        KeyError: No version has a field of that name; the text names the nearest one.
    """
    if text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) < 2**32:
        definition = _definition(int(text), given)
        if definition is None:
            return FieldName(int(text), text, Comparing.EITHER)
    else:
        definition = _definition(text, given)
        if definition is None:
            # The latest version knows the names that people mean, and says the nearest.
            definition = _dictionaries(given)[0].field(text)
    comparing = Comparing.NUMBERS if definition.datatype in _NUMBERS else Comparing.TEXT
    return FieldName(definition.tag, f"{definition.name}({definition.tag})", comparing)
