"""What a scenario is made of: its head, and the steps that are played one after another.

These are values. The language is read in `language` and `definitions`, the steps are played in `player`.
"""

from dataclasses import dataclass, field
from enum import Enum

__all__ = [
    "Close",
    "Compare",
    "Condition",
    "Connect",
    "Course",
    "Dialect",
    "Either",
    "Expect",
    "ExpectClose",
    "Leave",
    "Logon",
    "Logout",
    "Ping",
    "Raw",
    "Role",
    "Rule",
    "Scenario",
    "Send",
    "Set",
    "Shift",
    "Silence",
    "Span",
    "Step",
    "Wait",
    "When",
]


class Role(Enum):
    """What the engine under test is: the side that logs on, or the side that is logged on to."""

    ACCEPTOR = "acceptor"
    INITIATOR = "initiator"


class Dialect(Enum):
    """By which rules messages are completed and compared."""

    OURS = "ours"
    QUICKFIX = "quickfix"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: seconds, and multiples of HeartBtInt(108)."""

    seconds: float = 0.0
    heartbeats: float = 0.0

    def at(self, heart_bt_int: float) -> float:
        """Return the seconds that it lasts where a heartbeat interval has so many."""
        return self.seconds + self.heartbeats * heart_bt_int

    def __str__(self) -> str:
        return f"{self.heartbeats:g}H" if self.heartbeats else f"{self.seconds:g}s"


class Compare(Enum):
    """How the value of one field is compared."""

    EQUAL = "equal"
    ANY = "any"
    ABSENT = "absent"
    ONE_OF = "one of"
    PATTERN = "pattern"
    IF_PRESENT = "if present"
    NAME = "name"
    NAME_IF_PRESENT = "name if present"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an expectation says of one field.

    Attributes:
        tag: The field.
        compare: How its value is compared.
        text: The value, the pattern, the values with a bar between them, or the name that the value is kept under.
    """

    tag: int
    compare: Compare
    text: str = ""

    def __str__(self) -> str:
        match self.compare:
            case Compare.EQUAL:
                return f"{self.tag}={self.text}"
            case Compare.ANY:
                return f"{self.tag}=*"
            case Compare.ABSENT:
                return f"{self.tag}=!"
            case Compare.ONE_OF:
                return f"{self.tag}={{{self.text}}}"
            case Compare.PATTERN:
                return f"{self.tag}=~{self.text}"
            case Compare.IF_PRESENT:
                return f"{self.tag}=?{self.text}"
            case Compare.NAME:
                return f"{self.tag}=@{self.text}"
            case Compare.NAME_IF_PRESENT:
                return f"{self.tag}=?@{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, on one of the scenario's connections."""

    line: int
    connection: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect(Step):
    """Open a connection, or take one that the initiator under test opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Step):
    """Close a connection; at once and with a reset, as a link that is lost, if ``is_lost``."""

    is_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Step):
    """Send a message, completed by the rules of the dialect."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw(Step):
    """Send bytes, with nothing added but what their placeholders stand for."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect(Step):
    """The next message must be this one.

    Attributes:
        text: As it is written, for reports; the whole expectation in the dialect of QuickFIX.
        rules: What must hold for its fields.
        only: No fields but these and those of every header and trailer.
        ordered: The fields in this order.
        after: Not sooner than this, counted from the end of the step before.
        before: Not later than this.
    """

    text: str
    rules: tuple[Rule, ...] = ()
    only: bool = False
    ordered: bool = False
    after: Span | None = None
    before: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectClose(Step):
    """The peer must close the connection, and send nothing before."""

    after: Span | None = None
    before: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence(Step):
    """Nothing may come, and the connection must stay open, for so long."""

    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    """Let time pass; what comes meanwhile is left for the next expectation."""

    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Logon(Step):
    """Log on from the first byte to both Logons; no verdict if that does not come about.

    Attributes:
        text: Fields of our Logon that are added or that take the place of the usual ones.
    """

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout(Step):
    """Log out, await the answer and the end of the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Step):
    """Answer the peer's Logout, if he still listens; the connection must end without another message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Step):
    """Send a TestRequest(35=1); its Heartbeat(35=0) must be the very next message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Step):
    """Give a name a value; ``out`` is our next number, ``in`` the one that we expect next."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Step):
    """Let our clock, and with it SendingTime(52), be wrong by so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One of several lawful courses, and whose it is."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Either(Step):
    """One of several courses, chosen by what comes next; a course without steps is taken if no other fits."""

    branches: tuple[Course, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A role, a version, or an option with its value."""

    name: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.value else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class When(Step):
    """Steps that are played only for some roles, versions or options: if one of the conditions holds."""

    conditions: tuple[Condition, ...]
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One conversation, and what it proves.

    Attributes:
        name: Its id, the same from version to version.
        cases: The session test cases that it judges.
        rule: The section or case of the standard behind the verdict.
        versions: Where it applies; all if empty.
        needs: Options that the peer, or the counterparty, must have been given.
        is_mandatory: Whether the standard demands it.
        unseen: What the case asks for and nobody can see from outside, such as a warning.
        not_applicable: Why it cannot be played at all, if so.
        judges_heartbeats: Heartbeats that nobody asked for count as messages; else they are passed over.
        heart_bt_int: HeartBtInt(108) in seconds that it asks for, where time is what it is about.
    """

    name: str
    title: str
    file: str
    steps: tuple[Step, ...]
    cases: tuple[str, ...] = ()
    rule: str = ""
    roles: frozenset[Role] = field(default_factory=lambda: frozenset(Role))
    versions: frozenset[str] = frozenset()
    needs: tuple[Condition, ...] = ()
    is_mandatory: bool = True
    unseen: str = ""
    not_applicable: str = ""
    judges_heartbeats: bool = False
    heart_bt_int: int | None = None
    dialect: Dialect = Dialect.OURS
