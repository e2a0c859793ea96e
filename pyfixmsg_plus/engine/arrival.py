"""A connection that came in and is not known yet: its first message says whose it is.

What is no Logon(35=A) of a known session is closed without a word. Until then a peer can make us keep a bounded number
of bytes, for a bounded time.
"""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Protocol

from pyfixmsg_plus.codec import Splitter, parse
from pyfixmsg_plus.engine.connection import Connection
from pyfixmsg_plus.engine.driver import SessionDriver
from pyfixmsg_plus.engine.names import LogonNames
from pyfixmsg_plus.engine.registry import SessionRegistry
from pyfixmsg_plus.engine.templates import FromTemplate, Templates
from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.transport import Link, PeerInfo

__all__ = ["Arrival"]

_LOG = logging.getLogger("pyfixmsg_plus.engine")

# The largest first message: a Logon with a signature in RawData(96) has some kilobytes.
_FIRST_MESSAGE_BYTES = 64 * 1024


class Reception(Protocol):
    """Who took the connection."""

    def refuse(self, peer: PeerInfo, why: str, names: LogonNames | None = None) -> None:
        """Tell that a connection was closed without a word."""
        ...

    def may_come(self, driver: SessionDriver, peer: PeerInfo) -> bool:
        """Whether a session takes connections from there."""
        ...

    async def make_dynamic(self, what: FromTemplate, logon: Message, peer: PeerInfo) -> SessionDriver | None:
        """Make a session from a template; nothing if it is refused."""
        ...


class Arrival(Connection):
    """The handler of a connection that came in.

    Args:
        acceptor: Which took it.
        registry: The sessions of its port.
        templates: From which others are made.
        timeout_s: How long the first message may take.
    """

    __slots__ = (
        "_acceptor",
        "_bytes",
        "_is_over",
        "_registry",
        "_splitter",
        "_task",
        "_templates",
        "_timeout_s",
        "_timer",
    )

    def __init__(self, acceptor: Reception, registry: SessionRegistry, templates: Templates, timeout_s: float) -> None:
        super().__init__(None)
        self._acceptor = acceptor
        self._registry = registry
        self._templates = templates
        self._timeout_s = timeout_s
        self._splitter: Splitter | None = Splitter(_FIRST_MESSAGE_BYTES)
        self._bytes = b""
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_over = False

    def link_made(self, link: Link) -> None:
        """Wait for the first message."""
        self.link = link
        self._timer = asyncio.get_running_loop().call_later(self._timeout_s, self._too_late)

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer: of the session, once it is known."""
        if self.driver is not None:
            self.driver.data_received(data)
        elif self.link is not None and not self._is_over:
            self._bytes += data
            if self._splitter is not None:
                self._look(self._splitter, data, self.link)

    def link_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        self._is_over = True
        self._stop_timer()
        if self._task is not None:
            self._task.cancel()
        super().link_lost(error)
        self.link = None

    def _look(self, splitter: Splitter, data: bytes, link: Link) -> None:
        frames = splitter.feed(data)
        if splitter.garbled():
            self._refuse("the first message is garbled")
        elif frames:
            self._splitter = None
            self._identify(frames[0], link)
        elif len(self._bytes) > _FIRST_MESSAGE_BYTES:
            self._refuse("the first message is too long")

    def _identify(self, frame: bytes, link: Link) -> None:
        logon = parse(frame, strict=False)
        names = LogonNames.of(logon)
        if names is None:
            self._refuse("the first message is no Logon")
            return
        driver = self._registry.find(names)
        made = self._templates.settings_for(names) if driver is None or driver.is_bound else None
        if driver is not None and (made is None or not made.qualifier):
            self._bind(driver, names, link)
        elif made is None:
            self._refuse("there is no such session", names)
        else:
            link.pause_reading()
            self._task = asyncio.get_running_loop().create_task(self._make(made, logon, names, link))

    async def _make(self, what: FromTemplate, logon: Message, names: LogonNames, link: Link) -> None:
        """Make a session from a template for this connection."""
        try:
            made = await self._acceptor.make_dynamic(what, logon, link.peer)
        except Exception as error:  # noqa: BLE001, RUF100 - a failing application lets nobody in
            _LOG.error("the application failed at a session from a template", exc_info=error)
            self._refuse("the application failed at a session from a template", names)
            return
        if made is None:
            self._refuse("no session is made from a template", names)
        elif not self._is_over:
            self._bind(made, names, link)

    def _bind(self, driver: SessionDriver, names: LogonNames, link: Link) -> None:
        """Give the connection to its session, unless that has one."""
        if not self._acceptor.may_come(driver, link.peer):
            self._refuse("its address is not allowed", names)
        elif driver.is_bound:
            self._refuse("the session has a connection", names)
        else:
            try:
                waiting = driver.refresh()
            except StoreError as error:
                self._refuse(f"the store failed: {error}", names)
                return
            if waiting is None:
                self._hand_over(driver, link)
            else:
                link.pause_reading()
                self._task = asyncio.get_running_loop().create_task(self._hand_over_later(driver, link, waiting, names))

    async def _hand_over_later(
        self, driver: SessionDriver, link: Link, waiting: Awaitable[None], names: LogonNames
    ) -> None:
        try:
            await waiting
        except StoreError as error:
            self._refuse(f"the store failed: {error}", names)
            return
        if driver.is_bound:
            self._refuse("the session has a connection", names)
        elif not self._is_over:
            self._hand_over(driver, link)

    def _hand_over(self, driver: SessionDriver, link: Link) -> None:
        self._stop_timer()
        self._task = None
        self.driver = driver
        data, self._bytes = self._bytes, b""
        driver.attach(self, link)
        # The session may have let go at once, as one that is disabled does.
        if self.driver is driver:
            driver.data_received(data)
            link.resume_reading()

    def _refuse(self, why: str, names: LogonNames | None = None) -> None:
        """Close without a word."""
        if self._is_over or self.link is None:
            return
        self._is_over = True
        self._stop_timer()
        self._bytes = b""
        self._acceptor.refuse(self.link.peer, why, names)
        self.link.close()

    def _too_late(self) -> None:
        self._timer = None
        if self.driver is None:
            self._refuse("no Logon in time")

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
