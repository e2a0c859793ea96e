"""A running engine on the command line: what happens is printed, and commands are taken."""

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.cli.console import Console, Output
from pyfixmsg_plus.engine import Acceptor, Initiator
from pyfixmsg_plus.testing.counterparties import EchoApplication, read_template
from tests.unit.cli.run import run
from tests.unit.engine.pair import Recorder, acceptor_settings, initiator_settings, play, until

ORDER = "35=D|11=A{{id}}|55={{symbol}}|54=1|38={{quantity=100}}|40=1|21=1|60={{now}}"


class Screen:
    """A console of an initiator that talks to an echo, and what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str], **options: Any) -> None:
        self._capsys = capsys
        self._options = options
        self.out = self.err = ""

    def look(self) -> str:
        """What was printed so far."""
        captured = self._capsys.readouterr()
        self.out += captured.out
        self.err += captured.err
        return self.out

    async def until(self, text: str) -> None:
        await until(lambda: text in self.look())

    async def play(self, scene: Callable[["Screen"], Any], sessions: int = 1) -> None:
        names = [f"P{number}" for number in range(sessions)]
        async with Acceptor(
            [acceptor_settings(theirs=name) for name in names], EchoApplication(reset=False)
        ) as acceptor:
            port = acceptor.addresses[0].port
            self.engine = Initiator([initiator_settings(port, ours=name) for name in names], Recorder(), environ={})
            json_wanted = self._options.pop("json", False)
            output = Output(json=json_wanted, messages=self._options.pop("messages", False))
            self.console = Console(self.engine, output, **self._options)
            running = asyncio.create_task(self.console.run(5.0))
            await until(lambda: all(one.is_logged_on for one in self.engine.sessions.values()) and self.engine.sessions)
            await scene(self)
            self.console._end.set()
            await running


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Standard input that is written to by the test."""
    reading, writing = os.pipe()
    given, stream = os.fdopen(reading, "r"), os.fdopen(writing, "w")
    monkeypatch.setattr("sys.stdin", given)

    def write(line: str) -> None:
        if line == "\x04":
            stream.close()
        else:
            print(line, file=stream, flush=True)

    yield write
    stream.close()
    for thread in threading.enumerate():
        if thread.name == "stdin":
            thread.join(10)
    given.close()


def test_events_and_answers_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    async def scene(screen: Screen) -> None:
        await screen.until("sent NewOrderSingle as 2")
        screen.look()

    screen = Screen(capsys, templates=[read_template(ORDER)], given={"symbol": "IBM"})
    play(screen.play(scene))
    assert "FIX.4.4:P0->VENUE  logged on" in screen.out
    assert "ready: connecting FIX.4.4:P0->VENUE" in screen.out


def test_everything_is_json_where_a_machine_reads(capsys: pytest.CaptureFixture[str]) -> None:
    async def scene(screen: Screen) -> None:
        await screen.until('"answer"')
        next(iter(screen.engine.sessions.values())).test_request()
        await screen.until('"round_trip"')

    screen = Screen(capsys, templates=[read_template(ORDER)], given={"symbol": "IBM"}, json=True)
    play(screen.play(scene))
    lines = [json.loads(line) for line in screen.look().splitlines()]
    assert {"connected", "logged_on", "ready", "answer", "round_trip"} <= {line["event"] for line in lines}


def test_what_cannot_be_sent_at_logon_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    async def scene(screen: Screen) -> None:
        await until(lambda: "nothing is known for {{symbol}}" in (screen.look(), screen.err)[1])

    play(Screen(capsys, templates=[read_template(ORDER)]).play(scene))


def test_commands_act_on_the_session(
    capsys: pytest.CaptureFixture[str], typed: Callable[[str], None], tmp_path: Path
) -> None:
    template = tmp_path / "order.fix"
    template.write_text(ORDER)

    async def scene(screen: Screen) -> None:
        (session,) = screen.engine.sessions.values()
        for line in (f"send {template}", "IBM", "", f"send {template} symbol=IBM quantity=5", "", "sessions", "help"):
            typed(line)
        await screen.until("sent NewOrderSingle as 3")
        await screen.until("send a TestRequest")
        assert "  FIX.4.4:P0->VENUE  logged_on  out 4" in screen.out
        typed("test")
        await until(lambda: session.metrics.round_trip.distribution().count)
        for wrong in ("next a b", "use NOBODY", "send nowhere.fix", "'", "send 35=D|x", f"send {template} x"):
            typed(wrong)
        typed("disconnect")
        await until(lambda: session.metrics.logons == 2)
        typed("reset")
        await screen.until("reset")
        await until(lambda: session.is_logged_on and session.next_out <= 3)
        typed("logout good night")
        await until(lambda: session.metrics.logons == 3)
        typed("quit")
        screen.look()

    screen = Screen(capsys, is_interactive=True)
    play(screen.play(scene))
    screen.look()
    for told in ("invalid literal", "0 sessions have 'NOBODY'", "nowhere.fix", "No closing quotation", "no field"):
        assert told in screen.err
    assert "'x' is not NAME=VALUE" in screen.err
    # What is asked for is asked beside the output.
    assert "symbol: " in screen.err
    assert "quantity [100]: " in screen.err


def test_one_of_several_sessions_is_chosen(capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]) -> None:
    async def scene(screen: Screen) -> None:
        typed("logout")
        await until(lambda: "there are 2 sessions" in (screen.look(), screen.err)[1])
        typed("use P1")
        typed("sessions")
        await screen.until("* FIX.4.4:P1->VENUE")
        # The end of the input ends it.
        typed("\x04")

    play(Screen(capsys, is_interactive=True).play(scene, sessions=2))


def test_once_is_enough_where_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    async def scene(screen: Screen) -> None:
        next(iter(screen.engine.sessions.values())).log_out()
        await asyncio.wait_for(screen.console._end.wait(), 10)

    play(Screen(capsys, once=True).play(scene))


# ------------------------------------------------------------------------------------------- commands


SETTINGS = """\
[DEFAULT]
ConnectionType={kind}
SocketAcceptPort=0
SocketAcceptAddress=127.0.0.1
SocketConnectHost=127.0.0.1
SocketConnectPort=1
HeartBtInt=30
NonStopSession=Y
[SESSION]
BeginString=FIX.4.4
SenderCompID=VENUE
TargetCompID=US
"""


@pytest.mark.parametrize("kind", ["acceptor", "initiator"])
def test_a_command_runs_until_ctrl_c(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "fix.cfg"
    file.write_text(SETTINGS.format(kind=kind))
    ready = Output.ready

    def interrupt(output: Output, where: str) -> None:
        ready(output, where)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Output, "ready", interrupt)
    result = run(kind, "--config", str(file), "--application", "executor", "--no-interactive", "--messages")
    assert result.exit_code == 0
    assert "ready: " in result.output


def test_settings_are_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = Output.ready

    def interrupt(output: Output, where: str) -> None:
        ready(output, where)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Output, "ready", interrupt)
    result = run("acceptor", "--config", "-", given=SETTINGS.format(kind="acceptor").encode())
    assert result.exit_code == 0
    assert "ready: listening on 127.0.0.1:" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--application", "nothing"), "there is no application 'nothing'"),
        (("--send", "11=A"), "has no MsgType"),
        (("--set", "symbol"), "a value is NAME=VALUE"),
    ],
)
def test_what_cannot_run_says_why(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    file = tmp_path / "fix.cfg"
    file.write_text(SETTINGS.format(kind="acceptor"))
    result = run("acceptor", "--config", str(file), *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
