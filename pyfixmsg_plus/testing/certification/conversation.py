"""One conversation with an engine: its connections, the numbers on both sides, what is sent, and what is awaited.

The peer is not trusted: every wait has a deadline, what is kept has a limit, and what is no message ends the scenario.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn, assert_never

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.testing.certification import quickfix_rules
from pyfixmsg_plus.testing.certification.completion import VariableError, complete, expand, filled
from pyfixmsg_plus.testing.certification.escapes import readable, to_bytes
from pyfixmsg_plus.testing.certification.fields import split_fields
from pyfixmsg_plus.testing.certification.judge import compare, envelope_faults, parse, value_of
from pyfixmsg_plus.testing.certification.link import Closed, Event, Frame, Junk, Link, Nothing
from pyfixmsg_plus.testing.certification.profile import Counterparty, Limits, Numbers
from pyfixmsg_plus.testing.certification.steps import (
    Dialect,
    Expect,
    ExpectClose,
    Role,
    Scenario,
    Silence,
    Span,
    Step,
)
from pyfixmsg_plus.testing.certification.transcript import Transcript, masked
from pyfixmsg_plus.testing.certification.verdicts import Finding, Verdict

__all__ = ["Conversation", "Ended", "Opener", "number_in"]

Opener = Callable[[], Awaitable[Link]]
"""Opens a connection, or waits until the initiator under test has opened one; `OSError` if it comes to nothing."""

# Messages that may be passed over while one is awaited.
MOST_HEARTBEATS = 1000

_MARKED = re.compile(rb"\x01141=Y\x01")


class Ended(Exception):  # noqa: N818 # how a scenario ends, not an error
    """A scenario ends before its last step."""

    def __init__(self, verdict: Verdict, finding: Finding) -> None:
        super().__init__(finding.cause)
        self.verdict = verdict
        self.finding = finding


class Conversation:
    """What is going on between us and the engine under test in one scenario.

    Attributes:
        variables: The values of names; ``out`` is our next number, ``in`` the one that we expect next.
        heart_bt_int: HeartBtInt(108) of the session, in seconds.
        marked_ns: When the step before ended, on the clock that never steps.
        shift_ns: By how much our clock is wrong.
        logged_on: The connections on which Logons were exchanged.
        is_unreached: No connection came about.
    """

    def __init__(
        self,
        scenario: Scenario,
        counterparty: Counterparty,
        role: Role,
        opener: Opener,
        clock: Clock,
        limits: Limits,
        numbers: Numbers,
    ) -> None:
        self.scenario = scenario
        self.counterparty = counterparty
        self.role = role
        self._opener = opener
        self.clock = clock
        self.limits = limits
        self.began = clock.now()
        self.transcript = Transcript(self.began, limits.transcript_bytes)
        self._links: dict[int, Link] = {}
        self.logged_on: set[int] = set()
        self.notes: list[str] = []
        self.shift_ns = 0
        self.is_unreached = False
        self._pings = 0
        self.marked_ns = self.began.mono_ns
        self.heart_bt_int = counterparty.heart_bt_int if scenario.heart_bt_int is None else scenario.heart_bt_int
        self.numbers = numbers
        self.variables = _variables(counterparty, self.heart_bt_int, numbers)

    def fail(self, step: Step, cause: str, expected: str = "", received: str = "") -> NoReturn:
        """End the scenario: the engine does not keep to the rules."""
        raise Ended(Verdict.FAIL, Finding(step.line, cause, expected, received))

    def inconclusive(self, step: Step, cause: str, received: str = "") -> NoReturn:
        """End the scenario: nothing was said about the engine's answer."""
        raise Ended(Verdict.INCONCLUSIVE, Finding(step.line, cause, "", received))

    async def connect(self, step: Step) -> None:
        """Open the connection of a step; one that is open is closed first."""
        if step.connection in self._links:
            await self.close(step.connection, is_lost=False)
        try:
            self._links[step.connection] = await self._opener()
        except OSError as error:
            self.is_unreached = True
            cause = "nobody connected in time" if isinstance(error, TimeoutError) else error.strerror or str(error)
            self.inconclusive(step, f"no connection: {cause}")
        self.note_event(step.connection, "connected")

    async def close(self, connection: int, *, is_lost: bool) -> None:
        """Close a connection; with a reset, as a link that is lost, if ``is_lost``."""
        link = self._links.pop(connection, None)
        self.logged_on.discard(connection)
        if link is None:
            return
        if is_lost:
            link.abort()
        else:
            await link.close(self.limits.reply_s)
        self.note_event(connection, "link lost" if is_lost else "closed by us")

    def link(self, step: Step) -> Link:
        """Return the connection of a step, which must be open."""
        link = self._links.get(step.connection)
        if link is None:
            self.fail(step, "the connection is not open")
        return link

    async def send(self, step: Step, raw: bytes) -> None:
        """Send bytes, which the peer must take."""
        link = self.link(step)
        self.transcript.message(self.clock.now(), step.connection, "->", raw)
        if not await link.send(raw, self.limits.reply_s):
            self.fail(step, "the connection is gone, or the peer does not take what we send")

    def abort(self) -> None:
        """Drop all connections at once."""
        for link in self._links.values():
            link.abort()

    async def clean_up(self) -> None:
        """Leave in order, so that the session can be logged on to again."""
        for connection in list(self._links):
            if connection in self.logged_on and self.scenario.dialect is Dialect.OURS:
                await self.leave(connection)
            await self.close(connection, is_lost=False)

    async def leave(self, connection: int) -> None:
        """Log out of a session that a scenario has left open, whatever comes of it."""
        link = self._links[connection]
        self.shift_ns = 0
        raw = self.completed("35=5|58=end of scenario|")
        self.transcript.message(self.clock.now(), connection, "->", raw)
        if not await link.send(raw, self.limits.reply_s):
            return
        until_ns = self.clock.now().mono_ns + int(self.limits.logout_s * 1e9)
        while (left := (until_ns - self.clock.now().mono_ns) / 1e9) > 0:
            match await link.next(left):
                case Frame() as frame:
                    self.transcript.message(self.clock.now(), connection, "<-", frame.raw)
                    if value_of(parse(frame.raw), 35) == b"5":
                        return
                case _:
                    return

    # ----------------------------------------------------------------------------------------- what is awaited

    def deadline_s(self, before: Span | None) -> float:
        """How long the next event is awaited, from now on."""
        if before is None:
            return self.limits.reply_s
        elapsed = (self.clock.now().mono_ns - self.marked_ns) / 1e9
        return max(0.0, before.at(self.heart_bt_int) - elapsed)

    def _too_soon(self, step: Expect | ExpectClose, at_ns: int) -> str:
        elapsed = (at_ns - self.marked_ns) / 1e9
        if step.after is not None and elapsed < step.after.at(self.heart_bt_int):
            return f"it came after {elapsed:.3f} s, sooner than {step.after}"
        return ""

    async def awaited(self, step: Step, link: Link, seconds: float, fits: Callable[[Event], bool]) -> Event:
        """Return the next event; Heartbeats that nobody asked for and that do not fit are passed over."""
        until_ns = self.clock.now().mono_ns + int(seconds * 1e9)
        for _ in range(MOST_HEARTBEATS):
            event = await link.peek(max(0.0, (until_ns - self.clock.now().mono_ns) / 1e9))
            if fits(event) or not self.is_passed_over(event):
                return event
            await self.take(step, link)
        return self.fail(step, f"{MOST_HEARTBEATS} Heartbeats came in its place", written_step(step))

    async def expect(self, step: Expect) -> None:
        """Take the next message, which must be the expected one."""
        link = self.link(step)
        event = await self.awaited(step, link, self.deadline_s(step.before), lambda event: not self.faults(step, event))
        faults = self.faults(step, event)
        if not isinstance(event, Nothing):
            await self.take(step, link)
        if faults:
            self.fail(step, "; ".join(faults), written_step(step), received_text(event))

    def faults(self, step: Expect, event: Event) -> list[str]:
        """In what an event differs from the message that is expected; what the expectation names is kept if it fits."""
        match event:
            case Nothing():
                return [f"nothing came within {step.before or Span(self.limits.reply_s)}"]
            case Closed(is_reset=is_reset):
                return ["the connection was reset" if is_reset else "the connection was closed"]
            case Junk(cause=cause):
                return [cause]
            case Frame(raw=raw, at_ns=at_ns):
                soon = self._too_soon(step, at_ns)
                return [*self._message_faults(step, raw), *([soon] if soon else [])]
        assert_never(event)

    def _message_faults(self, step: Expect, raw: bytes) -> list[str]:
        if self.scenario.dialect is Dialect.QUICKFIX:
            body = quickfix_rules.expand_times(to_bytes(step.text), self._utc_ns())
            found = quickfix_rules.difference(quickfix_rules.complete(body), raw)
            return [found] if found else []
        fields = parse(raw)
        comparison = compare(step, fields, self.variables, self._ignored())
        tags = frozenset(rule.tag for rule in step.rules)
        faults = comparison.faults + envelope_faults(raw, self._envelope(fields), tags, self.clock.now().utc_ns)
        if not faults:
            self.variables.update(comparison.names)
        return faults

    def _ignored(self) -> frozenset[int]:
        said = self.counterparty.options.get("ignored_tags", "")
        return frozenset(int(word) for word in said.split(",") if word.strip().isdigit())

    def _envelope(self, fields: Sequence[tuple[int, bytes]]) -> dict[int, str]:
        """The header that a message of the peer must have; its number, unless it is one that has another."""
        expected = {8: self.variables["BEGIN"], 49: self.variables["PEER"], 56: self.variables["US"]}
        is_again = value_of(fields, 43) == b"Y"
        is_reset = value_of(fields, 35) == b"4" and value_of(fields, 123) != b"Y"
        starts_again = value_of(fields, 35) == b"A" and value_of(fields, 141) == b"Y"
        if not is_again and not is_reset:
            expected[34] = "1" if starts_again else self.variables["in"]
        return expected

    def is_passed_over(self, event: Event) -> bool:
        """Whether it is a Heartbeat that nobody asked for, in a scenario that is not about time."""
        if self.scenario.judges_heartbeats or not isinstance(event, Frame):
            return False
        fields = parse(event.raw)
        return value_of(fields, 35) == b"0" and value_of(fields, 112) is None

    async def take(self, step: Step, link: Link) -> None:
        """Take the event that was looked at, and count its number."""
        event = await link.next(0)
        now = self.clock.now()
        match event:
            case Frame(raw=raw):
                self.transcript.message(now, step.connection, "<-", raw)
                self._count(raw)
                if value_of(parse(raw), 35) == b"5":
                    self.logged_on.discard(step.connection)
            case Junk(raw=raw, cause=cause):
                self.transcript.message(now, step.connection, "<-", raw)
                self.note_event(step.connection, cause)
            case Closed(is_reset=is_reset):
                self.note_event(step.connection, "reset by the peer" if is_reset else "closed by the peer")
                self.logged_on.discard(step.connection)
            case Nothing():
                pass

    def _count(self, raw: bytes) -> None:
        """Move on the number that the peer's next message must have."""
        fields = parse(raw)
        number, following = number_in(value_of(fields, 34)), number_in(value_of(fields, 36))
        expected = int(self.variables["in"])
        if value_of(fields, 35) == b"4":
            if following is not None and (value_of(fields, 123) != b"Y" or number == expected):
                self.variables["in"] = str(following)
        elif number is not None and (number >= expected or _MARKED.search(raw) is not None):
            self.variables["in"] = str(number + 1)

    async def expect_close(self, step: ExpectClose) -> None:
        """Await the end of the connection, before which nothing may come."""
        link = self.link(step)
        event = await self.awaited(step, link, self.deadline_s(step.before), lambda _: False)
        fault = self._close_faults(step, event)
        if not isinstance(event, Nothing):
            await self.take(step, link)
        if fault:
            self.fail(step, fault, written_step(step), received_text(event))
        await self.close(step.connection, is_lost=False)

    def _close_faults(self, step: ExpectClose, event: Event) -> str:
        match event:
            case Closed(at_ns=at_ns):
                return self._too_soon(step, at_ns)
            case Nothing():
                return f"the connection was not closed within {step.before or Span(self.limits.reply_s)}"
            case Frame():
                return "a message came before the end of the connection"
            case Junk(cause=cause):
                return f"bytes came before the end of the connection: {cause}"
        assert_never(event)

    async def silence(self, step: Silence) -> None:
        """See that nothing comes and the connection stays."""
        link = self.link(step)
        event = await self.awaited(step, link, step.span.at(self.heart_bt_int), lambda _: False)
        if not isinstance(event, Nothing):
            await self.take(step, link)
            self.fail(step, f"something came within {step.span}", written_step(step), received_text(event))

    def head_faults(self, head: Step, event: Event) -> list[str]:
        """In what an event differs from what a course begins with."""
        match head:
            case Expect():
                return self.faults(head, event)
            case ExpectClose():
                fault = self._close_faults(head, event)
                return [fault] if fault else []
            case Silence(span=span):
                return [] if isinstance(event, Nothing) else [f"something came within {span}"]
        raise AssertionError("a course begins with what is expected")

    async def send_ping(self, step: Step) -> str:
        """Send a TestRequest(35=1) and return its TestReqID(112)."""
        self._pings += 1
        name = f"PING{self._pings}"
        await self.send(step, self.completed(f"35=1|112={name}|"))
        return name

    def _utc_ns(self) -> int:
        return self.clock.now().utc_ns + self.shift_ns

    def _digits(self) -> int:
        return 3 if self.counterparty.version.has_milliseconds else 0

    def set(self, name: str, text: str) -> None:
        """Give a name a value."""
        value = expand(text, self.variables)
        if name in ("in", "out") and not (value.isascii() and value.isdigit()):
            raise VariableError(f"${name} is a number, and {value!r} is none")
        self.variables[name] = value

    def filled(self, text: str) -> bytes:
        """Return the bytes of a text that is sent as it is."""
        return filled(text, self.variables, self._utc_ns(), self._digits())

    def completed(self, text: str) -> bytes:
        """Return the bytes of a message by the rules of the dialect; our number moves on."""
        if self.scenario.dialect is Dialect.QUICKFIX:
            return quickfix_rules.complete(quickfix_rules.expand_times(to_bytes(text), self._utc_ns()))
        raw = complete(text, self.variables, self._utc_ns(), self._digits())
        if not re.search(r"(^|\|)(34|8)=", text):
            self.variables["out"] = str(int(self.variables["out"]) + 1)
        return raw

    def note_event(self, connection: int, text: str) -> None:
        """Keep what happened in the transcript."""
        self.transcript.event(self.clock.now(), connection, text)


def _variables(counterparty: Counterparty, heart_bt_int: int, numbers: Numbers) -> dict[str, str]:
    """The names that every scenario knows."""
    version = counterparty.version
    fixt = [f"1137={version.appl_ver_id}"] if version.appl_ver_id else []
    return {
        "BEGIN": version.begin_string,
        "OTHER": version.other_begin_string,
        "US": counterparty.sender_comp_id,
        "PEER": counterparty.target_comp_id,
        "H": str(heart_bt_int),
        "LOGON": "|".join([*fixt, *split_fields(counterparty.logon)]),
        "ORDER": "11=CERTIFY-1|21=1|55=IBM|54=1|38=100|40=1|60=<TIME>",
        "out": str(numbers.next_out),
        "in": str(numbers.next_in),
    }


def number_in(value: bytes | None) -> int | None:
    """Return the number of a field; nothing if it is none."""
    return int(value) if value is not None and value.isdigit() and len(value) <= 20 else None


def written_step(step: Step) -> str:
    match step:
        case Expect(text=text):
            return text
        case ExpectClose():
            return "the end of the connection"
        case Silence(span=span):
            return f"silence for {span}"
    return ""


def received_text(event: Event) -> str:
    match event:
        case Frame(raw=raw) | Junk(raw=raw):
            return readable(masked(raw))
        case Closed():
            return "the end of the connection"
        case Nothing():
            return "nothing"
    assert_never(event)
