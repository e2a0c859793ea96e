"""Bytes come from files and pipes, plain and compressed, piece by piece."""

import gzip
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.diagnostics import LogSourceError, Position, pieces, read_log, size_of
from tests.wire import wire

LOG = b"".join(b"line %d " % number + wire(f"8=FIX.4.4|35=0|34={number}|") + b"\n" for number in range(1, 200))


class Trickle(io.RawIOBase):
    """A pipe that gives few bytes at a time."""

    def __init__(self, content: bytes, step: int) -> None:
        super().__init__()
        self._content = io.BytesIO(content)
        self._step = step

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        found = self._content.read(min(self._step, len(buffer)))
        buffer[: len(found)] = found
        return len(found)


def pipe(content: bytes, step: int = 1) -> io.BufferedReader:
    return io.BufferedReader(Trickle(content, step), buffer_size=1)


@pytest.mark.parametrize("stored", [LOG, gzip.compress(LOG), gzip.compress(LOG[:999]) + gzip.compress(LOG[999:])])
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_a_pipe_gives_the_same_bytes_however_they_arrive(stored: bytes, step: int) -> None:
    assert b"".join(pieces(pipe(stored, step))) == LOG


def test_what_is_compressed_is_told_by_its_first_bytes_not_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "plain.gz").write_bytes(LOG)
    (tmp_path / "packed.log").write_bytes(gzip.compress(LOG))
    assert b"".join(pieces(tmp_path / "plain.gz")) == LOG
    assert b"".join(pieces(tmp_path / "packed.log")) == LOG


def test_zeros_behind_a_compressed_log_are_padding() -> None:
    assert b"".join(pieces(io.BytesIO(gzip.compress(LOG) + bytes(1024)))) == LOG


def test_pieces_of_what_unpacks_enormously_stay_small() -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    assert max(map(len, pieces(io.BytesIO(bomb)))) <= 256 * 1024


@pytest.mark.parametrize("content", [b"", b"\x1f", b"8"])
def test_a_log_of_less_than_two_bytes_is_read(content: bytes) -> None:
    assert b"".join(pieces(io.BytesIO(content))) == content


def test_a_compressed_log_that_was_cut_off_gives_what_stands_before_the_cut() -> None:
    packed = gzip.compress(LOG)
    found: list[object] = []
    with pytest.raises(LogSourceError, match="the gzip data end too early") as caught:
        found.extend(read_log(io.BytesIO(packed[:-20])))
    assert caught.value.offset == len(packed) - 20
    assert found


def test_damaged_gzip_names_the_place() -> None:
    packed = bytearray(gzip.compress(os.urandom(1000) + LOG))
    packed[500:520] = bytes(20)
    with pytest.raises(LogSourceError, match="the gzip data are damaged near byte"):
        list(pieces(io.BytesIO(bytes(packed))))


@given(st.binary(max_size=300))
def test_any_bytes_behind_the_magic_give_bytes_or_a_documented_error(rest: bytes) -> None:
    try:
        b"".join(pieces(io.BytesIO(b"\x1f\x8b" + rest)))
    except LogSourceError as error:
        assert error.offset <= len(rest) + 2  # noqa: PT017


def test_progress_counts_the_bytes_of_all_logs_as_they_are_stored() -> None:
    told: list[int] = []
    position = Position(told.append)
    for _ in range(2):
        list(pieces(io.BytesIO(LOG), position.of_source()))
    assert told == [len(LOG), 2 * len(LOG)]
    assert Position(None).of_source() is None


def test_the_size_of_a_pipe_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(LOG)
    assert size_of(path) == len(LOG)
    assert size_of(io.BytesIO(LOG)) is None
    assert size_of(tmp_path / "absent") is None
    with path.open("rb") as stream:
        assert size_of(stream) == len(LOG)
