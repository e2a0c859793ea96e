"""Open the log that settings name."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine.logs.contract import SessionLog
from pyfixmsg_plus.engine.logs.files import FileLog
from pyfixmsg_plus.engine.logs.redaction import Redaction
from pyfixmsg_plus.engine.logs.screen import ScreenLog
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.values import SessionID

__all__ = ["LogOptions", "open_log"]


@dataclass(frozen=True, slots=True)
class LogOptions:
    """What is said beside the settings.

    Attributes:
        screen: Show messages and events on the terminal too.
        stream: Where; nothing: standard output.
        also: Makes another log of each session, beside that of the settings.
    """

    screen: bool = False
    stream: TextIO | None = None
    also: Callable[[SessionSettings, SessionID], SessionLog] | None = None


def open_log(settings: SessionSettings, session_id: SessionID, options: LogOptions = LogOptions()) -> SessionLog | None:
    """Open the log of a session; nothing where none is wanted.

    Raises:
        ConfigError: The URL of the log is of no kind that is there.
        OSError: Files cannot be used.
    """
    redaction = Redaction(settings.redact_fields_in_logs, settings.redaction_log_text)
    url = settings.log.reveal() if settings.log is not None else ""
    scheme, _, rest = url.partition(":")
    screen = options.screen or scheme == "screen"
    found: SessionLog | None = None
    match scheme:
        case "file" if rest:
            found = FileLog(
                Path(rest),
                session_id,
                redaction,
                backup_folder=settings.file_log_backup_path,
                heartbeats=settings.file_log_heartbeats,
                fraction=settings.file_include_milliseconds,
                message_times=settings.file_include_time_stamp_for_messages,
            )
        case "" | "screen" | "none":
            pass
        case _:
            # The URL itself may hold a password.
            raise ConfigError(
                f"{session_id}: a log of the kind {scheme!r} is not there: known are file:<directory>, screen:"
            )
    if options.also is not None:
        another = options.also(settings, session_id)
        found = another if found is None else _Both(found, another)
    if not screen:
        return found
    shown = ScreenLog(
        session_id,
        redaction,
        options.stream or sys.stdout,
        incoming=settings.screen_log_show_incoming,
        outgoing=settings.screen_log_show_outgoing,
        events=settings.screen_log_show_events,
        heartbeats=settings.screen_log_show_heart_beats,
        milliseconds=settings.screen_include_milliseconds,
    )
    return shown if found is None else _Both(found, shown)


class _Both:
    """Two logs as one."""

    def __init__(self, *logs: SessionLog) -> None:
        self._logs = logs

    def incoming(self, raw: bytes, utc_ns: int) -> None:
        for log in self._logs:
            log.incoming(raw, utc_ns)

    def outgoing(self, raw: bytes, utc_ns: int) -> None:
        for log in self._logs:
            log.outgoing(raw, utc_ns)

    def event(self, text: str, utc_ns: int) -> None:
        for log in self._logs:
            log.event(text, utc_ns)

    def backup(self) -> None:
        for log in self._logs:
            log.backup()

    def flush(self) -> None:
        for log in self._logs:
            log.flush()

    def close(self) -> None:
        for log in self._logs:
            log.close()
