"""What happens on sessions is seen: figures, the status page, logs."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.telemetry import Distribution, exposition
from pyfixmsg_plus.testing.counterparties import EchoApplication
from tests.unit.engine.pair import Peer, Recorder, free_port, order, pair, play, until

ORDERS = 40


async def some_traffic(**options: Any) -> tuple[dict[str, Any], str, list[str]]:
    """The figures of our side after some orders came back, all figures as Prometheus reads them, and the events."""
    desk = Recorder()
    async with pair(EchoApplication(reset=False), desk, **options) as both:
        for number in range(ORDERS):
            both.ours.send(order(f"A{number}"))
        await until(lambda: len(desk.messages) == ORDERS)
        registry = both.initiator.registry
        figures = {
            metric.name: sample.value
            for metric in registry.collect()
            for sample in metric.samples
            if sample.labels == {"session": "FIX.4.4:US->VENUE"}
        }
        return figures, exposition(registry.collect()), both.names()


def test_messages_bytes_numbers_and_times_are_counted() -> None:
    figures, text, _ = play(some_traffic())
    assert figures["fixplus_session_messages_received_total"] == ORDERS + 1
    assert figures["fixplus_session_messages_sent_total"] == ORDERS + 1
    assert figures["fixplus_session_received_bytes_total"] > 100 * ORDERS
    assert figures["fixplus_session_sent_bytes_total"] > 100 * ORDERS
    assert (figures["fixplus_session_next_out"], figures["fixplus_session_next_in"]) == (ORDERS + 2, ORDERS + 2)
    assert (figures["fixplus_session_logged_on"], figures["fixplus_session_logons_total"]) == (1, 1)
    handler = figures["fixplus_session_handler_seconds"]
    assert isinstance(handler, Distribution)
    assert handler.count == ORDERS // 16
    assert 'fixplus_session_unwritten_bytes{session="FIX.4.4:US->VENUE"} 0\n' in text
    assert 'fixplus_session_waiting_bytes{session="FIX.4.4:US->VENUE"} 0\n' in text
    assert 'fixplus_session_throttled_messages{session="FIX.4.4:US->VENUE"} 0\n' in text


def test_what_a_peer_does_wrong_is_counted() -> None:
    async def scene() -> None:
        async with pair(Recorder(), Recorder()) as both:
            # The peer takes the place of the initiator.
            await both.initiator.stop()
            await until(lambda: both.theirs.state == "closed")
            async with Peer(both.acceptor.addresses[0].port) as peer:
                peer.seq = both.theirs.next_in
                await peer.log_on()
                peer.writer.write(b"8=FIX.4.4\x019=5\x0135=0\x0110=000\x01")
                peer.send("35=D|11=A1|")
                assert (await peer.receive()).msg_type == "3"
            metrics = both.theirs.metrics
            assert (metrics.garbled, metrics.rejects) == (1, 1)

    play(scene())


def test_the_status_page_tells_state_and_figures() -> None:
    async def page(port: int, path: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return answer.partition(b"\r\n\r\n")[2]

    async def scene() -> tuple[dict[str, Any], bytes]:
        async with pair(
            Recorder(), Recorder(), acceptor={"http_accept_port": free_port(), "description": "a venue"}
        ) as both:
            endpoint = both.acceptor._endpoint
            assert endpoint is not None
            assert "status_page" in both.names()
            return json.loads(await page(endpoint.port, "/status")), await page(endpoint.port, "/metrics")

    status, figures = play(scene())
    (session,) = status["sessions"]
    assert (session["session"], session["state"], session["description"]) == (
        "FIX.4.4:VENUE->US",
        "logged_on",
        "a venue",
    )
    assert session["peer"].startswith("127.0.0.1:")
    assert b'fixplus_session_logged_on{session="FIX.4.4:VENUE->US"} 1\n' in figures


def test_events_go_to_the_log_of_the_program_too(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "pyfixmsg_plus.engine"):
        play(some_traffic())
    logged = [record for record in caplog.records if getattr(record, "event", None) == "logged_on"]
    assert {getattr(record, "session", None) for record in logged} == {"FIX.4.4:US->VENUE", "FIX.4.4:VENUE->US"}


@pytest.mark.parametrize("side", ["acceptor", "initiator"])
def test_message_and_event_logs_are_files_of_both_directions(side: str, tmp_path: Path) -> None:
    play(some_traffic(**{side: {"file_log_path": tmp_path}}))
    prefix = "FIX.4.4-VENUE-US" if side == "acceptor" else "FIX.4.4-US-VENUE"
    messages = (tmp_path / f"{prefix}.messages.current.log").read_bytes().splitlines()
    assert sum(b"\x0135=D\x01" in line for line in messages) == 2 * ORDERS
    assert sum(b"\x0135=A\x01" in line for line in messages) == 2
    assert sum(b"\x0135=5\x01" in line for line in messages) == 2
    events = (tmp_path / f"{prefix}.event.current.log").read_text()
    assert "logged on" in events
    assert "disconnected" in events
