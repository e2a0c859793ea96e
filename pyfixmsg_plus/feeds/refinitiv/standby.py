"""Two lines that carry the same items: one is published, and the other takes over from its own cache.

By default the published line stays until it fails. The first arrival of each number is published only after both
lines were seen to carry equal numbers for equal content; one disagreement ends that for good.
"""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.feeds.refinitiv.consumer import Consumer
from pyfixmsg_plus.feeds.refinitiv.events import (
    BookMoved,
    Effect,
    Gap,
    GapClosed,
    GapOpened,
    GapReason,
    Imaged,
    ItemChanged,
    ItemState,
    Updated,
)
from pyfixmsg_plus.feeds.refinitiv.item import Item

__all__ = ["PROOFS", "Standby"]

# So many numbers must have carried equal content on both lines before the first arrival counts.
PROOFS = 256
_REMEMBERED = 4096
_GOOD = (ItemState.LIVE, ItemState.PAUSED)


class Standby:
    """What two lines say, as if it were one.

    Both must be asked for the same items in the same order: then an item has the same handle on both.

    Args:
        consumers: Of the two lines.
        clock: Says the time of a switch.
        first_arrival: Publish whichever line is first, once that is proved to be safe.
    """

    def __init__(self, consumers: Sequence[Consumer], clock: Clock, *, first_arrival: bool = False) -> None:
        self._consumers = consumers
        self._clock = clock
        self._sides: dict[int, int] = {}
        self._gaps: dict[int, dict[GapReason, Gap]] = {}
        self._behind: dict[int, tuple[int, Gap]] = {}
        self._first_arrival = first_arrival
        self._seen: OrderedDict[tuple[int, int], tuple[int, Any]] = OrderedDict()
        self._last: dict[int, int] = {}
        self.proofs = 0
        self.switches = 0
        self.disagreements = 0
        self.arrivals: Counter[int] = Counter()

    def item(self, handle: int) -> Item | None:
        """Return the item of the line that is published."""
        return self._consumers[self.side(handle)].items.get(handle)

    def side(self, handle: int) -> int:
        """Return which line of an item is published."""
        return self._sides.get(handle, 0)

    def confirmed_ns(self, item: Item) -> int | None:
        """Return when the stream of an item was last seen alive."""
        return self._consumers[self.side(item.handle)].confirmed_ns(item)

    def forget(self, handles: Sequence[int]) -> None:
        """The items are wanted no more."""
        for handle in handles:
            self._sides.pop(handle, None)
            self._gaps.pop(handle, None)
            self._behind.pop(handle, None)
            self._last.pop(handle, None)

    def heard(self, side: int, effect: Effect) -> list[Effect]:
        """Take what one line says, and return what is to be published of it."""
        match effect:
            case Updated(handle=handle):
                return self._updated(side, effect)
            case GapOpened(handle=handle, gap=gap):
                if side != self.side(handle):
                    return []
                if gap.reason is not GapReason.JIT and self._is_good(1 - side, handle):
                    return self._switch(handle, 1 - side)
                self._gaps.setdefault(handle, {})[gap.reason] = gap
                return [effect]
            case GapClosed(handle=handle, gap=gap):
                if side != self.side(handle):
                    return []
                self._gaps.get(handle, {}).pop(gap.reason, None)
                return [effect]
            case ItemChanged(handle=handle, state=state):
                return self._changed(side, handle, state, effect)
            case Imaged(handle=handle):
                if side != self.side(handle):
                    return []
                return [*self._caught_up(handle, effect.seq_number), effect]
            case BookMoved(handle=handle):
                return [effect] if side == self.side(handle) else []
            case _:
                return [effect]

    def _is_good(self, side: int, handle: int) -> bool:
        item = self._consumers[side].items.get(handle)
        return item is not None and item.state in _GOOD and item.imaged

    def _changed(self, side: int, handle: int, state: ItemState, effect: ItemChanged) -> list[Effect]:
        if side == self.side(handle):
            if state not in _GOOD and state is not ItemState.DONE and self._is_good(1 - side, handle):
                return self._switch(handle, 1 - side)
            return [effect]
        published = self._consumers[1 - side].items.get(handle)
        if state in _GOOD and published is not None and published.state not in (*_GOOD, ItemState.DONE):
            return self._switch(handle, side)
        return []

    def _switch(self, handle: int, side: int) -> list[Effect]:
        """Publish the other line's image at once; there is a gap only where it is behind."""
        old, new = self._consumers[1 - side].items.get(handle), self._consumers[side].items.get(handle)
        self._sides[handle] = side
        if new is None:
            return []
        self.switches += 1
        now = self._clock.now()
        effects: list[Effect] = [
            GapClosed(handle, replace(gap, to_ns=now.utc_ns, to_seq_number=new.seq_number))
            for gap in self._gaps.pop(handle, {}).values()
        ]
        published = None if old is None else old.seq_number
        if published is not None and (new.seq_number is None or new.seq_number < published):
            gap = Gap(new.symbol, GapReason.FAILOVER, now.utc_ns, None if old is None else old.applied_ns, published)
            self._behind[handle] = (published, gap)
            effects.append(GapOpened(handle, gap))
        else:
            self._behind.pop(handle, None)
        return [*effects, Imaged(handle, new.symbol, new.seq_number), ItemChanged(handle, new.symbol, new.state)]

    def _updated(self, side: int, update: Updated) -> list[Effect]:
        handle, number = update.handle, update.seq_number
        if self._first_arrival and number is not None:
            self._compare(side, handle, number, update)
            if self.proofs >= PROOFS:
                if number <= self._last.get(handle, 0) or not self._is_good(side, handle):
                    return []
                self._last[handle] = number
                self._sides[handle] = side
                self.arrivals[side] += 1
                return [update]
        if side != self.side(handle):
            return []
        if number is not None:
            self._last[handle] = number
        behind = self._behind.get(handle)
        if behind is not None and number is not None and number >= behind[0]:
            return [*self._caught_up(handle, number), update]
        return [update]

    def _caught_up(self, handle: int, number: int | None) -> list[Effect]:
        """The line that took over is where the other was, or has a new image."""
        behind = self._behind.pop(handle, None)
        if behind is None:
            return []
        return [GapClosed(handle, replace(behind[1], to_ns=self._clock.now().utc_ns, to_seq_number=number))]

    def _compare(self, side: int, handle: int, number: int, update: Updated) -> None:
        key, said = (handle, number), (update.update_type, dict(update.changed))
        other = self._seen.get(key)
        if other is None:
            self._seen[key] = (side, said)
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        elif other[0] != side:
            del self._seen[key]
            if other[1] == said:
                self.proofs += 1
            else:
                self.disagreements += 1
                self._first_arrival = False
