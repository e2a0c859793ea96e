"""A price as bytes that another process can read.

Decimals are text and keep their digits; what cannot be read is no price.
"""

import json
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from pyfixmsg_plus.domain import DataQuality, MarketPrice

__all__ = ["decoded", "encoded"]

_DECIMALS = frozenset({"last", "bid", "ask", "open", "high", "low", "previous_close"})
_WHOLE = frozenset({"volume", "source_ns", "received_ns", "confirmed_ns"})
_FLAGS = frozenset({"halted", "simulated"})
_NAMES = frozenset(field.name for field in fields(MarketPrice))


def encoded(price: MarketPrice) -> bytes:
    """Return a price as bytes; fields that are blank are left out."""
    record: dict[str, Any] = {}
    for name in sorted(_NAMES):
        value = getattr(price, name)
        if value is None or value is False or value == "":
            continue
        if name in _DECIMALS:
            record[name] = str(value)
        elif name == "additional":
            record[name] = dict(value)
        else:
            record[name] = value
    return json.dumps(record, separators=(",", ":")).encode()


def decoded(data: bytes) -> MarketPrice | None:
    """Return the price that bytes hold, ``None`` where they hold none."""
    try:
        record = json.loads(data)
        values: dict[str, Any] = {name: _value(name, value) for name, value in record.items() if name in _NAMES}
        values["quality"] = DataQuality(record["quality"])
        values["additional"] = MappingProxyType({str(name): str(value) for name, value in values["additional"].items()})
        return MarketPrice(**values)
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation, RecursionError):
        return None


def _value(name: str, value: object) -> object:
    if name == "additional":
        return value
    kind = int if name in _WHOLE else bool if name in _FLAGS else str
    if type(value) is not kind:
        raise TypeError(f"{name} is no {kind.__name__}")
    return Decimal(value) if name in _DECIMALS and isinstance(value, str) else value
