"""From the state of an instrument to records: what has changed since the state before.

A source that gives states, not events, is an image each time: the first clears the instrument and bears ``SNAPSHOT``,
later ones give the change of each side, trades that the volume betrays, and figures of the day. The last record of each
state bears ``LAST``.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from pyfixmsg_plus.domain import MarketPrice
from pyfixmsg_plus.market_data.lifetime import happened_ns
from pyfixmsg_plus.market_data.records import (
    U64_UNDEFINED,
    Action,
    Flag,
    Record,
    RecordType,
    Side,
    StatisticType,
    scaled_price,
    scaled_size,
)

__all__ = ["Directory", "PriceRecorder", "source_state", "trading_status"]

_PLAIN = Flag(0)
_LEVEL = Flag.MBP | Flag.TOB
# The standard's words for actions of a venue's status: trading, and halted.
_TRADING, _HALTED = 7, 8
_STATES = {"LIVE": 0, "SUSPECT": 1, "DELAYED": 2, "CONFLATED": 3}


class Directory:
    """Dense numbers for instruments, in the order in which they are met."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}
        self._names: list[tuple[str, str]] = []

    def id_of(self, code: str, scheme: str = "TICKER") -> int:
        """Return the number of an instrument, a new one where it has none."""
        name = (scheme, code)
        known = self._ids.get(name)
        if known is None:
            known = self._ids[name] = len(self._names)
            self._names.append(name)
        return known

    def name_of(self, instrument_id: int) -> tuple[str, str]:
        """Return scheme and code of a number.

        Raises:
            LookupError: No instrument has it.
        """
        if not 0 <= instrument_id < len(self._names):
            raise LookupError(f"no instrument has the number {instrument_id}")
        return self._names[instrument_id]

    def __len__(self) -> int:
        return len(self._names)


class PriceRecorder:
    """Makes records of the prices of one source.

    Args:
        directory: Numbers of instruments.
        publisher_id: Of the source.
        size_decimals: Of sizes: their unit is 10^-decimals.
    """

    def __init__(self, directory: Directory, publisher_id: int, size_decimals: int = 0) -> None:
        self._directory = directory
        self._publisher_id = publisher_id
        self._size_decimals = size_decimals
        self._before: dict[str, MarketPrice] = {}
        self._sequence = 0

    def records(self, price: MarketPrice) -> list[Record]:
        """Return the records of a state; none where nothing changed.

        Raises:
            LossyConversion: A price or a size does not fit exactly. Nothing is remembered of it then.
        """
        before = self._before.get(price.symbol)
        made = list(self._image(price) if before is None else self._changes(price, before))
        self._before[price.symbol] = price
        if made:
            made[-1] = made[-1]._replace(flags=made[-1].flags | Flag.LAST)
        numbered = [record._replace(sequence=self._sequence + index) for index, record in enumerate(made)]
        self._sequence += len(made)
        return numbered

    def forget(self, symbol: str) -> None:
        """Begin anew with an image, such as after a gap."""
        self._before.pop(symbol, None)

    def _image(self, price: MarketPrice) -> Iterator[Record]:
        snapshot = Flag.SNAPSHOT
        yield self._record(price, action=Action.CLEAR, flags=snapshot)
        for side, level in ((Side.BID, price.bid), (Side.ASK, price.ask)):
            if level is not None:
                yield self._level(price, Action.ADD, side, level, snapshot)
        # A trade of an image happened before: it is said to have been, and counts in no volume.
        if price.last is not None:
            yield self._trade(price, None, snapshot)
        yield from self._statistics(price, None, snapshot)
        if price.halted:
            yield self._status(price, snapshot)

    def _changes(self, price: MarketPrice, before: MarketPrice) -> Iterator[Record]:
        for side, level, old in ((Side.BID, price.bid, before.bid), (Side.ASK, price.ask, before.ask)):
            if level is not None and level == old:
                if _size(price, side) != _size(before, side):
                    yield self._level(price, Action.MODIFY, side, level)
                continue
            # At the top of the book a level that moves is another level; of the old one nothing is left.
            if old is not None:
                yield self._level(price, Action.CANCEL, side, old)
            if level is not None:
                yield self._level(price, Action.ADD, side, level)
        traded = None
        if price.volume is not None and before.volume is not None and price.volume > before.volume:
            traded = price.volume - before.volume
        if price.last is not None and (price.last != before.last or traded is not None):
            yield self._trade(price, traded)
        yield from self._statistics(price, before)
        if price.halted != before.halted:
            yield self._status(price)

    def _statistics(self, price: MarketPrice, before: MarketPrice | None, flags: Flag = _PLAIN) -> Iterator[Record]:
        for kind, name in (
            (StatisticType.OPENING_PRICE, "open"),
            (StatisticType.HIGH, "high"),
            (StatisticType.LOW, "low"),
            (StatisticType.PREVIOUS_CLOSE, "previous_close"),
        ):
            value: Decimal | None = getattr(price, name)
            if value is not None and (before is None or value != getattr(before, name)):
                yield self._record(
                    price, rtype=RecordType.STATISTICS, price=scaled_price(value), flags=flags, depth=kind
                )
        if price.volume is not None and (before is None or price.volume != before.volume):
            size = scaled_size(price.volume, self._size_decimals)
            yield self._record(price, rtype=RecordType.STATISTICS, size=size, flags=flags, depth=StatisticType.VOLUME)

    def _level(self, price: MarketPrice, action: Action, side: Side, level: Decimal, flags: Flag = _PLAIN) -> Record:
        size = None if action is Action.CANCEL else _size(price, side)
        return self._record(
            price,
            price=scaled_price(level),
            size=scaled_size(size, self._size_decimals),
            action=action,
            side=side,
            flags=_LEVEL | flags,
            depth=0,
        )

    def _trade(self, price: MarketPrice, traded: int | None, flags: Flag = _PLAIN) -> Record:
        return self._record(
            price,
            rtype=RecordType.TRADE,
            price=scaled_price(price.last),
            size=scaled_size(traded, self._size_decimals),
            action=Action.TRADE,
            flags=flags,
        )

    def _status(self, price: MarketPrice, flags: Flag = _PLAIN) -> Record:
        return trading_status(self._record(price, flags=flags), halted=price.halted)

    def _record(
        self,
        said: MarketPrice,
        *,
        rtype: RecordType = RecordType.TOP_OF_BOOK,
        action: Action = Action.NONE,
        side: Side = Side.NONE,
        flags: Flag = _PLAIN,
        **fields: int,
    ) -> Record:
        return Record(
            ts_event=happened_ns(said),
            ts_recv=said.received_ns,
            instrument_id=self._directory.id_of(said.symbol),
            publisher_id=self._publisher_id,
            rtype=rtype,
            action=action,
            side=side,
            flags=flags,
            channel_id=0,
            **fields,
        )


def _size(price: MarketPrice, side: Side) -> Decimal | None:
    text = price.additional.get("bidSize" if side is Side.BID else "askSize")
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def trading_status(record: Record, *, halted: bool) -> Record:
    """Return a record as the status of trading: ``depth`` is 7 while there is trading, 8 while it is halted."""
    return record._replace(rtype=RecordType.STATUS, action=Action.NONE, depth=_HALTED if halted else _TRADING)


def source_state(state: str, *, utc_ns: int, publisher_id: int, interval_ns: int | None = None) -> Record:
    """Return the control record of a source's state.

    Args:
        state: ``LIVE``, ``SUSPECT``, ``DELAYED`` or ``CONFLATED``; ``depth`` holds its number, from 0.
        utc_ns: Since when.
        publisher_id: Of the source.
        interval_ns: Of conflation, or by how much it is delayed; in ``size``.
    """
    return Record(
        ts_event=utc_ns,
        ts_recv=utc_ns,
        size=U64_UNDEFINED if interval_ns is None else interval_ns,
        publisher_id=publisher_id,
        rtype=RecordType.SOURCE_STATE,
        flags=Flag.LAST,
        depth=_STATES[state],
    )
