"""Play one scenario against an engine: carry out its steps in order, and stop at the first that does not hold.

The peer is not trusted: every wait has a deadline, what is kept has a limit, and what is no message ends the scenario.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn, assert_never

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.testing.certification import quickfix_rules
from pyfixmsg_plus.testing.certification.completion import complete, expand, filled
from pyfixmsg_plus.testing.certification.escapes import readable, to_bytes
from pyfixmsg_plus.testing.certification.fields import split_fields
from pyfixmsg_plus.testing.certification.judge import compare, envelope_faults, parse, value_of
from pyfixmsg_plus.testing.certification.link import Closed, Event, Frame, Junk, Link, Nothing
from pyfixmsg_plus.testing.certification.profile import Counterparty, Limits, Numbers, why_not
from pyfixmsg_plus.testing.certification.steps import (
    Close,
    Compare,
    Connect,
    Dialect,
    Either,
    Expect,
    ExpectClose,
    Leave,
    Logon,
    Logout,
    Ping,
    Raw,
    Role,
    Rule,
    Scenario,
    Send,
    Set,
    Shift,
    Silence,
    Span,
    Step,
    Wait,
    When,
)
from pyfixmsg_plus.testing.certification.transcript import Transcript, masked
from pyfixmsg_plus.testing.certification.verdicts import Finding, Result, Verdict

__all__ = ["Opener", "play", "unplayed"]

Opener = Callable[[], Awaitable[Link]]
"""Opens a connection, or waits until the initiator under test has opened one; `OSError` if it comes to nothing."""

# A session that has just ended may take a moment until it can be logged on to again.
_LOGON_ATTEMPTS = 4
_LOGON_PAUSE_S = 0.5
# Messages that may be passed over while one is awaited.
_MOST_HEARTBEATS = 1000
_EXPECTING = re.compile(rb"expect\w*\D{1,40}?(\d{1,18})")
_MARKED = re.compile(rb"\x01141=Y\x01")

_LOGON_REPLY = (Rule(35, Compare.EQUAL, "A"), Rule(98, Compare.EQUAL, "0"))
_LOGON_FIRST = (
    *_LOGON_REPLY,
    Rule(34, Compare.NAME, "their"),
    Rule(108, Compare.NAME, "H"),
    Rule(141, Compare.NAME_IF_PRESENT, "reset"),
)
_LOGOUT = (Rule(35, Compare.EQUAL, "5"),)
_HEARTBEAT = (Rule(35, Compare.EQUAL, "0"),)


class _Ended(Exception):  # noqa: N818 # how a scenario ends, not an error
    def __init__(self, verdict: Verdict, finding: Finding) -> None:
        super().__init__(finding.cause)
        self.verdict = verdict
        self.finding = finding


async def play(
    scenario: Scenario,
    counterparty: Counterparty,
    role: Role,
    opener: Opener,
    clock: Clock,
    limits: Limits,
    numbers: Numbers | None = None,
) -> Result:
    """Play a scenario and return what came of it.

    Args:
        scenario: What is played.
        counterparty: The session that it is played against.
        role: What the engine under test is.
        opener: Gives connections.
        clock: The time; SendingTime(52) and the transcript are written by it.
        limits: Deadlines and sizes.
        numbers: Where the session stands, if it goes on from scenario to scenario; they are moved on here.
    """
    reason = why_not(scenario, counterparty, role)
    if reason:
        finding = Finding(0, reason)
        return Result(scenario, counterparty.name, role, Verdict.NOT_APPLICABLE, finding)
    return await _Player(scenario, counterparty, role, opener, clock, limits, numbers or Numbers()).play()


def unplayed(scenario: Scenario, counterparty: Counterparty, role: Role) -> Result:
    """Return the result of a scenario for an engine that cannot be reached."""
    reason = why_not(scenario, counterparty, role)
    if reason:
        return Result(scenario, counterparty.name, role, Verdict.NOT_APPLICABLE, Finding(0, reason))
    finding = Finding(0, "the engine cannot be reached")
    return Result(scenario, counterparty.name, role, Verdict.INCONCLUSIVE, finding, is_unreached=True)


class _Player:
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
        self._scenario = scenario
        self._counterparty = counterparty
        self._role = role
        self._opener = opener
        self._clock = clock
        self._limits = limits
        self._began = clock.now()
        self._transcript = Transcript(self._began, limits.transcript_bytes)
        self._links: dict[int, Link] = {}
        self._logged_on: set[int] = set()
        self._notes: list[str] = []
        self._shift_ns = 0
        self._is_unreached = False
        self._pings = 0
        self._marked_ns = self._began.mono_ns
        self._heart_bt_int = counterparty.heart_bt_int if scenario.heart_bt_int is None else scenario.heart_bt_int
        self._numbers = numbers
        self._variables = _variables(counterparty, self._heart_bt_int, numbers)

    # ------------------------------------------------------------------------------------------------ the course

    async def play(self) -> Result:
        verdict, finding = Verdict.PASS, None
        try:
            await self._run(self._scenario.steps)
        except _Ended as ended:
            verdict, finding = ended.verdict, ended.finding
        except asyncio.CancelledError:
            for link in self._links.values():
                link.abort()
            raise
        await self._clean_up()
        self._numbers.next_out, self._numbers.next_in = int(self._variables["out"]), int(self._variables["in"])
        elapsed = self._clock.now().mono_ns - self._began.mono_ns
        notes, entries = tuple(self._notes), self._transcript.entries
        name = self._counterparty.name
        return Result(self._scenario, name, self._role, verdict, finding, notes, entries, elapsed, self._is_unreached)

    async def _run(self, steps: Sequence[Step]) -> None:
        for step in steps:
            try:
                await self._step(step)
            except ValueError as error:
                # A name without a value: the engine has not said what the scenario goes on with.
                self._inconclusive(step, str(error))
            self._marked_ns = self._clock.now().mono_ns

    async def _step(self, step: Step) -> None:
        match step:
            case Connect():
                await self._connect(step)
            case Close(is_lost=is_lost):
                await self._close(step.connection, is_lost=is_lost)
            case Send(text=text):
                await self._send(step, self._completed(text))
            case Raw(text=text):
                await self._send(step, filled(text, self._variables, self._utc_ns(), self._digits()))
            case Expect():
                await self._expect(step)
            case ExpectClose():
                await self._expect_close(step)
            case Silence():
                await self._silence(step)
            case Wait(span=span):
                await asyncio.sleep(span.at(self._heart_bt_int))
            case Logon():
                await self._logon(step)
            case Logout():
                await self._logout(step)
            case Leave():
                await self._leave_on_logout(step)
            case Ping():
                await self._ping(step)
            case Set(name=name, text=text):
                self._variables[name] = expand(text, self._variables)
            case Shift(seconds=seconds):
                self._shift_ns = int(seconds * 1_000_000_000)
            case Either():
                await self._either(step)
            case When():
                holds = any(self._counterparty.holds(condition, self._role) for condition in step.conditions)
                await self._run(step.then if holds else step.otherwise)
            case _:
                raise AssertionError(f"{type(step).__name__} cannot be played")

    def _fail(self, step: Step, cause: str, expected: str = "", received: str = "") -> NoReturn:
        raise _Ended(Verdict.FAIL, Finding(step.line, cause, expected, received))

    def _inconclusive(self, step: Step, cause: str, received: str = "") -> NoReturn:
        raise _Ended(Verdict.INCONCLUSIVE, Finding(step.line, cause, "", received))

    # -------------------------------------------------------------------------------------------- connections

    async def _connect(self, step: Step) -> None:
        if step.connection in self._links:
            await self._close(step.connection, is_lost=False)
        try:
            self._links[step.connection] = await self._opener()
        except OSError as error:
            self._is_unreached = True
            cause = "nobody connected in time" if isinstance(error, TimeoutError) else error.strerror or str(error)
            self._inconclusive(step, f"no connection: {cause}")
        self._note_event(step.connection, "connected")

    async def _close(self, connection: int, *, is_lost: bool) -> None:
        link = self._links.pop(connection, None)
        self._logged_on.discard(connection)
        if link is None:
            return
        if is_lost:
            link.abort()
        else:
            await link.close(self._limits.reply_s)
        self._note_event(connection, "link lost" if is_lost else "closed by us")

    def _link(self, step: Step) -> Link:
        link = self._links.get(step.connection)
        if link is None:
            self._fail(step, "the connection is not open")
        return link

    async def _send(self, step: Step, raw: bytes) -> None:
        link = self._link(step)
        self._transcript.message(self._clock.now(), step.connection, "->", raw)
        if not await link.send(raw, self._limits.reply_s):
            self._fail(step, "the connection is gone, or the peer does not take what we send")

    async def _clean_up(self) -> None:
        """Leave in order, so that the session can be logged on to again."""
        for connection in list(self._links):
            if connection in self._logged_on and self._scenario.dialect is Dialect.OURS:
                await self._leave(connection)
            await self._close(connection, is_lost=False)

    async def _leave(self, connection: int) -> None:
        link = self._links[connection]
        self._shift_ns = 0
        raw = self._completed("35=5|58=end of scenario|")
        self._transcript.message(self._clock.now(), connection, "->", raw)
        if not await link.send(raw, self._limits.reply_s):
            return
        until_ns = self._clock.now().mono_ns + int(self._limits.logout_s * 1e9)
        while (left := (until_ns - self._clock.now().mono_ns) / 1e9) > 0:
            match await link.next(left):
                case Frame() as frame:
                    self._transcript.message(self._clock.now(), connection, "<-", frame.raw)
                    if value_of(parse(frame.raw), 35) == b"5":
                        return
                case _:
                    return

    # ----------------------------------------------------------------------------------------- what is awaited

    def _deadline_s(self, before: Span | None) -> float:
        """How long the next event is awaited, from now on."""
        if before is None:
            return self._limits.reply_s
        elapsed = (self._clock.now().mono_ns - self._marked_ns) / 1e9
        return max(0.0, before.at(self._heart_bt_int) - elapsed)

    def _too_soon(self, step: Expect | ExpectClose, at_ns: int) -> str:
        elapsed = (at_ns - self._marked_ns) / 1e9
        if step.after is not None and elapsed < step.after.at(self._heart_bt_int):
            return f"it came after {elapsed:.3f} s, sooner than {step.after}"
        return ""

    async def _awaited(self, step: Step, link: Link, seconds: float, fits: Callable[[Event], bool]) -> Event:
        """Return the next event; Heartbeats that nobody asked for and that do not fit are passed over."""
        until_ns = self._clock.now().mono_ns + int(seconds * 1e9)
        for _ in range(_MOST_HEARTBEATS):
            event = await link.peek(max(0.0, (until_ns - self._clock.now().mono_ns) / 1e9))
            if fits(event) or not self._is_passed_over(event):
                return event
            await self._take(step, link)
        return self._fail(step, f"{_MOST_HEARTBEATS} Heartbeats came in its place", _written(step))

    async def _expect(self, step: Expect) -> None:
        link = self._link(step)
        event = await self._awaited(
            step, link, self._deadline_s(step.before), lambda event: not self._faults(step, event)
        )
        faults = self._faults(step, event)
        if not isinstance(event, Nothing):
            await self._take(step, link)
        if faults:
            self._fail(step, "; ".join(faults), _written(step), _received(event))

    def _faults(self, step: Expect, event: Event) -> list[str]:
        """In what an event differs from the message that is expected; what the expectation names is kept if it fits."""
        match event:
            case Nothing():
                return [f"nothing came within {step.before or Span(self._limits.reply_s)}"]
            case Closed(is_reset=is_reset):
                return ["the connection was reset" if is_reset else "the connection was closed"]
            case Junk(cause=cause):
                return [cause]
            case Frame(raw=raw, at_ns=at_ns):
                soon = self._too_soon(step, at_ns)
                return [*self._message_faults(step, raw), *([soon] if soon else [])]
        assert_never(event)

    def _message_faults(self, step: Expect, raw: bytes) -> list[str]:
        if self._scenario.dialect is Dialect.QUICKFIX:
            body = quickfix_rules.expand_times(to_bytes(step.text), self._utc_ns())
            found = quickfix_rules.difference(quickfix_rules.complete(body), raw)
            return [found] if found else []
        fields = parse(raw)
        comparison = compare(step, fields, self._variables, self._ignored())
        tags = frozenset(rule.tag for rule in step.rules)
        faults = comparison.faults + envelope_faults(raw, self._envelope(fields), tags, self._clock.now().utc_ns)
        if not faults:
            self._variables.update(comparison.names)
        return faults

    def _ignored(self) -> frozenset[int]:
        said = self._counterparty.options.get("ignored_tags", "")
        return frozenset(int(word) for word in said.split(",") if word.strip().isdigit())

    def _envelope(self, fields: Sequence[tuple[int, bytes]]) -> dict[int, str]:
        """The header that a message of the peer must have; its number, unless it is one that has another."""
        expected = {8: self._variables["BEGIN"], 49: self._variables["PEER"], 56: self._variables["US"]}
        is_again = value_of(fields, 43) == b"Y"
        is_reset = value_of(fields, 35) == b"4" and value_of(fields, 123) != b"Y"
        starts_again = value_of(fields, 35) == b"A" and value_of(fields, 141) == b"Y"
        if not is_again and not is_reset:
            expected[34] = "1" if starts_again else self._variables["in"]
        return expected

    def _is_passed_over(self, event: Event) -> bool:
        """Whether it is a Heartbeat that nobody asked for, in a scenario that is not about time."""
        if self._scenario.judges_heartbeats or not isinstance(event, Frame):
            return False
        fields = parse(event.raw)
        return value_of(fields, 35) == b"0" and value_of(fields, 112) is None

    async def _take(self, step: Step, link: Link) -> None:
        """Take the event that was looked at, and count its number."""
        event = await link.next(0)
        now = self._clock.now()
        match event:
            case Frame(raw=raw):
                self._transcript.message(now, step.connection, "<-", raw)
                self._count(raw)
                if value_of(parse(raw), 35) == b"5":
                    self._logged_on.discard(step.connection)
            case Junk(raw=raw, cause=cause):
                self._transcript.message(now, step.connection, "<-", raw)
                self._note_event(step.connection, cause)
            case Closed(is_reset=is_reset):
                self._note_event(step.connection, "reset by the peer" if is_reset else "closed by the peer")
                self._logged_on.discard(step.connection)
            case Nothing():
                pass

    def _count(self, raw: bytes) -> None:
        """Move on the number that the peer's next message must have."""
        fields = parse(raw)
        number, following = _number(value_of(fields, 34)), _number(value_of(fields, 36))
        expected = int(self._variables["in"])
        if value_of(fields, 35) == b"4":
            if following is not None and (value_of(fields, 123) != b"Y" or number == expected):
                self._variables["in"] = str(following)
        elif number is not None and (number >= expected or _MARKED.search(raw) is not None):
            self._variables["in"] = str(number + 1)

    async def _expect_close(self, step: ExpectClose) -> None:
        link = self._link(step)
        event = await self._awaited(step, link, self._deadline_s(step.before), lambda _: False)
        fault = self._close_faults(step, event)
        if not isinstance(event, Nothing):
            await self._take(step, link)
        if fault:
            self._fail(step, fault, _written(step), _received(event))
        await self._close(step.connection, is_lost=False)

    def _close_faults(self, step: ExpectClose, event: Event) -> str:
        match event:
            case Closed(at_ns=at_ns):
                return self._too_soon(step, at_ns)
            case Nothing():
                return f"the connection was not closed within {step.before or Span(self._limits.reply_s)}"
            case Frame():
                return "a message came before the end of the connection"
            case Junk(cause=cause):
                return f"bytes came before the end of the connection: {cause}"
        assert_never(event)

    async def _silence(self, step: Silence) -> None:
        link = self._link(step)
        event = await self._awaited(step, link, step.span.at(self._heart_bt_int), lambda _: False)
        if not isinstance(event, Nothing):
            await self._take(step, link)
            self._fail(step, f"something came within {step.span}", _written(step), _received(event))

    async def _either(self, step: Either) -> None:
        link = self._link(step)
        courses = [course for course in step.branches if course.steps]
        heads = [course.steps[0] for course in courses]
        quiet = [head.span.at(self._heart_bt_int) for head in heads if isinstance(head, Silence)]
        said = [self._deadline_s(head.before) for head in heads if isinstance(head, Expect | ExpectClose)]

        def fits(event: Event) -> bool:
            return any(not self._head_faults(head, event) for head in heads)

        event = await self._awaited(step, link, min(quiet or [max(said)]), fits)
        differences = []
        for course, head in zip(courses, heads, strict=True):
            faults = self._head_faults(head, event)
            if not faults:
                self._chosen(course.name)
                # Silence has been kept already.
                await self._run(course.steps[1:] if isinstance(head, Silence) else course.steps)
                return
            differences.append((len(faults), f"{_written(head)} ({'; '.join(faults)})"))
        if len(courses) < len(step.branches):
            return
        if not isinstance(event, Nothing):
            await self._take(step, link)
        differences.sort(key=lambda one: one[0])
        self._fail(step, "none of the lawful answers", " or ".join(text for _, text in differences), _received(event))

    def _head_faults(self, head: Step, event: Event) -> list[str]:
        """In what an event differs from what a course begins with."""
        match head:
            case Expect():
                return self._faults(head, event)
            case ExpectClose():
                fault = self._close_faults(head, event)
                return [fault] if fault else []
            case Silence(span=span):
                return [] if isinstance(event, Nothing) else [f"something came within {span}"]
        raise AssertionError("a course begins with what is expected")

    def _chosen(self, name: str) -> None:
        if name and name not in self._notes:
            self._notes.append(name)

    # -------------------------------------------------------------------------------------------------- macros

    async def _logon(self, step: Logon) -> None:
        if self._role is Role.ACCEPTOR:
            await self._log_on_to_acceptor(step)
        else:
            await self._answer_initiator(step)
        self._logged_on.add(step.connection)

    def _logon_text(self, step: Logon, *, reset: bool) -> str:
        """The fields of our Logon, ascending; those of the step take the place of the usual ones."""
        usual = ["98=0", "108=$H", *(["141=Y"] if reset else []), *split_fields(self._variables["LOGON"])]
        said = split_fields(expand(step.text, self._variables))
        replaced = {field.partition("=")[0] for field in said}
        fields = [field for field in usual if field.partition("=")[0] not in replaced]
        fields += [field for field in said if not field.endswith("=!")]
        header = [field for field in fields if field.startswith(("34=", "43=", "52=", "122=", "369="))]
        body = sorted((field for field in fields if field not in header), key=lambda one: int(one.partition("=")[0]))
        return "|".join(["35=A", *header, *body, ""])

    async def _log_on_to_acceptor(self, step: Logon) -> None:
        resets = self._counterparty.version.has_reset and self._counterparty.options.get("reset", "Y") != "N"
        text = self._logon_text(step, reset=resets)
        starts_again = "141=Y" in split_fields(text)
        for attempt in range(_LOGON_ATTEMPTS):
            await self._connect(step)
            if starts_again:
                self._variables.update({"out": "1", "in": "1"})
            before = self._variables["out"]
            await self._send(step, self._completed(text))
            event = await self._link(step).peek(self._limits.reply_s)
            if isinstance(event, Frame) and not await self._is_told_our_number(step, event):
                break
            if isinstance(event, Closed) and attempt + 1 < _LOGON_ATTEMPTS:
                self._variables["out"] = before
                await asyncio.sleep(_LOGON_PAUSE_S)
        rules = _LOGON_REPLY if starts_again or step.text else (*_LOGON_REPLY, Rule(34, Compare.NAME, "their"))
        await self._set_up(Expect(line=step.line, connection=step.connection, text="35=A|98=0", rules=rules))
        if not starts_again and not step.text:
            self._variables["in"] = str(int(self._variables.pop("their")) + 1)
            await self._come_in_step(step)

    async def _answer_initiator(self, step: Logon) -> None:
        for _ in range(_LOGON_ATTEMPTS):
            await self._connect(step)
            await self._set_up(Expect(line=step.line, connection=step.connection, text="35=A|98=0", rules=_LOGON_FIRST))
            self._keep_interval(step)
            self._variables["in"] = str(int(self._variables.pop("their")) + 1)
            is_reset = self._variables.pop("reset", "") == "Y"
            if is_reset:
                self._variables["out"] = "1"
            await self._send(step, self._completed(self._logon_text(step, reset=is_reset)))
            if is_reset or step.text or await self._come_in_step(step):
                return
        self._inconclusive(step, "the initiator does not take our numbers")

    def _keep_interval(self, step: Logon) -> None:
        interval = _number(self._variables["H"].encode())
        if interval is None:
            self._inconclusive(step, f"HeartBtInt(108) is {self._variables['H']!r}")
        self._heart_bt_int = interval
        if self._scenario.heart_bt_int is not None and not 0 < interval <= self._limits.heart_bt_int_s:
            cause = f"HeartBtInt(108) is {interval}, and 1 to {self._limits.heart_bt_int_s} s are waited for"
            raise _Ended(Verdict.NOT_APPLICABLE, Finding(step.line, cause))

    async def _is_told_our_number(self, step: Step, event: Frame) -> bool:
        """Take over the number that a Logout says is expected of us, and tell whether there was one."""
        fields = parse(event.raw)
        told = _EXPECTING.search(value_of(fields, 58) or b"")
        if value_of(fields, 35) != b"5" or told is None:
            return False
        await self._take(step, self._link(step))
        self._variables["out"] = told[1].decode()
        return True

    async def _come_in_step(self, step: Step) -> bool:
        """Find the number that the peer expects of a session that has not started again; false: log on once more."""
        link = self._link(step)
        name = await self._send_ping(step)
        for _ in range(_MOST_HEARTBEATS):
            event = await link.peek(self._limits.reply_s)
            if not isinstance(event, Frame) or await self._is_told_our_number(step, event):
                return False
            fields = parse(event.raw)
            await self._take(step, link)
            if value_of(fields, 35) == b"2":
                begin = (value_of(fields, 7) or b"").decode("latin-1")
                fill = f"35=4|34={begin}|43=Y|122=<TIME>|123=Y|36={self._variables['out']}|"
                await self._send(step, self._completed(fill))
                # The first one lay within the gap, and is not answered.
                name = await self._send_ping(step)
            elif value_of(fields, 112) == name.encode():
                return True
        return False

    async def _send_ping(self, step: Step) -> str:
        self._pings += 1
        name = f"PING{self._pings}"
        await self._send(step, self._completed(f"35=1|112={name}|"))
        return name

    async def _set_up(self, expected: Expect) -> None:
        """Await a Logon without which nothing can be judged."""
        try:
            await self._expect(expected)
        except _Ended as ended:
            finding = ended.finding
            cause = f"there is no session to begin with: {finding.cause}"
            self._inconclusive(expected, cause, finding.received)

    async def _logout(self, step: Logout) -> None:
        await self._send(step, self._completed("35=5|"))
        await self._expect(Expect(line=step.line, connection=step.connection, text="35=5", rules=_LOGOUT))
        await self._expect_close(ExpectClose(line=step.line, connection=step.connection))

    async def _leave_on_logout(self, step: Step) -> None:
        raw = self._completed("35=5|")
        self._transcript.message(self._clock.now(), step.connection, "->", raw)
        await self._link(step).send(raw, self._limits.reply_s)
        await self._expect_close(ExpectClose(line=step.line, connection=step.connection))

    async def _ping(self, step: Ping) -> None:
        name = await self._send_ping(step)
        rules = (*_HEARTBEAT, Rule(112, Compare.EQUAL, name))
        await self._expect(Expect(line=step.line, connection=step.connection, text=f"35=0|112={name}", rules=rules))

    # ------------------------------------------------------------------------------------------------ our bytes

    def _utc_ns(self) -> int:
        return self._clock.now().utc_ns + self._shift_ns

    def _digits(self) -> int:
        return 3 if self._counterparty.version.has_milliseconds else 0

    def _completed(self, text: str) -> bytes:
        if self._scenario.dialect is Dialect.QUICKFIX:
            return quickfix_rules.complete(quickfix_rules.expand_times(to_bytes(text), self._utc_ns()))
        raw = complete(text, self._variables, self._utc_ns(), self._digits())
        if not re.search(r"(^|\|)(34|8)=", text):
            self._variables["out"] = str(int(self._variables["out"]) + 1)
        return raw

    def _note_event(self, connection: int, text: str) -> None:
        self._transcript.event(self._clock.now(), connection, text)


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


def _number(value: bytes | None) -> int | None:
    return int(value) if value is not None and value.isdigit() and len(value) <= 20 else None


def _written(step: Step) -> str:
    match step:
        case Expect(text=text):
            return text
        case ExpectClose():
            return "the end of the connection"
        case Silence(span=span):
            return f"silence for {span}"
    return ""


def _received(event: Event) -> str:
    match event:
        case Frame(raw=raw) | Junk(raw=raw):
            return readable(masked(raw))
        case Closed():
            return "the end of the connection"
        case Nothing():
            return "nothing"
    assert_never(event)
