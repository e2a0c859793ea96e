"""File stores that the QuickFIX engine really wrote, taken over whole."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.store import Record, StoredNumbers, quickfix_stores
from pyfixmsg_plus.values import SessionID
from tests.contract.stores import Place, closed, run, slice_of
from tests.interop.counterparty import counterparty
from tests.not_run import not_run
from tests.unit.cli.run import run as command
from tests.wire import wire


def engine() -> Any:
    try:
        import quickfix
    except ImportError:
        not_run("the judge engine, the wheel quickfix-tls, is not installed")
    return quickfix


def message(seq: int, text: str = "x") -> str:
    return wire(f"8=FIX.4.4|35=8|34={seq}|49=ISLD|56=TW44|58={text}|").decode()


def write(folder: Path, *names: str, qualifier: str = "") -> Any:
    quickfix = engine()
    session = quickfix.SessionID(*names, qualifier)
    return quickfix.FileStoreFactory(str(folder)).create(quickfix.UtcTimeStamp.now(), session)


@pytest.mark.parametrize("target", ["journal", "sqlite"])
@pytest.mark.parametrize(
    ("names", "qualifier"), [(("FIX.4.4", "ISLD", "TW44"), ""), (("FIX.4.4", "ISLD", "TW44"), "second-leg")]
)
def test_numbers_and_messages_are_those_that_the_engine_wrote(
    tmp_path: Path, target: str, names: tuple[str, str, str], qualifier: str
) -> None:
    folder = tmp_path / "quickfix"
    folder.mkdir()
    store = write(folder, *names, qualifier=qualifier)
    for seq in (1, 2, 3, 5, 6):
        assert store.set(seq, message(seq))
    # Sent again under a number that was used: the last one counts, for the engine and for us.
    assert store.set(3, message(3, "written again"))
    store.setNextSenderMsgSeqNum(9)
    store.setNextTargetMsgSeqNum(1234567)
    place = Place(target, tmp_path)
    result = command("store", "import", "--from", "quickfix", str(folder), place.url, "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["next_out"], said["next_in"], said["messages"]) == (9, 1234567, 5)
    session_id = SessionID(*names, session_qualifier=qualifier)

    async def compare() -> None:
        ours = await place.open(session_id)
        numbers = ours.numbers()
        assert numbers[:2] == (store.getNextSenderMsgSeqNum(), store.getNextTargetMsgSeqNum())
        (read,) = quickfix_stores(folder)
        assert numbers.created_ns == read.numbers.created_ns
        resent = engine().StringVector() if hasattr(engine(), "StringVector") else None
        found = await slice_of(ours, 1, 100)
        assert [record.seq for record in found] == [1, 2, 3, 5, 6]
        assert found[2].raw == message(3, "written again").encode()
        if resent is not None:
            store.get(1, 100, resent)
            assert [record.raw.decode() for record in found] == list(resent)
        await closed(ours)

    run(compare)


def test_the_store_of_a_session_over_tcp_holds_what_was_on_the_wire(tmp_path: Path) -> None:
    wired: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        port = server.getsockname()[1]
        with counterparty("quickfix", "initiator", "FIX.4.4", port, tmp_path) as peer:
            link, _ = server.accept()
            with link:
                link.settimeout(30)
                wired += received(link, 1)
                now = fix.parse(wired[0])["SendingTime"]
                link.sendall(wire(f"8=FIX.4.4|35=A|34=1|49=US|52={now}|56=PEER|98=0|108=5|"))
                peer.hear("logon")
                peer.tell("orders 1 20")
                wired += received(link, 20)
            peer.hear("logout")
    (read,) = quickfix_stores(tmp_path / "store")
    faults: list[str] = []
    stored = {record.seq: record.raw for record in read.records(faults)}
    assert not faults
    assert read.session_id() == SessionID("FIX.4.4", "PEER", "US")
    first = {int(fix.parse(raw)["MsgSeqNum"]): raw for raw in wired}
    assert sorted(first) == list(range(1, 22))
    assert {seq: stored[seq] for seq in first} == first
    assert read.numbers.next_out > 21
    assert read.numbers.next_in == 2
    place = Place("journal", tmp_path)
    assert command("store", "import", str(tmp_path / "store"), place.url).exit_code == 0
    assert command("store", "verify", place.url).exit_code == 0

    async def compare() -> None:
        ours = await place.open(SessionID("FIX.4.4", "PEER", "US"))
        assert ours.numbers() == read.numbers
        found = await slice_of(ours, 1, 10**6)
        assert {record.seq: record.raw for record in found} == stored
        await closed(ours)

    run(compare)


def received(link: socket.socket, count: int) -> list[bytes]:
    """The next messages on a link."""
    found: list[bytes] = []
    rest = b""
    while len(found) < count:
        data = link.recv(65536)
        assert data, f"the peer closed after {found}"
        frames, rest = fix.split(rest + data)
        found += frames
    assert not rest
    return found


def test_what_the_engine_never_used_is_taken_over_as_new(tmp_path: Path) -> None:
    folder = tmp_path / "quickfix"
    folder.mkdir()
    write(folder, "FIX.4.2", "A", "B")
    (read,) = quickfix_stores(folder)
    assert read.numbers[:2] == (1, 1)
    assert read.numbers.created_ns is not None
    assert list(read.records([])) == []
    assert read.session_id() == SessionID("FIX.4.2", "A", "B")
    assert isinstance(read.numbers, StoredNumbers)
    assert Record._fields == ("seq", "raw", "stored_ns")
