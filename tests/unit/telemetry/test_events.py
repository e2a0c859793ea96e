"""Events reach all who asked, and a listener that fails disturbs nobody."""

import asyncio
import logging

import pytest

from pyfixmsg_plus.telemetry import Event, Events


def event(name: str = "logged_on", **attributes: object) -> Event:
    return Event(name, "FIX.4.4:US->PEER", 0, attributes)


def test_all_listeners_hear_an_event_in_the_order_in_which_they_asked() -> None:
    events = Events()
    heard: list[str] = []
    events.subscribe(lambda _: heard.append("first"))
    events.subscribe(lambda _: heard.append("second"))
    events.publish(event())
    assert heard == ["first", "second"]


def test_a_listener_that_ended_hears_no_more() -> None:
    events = Events()
    heard: list[Event] = []
    end = events.subscribe(heard.append)
    end()
    events.publish(event())
    assert heard == []


def test_a_listener_that_fails_is_logged_and_the_next_hears(caplog: pytest.LogCaptureFixture) -> None:
    events = Events()
    heard: list[Event] = []

    def fail(_: Event) -> None:
        raise RuntimeError("no")

    events.subscribe(fail)
    events.subscribe(heard.append)
    with caplog.at_level(logging.ERROR):
        events.publish(event())
    assert len(heard) == 1
    assert "a listener failed at the event logged_on" in caplog.text


@pytest.mark.parametrize(
    ("attributes", "text"),
    [({}, "gap opened"), ({"begin": 3, "end": 7}, "gap opened: begin=3 end=7"), ({"text": None}, "gap opened")],
)
def test_an_event_says_itself_in_words(attributes: dict[str, object], text: str) -> None:
    assert str(event("gap_opened", **attributes)) == text


def test_a_stream_gives_events_as_they_come_and_drops_the_oldest_of_too_many() -> None:
    async def scene() -> tuple[list[str], int]:
        events = Events()
        with events.stream(limit=2) as stream:
            asyncio.get_running_loop().call_soon(events.publish, event("a"))
            names = [(await anext(stream)).name]
            for name in ("b", "c", "d"):
                events.publish(event(name))
            names += [(await anext(stream)).name for _ in range(2)]
        events.publish(event("e"))
        return names, stream.dropped

    assert asyncio.run(scene()) == (["a", "c", "d"], 1)


def test_a_stream_is_iterated() -> None:
    async def scene() -> str:
        events = Events()
        stream = events.stream()
        events.publish(event("a"))
        async for found in stream:
            return found.name
        return ""

    assert asyncio.run(scene()) == "a"
