"""Approvals: how many must agree, in which order, and by when.

SINGLE takes one approver, DUAL two different ones, WORKFLOW the named ones in their order. One refusal ends each.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from pyfixmsg_plus.basket.entities import Person
from pyfixmsg_plus.basket.four_eyes import breach

__all__ = [
    "SLA_NS",
    "Approval",
    "ApprovalStatus",
    "ApprovalType",
    "Priority",
    "SlaStatus",
    "Verdict",
    "Vote",
    "VoteRefused",
    "sla_status",
    "vote",
    "withdrawn",
]

_HOUR_NS: Final = 3_600_000_000_000


class ApprovalType(StrEnum):
    """Who must agree."""

    SINGLE = "SINGLE"
    DUAL = "DUAL"
    WORKFLOW = "WORKFLOW"


class Priority(StrEnum):
    """How soon it must be decided."""

    NORMAL = "NORMAL"
    URGENT = "URGENT"
    EXPEDITED = "EXPEDITED"


SLA_NS: Final = {Priority.NORMAL: 24 * _HOUR_NS, Priority.URGENT: 4 * _HOUR_NS, Priority.EXPEDITED: _HOUR_NS}
# Of the time allowed: whoever is to decide is warned while there is still some left.
_WARNING_PERCENT: Final = 75


class ApprovalStatus(StrEnum):
    """Where an approval stands."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class Verdict(StrEnum):
    """What an approver says."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    REQUEST_CHANGES = "REQUEST_CHANGES"


class SlaStatus(StrEnum):
    """Whether the time allowed was kept, is running out, or was not kept."""

    MET = "MET"
    WARNING = "WARNING"
    MISSED = "MISSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What one approver said.

    Attributes:
        approver: Who.
        name: As records call them.
        decision: What.
        comments: Why.
        at_ns: When.
    """

    approver: Person
    name: str
    decision: Verdict
    comments: str = ""
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One submission, and what was said of it.

    Attributes:
        id: UUIDv7 as text.
        basket_id: What is to be approved.
        basket_code: Its code.
        version: Its version.
        approval_type: Who must agree.
        priority: How soon.
        status: Where it stands.
        submitted_by: Who asks.
        submitted_by_name: As records call them.
        submitted_ns: When.
        deadline_ns: By when it must be decided.
        comments: Of who asks.
        preferred_approver: Whom they would like to decide.
        approvers: Who must agree, in order; WORKFLOW alone.
        votes: What was said, in order.
        conditions: Under which it was approved.
        effective_ns: From when on it holds; ``None``: at once.
        decided_ns: When it was closed.
    """

    id: str
    basket_id: str
    basket_code: str
    version: str
    approval_type: ApprovalType = ApprovalType.SINGLE
    priority: Priority = Priority.NORMAL
    status: ApprovalStatus = ApprovalStatus.PENDING
    submitted_by: Person
    submitted_by_name: str = ""
    submitted_ns: int
    deadline_ns: int
    comments: str | None = None
    preferred_approver: str | None = None
    approvers: tuple[Person, ...] = ()
    votes: tuple[Vote, ...] = ()
    conditions: tuple[str, ...] = ()
    effective_ns: int | None = None
    decided_ns: int | None = None

    @property
    def needed(self) -> int:
        """How many must agree."""
        return {ApprovalType.SINGLE: 1, ApprovalType.DUAL: 2, ApprovalType.WORKFLOW: len(self.approvers)}[
            self.approval_type
        ]

    @property
    def agreed(self) -> tuple[Vote, ...]:
        """Those who agreed."""
        return tuple(vote for vote in self.votes if vote.decision is Verdict.APPROVE)

    @property
    def next_approver(self) -> Person | None:
        """Whose turn it is; WORKFLOW alone."""
        return self.approvers[len(self.agreed)] if len(self.agreed) < len(self.approvers) else None


@dataclass(frozen=True, slots=True)
class VoteRefused:
    """A vote that does not count.

    Attributes:
        code: ``FOUR_EYES_VIOLATION``, ``ALREADY_DECIDED``, ``FORBIDDEN`` or ``MISSING_COMMENT``.
        message: Why.
    """

    code: str
    message: str


def vote(
    approval: Approval,
    said: Vote,
    hands: Iterable[Person],
    *,
    conditions: tuple[str, ...] = (),
    effective_ns: int | None = None,
) -> Approval | VoteRefused:
    """Return the approval with one vote more.

    Args:
        approval: As it stands.
        said: The vote.
        hands: Who made or changed what is to be approved; the submitter counts anyhow.
        conditions: Under which it is approved, besides those already made.
        effective_ns: From when on it holds; the latest one said stands.
    """
    if approval.status is not ApprovalStatus.PENDING:
        return VoteRefused("ALREADY_DECIDED", f"the approval is {approval.status} already")
    wrong = breach(said.approver, {*hands, approval.submitted_by})
    if wrong is not None:
        return VoteRefused("FOUR_EYES_VIOLATION", wrong)
    if any(said.approver == before.approver for before in approval.votes):
        return VoteRefused("ALREADY_DECIDED", f"{said.name} has decided already")
    if approval.approval_type is ApprovalType.WORKFLOW and said.approver != approval.next_approver:
        named = said.approver in approval.approvers
        return VoteRefused("FORBIDDEN", f"it is not {said.name}'s turn" if named else f"{said.name} is not named")
    if said.decision is not Verdict.APPROVE:
        if not said.comments.strip():
            return VoteRefused("MISSING_COMMENT", "who refuses says why")
        return replace(approval, votes=(*approval.votes, said), status=ApprovalStatus.REJECTED, decided_ns=said.at_ns)
    changed = replace(
        approval,
        votes=(*approval.votes, said),
        conditions=(*approval.conditions, *conditions),
        effective_ns=approval.effective_ns if effective_ns is None else effective_ns,
    )
    if len(changed.agreed) < changed.needed:
        return changed
    return replace(changed, status=ApprovalStatus.APPROVED, decided_ns=said.at_ns)


def withdrawn(approval: Approval, now_ns: int) -> Approval:
    """Return the approval closed by who asked for it."""
    return replace(approval, status=ApprovalStatus.WITHDRAWN, decided_ns=now_ns)


def sla_status(approval: Approval, now_ns: int) -> SlaStatus:
    """Return whether the time allowed was kept, or is about to run out."""
    at = now_ns if approval.decided_ns is None else approval.decided_ns
    if at > approval.deadline_ns:
        return SlaStatus.MISSED
    allowed = approval.deadline_ns - approval.submitted_ns
    if approval.decided_ns is None and (at - approval.submitted_ns) * 100 >= allowed * _WARNING_PERCENT:
        return SlaStatus.WARNING
    return SlaStatus.MET
