"""What came of a scenario."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pyfixmsg_plus.testing.certification.steps import Role, Scenario
from pyfixmsg_plus.testing.certification.transcript import Entry

__all__ = ["Finding", "Result", "Tally", "Verdict", "tally"]


class Verdict(Enum):
    """How a scenario ended.

    Inconclusive is what says nothing about the engine's answer: no connection, no Logon to begin with.
    """

    PASS = "pass"  # noqa: S105 # a verdict, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a scenario did not pass.

    Attributes:
        line: The line of the scenario.
        cause: In what the answer differs, or what did not come about.
        expected: As the scenario writes it.
        received: What came, secrets masked.
    """

    line: int
    cause: str
    expected: str = ""
    received: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario that was played against one session.

    Attributes:
        session: The version, as the counterparty is named in the run.
        finding: Why it did not pass, or does not apply.
        notes: Which of several lawful courses the engine took.
        is_unreached: No connection came about.
    """

    scenario: Scenario
    session: str
    role: Role
    verdict: Verdict
    finding: Finding | None = None
    notes: tuple[str, ...] = ()
    transcript: tuple[Entry, ...] = ()
    elapsed_ns: int = 0
    is_unreached: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many scenarios ended in which way; one that is inconclusive counts as failed."""

    passed: int
    failed: int
    not_applicable: int
    inconclusive: int

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed + self.inconclusive} failed"


def tally(results: Iterable[Result]) -> Tally:
    """Count results."""
    counts = Counter(result.verdict for result in results)
    return Tally(
        counts[Verdict.PASS], counts[Verdict.FAIL], counts[Verdict.NOT_APPLICABLE], counts[Verdict.INCONCLUSIVE]
    )
