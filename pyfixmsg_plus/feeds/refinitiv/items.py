"""All items of one connection: who waits to be asked for, who has a stream, and what each message does to them.

It decides and sends nothing: every call returns effects, in order. Time and chance are given in.
"""

import heapq
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.feeds.refinitiv.asking import close, fitting, packed, request
from pyfixmsg_plus.feeds.refinitiv.counters import Counters
from pyfixmsg_plus.feeds.refinitiv.events import (
    BookMoved,
    Effect,
    Fault,
    GapClosed,
    GapOpened,
    GapReason,
    Imaged,
    ItemChanged,
    ItemState,
    Send,
    Updated,
)
from pyfixmsg_plus.feeds.refinitiv.fields import FieldTable
from pyfixmsg_plus.feeds.refinitiv.item import Item, Options, Part, sequence_of
from pyfixmsg_plus.feeds.refinitiv.login import Features
from pyfixmsg_plus.feeds.refinitiv.wire import Message, whole
from pyfixmsg_plus.feeds.refinitiv.words import CODES, DATA_STATES, STREAM_STATES, UPDATE_TYPES, word

__all__ = ["ItemRules", "Items"]

SECOND_NS = 1_000_000_000
_ID_MAX = 2**31 - 1
_ENDED = (ItemState.CLOSED, ItemState.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRules:
    """Limits and delays of items.

    Attributes:
        answer_s: Within which a request must be answered.
        window: Requests that may wait for an answer at once: this paces a start with many items.
        batch: Names in one request, at most.
        hops: Redirects that are followed.
        retry_first_s: Delay before an item is asked for again, doubled each time.
        retry_most_s: The longest such delay.
    """

    answer_s: int = 45
    window: int = 2000
    batch: int = 1000
    hops: int = 3
    retry_first_s: float = 1.0
    retry_most_s: float = 60.0


class Items:
    """The items of one connection; they outlive it.

    Args:
        rules: Limits and delays.
        table: The fields that are known.
        random: For delays.
        counters: What is counted.
    """

    def __init__(self, rules: ItemRules, table: FieldTable, random: Random, counters: Counters) -> None:
        self._rules = rules
        self._table = table
        self._random = random
        self._counters = counters
        self._features = Features()
        self._open = False
        self._paused = False
        self._by_handle: dict[int, Item] = {}
        self._by_stream: dict[int, Item] = {}
        self._batches: dict[int, range] = {}
        self._next_handle = 1
        self._next_id = 2
        self._ready: list[tuple[int, int, int, int]] = []
        self._ticket = 0
        self._queued: set[int] = set()
        self._reissues: dict[int, bool] = {}
        self._retries: list[tuple[int, int]] = []
        self._asked: deque[tuple[int, int, int]] = deque()
        self._outstanding = 0
        self._doubted: set[int] = set()

    # What the reader asks for.

    def __iter__(self) -> Iterator[Item]:
        return iter(self._by_handle.values())

    def __len__(self) -> int:
        return len(self._by_handle)

    def get(self, handle: int) -> Item | None:
        """Return an item by our number of it."""
        return self._by_handle.get(handle)

    def by_stream(self, stream_id: int) -> Item | None:
        """Return the item that has a stream."""
        return self._by_stream.get(stream_id)

    def was_used(self, stream_id: int) -> bool:
        """Whether the ID was given to a stream of this connection."""
        return 1 < stream_id < self._next_id

    def request(self, symbols: Sequence[str], options: Options) -> list[int]:
        """Add items, and return our numbers of them; they are asked for when their turn comes."""
        handles = []
        for symbol in symbols:
            item = Item(self._next_handle, symbol, options, symbol, options.service)
            self._next_handle += 1
            self._by_handle[item.handle] = item
            self._queue(item)
            handles.append(item.handle)
        return handles

    def release(self, handles: Sequence[int]) -> list[Effect]:
        """Forget items, and close their streams."""
        found = [item for handle in handles if (item := self._by_handle.pop(handle, None)) is not None]
        for item in found:
            self._queued.discard(item.handle)
            self._reissues.pop(item.handle, None)
            self._doubted.discard(item.handle)
        return self._close_streams(found)

    def reissue(self, item: Item, *, refresh: bool) -> None:
        """Ask again on the same stream, for a new image or for other options."""
        if item.stream_id is not None and item.options.streaming:
            self._reissues[item.handle] = refresh or self._reissues.get(item.handle, False)

    def changed(self, item: Item, options: Options) -> None:
        """Let an item have other options of the same key; a new view asks for an image that shows it."""
        view = options.view != item.options.view
        item.options = options
        self.reissue(item, refresh=view)

    def pause(self, item: Item) -> list[Effect]:
        """Ask for no more updates of an item for now; where the server cannot, its stream is closed."""
        if item.paused:
            return []
        item.paused = True
        effects: list[Effect] = []
        if item.stream_id is not None:
            if self._features.pause:
                self.reissue(item, refresh=False)
            else:
                effects += self._close_streams([item])
        if item.state is not ItemState.REQUESTED or item.stream_id is None:
            effects += self._enter(item, ItemState.PAUSED)
        self._queued.discard(item.handle)
        return effects

    def resume(self, item: Item, now: Now) -> list[Effect]:
        """Let updates of an item come again, after an image that shows what was missed."""
        if not item.paused:
            return []
        item.paused = False
        if item.stream_id is None:
            self._queue(item)
            return self._enter(item, ItemState.REQUESTED)
        self.reissue(item, refresh=True)
        return self._stale(item, GapReason.SERVER_GAP, now) if item.ever_imaged else []

    # The connection.

    def opened(self, features: Features) -> None:
        """The Login was accepted: everything that has not ended is asked for."""
        self._features = features
        self._open = True
        self._ready.clear()
        self._queued.clear()
        for item in self._by_handle.values():
            if item.state is not ItemState.DONE and not (item.paused and not features.pause):
                item.service_index, item.service = 0, item.options.service
                item.name, item.hops, item.alone = item.symbol, 0, False
                self._queue(item)

    def featured(self, features: Features) -> None:
        """The server said anew what it can."""
        self._features = features

    def closed(self, now: Now) -> list[Effect]:
        """The connection is gone, and every stream with it: all items are stale at once."""
        self._open = False
        self._by_stream.clear()
        self._batches.clear()
        self._ready.clear()
        self._queued.clear()
        self._reissues.clear()
        self._retries.clear()
        self._asked.clear()
        self._doubted.clear()
        self._outstanding = 0
        self._next_id = 2
        effects: list[Effect] = []
        for item in self._by_handle.values():
            item.forget_stream()
            item.failures = 0
            if item.state in _ENDED:
                continue
            if item.ever_imaged:
                effects += self._stale(item, GapReason.DISCONNECT, now)
            else:
                effects += self._enter(item, ItemState.RETRY)
        return effects

    def doubted(self, now: Now) -> list[Effect]:
        """The server doubts all items of the connection."""
        effects: list[Effect] = []
        for item in self._by_handle.values():
            if item.stream_id is not None and item.state is ItemState.LIVE:
                self._doubted.add(item.handle)
                effects += self._stale(item, GapReason.SUSPECT, now)
        return effects

    def trusted(self) -> list[Effect]:
        """The server doubts the connection no more."""
        effects: list[Effect] = []
        doubted, self._doubted = self._doubted, set()
        for handle in sorted(doubted):
            item = self._by_handle[handle]
            if item.state is ItemState.STALE and item.stream_id is not None:
                effects += self._asserted(item)
        return effects

    def holed(self, now: Now) -> list[Effect]:
        """A frame could not be read: what it held is not known, and any item may have been in it."""
        effects: list[Effect] = []
        for item in self._by_handle.values():
            if item.imaged and item.stream_id is not None:
                effects += self._stale(item, GapReason.SERVER_GAP, now)
                if not item.waits_answer:
                    self.reissue(item, refresh=True)
        return effects

    @property
    def ids_spent(self) -> bool:
        """Whether the connection has no IDs left: none is ever used again."""
        return self._next_id > _ID_MAX - 2 * max(self._rules.batch, 1)

    # Time.

    def tick(self, now: Now) -> list[Effect]:
        """Give up requests that were not answered, and take up those whose delay is over."""
        effects: list[Effect] = []
        limit = now.mono_ns - self._rules.answer_s * SECOND_NS
        while self._asked and self._asked[0][0] <= limit:
            asked_ns, handle, stream_id = self._asked.popleft()
            item = self._by_handle.get(handle)
            if item is None or item.stream_id != stream_id or not item.waits_answer or item.asked_ns != asked_ns:
                continue
            effects += self._close_streams([item])
            effects += self._retry(item, now, GapReason.CLOSED_RECOVER, "Timeout", "no answer")
        while self._retries and self._retries[0][0] <= now.mono_ns:
            _, handle = heapq.heappop(self._retries)
            item = self._by_handle.get(handle)
            if item is not None and item.state is ItemState.RETRY and item.stream_id is None:
                self._queue(item)
        return effects + self.pump(now)

    def pump(self, now: Now) -> list[Effect]:
        """Send what may be sent now: reissues first, then requests, most important first."""
        if not self._open:
            return []
        messages: list[Message] = []
        effects: list[Effect] = []
        while self._reissues and self._outstanding < self._rules.window:
            handle = next(iter(self._reissues))
            refresh = self._reissues.pop(handle)
            item = self._by_handle.get(handle)
            if item is None or item.stream_id is None:
                continue
            messages.append(request(item, item.name, item.stream_id, refresh=refresh))
            if refresh:
                self._awaits(item, now)
        while self._ready and self._outstanding < self._rules.window and not self.ids_spent:
            group = self._group()
            if group:
                messages.append(self._opening(group, now, effects))
        limit = self._features.max_msg_size
        return [*(Send(raw) for raw in packed([each for each in messages if each], limit)), *effects]

    def _group(self) -> list[Item]:
        """The next items that may be asked for in one message."""
        group: list[Item] = []
        most = min(self._rules.batch, self._rules.window - self._outstanding)
        while self._ready and len(group) < most:
            handle = self._ready[0][3]
            item = self._by_handle.get(handle)
            if item is None or handle not in self._queued or item.stream_id is not None:
                heapq.heappop(self._ready)
                continue
            if group and not _alike(item, group[0]):
                break
            heapq.heappop(self._ready)
            self._queued.discard(handle)
            group.append(item)
            if not self._features.batch_request or item.alone:
                break
        return group

    def _opening(self, group: list[Item], now: Now, effects: list[Effect]) -> Message:
        """The request of some items; those that find no room in it go back into the queue."""
        stream_id = self._next_id
        count = fitting(group, stream_id, self._features.max_msg_size) if len(group) > 1 else 1
        for item in group[max(count, 1) :]:
            self._queue(item)
        group = group[: max(count, 1)]
        first = group[0]
        if len(group) == 1:
            self._next_id += 1
            message = request(first, first.name, stream_id)
            if fitting(group, stream_id, self._features.max_msg_size) == 0:
                effects += self._enter(
                    first, ItemState.CLOSED, "UsageError", "its request is longer than a message may be"
                )
                return {}
            ids = range(stream_id, stream_id + 1)
        else:
            self._next_id += len(group) + 1
            message = request(first, [item.name for item in group], stream_id)
            ids = range(stream_id + 1, stream_id + 1 + len(group))
            self._batches[stream_id] = ids
        for item, own_id in zip(group, ids, strict=True):
            item.stream_id = own_id
            self._by_stream[own_id] = item
            self._awaits(item, now)
            if item.state is not ItemState.STALE:
                effects += self._enter(item, ItemState.REQUESTED)
        return message

    # Messages.

    def batch_status(self, stream_id: int, message: Message) -> bool:
        """Take the Status on a batch's own ID; ``False``: the ID is not that of a batch."""
        ids = self._batches.pop(stream_id, None)
        if ids is None:
            return False
        if _state(message)[2] in ("UnableToRequestAsBatch", "NoBatchViewSupportInReq"):
            for own_id in ids:
                item = self._by_stream.get(own_id)
                if item is not None and item.waits_answer:
                    self._freed(item)
                    item.alone = True
                    self._queue(item)
        return True

    def unread(self, stream_id: int, text: str) -> list[Effect]:
        """The server could not read a request of ours: what was not open is not opened."""
        ids = self._batches.pop(stream_id, None) or range(stream_id, stream_id + 1)
        effects: list[Effect] = []
        for own_id in ids:
            item = self._by_stream.get(own_id)
            if item is None:
                continue
            effects.append(Fault(item.handle, text))
            if not item.imaged and item.waits_answer:
                self._freed(item)
                effects += self._enter(item, ItemState.CLOSED, "Error", text)
            else:
                self._answered(item)
        return effects or [Fault(None, text)]

    def refresh(self, item: Item, message: Message, now: Now) -> list[Effect]:
        """Lay an image, or a part of it."""
        stream, data, code, text = _state(message)
        if stream in ("ClosedRecover", "Closed", "Redirected"):
            return self.status(item, message, now)
        item.received_ns = now.utc_ns
        self._answered(item)
        qos = message.get("Qos", message.get("QOS"))
        if isinstance(qos, dict):
            item.qos = qos
        if "PermData" in message:
            item.prod_perm = message["PermData"]
        part = item.refresh(message, self._table)
        if part is Part.BAD:
            # The parts so far are void. A restart at 0 may follow by itself; asking for one does no harm.
            effects = self._stale(item, GapReason.BAD_PART, now)
            self.reissue(item, refresh=True)
            return effects
        if part is Part.MORE:
            return [] if item.imaged else self._enter(item, ItemState.IMAGE, code, text)
        first = not item.ever_imaged
        item.imaged = item.ever_imaged = True
        item.asserted = False
        item.hops = item.failures = 0
        effects = []
        if data == "Suspect":
            effects += self._open_gap(item, GapReason.SUSPECT, now)
        else:
            item.jit = False
            effects += self._heal(item, now)
        item.applied_ns = now.utc_ns
        effects.append(Imaged(item.handle, item.symbol, item.seq_number))
        if stream == "NonStreaming":
            self._freed(item)
            return [*effects, *self._enter(item, ItemState.DONE, code, text)]
        good = ItemState.PAUSED if item.paused else ItemState.LIVE
        state = ItemState.STALE if data == "Suspect" else good
        effects += self._enter(item, state, code, text, always=first)
        return effects + self._coded(item, code, now)

    def update(self, item: Item, message: Message, now: Now) -> list[Effect]:
        """Apply what changed."""
        if not item.imaged and item.building is None:
            self._counters.early += 1
            return []
        if item.repeated(message):
            self._counters.repeated += 1
            return []
        item.received_ns = now.utc_ns
        effects: list[Effect] = []
        served = item.imaged
        if item.is_book:
            moved = item.move(message)
            self._counters.book_faults += len(moved.unknown) + moved.faults
            if moved.unknown or moved.faults:
                effects += self._stale(item, GapReason.SERVER_GAP, now)
                self.reissue(item, refresh=True)
            if served and moved.changes:
                effects.append(BookMoved(item.handle, item.symbol, moved.changes))
        else:
            kind = word(message.get("UpdateType"), UPDATE_TYPES, "Unspecified")
            flags = item.flags
            changed = item.update(message, self._table)
            self._counters.replaced_values += item.flags != flags
            said = message.get("ConflationInfo")
            count = whole(said.get("Count")) if isinstance(said, dict) else None
            item.conflated = isinstance(said, dict)
            if served:
                stored = message.get("DoNotCache") is not True
                effects.append(
                    Updated(item.handle, item.symbol, kind, changed, sequence_of(message), count or 0, stored)
                )
        item.applied_ns = now.utc_ns
        return effects

    def status(self, item: Item, message: Message, now: Now) -> list[Effect]:
        """Change the state of an item as the server says."""
        if not isinstance(message.get("State"), dict):
            return []
        stream, data, code, text = _state(message)
        if message.get("ClearCache") is True:
            item.current.fields.clear()
            item.current.book.entries.clear()
        if stream == "Redirected":
            return self._redirected(item, message, now)
        if stream == "ClosedRecover":
            self._freed(item)
            return self._retry(item, now, GapReason.CLOSED_RECOVER, code, text)
        if stream == "Closed":
            self._freed(item)
            return self._ended(item, now, code, text)
        if stream == "NonStreaming":
            self._freed(item)
            return self._enter(item, ItemState.DONE, code, text)
        if data == "Suspect":
            self._answered(item)
            return self._stale(item, GapReason.SUSPECT, now, code, text) + self._coded(item, code, now)
        if data == "Ok" and item.state is ItemState.STALE and item.imaged:
            self._doubted.discard(item.handle)
            return self._asserted(item, code, text) + self._coded(item, code, now)
        return self._coded(item, code, now)

    # Steps.

    def _asserted(self, item: Item, code: str = "", text: str = "") -> list[Effect]:
        """The server says that the image holds again: a price may be used, a book waits for a new image."""
        self.reissue(item, refresh=True)
        if item.is_book:
            return []
        item.asserted = True
        return self._enter(item, ItemState.PAUSED if item.paused else ItemState.LIVE, code, text)

    def _coded(self, item: Item, code: str, now: Now) -> list[Effect]:
        """What a code adds to the state."""
        if code == "JitConflationStarted":
            item.jit = True
            return self._open_gap(item, GapReason.JIT, now)
        if code == "RealtimeResumed":
            item.jit = False
            return self._heal(item, now, GapReason.JIT)
        if code == "GapDetected":
            return self._open_gap(item, GapReason.SERVER_GAP, now)
        if code == "GapFill":
            return self._heal(item, now, GapReason.SERVER_GAP)
        return []

    def _redirected(self, item: Item, message: Message, now: Now) -> list[Effect]:
        self._freed(item)
        item.hops += 1
        key = message.get("Key")
        name = key.get("Name") if isinstance(key, dict) else None
        if not isinstance(name, str) or item.hops > self._rules.hops:
            return self._enter(item, ItemState.CLOSED, "Redirected", f"redirected {item.hops} times, and no further")
        item.name = name
        service = key.get("Service") if isinstance(key, dict) else None
        if isinstance(service, str | int) and not isinstance(service, bool):
            item.service = service
        self._queue(item)
        if item.ever_imaged:
            return self._stale(item, GapReason.CLOSED_RECOVER, now, "Redirected", f"redirected to {name}")
        return self._enter(item, ItemState.REQUESTED, "Redirected", f"redirected to {name}")

    def _ended(self, item: Item, now: Now, code: str, text: str) -> list[Effect]:
        """Closed on this service; another may have it."""
        effects = self._open_gap(item, GapReason.CLOSED_RECOVER, now) if item.ever_imaged else []
        if item.service_index < len(item.options.other_services):
            item.service = item.options.other_services[item.service_index]
            item.service_index += 1
            self._queue(item)
            return effects + self._enter(item, ItemState.REQUESTED, code, text)
        return effects + self._enter(item, ItemState.CLOSED, code, text)

    def _retry(self, item: Item, now: Now, reason: GapReason, code: str, text: str) -> list[Effect]:
        """Ask again after a delay that doubles, with chance in it so that not all come at once."""
        effects = self._open_gap(item, reason, now) if item.ever_imaged else []
        longest = min(self._rules.retry_most_s, self._rules.retry_first_s * 2 ** min(item.failures, 16))
        item.failures += 1
        delay_ns = int(longest * (0.5 + self._random.random() / 2) * SECOND_NS)
        heapq.heappush(self._retries, (now.mono_ns + delay_ns, item.handle))
        return effects + self._enter(item, ItemState.RETRY, code, text)

    def _stale(self, item: Item, reason: GapReason, now: Now, code: str = "", text: str = "") -> list[Effect]:
        item.asserted = False
        return self._open_gap(item, reason, now) + self._enter(item, ItemState.STALE, code, text)

    def _open_gap(self, item: Item, reason: GapReason, now: Now) -> list[Effect]:
        gap = item.opened(reason, now.utc_ns)
        if gap is None:
            return []
        self._counters.gaps_opened[reason] += 1
        return [GapOpened(item.handle, gap)]

    def _heal(self, item: Item, now: Now, reason: GapReason | None = None) -> list[Effect]:
        gaps = item.healed(now.utc_ns, reason)
        for gap in gaps:
            self._counters.gaps_healed[gap.reason] += 1
        return [GapClosed(item.handle, gap) for gap in gaps]

    def _enter(
        self, item: Item, state: ItemState, code: str = "", text: str = "", *, always: bool = False
    ) -> list[Effect]:
        if item.state is state and not code and not always:
            return []
        item.state = state
        return [ItemChanged(item.handle, item.symbol, state, "" if code == "None" else code, text)]

    def _queue(self, item: Item) -> None:
        """Let an item be asked for when its turn comes."""
        weight, count = item.options.priority or (1, 1)
        self._ticket += 1
        self._queued.add(item.handle)
        heapq.heappush(self._ready, (-weight, -count, self._ticket, item.handle))

    def _awaits(self, item: Item, now: Now) -> None:
        if not item.waits_answer:
            self._outstanding += 1
            item.waits_answer = True
        item.asked_ns = now.mono_ns
        if item.stream_id is not None:
            self._asked.append((now.mono_ns, item.handle, item.stream_id))

    def _answered(self, item: Item) -> None:
        if item.waits_answer:
            item.waits_answer = False
            self._outstanding -= 1

    def _freed(self, item: Item) -> None:
        """Let go of a stream; its ID is never used again."""
        self._answered(item)
        if item.stream_id is not None:
            self._by_stream.pop(item.stream_id, None)
        self._reissues.pop(item.handle, None)
        item.forget_stream()

    def _close_streams(self, items: Sequence[Item]) -> list[Effect]:
        by_domain: dict[str, list[int]] = {}
        for item in items:
            if item.stream_id is not None:
                by_domain.setdefault(item.options.domain, []).append(item.stream_id)
            self._freed(item)
        messages: list[Message] = []
        for domain, ids in by_domain.items():
            if self._features.batch_close and len(ids) > 1:
                # An ID has ten digits and a comma at most.
                most = max((self._features.max_msg_size - 100) // 11, 1)
                messages += [close(ids[start : start + most], domain) for start in range(0, len(ids), most)]
            else:
                messages += [close(stream_id, domain) for stream_id in ids]
        return [Send(raw) for raw in packed(messages, self._features.max_msg_size)] if self._open else []


def _alike(item: Item, other: Item) -> bool:
    """Whether two items may stand in one request."""
    return (
        item.options == other.options
        and item.service == other.service
        and item.paused == other.paused
        and not item.alone
    )


def _state(message: Message) -> tuple[str, str, str, str]:
    """Stream, Data, Code and Text of a State."""
    state: Any = message.get("State")
    said: Mapping[str, Any] = state if isinstance(state, dict) else {}
    text = said.get("Text")
    return (
        word(said.get("Stream"), STREAM_STATES, "Open"),
        word(said.get("Data"), DATA_STATES, "Ok"),
        word(said.get("Code"), CODES, ""),
        text if isinstance(text, str) else "",
    )
