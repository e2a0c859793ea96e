"""What an application answers is done: refusals, failures, waiting, verdicts on a Logon."""

import asyncio
from typing import Any

import pytest

from pyfixmsg_plus.engine import Acceptor, Application, LogonDecision, Session
from pyfixmsg_plus.errors import (
    BusinessReject,
    FieldNotFound,
    IncorrectDataFormat,
    IncorrectTagValue,
    RejectLogon,
    UnsupportedMessageType,
)
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.transport import PeerInfo
from tests.unit.engine.pair import Peer, Recorder, acceptor_settings, order, pair, play, until

ORDER = "35=D|11=A1|21=1|38=100|40=1|54=1|55=IBM|60=20260302-14:30:00.000|"


async def answered(venue: Application, fields: str, **more: Any) -> Message:
    """What an acceptor with this application answers to a message."""
    async with Acceptor([acceptor_settings(**more)], venue) as acceptor, Peer(acceptor.addresses[0].port) as peer:
        await peer.log_on()
        peer.send(fields)
        return await peer.receive()


REFUSALS = [
    (UnsupportedMessageType(), {35: "j", 380: "3", 58: "Unsupported Message Type"}),
    (FieldNotFound(40), {35: "j", 380: "5", 58: "Conditionally Required Field Missing (40)"}),
    (IncorrectDataFormat(38), {35: "3", 373: "6", 371: "38"}),
    (IncorrectTagValue(54), {35: "3", 373: "5", 371: "54"}),
    (BusinessReject(1, "no such thing", "A1"), {35: "j", 380: "1", 58: "no such thing", 379: "A1"}),
    (RejectLogon("go away"), {35: "5", 58: "go away"}),
]


@pytest.mark.parametrize(("refusal", "answer"), REFUSALS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_refusal_of_an_application_message_is_told(
    refusal: Exception, answer: dict[int, str], asynchronous: bool
) -> None:
    class Venue(Application):
        def from_app(self, message: Message, session: Session) -> None:
            raise refusal

    class SlowVenue(Application):
        async def from_app(self, message: Message, session: Session) -> None:
            await asyncio.sleep(0)
            raise refusal

    found = play(answered(SlowVenue() if asynchronous else Venue(), ORDER))
    assert {tag: found[tag] for tag in answer} == answer


@pytest.mark.parametrize(
    ("refusal", "answer"),
    [
        (FieldNotFound(112), {35: "3", 373: "1", 371: "112"}),
        (IncorrectTagValue(112), {35: "3", 373: "5", 371: "112"}),
        (UnsupportedMessageType(), {35: "3", 373: "99"}),
        (BusinessReject(1), {35: "3", 373: "99"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_refusal_of_a_session_message_is_a_reject(refusal: Exception, answer: dict[int, str]) -> None:
    class Venue(Recorder):
        def from_admin(self, message: Message, session: Session) -> None:
            if message.msg_type == "0":
                raise refusal

    found = play(answered(Venue(), "35=0|112=x|"))
    assert {tag: found[tag] for tag in answer} == answer


def test_what_no_handler_takes_is_unsupported() -> None:
    found = play(answered(Application(), ORDER))
    assert (found.msg_type, found[380]) == ("j", "3")


def test_rejects_are_told_and_never_answered() -> None:
    class Deaf(Application):
        """Takes nothing."""

    async def scene() -> list[tuple[str, str | None]]:
        async with pair(Deaf(), Deaf()) as both:
            both.ours.send(order())
            await until(lambda: "business_reject_received" in both.names())
            both.ours.test_request()
            await until(lambda: both.ours.metrics.round_trip.distribution().count)
            assert (both.ours.next_out, both.theirs.next_out) == (4, 4)
            told = [event for event in both.heard if event.name.endswith("reject_received")]
            return [(event.name, event.attributes["text"]) for event in told]

    assert play(scene()) == [("business_reject_received", "Unsupported Message Type")]


def test_a_reject_of_the_peer_is_told() -> None:
    async def scene() -> dict[str, Any]:
        heard: list[Any] = []
        acceptor = Acceptor([acceptor_settings()], Recorder())
        acceptor.events.subscribe(heard.append)
        async with acceptor, Peer(acceptor.addresses[0].port) as peer:
            await peer.log_on()
            peer.send("35=3|45=1|58=no|371=108|372=A|373=5|")
            await until(lambda: any(event.name == "reject_received" for event in heard))
        (event,) = [event for event in heard if event.name == "reject_received"]
        return dict(event.attributes)

    told = {"ref_seq_num": "1", "ref_msg_type": "A", "ref_tag_id": "108", "reason": "5", "text": "no"}
    assert play(scene()) == {**told, "business_reason": None}


class Broken(Recorder):
    """Fails at the first message that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = 1

    def from_app(self, message: Message, session: Session) -> Any:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("no")
        return super().from_app(message, session)


class SlowlyBroken(Broken):
    def from_app(self, message: Message, session: Session) -> Any:
        async def later() -> None:
            await asyncio.sleep(0)
            Broken.from_app(self, message, session)

        return later()


@pytest.mark.parametrize("venue", [Broken, SlowlyBroken])
def test_a_message_at_which_the_application_failed_comes_again(venue: type[Broken]) -> None:
    async def scene() -> tuple[list[tuple[str, str | None]], list[str]]:
        application = venue()
        async with pair(application, Recorder()) as both:
            both.ours.send(order("A1"))
            both.ours.send(order("A2"))
            await until(lambda: len(application.messages) == 2)
            return [(message[11], message.get(43)) for message in application.messages], both.names()

    messages, names = play(scene())
    assert messages == [("A1", "Y"), ("A2", "Y")]
    assert "handler_failed" in names


@pytest.mark.parametrize(("fields", "answer"), [(ORDER, {35: "j", 380: "4"}), ("35=0|112=x|", {35: "3", 373: "99"})])
def test_a_failure_is_told_to_the_peer_where_the_settings_say_so(fields: str, answer: dict[int, str]) -> None:
    class Venue(Application):
        def from_admin(self, message: Message, session: Session) -> None:
            if message.msg_type == "0":
                raise RuntimeError("no")

        def from_app(self, message: Message, session: Session) -> None:
            raise RuntimeError("no")

    found = play(answered(Venue(), fields, reject_message_on_unhandled_exception=True))
    assert {tag: found[tag] for tag in answer} == answer


@pytest.mark.parametrize("callback", ["on_logon", "on_logout", "to_admin"])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_failure_of_another_callback_changes_nothing(callback: str, asynchronous: bool) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("no")

    async def fail_slowly(*_: Any) -> None:
        await asyncio.sleep(0)
        raise RuntimeError("no")

    async def scene() -> None:
        venue = Recorder()
        setattr(venue, callback, fail_slowly if asynchronous else fail)
        async with pair(venue, Recorder()) as both:
            both.ours.send(order())
            await until(lambda: venue.messages)
            both.ours.log_out()
            await until(lambda: "handler_failed" in both.names())
            await until(lambda: both.names("FIX.4.4:US->VENUE").count("logged_on") == 2)

    play(scene())


def test_async_handlers_take_messages_one_after_another_and_what_they_send_goes_out_at_once() -> None:
    class Venue(Recorder):
        def __init__(self) -> None:
            super().__init__()
            self.may_go_on = asyncio.Event()

        async def from_app(self, message: Message, session: Session) -> None:
            session.send(order(f"R{message[11]}"))
            await self.may_go_on.wait()
            super().from_app(message, session)

    async def scene() -> tuple[list[str], list[str]]:
        venue, desk = Venue(), Recorder()
        async with pair(venue, desk) as both:
            for number in range(3):
                both.ours.send(order(f"A{number}"))
            # The first is not done, its reply is here, and the second has not begun.
            await until(lambda: desk.ids == ["RA0"])
            both.theirs.send(order("B"))
            await until(lambda: desk.ids == ["RA0", "B"])
            assert venue.ids == []
            venue.may_go_on.set()
            await until(lambda: len(venue.messages) == 3)
            await until(lambda: len(desk.messages) == 4)
        return venue.ids, desk.ids

    assert play(scene()) == (["A0", "A1", "A2"], ["RA0", "B", "RA1", "RA2"])


@pytest.mark.parametrize(("more", "most_bytes"), [({}, 2 * 1024 * 1024), ({"in_chan_capacity": 5}, 200_000)])
def test_the_peer_is_held_up_while_too_much_waits_behind_a_handler(more: dict[str, int], most_bytes: int) -> None:
    class Venue(Recorder):
        def __init__(self) -> None:
            super().__init__()
            self.may_go_on = asyncio.Event()

        async def from_app(self, message: Message, session: Session) -> None:
            await self.may_go_on.wait()
            super().from_app(message, session)

    async def scene() -> int:
        venue = Venue()
        async with pair(venue, Recorder(), acceptor=more) as both:
            text = "x" * 10_000
            for number in range(1_000):
                both.ours.send(order(f"A{number}", **{"58": text}))
            (driver,) = both.acceptor._drivers.values()
            await until(lambda: driver._is_paused)
            most = driver.waiting_bytes
            venue.may_go_on.set()
            await until(lambda: len(venue.messages) == 1_000)
            return most

    assert 0 < play(scene()) < most_bytes


def test_a_handler_may_answer_with_something_that_is_no_coroutine() -> None:
    class Venue(Recorder):
        def from_app(self, message: Message, session: Session) -> int:
            super().from_app(message, session)
            return session.send(order("R"))

    async def scene() -> list[str]:
        desk = Recorder()
        async with pair(Venue(), desk) as both:
            both.ours.send(order())
            await until(lambda: desk.messages)
        return desk.ids

    assert play(scene()) == ["R"]


# ---------------------------------------------------------------------------------------------- logons


class Door(Application):
    """Answers the question of who may come in."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def authenticate(self, logon: Message, peer: PeerInfo) -> Any:
        self.asked.append((logon.get(554, ""), peer.address))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class SlowDoor(Door):
    async def authenticate(self, logon: Message, peer: PeerInfo) -> Any:
        await asyncio.sleep(0)
        return super().authenticate(logon, peer)


async def logon_of(venue: Application, **more: Any) -> tuple[Message | None, bytes, Session]:
    """What a Logon is answered with, what comes after it, and the session."""
    async with Acceptor([acceptor_settings(**more)], venue) as acceptor:
        (session,) = acceptor.sessions.values()
        async with Peer(acceptor.addresses[0].port) as peer:
            try:
                answer = await peer.log_on("141=Y|553=user|554=secret|")
            except EOFError:
                return None, b"", session
            if answer.msg_type == "A":
                return answer, b"", session
            return answer, await peer.ended(), session


@pytest.mark.parametrize("door", [Door, SlowDoor])
@pytest.mark.parametrize("answer", [True, LogonDecision(accepted=True)])
def test_a_peer_that_is_known_may_log_on(door: type[Door], answer: Any) -> None:
    venue = door(answer)
    logon, _, _ = play(logon_of(venue))
    assert logon is not None
    assert logon.msg_type == "A"
    assert venue.asked == [("secret", "127.0.0.1")]


@pytest.mark.parametrize("door", [Door, SlowDoor])
@pytest.mark.parametrize("answer", [False, None, "yes", LogonDecision(accepted=False, text="x"), RuntimeError("no")])
def test_a_peer_that_is_not_is_closed_without_a_word_and_changes_nothing(door: type[Door], answer: Any) -> None:
    async def scene() -> None:
        async with Acceptor([acceptor_settings()], door(answer)) as acceptor:
            (session,) = acceptor.sessions.values()
            session.set_next(next_out=5, next_in=5)
            async with Peer(acceptor.addresses[0].port) as peer:
                peer.send("35=A|98=0|108=30|141=Y|554=secret|")
                assert await peer.ended() == b""
            assert (session.next_out, session.next_in) == (5, 5)

    play(scene())


def test_a_refusal_is_told_where_it_is_wanted() -> None:
    venue = Door(LogonDecision(accepted=False, text="wrong password", session_status=5, say=True))
    answer, rest, session = play(logon_of(venue))
    assert answer is not None
    assert (answer.msg_type, answer[58], rest) == ("5", "wrong password", b"")
    assert session.next_in == 1


def test_reject_logon_is_told() -> None:
    class Venue(Application):
        def from_admin(self, message: Message, session: Session) -> None:
            if message.msg_type == "A":
                raise RejectLogon("not today")

    answer, _, _ = play(logon_of(Venue()))
    assert answer is not None
    assert (answer.msg_type, answer[58]) == ("5", "not today")


def test_another_refusal_of_a_logon_is_told_too() -> None:
    class Venue(Application):
        async def from_admin(self, message: Message, session: Session) -> None:
            raise FieldNotFound(553)

    answer, _, _ = play(logon_of(Venue()))
    assert answer is not None
    assert (answer.msg_type, answer[58]) == ("5", "field 553 is missing")


def test_an_answer_that_does_not_come_in_time_is_a_no() -> None:
    class Venue(Application):
        async def authenticate(self, logon: Message, peer: PeerInfo) -> bool:
            await asyncio.Event().wait()
            return True

    answer, _, session = play(logon_of(Venue(), logon_timeout=1))
    assert answer is None
    assert session.next_in == 1


def test_a_peer_that_goes_while_the_answer_is_on_its_way_leaves_the_session_free() -> None:
    class Venue(Application):
        def __init__(self) -> None:
            self.asked = asyncio.Event()
            self.may_go_on = asyncio.Event()

        async def authenticate(self, logon: Message, peer: PeerInfo) -> bool:
            self.asked.set()
            await self.may_go_on.wait()
            return True

    async def scene() -> None:
        venue = Venue()
        async with Acceptor([acceptor_settings()], venue) as acceptor:
            (session,) = acceptor.sessions.values()
            port = acceptor.addresses[0].port
            async with Peer(port) as peer:
                peer.send("35=A|98=0|108=30|")
                await venue.asked.wait()
            (driver,) = acceptor._drivers.values()
            await until(lambda: driver.link is None)
            venue.may_go_on.set()
            await until(lambda: not driver.is_bound)
            async with Peer(port) as peer:
                assert (await peer.log_on()).msg_type == "A"
            assert session.next_in == 2

    play(scene())
