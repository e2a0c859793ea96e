"""The client: one line, or two of a hot standby, and the items on them.

Effects that are not about connections are handed on in order, on the event loop. What they mean is for the reader.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.feeds.refinitiv.book import Book
from pyfixmsg_plus.feeds.refinitiv.consumer import Consumer, ConsumerSettings
from pyfixmsg_plus.feeds.refinitiv.counters import Counters
from pyfixmsg_plus.feeds.refinitiv.events import Effect, Gap, ItemState
from pyfixmsg_plus.feeds.refinitiv.item import Item, Options
from pyfixmsg_plus.feeds.refinitiv.line import Line, Places, Tokens
from pyfixmsg_plus.feeds.refinitiv.platform import Platform, ZonePlaces
from pyfixmsg_plus.feeds.refinitiv.reconnect import ReconnectPlan
from pyfixmsg_plus.feeds.refinitiv.settings import LsegSettings
from pyfixmsg_plus.feeds.refinitiv.standby import Standby
from pyfixmsg_plus.feeds.refinitiv.wire import Message

__all__ = ["Feed", "StaleBook"]


@dataclass(frozen=True, slots=True)
class StaleBook:
    """A book that must not be used.

    Attributes:
        state: Of the item.
        since_ns: When its last message was applied, UTC nanoseconds; nothing where there was none.
        gaps: What is open.
    """

    state: ItemState
    since_ns: int | None
    gaps: tuple[Gap, ...]


class _Fixed:
    """The places of a list that does not change."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls

    async def urls(self, token: Secret | None) -> Sequence[str]:
        """Return them."""
        del token
        return self._urls


class _OneToken:
    """A token that does not change."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    async def token(self, *, fresh: bool) -> Secret:
        """Return it, for there is no other."""
        del fresh
        return self._token

    def login_accepted(self, line: Line, reissue_by_s: int | None) -> None:
        """Nothing is renewed."""

    def login_ended(self, line: Line) -> None:
        """Nothing was to be renewed."""


class Feed:
    """A client of LSEG Real-Time.

    Args:
        settings: Where, who and how.
        clock: Says the time.
        random: For delays.
        told: Is given every effect that is not about the connection.
        platform: Gives tokens, and endpoints where the settings name none.

    Raises:
        ConfigError: There is nowhere to connect to.
    """

    def __init__(
        self,
        settings: LsegSettings,
        clock: Clock,
        random: Random,
        told: Callable[[Effect], None],
        *,
        platform: Platform | None = None,
    ) -> None:
        if not settings.urls and platform is None:
            raise ConfigError("LSEG Real-Time needs URLs, or an account whose endpoints are discovered")
        self._clock = clock
        self._told = told
        self._platform = platform
        sides = 2 if settings.hot_standby else 1
        if sides == 2 and settings.urls and not settings.standby_urls:
            raise ConfigError("a hot standby needs URLs of a second line")
        rules = ConsumerSettings(login=settings.login, items=settings.items)
        self._consumers = [Consumer(rules, random, settings.model.table) for _ in range(sides)]
        self._standby = Standby(self._consumers, clock, first_arrival=settings.first_arrival) if sides == 2 else None
        tokens: Tokens | None = platform
        if tokens is None and settings.token is not None:
            tokens = _OneToken(settings.token)
        self._lines = [
            Line(
                consumer,
                _places(settings, platform, side),
                ReconnectPlan(
                    1,
                    random,
                    most_s=settings.reconnect_most_s,
                    same_place_s=settings.same_place_s,
                ),
                clock,
                self._hearing(side),
                dialing=settings.dialing,
                tokens=tokens,
            )
            for side, consumer in enumerate(self._consumers)
        ]

    # How it does.

    @property
    def logged_in(self) -> bool:
        """Whether a line is logged in."""
        return any(consumer.logged_in for consumer in self._consumers)

    @property
    def suspect(self) -> bool:
        """Whether every line that is logged in is in doubt."""
        return all(consumer.suspect for consumer in self._consumers if consumer.logged_in)

    @property
    def stopped(self) -> bool:
        """Whether no line will connect again by itself."""
        return all(line.stopped for line in self._lines)

    @property
    def detail(self) -> str:
        """What is wrong, for people."""
        return "; ".join(line.detail for line in self._lines if line.detail)

    @property
    def heard_utc_ns(self) -> int | None:
        """When the last frame came, UTC nanoseconds."""
        return max((at for each in self._consumers if (at := each.heard_utc_ns) is not None), default=None)

    @property
    def counters(self) -> tuple[Counters, ...]:
        """What is counted, line by line."""
        return tuple(consumer.counters for consumer in self._consumers)

    @property
    def switches(self) -> int:
        """How often an item was taken over by the other line."""
        return 0 if self._standby is None else self._standby.switches

    def items_by_state(self) -> dict[ItemState, int]:
        """Return how many items stand in each state."""
        counts = dict.fromkeys(ItemState, 0)
        for item in self._consumers[0].items:
            published = self.item(item.handle)
            counts[(published or item).state] += 1
        return counts

    # Life.

    def start(self) -> None:
        """Begin to connect."""
        for line in self._lines:
            line.start()

    async def close(self) -> None:
        """Log out, and end all connections."""
        for line in self._lines:
            await line.close()

    # Items.

    def request(self, symbols: Sequence[str], options: Options) -> list[int]:
        """Ask for items, and return their handles."""
        now = self._clock.now()
        handles: list[int] = []
        for line in self._lines:
            # Every line is asked for the same in the same order, and so gives the same handles.
            handles, effects = line.consumer.request(symbols, options, now)
            line.carry_out(effects)
        return handles

    def release(self, handles: Sequence[int]) -> None:
        """Want items no more."""
        for line in self._lines:
            line.carry_out(line.consumer.release(handles, self._clock.now()))
        if self._standby is not None:
            self._standby.forget(handles)

    def item(self, handle: int) -> Item | None:
        """Return an item as it is published."""
        if self._standby is not None:
            return self._standby.item(handle)
        return self._consumers[0].items.get(handle)

    def items(self) -> list[Item]:
        """Return all items as they are published."""
        return [self.item(item.handle) or item for item in self._consumers[0].items]

    def confirmed_ns(self, item: Item) -> int | None:
        """Return when the stream of an item was last seen alive, Open and Ok."""
        return (self._consumers[0] if self._standby is None else self._standby).confirmed_ns(item)

    def book(self, handle: int) -> Book | StaleBook:
        """Return the book of an item, or that it must not be used."""
        item = self.item(handle)
        if item is None:
            return StaleBook(ItemState.CLOSED, None, ())
        if item.state in (ItemState.LIVE, ItemState.DONE) and not item.asserted:
            return item.current.book
        return StaleBook(item.state, item.applied_ns, tuple(item.gaps.values()))

    def pause(self, handle: int) -> None:
        """Want no updates of an item for now."""
        for line in self._lines:
            line.carry_out(line.consumer.pause(handle, self._clock.now()))

    def resume(self, handle: int) -> None:
        """Want updates of an item again."""
        for line in self._lines:
            line.carry_out(line.consumer.resume(handle, self._clock.now()))

    def resynchronise(self, handle: int) -> None:
        """Ask for a new image of an item."""
        for line in self._lines:
            line.carry_out(line.consumer.resynchronise(handle, self._clock.now()))

    def prioritise(self, handle: int, priority: tuple[int, int]) -> None:
        """Give an item another class and count."""
        for line in self._lines:
            line.carry_out(line.consumer.prioritise(handle, priority, self._clock.now()))

    def review(self, handle: int, view: Sequence[str | int]) -> None:
        """Want other fields of an item."""
        for line in self._lines:
            line.carry_out(line.consumer.review(handle, view, self._clock.now()))

    def post(
        self,
        parts: Sequence[Message],
        *,
        handle: int | None = None,
        key: Mapping[str, Any] | None = None,
        ack: bool = True,
        user: tuple[str, int] | None = None,
    ) -> int:
        """Post a message, or the parts of one, on one line; see ``Consumer.post``.

        Returns:
            Its PostID: the effect ``Acknowledged`` bears it.

        Raises:
            LocalProtocolError: It cannot be posted.
        """
        side = 0 if self._standby is None or handle is None else self._standby.side(handle)
        if not self._consumers[side].logged_in and handle is None:
            side = len(self._lines) - 1
        line = self._lines[side]
        post_id, effects = line.consumer.post(parts, self._clock.now(), handle=handle, key=key, ack=ack, user=user)
        line.carry_out(effects)
        return post_id

    def _hearing(self, side: int) -> Callable[[Effect], None]:
        standby = self._standby
        if standby is None:
            return self._told

        def heard(effect: Effect) -> None:
            for each in standby.heard(side, effect):
                self._told(each)

        return heard


def _places(settings: LsegSettings, platform: Platform | None, side: int) -> Places:
    urls = settings.standby_urls if side else settings.urls
    if urls or platform is None:
        return _Fixed(urls)
    return ZonePlaces(platform, side) if settings.hot_standby else platform
