"""Logs are files in the layout that existing tools read, and lines on the terminal."""

import asyncio
import io
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine.logs import FileLog, LogOptions, Redaction, ScreenLog, SessionLog, file_prefix, open_log
from pyfixmsg_plus.engine.logs.lines import LineTimes
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.values import SessionID

SESSION = SessionID("FIX.4.4", "US", "PEER")
ORDER = b"8=FIX.4.4\x019=5\x0135=D\x0110=000\x01"
HEARTBEAT = b"8=FIX.4.4\x019=5\x0135=0\x0110=000\x01"
LOGON = b"8=FIX.4.4\x019=5\x0135=A\x01554=pw\x0110=000\x01"
# 2026-03-02 14:30:00.123456789 UTC
T0 = 1_772_461_800_123_456_789


def written(folder: Path, use: Callable[[SessionLog], None], **options: object) -> tuple[bytes, bytes]:
    async def scene() -> None:
        log = FileLog(folder, SESSION, Redaction(), **options)  # type: ignore[arg-type] # switches by name
        use(log)
        log.close()

    asyncio.run(scene())
    prefix = folder / "FIX.4.4-US-PEER"
    return Path(f"{prefix}.messages.current.log").read_bytes(), Path(f"{prefix}.event.current.log").read_bytes()


def test_messages_and_events_are_lines_that_begin_with_the_time(tmp_path: Path) -> None:
    def use(log: SessionLog) -> None:
        log.incoming(ORDER, T0)
        log.outgoing(ORDER, T0 + 1_000_000_000)
        log.event("logged on\nor so", T0)

    messages, events = written(tmp_path, use)
    assert messages == (b"20260302-14:30:00.123456 : " + ORDER + b"\n" + b"20260302-14:30:01.123456 : " + ORDER + b"\n")
    assert events == b"20260302-14:30:00.123456 : logged on or so\n"


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ({"heartbeats": True}, 2),
        ({"heartbeats": False}, 1),
    ],
)
def test_heartbeats_are_written_if_they_are_wanted(tmp_path: Path, options: dict[str, object], lines: int) -> None:
    def use(log: SessionLog) -> None:
        log.incoming(HEARTBEAT, T0)
        log.incoming(ORDER, T0)

    messages, _ = written(tmp_path, use, **options)
    assert messages.count(b"\n") == lines


def test_fractions_and_times_of_messages_can_be_left_out(tmp_path: Path) -> None:
    messages, _ = written(tmp_path, lambda log: log.incoming(ORDER, T0), fraction=False)
    assert messages == b"20260302-14:30:00 : " + ORDER + b"\n"
    messages, _ = written(tmp_path / "more", lambda log: log.incoming(ORDER, T0), message_times=False)
    assert messages == ORDER + b"\n"


def test_passwords_are_masked(tmp_path: Path) -> None:
    messages, _ = written(tmp_path, lambda log: log.incoming(LOGON, T0))
    assert b"554=***\x01" in messages
    assert b"pw" not in messages


def test_a_log_is_for_its_owner_alone_and_goes_on_where_it_was(tmp_path: Path) -> None:
    written(tmp_path, lambda log: log.event("one", T0))
    _, events = written(tmp_path, lambda log: log.event("two", T0))
    assert events.count(b"\n") == 2
    file = tmp_path / "FIX.4.4-US-PEER.event.current.log"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_interval_begins_new_files_where_a_folder_for_the_old_ones_is_named(tmp_path: Path) -> None:
    def use(log: SessionLog) -> None:
        for text in ("one", "two"):
            log.event(text, T0)
            log.incoming(ORDER, T0)
            log.backup()
        log.backup()
        log.event("three", T0)

    messages, events = written(tmp_path, use, backup_folder=tmp_path / "old")
    assert (messages, events) == (b"", b"20260302-14:30:00.123456 : three\n")
    names = sorted(path.name for path in (tmp_path / "old").iterdir())
    assert names == [
        "FIX.4.4-US-PEER.event.backup.1.log",
        "FIX.4.4-US-PEER.event.backup.2.log",
        "FIX.4.4-US-PEER.messages.backup.1.log",
        "FIX.4.4-US-PEER.messages.backup.2.log",
    ]


def test_without_such_a_folder_the_files_go_on(tmp_path: Path) -> None:
    def use(log: SessionLog) -> None:
        log.event("one", T0)
        log.backup()
        log.event("two", T0)

    _, events = written(tmp_path, use)
    assert events.count(b"\n") == 2


def test_lines_wait_until_there_are_enough_or_a_short_time_is_over(tmp_path: Path) -> None:
    file = tmp_path / "FIX.4.4-US-PEER.messages.current.log"

    async def scene() -> list[int]:
        loop = asyncio.get_running_loop()
        log = FileLog(tmp_path, SESSION, Redaction())
        log.incoming(ORDER, T0)
        sizes = [file.stat().st_size]
        passed = asyncio.Event()
        loop.call_later(0.15, passed.set)
        await passed.wait()
        sizes.append(file.stat().st_size)
        log.incoming(ORDER, T0)
        log.flush()
        sizes.append(file.stat().st_size)
        log.incoming(ORDER + b"x" * 100_000, T0)
        sizes.append(file.stat().st_size)
        log.close()
        return sizes

    sizes = asyncio.run(scene())
    line = len(b"20260302-14:30:00.123456 : \n") + len(ORDER)
    assert sizes == [0, line, 2 * line, 3 * line + 100_000]


@pytest.mark.parametrize(
    ("session_id", "prefix"),
    [
        (SESSION, "FIX.4.4-US-PEER"),
        (SessionID("FIX.4.4", "US", "PEER", session_qualifier="2"), "FIX.4.4-US-PEER-2"),
        (SessionID("FIX.4.4", "US", "PEER", "A", "", "B"), "FIX.4.4-US-PEER-A-B"),
    ],
)
def test_files_are_called_after_their_session(session_id: SessionID, prefix: str) -> None:
    assert file_prefix(session_id) == prefix


def test_names_that_are_no_file_names_become_some_and_stay_different() -> None:
    first, second = (file_prefix(SessionID("FIX.4.4", "US", name)) for name in ("../../etc", "..:..:etc"))
    assert "/" not in first
    assert first != second


def shown(log_of: Callable[[io.StringIO], ScreenLog]) -> str:
    stream = io.StringIO()
    log = log_of(stream)
    log.incoming(LOGON, T0)
    log.outgoing(ORDER, T0)
    log.incoming(HEARTBEAT, T0)
    log.event("logged on\x1b[2J", T0)
    log.backup()
    log.flush()
    log.close()
    return stream.getvalue()


def test_the_terminal_shows_what_the_files_hold() -> None:
    assert shown(lambda stream: ScreenLog(SESSION, Redaction(), stream, milliseconds=True)) == (
        "<20260302-14:30:00.123, FIX.4.4:US->PEER, incoming>\n  (8=FIX.4.4|9=5|35=A|554=***|10=000|)\n"
        "<20260302-14:30:00.123, FIX.4.4:US->PEER, outgoing>\n  (8=FIX.4.4|9=5|35=D|10=000|)\n"
        "<20260302-14:30:00.123, FIX.4.4:US->PEER, event>\n  (logged on\\x1b[2J)\n"
    )


@pytest.mark.parametrize(
    ("switches", "count"),
    [({"incoming": False}, 2), ({"outgoing": False}, 2), ({"events": False}, 2), ({"heartbeats": True}, 4)],
)
def test_each_kind_is_shown_if_it_is_wanted(switches: dict[str, bool], count: int) -> None:
    assert shown(lambda stream: ScreenLog(SESSION, Redaction(), stream, **switches)).count("<") == count


def settings(**more: object) -> SessionSettings:
    return SessionSettings(
        begin_string="FIX.4.4",
        sender_comp_id="US",
        target_comp_id="PEER",
        connection_type="acceptor",
        socket_accept_port=0,
        non_stop_session=True,
        **more,  # type: ignore[arg-type] # keys by name
    )


def test_a_session_without_a_log_has_none() -> None:
    assert open_log(settings(), SESSION) is None


def test_a_log_on_the_terminal_and_in_files_is_both(tmp_path: Path) -> None:
    stream = io.StringIO()

    async def scene() -> None:
        log = open_log(settings(file_log_path=tmp_path), SESSION, LogOptions(screen=True, stream=stream))
        assert log is not None
        log.incoming(ORDER, T0)
        log.outgoing(ORDER, T0)
        log.event("logged on", T0)
        log.backup()
        log.flush()
        log.close()

    asyncio.run(scene())
    assert stream.getvalue().count("<") == 3
    assert (tmp_path / "FIX.4.4-US-PEER.messages.current.log").read_bytes().count(b"\n") == 2


def test_a_log_of_a_kind_that_is_not_there_is_refused_without_its_url() -> None:
    with pytest.raises(ConfigError, match="a log of the kind 'postgresql' is not there") as caught:
        open_log(settings(log="postgresql://user:secret@host/db"), SESSION)
    assert "secret" not in str(caught.value)


def test_the_terminal_alone_may_be_named_as_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    log = open_log(settings(log="screen:"), SESSION)
    assert log is not None
    log.event("logged on", T0)
    assert "logged on" in capsys.readouterr().out


@pytest.mark.parametrize(("digits", "text"), [(0, "20260302-14:30:00"), (3, "20260302-14:30:00.123")])
def test_times_of_lines(digits: int, text: str) -> None:
    times = LineTimes(digits)
    assert [times.text(T0), times.text(T0)] == [text, text]


def test_another_log_hears_what_the_log_of_the_settings_hears(tmp_path: Path) -> None:
    async def scene() -> None:
        heard: list[bytes] = []

        class Listener(FileLog):
            def incoming(self, raw: bytes, utc_ns: int) -> None:
                heard.append(raw)

        def also(_: SessionSettings, name: SessionID) -> SessionLog:
            return Listener(tmp_path / "also", name, Redaction())

        for given in (settings(), settings(file_log_path=tmp_path)):
            log = open_log(given, SESSION, LogOptions(also=also))
            assert log is not None
            log.incoming(ORDER, T0)
            log.close()
        assert heard == [ORDER, ORDER]

    asyncio.run(scene())
