"""What initiator and acceptor have in common: sessions, their making and their end."""

import asyncio
import contextlib
import logging
import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, ClassVar, Self

from pyfixmsg_plus.clock import Clock, SystemClock
from pyfixmsg_plus.config import SessionSettings, Settings, load_settings
from pyfixmsg_plus.engine.application import Application
from pyfixmsg_plus.engine.dispatch import Dispatch
from pyfixmsg_plus.engine.driver import SessionDriver
from pyfixmsg_plus.engine.logs import LogOptions, open_log
from pyfixmsg_plus.engine.making import core_of, session_id_of
from pyfixmsg_plus.engine.metrics import metrics_of
from pyfixmsg_plus.engine.session import Session
from pyfixmsg_plus.errors import ConfigError, LocalProtocolError, PyFixMsgError, StoreError
from pyfixmsg_plus.message import hide_fields
from pyfixmsg_plus.store import MessageStore, open_store
from pyfixmsg_plus.telemetry import Event, Events, Metric, Registry
from pyfixmsg_plus.telemetry.endpoint import Endpoint
from pyfixmsg_plus.transport import run
from pyfixmsg_plus.values import SessionID

__all__ = ["Engine", "StoreOpener"]

_LOG = logging.getLogger("pyfixmsg_plus.engine")

# RawData(96) carries a password on a Logon(35=A) alone, and is hidden there without being asked.
_RAW_DATA = 96

# What somebody should look at; the rest is the ordinary life of sessions.
_TROUBLE = frozenset(
    {
        "business_reject_received",
        "connect_failed",
        "connection_failed",
        "garbled",
        "logon_refused",
        "logon_rejected",
        "not_sent",
        "reject_received",
        "rejected",
        "session_failed",
        "slow_consumer",
        "store_failed",
        "warning",
    }
)

StoreOpener = Callable[[SessionSettings, SessionID], MessageStore | Awaitable[MessageStore]]


def _open_store(settings: SessionSettings, session_id: SessionID) -> MessageStore | Awaitable[MessageStore]:
    return open_store(
        settings.store.reveal(),
        session_id,
        sync=settings.store_sync,
        sync_interval_ms=settings.store_sync_interval_ms,
        # Numbers that are read again before each logon may be another process's.
        standby=settings.refresh_on_logon,
    )


class Engine(ABC):
    """Sessions of one side, on one event loop.

    Args:
        settings: The sessions; those of the other side are left out.
        application: The callbacks.
        clock: Tells the time.
        open_store: Opens the store of a session; nothing: the one that its settings name.
        log_options: What is said of logs beside the settings.
        registry: Where the figures of the sessions are told; nothing: one of its own.

    Attributes:
        application: As given.
        events: Tells what happens.
        registry: Tells the figures.
    """

    connection_type: ClassVar[str]

    def __init__(
        self,
        settings: Settings | Iterable[SessionSettings],
        application: Application,
        *,
        clock: Clock | None = None,
        open_store: StoreOpener | None = None,
        log_options: LogOptions | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.application = application
        self.events = Events()
        self.events.subscribe(self._look)
        self.registry = registry or Registry()
        self._clock = clock or SystemClock()
        self._dispatch = Dispatch(application)
        self._open_store = open_store or _open_store
        self._log_options = log_options or LogOptions()
        given = list(settings)
        self._given = [one for one in given if one.connection_type == self.connection_type]
        self._notes = [str(note) for note in settings.notes] if isinstance(settings, Settings) else []
        self._noted: set[str] = set()
        self._drivers: dict[SessionID, SessionDriver] = {}
        self._being_made: set[SessionID] = set()
        self._endpoint: Endpoint | None = None
        self._is_running = False
        self._stopping = False
        self._changed: asyncio.Event | None = None

    @classmethod
    def from_config(
        cls,
        source: str | Path,
        application: Application,
        *,
        environ: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Self:
        """An engine with the sessions of a settings file.

        Args:
            source: The path of a file, or its text.
            application: The callbacks.
            environ: The environment; that of the process if there is none.
            options: As of the class.

        Raises:
            ConfigError: The settings have faults.
        """
        return cls(load_settings(source, environ), application, **options)

    # ---------------------------------------------------------------------------------------------- sessions

    @property
    def sessions(self) -> Mapping[SessionID, Session]:
        """The sessions by their names, as they are now."""
        return MappingProxyType({name: driver.session for name, driver in self._drivers.items()})

    def session(self, name: SessionID | str) -> Session:
        """A session by its name, such as ``FIX.4.4:US->PEER``.

        Raises:
            KeyError: There is none.
        """
        for session_id, driver in self._drivers.items():
            if name in (session_id, str(session_id)):
                return driver.session
        raise KeyError(f"there is no session {name}")

    async def add(self, settings: SessionSettings) -> Session:
        """Add a session while running.

        Raises:
            ConfigError: It is of the other side, or is there already.
            StoreError: Its store cannot be used.
        """
        if settings.connection_type != self.connection_type:
            raise ConfigError(f"{settings}: ConnectionType is not {self.connection_type}")
        driver = await self._make(settings)
        try:
            await self._connect_up(driver)
        except BaseException:
            self._drivers.pop(driver.session_id, None)
            await driver.close()
            raise
        return driver.session

    async def remove(self, name: SessionID | str, timeout_s: float = 5.0) -> None:
        """Log a session out and forget it; its numbers stay in its store.

        Args:
            name: Its name.
            timeout_s: How long to wait for the end of the connection, which is then broken.

        Raises:
            KeyError: There is none.
        """
        driver = self._drivers[self.session(name).session_id]
        await self._end([driver], timeout_s)
        self._drivers.pop(driver.session_id, None)
        await self._cut_off(driver)
        await driver.close()

    async def reconfigure(self, settings: SessionSettings, timeout_s: float = 5.0) -> Session:
        """Give a session other settings; its connection ends, its numbers stay.

        Raises:
            KeyError: There is no session of this name.
            ConfigError: The settings do not make a session.
        """
        name = session_id_of(settings)
        self.session(name)
        await self.remove(name, timeout_s)
        return await self.add(settings)

    async def wait_for(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Wait until something is so; it is looked at whenever something happens on a session.

        Raises:
            TimeoutError: It was not so in time.
        """
        async with asyncio.timeout(timeout_s):
            while not condition():
                if self._changed is None:
                    self._changed = asyncio.Event()
                self._changed.clear()
                await self._changed.wait()

    async def logged_on(self, name: SessionID | str | None = None, timeout_s: float = 10.0) -> Session:
        """Wait until a session is logged on.

        Args:
            name: Its name; nothing where there is one alone.
            timeout_s: How long.

        Raises:
            TimeoutError: It was not in time.
            KeyError: There is no such session, or there are several and none was named.
        """
        if name is None and len(self._drivers) != 1:
            raise KeyError(f"there are {len(self._drivers)} sessions: name one")
        session = self.session(next(iter(self._drivers)) if name is None else name)
        await self.wait_for(lambda: session.is_logged_on, timeout_s)
        return session

    # ----------------------------------------------------------------------------------------- start and end

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Open the stores and begin to connect or to listen.

        Raises:
            ConfigError: The settings do not make sessions.
            StoreError: A store cannot be used.
            OSError: A port is taken, or a file cannot be used.
        """
        if self._is_running:
            raise LocalProtocolError("it runs already")
        if not self._given:
            raise ConfigError(f"there is no session with ConnectionType={self.connection_type}")
        self._is_running = True
        self._stopping = False
        for note in self._notes:
            _LOG.warning("%s", note)
        try:
            self.registry.register(self)
            for settings in self._given:
                await self._make_if_possible(settings)
            self._check_that_there_are_sessions()
            await self._open_endpoint()
            await self._begin()
        except BaseException:
            await self.stop(0.0)
            raise

    async def stop(self, timeout_s: float = 5.0) -> None:
        """Log all sessions out, wait for their ends, and close what is open.

        Args:
            timeout_s: How long the peers may take; connections that stand then are broken.
        """
        if not self._is_running:
            return
        self._stopping = True
        await self._stop_connecting()
        drivers = list(self._drivers.values())
        await self._end(drivers, timeout_s)
        await self._finish()
        self._drivers.clear()
        results = await asyncio.gather(*(driver.close() for driver in drivers), return_exceptions=True)
        if self._endpoint is not None:
            await self._endpoint.stop()
            self._endpoint = None
        with contextlib.suppress(ValueError):
            self.registry.unregister(self)
        self._is_running = False
        for result in results:
            if isinstance(result, Exception):
                _LOG.error("a session could not be closed: %s", result)

    def run(self, *, stop_timeout_s: float = 5.0) -> None:
        """Run until Ctrl-C or SIGTERM, then stop: for scripts, which have no event loop of their own."""
        run(self.serve(stop_timeout_s=stop_timeout_s))

    async def serve(self, *, stop_timeout_s: float = 5.0) -> None:
        """Run until Ctrl-C, SIGTERM or the cancelling of the task, then stop."""
        loop = asyncio.get_running_loop()
        asked = asyncio.Event()
        heard = []
        for number in (signal.SIGINT, signal.SIGTERM):
            # Signals reach the main thread alone; elsewhere the task is cancelled.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, asked.set)
                heard.append(number)
        try:
            await self.start()
            await asked.wait()
        finally:
            for number in heard:
                loop.remove_signal_handler(number)
            await self.stop(stop_timeout_s)

    # ---------------------------------------------------------------------------------------------- telemetry

    def metrics(self) -> Iterator[Metric]:
        """Tell the figures of all sessions."""
        rows = [
            (
                str(driver.session_id),
                driver.metrics,
                [
                    ("logged_on", "1 while logged on", lambda core=driver.core: int(core.is_logged_on)),
                    ("next_out", "MsgSeqNum of our next message", lambda core=driver.core: core.next_out),
                    ("next_in", "MsgSeqNum expected of the peer", lambda core=driver.core: core.next_in),
                    ("unwritten_bytes", "Bytes that wait to be sent", lambda it=driver: it.unwritten),
                    ("throttled_messages", "Messages that wait to be sent", lambda it=driver: it.sending.waiting),
                    ("waiting_bytes", "Bytes of the peer that wait", lambda it=driver: it.waiting_bytes),
                ],
            )
            for driver in self._drivers.values()
        ]
        return metrics_of(rows)

    def status(self) -> dict[str, Any]:
        """How all sessions stand, as plain values."""
        return {
            "connection_type": self.connection_type,
            "sessions": [
                {
                    "session": str(driver.session_id),
                    "state": driver.core.state,
                    "next_out": driver.core.next_out,
                    "next_in": driver.core.next_in,
                    "peer": str(driver.link.peer.origin) if driver.link is not None else None,
                    "description": driver.settings.description or None,
                }
                for driver in self._drivers.values()
            ],
        }

    def tell(self, name: str, subject: str, **attributes: Any) -> None:
        """Publish an event of the engine itself."""
        self.events.publish(Event(name, subject, self._clock.now().utc_ns, attributes))

    def _look(self, event: Event) -> None:
        level = logging.WARNING if event.name in _TROUBLE else logging.INFO
        if _LOG.isEnabledFor(level):
            extra = {"session": event.subject, "event": event.name, "attributes": event.attributes}
            _LOG.log(level, "%s: %s", event.subject, event, extra=extra)
        if self._changed is not None:
            # What happened is often told before it is complete: look when this turn of the loop is over.
            asyncio.get_running_loop().call_soon(self._changed.set)

    # ------------------------------------------------------------------------------------------------ within

    async def _make_if_possible(self, settings: SessionSettings) -> None:
        if settings.acceptor_template or settings.dynamic_session:
            return
        try:
            await self._make(settings)
        except (PyFixMsgError, OSError) as error:
            if not settings.continue_initialization_on_error:
                raise
            _LOG.error("%s is left out: %s", settings, error)
            self.tell("session_failed", str(settings), error=str(error))

    async def _make(self, settings: SessionSettings, qualifier: str = "") -> SessionDriver:
        """Make a session, which is not connected yet."""
        session_id = session_id_of(settings, qualifier)
        if settings.driver != "asyncio":
            raise ConfigError(f"{settings}: driver={settings.driver} is not there: this engine runs on asyncio")
        if session_id in self._drivers or session_id in self._being_made:
            raise ConfigError(f"there is a session {session_id} already")
        self._being_made.add(session_id)
        try:
            return await self._made(settings, session_id)
        finally:
            self._being_made.discard(session_id)

    async def _made(self, settings: SessionSettings, session_id: SessionID) -> SessionDriver:
        for note in settings.notes():
            # What holds for a thousand sessions alike is said with the first of them.
            if note not in self._noted:
                self._noted.add(note)
                _LOG.warning("%s: %s", session_id, note)
        hide_fields([tag for tag in settings.redact_fields_in_logs if tag != _RAW_DATA])
        opened = self._open_store(settings, session_id)
        store = opened if isinstance(opened, MessageStore) else await opened
        log = None
        try:
            core = core_of(settings, store.numbers())
            log = open_log(settings, session_id, self._log_options)
            driver = SessionDriver(session_id, settings, core, store, self._dispatch, self._clock, self.events, log)
        except BaseException:
            if log is not None:
                log.close()
            if (waiting := store.close()) is not None:
                await waiting
            raise
        self._drivers[session_id] = driver
        driver.start()
        if (created := driver.callbacks.created()) is not None:
            await created
        return driver

    async def _open_endpoint(self) -> None:
        ports = {one.http_accept_port for one in self._given if one.http_accept_port is not None}
        if ports:
            self._endpoint = Endpoint(self.registry, self.status, port=min(ports))
            await self._endpoint.start()
            self.tell("status_page", f"http://127.0.0.1:{self._endpoint.port}/")

    async def _end(self, drivers: list[SessionDriver], timeout_s: float) -> None:
        """Log sessions out, and break the connections that stand at the end of the time."""
        for driver in drivers:
            # A store that fails ends the connection too.
            with contextlib.suppress(StoreError):
                driver.command("disable")
        try:
            await self.wait_for(lambda: not any(driver.is_bound for driver in drivers), timeout_s)
        except TimeoutError:
            for driver in drivers:
                driver.abort()

    def _check_that_there_are_sessions(self) -> None:
        if not self._drivers and not self._serves_without_sessions():
            raise ConfigError("none of the sessions could be made")

    def _serves_without_sessions(self) -> bool:
        """Whether it makes sense to run while there is no session."""
        return any(one.dynamic_session for one in self._given)

    @abstractmethod
    async def _begin(self) -> None:
        """Begin to connect or to listen, for all sessions."""

    @abstractmethod
    async def _connect_up(self, driver: SessionDriver) -> None:
        """Begin to, for one session that was added."""

    @abstractmethod
    async def _cut_off(self, driver: SessionDriver) -> None:
        """End it, for one session that was removed."""

    @abstractmethod
    async def _stop_connecting(self) -> None:
        """Make and take no more connections."""

    @abstractmethod
    async def _finish(self) -> None:
        """Close what is left of connections."""


def environment() -> Mapping[str, str]:
    """The environment of the process."""
    return os.environ
