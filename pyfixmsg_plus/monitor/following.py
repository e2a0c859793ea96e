"""Follow a hub from outside: what a reader does with the frames that it receives.

The page does the same in its own language; this is the law that both are tested by.
"""

import json
from typing import Any

from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["Follower", "FrameError"]


class FrameError(PyFixMsgError):
    """A frame does not continue what came before: the reader must begin anew."""


class Follower:
    """The state as one reader holds it.

    Attributes:
        epoch: The life of the service that it belongs to; nothing before the first snapshot.
        seq: The last change that is in it.
        state: What it holds.
    """

    def __init__(self) -> None:
        self.epoch: str | None = None
        self.seq = 0
        self.state: dict[str, Any] = {}

    def take(self, text: str) -> None:
        """Apply a frame.

        Raises:
            FrameError: It is of another life of the service, or something is missing before it.
        """
        frame = json.loads(text)
        if frame["type"] == "snapshot":
            self.epoch, self.seq, self.state = frame["epoch"], frame["seq"], frame["state"]
            return
        expected = frame["since"] if frame["type"] == "delta" else frame["seq"]
        if frame["epoch"] != self.epoch or expected != self.seq:
            raise FrameError(f"expected {self.epoch}/{self.seq}, received {frame['epoch']}/{expected}")
        for change in frame.get("changes", ()):
            self._apply(change["path"], change)
        self.seq = frame["seq"]

    def _apply(self, path: list[str], change: dict[str, Any]) -> None:
        branch = self.state
        if "value" not in change:
            for step in path[:-1]:
                branch = branch.get(step, {})
            branch.pop(path[-1], None)
            return
        for step in path[:-1]:
            branch = branch.setdefault(step, {})
        branch[path[-1]] = change["value"]
