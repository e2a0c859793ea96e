"""Connections that come in: who is let in, and that the others cost little and disturb nobody."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine import Acceptor, Application
from pyfixmsg_plus.engine.authentication import is_named_by_certificate
from pyfixmsg_plus.engine.names import LogonNames
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.transport import CertificateNames, PeerInfo, TlsInfo
from tests.unit.engine.pair import Peer, Recorder, acceptor_settings, order, play, until
from tests.wire import wire


class Watched:
    """An acceptor and what happens at it."""

    def __init__(self, sessions: Iterable[SessionSettings], application: Application | None = None) -> None:
        self.acceptor = Acceptor(sessions, application or Recorder())
        self.heard: list[Any] = []
        self.acceptor.events.subscribe(self.heard.append)

    async def __aenter__(self) -> "Watched":
        await self.acceptor.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.acceptor.stop()

    @property
    def port(self) -> int:
        return self.acceptor.addresses[0].port

    @property
    def refusals(self) -> list[str]:
        return [event.attributes["reason"] for event in self.heard if event.name == "connection_refused"]


LOGON = wire("8=FIX.4.4|35=A|34=1|49=US|52=20260302-14:30:00|56=VENUE|98=0|108=30|")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (wire("8=FIX.4.4|35=0|34=1|49=US|52=20260302-14:30:00|56=VENUE|"), "the first message is no Logon"),
        (LOGON[:-4] + b"000\x01", "the first message is garbled"),
        (b"GET / HTTP/1.1\r\n" + b"Header: x\r\n" * 10_000, "the first message is too long"),
        (b"8=FIX.4.4\x019=1000000000\x0135=A\x01", "the first message is garbled"),
        (b"8=FIX.4.4\x019=60000\x0135=A\x01" + b"x" * 70_000, "the first message is garbled"),
        (wire("8=FIX.4.4|35=A|34=1|49=NOBODY|52=20260302-14:30:00|56=VENUE|98=0|108=30|"), "there is no such session"),
        (wire("8=FIX.4.2|35=A|34=1|49=US|52=20260302-14:30:00|56=VENUE|98=0|108=30|"), "there is no such session"),
        (
            wire("8=FIX.4.4|35=A|34=1|49=US|52=20260302-14:30:00|98=0|108=30|", header=False),
            "the first message is no Logon",
        ),
    ],
    ids=["heartbeat", "sum", "http", "1 GB", "long", "name", "version", "no target"],
)
def test_what_is_no_logon_of_a_known_session_is_closed_without_a_word(data: bytes, reason: str) -> None:
    async def scene() -> tuple[bytes, list[str]]:
        async with Watched([acceptor_settings()]) as watched:
            async with Peer(watched.port) as peer:
                peer.writer.write(data)
                answer = await peer.ended()
            await until(lambda: watched.refusals)
            return answer, watched.refusals

    assert play(scene()) == (b"", [reason])


def test_a_peer_that_only_begins_to_speak_is_closed_in_time() -> None:
    async def scene() -> tuple[bytes, list[str]]:
        async with Watched([acceptor_settings(logon_timeout=1)]) as watched, Peer(watched.port) as peer:
            peer.writer.write(LOGON[:20])
            return await peer.ended(), watched.refusals

    assert play(scene()) == (b"", ["no Logon in time"])


def test_a_connection_that_is_opened_and_closed_disturbs_nobody() -> None:
    async def scene() -> list[str]:
        async with Watched([acceptor_settings()]) as watched:
            for _ in range(5):
                async with Peer(watched.port):
                    pass
            async with Peer(watched.port) as peer:
                assert (await peer.log_on()).msg_type == "A"
            return watched.refusals

    assert play(scene()) == []


def test_a_second_connection_of_a_session_is_closed_and_the_first_goes_on() -> None:
    async def scene() -> list[str]:
        async with Watched([acceptor_settings()]) as watched:
            async with Peer(watched.port) as first, Peer(watched.port) as second:
                await first.log_on()
                second.send("35=A|98=0|108=30|")
                assert await second.ended() == b""
                first.send("35=1|112=here|")
                assert (await first.receive())[112] == "here"
            return watched.refusals

    assert play(scene()) == ["the session has a connection"]


def test_the_end_of_a_connection_frees_its_session_at_once() -> None:
    async def scene() -> None:
        async with Watched([acceptor_settings(reset_on_logon=True)]) as watched:
            for _ in range(20):
                async with Peer(watched.port) as peer:
                    assert (await peer.log_on()).msg_type == "A"

    play(scene())


def test_many_sessions_share_a_port_and_several_ports_are_served() -> None:
    async def scene() -> None:
        sessions = [acceptor_settings(theirs=f"P{number}") for number in range(30)]
        sessions += [acceptor_settings(version, theirs="US") for version in ("FIX.4.2", "FIXT.1.1")]
        sessions.append(acceptor_settings(theirs="ELSEWHERE", socket_accept_address="localhost"))
        async with Watched(sessions) as watched:
            assert len({address.port for address in watched.acceptor.addresses}) == 2
            port = watched.port
            for version, name in [("FIX.4.4", "P7"), ("FIX.4.4", "P29"), ("FIX.4.2", "US")]:
                async with Peer(port, version, name) as peer:
                    assert (await peer.log_on())[56] == name
            async with Peer(port, "FIXT.1.1") as peer:
                assert (await peer.log_on("1137=9|"))[1137] == "9"
            async with Peer(port, ours="ELSEWHERE") as peer:
                peer.send("35=A|98=0|108=30|")
                assert await peer.ended() == b""

    play(scene())


def test_sub_ids_tell_sessions_apart_where_they_are_named() -> None:
    async def scene() -> list[str]:
        sessions = [acceptor_settings(), acceptor_settings(target_sub_id="DESK1")]
        async with Watched(sessions) as watched:
            for sub in ("DESK1", "DESK2"):
                async with Peer(watched.port, sub=sub) as peer:
                    await peer.log_on()
            return [event.subject for event in watched.heard if event.name == "logged_on"]

    assert play(scene()) == ["FIX.4.4:VENUE->US/DESK1", "FIX.4.4:VENUE->US"]


@pytest.mark.parametrize(("allowed", "comes_in"), [(("127.0.0.0/8",), True), (("10.0.0.0/8",), False)])
def test_a_session_takes_connections_from_where_it_may(allowed: tuple[str, ...], comes_in: bool) -> None:
    async def scene() -> bool:
        # The other session takes all, so that the port is open to all.
        sessions = [acceptor_settings(allowed_remote_addresses=allowed), acceptor_settings(theirs="ALL")]
        async with Watched(sessions) as watched, Peer(watched.port) as peer:
            peer.send("35=A|98=0|108=30|")
            try:
                return (await peer.receive()).msg_type == "A"
            except EOFError:
                assert watched.refusals == ["its address is not allowed"]
                return False

    assert play(scene()) is comes_in


def test_sessions_that_share_a_port_must_agree_on_it() -> None:
    async def scene() -> None:
        sessions = [acceptor_settings(), acceptor_settings(theirs="ALL", use_tcp_proxy=True)]
        with pytest.raises(Exception, match="share a port and must agree"):
            await Acceptor(sessions, Recorder()).start()

    play(scene())


def test_no_more_connections_are_open_than_may_be() -> None:
    async def scene() -> None:
        sessions = [acceptor_settings(max_connections=1), acceptor_settings(theirs="OTHER", max_connections=1)]
        watched = Watched(sessions)
        async with watched, Peer(watched.port) as first, Peer(watched.port, ours="OTHER") as second:
            await first.log_on()
            assert await second.ended() == b""

    play(scene())


# ------------------------------------------------------------------------------------------- templates


class Approving(Recorder):
    def __init__(self, answer: Any = ...) -> None:
        super().__init__()
        self.answer = answer
        self.asked: list[str] = []

    def approve_session(self, settings: SessionSettings, logon: Message, peer: PeerInfo) -> Any:
        self.asked.append(str(settings))
        if isinstance(self.answer, Exception):
            raise self.answer
        return settings if self.answer is ... else self.answer


class SlowlyApproving(Approving):
    async def approve_session(self, settings: SessionSettings, logon: Message, peer: PeerInfo) -> Any:
        await asyncio.sleep(0)
        return super().approve_session(settings, logon, peer)


def template(**more: Any) -> SessionSettings:
    return acceptor_settings(theirs="*", acceptor_template=True, **more)


@pytest.mark.parametrize("application", [Approving, SlowlyApproving])
def test_a_session_is_made_from_a_template_and_stays(application: type[Approving]) -> None:
    async def scene() -> None:
        venue = application()
        async with Watched([template()], venue) as watched:
            for name in ("ANNA", "BERT", "ANNA"):
                async with Peer(watched.port, ours=name) as peer:
                    peer.seq = 1 if name not in [one.target_comp_id for one in watched.acceptor.sessions] else 3
                    assert (await peer.log_on())[56] == name
                    peer.send("35=D|11=A1|21=1|38=100|40=1|54=1|55=IBM|60=20260302-14:30:00.000|")
                    await until(lambda: venue.messages and venue.messages[-1][49] == name)  # noqa: B023 - within the turn
                await until(lambda: not any(one.is_logged_on for one in watched.acceptor.sessions.values()))
            assert sorted(map(str, watched.acceptor.sessions)) == ["FIX.4.4:VENUE->ANNA", "FIX.4.4:VENUE->BERT"]
        assert venue.asked == ["FIX.4.4:VENUE->ANNA", "FIX.4.4:VENUE->BERT"]

    play(scene())


@pytest.mark.parametrize("application", [Approving, SlowlyApproving])
@pytest.mark.parametrize("answer", [None, False, RuntimeError("no")])
def test_a_session_that_is_not_approved_is_not_made(application: type[Approving], answer: Any) -> None:
    async def scene() -> int:
        async with Watched([template()], application(answer)) as watched, Peer(watched.port) as peer:
            peer.send("35=A|98=0|108=30|")
            assert await peer.ended() == b""
            return len(watched.acceptor.sessions)

    assert play(scene()) == 0


def test_the_application_may_change_the_settings_of_a_session_from_a_template() -> None:
    class Venue(Approving):
        def approve_session(self, settings: SessionSettings, logon: Message, peer: PeerInfo) -> SessionSettings:
            return settings.replace(description="made for a test", heart_bt_int=7, heart_bt_int_override=True)

    async def scene() -> str:
        async with Watched([template()], Venue()) as watched, Peer(watched.port) as peer:
            assert (await peer.log_on())[108] == "7"
            (session,) = watched.acceptor.sessions.values()
            return session.settings.description

    assert play(scene()) == "made for a test"


def test_a_peer_that_is_not_authenticated_has_no_session_made() -> None:
    class Venue(Approving):
        def __init__(self) -> None:
            super().__init__()
            self.authenticated: list[str] = []

        def authenticate(self, logon: Message, peer: PeerInfo) -> bool:
            self.authenticated.append(logon[49])
            return logon.get(554) == "secret"

    async def scene() -> tuple[int, list[str], list[str]]:
        venue = Venue()
        async with Watched([template()], venue) as watched:
            async with Peer(watched.port, ours="MALLORY") as peer:
                peer.send("35=A|98=0|108=30|554=guess|")
                assert await peer.ended() == b""
            async with Peer(watched.port, ours="ANNA") as peer:
                await peer.log_on("554=secret|")
            return len(watched.acceptor.sessions), venue.asked, venue.authenticated

    # Who was authenticated for the making of a session is not asked again for its first Logon.
    assert play(scene()) == (1, ["FIX.4.4:VENUE->ANNA"], ["MALLORY", "ANNA"])


def test_no_more_sessions_are_made_from_templates_than_there_may_be_connections() -> None:
    async def scene() -> int:
        async with Watched([template(max_connections=2)]) as watched:
            for number in range(4):
                async with Peer(watched.port, ours=f"P{number}") as peer:
                    peer.send("35=A|98=0|108=30|")
                    try:
                        await peer.receive()
                    except EOFError:
                        assert number >= 2
            return len(watched.acceptor.sessions)

    assert play(scene()) == 2


def test_dynamic_sessions_make_a_session_of_every_logon_for_us() -> None:
    async def scene() -> list[str]:
        async with Watched([acceptor_settings(dynamic_sessions=True, dynamic_qualifier=True)]) as watched:
            async with Peer(watched.port, ours="ANNA") as first, Peer(watched.port, ours="ANNA") as second:
                await first.log_on()
                await second.log_on()
            await until(lambda: not any(one.is_logged_on for one in watched.acceptor.sessions.values()))
            async with Peer(watched.port, ours="ANNA") as again:
                again.seq = 2
                await again.log_on()
            async with Peer(watched.port, ours="ANNA", theirs="OTHER") as peer:
                peer.send("35=A|98=0|108=30|")
                assert await peer.ended() == b""
            return sorted(map(str, watched.acceptor.sessions))

    # Two at once are two sessions; a free one is used again.
    assert play(scene()) == ["FIX.4.4:VENUE->ANNA:1", "FIX.4.4:VENUE->ANNA:2", "FIX.4.4:VENUE->US"]


def test_a_session_whose_store_cannot_be_opened_is_not_made() -> None:
    async def scene() -> list[str]:
        async with Watched([template(store="nowhere:")]) as watched, Peer(watched.port) as peer:
            peer.send("35=A|98=0|108=30|")
            assert await peer.ended() == b""
            return [event.name for event in watched.heard]

    assert "session_failed" in play(scene())


# ----------------------------------------------------------------------------------------------- names


CERTIFICATE = CertificateNames(
    "CN=ANNA", ("ANNA",), ("anna.example",), (), ("a@example.org",), ("fix:ANNA",), "01", "", ""
)


@pytest.mark.parametrize(
    ("name", "named"),
    [("ANNA", True), ("anna.example", True), ("a@example.org", True), ("fix:ANNA", True), ("anna", False), ("", False)],
)
def test_a_certificate_names_a_sender(name: str, named: bool) -> None:
    peer = PeerInfo("192.0.2.1", 1, tls=TlsInfo("TLSv1.3", "x", certificate=CERTIFICATE))
    logon = Message({8: "FIX.4.4", 35: "A"} | ({49: name} if name else {}))
    assert is_named_by_certificate(logon, peer) is named


def test_without_a_certificate_nobody_is_named() -> None:
    peer = PeerInfo("192.0.2.1", 1)
    logon = Message({8: "FIX.4.4", 35: "A", 49: "ANNA"})
    assert not is_named_by_certificate(logon, peer)
    assert not is_named_by_certificate(logon, replace(peer, tls=TlsInfo("TLSv1.3", "x")))


def test_an_order_names_no_session() -> None:
    assert LogonNames.of(order()) is None
