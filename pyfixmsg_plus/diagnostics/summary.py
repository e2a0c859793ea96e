"""Count what logs hold: messages by type, faults, time span, sessions, separators.

Where nothing is asked but that, the compiled reader goes through a log by itself; where messages are chosen or held
against a dictionary, each is looked at here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from os import PathLike

from pyfixmsg_plus._core import LogSummary, Violation
from pyfixmsg_plus.diagnostics.filters import Filter
from pyfixmsg_plus.diagnostics.reading import LARGEST_MESSAGE, read_log
from pyfixmsg_plus.diagnostics.sources import (
    LogSource,
    LogSourceError,
    Position,
    Progress,
    is_compressed,
    pieces,
)
from pyfixmsg_plus.diagnostics.versions import Dictionaries

__all__ = ["Damage", "Report", "SessionCount", "ViolationCount", "summarise"]

# Faults are counted apart up to this number: a log in which every fault is different costs no more memory than another.
_MOST_VIOLATIONS = 1024


@dataclass(frozen=True, slots=True)
class SessionCount:
    """One direction of a session, and how many messages went this way."""

    begin_string: str
    sender_comp_id: str
    target_comp_id: str
    messages: int


@dataclass(frozen=True, slots=True)
class ViolationCount:
    """One fault that a dictionary finds, and how many messages have it.

    Attributes:
        reason: SessionRejectReason(373), if a Reject(35=3) would be due.
        ref_tag_id: The tag at fault.
        sentence: The fault in words, as it was met first.
        messages: How many messages of this type have this reason at this tag.
    """

    msg_type: str
    reason: int | None
    ref_tag_id: int | None
    sentence: str
    messages: int


@dataclass(frozen=True, slots=True)
class Damage:
    """A log that could not be read to its end.

    Attributes:
        source: Its place among the sources, from 0.
        offset: Bytes of the compressed file up to the fault.
    """

    source: int
    offset: int
    text: str


@dataclass(slots=True)
class Report:
    """What logs hold.

    Attributes:
        messages: Messages found, or chosen by the filter.
        message_bytes: How many bytes they have, as printed.
        valid: Of these, how many have right framing, BodyLength(9) and CheckSum(10).
        types: Messages by MsgType(35), most first; under the empty text those that have none.
        other_types: Messages of types beyond the number that is counted one by one.
        reasons: What is wrong with invalid messages, and with how many.
        span: The earliest and the latest SendingTime(52), nanoseconds since 1970-01-01 00:00:00 UTC.
        sessions: Who sent to whom, in the order in which they were first seen.
        other_sessions: Messages of sessions beyond that number.
        separators: What stands between fields, and in how many messages.
        validated: Whether messages were held against dictionaries.
        violating: Messages in which a dictionary found faults.
        violations: These faults, most first.
        other_violations: Faults beyond the number that is counted one by one.
        damages: Logs that were counted only up to where they are damaged.
    """

    messages: int = 0
    message_bytes: int = 0
    valid: int = 0
    types: dict[str, int] = field(default_factory=dict)
    other_types: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    span: tuple[int, int] | None = None
    sessions: list[SessionCount] = field(default_factory=list)
    other_sessions: int = 0
    separators: list[tuple[bytes, int]] = field(default_factory=list)
    validated: bool = False
    violating: int = 0
    violations: list[ViolationCount] = field(default_factory=list)
    other_violations: int = 0
    damages: list[Damage] = field(default_factory=list)

    @property
    def invalid(self) -> int:
        """Messages whose framing, BodyLength(9) or CheckSum(10) is wrong."""
        return self.messages - self.valid

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found to be wrong."""
        return self.invalid == 0 and self.violating == 0 and not self.damages


def summarise(
    sources: Iterable[LogSource],
    *,
    join_lines: bool = True,
    max_message_size: int = LARGEST_MESSAGE,
    chosen: Filter | None = None,
    dictionaries: Dictionaries | None = None,
    validate: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Count what logs hold; of a compressed log that is damaged, what stands before the damage.

    Args:
        sources: Paths, or streams opened for reading bytes.
        join_lines: A message may be broken over lines.
        max_message_size: Bytes of the longest message that is looked at whole.
        chosen: Only messages that match are counted.
        dictionaries: The dictionaries of the messages, where the bundled ones are not meant.
        validate: Messages are held against their dictionaries.
        progress: Called with the bytes of all sources that were read so far, as they are stored.

    Raises:
        OSError: A source cannot be opened or read.
    """
    summary = LogSummary(join_lines=join_lines, max_message_size=max_message_size)
    position = Position(progress)
    if chosen is None and not validate:
        damages = []
        for place, source in enumerate(sources):
            try:
                _count(source, summary, position.of_source())
            except LogSourceError as error:
                damages.append(Damage(place, error.offset, str(error)))
        return _report(summary, damages)
    known = dictionaries if dictionaries is not None else Dictionaries()
    faults = _Faults()
    damages = []
    for place, source in enumerate(sources):
        entries = read_log(
            source, join_lines=join_lines, max_message_size=max_message_size, progress=position.of_source()
        )
        try:
            for entry in entries:
                message = known.parse(entry)
                if chosen is not None and not chosen.matches(message):
                    continue
                summary.add(entry)
                if validate:
                    faults.add(known.for_message(message).validate(message))
        except LogSourceError as error:
            damages.append(Damage(place, error.offset, str(error)))
    report = _report(summary, damages)
    if validate:
        faults.write_to(report)
    return report


def _count(source: LogSource, summary: LogSummary, progress: Progress | None) -> None:
    if isinstance(source, str | PathLike) and not is_compressed(source):
        start = summary.bytes
        # The compiled reader says how far it is in all files.
        summary.read(source, None if progress is None else lambda done: progress(done - start))
        summary.finish()
        return
    try:
        for piece in pieces(source, progress):
            summary.feed(piece)
    finally:
        # What came before the damage counts, the message that it cuts among it.
        summary.finish()


def _report(summary: LogSummary, damages: list[Damage]) -> Report:
    return Report(
        messages=summary.messages,
        message_bytes=summary.message_bytes,
        valid=summary.valid,
        types=summary.types,
        other_types=summary.other_types,
        reasons=summary.reasons,
        span=summary.span,
        sessions=[SessionCount(*session) for session in summary.sessions],
        other_sessions=summary.other_sessions,
        separators=summary.separators,
        damages=damages,
    )


class _Faults:
    """The faults that dictionaries find, counted."""

    def __init__(self) -> None:
        self._violating = 0
        self._counts: dict[tuple[str, int | None, int | None], tuple[str, int]] = {}
        self._other = 0

    def add(self, violations: Sequence[Violation]) -> None:
        """Count the faults of one message."""
        self._violating += bool(violations)
        seen = set()
        for violation in violations:
            key = (violation.ref_msg_type, violation.reason, violation.ref_tag_id)
            if key in seen:
                continue
            seen.add(key)
            if key in self._counts:
                sentence, count = self._counts[key]
                self._counts[key] = (sentence, count + 1)
            elif len(self._counts) < _MOST_VIOLATIONS:
                self._counts[key] = (violation.sentence, 1)
            else:
                self._other += 1

    def write_to(self, report: Report) -> None:
        """Add what was counted to a report."""
        report.validated = True
        report.violating = self._violating
        counts = [ViolationCount(*key, sentence, count) for key, (sentence, count) in self._counts.items()]
        report.violations = sorted(counts, key=lambda violation: -violation.messages)
        report.other_violations = self._other
