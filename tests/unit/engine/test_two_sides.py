"""Our initiator and our acceptor, over TCP: what one sends the other is told, once and in order."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.engine import Application, Session
from pyfixmsg_plus.errors import DoNotSend, LocalProtocolError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.message_types import TypedMessage, fix44
from pyfixmsg_plus.testing.counterparties import EchoApplication, ExecutorApplication
from tests.unit.engine.pair import Recorder, order, pair, play, until

VERSIONS = ["FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIXT.1.1"]


@pytest.mark.parametrize("version", VERSIONS)
def test_orders_are_filled_in_every_version(version: str) -> None:
    async def scene() -> list[Message]:
        desk = Recorder()
        async with pair(ExecutorApplication(), desk, version=version) as both:
            assert both.ours.send(order(version=version)) == 2
            await until(lambda: len(desk.messages) == 2)
        return desk.messages

    messages = play(scene())
    assert [(message.msg_type, message[39]) for message in messages] == [("8", "0"), ("8", "2")]


def test_callbacks_come_in_the_order_of_a_session_s_life() -> None:
    async def scene() -> list[str]:
        desk = Recorder()
        async with pair(Recorder(), desk):
            pass
        return desk.calls

    assert play(scene()) == ["on_create", "on_logon", "on_logout"]


def test_a_burst_arrives_whole_and_in_order() -> None:
    async def scene() -> list[str]:
        venue = Recorder()
        async with pair(venue, Recorder()) as both:
            for number in range(2_000):
                both.ours.send(order(f"A{number}"))
            await until(lambda: len(venue.messages) == 2_000)
        return venue.ids

    assert play(scene()) == [f"A{number}" for number in range(2_000)]


def stores(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        "memory": {"store": "memory:"},
        "journal": {"file_store_path": folder},
        "journal, fsync first": {"file_store_path": folder, "store_sync": "always"},
        "sqlite": {"store": f"sqlite:{folder / 'store.db'}"},
    }


@pytest.mark.parametrize("kind", list(stores(Path())))
def test_what_was_sent_while_the_peer_was_away_is_sent_again_in_order(kind: str, tmp_path: Path) -> None:
    async def scene() -> list[tuple[str, str | None]]:
        desk = Recorder()
        store = stores(tmp_path)[kind]
        async with pair(Recorder(), desk, acceptor=store) as both:
            both.theirs.send(order("B1"))
            await until(lambda: len(desk.messages) == 1)
            both.ours.disconnect()
            await until(lambda: both.theirs.state == "closed")
            for number in range(2, 5):
                both.theirs.send(order(f"B{number}"))
            await until(lambda: len(desk.messages) == 4)
            both.theirs.send(order("B5"))
            await until(lambda: len(desk.messages) == 5)
            assert both.theirs.metrics.resend_messages == 3
            assert (both.ours.gap, both.ours.metrics.gaps, both.ours.metrics.gap) == (None, 1, 0)
        return [(message[11], message.get(43)) for message in desk.messages]

    assert play(scene()) == [("B1", None), ("B2", "Y"), ("B3", "Y"), ("B4", "Y"), ("B5", None)]


@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_numbers_and_messages_outlive_the_engine(kind: str, tmp_path: Path) -> None:
    async def scene() -> tuple[list[str], list[str]]:
        store = stores(tmp_path / "venue")[kind]
        (tmp_path / "venue").mkdir()
        (tmp_path / "desk").mkdir()
        ours = stores(tmp_path / "desk")[kind]
        before, after = Recorder(), Recorder()
        async with pair(Recorder(), before, acceptor=store, initiator=ours) as both:
            both.theirs.send(order("B1"))
            await until(lambda: before.ids == ["B1"])
        async with pair(Recorder(), after, acceptor=store, initiator=ours, log_on=False) as both:
            assert both.theirs.next_out == 4
            both.theirs.send(order("B2"))
            await until(lambda: after.ids == ["B2"])
        return before.ids, after.ids

    assert play(scene()) == (["B1"], ["B2"])


def test_the_application_may_decline_to_send_a_message_again() -> None:
    class Venue(Recorder):
        def to_app(self, message: Message, session: Session) -> None:
            if message.get(43) == "Y" and message[11] == "B2":
                raise DoNotSend

    async def scene() -> list[str]:
        desk = Recorder()
        async with pair(Venue(), desk) as both:
            both.ours.disconnect()
            await until(lambda: both.theirs.state == "closed")
            for number in range(1, 4):
                both.theirs.send(order(f"B{number}"))
            await until(lambda: "B3" in desk.ids)
            assert both.ours.next_in == both.theirs.next_out
        return desk.ids

    assert play(scene()) == ["B1", "B3"]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_application_may_decline_to_send_a_message_and_may_change_one(asynchronous: bool) -> None:
    class Desk(Recorder):
        def to_app(self, message: Message, session: Session) -> None:
            if message[11] == "A1":
                raise DoNotSend
            message[58] = "changed"

    class SlowDesk(Desk):
        async def to_app(self, message: Message, session: Session) -> None:  # type: ignore[override] # either may be
            await asyncio.sleep(0)
            super().to_app(message, session)

    async def scene() -> list[tuple[str, str | None]]:
        venue = Recorder()
        async with pair(venue, SlowDesk() if asynchronous else Desk()) as both:
            sent = [await both.ours.send_async(order(f"A{number}")) for number in (1, 2)]
            assert sent == [0, 2]
            await until(lambda: venue.messages)
        return [(message[11], message.get(58)) for message in venue.messages]

    assert play(scene()) == [("A2", "changed")]


def test_an_async_to_app_needs_an_async_send() -> None:
    class Desk(Recorder):
        async def to_app(self, message: Message, session: Session) -> None:
            raise AssertionError("it is not run")

    async def scene() -> None:
        async with pair(Recorder(), Desk()) as both:
            with pytest.raises(LocalProtocolError, match="use send_async"):
                both.ours.send(order())

    play(scene())


def test_messages_may_be_sent_from_another_thread() -> None:
    async def scene() -> tuple[list[str], int]:
        venue = Recorder()
        async with pair(venue, Recorder()) as both:
            session = both.ours

            def work() -> int:
                with pytest.raises(LocalProtocolError, match="use send_threadsafe"):
                    session.send(order())
                with pytest.raises(LocalProtocolError):
                    session.send_threadsafe(Message({8: "FIX.4.4", 35: "0"})).result(10)
                return session.send_threadsafe(order("T1")).result(10)

            seq = await asyncio.to_thread(work)
            await until(lambda: venue.messages)
        return venue.ids, seq

    assert play(scene()) == (["T1"], 2)


@pytest.mark.parametrize("message", [Message({8: "FIX.4.4", 35: "0"}), Message({8: "FIX.4.4", 11: "A1"})])
def test_what_is_no_message_of_the_application_is_not_sent(message: Message) -> None:
    async def scene() -> int:
        async with pair(Recorder(), Recorder()) as both:
            with pytest.raises(LocalProtocolError):
                both.ours.send(message)
            return both.ours.next_out

    assert play(scene()) == 2


def test_nothing_is_sent_after_our_logout() -> None:
    class Desk(Recorder):
        def __init__(self) -> None:
            super().__init__()
            self.refused = ""

        def on_logout(self, session: Session) -> None:
            super().on_logout(session)

    async def scene() -> None:
        async with pair(Recorder(), Desk()) as both:
            both.ours.log_out("good night")
            with pytest.raises(LocalProtocolError):
                both.ours.send(order())
            await until(lambda: both.theirs.state == "closed")
            assert both.theirs.logout_text == "good night"

    play(scene())


def test_handlers_may_be_split_by_name_and_take_typed_messages() -> None:
    class Desk(Application):
        def __init__(self) -> None:
            self.heard: list[tuple[str, Any]] = []

        def on_execution_report(self, message: fix44.ExecutionReport, session: Session) -> None:
            self.heard.append(("report", message.ord_status))

        def on_email(self, message: TypedMessage, session: Session) -> None:
            self.heard.append(("email", type(message)))

        def from_app(self, message: Message, session: Session) -> None:
            self.heard.append(("other", message.msg_type))

    async def scene() -> list[tuple[str, Any]]:
        desk = Desk()
        async with pair(Recorder(), desk) as both:
            report = {37: "O1", 17: "E1", 150: "0", 39: "0", 55: "IBM", 54: 1, 151: 0, 14: 0, 6: 0}
            both.theirs.send(Message({8: "FIX.4.4", 35: "8", **report}))
            email = {164: "T", 94: "0", 147: "s", 33: [{58: "text"}]}
            both.theirs.send(Message({8: "FIX.4.4", 35: "C", **email}))
            both.theirs.send(order())
            await until(lambda: len(desk.heard) == 3)
        return desk.heard

    assert play(scene()) == [("report", fix44.OrdStatus.NEW), ("email", fix44.Email), ("other", "D")]


def test_an_application_may_ask_for_typed_messages_everywhere_and_send_them() -> None:
    class Desk(Application):
        typed_messages = True

        def __init__(self) -> None:
            self.heard: list[object] = []

        def from_app(self, message: TypedMessage, session: Session) -> None:
            self.heard.append(message)

    async def scene() -> list[object]:
        desk = Desk()
        async with pair(EchoApplication(reset=False), desk) as both:
            both.ours.send(
                fix44.NewOrderSingle(
                    cl_ord_id="A1",
                    symbol="IBM",
                    side=fix44.Side.BUY,
                    order_qty=100,
                    ord_type=fix44.OrdType.MARKET,
                    transact_time="20260302-14:30:00.000",
                )
            )
            await until(lambda: desk.heard)
        return desk.heard

    (message,) = play(scene())
    assert isinstance(message, fix44.NewOrderSingle)
    assert message.cl_ord_id == "A1"


def test_session_messages_may_be_changed_before_they_go_out_and_passwords_are_not_logged(tmp_path: Path) -> None:
    class Desk(Recorder):
        def to_admin(self, message: Message, session: Session) -> None:
            if message.msg_type == "A":
                message[553] = "user"
                message[554] = "secret"

    class Venue(Recorder):
        def from_admin(self, message: Message, session: Session) -> None:
            self.admin.append(message)

    async def scene() -> list[Message]:
        venue = Venue()
        async with pair(venue, Desk(), initiator={"file_log_path": tmp_path}):
            pass
        return venue.admin

    logon, logout = play(scene())
    assert (logon[553], logon[554], logout.msg_type) == ("user", "secret", "5")
    log = (tmp_path / "FIX.4.4-US-VENUE.messages.current.log").read_text()
    assert "554=***" in log
    assert "secret" not in log


def test_an_async_to_admin_is_waited_for() -> None:
    class Desk(Recorder):
        async def to_admin(self, message: Message, session: Session) -> None:
            await asyncio.sleep(0)
            if message.msg_type == "A":
                message[553] = "user"

    class Venue(Recorder):
        def from_admin(self, message: Message, session: Session) -> None:
            self.admin.append(message)

    async def scene() -> list[Message]:
        venue = Venue()
        async with pair(venue, Desk()) as both:
            both.ours.send(order())
            await until(lambda: venue.messages)
        return venue.admin

    assert play(scene())[0][553] == "user"


def test_a_session_says_how_it_stands() -> None:
    async def scene() -> None:
        async with pair(Recorder(), Recorder()) as both:
            session = both.ours
            assert str(session) == str(session.session_id) == "FIX.4.4:US->VENUE"
            assert repr(session) == "<Session FIX.4.4:US->VENUE logged_on next_out=2 next_in=2>"
            assert session.peer is not None
            assert session.peer.address == "127.0.0.1"
            assert session.heart_bt_int == 30
            assert session.settings.reconnect_interval == 1
            assert both.initiator.session("FIX.4.4:US->VENUE") is session
            assert await both.initiator.logged_on() is session
            with pytest.raises(KeyError, match="there is no session"):
                both.initiator.session("FIX.4.4:US->NOBODY")
            with pytest.raises(TimeoutError):
                await both.initiator.wait_for(lambda: False, timeout_s=0.01)
        assert session.peer is None

    play(scene())


def test_a_test_request_is_answered_and_its_way_measured() -> None:
    async def scene() -> int:
        async with pair(Recorder(), Recorder()) as both:
            both.ours.test_request()
            await until(lambda: both.ours.metrics.round_trip.distribution().count)
            return both.ours.metrics.round_trip.distribution().count

    assert play(scene()) == 1


def test_a_reset_over_the_wire_begins_both_numbers_anew() -> None:
    async def scene() -> None:
        venue = Recorder()
        async with pair(venue, Recorder()) as both:
            both.ours.send(order())
            await until(lambda: venue.messages)
            both.ours.reset()
            await until(lambda: (both.ours.next_out, both.theirs.next_in) == (2, 2) and both.ours.is_logged_on)
            both.ours.send(order("A2"))
            await until(lambda: venue.ids == ["A1", "A2"])

    play(scene())


def test_numbers_may_be_set_while_disconnected() -> None:
    async def scene() -> None:
        async with pair(Recorder(), Recorder()) as both:
            both.ours.disable()
            await until(lambda: both.theirs.state == both.ours.state == "closed")
            both.ours.set_next(next_out=7)
            both.theirs.set_next(next_in=7)
            assert both.ours.next_out == 7
            both.ours.enable()
            await until(lambda: both.ours.is_logged_on and both.theirs.next_in == 8)

    play(scene())
