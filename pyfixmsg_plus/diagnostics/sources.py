"""Where the bytes of a log come from: files, compressed files, standard input.

Whatever is compressed with gzip is told by its first two bytes, not by its name, so that it is also read from a pipe.
Nothing is held but one piece at a time.
"""

import os
import stat
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["LogSource", "LogSourceError", "Position", "Progress", "is_compressed", "pieces", "size_of"]

LogSource: TypeAlias = str | os.PathLike[str] | BinaryIO
Progress: TypeAlias = Callable[[int], object]

# It stays in the second-level cache.
_PIECE = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
# A window of 32 KB, with the header and trailer of gzip.
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class LogSourceError(PyFixMsgError):
    """A log that cannot be read on.

    Attributes:
        offset: Bytes of the compressed file up to the fault.
    """

    def __init__(self, text: str, *, offset: int) -> None:
        super().__init__(text)
        self.offset = offset


def size_of(source: LogSource) -> int | None:
    """Return the bytes of a source as it is stored, or nothing where that is not known before its end, as of a pipe."""
    try:
        status = Path(source).stat() if isinstance(source, str | os.PathLike) else os.fstat(source.fileno())
    except (OSError, AttributeError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def is_compressed(path: str | os.PathLike[str]) -> bool:
    """Return whether a file begins as a gzip file does."""
    with Path(path).open("rb") as stream:
        return stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC


def pieces(source: LogSource, progress: Progress | None = None) -> Iterator[bytes]:
    """Return the bytes of a log piece by piece, decompressed.

    Args:
        source: A path, or a stream opened for reading bytes. A stream is not closed.
        progress: Called with the bytes of the source that were read so far.

    Raises:
        OSError: The source cannot be opened or read.
        LogSourceError: A compressed log is damaged. What stands before the damage was returned.
    """
    if isinstance(source, str | os.PathLike):
        with Path(source).open("rb", buffering=0) as stream:
            yield from pieces(stream, progress)
        return
    stored = _stored(source, progress)
    first = next(stored, b"")
    while 0 < len(first) < len(_GZIP_MAGIC) and (more := next(stored, b"")):
        first += more
    if first.startswith(_GZIP_MAGIC):
        yield from _decompressed(first, stored)
    elif first:
        yield first
        yield from stored


def _stored(stream: BinaryIO, progress: Progress | None) -> Iterator[bytes]:
    """The bytes as they are stored. What a pipe has is returned as soon as it is there."""
    read = getattr(stream, "read1", stream.read)
    done = 0
    while piece := read(_PIECE):
        done += len(piece)
        yield piece
        # After the piece was used: that is what progress means.
        if progress is not None:
            progress(done)


def _decompressed(first: bytes, stored: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of one gzip file or of several, one behind the other."""
    unpack = zlib.decompressobj(_GZIP_WINDOW)
    rest = first
    done = 0
    while True:
        try:
            piece = unpack.decompress(rest, _PIECE)
        except zlib.error as error:
            raise LogSourceError(f"the gzip data are damaged near byte {done}: {error}", offset=done) from error
        if piece:
            yield piece
        if unpack.eof:
            done += len(rest) - len(unpack.unused_data)
            # Zeros behind the end pad the file to the blocks of a tape or disk.
            rest = unpack.unused_data.lstrip(b"\0") or next(stored, b"").lstrip(b"\0")
            if not rest:
                return
            unpack = zlib.decompressobj(_GZIP_WINDOW)
        else:
            done += len(rest) - len(unpack.unconsumed_tail)
            rest = unpack.unconsumed_tail or next(stored, b"")
            if not rest and not piece:
                raise LogSourceError(f"the gzip data end too early, after {done} bytes", offset=done)


class Position:
    """How far several sources were read, as one number."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._before = 0
        self._here = 0

    def of_source(self) -> Progress | None:
        """Return what is told the bytes read of the next source."""
        self._before += self._here
        self._here = 0
        return None if self._progress is None else self._advance

    def _advance(self, done: int) -> None:
        self._here = done
        if self._progress is not None:
            self._progress(self._before + done)
