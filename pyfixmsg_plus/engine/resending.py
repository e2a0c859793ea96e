"""Read the store for a ResendRequest(35=2), slice by slice; the loop turns in between.

The session keeps live messages back while it serves, so that nothing comes between the messages that are sent again.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.engine.connection import Connection
from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.session import Effect, Replay
from pyfixmsg_plus.session import Session as SessionCore
from pyfixmsg_plus.store import MessageStore

__all__ = ["Resending"]

# What one look into the store brings at most; a slice fits into what a peer that reads may leave unread.
_SLICE_BYTES = 256 * 1024
_SHARE = 4


class Resending:
    """What one session sends again.

    Args:
        core: What decides how.
        store: Where the messages are.
        read_clock: Tells the time.
        write_buffer_bytes: What a peer may leave unread.
        asked_again: Says whether a message may be sent again.
        until_writable: Waits until the peer takes bytes.
        take: Carries effects out.
        failed: Called when the store failed.
    """

    __slots__ = (
        "_asked_again",
        "_core",
        "_failed",
        "_read_clock",
        "_slice_bytes",
        "_store",
        "_take",
        "_until_writable",
        "task",
    )

    def __init__(
        self,
        core: SessionCore,
        store: MessageStore,
        read_clock: Callable[[], Now],
        write_buffer_bytes: int,
        *,
        asked_again: Callable[[bytes], Awaitable[bytes | None]],
        until_writable: Callable[[], Awaitable[None]],
        take: Callable[[list[Effect]], None],
        failed: Callable[[StoreError], None],
    ) -> None:
        self.task: asyncio.Task[None] | None = None
        self._core = core
        self._store = store
        self._read_clock = read_clock
        self._slice_bytes = min(_SLICE_BYTES, write_buffer_bytes // _SHARE)
        self._asked_again = asked_again
        self._until_writable = until_writable
        self._take = take
        self._failed = failed

    def begin(self, begin: int, end: int, connection: Connection | None) -> None:
        """Send these numbers again, as long as the connection is the session's.

        A session serves one request at a time: what still runs is of an earlier connection.
        """
        if self.task is not None:
            self.task.cancel()
        if connection is not None:
            self.task = asyncio.get_running_loop().create_task(self._run(begin, end, connection))

    async def _run(self, begin: int, end: int, connection: Connection) -> None:
        try:
            while begin <= end:
                await self._until_writable()
                records = self._store.read(begin, end, self._slice_bytes)
                if inspect.isawaitable(records):
                    records = await records
                asked = [(record.seq, await self._asked_again(record.raw)) for record in records]
                if connection.driver is None:
                    return
                through = records[-1].seq if records else end
                effects = self._core.replay(asked, through, self._read_clock())
                begin, end = next(((one.begin, one.end) for one in effects if isinstance(one, Replay)), (1, 0))
                self._take([one for one in effects if not isinstance(one, Replay)])
                if begin <= end:
                    # Let the loop turn: others have messages too.
                    await asyncio.sleep(0)
        except StoreError as error:
            self._failed(error)
        finally:
            if self.task is asyncio.current_task():
                self.task = None
