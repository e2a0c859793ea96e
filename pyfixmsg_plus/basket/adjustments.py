"""Adjustments of baskets that are live: a rebalance or a corporate action, proposed by one and approved by another.

PROPOSED, then APPROVED, then APPLIED; or REJECTED, CANCELLED, FAILED. A failed one has changed nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from pyfixmsg_plus.basket.entities import Person
from pyfixmsg_plus.basket.four_eyes import breach

__all__ = [
    "ADJUSTABLE",
    "Adjustment",
    "AdjustmentRefusal",
    "AdjustmentStatus",
    "applied",
    "approved",
    "cancelled",
    "failed",
    "rejected",
]


class AdjustmentStatus(StrEnum):
    """Where an adjustment stands."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    APPLIED = "APPLIED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A change of what a live basket consists of.

    Attributes:
        id: UUIDv7 as text.
        basket_id: Of the basket.
        adjustment_type: ``REBALANCE``, or a type of corporate action.
        symbol: The name that acts; ``None`` for a rebalance.
        ex_date: Day before whose open it takes effect; ``None`` for a rebalance.
        effective_ns: When it takes effect.
        terms: As they were proposed: the action's terms, or the new ``constituents``.
        status: Where it stands.
        proposed_by: Who asks.
        proposed_by_name: As records call them.
        proposed_ns: When.
        decided_by: Who approved or rejected.
        decided_by_name: As records call them.
        decided_ns: When.
        reason: Why it was rejected, cancelled or failed.
        applied_ns: When it was applied.
        composition_version: Of the composition that it made.
    """

    id: str
    basket_id: str
    adjustment_type: str
    symbol: str | None = None
    ex_date: date | None = None
    effective_ns: int
    terms: Mapping[str, Any]
    status: AdjustmentStatus = AdjustmentStatus.PROPOSED
    proposed_by: Person
    proposed_by_name: str = ""
    proposed_ns: int
    decided_by: Person | None = None
    decided_by_name: str | None = None
    decided_ns: int | None = None
    reason: str | None = None
    applied_ns: int | None = None
    composition_version: str | None = None


@dataclass(frozen=True, slots=True)
class AdjustmentRefusal:
    """A step that an adjustment does not take: a code in the words of the interface, and why."""

    code: str
    message: str


Stepped = Adjustment | AdjustmentRefusal
# Whose composition people use: before these states the definition itself is changed.
ADJUSTABLE = frozenset({"LISTED", "ACTIVE", "SUSPENDED"})


def approved(adjustment: Adjustment, approver: Person, name: str, now_ns: int) -> Stepped:
    """Return the adjustment approved by somebody else than who proposed it."""
    return _decided(adjustment, AdjustmentStatus.APPROVED, approver, name, now_ns, None)


def rejected(adjustment: Adjustment, approver: Person, name: str, now_ns: int, reason: str) -> Stepped:
    """Return the adjustment rejected by somebody else than who proposed it."""
    return _decided(adjustment, AdjustmentStatus.REJECTED, approver, name, now_ns, reason)


def cancelled(adjustment: Adjustment, now_ns: int, reason: str | None) -> Stepped:
    """Return the adjustment given up; one that is approved can still be."""
    if adjustment.status not in (AdjustmentStatus.PROPOSED, AdjustmentStatus.APPROVED):
        return _over(adjustment)
    return replace(adjustment, status=AdjustmentStatus.CANCELLED, decided_ns=now_ns, reason=reason)


def applied(adjustment: Adjustment, now_ns: int, composition_version: str) -> Stepped:
    """Return the adjustment carried out."""
    if (refused := _not_due(adjustment, now_ns)) is not None:
        return refused
    return replace(
        adjustment, status=AdjustmentStatus.APPLIED, applied_ns=now_ns, composition_version=composition_version
    )


def failed(adjustment: Adjustment, now_ns: int, reason: str) -> Stepped:
    """Return the adjustment that could not be carried out; the old composition stays."""
    if (refused := _not_due(adjustment, now_ns)) is not None:
        return refused
    return replace(adjustment, status=AdjustmentStatus.FAILED, reason=reason)


def _decided(
    adjustment: Adjustment, status: AdjustmentStatus, approver: Person, name: str, now_ns: int, reason: str | None
) -> Stepped:
    if adjustment.status is not AdjustmentStatus.PROPOSED:
        return AdjustmentRefusal("ALREADY_DECIDED", f"the adjustment is {adjustment.status} already")
    if (wrong := breach(approver, {adjustment.proposed_by})) is not None:
        return AdjustmentRefusal("FOUR_EYES_VIOLATION", wrong)
    return replace(
        adjustment, status=status, decided_by=approver, decided_by_name=name, decided_ns=now_ns, reason=reason
    )


def _not_due(adjustment: Adjustment, now_ns: int) -> AdjustmentRefusal | None:
    if adjustment.status is not AdjustmentStatus.APPROVED:
        return _over(adjustment)
    if now_ns < adjustment.effective_ns:
        return AdjustmentRefusal("BUSINESS_RULE_VIOLATION", "the adjustment is not effective yet")
    return None


def _over(adjustment: Adjustment) -> AdjustmentRefusal:
    return AdjustmentRefusal("BUSINESS_RULE_VIOLATION", f"the adjustment is {adjustment.status}")
