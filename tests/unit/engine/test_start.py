"""What is said, and what is opened, when an engine starts."""

import logging
from pathlib import Path

import pytest

from pyfixmsg_plus.engine import Acceptor
from pyfixmsg_plus.store import open_store
from pyfixmsg_plus.values import SessionID
from tests.unit.engine.pair import Recorder, acceptor_settings, play

_FILE = """[DEFAULT]
ConnectionType=acceptor
SocketAcceptPort=0
NonStopSession=Y
SenderCompID=VENUE
BeginString=FIX.4.4
""" + "".join(f"[SESSION]\nTargetCompID=DESK{number}\n" for number in range(3))


def test_what_holds_for_all_sessions_is_said_with_the_first(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        async with Acceptor.from_config(_FILE, Recorder()):
            pass

    with caplog.at_level(logging.WARNING, "pyfixmsg_plus.engine"):
        play(scene())
    assert sum("SocketAcceptAddress is not given" in record.getMessage() for record in caplog.records) == 1


def test_a_session_that_reads_its_numbers_again_starts_beside_the_process_that_writes_them(tmp_path: Path) -> None:
    url = f"journal:{tmp_path}"
    name = SessionID("FIX.4.4", "VENUE", "DESK")

    async def scene() -> tuple[int, int]:
        writer = open_store(url, name)
        assert not hasattr(writer, "__await__")
        writer.set_numbers(7, 9)
        writer.commit()
        settings = acceptor_settings(store=url, refresh_on_logon=True, sender_comp_id="VENUE", target_comp_id="DESK")
        async with Acceptor([settings], Recorder()) as acceptor:
            session = acceptor.session(name)
            numbers = session.next_out, session.next_in
        if (waiting := writer.close()) is not None:
            await waiting
        return numbers

    assert play(scene()) == (7, 9)
