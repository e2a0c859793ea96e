"""Texts that people give, and what must not be in them.

They go into messages of FIX, logs and pages: a control character, half of a surrogate pair, or the beginning of a
message in a name is never meant, and is refused before it is kept.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any

from pyfixmsg_plus.basket.faults import FaultCode, FieldFault

__all__ = ["read_text", "shown", "smuggled", "smuggled_within"]

# A separator of lines is a control character to whatever reads lines: categories Zl and Zp.
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_MESSAGE = "8=FIX"
_SHOWN = 200


def smuggled(text: str) -> bool:
    """Whether a text holds what no text may: control characters, lone surrogates, the beginning of a message."""
    return _MESSAGE in text.upper() or any(unicodedata.category(sign) in _REFUSED for sign in text)


def smuggled_within(value: object, field: str) -> list[FieldFault]:
    """Return a fault for every text anywhere in a value of JSON that holds what no text may."""
    faults: list[FieldFault] = []
    waiting: list[tuple[object, str]] = [(value, field)]
    while waiting:
        found, path = waiting.pop()
        if isinstance(found, str):
            if smuggled(found):
                faults.append(_control(path, found))
        elif isinstance(found, Mapping):
            for key, item in found.items():
                if isinstance(key, str) and smuggled(key):
                    faults.append(_control(path, key))
                else:
                    waiting.append((item, f"{path}.{key}" if path else str(key)))
        elif isinstance(found, list | tuple):
            waiting += [(item, f"{path}[{place}]") for place, item in enumerate(found)]
    return faults


def read_text(
    given: Mapping[str, Any], key: str, longest: int, faults: list[FieldFault], *, required: bool = False
) -> str | None:
    """Return a text of a request, or ``None`` where it is absent, empty or at fault.

    Args:
        given: The request.
        key: Its field.
        longest: Characters that it may have.
        faults: What is wrong is added here.
        required: Whether it must be there.
    """
    value = given.get(key)
    if value is None or value == "":
        if required:
            faults.append(FieldFault(FaultCode.MISSING_REQUIRED_FIELD, key, value, "it is missing"))
        return None
    if not isinstance(value, str):
        faults.append(FieldFault(FaultCode.INVALID_FIELD_VALUE, key, shown(value), "a text is expected"))
        return None
    if len(value) > longest:
        text = f"{longest} characters at most, and it has {len(value)}"
        faults.append(FieldFault(FaultCode.FIELD_LENGTH_EXCEEDED, key, shown(value), text))
        return None
    if smuggled(value):
        faults.append(_control(key, value))
        return None
    return value


def shown(value: object) -> object:
    """Return a refused value as it may be told: bounded, and free of what made it be refused."""
    if isinstance(value, str):
        text = value if not smuggled(value) else value.encode("unicode_escape").decode("ascii")
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return "an object"
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _control(field: str, value: str) -> FieldFault:
    text = "control characters, lone surrogates and 8=FIX are refused"
    return FieldFault(FaultCode.CONTROL_CHARACTER, str(shown(field)), shown(value), text)
