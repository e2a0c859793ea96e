"""Rules for records as they stream by, each in constant time.

A record passes, is flagged, is kept aside where it can be played again, or is dropped; with it goes every reason. What
a reason leads to, and from where on it holds, can be set for each venue and class of instruments.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType

from pyfixmsg_plus.market_data.records import (
    PRICE_UNDEFINED,
    U64_UNDEFINED,
    Action,
    Record,
    RecordType,
    Side,
    StatisticType,
)

__all__ = ["DEFAULT_ACTIONS", "Reason", "StreamAction", "StreamLimits", "StreamRules", "StreamVerdict"]

_SECOND_NS = 1_000_000_000
_HALTED = 8
_WEIGHT = 32


class StreamAction(IntEnum):
    """What becomes of a record; of several the highest counts."""

    PASS = 0
    FLAG = 1
    QUARANTINE = 2
    DROP = 3


class Reason(StrEnum):
    """What is wrong."""

    SEQUENCE_GAP = "SEQUENCE_GAP"
    DUPLICATE = "DUPLICATE"
    OUT_OF_ORDER = "OUT_OF_ORDER"
    CLOCK_SKEW = "CLOCK_SKEW"
    CLOCK_REGRESSION = "CLOCK_REGRESSION"
    CROSSED = "CROSSED"
    LOCKED = "LOCKED"
    PRICE_OUTSIDE_BAND = "PRICE_OUTSIDE_BAND"
    PRICE_OUTSIDE_LIMIT = "PRICE_OUTSIDE_LIMIT"
    OFF_TICK = "OFF_TICK"
    SIZE_OUTLIER = "SIZE_OUTLIER"
    STALE_QUOTE = "STALE_QUOTE"
    NOT_POSITIVE = "NOT_POSITIVE"
    VOLUME_FALLING = "VOLUME_FALLING"
    PRINT_WHILE_HALTED = "PRINT_WHILE_HALTED"
    CHECKSUM = "CHECKSUM"
    UNKNOWN_INSTRUMENT = "UNKNOWN_INSTRUMENT"
    SCHEMA = "SCHEMA"


DEFAULT_ACTIONS: Mapping[Reason, StreamAction] = MappingProxyType(
    dict.fromkeys(Reason, StreamAction.FLAG)
    | {
        Reason.DUPLICATE: StreamAction.DROP,
        Reason.CHECKSUM: StreamAction.DROP,
        Reason.SCHEMA: StreamAction.QUARANTINE,
        Reason.UNKNOWN_INSTRUMENT: StreamAction.QUARANTINE,
        Reason.NOT_POSITIVE: StreamAction.QUARANTINE,
        Reason.PRICE_OUTSIDE_LIMIT: StreamAction.QUARANTINE,
        Reason.PRICE_OUTSIDE_BAND: StreamAction.QUARANTINE,
        Reason.OUT_OF_ORDER: StreamAction.QUARANTINE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """From where on a reason holds; prices and ticks in billionths.

    Attributes:
        low: Prices below are outside the limit.
        high: Prices above are outside the limit.
        band_percent: Of the last trade; a price further away is outside the band.
        tick: Prices are multiples of it; 0: any price may be.
        size_factor: Of the usual size of a trade; a larger one is an outlier.
        skew_ns: By how much a venue's clock may be ahead of ours.
        stale_ns: By how much a record may be late.
        may_be_negative: Prices of nothing or less may be, such as of spreads.
        actions: What each reason leads to.
    """

    low: int = 0
    high: int = PRICE_UNDEFINED
    band_percent: int = 50
    tick: int = 0
    size_factor: int = 1000
    skew_ns: int = 2 * _SECOND_NS
    stale_ns: int = 300 * _SECOND_NS
    may_be_negative: bool = False
    actions: Mapping[Reason, StreamAction] = field(default_factory=lambda: DEFAULT_ACTIONS)


@dataclass(frozen=True, slots=True)
class StreamVerdict:
    """What becomes of a record, and why."""

    action: StreamAction
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _State:
    event_ns: int = 0
    last: int = PRICE_UNDEFINED
    bid: int = PRICE_UNDEFINED
    ask: int = PRICE_UNDEFINED
    volume: int = 0
    usual_size: float = 0.0
    trades: int = 0
    halted: bool = False


class StreamRules:
    """Judges the records of any number of sources.

    Args:
        limits: By the number of the instrument.
        known: Says whether a number is that of an instrument.
    """

    def __init__(
        self,
        limits: Callable[[int], StreamLimits] | None = None,
        known: Callable[[int], bool] = lambda _: True,
    ) -> None:
        default = StreamLimits()
        self._limits = limits or (lambda _: default)
        self._known = known
        self._instruments: dict[int, _State] = {}
        self._sequences: dict[tuple[int, int], int] = {}
        self.counts: Counter[Reason] = Counter()

    def judge(self, record: Record, fault: Reason | None = None) -> StreamVerdict:
        """Judge one record, in the order of the stream.

        Args:
            record: The record.
            fault: What its decoder found wrong, ``CHECKSUM`` or ``SCHEMA``.
        """
        limits = self._limits(record.instrument_id)
        reasons = [] if fault is None else [fault]
        reasons += self._numbers(record)
        if not self._known(record.instrument_id):
            # Nothing is kept of it: anyone may invent numbers.
            return self._verdict([*reasons, Reason.UNKNOWN_INSTRUMENT], limits)
        state = self._instruments.setdefault(record.instrument_id, _State())
        reasons += _times(record, state, limits)
        reasons += _values(record, state, limits)
        verdict = self._verdict(reasons, limits)
        if verdict.action < StreamAction.QUARANTINE:
            _learn(record, state)
            crossing = _crossing(record, state)
            if crossing is not None:
                verdict = self._verdict([crossing], limits, reasons)
        return verdict

    def _numbers(self, record: Record) -> list[Reason]:
        if record.sequence == U64_UNDEFINED:
            return []
        channel = (record.publisher_id, record.channel_id)
        before = self._sequences.get(channel)
        if before is None or record.sequence > before:
            self._sequences[channel] = record.sequence
        if before is None or record.sequence == before + 1:
            return []
        if record.sequence > before:
            return [Reason.SEQUENCE_GAP]
        return [Reason.DUPLICATE if record.sequence == before else Reason.OUT_OF_ORDER]

    def _verdict(
        self, reasons: list[Reason], limits: StreamLimits, counted: list[Reason] | None = None
    ) -> StreamVerdict:
        self.counts.update(reasons)
        every = (*(counted or ()), *reasons)
        action = max((limits.actions[reason] for reason in every), default=StreamAction.PASS)
        return StreamVerdict(action, every)


def _times(record: Record, state: _State, limits: StreamLimits) -> list[Reason]:
    reasons = []
    if record.ts_event > record.ts_recv + limits.skew_ns:
        reasons.append(Reason.CLOCK_SKEW)
    elif record.ts_recv - record.ts_event > limits.stale_ns:
        reasons.append(Reason.STALE_QUOTE)
    if record.ts_event < state.event_ns:
        reasons.append(Reason.CLOCK_REGRESSION)
    return reasons


def _values(record: Record, state: _State, limits: StreamLimits) -> list[Reason]:
    reasons = []
    if record.price != PRICE_UNDEFINED and record.action is not Action.CANCEL:
        if record.price <= 0 and not limits.may_be_negative:
            reasons.append(Reason.NOT_POSITIVE)
        elif not limits.low <= record.price <= limits.high:
            reasons.append(Reason.PRICE_OUTSIDE_LIMIT)
        elif record.rtype != RecordType.STATISTICS and _outside(record.price, state.last, limits.band_percent):
            reasons.append(Reason.PRICE_OUTSIDE_BAND)
        if limits.tick and record.price % limits.tick:
            reasons.append(Reason.OFF_TICK)
    if record.rtype == RecordType.TRADE:
        if state.halted:
            reasons.append(Reason.PRINT_WHILE_HALTED)
        # A size cannot be judged before some were seen.
        usual = state.usual_size * limits.size_factor
        if record.size != U64_UNDEFINED and state.trades >= _WEIGHT and record.size > usual:
            reasons.append(Reason.SIZE_OUTLIER)
    if _volume(record) is not None and record.size < state.volume:
        reasons.append(Reason.VOLUME_FALLING)
    return reasons


def _outside(price: int, last: int, percent: int) -> bool:
    return last != PRICE_UNDEFINED and abs(price - last) * 100 > percent * abs(last)


def _volume(record: Record) -> int | None:
    counts = record.rtype == RecordType.STATISTICS and record.depth == StatisticType.VOLUME
    return record.size if counts and record.size != U64_UNDEFINED else None


def _learn(record: Record, state: _State) -> None:
    state.event_ns = max(state.event_ns, record.ts_event)
    if record.action is Action.CLEAR:
        state.bid = state.ask = PRICE_UNDEFINED
    if record.rtype == RecordType.STATUS:
        state.halted = record.depth == _HALTED
    if record.rtype == RecordType.TRADE and record.price != PRICE_UNDEFINED:
        state.last = record.price
        if record.size != U64_UNDEFINED:
            state.trades += 1
            state.usual_size += (record.size - state.usual_size) / min(state.trades, _WEIGHT)
    volume = _volume(record)
    if volume is not None:
        state.volume = volume
    if record.rtype == RecordType.TOP_OF_BOOK and record.side is not Side.NONE:
        level = PRICE_UNDEFINED if record.action is Action.CANCEL else record.price
        if record.side is Side.BID:
            state.bid = level
        else:
            state.ask = level


def _crossing(record: Record, state: _State) -> Reason | None:
    # Between the records of one event a book may be crossed for a moment.
    if PRICE_UNDEFINED in (state.bid, state.ask) or state.halted or not record.flags & 0x80:
        return None
    if state.bid > state.ask:
        return Reason.CROSSED
    return Reason.LOCKED if state.bid == state.ask else None
