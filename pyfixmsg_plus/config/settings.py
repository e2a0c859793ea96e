"""The settings of one session, checked, and those of all."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from pyfixmsg_plus.config.checks import Finding, findings
from pyfixmsg_plus.config.key import Status
from pyfixmsg_plus.config.keys import ATTRIBUTES
from pyfixmsg_plus.config.kinds import NotReadable
from pyfixmsg_plus.config.session_keys import SessionKeys
from pyfixmsg_plus.config.settle import derived_log, derived_store, read_value, settle
from pyfixmsg_plus.config.unknown import extra_text
from pyfixmsg_plus.config.values import Extra, FrozenMap
from pyfixmsg_plus.errors import ConfigError, ConfigFault

__all__ = ["SessionSettings", "Settings", "Source", "error_of", "label", "values_of"]

_NO_EXTRA = Extra()


class Source(NamedTuple):
    """Where a value comes from: a file and a line in it, or ``environment`` and 0.

    Attributes:
        name: The key as it is written there.
        is_default: It stands in a section of defaults, which the session inherits.
    """

    file: str
    line: int
    name: str
    is_default: bool = False


_NO_SOURCES: FrozenMap[Source] = FrozenMap()
_NO_ORIGINS: FrozenMap[str] = FrozenMap()


def label(session: SessionKeys) -> str:
    """Return how a session is called, such as ``FIX.4.4:US->PEER``."""
    ours = (session.sender_comp_id, session.sender_sub_id, session.sender_location_id)
    theirs = (session.target_comp_id, session.target_sub_id, session.target_location_id)
    ids = ("/".join(filter(None, one)) for one in (ours, theirs))
    qualifier = f":{session.session_qualifier}" if session.session_qualifier else ""
    return f"{session.begin_string}:{'->'.join(ids)}{qualifier}"


def error_of(faults: Iterable[ConfigFault]) -> ConfigError:
    """Return the error that tells these faults."""
    found = tuple(faults)
    title = f"{len(found)} fault{'' if len(found) == 1 else 's'} in the settings"
    return ConfigError("\n".join([title, *map(str, found)]) if len(found) > 1 else str(found[0]), faults=found)


def values_of(session: SessionKeys) -> dict[str, Any]:
    """Return the values of all keys by our names."""
    return {name: getattr(session, name) for name in ATTRIBUTES}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SessionSettings(SessionKeys):
    """The settings of one session: a value for every key, defaults applied, checked.

    Values may be given as a file writes them: ``start_time="08:00:00"``. ``store``, ``log`` and
    ``default_appl_ver_id`` are filled in from the keys that they follow from.

    Attributes:
        extra: Keys that we do not know, for the application.
        sources: Where each value comes from, by our names and by those of ``extra``; nothing for settings made in code.
        origins: What a file says where a value came from the environment, a file of its own or decryption; the
            writer writes this, never what it stood for. By our names; with a number behind, for an item of a list.

    Raises:
        ConfigError: Values are not of their kind or contradict each other; ``faults`` lists all.
    """

    extra: Mapping[str, str] = _NO_EXTRA
    sources: Mapping[str, Source] = field(default=_NO_SOURCES, compare=False)
    origins: Mapping[str, str] = field(default=_NO_ORIGINS, compare=False)

    def __post_init__(self) -> None:
        values: dict[str, Any] = {}
        found: list[Finding] = []
        for name, key in ATTRIBUTES.items():
            value = getattr(self, name)
            try:
                values[name] = value if value is key.default else read_value(key, value)
            except NotReadable as error:
                values[name] = key.default
                found.append(Finding((name,), str(error), error.remedy))
        try:
            settle(values)
        except NotReadable as error:
            found.append(Finding(("default_appl_ver_id", "application_version"), str(error), error.remedy))
        for name, value in values.items():
            object.__setattr__(self, name, value)
        extra: dict[str, str] = {}
        for name, value in self.extra.items():
            try:
                extra[name] = extra_text(name, value)
            except NotReadable as error:
                found.append(Finding((name,), str(error), error.remedy))
        if self.strict_settings:
            remedy = "Leave it out, or StrictSettings."
            found += [Finding((name,), "there is no such key", remedy) for name in extra]
        object.__setattr__(self, "extra", Extra(extra))
        object.__setattr__(self, "sources", FrozenMap(self.sources))
        object.__setattr__(self, "origins", FrozenMap(self.origins))
        wrong = {name for finding in found for name in finding.keys}
        found += [one for one in findings(self) if not one.is_warning and not wrong.intersection(one.keys)]
        faults = [self._fault(one) for one in found if not (one.is_lax and self._is_inherited(one.keys[0]))]
        if faults:
            raise error_of(faults)

    def _fault(self, finding: Finding) -> ConfigFault:
        name = finding.keys[0]
        source = self.sources.get(name, Source("", 0, name))
        return ConfigFault(source.file, source.line, label(self), source.name, finding.cause, finding.remedy)

    def _is_inherited(self, name: str) -> bool:
        """Whether the value comes from the section of defaults."""
        source = self.sources.get(name)
        return source is not None and source.is_default

    def __repr__(self) -> str:
        changed = [f"{name}={getattr(self, name)!r}" for name in self.changed()]
        if self.extra:
            changed.append(f"extra={self.extra!r}")
        return f"SessionSettings({', '.join(changed)})"

    def __str__(self) -> str:
        return label(self)

    def extra_shown(self) -> dict[str, str]:
        """Return the keys that we do not know, every value masked whose name speaks of a secret."""
        return Extra(self.extra).shown()

    def changed(self) -> tuple[str, ...]:
        """Return our names of the keys whose values are not what they are without the key."""
        values = values_of(self)
        ordinary = {name: key.default for name, key in ATTRIBUTES.items()} | {
            "store": derived_store(values),
            "log": derived_log(values),
            "application_version": self.default_appl_ver_id,
            "connection_type": "",
        }
        return tuple(name for name, value in values.items() if value != ordinary[name])

    def replace(self, **changes: object) -> "SessionSettings":
        """Return the settings with some values changed, and what follows from them with them.

        Raises:
            ConfigError: The changed settings have faults.
            TypeError: A name is that of no key.
        """
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        given = set(self.changed())
        for name in ("store", "log"):
            if name not in given:
                kept[name] = ATTRIBUTES[name].default
        if "default_appl_ver_id" in changes or "application_version" in changes:
            kept["default_appl_ver_id"] = kept["application_version"] = ""
        changed = set(changes)
        kept["sources"] = {name: source for name, source in self.sources.items() if name not in changed}
        kept["origins"] = {name: text for name, text in self.origins.items() if name.partition("@")[0] not in changed}
        return SessionSettings(**(kept | changes))

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """The hosts and ports to connect to, in the order in which they are tried; within the process, ports alone."""
        hosts = self.socket_connect_host or ("",) * len(self.socket_connect_port)
        return tuple(zip(hosts, self.socket_connect_port, strict=False))

    def notes(self) -> tuple[str, ...]:
        """Return what is to be told once: keys that are ignored, and what works and is probably not as meant."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        for name in self.changed():
            key = ATTRIBUTES[name]
            if key.status is Status.IGNORED:
                yield f"{key.quickfix} is read and ignored. {key.why}"
        if self.connection_type == "acceptor" and self.sources and "socket_accept_address" not in self.sources:
            yield (
                f"SocketAcceptAddress is not given: only this host can connect, through {self.socket_accept_address}. "
                "Write 0.0.0.0 for all interfaces, on which other engines listen."
            )
        for finding in findings(self):  # what is left is no fault
            yield f"{finding.cause}. {finding.remedy}"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of all sessions of a file.

    Attributes:
        sessions: In the order of the file.
        defaults: What the sections of defaults say, by our names; for sessions that are made at run time.
        warnings: What works, and probably not as meant.
        notes: What is to be told once in the log, such as keys that are ignored.
    """

    sessions: tuple[SessionSettings, ...]
    defaults: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[ConfigFault, ...] = ()
    notes: tuple[ConfigFault, ...] = ()

    def __iter__(self) -> Iterator[SessionSettings]:
        return iter(self.sessions)

    def __len__(self) -> int:
        return len(self.sessions)
