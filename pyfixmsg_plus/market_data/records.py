"""The normalised record: 64 bytes, one cache line, the same for every feed.

Little-endian; prices are whole billionths, never ``float``; times are UTC nanoseconds; what is not known has the
largest value of its field. The flags are those of DBN, the letters of actions and sides too; types of records that DBN
does not have begin at 0xE0.
"""

from decimal import Context, Decimal, Inexact, InvalidOperation
from enum import Enum, IntEnum, IntFlag
from struct import Struct, error
from typing import Any, NamedTuple, Self

from pyfixmsg_plus.errors import PyFixMsgError

__all__ = [
    "PRICE_UNDEFINED",
    "RECORD_BYTES",
    "U8_UNDEFINED",
    "U32_UNDEFINED",
    "U64_UNDEFINED",
    "Action",
    "Flag",
    "LossyConversion",
    "Record",
    "RecordType",
    "Side",
    "StatisticType",
    "numpy_dtype",
    "price_of",
    "scaled_price",
    "scaled_size",
    "size_of",
]

RECORD_BYTES = 64
PRICE_UNDEFINED = 2**63 - 1
U64_UNDEFINED = 2**64 - 1
U32_UNDEFINED = 2**32 - 1
U8_UNDEFINED = 2**8 - 1

_LAYOUT = Struct("<QQQqQQIiHBccBBB")
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])
_BILLION = Decimal(1_000_000_000)


class LossyConversion(PyFixMsgError):  # noqa: N818 - the word of the format's description
    """A value does not fit into its field without losing something.

    Attributes:
        field: Name of the field.
    """

    def __init__(self, text: str, *, field: str) -> None:
        super().__init__(text)
        self.field = field


class RecordType(IntEnum):
    """What a record is."""

    TRADE = 0x00
    TOP_OF_BOOK = 0x01
    STATUS = 0x12
    DEFINITION = 0x13
    IMBALANCE = 0x14
    STATISTICS = 0x18
    ORDER = 0xA0
    GAP = 0xE0
    SOURCE_STATE = 0xE1
    TRADE_BUST = 0xE2
    HEARTBEAT = 0xE3


class Action(Enum):
    """What happens to the book: trades and fills leave it alone, the cancel or change that follows does not."""

    ADD = b"A"
    MODIFY = b"M"
    CANCEL = b"C"
    CLEAR = b"R"
    TRADE = b"T"
    FILL = b"F"
    NONE = b"N"


class Side(Enum):
    """Of the book; of a trade, the one that was aggressive."""

    ASK = b"A"
    BID = b"B"
    NONE = b"N"


class Flag(IntFlag):
    """What else is to be known of a record; books may be read after ``LAST`` only."""

    PUBLISHER_SPECIFIC = 1 << 1
    MAYBE_BAD_BOOK = 1 << 2
    BAD_TS_RECV = 1 << 3
    MBP = 1 << 4
    SNAPSHOT = 1 << 5
    TOB = 1 << 6
    LAST = 1 << 7


class StatisticType(IntEnum):
    """Which figure of the day a record of statistics holds, in its ``depth``."""

    OPENING_PRICE = 1
    LOW = 4
    HIGH = 5
    VOLUME = 6
    PREVIOUS_CLOSE = 11


class Record(NamedTuple):
    """One record, its fields in the order of their bytes."""

    ts_event: int = U64_UNDEFINED
    ts_recv: int = U64_UNDEFINED
    order_id: int = U64_UNDEFINED
    price: int = PRICE_UNDEFINED
    size: int = U64_UNDEFINED
    sequence: int = U64_UNDEFINED
    instrument_id: int = U32_UNDEFINED
    ts_in_delta: int = 2**31 - 1
    publisher_id: int = 2**16 - 1
    rtype: int = RecordType.TOP_OF_BOOK
    action: Action = Action.NONE
    side: Side = Side.NONE
    flags: Flag = Flag(0)
    channel_id: int = U8_UNDEFINED
    depth: int = U8_UNDEFINED

    def pack(self) -> bytes:
        """Return the 64 bytes.

        Raises:
            LossyConversion: A number does not fit into its field.
        """
        try:
            return _LAYOUT.pack(*self[:10], self.action.value, self.side.value, *self[12:])
        except error:
            raise LossyConversion(f"the record does not fit: {self._misfit()}", field=self._misfit()) from None

    @classmethod
    def unpack(cls, data: bytes | bytearray | memoryview) -> Self:
        """Return the record that 64 bytes hold.

        Raises:
            ValueError: They are not 64, or an action, a side or the type is none.
        """
        if len(memoryview(data).cast("B")) != RECORD_BYTES:
            raise ValueError(f"a record has {RECORD_BYTES} bytes")
        *numbers, rtype, action, side, flags, channel_id, depth = _LAYOUT.unpack(data)
        kinds = RecordType(rtype), Action(action), Side(side), Flag(flags)
        return cls._make((*numbers, *kinds, channel_id, depth))

    def _misfit(self) -> str:
        for name, low, high in (
            *((name, 0, U64_UNDEFINED) for name in ("ts_event", "ts_recv", "order_id", "size", "sequence")),
            ("price", -(2**63), PRICE_UNDEFINED),
            ("instrument_id", 0, U32_UNDEFINED),
            ("ts_in_delta", -(2**31), 2**31 - 1),
            ("publisher_id", 0, 2**16 - 1),
        ):
            if not low <= getattr(self, name) <= high:
                return name
        return next(name for name in ("rtype", "flags", "channel_id", "depth") if not 0 <= getattr(self, name) <= 255)


def numpy_dtype() -> Any:
    """Return the record as a structured type of NumPy, which must be installed; ``action`` and ``side`` are bytes."""
    from numpy import dtype

    return dtype(
        [
            ("ts_event", "<u8"), ("ts_recv", "<u8"), ("order_id", "<u8"), ("price", "<i8"), ("size", "<u8"),
            ("sequence", "<u8"), ("instrument_id", "<u4"), ("ts_in_delta", "<i4"), ("publisher_id", "<u2"),
            ("rtype", "u1"), ("action", "S1"), ("side", "S1"), ("flags", "u1"), ("channel_id", "u1"), ("depth", "u1"),
        ]
    )  # fmt: skip


def scaled_price(price: Decimal | None) -> int:
    """Return a price in billionths, exactly.

    Raises:
        LossyConversion: It has more than nine decimals, or is too large.
    """
    return PRICE_UNDEFINED if price is None else _scaled(price, _BILLION, "price", -(2**63), PRICE_UNDEFINED - 1)


def price_of(scaled: int) -> Decimal | None:
    """Return the price that billionths are."""
    return None if scaled == PRICE_UNDEFINED else _EXACT.divide(Decimal(scaled), _BILLION)


def scaled_size(size: Decimal | int | None, decimals: int = 0) -> int:
    """Return a size in units of 10^-decimals, exactly.

    Raises:
        LossyConversion: It has more decimals, is negative, or is too large.
    """
    return (
        U64_UNDEFINED if size is None else _scaled(Decimal(size), Decimal(10**decimals), "size", 0, U64_UNDEFINED - 1)
    )


def size_of(scaled: int, decimals: int = 0) -> Decimal | None:
    """Return the size that so many units of 10^-decimals are."""
    return None if scaled == U64_UNDEFINED else _EXACT.divide(Decimal(scaled), Decimal(10**decimals))


def _scaled(value: Decimal, unit: Decimal, field: str, low: int, high: int) -> int:
    try:
        scaled = _EXACT.multiply(value, unit)
        whole = int(scaled.to_integral_exact(context=_EXACT))
    except (Inexact, InvalidOperation, OverflowError, ValueError):
        raise LossyConversion(f"{field} {value} is not a whole number of units of {1 / unit}", field=field) from None
    if not low <= whole <= high:
        raise LossyConversion(f"{field} {value} does not fit", field=field)
    return whole
