"""Two lines, one published."""

from random import Random
from typing import Any

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.feeds.refinitiv.consumer import Consumer, ConsumerSettings
from pyfixmsg_plus.feeds.refinitiv.events import (
    Effect,
    GapClosed,
    GapOpened,
    GapReason,
    Imaged,
    ItemChanged,
    ItemState,
    Updated,
)
from pyfixmsg_plus.feeds.refinitiv.item import Options
from pyfixmsg_plus.feeds.refinitiv.standby import PROOFS, Standby
from pyfixmsg_plus.feeds.refinitiv.wire import frame
from tests.unit.feeds.refinitiv.talk import LOGIN_OK, NOW_NS, fields, of, refresh, status, update


class Pair:
    """Two consumers with one item each, and what is published of them."""

    def __init__(self, *, first_arrival: bool = False) -> None:
        self.clock = ManualClock(NOW_NS, 0)
        self.lines = [Consumer(ConsumerSettings(), Random(side)) for side in (0, 1)]
        self.standby = Standby(self.lines, self.clock, first_arrival=first_arrival)
        for side in (0, 1):
            self.login(side)
            (self.handle,), _ = self.lines[side].request(["PFX.L"], Options(), self.clock.now())

    def login(self, side: int) -> None:
        self.lines[side].connected(self.clock.now())
        self.hear(side, LOGIN_OK)

    def published(self, side: int, effects: list[Effect]) -> list[Effect]:
        return [each for effect in effects for each in self.standby.heard(side, effect)]

    def hear(self, side: int, *messages: dict[str, Any]) -> list[Effect]:
        said: list[Effect] = []
        for message in messages:
            for step in self.lines[side].steps(frame(message), self.clock.now()):
                said += self.published(side, step)
        return said

    def cut(self, side: int) -> list[Effect]:
        return self.published(side, self.lines[side].disconnected(self.clock.now()))

    def both_live(self, seq: int = 16) -> None:
        for side in (0, 1):
            self.hear(side, refresh(2, seq=seq, **fields(BID=1)))


def test_one_line_is_published_and_the_other_is_silent() -> None:
    pair = Pair()
    pair.both_live()
    assert of(pair.hear(0, update(2, seq=32, **fields(BID=2))), Updated)
    assert pair.hear(1, update(2, seq=32, **fields(BID=2))) == []


def test_the_other_line_takes_over_at_once_and_without_a_gap_where_it_is_not_behind() -> None:
    pair = Pair()
    pair.both_live()
    effects = pair.cut(0)
    assert [type(effect) for effect in effects] == [Imaged, ItemChanged]
    item = pair.standby.item(pair.handle)
    assert item is not None
    assert item.state is ItemState.LIVE
    assert pair.standby.confirmed_ns(item) == NOW_NS
    assert of(pair.hear(1, update(2, seq=32, **fields(BID=2))), Updated)


def test_a_line_that_is_behind_leaves_a_gap_until_it_has_caught_up() -> None:
    pair = Pair()
    pair.both_live()
    pair.hear(0, update(2, seq=64, **fields(BID=2)))
    (opened,) = of(pair.cut(0), GapOpened)
    assert (opened.gap.reason, opened.gap.from_seq_number) == (GapReason.FAILOVER, 64)
    assert not of(pair.hear(1, update(2, seq=32, **fields(BID=3))), GapClosed)
    effects = pair.hear(1, update(2, seq=64, **fields(BID=2)))
    assert [type(effect) for effect in effects] == [GapClosed, Updated]


def test_an_image_of_the_line_that_was_behind_closes_the_gap() -> None:
    pair = Pair()
    pair.both_live()
    pair.hear(0, update(2, seq=64, **fields(BID=2)))
    pair.cut(0)
    assert of(pair.hear(1, refresh(2, seq=48, **fields(BID=3))), GapClosed)


def test_where_neither_line_lives_the_gap_is_told_and_the_first_to_return_heals_it() -> None:
    pair = Pair()
    pair.both_live()
    pair.cut(1)
    assert [effect.gap.reason for effect in of(pair.cut(0), GapOpened)] == [GapReason.DISCONNECT]
    pair.login(1)
    effects = pair.hear(1, refresh(2, seq=80, **fields(BID=4)))
    assert [type(effect) for effect in effects if type(effect) in (GapClosed, Imaged)] == [GapClosed, Imaged]
    assert pair.standby.side(pair.handle) == 1
    pair.login(0)
    assert not of(pair.hear(0, refresh(2, seq=80, **fields(BID=4))), Imaged)


def test_an_item_that_is_closed_on_one_line_goes_on_from_the_other() -> None:
    pair = Pair()
    pair.both_live()
    pair.hear(0, status(2, "Closed/Suspect", "NotEntitled"))
    assert pair.standby.side(pair.handle) == 1


def test_the_first_arrival_counts_only_once_both_lines_were_seen_to_agree() -> None:
    pair = Pair(first_arrival=True)
    pair.both_live()
    number = 16
    for step in range(PROOFS):
        number += 16
        pair.hear(0, update(2, seq=number, **fields(BID=step)))
        assert not of(pair.hear(1, update(2, seq=number, **fields(BID=step))), Updated)
    number += 16
    assert of(pair.hear(1, update(2, seq=number, **fields(BID=9))), Updated)
    assert not of(pair.hear(0, update(2, seq=number, **fields(BID=9))), Updated)
    assert pair.standby.arrivals == {1: 1}


def test_one_disagreement_ends_the_first_arrival() -> None:
    pair = Pair(first_arrival=True)
    pair.both_live()
    pair.hear(0, update(2, seq=32, **fields(BID=5)))
    pair.hear(1, update(2, seq=32, **fields(BID=6)))
    assert pair.standby.disagreements == 1
    pair.standby.proofs = PROOFS
    assert not of(pair.hear(1, update(2, seq=48, **fields(BID=5))), Updated)


def test_what_is_forgotten_is_published_by_the_first_line_again() -> None:
    pair = Pair()
    pair.both_live()
    pair.cut(0)
    pair.standby.forget([pair.handle])
    assert pair.standby.side(pair.handle) == 0


def test_a_burst_that_is_conflated_is_told_and_the_line_stays() -> None:
    pair = Pair()
    pair.both_live()
    assert of(pair.hear(0, status(2, "Open/NoChange", "JitConflationStarted")), GapOpened)
    assert of(pair.hear(0, status(2, "Open/NoChange", "RealtimeResumed")), GapClosed)
    assert pair.hear(1, status(2, "Open/NoChange", "JitConflationStarted")) == []
    assert pair.standby.side(pair.handle) == 0
