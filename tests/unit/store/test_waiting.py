"""Whoever waits for an fsync is woken when it ends, and told when it failed."""

import asyncio

import pytest

from pyfixmsg_plus._core import SyncSignal
from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store.waiting import Committed, Waiting
from tests.contract.stores import run


class Disk:
    """What fsyncs end on: as far as the test says, or not at all."""

    def __init__(self) -> None:
        self.safe = 0
        self.has_failed = False
        self.signals: list[SyncSignal] = []

    def listen(self, signal: SyncSignal) -> None:
        self.signals.append(signal)

    def is_safe(self, position: int) -> bool:
        if self.has_failed:
            raise StoreError("fsync failed")
        return position <= self.safe


async def waiting_for(waiting: Waiting, *positions: int) -> list["asyncio.Task[None]"]:
    """Tasks that have come to wait."""
    tasks = [asyncio.create_task(waiting.until_safe(position)) for position in positions]
    await asyncio.sleep(0)
    return tasks


def test_those_are_woken_whose_position_is_safe() -> None:
    async def test() -> None:
        disk = Disk()
        waiting = Waiting(disk)
        first, second = await waiting_for(waiting, 1, 2)
        disk.safe = 1
        waiting.wake()
        await first
        assert not second.done()
        disk.safe = 2
        waiting.wake()
        await second

    run(test)


def test_what_is_safe_already_is_not_waited_for() -> None:
    async def test() -> None:
        disk = Disk()
        disk.safe = 5
        await Committed(Waiting(disk), 5)

    run(test)


def test_a_failed_fsync_is_told_to_all_who_wait_and_to_those_who_come() -> None:
    async def test() -> None:
        disk = Disk()
        waiting = Waiting(disk)
        tasks = await waiting_for(waiting, 1, 2)
        disk.has_failed = True
        waiting.wake()
        for task in tasks:
            with pytest.raises(StoreError, match="fsync failed"):
                await task
        with pytest.raises(StoreError, match="fsync failed"):
            await Committed(waiting, 1)

    run(test)


def test_one_who_gave_up_waiting_disturbs_nobody() -> None:
    async def test() -> None:
        disk = Disk()
        waiting = Waiting(disk)
        first, second = await waiting_for(waiting, 1, 1)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        disk.safe = 1
        waiting.wake()
        await second

    run(test)


def test_a_store_that_is_used_on_another_loop_is_woken_there() -> None:
    disk = Disk()
    waiting = Waiting(disk)
    disk.safe = 1
    for _ in range(2):
        run(lambda: waiting.until_safe(1))
    assert len(disk.signals) == 2
    assert disk.signals[0] is not disk.signals[1]
