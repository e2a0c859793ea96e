"""The catalogue, and the scenario files of the QuickFIX family, against our own engine in both roles."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from pyfixmsg_plus.clock import SystemClock
from pyfixmsg_plus.testing.certification import (
    VERSIONS,
    Counterparty,
    Lane,
    Limits,
    Listener,
    Result,
    Verdict,
    as_text,
    catalogue,
    find_definitions,
    lanes_of_definitions,
    read_definition,
    run_against_acceptor,
    run_against_initiators,
)
from tests.acceptance.engines import free_port

ROOT = Path(__file__).resolve().parents[2]
TESTERS = {"FIX.4.2": "TW42", "FIX.4.4": "TW44", "FIX.5.0SP2": "TW50SP2"}
SHARES = 3
LIMITS = Limits(reply_s=4.0, connect_s=20.0)
HEAD = "[DEFAULT]\nConnectionType={role}\nStartTime=00:00:00\nEndTime=00:00:00\nSenderCompID=ISLD\n{more}\n"
ACCEPTS = "SocketAcceptPort={port}\n"
CONNECTS = "SocketConnectHost=127.0.0.1\nSocketConnectPort={port}\nReconnectInterval=1\nHeartBtInt=4\nLogonTimeout=5\n"
RESET = "ResetOnLogon=Y\n"
ECHO = {"application": "echo", "dictionary": "Y"}


class SetUp(NamedTuple):
    """What the engine is given, and which scenarios that makes applicable."""

    settings: str
    options: dict[str, str]
    application: str = "echo"
    logon: str = ""


KEEPS = SetUp("", {**ECHO, "keeps_numbers": "Y"})
PLAIN = SetUp(RESET, {**ECHO, "timestamp_precision": "3"})
OTHERS = {
    "keeps numbers": KEEPS,
    "chunks": SetUp(RESET + "ResendRequestChunkSize=5", {"resend_request_chunk_size": "5"}),
    "last processed": SetUp(RESET + "EnableLastMsgSeqNumProcessed=Y", {"enable_last_msg_seq_num_processed": "Y"}),
    "next expected": SetUp(
        "EnableNextExpectedMsgSeqNum=Y", {"enable_next_expected_msg_seq_num": "Y", "keeps_numbers": "Y"}
    ),
    "seconds": SetUp(RESET + "TimestampPrecision=0", {"timestamp_precision": "0"}),
    "microseconds": SetUp(RESET + "TimestampPrecision=6", {"timestamp_precision": "6"}),
    "nanoseconds": SetUp(RESET + "TimestampPrecision=9", {"timestamp_precision": "9"}),
    "no sums": SetUp(RESET + "ValidateChecksum=N", {"validate_checksum": "off"}),
    "garbled": SetUp(RESET + "RejectGarbledMessage=Y", {"reject_garbled_message": "Y"}),
    "third parties": SetUp(RESET + "allowed_on_behalf_of=DESK", {"on_behalf_of": "DESK"}),
    "passwords": SetUp(
        "",
        {"application": "echo", "authentication": "Y", "keeps_numbers": "Y", "conditional_rules": "Y"},
        "tests.acceptance.applications:Guarded",
        "553=me|554=right|",
    ),
    "closed": SetUp(RESET, {"application": "unavailable"}, "tests.acceptance.applications:Closed"),
}


def sections(testers: Sequence[tuple[str, str, str]]) -> str:
    text = ""
    for version, tester, more in testers:
        fixt = version.startswith("FIX.5")
        begin = f"BeginString=FIXT.1.1\nDefaultApplVerID={version}" if fixt else f"BeginString={version}"
        text += f"[SESSION]\nTargetCompID={tester}\n{begin}\n{more}\n"
    return text


@contextmanager
def engine(role: str, settings: str, application: str, folder: Path) -> Iterator[None]:
    """Our engine as a process of its own, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "own.cfg"
    config.write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", "pyfixmsg_plus.cli", role, "--config", str(config)]
    command += ["--application", application, "--no-interactive"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    stdout = running.stdout
    assert stdout is not None
    said: list[str] = []
    is_ready = threading.Event()

    def hear() -> None:
        for line in stdout:
            said.append(line)
            if line.startswith("ready"):
                is_ready.set()

    listener = threading.Thread(target=hear)
    listener.start()
    try:
        assert is_ready.wait(30), "".join(said)
        yield
    finally:
        running.terminate()
        running.wait(timeout=20)
        listener.join(timeout=10)
        stdout.close()


def lanes(set_up: SetUp, share: int, shares: int, new: frozenset[str] | None) -> list[Lane]:
    chosen = [one for one in catalogue() if new is None or any(need.name in new for need in one.needs)]
    return [
        Lane(Counterparty(VERSIONS[version], tester, "ISLD", 30, set_up.options, set_up.logon), chosen[share::shares])
        for version, tester in TESTERS.items()
        # FIX 4.2 has no field for a password.
        if not (set_up.logon and version == "FIX.4.2")
    ]


async def against_acceptors(set_up: SetUp, ports: Sequence[int], new: frozenset[str] | None) -> list[Result]:
    runs = [
        run_against_acceptor("127.0.0.1", port, lanes(set_up, share, len(ports), new), SystemClock(), LIMITS)
        for share, port in enumerate(ports)
    ]
    return [result for results in await asyncio.gather(*runs) for result in results]


def acceptors(set_up: SetUp, shares: int, new: frozenset[str] | None, folder: Path) -> list[Result]:
    testers = [(version, tester, "") for version, tester in TESTERS.items()]
    ports = [free_port() for _ in range(shares)]
    with ExitStack() as running:
        for port in ports:
            head = HEAD.format(role="acceptor", more=ACCEPTS.format(port=port) + set_up.settings)
            text = head + sections(testers)
            running.enter_context(engine("acceptor", text, set_up.application, folder / str(port)))
        return asyncio.run(against_acceptors(set_up, ports, new))


async def against_initiators(set_up: SetUp, shares: int, new: frozenset[str] | None, folder: Path) -> list[Result]:
    clock = SystemClock()
    testers = [(version, tester, "") for version, tester in TESTERS.items()]
    with ExitStack() as running:
        runs, listeners = [], []
        for share in range(shares):
            listener = Listener([VERSIONS[version] for version in TESTERS], clock, LIMITS)
            port = await listener.start("127.0.0.1", 0)
            head = HEAD.format(role="initiator", more=CONNECTS.format(port=port) + set_up.settings)
            text = head + sections(testers)
            started = engine("initiator", text, set_up.application, folder / str(share))
            await asyncio.to_thread(running.enter_context, started)
            listeners.append(listener)
            runs.append(run_against_initiators(listener, lanes(set_up, share, shares, new), clock, LIMITS))
        results = [result for several in await asyncio.gather(*runs) for result in several]
        for listener in listeners:
            await listener.stop()
        return results


def failures(results: Sequence[Result]) -> list[str]:
    return [as_text(result) for result in results if result.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE)]


def passes(results: Sequence[Result]) -> int:
    return sum(result.verdict is Verdict.PASS for result in results)


def news(set_up: SetUp) -> frozenset[str]:
    return frozenset(set_up.options) - ({"dictionary"} if len(set_up.options) == 1 else {"dictionary", "application"})


def test_our_acceptor_passes_the_catalogue(tmp_path: Path) -> None:
    results = acceptors(PLAIN, SHARES, None, tmp_path)
    assert failures(results) == []
    assert passes(results) > 250


def test_our_initiator_passes_the_catalogue(tmp_path: Path) -> None:
    results = asyncio.run(against_initiators(PLAIN, SHARES, None, tmp_path))
    assert failures(results) == []
    assert passes(results) > 210


@pytest.mark.parametrize("name", OTHERS)
def test_our_acceptor_passes_what_its_options_make_applicable(name: str, tmp_path: Path) -> None:
    results = acceptors(OTHERS[name], 1, news(OTHERS[name]), tmp_path)
    assert failures(results) == []
    assert passes(results) >= 2


@pytest.mark.parametrize("name", ["keeps numbers", "chunks", "last processed", "nanoseconds", "no sums", "garbled"])
def test_our_initiator_passes_what_its_options_make_applicable(name: str, tmp_path: Path) -> None:
    results = asyncio.run(against_initiators(OTHERS[name], 1, news(OTHERS[name]), tmp_path))
    assert failures(results) == []
    assert passes(results) >= 2


def test_our_acceptor_passes_every_file_of_the_quickfix_family(shared: Path, tmp_path: Path) -> None:
    root = shared / "acceptance"
    scenarios = [read_definition(path, root) for path in find_definitions(root)]
    of_c = "appl_ver_id_in_business_reject=Y"
    testers = [
        ("FIX.4.4", "TW44", ""),
        ("FIX.4.4", "TW", ""),
        ("FIX.4.4", "NO_CHECK_FIELDS_HAVE_VALUES", "ValidateFieldsHaveValues=N"),
        ("FIX.5.0SP2", "TW50SP2", of_c),
    ]
    port = free_port()
    text = HEAD.format(role="acceptor", more=ACCEPTS.format(port=port) + RESET) + sections(testers)

    async def play() -> list[Result]:
        return await run_against_acceptor("127.0.0.1", port, lanes_of_definitions(scenarios), SystemClock(), Limits())

    with engine("acceptor", text, "echo", tmp_path):
        results = asyncio.run(play())
    assert failures(results) == []
    assert passes(results) == 120
