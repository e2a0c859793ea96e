"""Whether the service can do its work: part by part, and whether it is ready for more."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Component", "Health", "PartStatus"]

PartStatus = Literal["UP", "DEGRADED", "DOWN"]
_WORST: tuple[PartStatus, ...] = ("UP", "DEGRADED", "DOWN")


@dataclass(frozen=True, slots=True)
class Component:
    """How one part does.

    Attributes:
        status: ``DOWN`` where it cannot do its work.
        detail: For people.
    """

    status: PartStatus
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    ask: Callable[[], Awaitable[Component]]
    needed: bool


class Health:
    """The parts of a process."""

    def __init__(self) -> None:
        self._parts: dict[str, _Part] = {}
        self.stopping = False

    def add(self, name: str, ask: Callable[[], Awaitable[Component]], *, needed: bool = True) -> None:
        """Ask a part from now on.

        Args:
            name: Of the part.
            ask: Tells how it does.
            needed: Without it the process is not ready.
        """
        self._parts[name] = _Part(ask, needed)

    async def ask(self, *, live: bool = False) -> tuple[PartStatus, dict[str, Any]]:
        """Return how the process does, and each of its parts.

        Args:
            live: Whether it is alive at all, whatever its parts do: who answers is.
        """
        found: dict[str, Component] = {}
        for name, part in self._parts.items():
            try:
                found[name] = await part.ask()
            except Exception as error:
                found[name] = Component("DOWN", type(error).__name__)
        worst: PartStatus = "UP"
        for name, component in found.items():
            status = component.status if self._parts[name].needed or component.status != "DOWN" else "DEGRADED"
            worst = max(worst, status, key=_WORST.index)
        if live:
            worst = "UP"
        elif self.stopping:
            worst = "DOWN"
        view = {name: {"status": one.status, "detail": one.detail} for name, one in found.items()}
        return worst, view
