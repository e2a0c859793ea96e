"""What is to be written to the peer, and that it is stored before.

In one turn of the loop everything that is stored is made safe by one commit, and everything that is written goes out as
one piece. Where the store answers later, what comes meanwhile is made safe by the next round: many messages share one
fsync.
"""

import asyncio
from collections.abc import Awaitable, Callable

from pyfixmsg_plus.engine.metrics import SessionMetrics
from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store import MessageStore
from pyfixmsg_plus.transport import Link

__all__ = ["Outbox"]

# Under a policy that waits for the disk, the number expected next needs no disk of its own: lost, it costs a message
# delivered twice.
_LAZY_COMMIT_S = 0.05


class Outbox:
    """The way out of one session.

    Args:
        store: What must be safe before.
        metrics: Where bytes are counted.
        is_synced: The store waits for the disk.
        closed: Called when the link was told to close, after all that was to be written.
        failed: Called when the store failed.

    Attributes:
        link: The connection, if there is one.
        waiting_bytes: Bytes that wait for the store, or for the end of this turn of the loop.
        is_closing: Nothing is written any more.
    """

    __slots__ = (
        "_closed",
        "_commit_task",
        "_failed",
        "_is_due",
        "_is_synced",
        "_lazy",
        "_loop",
        "_metrics",
        "_out",
        "_store",
        "is_closing",
        "link",
        "waiting_bytes",
    )

    def __init__(
        self,
        store: MessageStore,
        metrics: SessionMetrics,
        *,
        is_synced: bool,
        closed: Callable[[], None],
        failed: Callable[[StoreError], None],
    ) -> None:
        self.link: Link | None = None
        self.waiting_bytes = 0
        self.is_closing = False
        self._store = store
        self._metrics = metrics
        self._is_synced = is_synced
        self._closed = closed
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._out: list[bytes] = []
        self._is_due = False
        self._commit_task: asyncio.Task[None] | None = None
        self._lazy: asyncio.TimerHandle | None = None

    @property
    def unwritten(self) -> int:
        """Bytes that wait, and those that the operating system has not taken yet."""
        return self.waiting_bytes + (self.link.unwritten if self.link is not None else 0)

    def write(self, raw: bytes) -> bool:
        """Write a message with the next flush; False: there is nobody to write to."""
        if self.link is None or self.is_closing:
            return False
        self._out.append(raw)
        self.waiting_bytes += len(raw)
        self._metrics.messages_out += 1
        return True

    def close(self) -> None:
        """Close the link after all that is to be written."""
        self.is_closing = True

    def drop(self) -> None:
        """The link is gone, and what was to be written to it."""
        self.link = None
        self.is_closing = False
        self._taken()

    def flush_soon(self) -> None:
        """Flush at the end of this turn of the loop."""
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Make safe what was stored, then write what was to be written, then close if that was asked for."""
        self._is_due = False
        if self._commit_task is not None:
            return  # it takes what came since
        if self._is_synced and not self._out and not self.is_closing:
            if self._lazy is None:
                self._lazy = self._loop.call_later(_LAZY_COMMIT_S, self._commit_lazily)
            return
        self._begin_commit()

    async def stop(self) -> None:
        """Wait for the store and for nothing else."""
        if self._lazy is not None:
            self._lazy.cancel()
            self._lazy = None
        if self._commit_task is not None:
            await asyncio.gather(self._commit_task, return_exceptions=True)

    def _begin_commit(self) -> None:
        """Commit; write at once where that is all, and otherwise when the store has answered."""
        try:
            waiting = self._store.commit()
        except StoreError as error:
            self._failed(error)
            return
        if waiting is None:
            self._write_out()
        else:
            # What comes from now on is not part of this commit, even before the task runs.
            self._commit_task = self._loop.create_task(self._commit(waiting, *self._batch()))

    def _commit_lazily(self) -> None:
        self._lazy = None
        if self._commit_task is None:
            self._begin_commit()

    def _batch(self) -> tuple[list[bytes], Link | None, bool]:
        return self._taken(), self.link, self.is_closing

    async def _commit(
        self, waiting: Awaitable[None] | None, out: list[bytes], link: Link | None, closing: bool
    ) -> None:
        failure: StoreError | None = None
        try:
            while waiting is not None:
                await waiting
                if link is self.link:
                    self._send(out)
                    if closing:
                        self._close_link()
                waiting = self._store.commit() if self._out or self.is_closing else None
                if waiting is not None:
                    out, link, closing = self._batch()
        except StoreError as error:
            failure = error
        finally:
            self._commit_task = None
        if failure is not None:
            self._failed(failure)
        else:
            self._write_out()

    def _write_out(self) -> None:
        if self._out:
            self._send(self._taken())
        if self.is_closing:
            self._close_link()

    def _taken(self) -> list[bytes]:
        out, self._out, self.waiting_bytes = self._out, [], 0
        return out

    def _send(self, out: list[bytes]) -> None:
        if self.link is not None and out:
            data = out[0] if len(out) == 1 else b"".join(out)
            self._metrics.bytes_out += len(data)
            self.link.write(data)

    def _close_link(self) -> None:
        link = self.link
        if link is not None:
            link.close()
            self._closed()
