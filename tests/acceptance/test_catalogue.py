"""The catalogue against QuickFIX in both roles: what it does not pass is a known deviation, or our own fault."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from pyfixmsg_plus.clock import SystemClock
from pyfixmsg_plus.testing.certification import (
    VERSIONS,
    Counterparty,
    Lane,
    Limits,
    Listener,
    Result,
    Role,
    Verdict,
    as_text,
    catalogue,
    run_against_acceptor,
    run_against_initiators,
)
from tests.acceptance.engines import ACCEPTOR, INITIATOR, Session, free_port, quickfix_engine

JUDGE = Path(__file__).parents[2] / "docs/reference/session_judge.md"
TESTERS = {"FIX.4.2": "TW42", "FIX.4.4": "TW44", "FIX.5.0SP2": "TW50SP2"}
# Most of the time is spent waiting: some engines side by side, each with a share of the scenarios.
SHARES = 3
LIMITS = Limits(reply_s=4.0, connect_s=20.0)
KEEPS = {"application": "echo", "dictionary": "Y", "keeps_numbers": "Y"}
# What the engine can be set up to do, and which scenarios that makes applicable.
SET_UPS: dict[str, tuple[str, dict[str, str]]] = {
    "plain": ("", {"application": "echo", "dictionary": "Y", "timestamp_precision": "3"}),
    "keeps numbers": ("ResetOnLogon=N\n", KEEPS),
    "seconds": ("TimestampPrecision=0\n", {"timestamp_precision": "0"}),
    "microseconds": ("TimestampPrecision=6\n", {"timestamp_precision": "6"}),
    "nanoseconds": ("TimestampPrecision=9\n", {"timestamp_precision": "9"}),
    "no sums": ("ValidateLengthAndChecksum=N\n", {"validate_checksum": "off"}),
    "next expected": (
        "ResetOnLogon=N\nSendNextExpectedMsgSeqNum=Y\n",
        {**KEEPS, "enable_next_expected_msg_seq_num": "Y"},
    ),
}


def known(role: Role) -> set[str]:
    rows = (line.split("|") for line in JUDGE.read_text(encoding="utf-8").splitlines() if line.startswith("| "))
    return {row[2].strip() for row in rows if row[1].strip() == role.value}


def lanes(options: dict[str, str], share: int, shares: int, new: frozenset[str] | None) -> list[Lane]:
    """The scenarios that a share plays; those that depend on an option alone if ``new`` names the options."""
    chosen = [scenario for scenario in catalogue() if new is None or any(need.name in new for need in scenario.needs)]
    return [
        Lane(Counterparty(VERSIONS[version], tester, "ISLD", 30, options), chosen[share::shares])
        for version, tester in TESTERS.items()
    ]


def engines(template: str, more: str, ports: Sequence[int], folder: Path) -> Iterator[None]:
    with ExitStack() as running:
        for number, port in enumerate(ports):
            own = folder / str(number)
            own.mkdir(parents=True)
            sessions = [Session(version, tester, more) for version, tester in TESTERS.items()]
            running.enter_context(quickfix_engine(template, port, sessions, own, folder))
        yield


async def against_acceptors(ports: Sequence[int], options: dict[str, str], new: frozenset[str] | None) -> list[Result]:
    runs = [
        run_against_acceptor("127.0.0.1", port, lanes(options, share, len(ports), new), SystemClock(), LIMITS)
        for share, port in enumerate(ports)
    ]
    return [result for results in await asyncio.gather(*runs) for result in results]


def failures(results: Sequence[Result], role: Role, *, whole: bool = True) -> list[str]:
    """What failed and is not known, and what is known and did not fail."""
    bad = [result for result in results if result.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE)]
    expected = known(role)
    found = [as_text(result) for result in bad if result.scenario.name not in expected]
    if whole:
        found += [f"{name} passes" for name in sorted(expected - {result.scenario.name for result in bad})]
    return found


def test_an_acceptor_passes_all_but_its_known_deviations(tmp_path: Path) -> None:
    more, options = SET_UPS["plain"]
    ports = [free_port() for _ in range(SHARES)]
    for _ in engines(ACCEPTOR, more, ports, tmp_path):
        results = asyncio.run(against_acceptors(ports, options, None))
        assert failures(results, Role.ACCEPTOR) == []
        assert sum(result.verdict is Verdict.PASS for result in results) > 200


@pytest.mark.parametrize("name", [name for name in SET_UPS if name != "plain"])
def test_an_acceptor_that_is_set_up_otherwise_passes_what_becomes_applicable(name: str, tmp_path: Path) -> None:
    more, options = SET_UPS[name]
    new = frozenset(options) - {"application", "dictionary"}
    ports = [free_port()]
    for _ in engines(ACCEPTOR, more, ports, tmp_path):
        results = asyncio.run(against_acceptors(ports, options, new))
        assert failures(results, Role.ACCEPTOR, whole=False) == []
        assert any(result.verdict is Verdict.PASS for result in results)


async def against_initiators(
    template: str, more: str, options: dict[str, str], new: frozenset[str] | None, folder: Path
) -> list[Result]:
    clock = SystemClock()
    shares = [lanes(options, share, SHARES, new) for share in range(SHARES)]
    listeners = [Listener([VERSIONS[version] for version in TESTERS], clock, LIMITS) for _ in shares]
    ports = [await listener.start("127.0.0.1", 0) for listener in listeners]
    started = engines(template, more, ports, folder)
    await asyncio.to_thread(next, started)
    try:
        runs = [
            run_against_initiators(listener, share, clock, LIMITS)
            for listener, share in zip(listeners, shares, strict=True)
        ]
        return [result for results in await asyncio.gather(*runs) for result in results]
    finally:
        for listener in listeners:
            await listener.stop()
        await asyncio.to_thread(next, started, None)


def test_an_initiator_passes_all_but_its_known_deviations(tmp_path: Path) -> None:
    more, options = SET_UPS["plain"]
    results = asyncio.run(against_initiators(INITIATOR, more, options, None, tmp_path / "first"))
    found = failures(results, Role.INITIATOR)
    for again in ("second", "third"):
        if found:
            # Its threads race now and then, and it logs on twice. What it does wrong by its rules it does again.
            results = asyncio.run(against_initiators(INITIATOR, more, options, None, tmp_path / again))
            heads = {text.splitlines()[0] for text in found}
            found = [text for text in failures(results, Role.INITIATOR) if text.splitlines()[0] in heads]
    assert found == []
    assert sum(result.verdict is Verdict.PASS for result in results) > 180


def test_an_initiator_that_keeps_its_numbers_passes_what_becomes_applicable(tmp_path: Path) -> None:
    more, options = SET_UPS["keeps numbers"]
    results = asyncio.run(against_initiators(INITIATOR, more, options, frozenset({"keeps_numbers"}), tmp_path))
    assert failures(results, Role.INITIATOR, whole=False) == []
    assert any(result.verdict is Verdict.PASS for result in results)
