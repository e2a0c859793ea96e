"""The fields of an item to the price of an instrument.

Prices come out in the major unit of their currency. A blank stays blank: never zero, never a close, never a mid.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from pyfixmsg_plus.domain import DataQuality, MarketPrice, major_unit
from pyfixmsg_plus.feeds.refinitiv.events import ItemState
from pyfixmsg_plus.feeds.refinitiv.fields import FIELDS, FieldTable
from pyfixmsg_plus.feeds.refinitiv.item import Item
from pyfixmsg_plus.feeds.refinitiv.times import activity_ns, quote_ns, trade_ns
from pyfixmsg_plus.feeds.refinitiv.wire import number, whole
from pyfixmsg_plus.feeds.refinitiv.words import RATES, TIMELINESS, word

__all__ = ["PriceModel", "Template", "Unit", "unit_of"]

SECOND_NS = 1_000_000_000

# ISO 4217 by number, for servers that show no letters.
_NUMERIC = MappingProxyType(
    {
        36: "AUD", 48: "BHD", 124: "CAD", 156: "CNY", 203: "CZK", 208: "DKK", 344: "HKD", 348: "HUF", 356: "INR",
        360: "IDR", 376: "ILS", 392: "JPY", 410: "KRW", 414: "KWD", 458: "MYR", 484: "MXN", 512: "OMR", 554: "NZD",
        578: "NOK", 608: "PHP", 643: "RUB", 682: "SAR", 702: "SGD", 710: "ZAR", 752: "SEK", 756: "CHF", 764: "THB",
        784: "AED", 826: "GBP", 840: "USD", 901: "TWD", 949: "TRY", 978: "EUR", 985: "PLN", 986: "BRL",
    }
)  # fmt: skip
_HALTED = frozenset({"H", "S"})
# What is said beside the prices: our name, the fields that may hold it, and whether it is a price.
_FIGURES = (
    ("bidSize", ("BIDSIZE",), False),
    ("askSize", ("ASKSIZE",), False),
    ("lastSize", ("TRDVOL_1", "VOL_DEC"), False),
    ("vwap", ("VWAP",), True),
    ("turnover", ("TRNOVR_UNS", "TURNOVER"), True),
    ("changeAmount", ("NETCHNG_1",), True),
    ("changePercentage", ("PCTCHNG",), False),
    ("tradeCount", ("NUM_MOVES",), False),
    ("openInterest", ("OPINT_1",), False),
    ("adjustedClose", ("ADJUST_CLS",), True),
    ("officialClose", ("OFF_CLOSE",), True),
    ("settlement", ("SETTLE",), True),
)
_USED = frozenset(
    "TRDPRC_1 BID ASK OPEN_PRC HIGH_1 LOW_1 HST_CLOSE ACVOL_UNS ACVOL_1 CURRENCY XMIC_CODE MIC_CODE".split()  # noqa: SIM905
) | {name for _, names, _ in _FIGURES for name in names}
_SIZES = ("bidSize", "askSize", "lastSize")


class Unit(NamedTuple):
    """In what an item is quoted.

    Attributes:
        currency: ISO 4217, where it is known.
        quoted: As the source says it.
        divisor: By which prices are divided; ``None``: not known, and then no price is given.
    """

    currency: str | None
    quoted: str | None
    divisor: int | None


class Template(NamedTuple):
    """Records that hold their last price in another field.

    Attributes:
        last: The fields, in order.
        record_type: RECORDTYPE of the records, or nothing.
        pattern: Of their codes, or nothing.
    """

    last: tuple[str, ...]
    record_type: int | None = None
    pattern: re.Pattern[str] | None = None


class _Texts(Mapping[str, str]):
    """Figures and raw fields as texts, made when they are read."""

    __slots__ = ("_figures", "_raw")

    def __init__(self, figures: dict[str, str], raw: dict[str, Any]) -> None:
        self._figures = figures
        self._raw = raw

    def __getitem__(self, name: str) -> str:
        found = self._figures.get(name)
        if found is not None:
            return found
        value = None if name in _USED else self._raw.get(name)
        if value is None:
            raise KeyError(name)
        return value.rstrip() if isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else str(value)

    def __iter__(self) -> Iterator[str]:
        yield from self._figures
        for name, value in self._raw.items():
            if value is not None and name not in _USED and name not in self._figures:
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceModel:
    """How fields become prices.

    Attributes:
        source: The name that prices bear.
        templates: Records whose last price stands elsewhere; the first that fits counts.
        lots: Instruments whose sizes are lots: they are multiplied by LOT_SIZE_A.
        unconfirmed_s: After so long without a sign of life a price is of low quality.
        limits_s: The same for single instruments.
        simulated: The server is a simulator.
        table: The fields that are known.
    """

    source: str = "SMA_REFINITIV"
    templates: Sequence[Template] = ()
    lots: frozenset[str] = frozenset()
    unconfirmed_s: float = 60.0
    limits_s: Mapping[str, float] = field(default_factory=dict)
    simulated: bool = False
    table: FieldTable = FIELDS

    def price(self, item: Item, received_ns: int, confirmed_ns: int | None) -> MarketPrice:
        """Return the price that an item's image tells.

        Args:
            item: The item.
            received_ns: When its last message came, UTC nanoseconds.
            confirmed_ns: When its stream was last seen alive, Open and Ok.
        """
        fields = item.current.fields
        unit = unit_of(fields.get("CURRENCY"), self.table)
        times = [
            time
            for time in (trade_ns(fields, received_ns), quote_ns(fields, received_ns), activity_ns(fields, received_ns))
            if time is not None
        ]
        return MarketPrice(
            symbol=item.symbol,
            source=self.source,
            currency=unit.currency,
            quote_unit=unit.quoted,
            last=_first_price(fields, self._last(item.symbol, fields), unit),
            bid=_price(fields.get("BID"), unit),
            ask=_price(fields.get("ASK"), unit),
            open=_price(fields.get("OPEN_PRC"), unit),
            high=_price(fields.get("HIGH_1"), unit),
            low=_price(fields.get("LOW_1"), unit),
            previous_close=_price(fields.get("HST_CLOSE"), unit),
            volume=next(
                (size for name in ("ACVOL_UNS", "ACVOL_1") if (size := whole(fields.get(name))) is not None), None
            ),
            exchange=_text(fields.get("XMIC_CODE")) or _text(fields.get("MIC_CODE")),
            source_ns=max(times, default=None),
            received_ns=received_ns,
            confirmed_ns=confirmed_ns,
            quality=self.quality(item, received_ns, confirmed_ns, dated=bool(times)),
            halted=(_text(fields.get("TRD_STATUS")) or "") in _HALTED,
            simulated=self.simulated,
            price_id=f"{self.source}:{item.symbol}:{received_ns}:{item.seq_number or 0}",
            additional=_Texts(self._figures(item, fields, unit), dict(fields)),
        )

    def quality(self, item: Item, now_ns: int, confirmed_ns: int | None, *, dated: bool) -> DataQuality:
        """Return how far an item may be trusted.

        Args:
            item: The item.
            now_ns: UTC nanoseconds.
            confirmed_ns: When its stream was last seen alive, Open and Ok.
            dated: The source says when it happened.
        """
        # A snapshot was good when it came; how old it is by now is for its reader to see.
        if item.state is not ItemState.DONE:
            limit_s = self.limits_s.get(item.symbol, self.unconfirmed_s)
            if item.state is not ItemState.LIVE or confirmed_ns is None or now_ns - confirmed_ns > limit_s * SECOND_NS:
                return DataQuality.LOW
        elif item.gaps:
            return DataQuality.LOW
        timely = word(item.qos.get("Timeliness"), TIMELINESS, "Realtime") == "Realtime"
        every_tick = word(item.qos.get("Rate"), RATES, "TickByTick") == "TickByTick"
        if timely and every_tick and dated and not (item.asserted or item.jit or item.conflated):
            return DataQuality.HIGH
        return DataQuality.MEDIUM

    def _last(self, symbol: str, fields: Mapping[str, Any]) -> tuple[str, ...]:
        for template in self.templates:
            if template.record_type is not None and template.record_type != whole(fields.get("RECORDTYPE")):
                continue
            if template.pattern is not None and not template.pattern.fullmatch(symbol):
                continue
            return template.last
        return ("TRDPRC_1",)

    def _figures(self, item: Item, fields: Mapping[str, Any], unit: Unit) -> dict[str, str]:
        figures: dict[str, str] = {}
        lot = number(fields.get("LOT_SIZE_A")) if item.symbol in self.lots else None
        for ours, names, priced in _FIGURES:
            for name in names:
                value = _price(fields.get(name), unit) if priced else number(fields.get(name))
                if value is None:
                    continue
                if lot is not None and ours in _SIZES:
                    value *= lot
                figures[ours] = f"{value:f}"
                break
        figures["conflatedVolume"] = f"{item.conflated_volume:f}"
        if item.name != item.symbol:
            figures["redirectedTo"] = item.name
        if item.flags:
            figures["flags"] = ",".join(sorted(item.flags))
        return figures


def unit_of(value: Any, table: FieldTable = FIELDS) -> Unit:
    """Return in what an item is quoted, from CURRENCY as it came: letters, or a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        shown = table.displays.get(15, {}).get(value) or _NUMERIC.get(value)
        if shown is None:
            # From 2001 on the numbers mean minor units. Which, only a dictionary tells: a price without it could be a
            # hundred times too large.
            return Unit(None, str(value), None if value > 2000 else 1)
        value = shown
    text = _text(value)
    if text is None:
        return Unit(None, None, 1)
    major = major_unit(text)
    if major.divisor == 1 and len(text) == 3 and text[:2].isupper() and text[2].islower():
        return Unit(None, text, None)
    return Unit(major.currency, text, major.divisor)


def _price(value: Any, unit: Unit) -> Decimal | None:
    found = number(value)
    return None if found is None or unit.divisor is None else found if unit.divisor == 1 else found / unit.divisor


def _first_price(fields: Mapping[str, Any], names: Sequence[str], unit: Unit) -> Decimal | None:
    return next((price for name in names if (price := _price(fields.get(name), unit)) is not None), None)


def _text(value: Any) -> str | None:
    text = value.rstrip() if isinstance(value, str) else ""
    return text or None
