"""Show FIX sessions of engines: how they stand, what passed on them and what happened.

::

    feed = FixFeed(hub, clock)
    engine = Initiator(settings, application, log_options=LogOptions(also=feed.log))
    feed.watch(engine)

Of what passed the last messages are kept, masked, so that any of them can be explained field by field. Sessions are
shown anew by ``refresh``, which tells nobody where nothing changed: call it from time to time, as every event does.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.codec import parse
from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.diagnostics import Dictionaries
from pyfixmsg_plus.engine import Engine, Session, SessionLog
from pyfixmsg_plus.engine.logs import Redaction
from pyfixmsg_plus.monitor.decoding import DecodedMessage, decode
from pyfixmsg_plus.monitor.hub import Hub
from pyfixmsg_plus.monitor.recent import Recent
from pyfixmsg_plus.monitor.views import Direction, FixEventView, MessageView, SessionView, show
from pyfixmsg_plus.telemetry import Event
from pyfixmsg_plus.values import SessionID

__all__ = ["FixFeed"]

_TEXT_MAX: Final = 2000
_ERRORS = frozenset(
    {"connect_failed", "connection_failed", "disconnected", "session_failed", "store_failed", "garbled"}
)
_WARNINGS = frozenset(
    {"business_reject_received", "gap_opened", "handler_failed", "logged_out", "logon_refused", "logon_rejected"}
    | {
        "not_sent",
        "reject_received",
        "rejected",
        "resend_requested",
        "resend_served",
        "reset",
        "slow_consumer",
        "warning",
    }
)
# Of every heartbeat; a diagram of them would show nothing else.
_QUIET = frozenset({"round_trip", "test_request_sent"})


class _Seen:
    """What is noted of one session beside what its engine says."""

    __slots__ = ("connected_ns", "disconnected_ns", "errors", "received_ns", "rejects", "resends", "sent_ns")

    def __init__(self) -> None:
        self.sent_ns: int | None = None
        self.received_ns: int | None = None
        self.connected_ns: int | None = None
        self.disconnected_ns: int | None = None
        self.rejects = 0
        self.resends = 0
        self.errors = 0


class FixFeed:
    """The part of the page that is about FIX.

    Args:
        hub: Where it is shown.
        clock: Tells the time of what has none of its own.
        keep: How many messages, and how many events, are kept over all sessions.
        vendors: Whose session it is, by its name.
        simulated: Names of sessions whose counterparty is a simulator.
    """

    def __init__(
        self,
        hub: Hub,
        clock: Clock,
        *,
        keep: int = 500,
        vendors: Mapping[str, str] | None = None,
        simulated: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._messages: Recent[MessageView] = Recent(hub, keep)
        self._events: Recent[FixEventView] = Recent(hub, keep)
        self._raw: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._keep = keep
        self._vendors = dict(vendors or {})
        self._simulated = simulated
        self._engines: list[Engine] = []
        self._seen: dict[str, _Seen] = {}
        self._dictionaries = Dictionaries()
        self._count = 0

    def log(self, settings: SessionSettings, session_id: SessionID) -> SessionLog:
        """Return what hears the messages of a session; for ``LogOptions(also=feed.log)``."""
        return _Tap(self, str(session_id), Redaction(settings.redact_fields_in_logs))

    def watch(self, engine: Engine) -> Callable[[], None]:
        """Show the sessions of an engine from now on; the answer is what ends it."""
        self._engines.append(engine)
        end = engine.events.subscribe(self._happened)

        def stop() -> None:
            end()
            self._engines.remove(engine)

        return stop

    def refresh(self) -> None:
        """Show every session as it stands now."""
        for engine in self._engines:
            for session in engine.sessions.values():
                show(self._hub, self._view(session, engine.connection_type))

    def decoded(self, session_id: str, direction: str, seq: int) -> DecodedMessage | None:
        """Explain a message that passed, or return ``None`` where it is not kept any more.

        Args:
            session_id: Name of the session.
            direction: ``in`` or ``out``.
            seq: MsgSeqNum(34); of several with one number, the last.
        """
        raw = self._raw.get((session_id, direction, seq))
        if raw is None:
            return None
        message = parse(raw, strict=False)
        return decode(message, self._dictionaries.for_message(message))

    # ------------------------------------------------------------------------------------------------ within

    def passed(self, session_id: str, direction: Direction, raw: bytes, utc_ns: int) -> None:
        """Take a message, masked already."""
        message = parse(raw, strict=False)
        told = decode(message, self._dictionaries.for_message(message))
        number = message.get(34)
        seq = int(number) if number is not None and number.isascii() and number.isdigit() and len(number) < 19 else None
        if seq is not None:
            key = (session_id, direction, seq)
            self._raw.pop(key, None)
            self._raw[key] = raw
            if len(self._raw) > self._keep:
                self._raw.popitem(last=False)
        seen = self._of(session_id)
        if direction == "in":
            seen.received_ns = utc_ns
        else:
            seen.sent_ns = utc_ns
        self._count += 1
        self._messages.add(
            MessageView(
                id=self._count,
                session_id=session_id,
                direction=direction,
                seq=seq,
                msg_type=told.msg_type,
                name=told.name,
                passed_ns=utc_ns,
                text=told.text[:_TEXT_MAX],
                admin=told.admin,
                poss_dup=message.get(43) == "Y",
            )
        )

    def _happened(self, event: Event) -> None:
        if event.name in _QUIET:
            return
        known = any(event.subject == str(name) for engine in self._engines for name in engine.sessions)
        if not known:
            return
        seen = self._of(event.subject)
        match event.name:
            case "connected":
                seen.connected_ns = event.utc_ns
            case "disconnected":
                seen.disconnected_ns = event.utc_ns
            case "reject_received" | "business_reject_received":
                seen.rejects += 1
            case "resend_requested" | "resend_served":
                seen.resends += 1
        severity = self._severity(event.name)
        seen.errors += severity == "error"
        self._count += 1
        self._events.add(
            FixEventView(
                id=self._count,
                session_id=event.subject,
                name=event.name,
                text=str(event)[:_TEXT_MAX],
                happened_ns=event.utc_ns,
                severity=severity,
                attributes={name: _short(value) for name, value in event.attributes.items()},
            )
        )
        self.refresh()

    @staticmethod
    def _severity(name: str) -> Literal["info", "warning", "error"]:
        return "error" if name in _ERRORS else "warning" if name in _WARNINGS else "info"

    def _of(self, session_id: str) -> _Seen:
        return self._seen.setdefault(session_id, _Seen())

    def _view(self, session: Session, connection_type: str) -> SessionView:
        name = str(session.session_id)
        seen, metrics, gap = self._of(name), session.metrics, session.gap
        return SessionView(
            session_id=name,
            begin_string=session.settings.begin_string,
            sender_comp_id=session.settings.sender_comp_id,
            target_comp_id=session.settings.target_comp_id,
            role="initiator" if connection_type == "initiator" else "acceptor",
            state=session.state,
            connected=session.peer is not None,
            logged_on=session.is_logged_on,
            next_in=session.next_in,
            next_out=session.next_out,
            gap_from=gap[0] if gap is not None else None,
            gap_to=gap[1] if gap is not None else None,
            sent=metrics.messages_out,
            received=metrics.messages_in,
            rejects=metrics.rejects + seen.rejects,
            resends=seen.resends,
            errors=seen.errors,
            heart_bt_int=session.heart_bt_int,
            peer=str(session.peer.origin) if session.peer is not None else None,
            vendor=self._vendors.get(name),
            connected_ns=seen.connected_ns,
            disconnected_ns=seen.disconnected_ns,
            sent_ns=seen.sent_ns,
            received_ns=seen.received_ns,
            logout_text=session.logout_text,
            simulated=self._simulated(name),
        )


class _Tap:
    """One session's messages on their way to the page."""

    def __init__(self, feed: FixFeed, session_id: str, redaction: Redaction) -> None:
        self._feed = feed
        self._session_id = session_id
        self._redaction = redaction

    def incoming(self, raw: bytes, utc_ns: int) -> None:
        self._feed.passed(self._session_id, "in", self._redaction.of(raw), utc_ns)

    def outgoing(self, raw: bytes, utc_ns: int) -> None:
        self._feed.passed(self._session_id, "out", self._redaction.of(raw), utc_ns)

    def event(self, text: str, utc_ns: int) -> None:
        """Events are heard from the engine, with their attributes."""

    def backup(self) -> None:
        """What is kept is the past of all intervals."""

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""


def _short(value: Any) -> str | int | bool | None:
    return value if value is None or isinstance(value, bool | int) else str(value)[:200]
