"""Sessions that are connected to: any number on one port, told apart by the first message."""

import asyncio
import inspect
from collections.abc import Iterable
from typing import Any, ClassVar

from pyfixmsg_plus.config import SessionSettings, Settings
from pyfixmsg_plus.engine.application import Application
from pyfixmsg_plus.engine.arrival import Arrival
from pyfixmsg_plus.engine.authentication import decision_of
from pyfixmsg_plus.engine.driver import SessionDriver
from pyfixmsg_plus.engine.engine import Engine
from pyfixmsg_plus.engine.making import session_id_of
from pyfixmsg_plus.engine.names import LogonNames
from pyfixmsg_plus.engine.network import Port, listen_options, port_of
from pyfixmsg_plus.engine.registry import SessionRegistry
from pyfixmsg_plus.engine.templates import FromTemplate, Templates
from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.transport import Address, AddressRules, Listener, PeerInfo

__all__ = ["Acceptor"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Acceptor(Engine):
    """Takes connections for its sessions.

    ::

        fix.Acceptor.from_config("acceptor.cfg", Exchange()).run()

    It listens on 127.0.0.1 unless SocketAcceptAddress says otherwise.
    """

    connection_type: ClassVar[str] = "acceptor"

    def __init__(
        self, settings: Settings | Iterable[SessionSettings], application: Application, **options: Any
    ) -> None:
        super().__init__(settings, application, **options)
        self._listeners: dict[Port, Listener] = {}
        self._registries: dict[Port, SessionRegistry] = {}
        self._ports: dict[Port, list[SessionSettings]] = {}
        # Sessions made from templates; they are never more than there may be connections.
        self._dynamic = 0

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where it listens, with the real ports."""
        return tuple(address for listener in self._listeners.values() for address in listener.addresses)

    async def _begin(self) -> None:
        for settings in self._given:
            self._ports.setdefault(port_of(settings), []).append(settings)
        for driver in self._drivers.values():
            self._registry(driver.settings).add(driver)
        for port, sessions in self._ports.items():
            await self._listen(port, sessions)

    async def _listen(self, port: Port, sessions: list[SessionSettings]) -> None:
        registry = self._registries.setdefault(port, SessionRegistry())
        templates = Templates(sessions)
        limits = sessions[0]

        def accept() -> Arrival:
            return Arrival(self, registry, templates, float(limits.logon_timeout))

        listener = Listener(listen_options(sessions), accept)
        await listener.start()
        self._listeners[port] = listener
        where = ", ".join(map(str, listener.addresses))
        reach = "this machine alone" if port[1] in _LOOPBACK else "whoever can reach it"
        self.tell("listening", where, reach=reach, sessions=len(sessions))

    async def _connect_up(self, driver: SessionDriver) -> None:
        port = port_of(driver.settings)
        self._registry(driver.settings).add(driver)
        if port not in self._listeners:
            await self._listen(port, [driver.settings])

    async def _cut_off(self, driver: SessionDriver) -> None:
        registry = self._registry(driver.settings)
        registry.remove(driver)
        port = port_of(driver.settings)
        served = {port_of(settings) for settings in self._given}
        if not registry and port not in served and port in self._listeners:
            await self._listeners.pop(port).stop(0.0)

    async def _stop_connecting(self) -> None:
        for listener in self._listeners.values():
            listener.stop_listening()

    async def _finish(self) -> None:
        await asyncio.gather(*(listener.stop() for listener in self._listeners.values()))
        self._listeners.clear()
        self._registries.clear()
        self._ports.clear()

    def _serves_without_sessions(self) -> bool:
        return super()._serves_without_sessions() or any(
            one.acceptor_template or one.dynamic_sessions for one in self._given
        )

    def _registry(self, settings: SessionSettings) -> SessionRegistry:
        return self._registries.setdefault(port_of(settings), SessionRegistry())

    # --------------------------------------------------------------------------------------------- arrivals

    def refuse(self, peer: PeerInfo, why: str, names: LogonNames | None = None) -> None:
        """Tell that a connection was closed without a word."""
        named = names is not None and any(one.log_message_when_session_not_found for one in self._given)
        who = str(names.session_id) if names is not None and named else None
        self.tell("connection_refused", str(peer.origin), reason=why, logon=who)

    def may_come(self, driver: SessionDriver, peer: PeerInfo) -> bool:
        """Whether a session takes connections from there."""
        return AddressRules(driver.settings.allowed_remote_addresses).allows(peer.origin.host)

    async def make_dynamic(self, what: FromTemplate, logon: Message, peer: PeerInfo) -> SessionDriver | None:
        """Make a session from a template, if the peer is who it says and the application approves.

        Nothing is made, and nothing stored, for a peer that is not authenticated.
        """
        settings = what.settings
        if self._dynamic >= settings.max_connections:
            return None
        is_authenticated = self._dispatch.authenticates
        if is_authenticated and not (await decision_of(self.application, logon, peer)).accepted:
            return None
        answer = self.application.approve_session(settings, logon, peer)
        approved = await answer if inspect.isawaitable(answer) else answer
        if not isinstance(approved, SessionSettings) or self._stopping:
            return None
        driver = self._drivers.get(session_id_of(approved, what.qualifier))
        if driver is None:
            try:
                driver = await self._make(approved, what.qualifier)
            except (PyFixMsgError, OSError) as error:
                self.tell("session_failed", str(approved), error=str(error))
                return None
            self._dynamic += 1
            self._registry(settings).add(driver)
            self.tell("session_made", str(driver.session_id))
        if not driver.is_bound:
            driver.callbacks.is_authenticated = is_authenticated
        return driver
