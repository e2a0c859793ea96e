"""Sessions that connect: each over its list of hosts, again and again as long as its schedule lets it."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any, ClassVar

from pyfixmsg_plus.config import SessionSettings, Settings
from pyfixmsg_plus.engine.application import Application
from pyfixmsg_plus.engine.connection import Connection
from pyfixmsg_plus.engine.driver import SessionDriver
from pyfixmsg_plus.engine.engine import Engine, environment
from pyfixmsg_plus.engine.network import connect_options, reconnect_options
from pyfixmsg_plus.errors import StoreError, TransportError
from pyfixmsg_plus.transport import Attempt, Connector, ReconnectPlan

__all__ = ["Initiator"]

_LOG = logging.getLogger("pyfixmsg_plus.engine")

_SECOND_NS = 1_000_000_000
# The wall clock of the machine may be set: whether a session may connect is looked at again and again.
_LOOK_AGAIN_S = 1.0


class Initiator(Engine):
    """Connects sessions, and connects them again.

    ::

        async with fix.Initiator.from_config("initiator.cfg", Desk()) as initiator:
            session = await initiator.logged_on()
            session.send(order)

    Args:
        settings: As of ``Engine``.
        application: As of ``Engine``.
        environ: Where the proxy of the system is looked up; that of the process if there is none.
        seed: Of the chance that spreads reconnects; nothing: from the time.
        options: As of ``Engine``.
    """

    connection_type: ClassVar[str] = "initiator"

    def __init__(
        self,
        settings: Settings | Iterable[SessionSettings],
        application: Application,
        *,
        environ: Mapping[str, str] | None = None,
        seed: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(settings, application, **options)
        self._environ = environment() if environ is None else environ
        self._random = Random(self._clock.now().utc_ns if seed is None else seed)  # noqa: S311 - spreads load, hides nothing
        self._dials: dict[SessionDriver, _Dialling] = {}

    async def _begin(self) -> None:
        for driver in self._drivers.values():
            await self._connect_up(driver)

    async def _connect_up(self, driver: SessionDriver) -> None:
        connector = Connector(connect_options(driver.settings, self._environ))
        plan = ReconnectPlan(reconnect_options(driver.settings), self._random)
        self._dials[driver] = dialling = _Dialling(self, driver, connector, plan)
        dialling.begin()

    async def _cut_off(self, driver: SessionDriver) -> None:
        dialling = self._dials.pop(driver, None)
        if dialling is not None:
            await dialling.stop()

    async def _stop_connecting(self) -> None:
        await asyncio.gather(*(dialling.stop() for dialling in self._dials.values()))

    async def _finish(self) -> None:
        self._dials.clear()

    def now_ns(self) -> int:
        """Monotonic nanoseconds."""
        return self._clock.now().mono_ns

    def connect_failed(self, driver: SessionDriver, attempt: Attempt, error: Exception) -> None:
        """Tell that a connection could not be made."""
        self.tell("connect_failed", str(driver.session_id), address=str(attempt.address), error=str(error))


class _Dialling:
    """The connections of one session."""

    def __init__(self, initiator: Initiator, driver: SessionDriver, connector: Connector, plan: ReconnectPlan) -> None:
        self._initiator = initiator
        self._driver = driver
        self._connector = connector
        self._plan = plan
        self._free = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Connect from now on."""
        self._driver.owned_by(self)
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(_told_if_failed)

    async def stop(self) -> None:
        """Make no more connections."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def connection_ended(self, driver: SessionDriver) -> None:  # noqa: ARG002 - it has one alone
        """The session has none any more."""
        self._free.set()

    async def _run(self) -> None:
        attempt = self._plan.begin(self._initiator.now_ns())
        while True:
            while (wait_ns := attempt.at_ns - self._initiator.now_ns()) > 0:
                await asyncio.sleep(wait_ns / _SECOND_NS)
            if not self._driver.may_connect:
                await asyncio.sleep(_LOOK_AGAIN_S)
                attempt = self._plan.begin(self._initiator.now_ns())
                continue
            logons = self._driver.metrics.logons
            self._free.clear()
            try:
                if (waiting := self._driver.refresh()) is not None:
                    await waiting
                await self._connector.connect(attempt.address, Connection(self._driver))
            except (TransportError, StoreError, OSError) as error:
                self._initiator.connect_failed(self._driver, attempt, error)
            else:
                await self._free.wait()
            if self._driver.metrics.logons > logons:
                # A session that was logged on comes back soon; one that is refused waits longer and longer.
                self._plan.worked()
            attempt = self._plan.ended(self._initiator.now_ns())


def _told_if_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.critical("a session connects no more", exc_info=error)
