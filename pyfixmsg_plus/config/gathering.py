"""The entries of a section by the keys that they mean, and what a session inherits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyfixmsg_plus.config.folding import Given, Level
from pyfixmsg_plus.config.key import Key
from pyfixmsg_plus.config.keys import Nearest, known_spelling
from pyfixmsg_plus.config.kinds import Kind, NotReadable
from pyfixmsg_plus.config.reading import Section
from pyfixmsg_plus.config.references import References
from pyfixmsg_plus.config.secret import is_secret_name
from pyfixmsg_plus.config.settings import Source
from pyfixmsg_plus.config.unknown import extra_text
from pyfixmsg_plus.errors import ConfigFault

__all__ = ["Gathered", "UnknownKey", "gather"]


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key that is kept for the application."""

    value: str
    source: Source


@dataclass(slots=True)
class Gathered:
    """What one section says, or a session together with what it inherits.

    Attributes:
        values: By the name of the key and its suffix.
        extra: Unknown keys by the names in the file.
        lowered: The same names by what they are in lower case, in which they compare.
        unknown: For each of them, what is said of it.
        origins: What the file says where values hold references.
        wrong: Our names of keys whose values could not be taken.
    """

    values: dict[tuple[str, str], Given] = field(default_factory=dict)
    extra: dict[str, UnknownKey] = field(default_factory=dict)
    lowered: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, ConfigFault] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    faults: list[ConfigFault] = field(default_factory=list)
    warnings: list[ConfigFault] = field(default_factory=list)

    def under(self, other: "Gathered") -> "Gathered":
        """Return this with another laid over it: a session over its defaults."""
        kept = {name: value for name, value in self.extra.items() if name.lower() not in other.lowered}
        return Gathered(
            values=self.values | other.values,
            extra=kept | other.extra,
            unknown=self.unknown | other.unknown,
            lowered=self.lowered | other.lowered,
            origins={name: text for name, text in self.origins.items() if name in kept} | other.origins,
            # What a session says itself is not made wrong by what it does not inherit.
            wrong=(self.wrong - {name for name, _ in other.values}) | other.wrong,
            faults=list(other.faults),
        )

    def add(self, key: Key, suffix: str, value: object, source: Source, level: Level, references: References) -> None:
        """Take a value, with its references resolved."""
        try:
            resolved = _resolved(value, key.kind, references, is_secret=key.kind.is_secret)
        except NotReadable as error:
            self.wrong.add(key.name)
            self.faults.append(ConfigFault(source.file, source.line, "", source.name, str(error), error.remedy))
            return
        raw = value if resolved != value else None
        self.values[key.name, suffix] = Given(key, suffix, resolved, raw, source, level)


def _resolved(value: object, kind: Kind | None, references: References, *, is_secret: bool) -> object:
    """The value with its references resolved; in a list or table, in each of its texts."""
    if isinstance(value, str):
        return references.resolve(value, kind, is_secret=is_secret).value
    if isinstance(value, list):
        return [_resolved(item, kind, references, is_secret=is_secret) for item in value]
    if isinstance(value, Mapping):
        return {name: _resolved(item, kind, references, is_secret=is_secret) for name, item in value.items()}
    return value


def gather(section: Section, file: str, level: Level, references: References, nearest: Nearest) -> Gathered:
    """Return the entries of a section by the keys that they mean."""
    found = Gathered()
    title = f"[{section.title}]"
    for entry in section.entries:
        source = Source(file, entry.line, entry.name, level is Level.DEFAULT)
        known = known_spelling(entry.name)
        if known is None:
            _take_unknown(found, source, entry.value, title, references, nearest(entry.name))
            continue
        before = found.values.get((known.key.name, known.suffix))
        if before is not None and before.value != entry.value:
            text = f"it is given on line {before.source.line} too"
            if before.source.name.lower() != entry.name.lower():
                text += f", as {before.source.name}, which is another name of the same"
            found.warnings.append(
                ConfigFault(file, entry.line, title, entry.name, f"{text}; the last one counts", "Leave one out.")
            )
        found.add(known.key, known.suffix, entry.value, source, level, references)
    found.faults = [fault._replace(session=title) for fault in found.faults]
    return found


def _take_unknown(
    found: Gathered, source: Source, value: object, title: str, references: References, near: str | None
) -> None:
    name = source.name
    remedy = f"Did you mean {near}?" if near else "It is kept for the application."
    found.unknown[name] = ConfigFault(source.file, source.line, title, name, "there is no such key", remedy)
    try:
        text = extra_text(name, value)
        resolved = references.resolve(text, None, is_secret=is_secret_name(name))
        extra_text(name, resolved.value)
    except NotReadable as error:
        found.faults.append(ConfigFault(source.file, source.line, title, name, str(error), error.remedy))
        return
    if resolved.has_reference:
        found.origins[name] = text
    found.extra.pop(found.lowered.get(name.lower(), ""), None)
    found.lowered[name.lower()] = name
    found.extra[name] = UnknownKey(resolved.value, source)
