"""Log on, from the first byte to the Logons of both sides: what scenarios begin with that are not about it.

A session that does not start again at each Logon is found where it stands: the number that a Logout names is taken
over, and a gap that the peer asks for is filled.
"""

import asyncio
import re

from pyfixmsg_plus.testing.certification.completion import expand
from pyfixmsg_plus.testing.certification.conversation import (
    MOST_HEARTBEATS,
    Conversation,
    Ended,
    number_in,
)
from pyfixmsg_plus.testing.certification.fields import split_fields
from pyfixmsg_plus.testing.certification.judge import parse, value_of
from pyfixmsg_plus.testing.certification.link import Closed, Frame
from pyfixmsg_plus.testing.certification.steps import (
    Compare,
    Expect,
    Logon,
    Role,
    Rule,
    Step,
)
from pyfixmsg_plus.testing.certification.verdicts import Finding, Verdict

__all__ = ["Entrance"]

# A session that has just ended may take a moment until it can be logged on to again.
_LOGON_ATTEMPTS = 4
_LOGON_PAUSE_S = 0.5
_EXPECTING = re.compile(rb"expect\w*\D{1,40}?(\d{1,18})")

_LOGON_REPLY = (Rule(35, Compare.EQUAL, "A"), Rule(98, Compare.EQUAL, "0"))
_LOGON_FIRST = (
    *_LOGON_REPLY,
    Rule(34, Compare.NAME, "their"),
    Rule(108, Compare.NAME, "H"),
    Rule(141, Compare.NAME_IF_PRESENT, "reset"),
)


class Entrance:
    """Logs on in a conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self._talk = conversation

    async def log_on(self, step: Logon) -> None:
        """Log on to an acceptor, or answer the Logon of an initiator."""
        if self._talk.role is Role.ACCEPTOR:
            await self._log_on_to_acceptor(step)
        else:
            await self._answer_initiator(step)
        self._talk.logged_on.add(step.connection)

    def _logon_text(self, step: Logon, *, reset: bool) -> str:
        """The fields of our Logon, ascending; those of the step take the place of the usual ones."""
        usual = ["98=0", "108=$H", *(["141=Y"] if reset else []), *split_fields(self._talk.variables["LOGON"])]
        said = split_fields(expand(step.text, self._talk.variables))
        replaced = {field.partition("=")[0] for field in said}
        fields = [field for field in usual if field.partition("=")[0] not in replaced]
        fields += [field for field in said if not field.endswith("=!")]
        header = [field for field in fields if field.startswith(("34=", "43=", "52=", "122=", "369="))]
        body = sorted((field for field in fields if field not in header), key=lambda one: int(one.partition("=")[0]))
        return "|".join(["35=A", *header, *body, ""])

    async def _log_on_to_acceptor(self, step: Logon) -> None:
        resets = self._talk.counterparty.version.has_reset and self._talk.counterparty.options.get("reset", "Y") != "N"
        text = self._logon_text(step, reset=resets)
        starts_again = "141=Y" in split_fields(text)
        for attempt in range(_LOGON_ATTEMPTS):
            await self._talk.connect(step)
            if starts_again:
                self._talk.variables.update({"out": "1", "in": "1"})
            before = self._talk.variables["out"]
            await self._talk.send(step, self._talk.completed(text))
            event = await self._talk.link(step).peek(self._talk.limits.reply_s)
            if isinstance(event, Frame) and not await self._is_told_ournumber_in(step, event):
                break
            if isinstance(event, Closed) and attempt + 1 < _LOGON_ATTEMPTS:
                self._talk.variables["out"] = before
                await asyncio.sleep(_LOGON_PAUSE_S)
        rules = _LOGON_REPLY if starts_again or step.text else (*_LOGON_REPLY, Rule(34, Compare.NAME, "their"))
        await self._set_up(Expect(line=step.line, connection=step.connection, text="35=A|98=0", rules=rules))
        if not starts_again and not step.text:
            self._talk.variables["in"] = str(int(self._talk.variables.pop("their")) + 1)
            await self._come_in_step(step)

    async def _answer_initiator(self, step: Logon) -> None:
        for _ in range(_LOGON_ATTEMPTS):
            await self._talk.connect(step)
            await self._set_up(Expect(line=step.line, connection=step.connection, text="35=A|98=0", rules=_LOGON_FIRST))
            self._keep_interval(step)
            self._talk.variables["in"] = str(int(self._talk.variables.pop("their")) + 1)
            is_reset = self._talk.variables.pop("reset", "") == "Y"
            if is_reset:
                self._talk.variables["out"] = "1"
            await self._talk.send(step, self._talk.completed(self._logon_text(step, reset=is_reset)))
            if is_reset or step.text or await self._come_in_step(step):
                return
        self._talk.inconclusive(step, "the initiator does not take our numbers")

    def _keep_interval(self, step: Logon) -> None:
        interval = number_in(self._talk.variables["H"].encode())
        if interval is None:
            self._talk.inconclusive(step, f"HeartBtInt(108) is {self._talk.variables['H']!r}")
        self._talk.heart_bt_int = interval
        if self._talk.scenario.heart_bt_int is not None and not 0 < interval <= self._talk.limits.heart_bt_int_s:
            cause = f"HeartBtInt(108) is {interval}, and 1 to {self._talk.limits.heart_bt_int_s} s are waited for"
            raise Ended(Verdict.NOT_APPLICABLE, Finding(step.line, cause))

    async def _is_told_ournumber_in(self, step: Step, event: Frame) -> bool:
        """Take over the number that a Logout says is expected of us, and tell whether there was one."""
        fields = parse(event.raw)
        told = _EXPECTING.search(value_of(fields, 58) or b"")
        if value_of(fields, 35) != b"5" or told is None:
            return False
        await self._talk.take(step, self._talk.link(step))
        self._talk.variables["out"] = told[1].decode()
        return True

    async def _come_in_step(self, step: Step) -> bool:
        """Find the number that the peer expects of a session that has not started again; false: log on once more."""
        link = self._talk.link(step)
        name = await self._talk.send_ping(step)
        for _ in range(MOST_HEARTBEATS):
            event = await link.peek(self._talk.limits.reply_s)
            if not isinstance(event, Frame) or await self._is_told_ournumber_in(step, event):
                return False
            fields = parse(event.raw)
            await self._talk.take(step, link)
            if value_of(fields, 35) == b"2":
                begin = (value_of(fields, 7) or b"").decode("latin-1")
                fill = f"35=4|34={begin}|43=Y|122=<TIME>|123=Y|36={self._talk.variables['out']}|"
                await self._talk.send(step, self._talk.completed(fill))
                # The first one lay within the gap, and is not answered.
                name = await self._talk.send_ping(step)
            elif value_of(fields, 112) == name.encode():
                return True
        return False

    async def _set_up(self, expected: Expect) -> None:
        """Await a Logon without which nothing can be judged."""
        try:
            await self._talk.expect(expected)
        except Ended as ended:
            finding = ended.finding
            cause = f"there is no session to begin with: {finding.cause}"
            self._talk.inconclusive(expected, cause, finding.received)
