"""Something happened: one value, told to whoever asked to hear of it."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

__all__ = ["Event", "EventSink", "EventStream", "Events"]

_LOG = logging.getLogger("pyfixmsg_plus.events")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        name: In snake case, the same from version to version: ``logged_on``.
        subject: What it happened to, such as the name of a session.
        utc_ns: When, in nanoseconds since 1970-01-01 00:00:00 UTC.
        attributes: Plain values; none of them is a secret.
    """

    name: str
    subject: str
    utc_ns: int
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        told = " ".join(f"{name}={value}" for name, value in self.attributes.items() if value is not None)
        return f"{self.name.replace('_', ' ')}{': ' if told else ''}{told}"


class EventSink(Protocol):
    """Who is told."""

    def publish(self, event: Event) -> None:
        """Take an event; quick, and on the thread that has it."""
        ...


class Events:
    """Tells each event to all who asked, in the order in which they asked.

    A listener that raises is logged and hears the next event all the same.
    """

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[Event], object], ...] = ()

    def subscribe(self, listener: Callable[[Event], object]) -> Callable[[], None]:
        """Tell a listener from now on; the answer is what ends it."""
        self._listeners = (*self._listeners, listener)

        def end() -> None:
            self._listeners = tuple(known for known in self._listeners if known is not listener)

        return end

    def publish(self, event: Event) -> None:
        """Tell all."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                _LOG.exception("a listener failed at the event %s", event.name)

    def stream(self, limit: int = 10_000) -> "EventStream":
        """The events from now on, for ``async for``."""
        return EventStream(self, limit)


class EventStream:
    """Events that wait to be taken; when too many wait, the oldest are dropped and counted.

    Args:
        events: Where they come from.
        limit: How many may wait.
    """

    def __init__(self, events: Events, limit: int) -> None:
        self._waiting: deque[Event] = deque(maxlen=limit)
        self._came = asyncio.Event()
        self._end = events.subscribe(self._take)
        self.dropped = 0

    def _take(self, event: Event) -> None:
        self.dropped += len(self._waiting) == self._waiting.maxlen
        self._waiting.append(event)
        self._came.set()

    def close(self) -> None:
        """Take no more events; those that wait can still be taken."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while not self._waiting:
            self._came.clear()
            await self._came.wait()
        return self._waiting.popleft()
