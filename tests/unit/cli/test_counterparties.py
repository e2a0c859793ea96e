"""``fixplus acceptor`` and ``fixplus initiator``, as processes that talk to each other and stop on Ctrl-C."""

import json
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.cli.run import process, started

DEADLINE_S = 30.0
ACCEPTOR = """\
[DEFAULT]
ConnectionType=acceptor
SocketAcceptPort=0
NonStopSession=Y
[SESSION]
BeginString=FIX.4.4
SenderCompID=VENUE
TargetCompID=US
"""
INITIATOR = """\
[DEFAULT]
ConnectionType=initiator
SocketConnectHost=127.0.0.1
SocketConnectPort={port}
NonStopSession=Y
HeartBtInt=30
ReconnectInterval=1
[SESSION]
BeginString=FIX.4.4
SenderCompID=US
TargetCompID=VENUE
"""
ORDER = "35=D|11=A{{id}}|55={{symbol}}|54=1|38={{quantity=100}}|40=1|60={{now}}"


class Running:
    """A command that runs, and the lines that it prints."""

    def __init__(self, *arguments: str) -> None:
        self.process = started(arguments)
        self._lines: queue.Queue[str] = queue.Queue()
        self.seen: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.decode())
        self._lines.put("")

    def until(self, found: Callable[[str], object]) -> str:
        """The first line for which something is so."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            line = self._lines.get(timeout=max(0.1, deadline - time.monotonic()))
            assert line, f"it ended: {self.seen} {self.process.stderr and self.process.stderr.read()!r}"
            self.seen.append(line.rstrip())
            if found(line):
                return line

    def say(self, line: str) -> None:
        """Give it a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def interrupt(self) -> int:
        """Ctrl-C; how it ends."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(10)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    commands: list[Running] = []

    def start(kind: str, settings: str, *arguments: str) -> Running:
        file = tmp_path / f"{kind}.cfg"
        file.write_text(settings)
        commands.append(Running(kind, "--config", str(file), *arguments))
        return commands[-1]

    yield start
    for command in commands:
        if command.process.poll() is None:
            command.process.kill()
        command.process.wait()
        for stream in (command.process.stdin, command.process.stdout, command.process.stderr):
            assert stream is not None
            stream.close()


def port_of(acceptor: Running) -> int:
    ready = acceptor.until(lambda line: line.startswith("ready"))
    return int(ready.rpartition(":")[2])


def test_an_order_is_filled_from_one_process_to_the_other_and_both_stop_on_ctrl_c(
    running: Callable[..., Running],
) -> None:
    acceptor = running("acceptor", ACCEPTOR, "--application", "executor")
    settings = INITIATOR.format(port=port_of(acceptor))
    initiator = running("initiator", settings, "--send", ORDER, "--set", "symbol=IBM", "--messages")
    initiator.until(lambda line: "sent NewOrderSingle as 2" in line)
    initiator.until(lambda line: "|35=8|" in line and "|39=2|" in line)
    assert initiator.interrupt() == 0
    acceptor.until(lambda line: "logged out" in line)
    assert acceptor.interrupt() == 0


def test_events_are_json_where_a_machine_reads(running: Callable[..., Running]) -> None:
    acceptor = running("acceptor", ACCEPTOR, "--json")
    ready = json.loads(acceptor.until(lambda line: '"ready"' in line))
    assert ready["subject"].startswith("listening on 127.0.0.1:")
    port = int(ready["subject"].rpartition(":")[2])
    initiator = running(
        "initiator", INITIATOR.format(port=port), "--json", "--once", "--send", ORDER, "--set", "symbol=X"
    )
    logged_on = json.loads(acceptor.until(lambda line: '"logged_on"' in line))
    assert logged_on["subject"] == "FIX.4.4:VENUE->US"
    # Nobody takes orders there: the first is refused, which the sender hears and logs.
    initiator.until(lambda line: '"answer"' in line)
    acceptor.until(lambda line: '"rejected"' in line or '"business_reason"' in line)
    assert acceptor.interrupt() == 0
    # The peer logged out, and once is enough.
    assert initiator.process.wait(DEADLINE_S) == 0


def test_commands_are_taken_line_by_line(running: Callable[..., Running], tmp_path: Path) -> None:
    acceptor = running("acceptor", ACCEPTOR, "--application", "echo")
    port = port_of(acceptor)
    initiator = running("initiator", INITIATOR.format(port=port), "--interactive")
    initiator.until(lambda line: "logged on" in line)
    template = tmp_path / "order.fix"
    template.write_text(ORDER)
    # The symbol is asked for, and the quantity, which has a default.
    initiator.say(f"send {template}")
    initiator.say("IBM")
    initiator.say("")
    initiator.until(lambda line: "sent NewOrderSingle as 2" in line)
    initiator.say(f"send {template} symbol=IBM quantity=5")
    # Its number is 3, or 4 if the refusal of the echo was quicker.
    initiator.until(lambda line: "sent NewOrderSingle as" in line)
    initiator.say("help")
    initiator.until(lambda line: "send a TestRequest" in line)
    initiator.say("use US")
    initiator.say("sessions")
    initiator.until(lambda line: line.startswith("* FIX.4.4:US->VENUE  logged_on"))
    initiator.say("test")
    for wrong in ("next 5", "use NOBODY", "send nowhere.fix", "send 35=D|11={{x", "'", "next a b", "send 35=0 x", ""):
        initiator.say(wrong)
    initiator.say("disconnect")
    initiator.until(lambda line: "disconnected" in line)
    initiator.until(lambda line: "logged on" in line)
    initiator.say("reset")
    initiator.until(lambda line: "reset" in line)
    initiator.say("logout good night")
    acceptor.until(lambda line: "good night" in line)
    initiator.until(lambda line: "logged on" in line)
    initiator.say("quit")
    assert initiator.process.wait(DEADLINE_S) == 0
    assert initiator.process.stderr is not None
    told = initiator.process.stderr.read().decode()
    assert "0 sessions have 'NOBODY' in their name" in told
    assert "nowhere.fix" in told
    assert acceptor.interrupt() == 0


def test_a_command_for_a_session_needs_one_to_be_chosen_among_several(running: Callable[..., Running]) -> None:
    more = "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=VENUE\nTargetCompID=OTHER\n"
    acceptor = running("acceptor", ACCEPTOR + more, "--interactive")
    port_of(acceptor)
    acceptor.say("logout")
    acceptor.say("use OTHER")
    acceptor.say("next 5 -")
    acceptor.say("sessions")
    acceptor.until(lambda line: line.startswith("* FIX.4.4:VENUE->OTHER  closed  out 5  in 1"))
    assert acceptor.process.stdin is not None
    acceptor.process.stdin.close()
    # The end of the input is the end.
    assert acceptor.process.wait(DEADLINE_S) == 0
    assert acceptor.process.stderr is not None
    assert b"there are 2 sessions" in acceptor.process.stderr.read()


@pytest.mark.parametrize(
    ("settings", "arguments", "told"),
    [
        (ACCEPTOR.replace("NonStopSession=Y\n", ""), (), "StartTime"),
        (ACCEPTOR, ("--application", "nothing"), "there is no application 'nothing'"),
        (ACCEPTOR, ("--send", "11=A"), "has no MsgType"),
        (ACCEPTOR, ("--set", "symbol"), "a value is NAME=VALUE"),
        (INITIATOR.format(port=1), (), "no session with ConnectionType=acceptor"),
    ],
)
def test_what_cannot_run_says_why(tmp_path: Path, settings: str, arguments: tuple[str, ...], told: str) -> None:
    file = tmp_path / "wrong.cfg"
    file.write_text(settings)
    ended = process("acceptor", "--config", str(file), *arguments)
    assert ended.returncode == 2
    assert told in ended.stderr.decode()


def test_settings_come_from_standard_input_too() -> None:
    command = started(["acceptor", "--config", "-"])
    assert command.stdin is not None
    assert command.stdout is not None
    command.stdin.write(ACCEPTOR.encode())
    command.stdin.close()
    assert any(line.startswith(b"ready: listening on 127.0.0.1:") for line in command.stdout)
    command.send_signal(signal.SIGINT)
    assert command.wait(10) == 0
    for stream in (command.stdout, command.stderr):
        assert stream is not None
        stream.close()
