"""Read logs, choose messages, count them.

The command line and other tools are thin fronts over this package.
"""

from pyfixmsg_plus._core import LogEntry, LogReader, LogSummary
from pyfixmsg_plus.diagnostics import filters
from pyfixmsg_plus.diagnostics.reading import LARGEST_MESSAGE, read_log
from pyfixmsg_plus.diagnostics.sources import LogSource, LogSourceError, Position, Progress, pieces, size_of
from pyfixmsg_plus.diagnostics.summary import Damage, Report, SessionCount, ViolationCount, summarise
from pyfixmsg_plus.diagnostics.versions import Dictionaries, version_named

__all__ = [
    "LARGEST_MESSAGE",
    "Damage",
    "Dictionaries",
    "LogEntry",
    "LogReader",
    "LogSource",
    "LogSourceError",
    "LogSummary",
    "Position",
    "Progress",
    "Report",
    "SessionCount",
    "ViolationCount",
    "filters",
    "pieces",
    "read_log",
    "size_of",
    "summarise",
    "version_named",
]
