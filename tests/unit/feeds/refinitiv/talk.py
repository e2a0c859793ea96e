"""One consumer under a manual clock, spoken to by literal frames."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.feeds.refinitiv.consumer import Consumer, ConsumerSettings
from pyfixmsg_plus.feeds.refinitiv.events import Effect, ItemState, Send
from pyfixmsg_plus.feeds.refinitiv.item import Item, Options

__all__ = ["LOGIN_OK", "NOW_NS", "SECOND", "Talk", "fields", "of", "refresh", "state", "status", "update"]

E = TypeVar("E", bound=Effect)

SECOND = 1_000_000_000
# 2026-03-02 10:01:02.031558 UTC
NOW_NS = 1_772_445_662_031_558_000

LOGIN_OK: dict[str, Any] = {
    "ID": 1,
    "Type": "Refresh",
    "Domain": "Login",
    "Key": {
        "Name": "desk7",
        "Elements": {"SingleOpen": 1, "SupportBatchRequests": 7, "SupportPauseResume": 1, "SupportOMMPost": 1},
    },
    "State": {"Stream": "Open", "Data": "Ok", "Text": "Login accepted"},
    "Elements": {"MaxMsgSize": 61440, "PingTimeout": 30},
}


def of(effects: Sequence[Effect], kind: type[E]) -> list[E]:
    """The effects of one kind, in order."""
    return [effect for effect in effects if isinstance(effect, kind)]


def fields(**named: Any) -> dict[str, Any]:
    """Fields of a message."""
    return {"Fields": named}


def state(item: Item) -> ItemState:
    """Where an item stands now."""
    return item.state


def refresh(stream_id: int, *, state: str = "Open/Ok", seq: int | None = None, **rest: Any) -> dict[str, Any]:
    """A Refresh of MarketPrice; ``state`` is Stream/Data."""
    stream, data = state.split("/")
    message = {"ID": stream_id, "Type": "Refresh", "State": {"Stream": stream, "Data": data}, **rest}
    return message if seq is None else {**message, "SeqNumber": seq}


def update(stream_id: int, *, seq: int | None = None, **rest: Any) -> dict[str, Any]:
    """An Update."""
    message = {"ID": stream_id, "Type": "Update", **rest}
    return message if seq is None else {**message, "SeqNumber": seq}


def status(stream_id: int, state: str, code: str = "", **rest: Any) -> dict[str, Any]:
    """A Status; ``state`` is Stream/Data."""
    stream, data = state.split("/")
    said = {"Stream": stream, "Data": data, **({"Code": code} if code else {})}
    return {"ID": stream_id, "Type": "Status", "State": said, **rest}


class Talk:
    """A consumer, its clock, and what it has sent."""

    def __init__(self, settings: ConsumerSettings | None = None, seed: int = 7) -> None:
        self.clock = ManualClock(NOW_NS, 5 * SECOND)
        self.consumer = Consumer(settings or ConsumerSettings(), Random(seed))
        self.sent: list[Any] = []

    def took(self, effects: list[Effect]) -> list[Effect]:
        for effect in of(effects, Send):
            said = json.loads(effect.data)
            self.sent += said if isinstance(said, list) else [said]
        return effects

    def connect(self, token: str | None = None) -> list[Effect]:
        return self.took(self.consumer.connected(self.clock.now(), None if token is None else Secret(token)))

    def login(self, **elements: Any) -> list[Effect]:
        """Connect, and let the server accept."""
        self.connect()
        key = {"Name": "desk7", "Elements": {**LOGIN_OK["Key"]["Elements"], **elements}}
        return self.hear({**LOGIN_OK, "Key": key})

    def hear(self, *messages: Any) -> list[Effect]:
        """One frame of the server."""
        return self.raw(json.dumps(list(messages)).encode())

    def raw(self, data: bytes | str) -> list[Effect]:
        return self.took(self.consumer.receive(data, self.clock.now()))

    def after(self, seconds: float) -> list[Effect]:
        self.clock.advance(int(seconds * SECOND))
        return self.took(self.consumer.tick(self.clock.now()))

    def cut(self) -> list[Effect]:
        return self.took(self.consumer.disconnected(self.clock.now()))

    def request(self, *symbols: str, **options: Any) -> list[int]:
        handles, effects = self.consumer.request(symbols, Options(**options), self.clock.now())
        self.took(effects)
        return handles

    def live(self, symbol: str = "PFX.L", **options: Any) -> Item:
        """A new connection with one item that is LIVE."""
        self.login()
        (handle,) = self.request(symbol, **options)
        item = self.consumer.item(handle)
        assert item.stream_id is not None
        self.hear(refresh(item.stream_id, seq=4096, **fields(TRDPRC_1=101.25, BID=101.2, ASK=101.3, ACVOL_1=81200)))
        return item
