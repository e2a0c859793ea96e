"""Two sessions in a world of trouble: no seed breaks a law, and what is found is told so that it can be seen again."""

import secrets
import subprocess
import sys
import time

import pytest
import typer

from pyfixmsg_plus import _core
from pyfixmsg_plus.testing import simulation
from pyfixmsg_plus.testing.simulation import SimulationSummary, simulate, simulate_many

DAYS = 2_000
LIMIT_S = 60
SHORT = 0.05


def told(summary: SimulationSummary) -> str:
    return "\n\n".join(str(report) for report in summary.failures)


def test_two_thousand_days_break_no_law_and_take_a_minute_of_one_core(capsys: pytest.CaptureFixture[str]) -> None:
    began_s = time.thread_time()
    summary = simulate_many(0, DAYS)
    took_s = time.thread_time() - began_s
    counts = summary.counts
    with capsys.disabled():
        print(
            f"\nsimulation: {summary.days:.0f} session-days in {took_s:.1f} s of one core; "
            + ", ".join(f"{name} {counts[name]:,}" for name in ("written", "accepted", "cuts", "crashes"))
        )
    assert not summary.failures, told(summary)
    assert summary.days >= DAYS
    assert took_s < LIMIT_S
    assert min(counts.values()) > 0, counts


def test_seeds_that_nobody_has_seen_break_no_law(capsys: pytest.CaptureFixture[str]) -> None:
    first = secrets.randbelow(1 << 48)
    with capsys.disabled():
        print(f"\nsimulation: 500 short days from seed {first}")
    summary = simulate_many(first, 500, days=SHORT)
    assert not summary.failures, told(summary)


def test_a_seed_decides_everything() -> None:
    first = simulate(seed=17, days=SHORT, trace=True)
    assert first.trace
    assert first.setup
    assert first.failure is None
    assert simulate(seed=17, days=SHORT, trace=True) == first
    assert simulate(seed=18, days=SHORT, trace=True).trace != first.trace
    assert simulate(seed=17, days=SHORT).counts == first.counts


def test_the_trace_tells_what_was_written_and_what_went_wrong() -> None:
    text = str(simulate(seed=17, days=SHORT, trace=True))
    assert text.startswith("seed 17\n")
    for part in (
        "initiator --> 8=FIX",
        "acceptor  --> 8=FIX",
        "event LoggedOn",
        "nothing fails any more",
        "both sides agree",
    ):
        assert part in text


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pyfixmsg_plus.testing.simulation", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_runs_many_seeds_and_tells_what_happened() -> None:
    done = command("--seeds", "45", "--first", "7", "--days", "0.01", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert "45 seeds from 7, " in done.stdout
    assert ", 0 broke a law" in done.stdout
    assert "crashes " in done.stdout


def test_the_command_tells_all_of_one_seed() -> None:
    done = command("--first", "7", "--days", "0.01", "--trace")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("seed 7\n")
    assert "both sides agree" in done.stdout


def test_the_command_fails_with_the_seeds_that_broke_a_law(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The laws hold: what the compiled world would say of a broken one is put in its place.
    broken = (12, ["FIX.4.4"], ("nothing_lost", "message 3 did not arrive", 5), ["00:00:01 initiator CRASH"])
    counts = {"simulated_ns": 86_400_000_000_000, "accepted": 1}
    monkeypatch.setattr(_core, "simulate_many", lambda *_: ([broken], counts))
    monkeypatch.setattr(_core, "simulate", lambda *_: (broken, counts))
    with pytest.raises(typer.Exit) as ended:
        simulation.main(seeds=3, first=11, days=1.0, workers=1)
    assert ended.value.exit_code == 1
    captured = capsys.readouterr()
    assert "failed seeds: 12" in captured.out
    assert "law broken: nothing_lost: message 3 did not arrive" in captured.err
    assert "initiator CRASH" in captured.err
    with pytest.raises(typer.Exit) as ended:
        simulation.main(first=12, days=1.0, trace=True)
    assert ended.value.exit_code == 1
