"""The JSON schema of settings in TOML, for editors that complete and check."""

from typing import Any

from pyfixmsg_plus.config.key import Key, Status
from pyfixmsg_plus.config.keys import KEYS
from pyfixmsg_plus.config.secret import Location
from pyfixmsg_plus.config.values import FrozenMap

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """Return the schema, of the draft 2020-12."""
    session = {"$ref": "#/$defs/session"}
    sessions = {"anyOf": [{"type": "array", "items": session}, session]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of FIX sessions",
        "type": "object",
        "properties": {
            "default": session | {"description": "What every session inherits."},
            "session": sessions | {"description": "The sessions."},
            "fix": sessions | {"description": "The same as session."},
        },
        "$defs": {"session": _session()},
    }


def _session() -> dict[str, Any]:
    keys = [key for key in KEYS if key.status is not Status.REFUSED]
    return {
        "type": "object",
        "properties": {key.name: _key(key) for key in keys},
        "patternProperties": {f"^{key.name}[1-9][0-9]*$": _key(key) for key in keys if key.is_numbered},
        # Unknown keys are kept for the application.
        "additionalProperties": True,
    }


def _key(key: Key) -> dict[str, Any]:
    found = key.kind.schema() | {"description": f"{key.doc} In QuickFIX files: {key.quickfix}."}
    if key.status is Status.IGNORED:
        found |= {"deprecated": True, "description": f"{key.doc} Read and ignored. {key.why}"}
    default = key.default
    if key.has_attribute and default is not None and default not in ((), "") and not key.default_words:
        plain = not isinstance(default, (Location, FrozenMap))
        found |= {"default": key.kind.toml(default)} if plain else {}
    return found
