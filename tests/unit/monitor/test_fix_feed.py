"""FIX sessions as the page shows them: how they stand, what passed, what happened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.engine import LogOptions, Session
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.monitor import FixFeed, Hub, page_hub
from pyfixmsg_plus.telemetry import Event
from tests.unit.engine.pair import Pair, Recorder, order, pair, play, until
from tests.wire import wire

OURS = "FIX.4.4:US->VENUE"


class Desk(Recorder):
    """Logs on with a password."""

    def to_admin(self, message: Message, session: Session) -> None:
        if message.msg_type == "A":
            message["Password"] = "opensesame"


class Shown:
    """A hub, its feed, and two sides of a session on it."""

    def __init__(self, keep: int = 500) -> None:
        self.hub = page_hub("one")
        self.feed = FixFeed(
            self.hub, ManualClock(), keep=keep, vendors={OURS: "BLOOMBERG"}, simulated=lambda name: name == OURS
        )

    @asynccontextmanager
    async def sides(self) -> AsyncIterator[Pair]:
        options = {"log_options": LogOptions(also=self.feed.log)}
        async with pair(Recorder(), Desk(), options=options, log_on=False) as both:
            self.feed.watch(both.initiator)
            self.feed.watch(both.acceptor)
            await until(lambda: both.ours.is_logged_on and both.theirs.is_logged_on)
            self.feed.refresh()
            yield both

    def session(self) -> Any:
        return self.hub.get(("sessions", OURS))

    def messages(self) -> list[Any]:
        return [one for one in self.hub.state()["messages"].values() if one["sessionId"] == OURS]

    def events(self) -> list[str]:
        return [one["name"] for one in self.hub.state()["fix_events"].values() if one["sessionId"] == OURS]


def test_a_session_is_shown_as_it_stands() -> None:
    async def scene() -> None:
        shown = Shown()
        async with shown.sides() as both:
            told = shown.session()
            assert (told["state"], told["loggedOn"], told["connected"]) == ("logged_on", True, True)
            assert (told["nextIn"], told["nextOut"]) == (both.ours.next_in, both.ours.next_out)
            assert (told["role"], told["vendor"], told["simulated"]) == ("initiator", "BLOOMBERG", True)
            assert told["gapFrom"] is None

    play(scene())


def test_a_session_whose_peer_is_gone_is_shown_as_lost() -> None:
    async def scene() -> None:
        shown = Shown()
        async with shown.sides() as both:
            await both.acceptor.stop(0.0)
            await until(lambda: not both.ours.is_logged_on and "disconnected" in shown.events())
            shown.feed.refresh()
            told = shown.session()
            assert (told["loggedOn"], told["connected"]) == (False, False)
            assert told["disconnectedAt"] is not None
            assert told["errors"] >= 1

    play(scene())


def test_messages_of_both_ways_are_shown_without_secrets_and_can_be_explained() -> None:
    async def scene() -> None:
        shown = Shown()
        async with shown.sides() as both:
            both.ours.send(order("A1"))
            await until(lambda: len(both.acceptor.application.messages) == 1)  # type: ignore[attr-defined] # a Recorder
            ways = [(one["direction"], one["msgType"], one["admin"]) for one in shown.messages()]
            assert ways == [("out", "A", True), ("in", "A", True), ("out", "D", False)]
            assert "opensesame" not in repr(shown.hub.state())
            told = shown.feed.decoded(OURS, "out", 2)
            assert told is not None
            assert told.name == "NewOrderSingle"
            assert any(field.name == "Side" and field.meaning == "Buy" for field in told.fields)
            logon = shown.feed.decoded(OURS, "out", 1)
            assert "opensesame" not in repr(logon)

    play(scene())


def test_a_gap_and_the_resend_that_fills_it_are_told() -> None:
    async def scene() -> None:
        shown = Shown()
        async with shown.sides() as both:
            both.theirs.disconnect()
            await until(lambda: both.theirs.peer is None)
            both.theirs.set_next(next_out=both.theirs.next_out + 3)
            await until(lambda: "gap_closed" in shown.events())
            assert [name for name in shown.events() if "gap" in name or "resend" in name][:2] == [
                "gap_opened",
                "resend_requested",
            ]
            assert shown.session()["resends"] == 1
            assert any(one["msgType"] == "2" and one["direction"] == "out" for one in shown.messages())

    play(scene())


def test_what_is_not_kept_any_more_cannot_be_explained() -> None:
    feed = Shown(keep=1).feed
    for number in (1, 2):
        feed.passed(OURS, "in", wire(f"8=FIX.4.4|35=0|34={number}|"), 0)
    assert feed.decoded(OURS, "in", 1) is None
    assert feed.decoded(OURS, "in", 2) is not None


@pytest.mark.parametrize("number", ["x", "", "9" * 40, "\u0663"])
def test_a_number_that_is_none_is_shown_as_unknown(number: str) -> None:
    shown = Shown()
    raw = f"8=FIX.4.4\x019=5\x0135=0\x0134={number}\x0110=000\x01".encode()
    shown.feed.passed(OURS, "in", raw, 0)
    assert [one["seq"] for one in shown.messages()] == [None]


@pytest.mark.parametrize(
    ("name", "resends", "rejects"),
    [("resend_served", 1, 0), ("reject_received", 0, 1), ("business_reject_received", 0, 1), ("round_trip", 0, 0)],
)
def test_what_happens_is_counted_and_heartbeats_are_not_told(name: str, resends: int, rejects: int) -> None:
    async def scene() -> None:
        shown = Shown()
        async with shown.sides() as both:
            both.initiator.events.publish(Event(name, OURS, 0, {"text": None, "seq": 3, "why": object()}))
            shown.feed.refresh()
            assert (shown.session()["resends"], shown.session()["rejects"]) == (resends, rejects)
            assert (name in shown.events()) == (name != "round_trip")

    play(scene())


def test_what_happens_to_no_session_is_not_shown() -> None:
    async def scene() -> None:
        shown = Shown()
        async with shown.sides() as both:
            both.initiator.events.publish(Event("listening", "somewhere", 0))
            assert "somewhere" not in repr(shown.hub.state()["fix_events"])

    play(scene())


def test_an_engine_that_is_watched_no_more_tells_nothing() -> None:
    async def scene() -> None:
        hub: Hub = page_hub("one")
        feed = FixFeed(hub, ManualClock())
        async with pair(Recorder(), Recorder()) as both:
            feed.watch(both.initiator)()
            both.initiator.events.publish(Event("warning", OURS, 0))
            feed.refresh()
            assert hub.state()["fix_events"] == {}
            assert hub.state()["sessions"] == {}

    play(scene())


def test_a_tap_has_nothing_to_keep_or_to_write() -> None:
    async def scene() -> None:
        shown = Shown()
        async with shown.sides() as both:
            log = shown.feed.log(both.ours.settings, both.ours.session_id)
            log.backup()
            log.flush()
            log.close()
            log.event("told by the engine", 0)
            assert "told by the engine" not in repr(shown.hub.state())

    play(scene())
