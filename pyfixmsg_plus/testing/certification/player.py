"""Play one scenario against an engine: carry out its steps in order, and stop at the first that does not hold."""

import asyncio
from collections.abc import Sequence

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.testing.certification.completion import VariableError
from pyfixmsg_plus.testing.certification.conversation import (
    Conversation,
    Ended,
    Opener,
    received_text,
    written_step,
)
from pyfixmsg_plus.testing.certification.link import Event, Nothing
from pyfixmsg_plus.testing.certification.logons import Entrance
from pyfixmsg_plus.testing.certification.profile import Counterparty, Limits, Numbers, why_not
from pyfixmsg_plus.testing.certification.steps import (
    Close,
    Compare,
    Connect,
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
    Step,
    Wait,
    When,
)
from pyfixmsg_plus.testing.certification.verdicts import Finding, Result, Verdict

__all__ = ["play", "unplayed"]

_LOGOUT = (Rule(35, Compare.EQUAL, "5"),)
_HEARTBEAT = (Rule(35, Compare.EQUAL, "0"),)


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
    return await _Player(Conversation(scenario, counterparty, role, opener, clock, limits, numbers or Numbers())).play()


def unplayed(scenario: Scenario, counterparty: Counterparty, role: Role) -> Result:
    """Return the result of a scenario for an engine that cannot be reached."""
    reason = why_not(scenario, counterparty, role)
    if reason:
        return Result(scenario, counterparty.name, role, Verdict.NOT_APPLICABLE, Finding(0, reason))
    finding = Finding(0, "the engine cannot be reached")
    return Result(scenario, counterparty.name, role, Verdict.INCONCLUSIVE, finding, is_unreached=True)


class _Player:
    def __init__(self, conversation: Conversation) -> None:
        self._talk = conversation
        self._entrance = Entrance(conversation)

    async def play(self) -> Result:
        verdict, finding = Verdict.PASS, None
        try:
            await self._run(self._talk.scenario.steps)
        except Ended as ended:
            verdict, finding = ended.verdict, ended.finding
        except asyncio.CancelledError:
            self._talk.abort()
            raise
        await self._talk.clean_up()
        talk = self._talk
        talk.numbers.next_out, talk.numbers.next_in = int(talk.variables["out"]), int(talk.variables["in"])
        return Result(
            talk.scenario,
            talk.counterparty.name,
            talk.role,
            verdict,
            finding,
            tuple(talk.notes),
            talk.transcript.entries,
            talk.clock.now().mono_ns - talk.began.mono_ns,
            talk.is_unreached,
        )

    async def _run(self, steps: Sequence[Step]) -> None:
        for step in steps:
            try:
                await self._step(step)
            except VariableError as error:
                # A name without a value: the engine has not said what the scenario goes on with.
                self._talk.inconclusive(step, str(error))
            self._talk.marked_ns = self._talk.clock.now().mono_ns

    async def _step(self, step: Step) -> None:
        match step:
            case Connect():
                await self._talk.connect(step)
            case Close(is_lost=is_lost):
                await self._talk.close(step.connection, is_lost=is_lost)
            case Send(text=text):
                await self._talk.send(step, self._talk.completed(text))
            case Raw(text=text):
                await self._talk.send(step, self._talk.filled(text))
            case Expect():
                await self._talk.expect(step)
            case ExpectClose():
                await self._talk.expect_close(step)
            case Silence():
                await self._talk.silence(step)
            case Wait(span=span):
                await asyncio.sleep(span.at(self._talk.heart_bt_int))
            case Logon():
                await self._entrance.log_on(step)
            case Logout():
                await self._logout(step)
            case Leave():
                await self._leave_on_logout(step)
            case Ping():
                await self._ping(step)
            case Set(name=name, text=text):
                self._talk.set(name, text)
            case Shift(seconds=seconds):
                self._talk.shift_ns = int(seconds * 1_000_000_000)
            case Either():
                await self._either(step)
            case When():
                holds = any(self._talk.counterparty.holds(condition, self._talk.role) for condition in step.conditions)
                await self._run(step.then if holds else step.otherwise)
            case _:
                raise AssertionError(f"{type(step).__name__} cannot be played")

    async def _either(self, step: Either) -> None:
        link = self._talk.link(step)
        courses = [course for course in step.branches if course.steps]
        heads = [course.steps[0] for course in courses]
        quiet = [head.span.at(self._talk.heart_bt_int) for head in heads if isinstance(head, Silence)]
        said = [self._talk.deadline_s(head.before) for head in heads if isinstance(head, Expect | ExpectClose)]

        def fits(event: Event) -> bool:
            return any(not self._talk.head_faults(head, event) for head in heads)

        event = await self._talk.awaited(step, link, min(quiet or [max(said)]), fits)
        differences = []
        for course, head in zip(courses, heads, strict=True):
            faults = self._talk.head_faults(head, event)
            if not faults:
                self._chosen(course.name)
                # Silence has been kept already.
                await self._run(course.steps[1:] if isinstance(head, Silence) else course.steps)
                return
            differences.append((len(faults), f"{written_step(head)} ({'; '.join(faults)})"))
        if len(courses) < len(step.branches):
            return
        if not isinstance(event, Nothing):
            await self._talk.take(step, link)
        differences.sort(key=lambda one: one[0])
        self._talk.fail(
            step, "none of the lawful answers", " or ".join(text for _, text in differences), received_text(event)
        )

    def _chosen(self, name: str) -> None:
        if name and name not in self._talk.notes:
            self._talk.notes.append(name)

    async def _logout(self, step: Logout) -> None:
        await self._talk.send(step, self._talk.completed("35=5|"))
        await self._talk.expect(Expect(line=step.line, connection=step.connection, text="35=5", rules=_LOGOUT))
        await self._talk.expect_close(ExpectClose(line=step.line, connection=step.connection))

    async def _leave_on_logout(self, step: Step) -> None:
        raw = self._talk.completed("35=5|")
        self._talk.transcript.message(self._talk.clock.now(), step.connection, "->", raw)
        await self._talk.link(step).send(raw, self._talk.limits.reply_s)
        await self._talk.expect_close(ExpectClose(line=step.line, connection=step.connection))

    async def _ping(self, step: Ping) -> None:
        name = await self._talk.send_ping(step)
        rules = (*_HEARTBEAT, Rule(112, Compare.EQUAL, name))
        await self._talk.expect(
            Expect(line=step.line, connection=step.connection, text=f"35=0|112={name}", rules=rules)
        )
