"""Other engines as counterparties: each a process of its own, told what to do and heard by lines of text.

All three read settings files of one form; what they lack of a command they answer with ``unknown``.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from pyfixmsg_plus.dictionary import Dictionary
from tests.not_run import not_run

__all__ = ["ENGINES", "Counterparty", "counterparty", "free_port"]

ENGINES = ("quickfix", "quickfixj", "quickfixgo")

_PEERS = Path(__file__).with_name("peers")
_BUILT = Path(os.environ.get("FIXPLUS_INTEROP_BUILD", Path(__file__).parents[2] / "target" / "interop"))
# A first build fetches the engine from its registry.
_BUILD_LIMIT_S = 600
_ANSWER_LIMIT_S = 30.0


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@cache
def _command(engine: str) -> tuple[str, ...]:
    """What starts the engine; builds it where it has to be."""
    match engine:
        case "quickfix":
            if find_spec("quickfix") is None:
                not_run("the wheel of the C++ engine is not installed (requirements/judge.txt)")
            return (sys.executable, str(_PEERS / "quickfix_cpp.py"))
        case "quickfixj":
            if not (shutil.which("mvn") and shutil.which("javac")):
                not_run("there is no Maven or no JDK on PATH")
            return _built_java()
        case "quickfixgo":
            if not shutil.which("go"):
                not_run("there is no Go on PATH")
            return _built_go()
    raise AssertionError(engine)


def _build(folder: Path, *commands: tuple[str, ...]) -> None:
    """Run the commands of a build once, however many test processes ask for it."""
    done = folder / "done"
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "lock"
    deadline = time.monotonic() + _BUILD_LIMIT_S
    while not done.exists():
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            # Another process builds: its end is a file, and there is nothing else to wait on.
            assert time.monotonic() < deadline, f"{lock} was left behind by a build that did not end"
            threading.Event().wait(0.2)
            continue
        try:
            for command in commands:
                built = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_BUILD_LIMIT_S)
                assert built.returncode == 0, built.stdout + built.stderr
            done.touch()
        finally:
            lock.unlink()


def _built_java() -> tuple[str, ...]:
    folder = _BUILT / "quickfixj"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_PEERS / "quickfixj" / "pom.xml", folder)
    source = str(_PEERS / "quickfixj" / "Peer.java")
    _build(
        folder,
        ("mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"),
        ("javac", "-cp", "lib/*", "-d", "classes", source),
    )
    return ("java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", f"{folder}/classes:{folder}/lib/*", "Peer")


def _built_go() -> tuple[str, ...]:
    folder = _BUILT / "quickfixgo"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("go.mod", "go.sum", "main.go"):
        shutil.copy(_PEERS / "quickfixgo" / name, folder)
    _build(folder, ("go", "build", "-o", "peer", "."))
    return (str(folder / "peer"),)


@dataclass
class Counterparty:
    """A running engine.

    Attributes:
        events: Everything that it said so far, in order.
    """

    process: "subprocess.Popen[str]"
    said: "SimpleQueue[dict[str, Any] | None]"
    folder: Path
    events: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def hear(self, event: str, count: int = 1, within_s: float = _ANSWER_LIMIT_S) -> list[dict[str, Any]]:
        """Return the next events of this kind; others that come in between are kept in ``events``."""
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + within_s
        while len(found) < count:
            try:
                line = self.said.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                line = None
            if line is None:
                ended = self.process.poll()
                how = "is silent" if ended is None else f"ended with {ended}"
                raise AssertionError(f"{count} x {event!r} expected; the peer {how} after {found}; {self.log()}")
            self.events.append(line)
            if line["event"] == event:
                found.append(line)
        return found

    def log(self) -> str:
        """What the engine wrote into its logs, for people who read a failure."""
        logs = sorted(path for path in (self.folder / "log").rglob("*") if path.is_file())
        return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}" for path in logs)


def _settings(engine: str, role: str, begin_string: str, port: int, folder: Path, more: Mapping[str, str]) -> str:
    default = {
        "ConnectionType": role,
        "StartTime": "00:00:00",
        "EndTime": "00:00:00",
        "FileStorePath": str(folder / "store"),
        "FileLogPath": str(folder / "log"),
        "ReconnectInterval": "1",
        "HeartBtInt": "5",
        "LogonTimeout": "5",
    }
    if role == "initiator":
        default |= {"SocketConnectHost": "127.0.0.1", "SocketConnectPort": str(port)}
    else:
        default |= {"SocketAcceptPort": str(port)}
    session = {"BeginString": begin_string, "SenderCompID": "PEER", "TargetCompID": "US"}
    fixt = begin_string == "FIXT.1.1"
    if fixt:
        session["DefaultApplVerID"] = "FIX.5.0SP2" if engine == "quickfix" else "9"
    if engine == "quickfixgo" and role == "acceptor":
        default["SocketAcceptHost"] = "127.0.0.1"
    if engine == "quickfix":
        # The C++ engine ships no dictionaries in its wheel; it is given ours.
        for key, version in (
            (("TransportDataDictionary", "FIXT.1.1"), ("AppDataDictionary", "FIX.5.0SP2"))
            if fixt
            else (("DataDictionary", begin_string),)
        ):
            path = folder / f"{version}.xml"
            path.write_text(Dictionary.bundled(version).to_quickfix(), encoding="utf-8")
            default[key] = str(path)
    default |= more

    def lines(pairs: Mapping[str, str]) -> str:
        return "".join(f"{key}={value}\n" for key, value in pairs.items())

    return f"[DEFAULT]\n{lines(default)}\n[SESSION]\n{lines(session)}"


@contextmanager
def counterparty(
    engine: str, role: str, begin_string: str, port: int, folder: Path, **more: str
) -> Iterator[Counterparty]:
    """Run an engine with one session, PEER to US, in this role.

    Args:
        engine: One of ``ENGINES``.
        role: ``initiator`` or ``acceptor``.
        begin_string: BeginString(8); with ``FIXT.1.1`` the application version is FIX 5.0 SP2.
        port: Where it connects to or listens, on the loopback address.
        folder: Keeps its store and logs, so that it can be started again.
        more: Further settings, in the engine's own words.
    """
    command = _command(engine)
    (folder / "store").mkdir(parents=True, exist_ok=True)
    (folder / "log").mkdir(parents=True, exist_ok=True)
    settings = folder / "settings.cfg"
    settings.write_text(_settings(engine, role, begin_string, port, folder, more), encoding="utf-8")
    errors = (folder / "log" / "stderr.txt").open("a", encoding="utf-8")
    process = subprocess.Popen(
        [*command, role, str(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        cwd=folder,
    )
    said: SimpleQueue[dict[str, Any] | None] = SimpleQueue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                said.put(json.loads(line))
        said.put(None)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    peer = Counterparty(process, said, folder)
    try:
        peer.hear("ready")
        yield peer
    finally:
        try:
            peer.tell("quit")
            process.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        listener.join(timeout=5)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        errors.close()
