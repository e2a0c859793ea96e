"""The life of a basket: 25 legal pairs, who may cause them, and what must hold."""

import pytest

from pyfixmsg_plus.basket.faults import FaultCode, FieldFault
from pyfixmsg_plus.basket.lifecycle import (
    ALIASES,
    RULES,
    TERMINAL,
    Accepted,
    Context,
    Event,
    Refused,
    State,
    Who,
    allowed,
    decide,
    event_of,
)
from pyfixmsg_plus.domain import ValuationQuality

MINUTE_NS = 60_000_000_000
# Written out once more, by hand, from the service's description.
LEGAL = """
DRAFT MODIFY DRAFT | BACKTESTED MODIFY DRAFT | BACKTEST_FAILED MODIFY DRAFT | REJECTED MODIFY DRAFT
DRAFT DELETE DELETED | BACKTESTED DELETE DELETED | BACKTEST_FAILED DELETE DELETED | REJECTED DELETE DELETED
DRAFT TRIGGER_BACKTEST BACKTESTING
BACKTESTING BACKTEST_COMPLETED BACKTESTED
BACKTESTING BACKTEST_FAILED BACKTEST_FAILED
BACKTESTED SUBMIT_FOR_APPROVAL PENDING_APPROVAL
PENDING_APPROVAL APPROVE APPROVED
PENDING_APPROVAL REJECT REJECTED
PENDING_APPROVAL WITHDRAW_SUBMISSION DRAFT
APPROVED START_LISTING LISTING
LISTING LISTING_COMPLETED LISTED
LISTING LISTING_FAILED LISTING_FAILED
LISTING_FAILED RETRY_LISTING LISTING
LISTING_FAILED ADMIN_SUSPEND SUSPENDED
LISTED ACTIVATE_TRADING ACTIVE
ACTIVE ADMIN_SUSPEND SUSPENDED
ACTIVE ADMIN_DELIST DELISTED | SUSPENDED ADMIN_DELIST DELISTED
SUSPENDED ADMIN_RESUME ACTIVE
"""
TABLE = {
    (State[source], Event[event]): State[target]
    for source, event, target in (entry.split() for line in LEGAL.strip().splitlines() for entry in line.split("|"))
}


def around(
    *who: Who,
    now_ns: int = 0,
    forced: bool = False,
    reason: str = "because",
    faults: tuple[FieldFault, ...] = (),
    backtest: str = "",
    vote_refused: tuple[str, str] | None = None,
    vote_complete: bool = True,
    effective_ns: int | None = None,
    unconfirmed: tuple[str, ...] = (),
    refused_for_good: tuple[str, ...] = (),
    retries: int = 0,
    listed_ns: int | None = 1,
    quality: ValuationQuality | None = ValuationQuality.A,
) -> Context:
    return Context(
        who=frozenset(who or Who),
        now_ns=now_ns,
        forced=forced,
        reason=reason,
        faults=faults,
        backtest=backtest,
        vote_refused=vote_refused,
        vote_complete=vote_complete,
        effective_ns=effective_ns,
        unconfirmed=unconfirmed,
        refused_for_good=refused_for_good,
        retries=retries,
        listed_ns=listed_ns,
        quality=quality,
    )


def test_25_pairs_are_legal() -> None:
    assert len(TABLE) == len(RULES) == 25
    assert {pair: rule.target for pair, rule in RULES.items()} == TABLE


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_a_pair_is_legal_or_refused(state: State, event: Event) -> None:
    decision = decide(state, event, around())
    if (state, event) in TABLE:
        assert isinstance(decision, Accepted)
        assert decision.target is TABLE[state, event]
        assert decision.topics[-1] == "basket.status.changed"
    else:
        assert isinstance(decision, Refused)
        assert decision.code == "INVALID_STATE_TRANSITION"


def test_a_terminal_state_has_no_exit() -> None:
    assert not [pair for pair in RULES if pair[0] in TERMINAL]


def test_every_other_state_has_an_exit_and_can_be_reached() -> None:
    assert {state for state, _ in RULES} == set(State) - TERMINAL
    assert {rule.target for rule in RULES.values()} == set(State)


def test_a_basket_is_created_by_a_maker() -> None:
    assert decide(None, Event.CREATE, around(Who.MAKER)) == Accepted(
        Event.CREATE, State.DRAFT, ("basket.created", "basket.status.changed")
    )
    assert isinstance(decide(None, Event.CREATE, around(Who.APPROVER)), Refused)
    assert isinstance(decide(None, Event.APPROVE, around()), Refused)


@pytest.mark.parametrize(("pair", "rule"), list(RULES.items()), ids=[f"{state}-{event}" for state, event in RULES])
def test_only_who_is_named_may_cause_it(pair: tuple[State, Event], rule: object) -> None:
    for who in Who:
        decision = decide(*pair, around(who))
        assert isinstance(decision, Accepted) is (who in RULES[pair].who)
        assert isinstance(decision, Accepted) or decision.code == "FORBIDDEN"


FAULT = FieldFault(FaultCode.CONSTITUENT_COUNT, "constituents", 0, "two at least")


@pytest.mark.parametrize(
    ("state", "event", "context", "code"),
    [
        (State.DRAFT, Event.TRIGGER_BACKTEST, around(faults=(FAULT,)), "VALIDATION_ERROR"),
        (State.BACKTESTED, Event.SUBMIT_FOR_APPROVAL, around(backtest="score 0.94"), "BUSINESS_RULE_VIOLATION"),
        (State.PENDING_APPROVAL, Event.APPROVE, around(vote_refused=("ALREADY_DECIDED", "")), "ALREADY_DECIDED"),
        (State.PENDING_APPROVAL, Event.APPROVE, around(vote_refused=("FORBIDDEN", "")), "FORBIDDEN"),
        (State.PENDING_APPROVAL, Event.REJECT, around(vote_refused=("MISSING_COMMENT", "")), "VALIDATION_ERROR"),
        (State.APPROVED, Event.START_LISTING, around(effective_ns=1), "BUSINESS_RULE_VIOLATION"),
        (State.LISTING, Event.LISTING_COMPLETED, around(unconfirmed=("A",)), "BUSINESS_RULE_VIOLATION"),
        (State.LISTING_FAILED, Event.RETRY_LISTING, around(retries=3), "BUSINESS_RULE_VIOLATION"),
        (State.LISTING_FAILED, Event.RETRY_LISTING, around(refused_for_good=("A",)), "BUSINESS_RULE_VIOLATION"),
        (State.LISTED, Event.ACTIVATE_TRADING, around(quality=ValuationQuality.C), "BUSINESS_RULE_VIOLATION"),
        (State.LISTED, Event.ACTIVATE_TRADING, around(quality=None), "BUSINESS_RULE_VIOLATION"),
        (State.ACTIVE, Event.ADMIN_SUSPEND, around(reason=" "), "VALIDATION_ERROR"),
        (State.ACTIVE, Event.ADMIN_DELIST, around(reason=""), "VALIDATION_ERROR"),
        (State.SUSPENDED, Event.ADMIN_DELIST, around(reason=""), "VALIDATION_ERROR"),
        (State.SUSPENDED, Event.ADMIN_RESUME, around(listed_ns=None), "BUSINESS_RULE_VIOLATION"),
    ],
)
def test_what_a_guard_does_not_let_through_is_refused(state: State, event: Event, context: Context, code: str) -> None:
    decision = decide(state, event, context)
    assert isinstance(decision, Refused)
    assert decision.code == code


@pytest.mark.parametrize(
    ("state", "event", "context"),
    [
        (State.APPROVED, Event.START_LISTING, around(effective_ns=1, now_ns=1)),
        (State.LISTING_FAILED, Event.RETRY_LISTING, around(retries=2)),
        (State.LISTED, Event.ACTIVATE_TRADING, around(quality=ValuationQuality.B)),
        (State.LISTING_FAILED, Event.ADMIN_SUSPEND, around(reason="")),
    ],
)
def test_what_a_guard_lets_through_just_so_is_accepted(state: State, event: Event, context: Context) -> None:
    assert isinstance(decide(state, event, context), Accepted)


def test_the_first_of_two_approvers_changes_no_state_and_tells_nobody() -> None:
    assert decide(State.PENDING_APPROVAL, Event.APPROVE, around(vote_complete=False)) == Accepted(
        Event.APPROVE, State.PENDING_APPROVAL, (), stays=True
    )


@pytest.mark.parametrize(
    ("state", "event", "minutes"),
    [(State.BACKTESTING, Event.BACKTEST_FAILED, 30), (State.LISTING, Event.LISTING_FAILED, 10)],
)
def test_an_admin_may_declare_a_result_lost_once_it_is_overdue(state: State, event: Event, minutes: int) -> None:
    early = decide(state, event, around(Who.ADMIN, forced=True, now_ns=minutes * MINUTE_NS))
    assert isinstance(early, Refused)
    assert early.code == "BUSINESS_RULE_VIOLATION"
    late = decide(state, event, around(Who.ADMIN, forced=True, now_ns=minutes * MINUTE_NS + 1))
    assert isinstance(late, Accepted)
    maker = decide(state, event, around(Who.MAKER, Who.OWNER, forced=True, now_ns=minutes * MINUTE_NS + 1))
    assert isinstance(maker, Refused)
    assert maker.code == "FORBIDDEN"


@pytest.mark.parametrize(
    ("state", "event"), [pair for pair in RULES if pair[1] not in ("BACKTEST_FAILED", "LISTING_FAILED")]
)
def test_nothing_else_can_be_forced(state: State, event: Event) -> None:
    decision = decide(state, event, around(Who.ADMIN, forced=True, now_ns=10**18))
    assert isinstance(decision, Refused)


@pytest.mark.parametrize(
    ("state", "who", "events"),
    [
        (State.DRAFT, Who.OWNER, ("MODIFY", "DELETE", "TRIGGER_BACKTEST")),
        (State.PENDING_APPROVAL, Who.APPROVER, ("APPROVE", "REJECT")),
        (State.ACTIVE, Who.ADMIN, ("ADMIN_SUSPEND", "ADMIN_DELIST")),
        (State.ACTIVE, Who.OWNER, ()),
        (State.DELISTED, Who.ADMIN, ()),
    ],
)
def test_what_somebody_may_cause_is_told(state: State, who: Who, events: tuple[str, ...]) -> None:
    assert allowed(state, frozenset({who})) == events


def test_an_event_has_its_name_and_its_aliases() -> None:
    assert len(ALIASES) == 18
    assert event_of("APPROVE") is event_of("APPROVE_BASKET") is Event.APPROVE
    assert event_of("SUBMIT_FOR_BACKTEST") is Event.TRIGGER_BACKTEST
    assert event_of("approve") is None
