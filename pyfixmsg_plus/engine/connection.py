"""The handler of one link: it belongs to a session as long as the session wants it."""

from typing import Protocol

from pyfixmsg_plus.transport import Link

__all__ = ["Connection", "ConnectionUser"]


class ConnectionUser(Protocol):
    """Whose connection it is: the driver of a session."""

    def attach(self, connection: "Connection", link: Link) -> None:
        """There is a connection from now on."""
        ...

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer."""
        ...

    def link_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        ...

    def writing_paused(self) -> None:
        """The peer takes bytes more slowly than they come."""
        ...

    def writing_resumed(self) -> None:
        """It has taken most of them."""
        ...


class Connection:
    """Hands what happens on a link to the driver of a session.

    When the session lets the link go, which then still sends what waits and drains, nothing of it is heard any more:
    the next connection of the session may be there already.

    Args:
        driver: Of the session; nothing while the session is not known, and when it has let go.
    """

    __slots__ = ("driver", "link")

    def __init__(self, driver: ConnectionUser | None) -> None:
        self.driver = driver
        self.link: Link | None = None

    def link_made(self, link: Link) -> None:
        """The connection stands."""
        if self.driver is not None:
            self.driver.attach(self, link)

    def data_received(self, data: bytes) -> None:
        """Bytes of the peer."""
        if self.driver is not None:
            self.driver.data_received(data)

    def link_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        if self.driver is not None:
            self.driver.link_lost(error)

    def writing_paused(self) -> None:
        """The peer takes bytes more slowly than they come."""
        if self.driver is not None:
            self.driver.writing_paused()

    def writing_resumed(self) -> None:
        """It has taken most of them."""
        if self.driver is not None:
            self.driver.writing_resumed()
