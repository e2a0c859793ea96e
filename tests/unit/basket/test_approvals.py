"""Approvals: how many, who, in which order, by when; and adjustments, which need the same four eyes."""

from dataclasses import replace

import pytest

from pyfixmsg_plus.basket import adjustments
from pyfixmsg_plus.basket.adjustments import Adjustment, AdjustmentRefusal, AdjustmentStatus
from pyfixmsg_plus.basket.approvals import (
    SLA_NS,
    Approval,
    ApprovalStatus,
    ApprovalType,
    Priority,
    SlaStatus,
    Verdict,
    Vote,
    VoteRefused,
    sla_status,
    vote,
    withdrawn,
)
from pyfixmsg_plus.basket.entities import Person

MAKER, ANN, BEN, CAT = (Person("https://issuer", name) for name in ("maker", "ann", "ben", "cat"))
HOUR_NS = 3_600_000_000_000


def approval(kind: ApprovalType = ApprovalType.SINGLE, *approvers: Person) -> Approval:
    return Approval(
        id="1",
        basket_id="2",
        basket_code="TECH",
        version="v1.0",
        approval_type=kind,
        submitted_by=MAKER,
        submitted_ns=0,
        deadline_ns=SLA_NS[Priority.NORMAL],
        approvers=approvers,
    )


def said(who: Person, decision: Verdict = Verdict.APPROVE, comments: str = "") -> Vote:
    return Vote(approver=who, name=who.sub, decision=decision, comments=comments, at_ns=5)


def after(start: Approval, *votes: Vote) -> Approval:
    for one in votes:
        changed = vote(start, one, ())
        assert isinstance(changed, Approval)
        start = changed
    return start


def refused(start: Approval, one: Vote, *hands: Person) -> str:
    changed = vote(start, one, hands)
    assert isinstance(changed, VoteRefused)
    return changed.code


def test_one_other_person_is_enough_for_single() -> None:
    done = after(approval(), said(ANN))
    assert (done.status, done.decided_ns) == (ApprovalStatus.APPROVED, 5)


def test_dual_takes_two() -> None:
    first = after(approval(ApprovalType.DUAL), said(ANN))
    assert first.status is ApprovalStatus.PENDING
    assert after(first, said(BEN)).status is ApprovalStatus.APPROVED


def test_the_same_person_twice_does_not_make_two() -> None:
    assert refused(after(approval(ApprovalType.DUAL), said(ANN)), said(ANN)) == "ALREADY_DECIDED"


def test_a_workflow_goes_in_its_order() -> None:
    start = approval(ApprovalType.WORKFLOW, ANN, BEN)
    assert refused(start, said(BEN)) == "FORBIDDEN"
    assert refused(start, said(CAT)) == "FORBIDDEN"
    assert after(start, said(ANN)).next_approver == BEN
    done = after(start, said(ANN), said(BEN))
    assert (done.status, done.next_approver) == (ApprovalStatus.APPROVED, None)


@pytest.mark.parametrize("hands", [(MAKER,), (MAKER, ANN)])
def test_whose_hand_is_in_it_does_not_approve_it(hands: tuple[Person, ...]) -> None:
    for hand in hands:
        assert refused(approval(), said(hand), *hands) == "FOUR_EYES_VIOLATION"


def test_who_submitted_does_not_reject_it_either() -> None:
    assert refused(approval(), said(MAKER, Verdict.REJECT, "no")) == "FOUR_EYES_VIOLATION"


def test_a_namesake_at_another_issuer_is_another_person() -> None:
    assert after(approval(), said(Person("https://other", "maker"))).status is ApprovalStatus.APPROVED


@pytest.mark.parametrize("decision", [Verdict.REJECT, Verdict.REQUEST_CHANGES])
def test_one_refusal_ends_it_and_says_why(decision: Verdict) -> None:
    start = after(approval(ApprovalType.DUAL), said(ANN))
    assert refused(start, said(BEN, decision, " ")) == "MISSING_COMMENT"
    assert after(start, said(BEN, decision, "too heavy")).status is ApprovalStatus.REJECTED


def test_a_closed_approval_takes_no_vote() -> None:
    assert refused(after(approval(), said(ANN)), said(BEN)) == "ALREADY_DECIDED"
    assert refused(withdrawn(approval(), 9), said(BEN)) == "ALREADY_DECIDED"


def test_conditions_gather_and_the_latest_date_stands() -> None:
    first = vote(approval(ApprovalType.DUAL), said(ANN), (), conditions=("a",), effective_ns=7)
    assert isinstance(first, Approval)
    second = vote(first, said(BEN), (), conditions=("b",))
    assert isinstance(second, Approval)
    assert (second.conditions, second.effective_ns) == (("a", "b"), 7)


@pytest.mark.parametrize(
    ("at_h", "status"),
    [
        (0, SlaStatus.MET),
        (17.9, SlaStatus.MET),
        (18, SlaStatus.WARNING),
        (24, SlaStatus.WARNING),
        (25, SlaStatus.MISSED),
    ],
)
def test_the_time_allowed_runs_out(at_h: float, status: SlaStatus) -> None:
    assert sla_status(approval(), int(at_h * HOUR_NS)) is status


def test_the_time_of_a_closed_approval_stands_still() -> None:
    decided = replace(approval(), decided_ns=20 * HOUR_NS)
    assert sla_status(decided, 99 * HOUR_NS) is SlaStatus.MET
    assert sla_status(replace(decided, decided_ns=25 * HOUR_NS), 99 * HOUR_NS) is SlaStatus.MISSED


@pytest.mark.parametrize(("priority", "hours"), [(Priority.NORMAL, 24), (Priority.URGENT, 4), (Priority.EXPEDITED, 1)])
def test_the_time_allowed_goes_by_priority(priority: Priority, hours: int) -> None:
    assert SLA_NS[priority] == hours * HOUR_NS


PROPOSED = Adjustment(
    id="1",
    basket_id="2",
    adjustment_type="SPLIT",
    symbol="AAPL",
    effective_ns=10,
    terms={},
    proposed_by=MAKER,
    proposed_ns=0,
)


def step(changed: Adjustment | AdjustmentRefusal) -> Adjustment:
    assert isinstance(changed, Adjustment)
    return changed


def test_an_adjustment_goes_from_proposed_to_applied() -> None:
    approved = step(adjustments.approved(PROPOSED, ANN, "Ann", 5))
    assert (approved.status, approved.decided_by, approved.decided_by_name) == (AdjustmentStatus.APPROVED, ANN, "Ann")
    done = step(adjustments.applied(approved, 10, "v1.1"))
    assert (done.status, done.applied_ns, done.composition_version) == (AdjustmentStatus.APPLIED, 10, "v1.1")


def test_who_proposed_an_adjustment_does_not_decide_it() -> None:
    for changed in (adjustments.approved(PROPOSED, MAKER, "m", 5), adjustments.rejected(PROPOSED, MAKER, "m", 5, "no")):
        assert isinstance(changed, AdjustmentRefusal)
        assert changed.code == "FOUR_EYES_VIOLATION"


def test_an_adjustment_is_decided_once() -> None:
    rejected = step(adjustments.rejected(PROPOSED, ANN, "Ann", 5, "no"))
    again = adjustments.approved(rejected, BEN, "Ben", 6)
    assert isinstance(again, AdjustmentRefusal)
    assert again.code == "ALREADY_DECIDED"


def test_an_adjustment_is_not_applied_before_its_time_or_without_approval() -> None:
    approved = step(adjustments.approved(PROPOSED, ANN, "Ann", 5))
    for changed in (
        adjustments.applied(approved, 9, "v1.1"),
        adjustments.applied(PROPOSED, 10, "v1.1"),
        adjustments.failed(PROPOSED, 10, "jump"),
        adjustments.failed(approved, 9, "jump"),
    ):
        assert isinstance(changed, AdjustmentRefusal)
        assert changed.code == "BUSINESS_RULE_VIOLATION"


def test_an_adjustment_that_fails_says_why() -> None:
    approved = step(adjustments.approved(PROPOSED, ANN, "Ann", 5))
    assert step(adjustments.failed(approved, 10, "jump")).reason == "jump"


def test_an_adjustment_is_given_up_until_it_is_applied() -> None:
    assert step(adjustments.cancelled(PROPOSED, 5, None)).status is AdjustmentStatus.CANCELLED
    approved = step(adjustments.approved(PROPOSED, ANN, "Ann", 5))
    assert step(adjustments.cancelled(approved, 6, "late")).reason == "late"
    applied = step(adjustments.applied(approved, 10, "v1.1"))
    assert isinstance(adjustments.cancelled(applied, 11, None), AdjustmentRefusal)
