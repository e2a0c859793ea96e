"""What is counted of a connection: plain numbers, for whoever exports them."""

from collections import Counter, deque
from dataclasses import dataclass, field

__all__ = ["AGES_KEPT", "Counters"]

# Of so many messages the ages are kept: enough for a 99th percentile, and bounded.
AGES_KEPT = 4096


@dataclass(slots=True)
class Counters:
    """Counts since the start; they never fall.

    Attributes:
        connects: Connections that were made.
        logins: Logins that were accepted.
        login_failures: By code.
        frames: That came in.
        messages: That came in.
        bytes_in: Of frames that came in.
        bytes_out: Of frames that went out.
        parse_errors: Frames that could not be read.
        mended: Frames that were not UTF-8 throughout.
        malformed: Messages that make no sense.
        late: Messages for streams that are closed.
        early: Updates before any image.
        repeated: Updates that had been applied.
        gaps_opened: By reason.
        gaps_healed: By reason.
        book_faults: Entries that could not be applied.
        naks: By code.
        server_errors: Requests that the server could not read.
        replaced_values: Infinite or negative values that did not replace good ones.
    """

    connects: int = 0
    logins: int = 0
    login_failures: Counter[str] = field(default_factory=Counter)
    frames: int = 0
    messages: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    parse_errors: int = 0
    mended: int = 0
    malformed: int = 0
    late: int = 0
    early: int = 0
    repeated: int = 0
    gaps_opened: Counter[str] = field(default_factory=Counter)
    gaps_healed: Counter[str] = field(default_factory=Counter)
    book_faults: int = 0
    naks: Counter[str] = field(default_factory=Counter)
    server_errors: int = 0
    replaced_values: int = 0
    _ages_ns: deque[int] = field(default_factory=lambda: deque(maxlen=AGES_KEPT), repr=False)

    def aged(self, ns: int) -> None:
        """Note how old a message was when it came, in nanoseconds."""
        self._ages_ns.append(max(ns, 0))

    def age_ns(self, percentile: int) -> int | None:
        """Return a percentile (0 to 100) of the last ages, in nanoseconds; nothing where there is none."""
        ages = sorted(self._ages_ns)
        return ages[min(len(ages) * percentile // 100, len(ages) - 1)] if ages else None
