"""What a source is worth for an instrument over an interval, from 0 to 100, with the parts that the sum is made of.

Completeness weighs 40, timeliness 25, validity 20, agreement with a second source 15; without one its weight goes to
the others. Open gaps, stale books and suspect sources set an upper bound. A score is computed, never assumed.
"""

from dataclasses import dataclass, field

from pyfixmsg_plus.domain import DataQuality
from pyfixmsg_plus.market_data.quality.rules import band

__all__ = ["IntervalCounts", "QualityScore", "ScoreKeeper", "interval_score"]

_SECOND_NS = 1_000_000_000
_COMPLETENESS, _TIMELINESS, _VALIDITY, _AGREEMENT = 40, 25, 20, 15
_OPEN_GAP, _STALE, _SUSPECT = 40, 20, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalCounts:
    """What was seen in an interval.

    Attributes:
        interval_ns: How long it was, hours without trading left out.
        expected: Messages that there should have been; ``None`` where nothing is numbered.
        missing: Of them.
        covered_ns: Time without a known gap; counts where nothing is numbered.
        timely_ns: Time in which the last price was within its age limit.
        total: Records that were judged.
        flagged: Of them, those with something wrong.
        compared: Comparisons with a second source.
        discrepant: Of them, those that differed.
        open_gap: A gap is open at the end.
        stale: The instrument is stale at the end.
        suspect: The source is suspect at the end.
    """

    interval_ns: int
    expected: int | None = None
    missing: int = 0
    covered_ns: int = 0
    timely_ns: int = 0
    total: int = 0
    flagged: int = 0
    compared: int = 0
    discrepant: int = 0
    open_gap: bool = False
    stale: bool = False
    suspect: bool = False


@dataclass(frozen=True, slots=True)
class QualityScore:
    """A score and its parts.

    Attributes:
        total: From 0 to 100.
        completeness: Its part, at most 40; more where there is no second source.
        timeliness: Its part, at most 25; likewise.
        validity: Its part, at most 20; likewise.
        agreement: Its part, at most 15; ``None`` without a second source.
        cap: Upper bound that holds, 100 where none does.
    """

    total: float
    completeness: float
    timeliness: float
    validity: float
    agreement: float | None
    cap: int

    @property
    def quality(self) -> DataQuality:
        """The band that it lies in."""
        return band(self.total)


def interval_score(counts: IntervalCounts) -> QualityScore:
    """Return the score of an interval."""
    alone = counts.compared == 0
    scale = 100 / (100 - _AGREEMENT) if alone else 1.0
    if counts.expected is None:
        complete = _share(counts.covered_ns, counts.interval_ns)
    else:
        complete = 1 - _share(counts.missing, counts.expected)
    parts = (
        _COMPLETENESS * scale * complete,
        _TIMELINESS * scale * _share(counts.timely_ns, counts.interval_ns),
        _VALIDITY * scale * (1 - _share(counts.flagged, counts.total)),
    )
    agreement = None if alone else _AGREEMENT * (1 - _share(counts.discrepant, counts.compared))
    bounds = ((counts.open_gap, _OPEN_GAP), (counts.stale, _STALE), (counts.suspect, _SUSPECT))
    cap = min((bound for holds, bound in bounds if holds), default=100)
    return QualityScore(min(cap, sum(parts) + (agreement or 0.0)), *parts, agreement, cap)


def _share(part: int, whole: int) -> float:
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0


@dataclass(slots=True)
class _Open:
    since_ns: int
    counted_ns: int
    timely_ns: int = 0
    gap_since_ns: int | None = None
    uncovered_ns: int = 0
    expected: int | None = None
    missing: int = 0
    total: int = 0
    flagged: int = 0
    compared: int = 0
    discrepant: int = 0


@dataclass(slots=True)
class ScoreKeeper:
    """Counts for one source and one instrument, interval by interval. Times are UTC nanoseconds and never step back.

    Attributes:
        begun_ns: When the first interval begins.
        age_ns: A price that was believed longer ago is not timely.
    """

    begun_ns: int
    age_ns: int = 15 * _SECOND_NS
    _now: _Open = field(init=False)
    _fresh_until_ns: int | None = None

    def __post_init__(self) -> None:
        self._now = _Open(self.begun_ns, self.begun_ns)

    def tick(self, at_ns: int, *, flagged: bool = False) -> None:
        """Count a record; it is timely from now on."""
        self._count(at_ns)
        self._fresh_until_ns = at_ns + self.age_ns
        self._now.total += 1
        self._now.flagged += flagged

    def confirm(self, at_ns: int) -> None:
        """Count a sign of life of the stream: what was said last still holds."""
        if self._fresh_until_ns is not None:
            self._count(at_ns)
            self._fresh_until_ns = at_ns + self.age_ns

    def number(self, expected: int, missing: int = 0) -> None:
        """Count messages that are numbered."""
        self._now.expected = (self._now.expected or 0) + expected
        self._now.missing += missing

    def gap(self, at_ns: int, *, is_open: bool) -> None:
        """Say that a gap is open from now on, or no longer."""
        now = self._now
        if is_open and now.gap_since_ns is None:
            now.gap_since_ns = at_ns
        elif not is_open and now.gap_since_ns is not None:
            now.uncovered_ns += at_ns - now.gap_since_ns
            now.gap_since_ns = None

    def compare(self, *, discrepant: bool) -> None:
        """Count a comparison with a second source."""
        self._now.compared += 1
        self._now.discrepant += discrepant

    def close(self, at_ns: int, *, suspect: bool = False, untraded_ns: int = 0) -> QualityScore:
        """End the interval, begin the next one, and return the score.

        Args:
            at_ns: The time.
            suspect: The source is suspect now.
            untraded_ns: How much of the interval the market was closed; nothing was to be expected then.
        """
        self._count(at_ns)
        now = self._now
        uncovered = now.uncovered_ns + (0 if now.gap_since_ns is None else at_ns - now.gap_since_ns)
        whole = max(0, at_ns - now.since_ns - untraded_ns)
        counts = IntervalCounts(
            interval_ns=whole,
            expected=now.expected,
            missing=now.missing,
            covered_ns=max(0, whole - uncovered),
            timely_ns=now.timely_ns,
            total=now.total,
            flagged=now.flagged,
            compared=now.compared,
            discrepant=now.discrepant,
            open_gap=now.gap_since_ns is not None,
            stale=whole > 0 and (self._fresh_until_ns is None or self._fresh_until_ns <= at_ns),
            suspect=suspect,
        )
        gap_since = None if now.gap_since_ns is None else at_ns
        self._now = _Open(at_ns, at_ns, gap_since_ns=gap_since)
        return interval_score(counts)

    def _count(self, at_ns: int) -> None:
        now = self._now
        if self._fresh_until_ns is not None:
            now.timely_ns += max(0, min(at_ns, self._fresh_until_ns) - now.counted_ns)
        now.counted_ns = max(now.counted_ns, at_ns)
