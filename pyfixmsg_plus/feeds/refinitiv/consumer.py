"""The client's side of ``tr_json2``: values in, time in, values out.

One consumer is one connection after another to one place. It reads no clock, opens no socket and draws no chance of
its own. Its driver carries out what it answers, in order.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.errors import LocalProtocolError
from pyfixmsg_plus.feeds.refinitiv.counters import Counters
from pyfixmsg_plus.feeds.refinitiv.events import (
    Acknowledged,
    Drop,
    Effect,
    Fault,
    Generic,
    ItemState,
    LoggedIn,
    LoginFailed,
    LoginRule,
    LoginSuspect,
    Send,
)
from pyfixmsg_plus.feeds.refinitiv.fields import FIELDS, FieldTable
from pyfixmsg_plus.feeds.refinitiv.item import Item, Options
from pyfixmsg_plus.feeds.refinitiv.items import SECOND_NS, ItemRules, Items
from pyfixmsg_plus.feeds.refinitiv.login import LOGIN_ID, Features, LoginSettings, features_of, login_rule, without
from pyfixmsg_plus.feeds.refinitiv.wire import FrameError, Message, frame, read, whole
from pyfixmsg_plus.feeds.refinitiv.words import CODES, DATA_STATES, DOMAINS, NAK_CODES, STREAM_STATES, TYPES, word

__all__ = ["Consumer", "ConsumerSettings"]

_POSTS_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerSettings:
    """How a consumer behaves.

    Attributes:
        login: Who logs in.
        items: Limits and delays of items.
        login_s: Within which the Login must be answered.
        ack_s: Within which a post must be acknowledged.
    """

    login: LoginSettings = field(default_factory=LoginSettings)
    items: ItemRules = field(default_factory=ItemRules)
    login_s: int = 10
    ack_s: int = 10


class Consumer:
    """One line to a server.

    Args:
        settings: How it behaves.
        random: For delays of items.
        fields: The fields that are known.
    """

    def __init__(self, settings: ConsumerSettings, random: Random, fields: FieldTable = FIELDS) -> None:
        self._settings = settings
        self.counters = Counters()
        self.features = Features()
        self.items = Items(settings.items, fields, random, self.counters)
        self._token: Secret | None = None
        self._tokens_refused = 0
        self._connected = False
        self._logged_in = False
        self._suspect = False
        self._login_id = LOGIN_ID
        self._connected_ns = 0
        self._heard_ns = 0
        self._pinged_ns = 0
        self._heard_utc_ns: int | None = None
        self._next_post = 1
        self._posts: dict[int, int] = {}
        self._post_times: deque[tuple[int, int]] = deque()

    @property
    def logged_in(self) -> bool:
        """Whether the server has accepted the Login of this connection."""
        return self._logged_in

    @property
    def suspect(self) -> bool:
        """Whether the server doubts all items of the connection."""
        return self._suspect

    @property
    def heard_utc_ns(self) -> int | None:
        """When the last frame came, UTC nanoseconds."""
        return self._heard_utc_ns

    def confirmed_ns(self, item: Item) -> int | None:
        """When the stream of an item was last seen alive, Open and Ok; nothing where it is not."""
        return self._heard_utc_ns if item.state is ItemState.LIVE and self._logged_in and not self._suspect else None

    # The connection.

    def connected(self, now: Now, token: Secret | None = None) -> list[Effect]:
        """A connection was made: log in."""
        self.counters.connects += 1
        self._token = token
        self._connected, self._logged_in, self._suspect = True, False, False
        self._login_id = LOGIN_ID
        self._connected_ns = self._heard_ns = self._pinged_ns = now.mono_ns
        self.features = Features()
        if self._settings.login.by_cookie:
            return []
        return self._sent([self._send(self._settings.login.message(token))])

    def disconnected(self, now: Now) -> list[Effect]:
        """The connection is gone."""
        if not self._connected:
            return []
        self._connected = self._logged_in = False
        effects: list[Effect] = [
            Acknowledged(post_id, "Unknown", "the connection ended first") for post_id in sorted(self._posts)
        ]
        self._posts.clear()
        self._post_times.clear()
        return effects + self.items.closed(now)

    def close(self, now: Now) -> list[Effect]:
        """Log out and end the connection."""
        effects: list[Effect] = []
        if self._logged_in:
            effects.append(self._send({"ID": self._login_id, "Domain": "Login", "Type": "Close"}))
        if self._connected:
            effects.append(Drop("closed by us"))
        return self._sent(effects) + self.disconnected(now)

    def renew(self, token: Secret) -> list[Effect]:
        """Hand on a new token; the server answers nothing where it accepts it."""
        self._token = token
        if not self._logged_in:
            return []
        message = self._settings.login.message(token, renewal=True)
        return self._sent([self._send({**message, "ID": self._login_id})])

    def receive(self, data: bytes | str, now: Now) -> list[Effect]:
        """Take one frame."""
        return [effect for effects in self.steps(data, now) for effect in effects]

    def steps(self, data: bytes | str, now: Now) -> Iterator[list[Effect]]:
        """Take one frame, message by message: at each step the items are as the effects so far say."""
        if self._gone():
            return
        self._heard_ns, self._heard_utc_ns = now.mono_ns, now.utc_ns
        self.counters.frames += 1
        self.counters.bytes_in += len(data)
        try:
            messages, mended, strangers = read(data)
        except FrameError as error:
            self.counters.parse_errors += 1
            yield [Fault(None, str(error)), *self._sent(self.items.holed(now) + self.items.pump(now))]
            return
        self.counters.mended += mended
        self.counters.malformed += strangers
        self.counters.messages += len(messages)
        for message in messages:
            yield self._message(message, now)
            if self._gone():
                return
        yield self._sent(self.items.pump(now))

    def tick(self, now: Now) -> list[Effect]:
        """Nothing came, but time passed."""
        if not self._connected:
            return []
        if not self._logged_in and now.mono_ns - self._connected_ns >= self._settings.login_s * SECOND_NS:
            return self._login_failed("Timeout", "the Login was not answered", LoginRule.BACK_OFF, now)
        silence = now.mono_ns - self._heard_ns
        limit = self.features.ping_timeout_s * SECOND_NS
        if silence >= limit:
            return [Drop(f"no sign of life for {self.features.ping_timeout_s} s"), *self.disconnected(now)]
        if self.items.ids_spent:
            return [Drop("no stream IDs are left"), *self.disconnected(now)]
        effects: list[Effect] = []
        if self._logged_in and silence * 3 >= limit and (now.mono_ns - self._pinged_ns) * 3 >= limit:
            self._pinged_ns = now.mono_ns
            effects.append(self._send({"Type": "Ping"}))
        oldest = now.mono_ns - self._settings.ack_s * SECOND_NS
        while self._post_times and self._post_times[0][0] <= oldest:
            _, post_id = self._post_times.popleft()
            if self._posts.pop(post_id, None) is not None:
                effects.append(Acknowledged(post_id, "Unknown", f"not acknowledged within {self._settings.ack_s} s"))
        return self._sent(effects + self.items.tick(now))

    # What the reader asks for.

    def request(self, symbols: Sequence[str], options: Options, now: Now) -> tuple[list[int], list[Effect]]:
        """Ask for items; returns our numbers of them, in order, and effects."""
        handles = self.items.request(symbols, options)
        return handles, self._sent(self.items.pump(now))

    def release(self, handles: Sequence[int], now: Now) -> list[Effect]:
        """Want items no more."""
        return self._sent(self.items.release(handles) + self.items.pump(now))

    def item(self, handle: int) -> Item:
        """Return an item.

        Raises:
            LocalProtocolError: There is none of this number.
        """
        found = self.items.get(handle)
        if found is None:
            raise LocalProtocolError(f"there is no item {handle}")
        return found

    def pause(self, handle: int, now: Now) -> list[Effect]:
        """Want no updates of an item for now."""
        return self._sent(self.items.pause(self.item(handle)) + self.items.pump(now))

    def resume(self, handle: int, now: Now) -> list[Effect]:
        """Want updates of an item again."""
        return self._sent(self.items.resume(self.item(handle), now) + self.items.pump(now))

    def pause_all(self, now: Now) -> list[Effect]:
        """Want no updates of any item for now: by one message where the server can."""
        return self._all(now, paused=True)

    def resume_all(self, now: Now) -> list[Effect]:
        """Want updates of all items again."""
        return self._all(now, paused=False)

    def resynchronise(self, handle: int, now: Now) -> list[Effect]:
        """Ask for a new image of an item."""
        self.items.reissue(self.item(handle), refresh=True)
        return self._sent(self.items.pump(now))

    def prioritise(self, handle: int, priority: tuple[int, int], now: Now) -> list[Effect]:
        """Give an item another class and count."""
        item = self.item(handle)
        self.items.changed(item, replace(item.options, priority=priority))
        return self._sent(self.items.pump(now))

    def review(self, handle: int, view: Sequence[str | int], now: Now) -> list[Effect]:
        """Want other fields of an item."""
        item = self.item(handle)
        self.items.changed(item, replace(item.options, view=tuple(view)))
        return self._sent(self.items.pump(now))

    def post(
        self,
        parts: Sequence[Message],
        now: Now,
        *,
        handle: int | None = None,
        key: Mapping[str, Any] | None = None,
        ack: bool = True,
        user: tuple[str, int] | None = None,
    ) -> tuple[int, list[Effect]]:
        """Post a message, or the parts of one, on an item's stream or beside any.

        Args:
            parts: Messages to be posted; several are the parts of one post.
            now: The time.
            handle: The item on whose stream it is posted.
            key: Of what is posted beside any stream.
            ack: An acknowledgement is wanted: the effect ``Acknowledged`` will come, with ``Unknown`` if none does.
            user: Address and number of who posts.

        Returns:
            Its PostID, and effects.

        Raises:
            LocalProtocolError: There is no stream, no part, or a part is longer than the server takes.
        """
        if not self._logged_in:
            raise LocalProtocolError("a post needs a connection that is logged in")
        if not parts:
            raise LocalProtocolError("a post needs a message")
        if len(self._posts) >= _POSTS_MAX:
            raise LocalProtocolError(f"{_POSTS_MAX} posts wait for an acknowledgement")
        if handle is None:
            stream_id, domain = self._login_id, str(parts[0].get("Domain", "MarketPrice"))
        else:
            item = self.item(handle)
            if item.stream_id is None:
                raise LocalProtocolError(f"{item.symbol} has no stream to post on")
            stream_id, domain = item.stream_id, item.options.domain
        post_id = self._next_post
        effects: list[Effect] = []
        for number, part in enumerate(parts):
            message: Message = {"ID": stream_id, "Type": "Post", "Domain": domain, "Ack": ack, "PostID": post_id}
            if key is not None:
                message["Key"] = dict(key)
            if user is not None:
                message["PostUserInfo"] = {"Address": user[0], "UserID": user[1]}
            if len(parts) > 1:
                message |= {"PartNumber": number, "Complete": number == len(parts) - 1}
            send = self._send({**message, "Message": part})
            if len(send.data) > self.features.max_msg_size:
                raise LocalProtocolError(
                    f"a post of {len(send.data)} bytes is longer than the {self.features.max_msg_size} that are taken"
                )
            effects.append(send)
        self._next_post += 1
        if ack:
            self._posts[post_id] = now.mono_ns
            self._post_times.append((now.mono_ns, post_id))
        return post_id, self._sent(effects)

    def generic(self, handle: int, message: Message) -> list[Effect]:
        """Send a message of type Generic on an item's stream.

        Raises:
            LocalProtocolError: The item has no stream.
        """
        item = self.item(handle)
        if item.stream_id is None:
            raise LocalProtocolError(f"{item.symbol} has no stream")
        return self._sent([self._send({**message, "ID": item.stream_id, "Type": "Generic"})])

    # Messages.

    def _message(self, message: Message, now: Now) -> list[Effect]:
        kind = word(message.get("Type"), TYPES, "Request")
        if kind == "Ping":
            return self._sent([self._send({"Type": "Pong"})])
        if kind == "Pong":
            return []
        stream_id = whole(message.get("ID"))
        if stream_id is None:
            self.counters.malformed += 1
            return []
        domain = word(message.get("Domain"), DOMAINS, "MarketPrice")
        if kind == "Ack":
            return self._acknowledged(message)
        if kind == "Error":
            return self._unread(stream_id, message, now)
        if domain == "Login" or stream_id == self._login_id:
            return self._login(stream_id, kind, message, now)
        item = self.items.by_stream(stream_id)
        if item is None:
            return self._without_item(stream_id, kind, message)
        if kind == "Update":
            return self.items.update(item, message, now)
        if kind == "Refresh":
            return self.items.refresh(item, message, now)
        if kind == "Status":
            return self.items.status(item, message, now)
        if kind == "Generic":
            return [Generic(item.handle, message)]
        self.counters.malformed += 1
        return []

    def _without_item(self, stream_id: int, kind: str, message: Message) -> list[Effect]:
        if kind == "Status" and self.items.batch_status(stream_id, message):
            return []
        if kind == "Generic":
            return [Generic(None, message)]
        # Streams of a server (0 and below) are none of ours, and what comes late on a closed one is normal.
        self.counters.late += self.items.was_used(stream_id)
        return []

    def _acknowledged(self, message: Message) -> list[Effect]:
        post_id = whole(message.get("AckID"))
        if post_id is None or self._posts.pop(post_id, None) is None:
            self.counters.late += 1
            return []
        code = word(message.get("NakCode"), NAK_CODES, "None")
        if code != "None":
            self.counters.naks[code] += 1
        text = message.get("Text")
        return [Acknowledged(post_id, "" if code == "None" else code, text if isinstance(text, str) else "")]

    def _unread(self, stream_id: int, message: Message, now: Now) -> list[Effect]:
        """The server could not read us. What it quotes of our message may be a Login with its secret: it stays here."""
        self.counters.server_errors += 1
        said = message.get("Text")
        text = without(self._token, said if isinstance(said, str) else "")
        if stream_id == self._login_id and not self._logged_in:
            return [Fault(None, text), *self._login_failed("Error", text, LoginRule.STOP, now)]
        return self.items.unread(stream_id, text)

    def _login(self, stream_id: int, kind: str, message: Message, now: Now) -> list[Effect]:
        if kind not in ("Refresh", "Status"):
            self.counters.malformed += kind != "Update"
            return []
        raw: Any = message.get("State")
        state: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        if kind == "Status" and not state:
            return []
        stream = word(state.get("Stream"), STREAM_STATES, "Open")
        data = word(state.get("Data"), DATA_STATES, "Ok")
        said = state.get("Text")
        text = without(self._token, said if isinstance(said, str) else "")
        if stream not in ("Open", "NonStreaming"):
            code = word(state.get("Code"), CODES, "None")
            rule = login_rule(
                code,
                stream,
                accepted=self._logged_in,
                fresh_token_left=self._token is not None and self._tokens_refused == 0,
            )
            self._tokens_refused += rule is LoginRule.FRESH_TOKEN
            return self._login_failed(code, text, rule, now)
        effects: list[Effect] = []
        if kind == "Refresh":
            effects += self._accepted(stream_id, message)
        suspect = data == "Suspect"
        if self._logged_in and suspect != self._suspect and data != "NoChange":
            self._suspect = suspect
            effects.append(LoginSuspect(suspect))
            effects += self.items.doubted(now) if suspect else self.items.trusted()
        return effects

    def _accepted(self, stream_id: int, message: Message) -> list[Effect]:
        self.features = features_of(message)
        if self._logged_in:
            self.items.featured(self.features)
        else:
            self._logged_in = True
            self._login_id = stream_id
            self._tokens_refused = 0
            self.counters.logins += 1
            self.items.opened(self.features)
        return [LoggedIn(self.features.reissue_by_s)]

    def _login_failed(self, code: str, text: str, rule: LoginRule, now: Now) -> list[Effect]:
        self.counters.login_failures[code] += 1
        failed = LoginFailed(code, text, rule, self._logged_in)
        return [failed, Drop(f"the Login is closed: {code}"), *self.disconnected(now)]

    def _gone(self) -> bool:
        return not self._connected

    def _all(self, now: Now, *, paused: bool) -> list[Effect]:
        effects: list[Effect] = []
        if self._logged_in and self.features.pause_all:
            message = {**self._settings.login.message(self._token, renewal=True), "ID": self._login_id}
            effects.append(self._send({**message, "Pause": True} if paused else message))
        for item in list(self.items):
            effects += self.items.pause(item) if paused else self.items.resume(item, now)
        return self._sent(effects + self.items.pump(now))

    def _send(self, message: Message) -> Send:
        return Send(frame(message))

    def _sent(self, effects: list[Effect]) -> list[Effect]:
        for effect in effects:
            if isinstance(effect, Send):
                self.counters.bytes_out += len(effect.data)
        return effects
