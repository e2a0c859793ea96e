"""Gaps: where data is missing, who healed it, and that nothing is lost in silence.

The ledger is append-only: each step in the life of a gap is a row. A gap is announced before the first record after the
hole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from pyfixmsg_plus.market_data.calendar import Session
from pyfixmsg_plus.market_data.records import (
    U8_UNDEFINED,
    U32_UNDEFINED,
    U64_UNDEFINED,
    Action,
    Flag,
    Record,
    RecordType,
    Side,
)

__all__ = ["ChannelBalance", "Gap", "GapLedger", "GapState", "Healer", "Missing", "missing_intervals"]


class GapState(StrEnum):
    """How a gap stands."""

    OPEN = "OPEN"
    HEALED = "HEALED"
    LOST = "LOST"


class Healer(StrEnum):
    """What brought the missing data."""

    OTHER_LINE = "OTHER_LINE"
    RETRANSMISSION = "RETRANSMISSION"
    SNAPSHOT = "SNAPSHOT"
    REPLAY = "REPLAY"


_STATE_ACTION = {GapState.OPEN: Action.ADD, GapState.HEALED: Action.MODIFY, GapState.LOST: Action.CANCEL}
_HEALERS = tuple(Healer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One row of the ledger.

    Attributes:
        gap_id: Ours, from 1.
        source: Of the data.
        channel: Within the source.
        instrument: Which is missing data; ``None``: all of the channel.
        first: First missing sequence; ``None`` where nothing is numbered, such as after a lost connection.
        last: Last missing sequence.
        from_ns: Time of the last datum before the hole.
        to_ns: Time of the first one after it; ``None`` while there is none.
        reason: In a word, such as ``SEQUENCE`` or ``DISCONNECTED``.
        state: How it stands.
        healer: What healed it.
        at_ns: When this row was written.
    """

    gap_id: int
    source: str
    channel: int = 0
    instrument: str | None = None
    first: int | None = None
    last: int | None = None
    from_ns: int
    to_ns: int | None = None
    reason: str
    state: GapState = GapState.OPEN
    healer: Healer | None = None
    at_ns: int

    @property
    def count(self) -> int:
        """How many messages are missing; 0 where nothing is numbered."""
        return 0 if self.first is None or self.last is None else self.last - self.first + 1

    def record(self, instrument_id: int = U32_UNDEFINED, publisher_id: int = 0) -> Record:
        """Return the control record: ``sequence`` and ``size`` are the first and the last missing sequence.

        Further: ``order_id`` is the gap's, ``ts_event`` and ``ts_recv`` its times, ``action`` A for open, M for healed
        and C for lost, ``depth`` the healer.
        """
        return Record(
            ts_event=self.from_ns,
            ts_recv=U64_UNDEFINED if self.to_ns is None else self.to_ns,
            order_id=self.gap_id,
            size=U64_UNDEFINED if self.last is None else self.last,
            sequence=U64_UNDEFINED if self.first is None else self.first,
            instrument_id=instrument_id,
            publisher_id=publisher_id,
            rtype=RecordType.GAP,
            action=_STATE_ACTION[self.state],
            side=Side.NONE,
            flags=Flag.LAST,
            channel_id=min(self.channel, U8_UNDEFINED),
            depth=U8_UNDEFINED if self.healer is None else _HEALERS.index(self.healer),
        )


@dataclass(slots=True)
class ChannelBalance:
    """What became of the messages of one channel: next wanted - first = delivered + healed + open + lost."""

    first: int
    next_wanted: int
    delivered: int = 0
    healed: int = 0
    open: int = 0
    lost: int = 0
    duplicates: int = 0

    @property
    def balanced(self) -> bool:
        """Every message is accounted for."""
        return self.next_wanted - self.first == self.delivered + self.healed + self.open + self.lost


@dataclass(frozen=True, slots=True)
class Missing:
    """A time without data.

    Attributes:
        from_ns: First nanosecond of it.
        to_ns: First one after it.
        gap_id: The gap that says so.
        reason: Why.
    """

    from_ns: int
    to_ns: int
    gap_id: int | None
    reason: str


class GapLedger:
    """All gaps, from the first to the last row.

    Args:
        told: Called with each row as it is written, such as to announce it in the stream or to store it.
        rows: How many rows are kept in memory; closed gaps go first.
    """

    def __init__(self, told: Callable[[Gap], None] = lambda _: None, rows: int = 100_000) -> None:
        self._told = told
        self._limit = rows
        self._rows: list[Gap] = []
        self._now: dict[int, Gap] = {}
        self._balances: dict[tuple[str, int], ChannelBalance] = {}
        self._next_id = 1

    def __iter__(self) -> Iterator[Gap]:
        """The rows that are kept, oldest first."""
        return iter(list(self._rows))

    def message(self, source: str, channel: int, sequence: int, at_ns: int, previous_ns: int) -> Gap | None:
        """Take in the number of a message; a hole before it opens a gap, a number from an open gap heals that one.

        Args:
            source: Of the message.
            channel: Of the message.
            sequence: Its number.
            at_ns: Its time.
            previous_ns: Time of the message before it.
        """
        balance = self._balances.get((source, channel))
        if balance is None:
            balance = self._balances[source, channel] = ChannelBalance(sequence, sequence)
        if sequence < balance.next_wanted:
            self._late(source, channel, sequence, at_ns, balance)
            return None
        gap = None
        if sequence > balance.next_wanted:
            balance.open += sequence - balance.next_wanted
            gap = self.open(
                source, channel=channel, first=balance.next_wanted, last=sequence - 1, from_ns=previous_ns, to_ns=at_ns,
                reason="SEQUENCE", at_ns=at_ns,
            )  # fmt: skip
        balance.delivered += 1
        balance.next_wanted = sequence + 1
        return gap

    def balance(self, source: str, channel: int = 0) -> ChannelBalance | None:
        """Return what became of the messages of a channel."""
        return self._balances.get((source, channel))

    def open(
        self,
        source: str,
        *,
        from_ns: int,
        at_ns: int,
        reason: str,
        channel: int = 0,
        instrument: str | None = None,
        first: int | None = None,
        last: int | None = None,
        to_ns: int | None = None,
    ) -> Gap:
        """Write that data is missing."""
        gap = Gap(
            gap_id=self._next_id, source=source, channel=channel, instrument=instrument, first=first, last=last,
            from_ns=from_ns, to_ns=to_ns, reason=reason, at_ns=at_ns,
        )  # fmt: skip
        self._next_id += 1
        self._write(gap)
        return gap

    def heal(self, gap_id: int, healer: Healer, at_ns: int, to_ns: int | None = None) -> Gap:
        """Write that what was missing has come.

        Raises:
            ValueError: The gap is not open.
        """
        return self._close(gap_id, GapState.HEALED, healer, at_ns, to_ns)

    def lose(self, gap_id: int, at_ns: int, to_ns: int | None = None) -> Gap:
        """Write that it will never come.

        Raises:
            ValueError: The gap is not open.
        """
        return self._close(gap_id, GapState.LOST, None, at_ns, to_ns)

    def open_gaps(self, source: str | None = None, instrument: str | None = None) -> list[Gap]:
        """Return the open gaps, of a source, and of those that touch an instrument."""
        return [
            gap
            for gap in self._now.values()
            if gap.state is GapState.OPEN
            and source in (None, gap.source)
            and (instrument is None or gap.instrument in (None, instrument))
        ]

    def missing(
        self, from_ns: int, to_ns: int, sessions: Iterable[Session] | None = None, source: str | None = None
    ) -> list[Missing]:
        """Return what is missing between two times: open and lost gaps, cut to the hours of trading.

        Args:
            from_ns: First nanosecond asked about.
            to_ns: First one after.
            sessions: When data was to be expected; ``None``: all the time.
            source: Of the data; ``None``: any.
        """
        hours = [Session(from_ns, to_ns)] if sessions is None else list(sessions)
        found = []
        for gap in self._now.values():
            if gap.state is GapState.HEALED or source not in (None, gap.source):
                continue
            end_ns = to_ns if gap.to_ns is None else gap.to_ns
            for hour in hours:
                begin, end = max(gap.from_ns, hour.open_ns, from_ns), min(end_ns, hour.close_ns, to_ns)
                if begin < end:
                    found.append(Missing(begin, end, gap.gap_id, gap.reason))
        return sorted(found, key=lambda missing: (missing.from_ns, missing.to_ns))

    def _late(self, source: str, channel: int, sequence: int, at_ns: int, balance: ChannelBalance) -> None:
        for gap in self.open_gaps(source):
            if gap.channel == channel and gap.first is not None and gap.first <= sequence <= (gap.last or 0):
                self._split(gap, sequence, at_ns, balance)
                return
        balance.duplicates += 1

    def _split(self, gap: Gap, sequence: int, at_ns: int, balance: ChannelBalance) -> None:
        # One number came late: it heals its own part, and what is still missing stays open.
        first, last = gap.first or 0, gap.last or 0
        balance.open -= 1
        balance.healed += 1
        self._write(
            replace(
                gap, first=sequence, last=sequence, state=GapState.HEALED, healer=Healer.RETRANSMISSION, at_ns=at_ns
            )
        )
        for begin, end in ((first, sequence - 1), (sequence + 1, last)):
            if begin <= end:
                self.open(
                    gap.source, channel=gap.channel, instrument=gap.instrument, first=begin, last=end,
                    from_ns=gap.from_ns, to_ns=gap.to_ns, reason=gap.reason, at_ns=at_ns,
                )  # fmt: skip

    def _close(self, gap_id: int, state: GapState, healer: Healer | None, at_ns: int, to_ns: int | None) -> Gap:
        gap = self._now.get(gap_id)
        if gap is None or gap.state is not GapState.OPEN:
            raise ValueError(f"there is no open gap {gap_id}")
        balance = self._balances.get((gap.source, gap.channel))
        if balance is not None:
            balance.open -= gap.count
            if state is GapState.HEALED:
                balance.healed += gap.count
            else:
                balance.lost += gap.count
        closed = replace(gap, state=state, healer=healer, at_ns=at_ns, to_ns=gap.to_ns if to_ns is None else to_ns)
        self._write(closed)
        return closed

    def _write(self, gap: Gap) -> None:
        self._rows.append(gap)
        self._now[gap.gap_id] = gap
        if len(self._rows) > self._limit:
            # Rows of open gaps stay: what they say is still true.
            half = self._limit // 2
            old, kept = self._rows[:-half], self._rows[-half:]
            self._rows = [row for row in old if self._now[row.gap_id].state is GapState.OPEN] + kept
            known = {row.gap_id for row in self._rows}
            self._now = {gap_id: row for gap_id, row in self._now.items() if gap_id in known}
        self._told(gap)


def missing_intervals(coverage: Iterable[Session], sessions: Iterable[Session]) -> list[Session]:
    """Return the parts of the hours of trading that stored data does not cover.

    Args:
        coverage: What is stored, in any order.
        sessions: When data was to be expected, in order.
    """
    stored = sorted(coverage)
    found = []
    for session in sessions:
        at_ns = session.open_ns
        for begin, end in stored:
            if end <= at_ns:
                continue
            if begin >= session.close_ns:
                break
            if begin > at_ns:
                found.append(Session(at_ns, begin))
            at_ns = max(at_ns, end)
        if at_ns < session.close_ns:
            found.append(Session(at_ns, session.close_ns))
    return found
