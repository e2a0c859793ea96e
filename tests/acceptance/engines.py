"""QuickFIX C++ as a process of its own, with the settings that scenario files presume."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from pyfixmsg_plus.dictionary import Dictionary
from tests.not_run import not_run

__all__ = ["ACCEPTOR", "DEFINITIONS", "INITIATOR", "Session", "free_port", "quickfix_engine"]

_PEER = Path(__file__).with_name("quickfix_peer.py")
_FILES = {"FIX.4.2": "FIX42", "FIX.4.4": "FIX44", "FIXT.1.1": "FIXT11", "FIX.5.0SP2": "FIX50SP2"}

ACCEPTOR = """ConnectionType=acceptor
SocketAcceptPort={port}
SocketReuseAddress=Y
StartTime=00:00:00
EndTime=00:00:00
ResetOnLogon=Y
"""
INITIATOR = """ConnectionType=initiator
SocketConnectHost=127.0.0.1
SocketConnectPort={port}
ReconnectInterval=1
HeartBtInt=4
LogonTimeout=5
StartTime=00:00:00
EndTime=00:00:00
ResetOnLogon=Y
"""


class Session(NamedTuple):
    """One session of the engine: its version, the name of the tester, further settings."""

    version: str
    tester: str
    settings: str = ""


DEFINITIONS = (
    Session("FIX.4.4", "TW44"),
    Session("FIX.4.4", "TW"),
    Session("FIX.4.4", "NO_CHECK_FIELDS_HAVE_VALUES", "ValidateFieldsHaveValues=N\n"),
    Session("FIX.5.0SP2", "TW50SP2"),
)


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _section(session: Session, dictionaries: Path) -> str:
    def path_of(version: str) -> str:
        name = _FILES[version]
        file = dictionaries / f"{name}.xml"
        if not file.exists():
            file.write_text(Dictionary.bundled(version).to_quickfix(), encoding="utf-8")
        return str(file)

    if session.version.startswith("FIX.5"):
        version = (
            f"BeginString=FIXT.1.1\nDefaultApplVerID={session.version}\n"
            f"TransportDataDictionary={path_of('FIXT.1.1')}\nAppDataDictionary={path_of(session.version)}\n"
        )
    else:
        version = f"BeginString={session.version}\nDataDictionary={path_of(session.version)}\n"
    return f"[SESSION]\nSenderCompID=ISLD\nTargetCompID={session.tester}\n{version}{session.settings}"


@contextmanager
def quickfix_engine(
    defaults: str, port: int, sessions: Sequence[Session], folder: Path, dictionaries: Path
) -> Iterator[None]:
    """Run the engine until the block ends.

    Args:
        defaults: The settings of all sessions, `ACCEPTOR` or `INITIATOR`.
        port: Where it listens, or connects to.
        sessions: Its sessions.
        folder: Where its settings are written.
        dictionaries: A folder with QuickFIX's own dictionaries; what is missing there is written from ours.
    """
    if find_spec("quickfix") is None:
        not_run("the judge engine, the wheel quickfix-tls, is not installed")
    settings = folder / "quickfix.cfg"
    sections = [_section(session, dictionaries) for session in sessions]
    settings.write_text("\n".join(["[DEFAULT]", defaults.format(port=port), *sections]), encoding="utf-8")
    role = "acceptor" if "ConnectionType=acceptor" in defaults else "initiator"
    command = [sys.executable, str(_PEER), role, str(settings)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        try:
            assert running.stdout.readline() == b"ready\n"
            yield
        finally:
            running.stdin.close()
            try:
                running.wait(timeout=10)
            except subprocess.TimeoutExpired:
                running.kill()
