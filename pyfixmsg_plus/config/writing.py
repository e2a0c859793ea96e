"""Settings as text again: as TOML with our names, or as QuickFIX INI.

What is written reads as the same settings. Where a value came from the environment, a file of its own or decryption,
the reference is written and not what it stood for. What all sessions have in common stands in one section of defaults.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pyfixmsg_plus.config.key import Key
from pyfixmsg_plus.config.keys import ATTRIBUTES
from pyfixmsg_plus.config.kinds import Fields, LocationText
from pyfixmsg_plus.config.references import escaped, escaped_location, escaped_secret
from pyfixmsg_plus.config.secret import is_secret_name
from pyfixmsg_plus.config.settings import SessionSettings, Settings

__all__ = ["to_quickfix", "to_toml"]

# One line: a name and what stands behind its equals sign.
_Lines: TypeAlias = list[tuple[str, str]]
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_quickfix(settings: Settings) -> str:
    """Return settings as QuickFIX INI, with QuickFIX's names where it has the key."""
    return _text(settings, _quickfix_lines, lambda name, text: (name, text), "[DEFAULT]", "[SESSION]", "=")


def to_toml(settings: Settings) -> str:
    """Return settings as TOML, with our names."""
    return _text(settings, _toml_lines, lambda name, text: (_toml_name(name), _toml_value(text)), "[default]",
                 "[[session]]", " = ")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Value:
    """A value as it is written: what it is, and what the file said where that held references."""

    key: Key
    value: Any
    origins: tuple[tuple[str, str], ...]


def _text(
    settings: Settings,
    lines: Callable[[_Value], _Lines],
    extra: Callable[[str, str], tuple[str, str]],
    default: str,
    session: str,
    sign: str,
) -> str:
    common = _common(settings.sessions)
    sections = []
    if common:
        sections.append((default, [line for value in common.values() for line in lines(value)]))
    for one in settings.sessions:
        own = [line for value in _own(one, common) for line in lines(value)]
        own += [extra(name, _extra(one, name)) for name in one.extra]
        sections.append((session, own))
    return "\n".join(
        "\n".join([title, *(f"{name}{sign}{text}".rstrip() for name, text in found), ""]) for title, found in sections
    )


def _common(sessions: Sequence[SessionSettings]) -> dict[str, _Value]:
    """What stands in the section of defaults: what sessions inherited, and what all of several have."""
    found: dict[str, _Value] = {}
    changed = [set(one.changed()) for one in sessions]
    for name, key in ATTRIBUTES.items():
        values = [_value(one, name) for one in sessions]
        inherited = [value for one, value in zip(sessions, values, strict=True)
                     if name in one.sources and one.sources[name].is_default]  # fmt: skip
        is_shared = len(sessions) > 1 and all(value == values[0] for value in values)
        if is_shared and all(name in names for names in changed):
            found[name] = values[0]
        elif (
            inherited
            and (len(sessions) == 1 or not (key.is_numbered or key.is_by_version))
            and inherited[0].value != _ordinary(sessions, name)
            and all(map(_can_be_said, values))
        ):
            # A session that differs says so itself.
            found[name] = inherited[0]
    return found


def _ordinary(sessions: Sequence[SessionSettings], name: str) -> object:
    return next((getattr(one, name) for one in sessions if name not in one.changed()), object())


def _can_be_said(value: _Value) -> bool:
    """Whether a session can say that it has no value, where the defaults have one."""
    return value.value is not None or value.key.kind.has_empty


def _own(session: SessionSettings, common: Mapping[str, _Value]) -> Iterator[_Value]:
    changed = set(session.changed())
    for name in ATTRIBUTES:
        value = _value(session, name)
        if value != common.get(name) if name in common else name in changed:
            yield value


def _value(session: SessionSettings, name: str) -> _Value:
    origins = tuple(item for item in session.origins.items() if item[0].partition("@")[0] == name)
    return _Value(ATTRIBUTES[name], getattr(session, name), origins)


def _extra(session: SessionSettings, name: str) -> str:
    if name in session.origins:
        return session.origins[name]
    text = session.extra[name]
    return escaped_secret(text) if is_secret_name(name) else escaped(text)


def _escaped(key: Key, text: str) -> str:
    """The text of a value so that nothing in it is taken for a reference."""
    if isinstance(key.kind, LocationText):
        return escaped_location(text)
    if isinstance(key.kind, Fields):
        tag, sign, value = text.partition("=")
        return f"{tag}{sign}{escaped_secret(value)}"
    return escaped_secret(text) if key.kind.is_secret else escaped(text)


def _items(value: _Value) -> list[str]:
    """The texts of the items of a list."""
    origins = dict(value.origins)
    texts = [value.key.kind.write((item,)) for item in value.value]
    name = value.key.name
    return [origins.get(f"{name}@{place}", _escaped(value.key, text)) for place, text in enumerate(texts)]


def _whole(value: _Value) -> str | None:
    """What the file said for the value as a whole, where that held references."""
    return dict(value.origins).get(value.key.name)


def _versions(value: _Value) -> dict[str, str]:
    origins = dict(value.origins)
    return {
        version: origins.get(f"{value.key.name}@{version}", escaped(str(name))) for version, name in value.value.items()
    }


def _quickfix_lines(value: _Value) -> _Lines:
    name = value.key.quickfix
    if value.key.is_by_version:
        return [(f"{name}.{version}" if version else name, text) for version, text in _versions(value).items()]
    if value.key.is_numbered:
        whole = _whole(value)
        if whole is not None:
            # A list with references within is written as it was, in our form.
            return [(value.key.name, whole)]
        return [(f"{name}{place or ''}", text) for place, text in enumerate(_items(value))]
    if (whole := _whole(value)) is not None:
        return [(name, whole)]
    if isinstance(value.value, tuple):
        return [(name, ",".join(_items(value)))]
    return [(name, "" if value.value is None else _escaped(value.key, value.key.kind.write(value.value)))]


def _toml_lines(value: _Value) -> _Lines:
    name, kind = value.key.name, value.key.kind
    found: object
    if value.key.is_by_version:
        found = _versions(value)
        found = found[""] if list(found) == [""] else found
    elif (whole := _whole(value)) is not None:
        found = whole
    elif isinstance(value.value, tuple):
        plain = kind.toml(value.value)
        numbers = isinstance(plain, list) and all(isinstance(item, int) for item in plain) and not value.origins
        found = plain if numbers else _items(value)
    else:
        found = "" if value.value is None else kind.toml(value.value)
        found = _escaped(value.key, found) if isinstance(found, str) else found
    return [(_toml_name(name), _toml_value(found))]


def _toml_name(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _toml_value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml_name(name)} = {_toml_value(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    # The escapes of JSON are those of TOML.
    return json.dumps(value, ensure_ascii=False)
