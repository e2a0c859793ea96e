"""What stores survive: processes that are killed, disks that are full, folders that are not ours."""

import os
import random
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pyfixmsg_plus.errors import StoreInUseError
from tests.contract.child import message
from tests.contract.stores import KEEPING, Place, closed, run, slice_of

CHILD = Path(__file__).with_name("child.py")
ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("FIXPLUS_STORE_KILLS", "5"))
DEADLINE_S = 30
MESSAGES_MAX = 20_000


@pytest.fixture(params=KEEPING)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(request.param, tmp_path)


@contextmanager
def child(what: str, place: Place, sync: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(CHILD), what, place.url, sync]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, bufsize=0, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[bytes]) -> str:
    """The next line of a child, within a deadline."""
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], DEADLINE_S)[0]:
        pytest.fail("the child says nothing")
    found = process.stdout.readline()
    if not found:
        assert process.stderr is not None
        pytest.fail(process.stderr.read().decode() or "the child ended")
    return found.decode().strip()


def lines(process: subprocess.Popen[bytes]) -> list[str]:
    """Every line of a child that ends; one that was cut off by its end is none."""
    out, err = process.communicate(timeout=DEADLINE_S)
    assert not err, err.decode()
    whole: list[str] = out[: out.rfind(b"\n") + 1].decode().splitlines()
    return whole


@pytest.mark.parametrize("sync", ["always", "interval", "never"])
def test_a_process_that_is_killed_at_any_moment_loses_nothing_acknowledged(kept: Place, sync: str) -> None:
    chance = random.Random(f"{kept.kind} {sync}")
    acknowledged = 0
    for _ in range(KILLS):
        with child("load", kept, sync) as process:
            assert line(process).startswith("opened")
            for _ in range(chance.randrange(1, 60)):
                acknowledged = int(line(process).split()[1])
            # Somewhere in the next commits: the child does not wait for us to read.
            process.send_signal(signal.SIGKILL)
            acknowledged = max([acknowledged, *(int(text.split()[1]) for text in lines(process))])

        async def check(acknowledged: int = acknowledged) -> int:
            store = await kept.open()
            numbers = store.numbers()
            assert numbers.next_out > acknowledged
            assert numbers.next_in >= 2 * (acknowledged + 1)
            found = await slice_of(store, 1, 2**63)
            assert [record.seq for record in found] == list(range(1, numbers.next_out))
            assert all(record.raw == message(record.seq) for record in found)
            if numbers.next_out > MESSAGES_MAX:
                # All of it is read after each kill: begin anew before that takes longer than all else.
                store.reset(1, 1, 0)
            await closed(store)
            return 0 if numbers.next_out > MESSAGES_MAX else acknowledged

        acknowledged = run(check)


@pytest.mark.parametrize("sync", ["always", "never"])
def test_when_the_disk_is_full_nothing_is_acknowledged_that_is_not_there(kept: Place, sync: str) -> None:
    with child("fill", kept, sync) as process:
        said = lines(process)
    acknowledged = [int(text.split()[1]) for text in said if text.startswith("acknowledged")]
    refused = said[len(acknowledged) :]
    assert acknowledged == list(range(1, len(acknowledged) + 1))
    assert acknowledged
    assert len(refused) == 4
    assert all(text.startswith("refused") for text in refused)
    assert "nothing is kept any more" in refused[-1]

    async def check() -> None:
        store = await kept.open()
        found = await slice_of(store, 1, 2**63)
        assert len(found) >= len(acknowledged)
        assert all(record.raw == message(record.seq) for record in found)
        await closed(store)

    run(check)


@pytest.mark.parametrize("kind", KEEPING)
def test_a_folder_that_is_not_ours_is_refused_by_name(kind: str) -> None:
    # Not below the folder of the tests, which whoever the child becomes may not enter.
    with tempfile.TemporaryDirectory() as folder:
        place = Place(kind, Path(folder))
        place.folder.chmod(0o555)
        with child("open", place, "never") as process:
            (said,) = lines(process)
    assert said.startswith("refused")
    assert folder in said
    assert "ermission denied" in said


def test_another_process_that_writes_is_named(kept: Place) -> None:
    with child("hold", kept, "never") as process:
        assert line(process) == "holding"

        async def refused() -> None:
            with pytest.raises(StoreInUseError) as caught:
                await kept.open()
            assert caught.value.holder == process.pid
            assert str(process.pid) in str(caught.value)

        run(refused)
        assert lines(process) == []

    async def free() -> None:
        await closed(await kept.open())

    run(free)
