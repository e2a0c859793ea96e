"""One line a message, for people: line, time, direction, type, sender and target, number, and what it says."""

from collections.abc import Sequence

from pyfixmsg_plus.cli.gist import gist
from pyfixmsg_plus.cli.screen import Screen
from pyfixmsg_plus.cli.times import logged_at, spoken
from pyfixmsg_plus.diagnostics import LogEntry
from pyfixmsg_plus.diagnostics.privacy import MASK, is_secret, printable
from pyfixmsg_plus.dictionary import Dictionary, Violation
from pyfixmsg_plus.message import Message

__all__ = ["Lines"]

# A terminal with fewer columns shows day, sender and target in a heading, and only when they change.
_WIDE = 112
_SESSION_TYPES = frozenset("012345A") | {"n"}


def _shown(message: Message, tag: int) -> str:
    value = message.get(tag)
    return MASK if value and is_secret(tag, message.msg_type) else printable(value or "")


class Lines:
    """Writes messages as lines that stand in columns.

    Args:
        screen: What is written to.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._is_wide = screen.columns is None or screen.columns >= _WIDE
        # Who was seen first to send in each session: the arrows follow from it where the log does not say.
        self._first: dict[frozenset[str], str] = {}
        self._heading = ""

    def text(self, entry: LogEntry, message: Message, dictionary: Dictionary, violations: Sequence[Violation]) -> str:
        """Return the line of one message, and a heading before it where one is due."""
        sender, target = _shown(message, 49) or "?", _shown(message, 56) or "?"
        day, time = spoken(logged_at(entry, message))
        arrow = self._arrow(entry, sender, target)
        name = message.name or (f"35={printable(message.msg_type)}" if message.msg_type else "no MsgType")
        number = _shown(message, 34)
        if self._is_wide:
            paint = self._screen.paint
            start = f"{entry.line:>6}  {day} {time}  "
            parties = f"{sender} > {target}"
            columns = f"{parties:<22} {number:>5}  "
            width = 29 if self._screen.columns is None else 25
            used = len(start) + 3 + width + 1 + len(columns)
            line = paint(start, "dim") + self._arrowed(arrow) + self._named(name, width, message) + columns
            return (line + self._said(entry, message, dictionary, violations, used)).rstrip()
        heading = f"── {day} · {self._session(message, sender, target)} "
        start = f"{entry.line:>5} {time} "
        used = len(start) + 2 + 19 + 6
        line = self._screen.paint(start, "dim") + self._arrowed(arrow)[:-1] + self._named(name, 18, message)
        line += f"{number:>5} " + self._said(entry, message, dictionary, violations, used)
        line = line.rstrip()
        if heading == self._heading:
            return line
        self._heading = heading
        ruled = self._screen.cut(heading, 0)
        return self._screen.paint(ruled + "─" * ((self._screen.columns or 0) - len(ruled)), "dim") + "\n" + line

    def _arrow(self, entry: LogEntry, sender: str, target: str) -> str:
        if entry.direction is not None:
            return "→" if entry.direction == "outgoing" else "←"
        first = self._first.setdefault(frozenset((sender, target)), sender)
        return "→" if sender == first else "←"

    def _arrowed(self, arrow: str) -> str:
        return self._screen.paint(arrow, "green" if arrow == "→" else "cyan") + "  "

    def _session(self, message: Message, sender: str, target: str) -> str:
        first = self._first.get(frozenset((sender, target)), sender)
        other = target if sender == first else sender
        return f"{printable(message.begin_string or '?')} · {first} ⇄ {other}"

    def _named(self, name: str, width: int, message: Message) -> str:
        is_session = message.msg_type in _SESSION_TYPES
        if self._screen.columns is not None and len(name) > width:
            name = name[: width - 1] + "…"
        return self._screen.paint(f"{name:<{width}}", "dim" if is_session else "bold") + " "

    def _said(
        self,
        entry: LogEntry,
        message: Message,
        dictionary: Dictionary,
        violations: Sequence[Violation],
        used: int,
    ) -> str:
        faults = [*entry.reasons, *(violation.sentence for violation in violations)]
        said = printable(gist(message, dictionary))
        if not faults:
            return self._screen.cut(said, used)
        wrong = self._screen.cut("✗ " + printable("; ".join(faults)), used)
        rest = self._screen.cut(said, used + len(wrong) + 3)
        return self._screen.paint(wrong, "red") + (f" · {rest}" if len(rest) > 1 else "")
