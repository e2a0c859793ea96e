"""The life of a basket, as a pure function of its state, an event and what is known around it.

Of the pairs of a state and an event 25 are legal; every other one is refused and changes nothing. A legal one is still
refused to who may not cause it, and where its guard does not hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pyfixmsg_plus.basket.faults import FaultCode, FieldFault
from pyfixmsg_plus.domain import ValuationQuality

__all__ = [
    "ALIASES",
    "EDITABLE",
    "LIVE",
    "MAX_RETRIES",
    "PUBLISHED",
    "RULES",
    "TERMINAL",
    "Accepted",
    "Context",
    "Decision",
    "Event",
    "PricingState",
    "Refused",
    "Rule",
    "State",
    "Who",
    "allowed",
    "decide",
    "event_of",
]


class State(StrEnum):
    """Where a basket stands in its life."""

    DRAFT = "DRAFT"
    BACKTESTING = "BACKTESTING"
    BACKTESTED = "BACKTESTED"
    BACKTEST_FAILED = "BACKTEST_FAILED"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    LISTING = "LISTING"
    LISTED = "LISTED"
    LISTING_FAILED = "LISTING_FAILED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    DELISTED = "DELISTED"
    DELETED = "DELETED"


EDITABLE: Final = frozenset({State.DRAFT, State.BACKTESTED, State.BACKTEST_FAILED, State.REJECTED})
# An admin may still change the description and the names at vendors.
RETOUCHABLE: Final = frozenset({State.LISTING_FAILED, State.SUSPENDED})
PUBLISHED: Final = frozenset({State.LISTED, State.ACTIVE, State.SUSPENDED})
LIVE: Final = frozenset({State.ACTIVE})
TERMINAL: Final = frozenset({State.DELISTED, State.DELETED})


class PricingState(StrEnum):
    """Whether a basket that is ACTIVE is priced; it heals by itself."""

    STOPPED = "STOPPED"
    RUNNING = "RUNNING"
    WITHHELD = "WITHHELD"
    CLOSED = "CLOSED"


class Event(StrEnum):
    """What can happen to a basket."""

    CREATE = "CREATE"
    MODIFY = "MODIFY"
    DELETE = "DELETE"
    TRIGGER_BACKTEST = "TRIGGER_BACKTEST"
    BACKTEST_COMPLETED = "BACKTEST_COMPLETED"
    BACKTEST_FAILED = "BACKTEST_FAILED"
    SUBMIT_FOR_APPROVAL = "SUBMIT_FOR_APPROVAL"
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    WITHDRAW_SUBMISSION = "WITHDRAW_SUBMISSION"
    START_LISTING = "START_LISTING"
    LISTING_COMPLETED = "LISTING_COMPLETED"
    LISTING_FAILED = "LISTING_FAILED"
    RETRY_LISTING = "RETRY_LISTING"
    ACTIVATE_TRADING = "ACTIVATE_TRADING"
    ADMIN_SUSPEND = "ADMIN_SUSPEND"
    ADMIN_RESUME = "ADMIN_RESUME"
    ADMIN_DELIST = "ADMIN_DELIST"


ALIASES: Final[Mapping[str, Event]] = MappingProxyType(
    {
        "CREATE_BASKET": Event.CREATE,
        "MODIFY_BASKET": Event.MODIFY,
        "DELETE_BASKET": Event.DELETE,
        "START_BACKTEST": Event.TRIGGER_BACKTEST,
        "SUBMIT_FOR_BACKTEST": Event.TRIGGER_BACKTEST,
        "SUBMIT": Event.SUBMIT_FOR_APPROVAL,
        "APPROVE_BASKET": Event.APPROVE,
        "REJECT_BASKET": Event.REJECT,
        "WITHDRAW": Event.WITHDRAW_SUBMISSION,
        "LIST": Event.START_LISTING,
        "RETRY": Event.RETRY_LISTING,
        "ACTIVATE": Event.ACTIVATE_TRADING,
        "SUSPEND": Event.ADMIN_SUSPEND,
        "SUSPEND_TRADING": Event.ADMIN_SUSPEND,
        "RESUME": Event.ADMIN_RESUME,
        "RESUME_TRADING": Event.ADMIN_RESUME,
        "DELIST": Event.ADMIN_DELIST,
        "DELIST_BASKET": Event.ADMIN_DELIST,
    }
)


class Who(StrEnum):
    """Who may cause an event."""

    MAKER = "maker"
    OWNER = "owner"
    ADMIN = "admin"
    APPROVER = "approver"
    SYSTEM = "system"


# A result that does not come may be declared lost by an admin, after so long.
STUCK_NS: Final = MappingProxyType(
    {Event.BACKTEST_FAILED: 30 * 60_000_000_000, Event.LISTING_FAILED: 10 * 60_000_000_000}
)
MAX_RETRIES: Final = 3
LEAST_SCORE_PERCENT: Final = 95


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known around a basket when something happens to it.

    Attributes:
        who: All that the actor is for this basket.
        now_ns: When it happens, nanoseconds since 1970-01-01 00:00:00 UTC.
        entered_ns: When the basket came into its state.
        forced: The actor asks to stand in for a lost result.
        reason: That the actor gave.
        faults: Of the definition, with which it cannot go on.
        backtest: Why the back-test does not carry an approval; nothing where it does.
        vote_refused: Code and text, where the approver's vote does not count.
        vote_complete: No further approver is needed.
        effective_ns: From when on the approval holds.
        unconfirmed: Required vendors that have not confirmed.
        refused_for_good: Vendors that refused, and will again.
        retries: Of the listing, so far.
        listed_ns: When the basket was listed.
        quality: Of the latest valuation.
    """

    who: frozenset[Who]
    now_ns: int
    entered_ns: int = 0
    forced: bool = False
    reason: str = ""
    faults: tuple[FieldFault, ...] = ()
    backtest: str = ""
    vote_refused: tuple[str, str] | None = None
    vote_complete: bool = True
    effective_ns: int | None = None
    unconfirmed: tuple[str, ...] = ()
    refused_for_good: tuple[str, ...] = ()
    retries: int = 0
    listed_ns: int | None = None
    quality: ValuationQuality | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """It happens.

    Attributes:
        event: What.
        target: The state after it.
        topics: Events that tell of it, in order.
        stays: Only the decision is recorded, and more approvers are needed.
    """

    event: Event
    target: State
    topics: tuple[str, ...]
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It does not happen.

    Attributes:
        code: In the words of the interface, such as ``INVALID_STATE_TRANSITION``.
        message: Why.
        details: Fields at fault.
    """

    code: str
    message: str
    details: tuple[FieldFault, ...] = ()


Decision = Accepted | Refused
Guard = Callable[[Context], Refused | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One legal pair of a state and an event.

    Attributes:
        target: The state after it.
        who: Who may cause it.
        topics: Events that tell of it, besides ``basket.status.changed``.
        guard: What must hold.
        guard_name: Its name in the interface's words; empty where nothing must.
    """

    target: State
    who: frozenset[Who]
    topics: tuple[str, ...] = ()
    guard: Guard | None = None
    guard_name: str = ""


CHANGED: Final = "basket.status.changed"


def _basket_valid(context: Context) -> Refused | None:
    if context.faults:
        return Refused("VALIDATION_ERROR", "the definition cannot be tested", context.faults)
    return None


def _backtest_valid(context: Context) -> Refused | None:
    return Refused("BUSINESS_RULE_VIOLATION", context.backtest) if context.backtest else None


def _vote_counts(context: Context) -> Refused | None:
    if context.vote_refused is None:
        return None
    code, text = context.vote_refused
    if code == "MISSING_COMMENT":
        fault = FieldFault(FaultCode.MISSING_REQUIRED_FIELD, "comments", None, text)
        return Refused("VALIDATION_ERROR", text, (fault,))
    return Refused(code, text)


def _effective(context: Context) -> Refused | None:
    if context.effective_ns is not None and context.now_ns < context.effective_ns:
        return Refused("BUSINESS_RULE_VIOLATION", "the approval is not effective yet")
    return None


def _all_confirmed(context: Context) -> Refused | None:
    if context.unconfirmed:
        return Refused("BUSINESS_RULE_VIOLATION", f"not confirmed by {', '.join(context.unconfirmed)}")
    return None


def _may_retry(context: Context) -> Refused | None:
    if context.retries >= MAX_RETRIES:
        return Refused("BUSINESS_RULE_VIOLATION", f"a listing is tried again {MAX_RETRIES} times, and no more")
    if context.refused_for_good:
        text = f"{', '.join(context.refused_for_good)} will refuse it again: change what was refused first"
        return Refused("BUSINESS_RULE_VIOLATION", text)
    return None


def _priced(context: Context) -> Refused | None:
    if context.quality not in (ValuationQuality.A, ValuationQuality.B):
        return Refused("BUSINESS_RULE_VIOLATION", "there is no valuation of quality A or B")
    return None


def _reasoned(context: Context) -> Refused | None:
    if not context.reason.strip():
        fault = FieldFault(FaultCode.MISSING_REQUIRED_FIELD, "reason", None, "it is missing")
        return Refused("VALIDATION_ERROR", "a reason must be given", (fault,))
    return None


def _was_listed(context: Context) -> Refused | None:
    return Refused("BUSINESS_RULE_VIOLATION", "it was never listed") if context.listed_ns is None else None


_OWNERS = frozenset({Who.OWNER, Who.ADMIN})
_SYSTEM = frozenset({Who.SYSTEM})
_MODIFY = Rule(State.DRAFT, _OWNERS, ("basket.updated",))
_DELETE = Rule(State.DELETED, _OWNERS)
_APPROVERS = frozenset({Who.APPROVER})
_ADMIN = frozenset({Who.ADMIN})
_DELIST = Rule(State.DELISTED, _ADMIN, ("basket.deactivated",), _reasoned, "reason")

CREATE: Final = Rule(State.DRAFT, frozenset({Who.MAKER}), ("basket.created",))
RULES: Final[Mapping[tuple[State, Event], Rule]] = MappingProxyType(
    {
        **{(state, Event.MODIFY): _MODIFY for state in State if state in EDITABLE},
        **{(state, Event.DELETE): _DELETE for state in State if state in EDITABLE},
        (State.DRAFT, Event.TRIGGER_BACKTEST): Rule(
            State.BACKTESTING, _OWNERS, ("backtest.requested",), _basket_valid, "basketValidGuard"
        ),
        (State.BACKTESTING, Event.BACKTEST_COMPLETED): Rule(State.BACKTESTED, _SYSTEM, ("backtest.completed",)),
        (State.BACKTESTING, Event.BACKTEST_FAILED): Rule(State.BACKTEST_FAILED, _SYSTEM, ("backtest.failed",)),
        (State.BACKTESTED, Event.SUBMIT_FOR_APPROVAL): Rule(
            State.PENDING_APPROVAL,
            frozenset({Who.OWNER}),
            ("approval.requested",),
            _backtest_valid,
            "backtestValidGuard",
        ),
        (State.PENDING_APPROVAL, Event.APPROVE): Rule(
            State.APPROVED, _APPROVERS, ("approval.completed", "basket.approved"), _vote_counts, "approverAuthGuard"
        ),
        (State.PENDING_APPROVAL, Event.REJECT): Rule(
            State.REJECTED, _APPROVERS, ("approval.completed", "basket.rejected"), _vote_counts, "approverAuthGuard"
        ),
        (State.PENDING_APPROVAL, Event.WITHDRAW_SUBMISSION): Rule(State.DRAFT, _OWNERS, ("basket.updated",)),
        (State.APPROVED, Event.START_LISTING): Rule(
            State.LISTING, _SYSTEM, ("basket.listing.started",), _effective, "effective date reached"
        ),
        (State.LISTING, Event.LISTING_COMPLETED): Rule(
            State.LISTED, _SYSTEM, ("basket.listing.completed",), _all_confirmed, "every required vendor confirmed"
        ),
        (State.LISTING, Event.LISTING_FAILED): Rule(State.LISTING_FAILED, _SYSTEM, ("basket.listing.failed",)),
        (State.LISTING_FAILED, Event.RETRY_LISTING): Rule(
            State.LISTING, _OWNERS, ("basket.listing.started",), _may_retry, "retryLimitGuard"
        ),
        (State.LISTING_FAILED, Event.ADMIN_SUSPEND): Rule(State.SUSPENDED, _ADMIN, ("basket.deactivated",)),
        (State.LISTED, Event.ACTIVATE_TRADING): Rule(
            State.ACTIVE, _SYSTEM, ("basket.activated",), _priced, "valuation of quality A or B"
        ),
        (State.ACTIVE, Event.ADMIN_SUSPEND): Rule(
            State.SUSPENDED, _ADMIN, ("basket.deactivated",), _reasoned, "reason"
        ),
        (State.ACTIVE, Event.ADMIN_DELIST): _DELIST,
        (State.SUSPENDED, Event.ADMIN_DELIST): _DELIST,
        (State.SUSPENDED, Event.ADMIN_RESUME): Rule(
            State.ACTIVE, _ADMIN, ("basket.activated",), _was_listed, "listed before"
        ),
    }
)


def event_of(name: str) -> Event | None:
    """Return the event of a name or of one of its aliases; ``None`` where it is neither."""
    return Event[name] if name in Event.__members__ else ALIASES.get(name)


def decide(state: State | None, event: Event, context: Context) -> Decision:
    """Return what an event does to a basket.

    Args:
        state: Where the basket stands; ``None`` before it is made.
        event: What happens.
        context: What is known around it.
    """
    rule = CREATE if state is None and event is Event.CREATE else RULES.get((state, event)) if state else None
    if rule is None:
        text = f"{event} is not possible in {state}" if state else f"{event} needs a basket"
        return Refused("INVALID_STATE_TRANSITION", text)
    if context.forced and (refused := _may_force(event, context)) is not None:
        return refused
    if not context.forced and not rule.who & context.who:
        return Refused("FORBIDDEN", f"{event} is for: {', '.join(sorted(rule.who))}")
    if rule.guard is not None and (refused := rule.guard(context)) is not None:
        return refused
    if event is Event.APPROVE and not context.vote_complete:
        return Accepted(event, State.PENDING_APPROVAL, (), stays=True)
    return Accepted(event, rule.target, (*rule.topics, CHANGED))


def allowed(state: State, who: frozenset[Who]) -> tuple[Event, ...]:
    """Return the events that somebody may cause in a state, whatever the guards will say."""
    return tuple(event for event in Event if (rule := RULES.get((state, event))) is not None and rule.who & who)


def _may_force(event: Event, context: Context) -> Refused | None:
    if Who.ADMIN not in context.who:
        return Refused("FORBIDDEN", "forceTransition is for admins")
    if event not in STUCK_NS:
        return Refused("BUSINESS_RULE_VIOLATION", f"{event} cannot be forced: only {', '.join(STUCK_NS)} can")
    waited, needed = context.now_ns - context.entered_ns, STUCK_NS[event]
    if waited <= needed:
        text = f"{event} can be forced {needed // 60_000_000_000} min after its beginning"
        return Refused("BUSINESS_RULE_VIOLATION", text)
    return None
