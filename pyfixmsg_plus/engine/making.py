"""Make what decides for a session from its settings."""

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyfixmsg_plus.config import Day, LogonTag, MsgTypeEntry, SessionSettings, TimeOfDay
from pyfixmsg_plus.dictionary import Dictionary, load_dictionary
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.session import Session, SessionConfig
from pyfixmsg_plus.store import StoredNumbers
from pyfixmsg_plus.values import SessionID

__all__ = ["core_of", "session_id_of"]


def session_id_of(settings: SessionSettings, qualifier: str = "") -> SessionID:
    """The name of a session.

    Args:
        settings: Of the session.
        qualifier: In the place of the one in the settings.
    """
    return SessionID(
        settings.begin_string,
        settings.sender_comp_id,
        settings.target_comp_id,
        settings.sender_sub_id,
        settings.sender_location_id,
        settings.target_sub_id,
        settings.target_location_id,
        qualifier or settings.session_qualifier,
    )


def core_of(settings: SessionSettings, numbers: StoredNumbers) -> Session:
    """What decides, going on from the numbers of its store.

    Raises:
        ConfigError: The settings do not make a session.
        DictionaryError: A dictionary cannot be used.
        OSError: A dictionary cannot be read.
    """
    try:
        config = SessionConfig(**_values(settings), **_dictionaries(settings))
    except ValueError as error:
        raise ConfigError(f"{settings}: {error}") from error
    return Session(config, numbers.next_out, numbers.next_in, numbers.created_ns)


def _values(settings: SessionSettings) -> dict[str, Any]:
    values = {name: getattr(settings, name, None) for name in SessionConfig.names()}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    match value:
        case LogonTag():
            return f"{value.tag}={value.value.reveal()}"
        case TimeOfDay() | Day() | MsgTypeEntry() | Path():
            return str(value)
        case Decimal():
            return float(value)
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _dictionaries(settings: SessionSettings) -> dict[str, Any]:
    """The dictionaries that the settings name; nothing for those that are bundled."""
    if not settings.use_data_dictionary:
        return {"dictionary": False}
    found: dict[str, Any] = {}
    if settings.begin_string != "FIXT.1.1":
        if settings.data_dictionary:
            found["dictionary"] = _dictionary(settings.data_dictionary)
        return found
    if settings.transport_data_dictionary:
        found["transport_dictionary"] = _dictionary(settings.transport_data_dictionary)
    versions = dict.fromkeys(filter(None, (settings.default_appl_ver_id, *settings.supported_app_versions)))
    named = dict(settings.app_data_dictionary)
    if named:
        given = {version: _dictionary(version) for version in versions if version not in named}
        given |= {version: _dictionary(source) for version, source in named.items()}
        found["app_dictionaries"] = given
    return found


@lru_cache(maxsize=64)
def _dictionary(source: str) -> Dictionary:
    # Sessions share a dictionary: it is by far the largest thing that one has.
    return load_dictionary(source)
