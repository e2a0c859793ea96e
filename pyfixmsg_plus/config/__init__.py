"""Settings of sessions: QuickFIX INI, INI with a ``[FIX]`` section, or TOML, all into one model.

::

    settings = load_settings("fix.cfg")
    for session in settings.sessions:
        print(session, session.heart_bt_int)
"""

from pyfixmsg_plus.config.loading import Reading, load_settings, read_settings
from pyfixmsg_plus.config.secret import Location, Secret
from pyfixmsg_plus.config.settings import SessionSettings, Settings, Source
from pyfixmsg_plus.config.values import (
    APPLICATION_VERSIONS,
    Day,
    Extra,
    FrozenMap,
    LogonTag,
    MsgTypeEntry,
    TimeOfDay,
    appl_ver_id,
)
from pyfixmsg_plus.errors import ConfigError, ConfigFault

__all__ = [
    "APPLICATION_VERSIONS",
    "ConfigError",
    "ConfigFault",
    "Day",
    "Extra",
    "FrozenMap",
    "Location",
    "LogonTag",
    "MsgTypeEntry",
    "Reading",
    "Secret",
    "SessionSettings",
    "Settings",
    "Source",
    "TimeOfDay",
    "appl_ver_id",
    "load_settings",
    "read_settings",
]
