"""Which updates are trades, and how much was traded that no trade showed."""

from decimal import Decimal
from typing import NamedTuple

from pyfixmsg_plus.feeds.refinitiv.events import Updated
from pyfixmsg_plus.feeds.refinitiv.item import Item
from pyfixmsg_plus.feeds.refinitiv.wire import number

__all__ = ["Trade", "TradeWatch"]

_TRADES = frozenset({"Trade", "QuotesTrade"})
_CORRECTIONS = frozenset({"Correction", "Verify"})


class Trade(NamedTuple):
    """A trade, or the correction of one.

    Attributes:
        price: As it is quoted; ``None``: unchanged from the trade before it is not said.
        size: Where it is said.
        correction: It corrects, and is no trade.
        conflated_volume: Traded before it without being shown.
    """

    price: Decimal | None
    size: Decimal | None
    correction: bool
    conflated_volume: Decimal


class TradeWatch:
    """The trades of one item.

    Args:
        volume: Of the day, as the image says it.
    """

    def __init__(self, volume: Decimal | None) -> None:
        self._volume = volume

    def seen(self, item: Item, update: Updated) -> Trade | None:
        """Return the trade that an update is; what was traded unseen is added to the item."""
        changed = update.changed
        size = number(changed.get("TRDVOL_1", changed.get("VOL_DEC")))
        volume = number(changed.get("ACVOL_UNS", changed.get("ACVOL_1")))
        price = number(changed.get("TRDPRC_1"))
        if update.update_type in _CORRECTIONS:
            if volume is not None:
                self._volume = volume
            return Trade(price, size, correction=True, conflated_volume=Decimal(0))
        before, step = self._volume, Decimal(0)
        if volume is not None:
            if before is not None and volume > before:
                step = volume - before
            self._volume = volume
        traded = update.update_type in _TRADES or (size is not None and step > 0)
        unseen = max(step - (size or 0 if traded else 0), Decimal(0))
        item.conflated_volume += unseen
        return Trade(price, size, correction=False, conflated_volume=unseen) if traded else None
