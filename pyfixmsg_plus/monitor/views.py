"""What the page is told: the parts of its state, and the form of what stands in each.

``show`` puts a view where it belongs; whoever knows a thing (a basket, a session) makes its view anew on each change.
A field that is not known is ``None``: the page then shows a dash, never a zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal, TypeAlias

from pyfixmsg_plus.monitor.hub import Hub, Path
from pyfixmsg_plus.monitor.plain import plain

__all__ = [
    "PARTS",
    "ApprovalView",
    "BasketView",
    "ConstituentView",
    "DecisionView",
    "FixEventView",
    "LatencyPoint",
    "LatencyView",
    "MessageView",
    "ServiceView",
    "SessionView",
    "SourceView",
    "VendorStatusView",
    "VendorView",
    "View",
    "hide",
    "page_hub",
    "show",
]

# Each part of the state, and the scope that opens it.
PARTS: Mapping[str, str] = {
    "service": "integration:read",
    "baskets": "baskets:read",
    "constituents": "market-data:read",
    "approvals": "baskets:read",
    "vendors": "publishing:read",
    "sources": "market-data:read",
    "sessions": "fix:read",
    "messages": "fix:read",
    "latency": "integration:read",
    "fix_events": "fix:read",
}

Breaker: TypeAlias = Literal["CLOSED", "OPEN", "HALF_OPEN"]
Direction: TypeAlias = Literal["in", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """The program itself.

    Attributes:
        name: Shown as the title.
        version: Of the package.
        profile: ``demo``, ``production`` and so on.
        mode: ``embedded``, ``core`` or ``full``.
        roles: Which this process plays.
        started_ns: When.
        simulated: Prices or vendors are simulated: the page says so at its top.
        note: What a reader should know of the data, such as where recorded figures come from.
        users: Between which the page may switch; none outside the demo.
        interval_ms: Between two publications of a basket.
        published: Publications sent since the start.
        skipped: Deadlines that were skipped, not queued.
        fresh_seconds: Below this age a price is fresh.
        max_age_seconds: Beyond this age it is not used.
    """

    part: ClassVar[str] = "service"
    name: str
    version: str
    profile: str
    mode: str
    roles: tuple[str, ...] = ()
    started_ns: int
    simulated: bool = False
    note: str | None = None
    users: tuple[str, ...] = ()
    interval_ms: int = 5000
    published: int = 0
    skipped: int = 0
    fresh_seconds: int = 15
    max_age_seconds: int = 300

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part,)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorStatusView:
    """How one basket stands at one vendor.

    Attributes:
        vendor: Its name.
        required: The listing fails without it.
        listing: Status of the listing: PENDING, IN_PROGRESS, CONFIRMED, REJECTED and so on.
        price: Status of the last price: SENT, CONFIRMED, REJECTED, SUPERSEDED and so on.
        reason: Of the last refusal.
        sent_ns: When the last price was sent.
        msg_seq_num: MsgSeqNum(34) of the message that carried it.
    """

    vendor: str
    required: bool = True
    listing: str | None = None
    price: str | None = None
    reason: str | None = None
    sent_ns: int | None = None
    msg_seq_num: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketView:
    """One basket, with its last level.

    Attributes:
        basket_code: Its key.
        status: State of its life, ``ACTIVE`` and so on.
        pricing_state: ``RUNNING``, ``WITHHELD``, ``CLOSED`` or ``STOPPED``.
        entity_version: Rises with every change: the page then asks anew what may be done.
        level: Rounded as published.
        change: Against the first level of the day.
        change_percentage: The same in percent.
        quality: ``A``, ``B`` or ``C``.
        stale_data_count: Names priced by aged data.
        withheld: Why there is no level, in words.
        valued_ns: When the level was computed.
        published_ns: When it was last sent.
        spark: The last levels, oldest first, at most 120.
        vendors: How it stands at each vendor.
        simulated: Simulated or replayed prices are in it.
    """

    part: ClassVar[str] = "baskets"
    basket_code: str
    basket_id: str
    basket_name: str
    basket_type: str
    base_currency: str
    status: str
    pricing_state: str
    version: str
    entity_version: int
    description: str | None = None
    created_by: str | None = None
    updated_by: str | None = None
    constituent_count: int = 0
    method: str | None = None
    level: Decimal | None = None
    change: Decimal | None = None
    change_percentage: Decimal | None = None
    quality: str | None = None
    stale_data_count: int = 0
    withheld: str | None = None
    valued_ns: int | None = None
    published_ns: int | None = None
    spark: tuple[Decimal, ...] = ()
    vendors: tuple[VendorStatusView, ...] = ()
    simulated: bool = False

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, self.basket_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstituentView:
    """One name of a basket, as it was priced last.

    Attributes:
        basket_code: The basket.
        symbol: The name.
        weight: Percent, as declared.
        current_weight: Percent, by present prices.
        units: Held per unit of the basket.
        price: As used, in ``currency``.
        value: In the basket's currency.
        contribution: To the level.
        source: Who gave the price.
        source_ns: When the source says that it happened: the age counts from here.
        freshness: ``FRESH``, ``AGED`` or ``EXPIRED``, as the service judged it.
        quality: ``HIGH``, ``MEDIUM`` or ``LOW``.
        policy: What stood in for a price that was missing.
        issues: Rules of quality that it breaks.
    """

    part: ClassVar[str] = "constituents"
    basket_code: str
    symbol: str
    symbol_name: str | None = None
    weight: Decimal | None = None
    current_weight: Decimal | None = None
    units: Decimal | None = None
    price: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    currency: str | None = None
    change_percentage: Decimal | None = None
    value: Decimal | None = None
    contribution: Decimal | None = None
    source: str | None = None
    source_ns: int | None = None
    freshness: Literal["FRESH", "AGED", "EXPIRED"] | None = None
    quality: str | None = None
    policy: str | None = None
    issues: tuple[str, ...] = ()
    halted: bool = False
    fallback: bool = False
    simulated: bool = False

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, self.basket_code, self.symbol)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """What one approver said."""

    approver: str
    decision: str
    comments: str | None = None
    decided_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """A basket before its approvers; decided ones stay for a while."""

    part: ClassVar[str] = "approvals"
    approval_id: str
    basket_code: str
    approval_type: str
    priority: str
    status: str
    submitted_by: str
    submitted_ns: int
    comments: str | None = None
    decisions: tuple[DecisionView, ...] = ()
    sla_deadline_ns: int | None = None
    sla_status: str | None = None

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, self.approval_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorView:
    """One vendor: its health, its breaker and what was sent to it.

    Attributes:
        status: ``HEALTHY``, ``DEGRADED`` or ``UNHEALTHY``.
        error_rate: 0 to 1.
        sent: Prices stored and written.
        confirmed: Of them, those known to be accepted.
        waiting: Slots with a value that waits for the throttle.
        rate: Messages a second that the throttle lets pass now.
    """

    part: ClassVar[str] = "vendors"
    vendor: str
    kind: str
    status: str
    breaker: Breaker
    heartbeat_ns: int | None = None
    response_time_ms: float | None = None
    error_rate: float | None = None
    consecutive_failures: int = 0
    sent: int = 0
    confirmed: int = 0
    rejected: int = 0
    failed: int = 0
    superseded: int = 0
    waiting: int | None = None
    rate: float | None = None
    session_id: str | None = None
    detail: str | None = None
    simulated: bool = False

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, self.vendor)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source of prices; ``status`` is ``UP``, ``DEGRADED`` or ``DOWN``."""

    part: ClassVar[str] = "sources"
    name: str
    priority: int
    status: str
    breaker: Breaker
    connected: bool
    heard_ns: int | None = None
    response_time_ms: float | None = None
    succeeded: int = 0
    failed: int = 0
    subscriptions: int | None = None
    ticks: int | None = None
    budget_remaining: int | None = None
    detail: str | None = None
    simulated: bool = False

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """One FIX session.

    Attributes:
        session_id: Such as ``FIX.4.4:US->PEER``.
        state: As the engine names it: ``closed``, ``logged_on``, ``recovering`` and so on.
        next_in: MsgSeqNum(34) expected of the peer.
        next_out: MsgSeqNum(34) of our next message.
        gap_from: First number known to be missing.
        gap_to: Last one.
        rejects: Messages that one side refused.
        resends: ResendRequest(35=2) sent and received so far.
        vendor: Whose it is.
        logout_text: What the peer said at the end.
    """

    part: ClassVar[str] = "sessions"
    session_id: str
    begin_string: str
    sender_comp_id: str
    target_comp_id: str
    role: Literal["initiator", "acceptor"]
    state: str
    connected: bool
    logged_on: bool
    next_in: int
    next_out: int
    gap_from: int | None = None
    gap_to: int | None = None
    sent: int = 0
    received: int = 0
    rejects: int = 0
    resends: int = 0
    errors: int = 0
    heart_bt_int: int | None = None
    peer: str | None = None
    vendor: str | None = None
    connected_ns: int | None = None
    disconnected_ns: int | None = None
    sent_ns: int | None = None
    received_ns: int | None = None
    logout_text: str | None = None
    simulated: bool = False

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, self.session_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message that passed, as a line; its fields are asked for when a person opens it.

    Attributes:
        id: Rises with every message, over all sessions.
        seq: MsgSeqNum(34).
        name: Of the message, ``MarketDataIncrementalRefresh``.
        text: As on the wire, with ``|`` for SOH and without secrets, at most 2000 characters.
        admin: It belongs to the session, not to the application.
    """

    part: ClassVar[str] = "messages"
    id: int
    session_id: str
    direction: Direction
    seq: int | None
    msg_type: str
    name: str | None
    passed_ns: int
    text: str
    admin: bool = False
    poss_dup: bool = False

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, f"m{self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyPoint:
    """Percentiles of one stretch of time, in milliseconds."""

    ended_ns: int
    p50: float
    p95: float
    p99: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyView:
    """One thing that is timed, since the start and over the last stretches.

    Attributes:
        name: Its key: ``fix_message``, ``sma_api``, ``calculation`` and so on.
        title: As people call it.
        goal_ms: What the 95th percentile must stay under.
        points: Oldest first, at most 60.
    """

    part: ClassVar[str] = "latency"
    name: str
    title: str
    goal_ms: float | None = None
    count: int = 0
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    highest: float | None = None
    points: tuple[LatencyPoint, ...] = ()

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixEventView:
    """Something that happened on a session: ``logged_on``, ``gap``, ``disconnected`` and so on."""

    part: ClassVar[str] = "fix_events"
    id: int
    session_id: str
    name: str
    text: str
    happened_ns: int
    severity: Literal["info", "warning", "error"] = "info"
    attributes: Mapping[str, str | int | bool | None] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where it stands."""
        return (self.part, f"e{self.id}")


View: TypeAlias = (
    ServiceView
    | BasketView
    | ConstituentView
    | ApprovalView
    | VendorView
    | SourceView
    | SessionView
    | MessageView
    | LatencyView
    | FixEventView
)


def page_hub(epoch: str) -> Hub:
    """Return a hub with the parts of the page, empty.

    Args:
        epoch: Names this life of the service, such as a UUID made at its start.
    """
    return Hub(epoch, PARTS)


def show(hub: Hub, view: View) -> bool:
    """Put a view where it belongs, and say whether that changed anything."""
    return hub.put(view.path, plain(view))


def hide(hub: Hub, view: View) -> bool:
    """Take a view away."""
    return hub.remove(view.path)
