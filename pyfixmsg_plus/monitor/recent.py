"""Keep the last so many of what passes: messages and events leave the state in the order in which they came."""

from collections import deque
from typing import Generic, TypeVar

from pyfixmsg_plus.monitor.hub import Hub, Path
from pyfixmsg_plus.monitor.views import FixEventView, MessageView, show

__all__ = ["Recent"]

Passing = TypeVar("Passing", MessageView, FixEventView)


class Recent(Generic[Passing]):
    """The last views of one kind.

    Args:
        hub: Where they are shown.
        keep: How many.
    """

    def __init__(self, hub: Hub, keep: int = 500) -> None:
        if keep < 1:
            raise ValueError(f"at least one is kept, not {keep}")
        self._hub = hub
        self._keep = keep
        self._paths: deque[Path] = deque()

    def add(self, view: Passing) -> None:
        """Show one more, and hide the oldest where there are too many."""
        show(self._hub, view)
        self._paths.append(view.path)
        if len(self._paths) > self._keep:
            self._hub.remove(self._paths.popleft())
