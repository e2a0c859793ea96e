"""Ask the application, and say what follows from its answer.

A callback may answer at once or be awaited; may refuse, which the peer is told; and may fail, which is told to people,
and where a message was to be taken makes it undelivered.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.codec import parse
from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine.application import LogonDecision
from pyfixmsg_plus.engine.authentication import decision_of
from pyfixmsg_plus.engine.connection import Connection
from pyfixmsg_plus.engine.dispatch import Dispatch
from pyfixmsg_plus.engine.metrics import HANDLER_EVERY, SessionMetrics
from pyfixmsg_plus.engine.refusals import refusal_of
from pyfixmsg_plus.engine.session import Session
from pyfixmsg_plus.errors import DoNotSend, Refusal, RejectLogon
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.session import Deliver, Effect
from pyfixmsg_plus.session import Session as SessionCore

__all__ = ["Callbacks", "Outcome", "is_admin"]

_LOG = logging.getLogger("pyfixmsg_plus.session")


class Outcome(NamedTuple):
    """What follows from an answer.

    Attributes:
        effects: To be carried out behind those that wait.
        is_delivered: False: what waits followed from the message, and must not be carried out.
    """

    effects: list[Effect]
    is_delivered: bool = True


class Callbacks:
    """The callbacks of the application for one session.

    Args:
        session: It.
        settings: Of the session.
        core: What decides, which is told of refusals.
        dispatch: Which callback takes what.
        clock: Tells the time.
        metrics: Where failures and durations are counted.
        tell: Tells people what happened.
    """

    __slots__ = (
        "_clock",
        "_core",
        "_dispatch",
        "_metrics",
        "_session",
        "_settings",
        "_shown",
        "_tell",
        "_until_measured",
        "hears_to_admin",
        "is_authenticated",
        "to_admin_waits",
    )

    def __init__(
        self,
        session: Session,
        settings: SessionSettings,
        core: SessionCore,
        dispatch: Dispatch,
        clock: Clock,
        metrics: SessionMetrics,
        tell: Callable[..., None],
    ) -> None:
        self.hears_to_admin = dispatch.hears_to_admin
        self.to_admin_waits = dispatch.to_admin_waits
        # Whether the Logon(35=A) of this connection was authenticated before the session was made.
        self.is_authenticated = False
        self._session = session
        self._settings = settings
        self._core = core
        self._dispatch = dispatch
        self._clock = clock
        self._metrics = metrics
        self._tell = tell
        self._until_measured = HANDLER_EVERY
        self._shown: tuple[bytes, bytes] = (b"", b"")

    # ---------------------------------------------------------------------------------------------- messages

    def deliver(self, effect: Deliver, connection: Connection | None) -> Outcome | Awaitable[Outcome] | None:
        """Hand a message to the application; nothing follows in most cases, and nothing is made to say so."""
        self._metrics.messages_in += 1
        match effect.kind:
            case "app":
                handler = self._dispatch.from_app(effect.message)
            case "admin":
                if effect.message.msg_type == "3":
                    self._tell_of_reject("reject_received", effect.message)
                if not self._dispatch.hears_from_admin:
                    return None
                handler = self._dispatch.application.from_admin
            case _:
                return self._judge(effect, connection)
        self._until_measured -= 1
        began_ns = self._clock.now().mono_ns if self._until_measured == 0 else 0
        try:
            answer = handler(effect.message, self._session)
            if answer is not None and inspect.isawaitable(answer):
                return self._delivered(answer, effect)
        except Refusal as refusal:
            return self._refused(refusal, effect)
        except Exception as error:  # noqa: BLE001, RUF100 - whatever an application raises ends no other session
            return self._handler_failed(error, effect)
        if self._until_measured == 0:
            self._measured(began_ns)
        return None

    async def _delivered(self, answer: Awaitable[Any], effect: Deliver) -> Outcome:
        """Wait for a callback that is not done yet."""
        began_ns = self._clock.now().mono_ns
        try:
            await answer
        except Refusal as refusal:
            return self._refused(refusal, effect)
        except Exception as error:  # noqa: BLE001, RUF100 - as for callbacks that answer at once
            return self._handler_failed(error, effect)
        self._measured(began_ns)
        return Outcome([])

    def _measured(self, began_ns: int) -> None:
        self._metrics.handler.record(self._clock.now().mono_ns - began_ns)
        self._until_measured = HANDLER_EVERY

    def _command(self, name: str, arguments: dict[str, Any]) -> list[Effect]:
        return self._core.command(name, self._clock.now(), **arguments)

    def _tell_of_reject(self, name: str, message: Message) -> None:
        """Tell people that the peer refused a message of ours, which the application may not look at."""
        told = {"ref_seq_num": 45, "ref_msg_type": 372, "ref_tag_id": 371, "reason": 373, "business_reason": 380}
        self._tell(name, **{key: message.get(tag) for key, tag in told.items()}, text=message.get(58))

    def _refused(self, refusal: Refusal, effect: Deliver) -> Outcome:
        if effect.message.msg_type == "j":
            # Two sides that do not take it would answer each other for ever.
            self._tell_of_reject("business_reject_received", effect.message)
            return Outcome([])
        return Outcome(self._command(*refusal_of(refusal, effect)))

    def _handler_failed(self, error: Exception, effect: Deliver) -> Outcome:
        message = effect.message
        what = f"{message.name or 'message'}(35={message.msg_type}), MsgSeqNum(34)={effect.seq}"
        self._failed(what, error)
        if not self._settings.reject_message_on_unhandled_exception:
            return self.undelivered(f"the application failed at message {effect.seq}")
        if effect.kind == "admin":
            return Outcome(self._command("reject", {"message": message, "reason": 99}))
        return Outcome(self._command("business_reject", {"message": message, "reason": 4}))

    def undelivered(self, why: str) -> Outcome:
        """The message was not taken: the connection ends, and the peer will be asked for it again."""
        return Outcome(self._command("disconnect", {"why": why}), is_delivered=False)

    # ---------------------------------------------------------------------------------------------- logons

    def _judge(self, effect: Deliver, connection: Connection | None) -> Outcome | Awaitable[Outcome]:
        asks = self._dispatch.authenticates and self._settings.connection_type == "acceptor"
        if self._dispatch.hears_from_admin or asks:
            return self._judged(effect, connection)
        return Outcome(self._command("accept_logon", {}))

    async def _judged(self, effect: Deliver, connection: Connection | None) -> Outcome:
        """Ask about a Logon(35=A); what is not answered in time is refused."""
        try:
            async with asyncio.timeout(self._settings.logon_timeout):
                decision = await self._decision(effect.message, connection)
        except RejectLogon as refusal:
            text, status = refusal.text, refusal.session_status
            decision = LogonDecision(accepted=False, text=text, session_status=status, say=True)
        except Refusal as refusal:
            decision = LogonDecision(accepted=False, text=str(refusal), say=True)
        except TimeoutError:
            decision = LogonDecision(accepted=False, text="the application did not answer in time")
        except Exception as error:  # noqa: BLE001, RUF100 - a failing authenticator lets nobody in
            self._failed("a Logon(35=A)", error)
            decision = LogonDecision(accepted=False, text="the application failed")
        if connection is None or connection.driver is None:
            return Outcome([])  # the peer has gone, and its Logon changes nothing
        if decision.accepted:
            return Outcome(self._command("accept_logon", {}))
        self._tell("logon_refused", text=decision.text or None)
        arguments = {"text": decision.text, "session_status": decision.session_status, "say": decision.say}
        return Outcome(self._command("refuse_logon", arguments))

    async def _decision(self, logon: Message, connection: Connection | None) -> LogonDecision:
        application = self._dispatch.application
        answer: Any = application.from_admin(logon, self._session)
        if inspect.isawaitable(answer):
            await answer
        link = connection.link if connection is not None else None
        if self._settings.connection_type == "initiator" or self.is_authenticated or link is None:
            return LogonDecision(accepted=True)
        return await decision_of(application, logon, link.peer)

    # ---------------------------------------------------------------------------------------------- output

    def shown(self, raw: bytes) -> bytes | Awaitable[None]:
        """The session message as ``to_admin`` leaves it; or what to await before asking again."""
        if self._shown[0] == raw:
            return self._shown[1]
        message = parse(raw)
        waiting = self._call("to_admin", self._dispatch.application.to_admin, message)
        if waiting is not None:
            # A plain function may return something to await: the first session message, our Logon, shows it.
            self.to_admin_waits = True
            return self._shown_later(waiting, message, raw)
        self._shown = (raw, message.encode() if message.is_changed else raw)
        return self._shown[1]

    async def _shown_later(self, waiting: Awaitable[None], message: Message, raw: bytes) -> None:
        await waiting
        self._shown = (raw, message.encode() if message.is_changed else raw)

    async def asked_again(self, raw: bytes) -> bytes | None:
        """A stored message that is about to be sent again; nothing if the application does not want that."""
        if not self._dispatch.hears_to_app or not raw or is_admin(raw):
            return raw
        message = parse(raw, strict=False)
        message[43] = "Y"
        try:
            answer = self._dispatch.application.to_app(message, self._session)
            if inspect.isawaitable(answer):
                await answer
        except DoNotSend:
            return None
        except Exception as error:  # noqa: BLE001, RUF100 - what was sent once may be sent again
            self._failed("to_app", error)
        return raw

    # --------------------------------------------------------------------------------------------- life

    def created(self) -> Awaitable[None] | None:
        """Tell that the session exists; what to await, if anything."""
        return self._call("on_create", self._dispatch.application.on_create)

    def logged_on(self) -> Awaitable[None] | None:
        """Tell that messages may be sent; what to await, if anything."""
        return self._call("on_logon", self._dispatch.application.on_logon)

    def logged_out(self) -> Awaitable[None] | None:
        """Tell that they may not any more; what to await, if anything."""
        return self._call("on_logout", self._dispatch.application.on_logout)

    def _call(self, name: str, callback: Any, *arguments: Any) -> Awaitable[None] | None:
        """Call a callback whose failure changes nothing."""
        try:
            answer = callback(*arguments, self._session)
        except Exception as error:  # noqa: BLE001, RUF100 - it is told
            self._failed(name, error)
            return None
        return self._called(name, answer) if answer is not None and inspect.isawaitable(answer) else None

    async def _called(self, name: str, answer: Awaitable[Any]) -> None:
        try:
            await answer
        except Exception as error:  # noqa: BLE001, RUF100 - it is told
            self._failed(name, error)

    def _failed(self, what: str, error: Exception) -> None:
        self._metrics.handler_errors += 1
        self._tell("handler_failed", at=what, error=type(error).__name__)
        _LOG.error("%s: the application failed at %s", self._session, what, exc_info=error)


_ADMIN = frozenset((b"0\x01", b"1\x01", b"2\x01", b"3\x01", b"4\x01", b"5\x01", b"A\x01"))


def is_admin(raw: bytes) -> bool:
    """Whether a message of ours is a session message; MsgType(35) is its third field."""
    at = raw.find(b"\x0135=", 0, 40)
    return at >= 0 and raw[at + 4 : at + 6] in _ADMIN
