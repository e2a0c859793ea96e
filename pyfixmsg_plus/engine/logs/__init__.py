"""Logs of a session as people and existing tools read them: messages and events, in files or on the terminal."""

from pyfixmsg_plus.engine.logs.contract import SessionLog
from pyfixmsg_plus.engine.logs.files import FileLog, file_prefix
from pyfixmsg_plus.engine.logs.opening import LogOptions, open_log
from pyfixmsg_plus.engine.logs.redaction import Redaction
from pyfixmsg_plus.engine.logs.screen import ScreenLog

__all__ = ["FileLog", "LogOptions", "Redaction", "ScreenLog", "SessionLog", "file_prefix", "open_log"]
