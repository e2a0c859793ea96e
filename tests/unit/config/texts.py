"""Settings as tests write them: what every session needs stands there already."""

from collections.abc import Mapping
from pathlib import Path

from pyfixmsg_plus.config import ConfigFault, Reading, SessionSettings, load_settings, read_settings

__all__ = ["ACCEPTOR", "INITIATOR", "SAMPLES", "faults", "loaded", "read", "session", "text"]

SAMPLES = Path(__file__).parent / "samples"

INITIATOR = {
    "ConnectionType": "initiator",
    "BeginString": "FIX.4.4",
    "SenderCompID": "US",
    "TargetCompID": "PEER",
    "HeartBtInt": "30",
    "StartTime": "00:00:00",
    "EndTime": "00:00:00",
    "SocketConnectHost": "localhost",
    "SocketConnectPort": "9876",
}
ACCEPTOR = {
    "ConnectionType": "acceptor",
    "BeginString": "FIX.4.4",
    "SenderCompID": "US",
    "TargetCompID": "PEER",
    "StartTime": "00:00:00",
    "EndTime": "00:00:00",
    "SocketAcceptPort": "9876",
}


def text(*lines: str, base: Mapping[str, str] = INITIATOR) -> str:
    """A file of one session: what it needs, then these lines; a line ``Key`` without a value takes the key away."""
    kept = dict(base)
    given = [line for line in lines if "=" in line]
    for line in lines:
        kept.pop(line.partition("=")[0], None)
    return "\n".join(["[SESSION]", *(f"{key}={value}" for key, value in kept.items()), *given, ""])


def read(*lines: str, base: Mapping[str, str] = INITIATOR, environ: Mapping[str, str] | None = None) -> Reading:
    return read_settings(text(*lines, base=base), environ or {})


def session(
    *lines: str, base: Mapping[str, str] = INITIATOR, environ: Mapping[str, str] | None = None
) -> SessionSettings:
    """The settings of one session with these lines."""
    (found,) = load_settings(text(*lines, base=base), environ or {}).sessions
    return found


def faults(
    *lines: str, base: Mapping[str, str] = INITIATOR, environ: Mapping[str, str] | None = None
) -> tuple[ConfigFault, ...]:
    """What is wrong with one session with these lines."""
    return read(*lines, base=base, environ=environ).faults


def loaded(name: str) -> tuple[SessionSettings, ...]:
    """The sessions of a sample."""
    return load_settings(SAMPLES / name, {}, connection_type="initiator").sessions
