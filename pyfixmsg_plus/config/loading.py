"""From a settings file to the settings of its sessions, with all that is wrong told at once."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pyfixmsg_plus.config.across import across
from pyfixmsg_plus.config.checks import Finding, findings
from pyfixmsg_plus.config.environment import Override, overrides, session_names
from pyfixmsg_plus.config.files import file_findings
from pyfixmsg_plus.config.folding import Given, Level, Remark, fold
from pyfixmsg_plus.config.gathering import Gathered, gather
from pyfixmsg_plus.config.key import Key, Status
from pyfixmsg_plus.config.keys import ATTRIBUTES, Nearest, key_named
from pyfixmsg_plus.config.kinds import NotReadable
from pyfixmsg_plus.config.lists import assemble
from pyfixmsg_plus.config.reading import Section, read_text, sections_of
from pyfixmsg_plus.config.references import References
from pyfixmsg_plus.config.session_keys import SessionKeys
from pyfixmsg_plus.config.settings import SessionSettings, Settings, Source, error_of, label
from pyfixmsg_plus.config.settle import read_value, settle
from pyfixmsg_plus.errors import ConfigFault

__all__ = ["Reading", "load_settings", "read_settings"]

_ENVIRONMENT = "environment"
_IDS = (
    "sender_comp_id", "sender_sub_id", "sender_location_id", "target_comp_id", "target_sub_id", "target_location_id",
    "session_qualifier",
)  # fmt: skip


class Reading(NamedTuple):
    """What a settings file says, and what is wrong with it.

    Attributes:
        settings: The sessions without faults.
        faults: What makes the settings unusable.
    """

    settings: Settings
    faults: tuple[ConfigFault, ...]


def load_settings(
    source: str | Path,
    environ: Mapping[str, str] | None = None,
    *,
    connection_type: Literal["initiator", "acceptor"] | None = None,
) -> Settings:
    """Return the settings of a file, or of a text: QuickFIX INI, INI with ``[FIX]``, or TOML.

    Args:
        source: The path of a file; or a text, which holds a line break or begins with ``[``.
        environ: The environment; that of the process if there is none.
        connection_type: What sessions are that do not say it: files of QuickFIX/Go leave it to the program.

    Raises:
        ConfigError: The settings have faults; ``faults`` lists all of them.
    """
    reading = read_settings(source, environ, connection_type=connection_type)
    if reading.faults:
        raise error_of(reading.faults)
    return reading.settings


def read_settings(
    source: str | Path,
    environ: Mapping[str, str] | None = None,
    *,
    connection_type: Literal["initiator", "acceptor"] | None = None,
) -> Reading:
    """Return the settings of a file together with their faults; see ``load_settings``."""
    environ = os.environ if environ is None else environ
    try:
        file, text = read_text(source)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        fault = ConfigFault(str(source)[:200], 0, "", "", f"it cannot be read: {cause}", "Name a settings file.")
        return Reading(Settings(()), (fault,))
    found = sections_of(text, file)
    loader = _Loader(file, References(environ), list(found.faults), list(found.warnings))
    loader.environment(environ)
    loader.connection_type = connection_type
    loader.load(found.sections)
    return loader.reading()


@dataclass(slots=True)
class _Loader:
    """One file on its way to settings."""

    file: str
    references: References
    faults: list[ConfigFault]
    warnings: list[ConfigFault]
    notes: list[ConfigFault] = field(default_factory=list)
    sessions: list[SessionSettings] = field(default_factory=list)
    defaults: dict[str, object] = field(default_factory=dict)
    overrides: list[Override] = field(default_factory=list)
    unused: set[str] = field(default_factory=set)
    nearest: Nearest = field(default_factory=Nearest)
    connection_type: str | None = None

    def environment(self, environ: Mapping[str, str]) -> None:
        """Note the variables that override keys."""
        for found in overrides(environ):
            if isinstance(found, Override):
                self.overrides.append(found)
                if found.session:
                    self.unused.add(found.variable)
            else:
                self.warnings.append(
                    ConfigFault(_ENVIRONMENT, 0, "", found.variable, "it is the variable of no key",
                                f"Did you mean {found.nearest}?")
                )  # fmt: skip

    def load(self, sections: Iterable[Section]) -> None:
        """Load all sections."""
        sections = list(sections)
        common = Gathered()
        for section in sections:
            if section.kind == "default":
                common = common.under(self._gathered(section, Level.DEFAULT))
        self._load_defaults(common)
        loaded = [self._session(section, common) for section in sections if section.kind == "session"]
        if not loaded and not self.faults:
            self.faults.append(
                ConfigFault(self.file, 0, "", "", "there is no session", "Write a [SESSION] section for each session.")
            )
        for name in sorted(self.unused):
            self.warnings.append(
                ConfigFault(_ENVIRONMENT, 0, "", name, "it is for a session that the file does not have",
                            "Name the session as in FIXPLUS_SENDER_TARGET__HEART_BT_INT.")
            )  # fmt: skip
        for place, finding in across([session for session, _, _ in loaded]):
            session, sources, line = loaded[place]
            self._tell(finding, session, sources, line)

    def reading(self) -> Reading:
        """Return what was loaded."""
        settings = Settings(
            tuple(self.sessions), self.defaults, self._ordered(self.warnings), self._ordered(self.notes)
        )
        return Reading(settings, self._ordered(self.faults))

    def _ordered(self, faults: Iterable[ConfigFault]) -> tuple[ConfigFault, ...]:
        """What was told, each once, in the order of the file.

        What stands in the section of defaults is told once, not for every session.
        """
        once: dict[tuple[str, int, str, str], ConfigFault] = {}
        for fault in faults:
            once.setdefault((fault.file, fault.line, fault.key, fault.text), fault)
        return tuple(sorted(once.values(), key=lambda fault: (fault.file != self.file, fault.line)))

    def _gathered(self, section: Section, level: Level) -> Gathered:
        gathered = gather(section, self.file, level, self.references, self.nearest)
        self.faults += gathered.faults
        self.warnings += gathered.warnings
        return gathered

    def _load_defaults(self, common: Gathered) -> None:
        for (name, suffix), given in common.values.items():
            if not suffix and name in ATTRIBUTES:
                try:
                    self.defaults[name] = read_value(given.key, given.value)
                except NotReadable:
                    continue  # told with each session that inherits it

    def _session(self, section: Section, common: Gathered) -> tuple[SessionKeys, Mapping[str, Source], int]:
        gathered = common.under(self._gathered(section, Level.SESSION))
        self._override(gathered)
        before = len(self.faults)
        title = f"[{section.title}]"
        wrong: set[str] = set(gathered.wrong)
        if self.connection_type is not None and ("connection_type", "") not in gathered.values:
            source = Source("", 0, "ConnectionType")
            key = key_named("connection_type")
            gathered.add(key, "", self.connection_type, source, Level.DEFAULT, self.references)
        connection = gathered.values.get(("connection_type", ""))
        kind = str(connection.value).strip().lower() if connection is not None else ""
        for remark in fold(gathered.values, kind, gathered.wrong):
            self._remark(remark, title)
            if remark.is_fault:
                wrong |= {remark.given.key.name, remark.given.key.why}
        values, sources = self._values(gathered, title, wrong)
        if connection is None:
            wrong.add("connection_type")
            self.faults.append(
                ConfigFault(self.file, section.line, title, "ConnectionType", "ConnectionType is missing",
                            "Write ConnectionType=initiator if we connect, or acceptor if the peer does.")
            )  # fmt: skip
        try:
            settle(values)
        except NotReadable as error:
            finding = Finding(("default_appl_ver_id", "application_version", "app_data_dictionary"), str(error),
                              error.remedy)  # fmt: skip
            self._tell(finding, SessionKeys(**values), sources, section.line)
            wrong |= set(finding.keys)
        session = SessionKeys(**values)
        self._unknown(gathered, session)
        for finding in (*findings(session), *file_findings(session)):
            if not wrong.intersection(finding.keys):
                self._tell(finding, session, sources, section.line)
        if len(self.faults) == before and not gathered.faults and not wrong:
            self.sessions.append(
                SessionSettings(
                    **values,
                    extra={name: given.value for name, given in gathered.extra.items()},
                    sources=sources | {name: given.source for name, given in gathered.extra.items()},
                    origins=gathered.origins,
                )
            )
        return session, sources, section.line

    def _override(self, gathered: Gathered) -> None:
        """Lay the variables of the environment over what a section says."""
        names: frozenset[str] | None = None
        for override in self.overrides:
            if override.session:
                if names is None:
                    texts = {name: str(gathered.values[name, ""].value) for name in ("begin_string", *_IDS)
                             if (name, "") in gathered.values}  # fmt: skip
                    ids = (texts.get(name, "") for name in _IDS)
                    names = session_names(texts.get("begin_string", ""), ids)
                if override.session not in names:
                    continue
                self.unused.discard(override.variable)
            key, suffix = override.known
            source = Source(_ENVIRONMENT, 0, override.variable)
            gathered.add(key, suffix, override.value, source, Level.ENVIRONMENT, self.references)
        self.faults += [fault for fault in gathered.faults if fault.file == _ENVIRONMENT]

    def _values(self, gathered: Gathered, title: str, wrong: set[str]) -> tuple[dict[str, Any], dict[str, Source]]:
        """The value of every key, those that cannot be read at their defaults."""
        values = {name: key.default for name, key in ATTRIBUTES.items()}
        sources: dict[str, Source] = {}
        for key, items in _by_key(gathered.values):
            first = min(items, key=lambda given: (given.suffix != "", given.suffix))
            if key.status is Status.REFUSED:
                if str(first.value).strip():
                    self._remark(Remark(first, f"{key.quickfix} is refused", key.why), title)
                    wrong.add(key.name)
                continue
            if key.status is Status.IGNORED:
                self._remark(Remark(first, f"{key.quickfix} is read and ignored", key.why, is_fault=False), title)
            sources[key.name] = first.source
            try:
                value, origins = assemble(key, items)
                values[key.name] = read_value(key, value)
            except NotReadable as error:
                wrong.add(key.name)
                self._remark(Remark(first, str(error), error.remedy), title)
            else:
                gathered.origins.update(origins)
        return values, sources

    def _remark(self, remark: Remark, title: str) -> None:
        source = remark.given.source
        section = "[DEFAULT]" if source.is_default else "" if source.file == _ENVIRONMENT else title
        fault = ConfigFault(source.file, source.line, section, source.name, remark.cause, remark.remedy)
        (self.faults if remark.is_fault else self.notes).append(fault)

    def _tell(self, finding: Finding, session: SessionKeys, sources: Mapping[str, Source], line: int) -> None:
        name = finding.keys[0]
        source = sources.get(name) or Source(self.file, line, key_named(name).quickfix)
        called = label(session) if session.begin_string else "[SESSION]"
        fault = ConfigFault(source.file, source.line, called, source.name, finding.cause, finding.remedy)
        is_warning = finding.is_warning or (finding.is_lax and source.is_default)
        (self.warnings if is_warning else self.faults).append(fault)

    def _unknown(self, gathered: Gathered, session: SessionKeys) -> None:
        faults = [unknown for name, unknown in gathered.unknown.items() if name in gathered.extra]
        (self.faults if session.strict_settings else self.warnings).extend(faults)


def _by_key(values: Mapping[tuple[str, str], Given]) -> Iterator[tuple[Key, list[Given]]]:
    """The values of each key, those of one list or of several versions together."""
    grouped: dict[str, list[Given]] = {}
    for (name, _), given in values.items():
        grouped.setdefault(name, []).append(given)
    for items in grouped.values():
        yield items[0].key, items
