"""Who is certified, and what was agreed with him: versions, identities, options.

A profile is a small TOML file, or is made from options of the command.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyfixmsg_plus.testing.certification.errors import ProfileError
from pyfixmsg_plus.testing.certification.escapes import EscapeError, written
from pyfixmsg_plus.testing.certification.fields import FieldError, numbered
from pyfixmsg_plus.testing.certification.steps import Condition, Role, Scenario
from pyfixmsg_plus.testing.certification.versions import VERSIONS, Version

__all__ = ["Counterparty", "Limits", "Numbers", "counterparty", "load_profile", "why_not"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited and how much is kept; a peer cannot make it more.

    Attributes:
        reply_s: The longest wait for a message, for the end of a connection and for bytes to be taken.
        connect_s: The longest wait for a connection, ours or the initiator's.
        logout_s: The longest wait for the answer to the Logout that ends a scenario.
        message_bytes: The longest message that is read.
        transcript_bytes: How much of the conversation of one scenario is kept.
        heart_bt_int_s: The longest heartbeat interval for which scenarios about time are played.
    """

    reply_s: float = 10.0
    connect_s: float = 60.0
    logout_s: float = 3.0
    message_bytes: int = 1024 * 1024
    transcript_bytes: int = 4 * 1024 * 1024
    heart_bt_int_s: int = 15


@dataclass(slots=True)
class Numbers:
    """Where a session stands that does not start again at each Logon.

    Attributes:
        next_out: MsgSeqNum(34) that we send next.
        next_in: MsgSeqNum(34) that we expect next.
    """

    next_out: int = 1
    next_in: int = 1


@dataclass(frozen=True, slots=True)
class Counterparty:
    """One session of the engine under test.

    Attributes:
        version: What is spoken.
        sender_comp_id: Our name, SenderCompID(49) of what we send.
        target_comp_id: The counterparty's name.
        heart_bt_int: HeartBtInt(108) that we ask for, in seconds.
        options: What the engine was configured with and what was agreed, by the names that scenarios need.
        logon: Fields that our Logon(35=A) has besides, such as a password; never shown.
    """

    version: Version
    sender_comp_id: str
    target_comp_id: str
    heart_bt_int: int = 30
    options: Mapping[str, str] = field(default_factory=dict)
    logon: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The version, which tells the sessions of a run apart."""
        return self.version.name

    def holds(self, condition: Condition, role: Role) -> bool:
        """Return whether a condition of a scenario holds for this session."""
        if condition.name in VERSIONS or condition.name == "FIXT.1.1":
            return condition.name in (self.version.name, self.version.begin_string)
        if condition.name in ("acceptor", "initiator"):
            return condition.name == role.value
        said = self.options.get(condition.name, "")
        return said == condition.value if condition.value else said not in ("", "N")


def why_not(scenario: Scenario, counterparty: Counterparty, role: Role) -> str:
    """Return why a scenario does not apply to a session; nothing if it does."""
    if scenario.not_applicable:
        return scenario.not_applicable
    if role not in scenario.roles:
        return f"it is not for an {role.value}"
    if scenario.versions and counterparty.version.name not in scenario.versions:
        return f"it is not for {counterparty.version.name}"
    missing = [str(need) for need in scenario.needs if not counterparty.holds(need, role)]
    return f"it needs {', '.join(missing)}" if missing else ""


_KEYS = frozenset({"version", "sender_comp_id", "target_comp_id", "heart_bt_int", "logon", "options"})
_ENVIRONMENT = re.compile(r"\$\{(\w+)\}")
_COMP_ID = re.compile(r"[^\x00-\x1f=|]+")


def load_profile(path: Path) -> tuple[Counterparty, ...]:
    """Return the sessions of a profile file.

    The file has ``[[session]]`` tables with ``version``, ``sender_comp_id``, ``target_comp_id``, ``heart_bt_int``,
    ``logon`` (fields such as ``"Username=me|Password=${PASSWORD}"``, environment variables put in) and
    ``[session.options]``; what stands before the first table is true of all sessions.

    Raises:
        ProfileError: It cannot be used.
        OSError: It cannot be read.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: {error}") from error
    tables = data.pop("session", [{}])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ProfileError(f"{path}: sessions are written as [[session]]")
    shared_options = data.pop("options", {})
    found = tuple(
        counterparty(str(path), {**data, **table, "options": {**shared_options, **table.get("options", {})}})
        for table in tables
    )
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise ProfileError(f"{path}: a version has two sessions; run them one after another")
    return found


def counterparty(where: str, said: Mapping[str, Any]) -> Counterparty:
    """Return the session that these values describe.

    Raises:
        ProfileError: One is missing, unknown or wrong; the text begins with ``where``.
    """
    unknown = sorted(set(said) - _KEYS)
    if unknown:
        raise ProfileError(f"{where}: {unknown[0]!r} is none of {', '.join(sorted(_KEYS))}")
    version = VERSIONS.get(str(said.get("version", "")))
    if version is None:
        raise ProfileError(f"{where}: version {said.get('version', '')!r} is none of {', '.join(VERSIONS)}")
    for key in ("sender_comp_id", "target_comp_id"):
        if not isinstance(said.get(key), str) or not _COMP_ID.fullmatch(said[key]):
            raise ProfileError(f"{where}: {key} is missing, or is no CompID")
    interval = said.get("heart_bt_int", 30)
    if not isinstance(interval, int) or interval < 0:
        raise ProfileError(f"{where}: heart_bt_int {interval!r} is no number of seconds")
    return Counterparty(
        version=version,
        sender_comp_id=said["sender_comp_id"],
        target_comp_id=said["target_comp_id"],
        heart_bt_int=interval,
        options={str(key): _option(value) for key, value in said.get("options", {}).items()},
        logon=_logon(where, str(said.get("logon", ""))),
    )


def _option(value: object) -> str:
    return {True: "Y", False: "N"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _logon(where: str, text: str) -> str:
    def secret(found: re.Match[str]) -> str:
        if found[1] not in os.environ:
            raise ProfileError(f"{where}: logon asks for the environment variable {found[1]}, which is not set")
        return written(os.environ[found[1]].encode())

    try:
        return _ENVIRONMENT.sub(secret, numbered(text))
    except (FieldError, EscapeError):
        # The text may hold a password; the error does not repeat it.
        raise ProfileError(f"{where}: logon holds what is no field") from None
