"""A running engine on the command line: what happens is printed, and commands are taken.

Commands are lines on standard input: ``help`` names them.
"""

import asyncio
import contextlib
import json as json_text
import shlex
import signal
import sys
import threading
from collections.abc import Iterable, Mapping
from itertools import count

from pyfixmsg_plus.cli.endings import note
from pyfixmsg_plus.clock import SystemClock
from pyfixmsg_plus.diagnostics.privacy import printable
from pyfixmsg_plus.engine import Acceptor, Engine, Session
from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.telemetry import Event
from pyfixmsg_plus.testing.counterparties import Template, read_template
from pyfixmsg_plus.values import format_timestamp

__all__ = ["Console", "Output"]

_HELP = """\
send TEMPLATE [NAME=VALUE...]   send a message: a file, or fields with | between; what is missing is asked for
sessions                        how the sessions stand
use SESSION                     which session the other commands mean, by a part of its name
logout [TEXT]                   log out
disconnect                      close the connection without a word
reset                           set both numbers to 1
next OUT IN                     set the numbers, while disconnected; - leaves one as it is
test                            send a TestRequest(35=1)
quit                            stop"""

# Events that only fill the screen.
_QUIET = frozenset({"round_trip", "test_request_sent"})


class Output:
    """Prints what happens, a line each.

    Args:
        json: As JSON objects.
        messages: Quiet events too.
    """

    def __init__(self, *, json: bool, messages: bool) -> None:
        self.is_json = json
        self._all = messages or json

    def event(self, event: Event) -> None:
        """Print an event."""
        if self.is_json:
            line = {
                "event": event.name,
                "subject": event.subject,
                "time": format_timestamp(event.utc_ns, 6),
                **{name: value for name, value in event.attributes.items() if value is not None},
            }
            print(json_text.dumps(line, ensure_ascii=False, default=str), flush=True)
        elif self._all or event.name not in _QUIET:
            print(
                f"{format_timestamp(event.utc_ns)[9:]}  {printable(event.subject)}  {printable(str(event))}", flush=True
            )

    def ready(self, where: str) -> None:
        """Print that everything that was to be opened is open."""
        if self.is_json:
            print(json_text.dumps({"event": "ready", "subject": where}, ensure_ascii=False), flush=True)
        else:
            print(f"ready: {where}", flush=True)

    def say(self, text: str) -> None:
        """Print the answer to a command."""
        if self.is_json:
            print(json_text.dumps({"event": "answer", "text": text}, ensure_ascii=False), flush=True)
        else:
            print(text, flush=True)


class Console:
    """One engine, until somebody ends it.

    Args:
        engine: It; not started yet.
        output: Where what happens is printed.
        templates: What each session sends when it is logged on.
        given: Values for templates, by name.
        is_interactive: Take commands.
        once: End when a session that was logged on has logged out.
    """

    def __init__(
        self,
        engine: Engine,
        output: Output,
        *,
        templates: Iterable[Template] = (),
        given: Mapping[str, str] | None = None,
        is_interactive: bool = False,
        once: bool = False,
    ) -> None:
        self._engine = engine
        self._output = output
        self._templates = list(templates)
        self._given = dict(given or {})
        self._is_interactive = is_interactive
        self._once = once
        self._clock = SystemClock()
        self._ids = count(1)
        self._chosen: Session | None = None
        self._end = asyncio.Event()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()

    async def run(self, stop_timeout_s: float) -> None:
        """Run until Ctrl-C, SIGTERM, ``quit`` or the end of the input."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            # Within a test the command does not run on the main thread's loop.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self._end.set)
        self._engine.events.subscribe(self._heard)
        try:
            await self._engine.start()
            self._output.ready(self._where())
            if self._is_interactive:
                threading.Thread(target=self._read, args=(loop,), daemon=True, name="stdin").start()
            commands = asyncio.create_task(self._commands()) if self._is_interactive else None
            ended = asyncio.create_task(self._end.wait())
            waiting = [task for task in (commands, ended) if task is not None]
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            for task in done:
                task.result()
        finally:
            await self._engine.stop(stop_timeout_s)

    def _where(self) -> str:
        if isinstance(self._engine, Acceptor):
            return f"listening on {', '.join(map(str, self._engine.addresses))}"
        return f"connecting {', '.join(map(str, self._engine.sessions))}"

    def _heard(self, event: Event) -> None:
        self._output.event(event)
        if event.name == "logged_on" and self._templates:
            session = self._engine.session(event.subject)
            # The application hears of the logon first.
            asyncio.get_running_loop().call_soon(self._send_all, session)
        if event.name == "logged_out" and self._once:
            self._end.set()

    def _send_all(self, session: Session) -> None:
        for template in self._templates:
            try:
                self._send(session, template, self._given)
            except PyFixMsgError as error:
                note(str(error))

    def _send(self, session: Session, template: Template, given: Mapping[str, str]) -> None:
        message = template.fill(
            session.session_id.begin_string,
            None,
            utc_ns=self._clock.now().utc_ns,
            number=next(self._ids),
            given=given,
        )
        seq = session.send(message)
        self._output.say(
            f"sent {message.name or message.msg_type} as {seq}" if seq else f"{message.name} waits or was declined"
        )

    # ---------------------------------------------------------------------------------------------- commands

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read standard input, on a thread of its own: it can be read in no other way everywhere."""
        line: str | None = ""
        while line is not None:
            line = sys.stdin.readline() or None
            try:
                loop.call_soon_threadsafe(self._lines.put_nowait, line)
            except RuntimeError:
                return  # the loop is closed

    async def _commands(self) -> None:
        while (line := await self._lines.get()) is not None:
            try:
                words = shlex.split(line)
            except ValueError as error:
                note(str(error))
                continue
            if not words:
                continue
            if words[0] in ("quit", "exit"):
                return
            try:
                await self._command(words[0], words[1:])
            except (PyFixMsgError, KeyError, OSError, ValueError) as error:
                note(str(error.args[0]) if isinstance(error, KeyError) else str(error))

    async def _command(self, name: str, words: list[str]) -> None:
        match name:
            case "send" if words:
                await self._send_command(words[0], words[1:])
            case "sessions":
                for session in self._engine.sessions.values():
                    mark = "*" if session is self._chosen else " "
                    self._output.say(f"{mark} {session}  {session.state}  out {session.next_out}  in {session.next_in}")
            case "use" if words:
                found = [one for key, one in self._engine.sessions.items() if words[0] in str(key)]
                if len(found) != 1:
                    raise KeyError(f"{len(found)} sessions have {words[0]!r} in their name")
                self._chosen = found[0]
            case "logout":
                self._session().log_out(" ".join(words) or None)
            case "disconnect":
                self._session().disconnect()
            case "reset":
                self._session().reset()
            case "next" if len(words) == 2:
                out, into = (None if word == "-" else int(word) for word in words)
                self._session().set_next(out, into)
            case "test":
                self._session().test_request()
            case _:
                self._output.say(_HELP)

    async def _send_command(self, source: str, words: list[str]) -> None:
        template = read_template(source)
        given = self._given | dict(_pair(word) for word in words)
        for name, default in template.places.items():
            if name not in given:
                prompt = f"{name} [{default}]: " if default is not None else f"{name}: "
                print(prompt, end="", flush=True, file=sys.stderr)
                answer = await self._lines.get()
                text = (answer or "").strip()
                if text or default is None:
                    given[name] = text
        self._send(self._session(), template, given)

    def _session(self) -> Session:
        sessions = list(self._engine.sessions.values())
        if self._chosen in sessions and self._chosen is not None:
            return self._chosen
        if len(sessions) == 1:
            return sessions[0]
        raise KeyError(f"there are {len(sessions)} sessions: choose one with `use`")


def _pair(word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign:
        raise ValueError(f"{word!r} is not NAME=VALUE")
    return name, value
