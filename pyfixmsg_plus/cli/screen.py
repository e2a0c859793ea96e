"""Standard output: how wide it is, and whether it shows colours."""

import os
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property

__all__ = ["Screen"]

_CODES = {"dim": "2", "bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


@dataclass(frozen=True)
class Screen:
    """What is written to.

    Attributes:
        is_terminal: A person looks at it.
        has_colour: Colours may be used.
        columns: Characters on a line; nothing where lines may be of any length.
    """

    is_terminal: bool
    has_colour: bool
    columns: int | None

    @classmethod
    def here(cls) -> "Screen":
        """Return what standard output is."""
        is_terminal = sys.stdout.isatty()
        wanted = is_terminal and os.environ.get("TERM") != "dumb"
        has_colour = (wanted and not os.environ.get("NO_COLOR")) or bool(os.environ.get("FORCE_COLOR"))
        return cls(is_terminal, has_colour, shutil.get_terminal_size().columns if is_terminal else None)

    def paint(self, text: str, style: str) -> str:
        """Return the text in a style, where there are colours."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.has_colour and text else text

    def cut(self, text: str, used: int) -> str:
        """Return what of a text fits on the line behind ``used`` characters."""
        if self.columns is None or used + len(text) <= self.columns:
            return text
        return text[: max(self.columns - used - 1, 0)] + "…"

    @cached_property
    def bar_width(self) -> int:
        """How long the longest bar of a chart is."""
        return 24 if self.columns is None else max(0, min(40, self.columns - 56))
