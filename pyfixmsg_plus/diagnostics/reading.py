"""Read the messages of a log, one by one."""

from collections.abc import Iterator

from pyfixmsg_plus._core import LogEntry, LogReader
from pyfixmsg_plus.diagnostics.sources import LogSource, LogSourceError, Progress, pieces

__all__ = ["LARGEST_MESSAGE", "read_log"]

# A message of more bytes than this is reported as too long, and cut off, so that no log can claim all memory.
LARGEST_MESSAGE = 16 * 1024 * 1024


def read_log(
    source: LogSource,
    *,
    join_lines: bool = True,
    max_message_size: int = LARGEST_MESSAGE,
    progress: Progress | None = None,
) -> Iterator[LogEntry]:
    """Return the messages of a log in their order, whatever its layout.

    Args:
        source: A path, or a stream opened for reading bytes; what is compressed with gzip is decompressed.
        join_lines: A message may be broken over lines.
        max_message_size: Bytes of the longest message that is shown whole.
        progress: Called with the bytes of the source that were read so far.

    Raises:
        OSError: The source cannot be opened or read.
        LogSourceError: A compressed log is damaged. The messages before the damage were returned, the one that it cuts
            among them.
    """
    reader = LogReader(max_message_size=max_message_size, join_lines=join_lines)
    try:
        for piece in pieces(source, progress):
            yield from reader.feed(piece)
    except LogSourceError:
        yield from reader.finish()
        raise
    yield from reader.finish()
