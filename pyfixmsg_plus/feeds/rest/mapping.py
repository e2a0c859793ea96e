"""From a JSON answer to prices, by a mapping that the settings give. What is not what it should be is no price.

An answer comes from outside and is hostile: numbers keep their digits, and have a bounded number of them; a wrong type,
a number that is none or a time without a zone spoils the whole record.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Context, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Literal

from pyfixmsg_plus.domain import DailyBar, DataQuality, MarketPrice, major_unit
from pyfixmsg_plus.market_data.source import SourceError, SourceGarbled, UnknownSymbol

__all__ = ["BarMapping", "JsonMapping", "TimeUnit", "bars", "parsed", "prices"]

TimeUnit = Literal["iso", "s", "ms", "us", "ns"]
_PER_UNIT = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_DIGITS = 40
_EXPONENT = 30
_TEXT = 64
_EXACT = Context(prec=2 * _DIGITS)
# RFC 3339: with a zone, and up to nanoseconds.
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonMapping:
    """Where the fields of a price stand in an answer: names and indexes with dots between, such as ``data.0.px``.

    Attributes:
        record: Where the record of a single price stands; empty: the answer itself.
        records: Where the list of records stands in an answer about many names.
        symbol: Field of the record that names the instrument; needed in an answer about many.
        last: Field of the last trade.
        bid: Field of the best bid.
        ask: Field of the best offer.
        open: Field of the first trade of the day.
        high: Field of the highest trade of the day.
        low: Field of the lowest trade of the day.
        previous_close: Field of the close of the day before.
        volume: Field of what was traded today.
        currency: Field of the currency, or of a minor unit such as GBp.
        exchange: Field of the MIC.
        halted: Field that is true while trading is halted.
        price_id: Field of what is unique for each state.
        time: Field of the time of the price.
        time_unit: How it is written.
        quoted_in: The currency or minor unit where the answer does not say it.
        additional: Further fields, by the name that they get.
    """

    record: str = ""
    records: str = ""
    symbol: str = ""
    last: str = "last"
    bid: str = ""
    ask: str = ""
    open: str = ""
    high: str = ""
    low: str = ""
    previous_close: str = ""
    volume: str = ""
    currency: str = ""
    exchange: str = ""
    halted: str = ""
    price_id: str = ""
    time: str = ""
    time_unit: TimeUnit = "iso"
    quoted_in: str | None = None
    additional: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "JsonMapping":
        """Return the mapping that settings describe.

        Raises:
            ValueError: A key is unknown, or a time unit is.
        """
        unknown = sorted(settings.keys() - {known.name for known in fields(cls)})
        if unknown:
            raise ValueError(f"a mapping has no field {', '.join(unknown)}")
        made = cls(**settings)
        if made.time_unit not in ("iso", *_PER_UNIT):
            raise ValueError(f"times cannot be written in {made.time_unit}")
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class BarMapping:
    """Where the fields of daily bars stand in an answer."""

    records: str = ""
    day: str = "date"
    open: str = "open"
    high: str = "high"
    low: str = "low"
    close: str = "close"
    adjusted_close: str = ""
    volume: str = ""


def parsed(body: bytes) -> object:
    """Return a JSON answer; its numbers are whole or ``Decimal``.

    Raises:
        SourceGarbled: It is no JSON, holds what is no number, or is nested too deeply.
    """
    try:
        return json.loads(body, parse_float=_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise SourceGarbled(f"the answer is no JSON: {type(error).__name__}") from None


def prices(
    answer: object,
    symbols: list[str] | str,
    mapping: JsonMapping,
    *,
    source: str,
    received_ns: int,
    quality: DataQuality,
) -> list[MarketPrice | SourceError]:
    """Return what an answer says of each name, in the order of the request.

    Args:
        answer: As it was parsed.
        symbols: The names that were asked for; a single one stands for an answer about that name alone.
        mapping: Where the fields stand.
        source: Name of the source.
        received_ns: When the answer came.
        quality: What prices of this source are worth at most.
    """
    made = _Reader(mapping, source, received_ns, quality)
    if isinstance(symbols, str):
        return [made.price(symbols, _guarded(lambda: _at(answer, mapping.record)))]
    records = _at(answer, mapping.records)
    if not isinstance(records, list):
        raise SourceGarbled("the answer holds no list of prices")
    # The first record of a name counts; one without a name is about nothing that was asked for.
    by_name: dict[str, object] = {}
    for record in records:
        name = _guarded(lambda record=record: _at(record, mapping.symbol))  # type: ignore[misc] # bound now, not later
        if isinstance(name, str):
            by_name.setdefault(name, record)
    return [
        made.price(symbol, by_name[symbol])
        if symbol in by_name
        else UnknownSymbol(f"the source does not know {symbol}", symbol=symbol)
        for symbol in symbols
    ]


def bars(answer: object, mapping: BarMapping) -> list[DailyBar]:
    """Return the daily bars of an answer, oldest first.

    Raises:
        SourceGarbled: One of them is none.
    """
    records = _at(answer, mapping.records)
    if not isinstance(records, list):
        raise SourceGarbled("the answer holds no list of bars")
    return sorted((_bar(record, mapping) for record in records), key=lambda bar: bar.day)


def _bar(record: object, mapping: BarMapping) -> DailyBar:
    def needed(path: str) -> Decimal:
        value = _decimal(_at(record, path), path)
        if value is None or value <= 0:
            raise SourceGarbled(f"{path} of a bar is missing or not above 0")
        return value

    day = _at(record, mapping.day)
    try:
        trading_day = date.fromisoformat(str(day)[:10])
    except ValueError:
        raise SourceGarbled(f"{mapping.day} of a bar is no date") from None
    close = needed(mapping.close)
    return DailyBar(
        day=trading_day,
        open=needed(mapping.open),
        high=needed(mapping.high),
        low=needed(mapping.low),
        close=close,
        adjusted_close=needed(mapping.adjusted_close) if mapping.adjusted_close else close,
        volume=_whole(_at(record, mapping.volume), mapping.volume) if mapping.volume else None,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    mapping: JsonMapping
    source: str
    received_ns: int
    quality: DataQuality

    def price(self, symbol: str, record: object) -> MarketPrice | SourceError:
        if isinstance(record, SourceError):
            record.symbol = symbol
            return record
        try:
            return self._price(symbol, record)
        except SourceGarbled as error:
            error.symbol = symbol
            return error

    def _price(self, symbol: str, record: object) -> MarketPrice:
        if not isinstance(record, dict):
            raise SourceGarbled("the record of a price is no object")
        mapping = self.mapping
        if mapping.symbol and (name := _at(record, mapping.symbol)) != symbol:
            raise SourceGarbled(f"the answer is about {str(name)[:_TEXT]!r}, not about {symbol}")
        unit = _text(_at(record, mapping.currency), mapping.currency) if mapping.currency else mapping.quoted_in
        currency, divisor = major_unit(unit) if unit is not None else (None, 1)

        def amount(path: str) -> Decimal | None:
            value = _decimal(_at(record, path), path) if path else None
            return value if value is None or divisor == 1 else _EXACT.divide(value, Decimal(divisor))

        return MarketPrice(
            symbol=symbol,
            source=self.source,
            currency=currency,
            quote_unit=unit,
            last=amount(mapping.last),
            bid=amount(mapping.bid),
            ask=amount(mapping.ask),
            open=amount(mapping.open),
            high=amount(mapping.high),
            low=amount(mapping.low),
            previous_close=amount(mapping.previous_close),
            volume=_whole(_at(record, mapping.volume), mapping.volume) if mapping.volume else None,
            exchange=_text(_at(record, mapping.exchange), mapping.exchange) if mapping.exchange else None,
            source_ns=_time(_at(record, mapping.time), mapping.time_unit) if mapping.time else None,
            received_ns=self.received_ns,
            quality=self.quality,
            halted=_at(record, mapping.halted) is True if mapping.halted else False,
            price_id=_text(_at(record, mapping.price_id), mapping.price_id) or "" if mapping.price_id else "",
            additional=MappingProxyType(dict(self._additional(record))),
        )

    def _additional(self, record: object) -> Iterator[tuple[str, str]]:
        # A poll is an image: what happened since the one before is not known.
        yield "conflated", "true"
        for name, path in self.mapping.additional.items():
            value = _at(record, path)
            if value is not None:
                yield name, str(value)[:_TEXT]


def _guarded(read: Callable[[], object]) -> object:
    try:
        return read()
    except SourceGarbled as error:
        return error


def _at(value: object, path: str) -> object:
    """Return what stands at a path, ``None`` where nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else None
        elif value is None:
            return None
        else:
            raise SourceGarbled(f"there is nothing below {step}")
    return value


def _number(text: str) -> Decimal:
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or len(digits) > _DIGITS or abs(exponent) > _EXPONENT:
        raise ValueError("a number out of all bounds")
    return number


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _decimal(value: object, path: str) -> Decimal | None:
    """Return a number that is written as one or as text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise SourceGarbled(f"{path} is no number")
    try:
        return _number(str(value))
    except (ValueError, InvalidOperation):
        raise SourceGarbled(f"{path} is no number") from None


def _whole(value: object, path: str) -> int | None:
    number = _decimal(value, path)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise SourceGarbled(f"{path} is not whole")
    return int(number)


def _text(value: object, path: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > _TEXT:
        raise SourceGarbled(f"{path} is no short text")
    return str(value)


def _time(value: object, unit: TimeUnit) -> int | None:
    if value is None:
        return None
    if unit == "iso":
        found = _ISO.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise SourceGarbled("the time of a price is none, or has no zone")
        day, clock, fraction, zone = found.groups()
        try:
            moment = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}").astimezone(UTC)
        except (ValueError, OverflowError):
            raise SourceGarbled("the time of a price is none") from None
        return int(moment.timestamp()) * _PER_UNIT["s"] + int((fraction or "").ljust(9, "0"))
    number = _decimal(value, "time")
    return None if number is None else int(number * _PER_UNIT[unit])
