"""Trading's words: currencies, prices of instruments, levels of baskets and what is said of them to the outside.

Values only. They know nothing of FIX; ``gateway`` turns them into messages and back.
"""

from pyfixmsg_plus.domain.currency import CURRENCIES, ISO_4217, MINOR_UNITS, MajorUnit, major_unit
from pyfixmsg_plus.domain.level import (
    BasketDefinition,
    BasketLevel,
    BasketStatus,
    DefinedConstituent,
    InstrumentId,
    SecurityIDSource,
    ValuationQuality,
)
from pyfixmsg_plus.domain.price import DailyBar, DataQuality, MarketPrice

__all__ = [
    "CURRENCIES",
    "ISO_4217",
    "MINOR_UNITS",
    "BasketDefinition",
    "BasketLevel",
    "BasketStatus",
    "DailyBar",
    "DataQuality",
    "DefinedConstituent",
    "InstrumentId",
    "MajorUnit",
    "MarketPrice",
    "SecurityIDSource",
    "ValuationQuality",
    "major_unit",
]
