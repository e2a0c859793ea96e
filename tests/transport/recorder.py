"""A handler that keeps what it is told, and fails when it is told what it may not be."""

import asyncio
from collections.abc import Callable

from pyfixmsg_plus.transport import Link

__all__ = ["Recorder"]


class Recorder:
    """Everything that one link said.

    Args:
        on_data: What to do with bytes, after they were kept.
        on_made: What to do when the link is made.
    """

    def __init__(
        self,
        *,
        on_data: Callable[["Recorder", bytes], None] | None = None,
        on_made: Callable[[Link], None] | None = None,
    ) -> None:
        self._link: Link | None = None
        self._on_data = on_data
        self._on_made = on_made
        self._changed = asyncio.Event()
        self.received = bytearray()
        self.pieces: list[bytes] = []
        self.marks: list[str] = []
        self.losses: list[Exception | None] = []

    @property
    def link(self) -> Link:
        """The link, which must be made."""
        assert self._link is not None, "the link is not made"
        return self._link

    @property
    def made(self) -> bool:
        """Whether the link was made."""
        return self._link is not None

    @property
    def lost(self) -> bool:
        """Whether the link is gone."""
        return bool(self.losses)

    @property
    def error(self) -> Exception | None:
        """What the link was lost with."""
        assert len(self.losses) == 1, "the link is not lost"
        return self.losses[0]

    async def until(self, reached: Callable[["Recorder"], bool]) -> None:
        """Wait for what the next calls bring about; the test's deadline ends it."""
        while not reached(self):
            self._changed.clear()
            await self._changed.wait()

    def link_made(self, link: Link) -> None:
        assert self._link is None, "made twice"
        self._link = link
        self._changed.set()
        if self._on_made is not None:
            self._on_made(link)

    def data_received(self, data: bytes) -> None:
        self._may_be_told()
        assert data, "told of nothing"
        self.received += data
        self.pieces.append(data)
        self._changed.set()
        if self._on_data is not None:
            self._on_data(self, data)

    def link_lost(self, error: Exception | None) -> None:
        self._may_be_told()
        self.losses.append(error)
        self._changed.set()

    def writing_paused(self) -> None:
        self._may_be_told()
        self.marks.append("paused")
        self._changed.set()

    def writing_resumed(self) -> None:
        self._may_be_told()
        self.marks.append("resumed")
        self._changed.set()

    def _may_be_told(self) -> None:
        assert self._link is not None, "told before the link was made"
        if self.losses:
            self.losses.append(AssertionError("told after the link was lost"))
        assert not self.losses, "told after the link was lost"
