"""A counterparty that answers as a script says.

A script is TOML: rules in their order, the first that fits a message answers it::

    [[on]]
    message = "D"                 # MsgType(35), or the name NewOrderSingle
    where = { Symbol = "IBM" }    # fields that must have these values
    reply = ["35=8|37={{id}}|11={{11}}|17={{id}}|39=0|150=0|55={{55}}|54={{54}}|151={{38}}|14=0|6=0"]

    [[on]]
    message = "F"
    reject = { business_reason = 3, text = "no cancels here" }

    [[on]]
    event = "logon"
    reply = ["hello.fix"]

``reply`` holds templates, as text or as files beside the script. ``log_out = "text"``, ``disconnect = true`` and
``ignore = true`` are answers too. What no rule fits is refused as unsupported.
"""

import tomllib
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from pyfixmsg_plus.clock import Clock, SystemClock
from pyfixmsg_plus.engine import Application, Session
from pyfixmsg_plus.errors import BusinessReject, UnsupportedMessageType
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.testing.counterparties.templates import Template, TemplateError, read_template

__all__ = ["Script", "ScriptedApplication", "load_script"]


@dataclass(frozen=True, slots=True)
class Rule:
    """When, and what then."""

    message: str | None = None
    event: str | None = None
    where: tuple[tuple[int | str, str], ...] = ()
    reply: tuple[Template, ...] = ()
    business_reason: int | None = None
    text: str | None = None
    log_out: str | None = None
    disconnect: bool = False

    def fits(self, message: Message) -> bool:
        """Whether the rule is for this message."""
        if self.message is None or self.message not in (message.msg_type, message.name):
            return False
        return all(message.get(key) == value for key, value in self.where)


@dataclass(frozen=True, slots=True)
class Script:
    """Rules in their order."""

    rules: tuple[Rule, ...] = field(default=())


_KEYS = frozenset({"message", "event", "where", "reply", "reject", "log_out", "disconnect", "ignore"})


def load_script(path: Path) -> Script:
    """Read a script.

    Raises:
        TemplateError: It is no script, or a template in it is none.
        OSError: It cannot be read.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{path}: {error}") from error
    rules = content.get("on", [])
    if not isinstance(rules, list) or not rules or set(content) - {"on"}:
        raise TemplateError(f"{path}: a script has [[on]] tables, and nothing else")
    return Script(tuple(_rule(path, number, rule) for number, rule in enumerate(rules, 1)))


def _rule(path: Path, number: int, written: dict[str, Any]) -> Rule:
    where = f"{path}: [[on]] {number}"
    if unknown := set(written) - _KEYS:
        raise TemplateError(f"{where}: {', '.join(sorted(unknown))} is not known; known are {', '.join(sorted(_KEYS))}")
    if ("message" in written) == ("event" in written):
        raise TemplateError(f"{where}: needs a message or an event, and not both")
    if written.get("event", "logon") != "logon":
        raise TemplateError(f"{where}: the one event is logon")
    replies = written.get("reply", [])
    texts = [replies] if isinstance(replies, str) else list(replies)
    templates = tuple(read_template(text if "=" in text else path.parent / text) for text in texts)
    reject = written.get("reject", {})
    conditions = tuple(
        (int(key) if key.isdigit() else key, str(value)) for key, value in written.get("where", {}).items()
    )
    return Rule(
        message=written.get("message"),
        event=written.get("event"),
        where=conditions,
        reply=templates,
        business_reason=reject.get("business_reason"),
        text=reject.get("text"),
        log_out=written.get("log_out"),
        disconnect=bool(written.get("disconnect", False)),
    )


class ScriptedApplication(Application):
    """Answers as a script says.

    Args:
        script: The rules.
        clock: Tells the time for ``{{now}}``.
    """

    def __init__(self, script: Script, clock: Clock | None = None) -> None:
        self._script = script
        self._clock = clock or SystemClock()
        self._ids = count(1)

    def on_logon(self, session: Session) -> None:
        """Follow the rules for the event."""
        for rule in self._script.rules:
            if rule.event == "logon":
                self._follow(rule, None, session)

    def from_app(self, message: Any, session: Session) -> None:
        """Follow the first rule that fits."""
        for rule in self._script.rules:
            if rule.fits(message):
                self._follow(rule, message, session)
                return
        raise UnsupportedMessageType(f"MsgType(35)={message.msg_type}")

    def _follow(self, rule: Rule, message: Message | None, session: Session) -> None:
        dictionary = message.dictionary if message is not None else None
        for template in rule.reply:
            reply = template.fill(
                session.session_id.begin_string,
                dictionary,
                utc_ns=self._clock.now().utc_ns,
                number=next(self._ids),
                answered=message,
            )
            session.send(reply)
        if rule.log_out is not None:
            session.log_out(rule.log_out)
        if rule.disconnect:
            session.disconnect("the script says so")
        if rule.business_reason is not None:
            raise BusinessReject(rule.business_reason, rule.text)
