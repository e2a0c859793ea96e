"""One request as the service knows it: who asks, under which names it is found in logs, traces and the audit trail."""

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from random import Random

from starlette.requests import HTTPConnection

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.security import Actor

__all__ = ["ANONYMOUS", "ASKED", "Asked", "Trace", "asked_of", "read_request_id", "read_trace"]

_REQUEST_ID = re.compile(r"[!-~]{1,128}")
# W3C Trace Context, section 3.2: version, trace, parent, flags; zeros are no identifiers, version ff is none.
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")

ANONYMOUS = Actor(issuer="", sub="anonymous")


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a request stands in a trace.

    Attributes:
        trace_id: Of the whole trace, 32 hexadecimal digits.
        span_id: Of this request, 16 hexadecimal digits.
        parent_id: Of the caller's span, or nothing.
        flags: As they came; ``01`` is sampled.
    """

    trace_id: str
    span_id: str
    parent_id: str = ""
    flags: str = "01"

    @property
    def traceparent(self) -> str:
        """What to send to whoever is called on."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


@dataclass(slots=True)
class Asked:
    """One request.

    Attributes:
        actor: Who asks.
        now: When it came.
        request_id: The caller's, or ours.
        trace: Where it stands in a trace.
        method: Of HTTP.
        path: As it came, without the query.
        problem: Errors are wanted in the form of RFC 9457.
        ignored: Fields and headers that nobody reads.
        route: The pattern that the path fits, for figures; nothing while none is known.
    """

    actor: Actor
    now: Now
    request_id: str
    trace: Trace
    method: str
    path: str
    problem: bool = False
    ignored: list[str] = field(default_factory=list)
    route: str = ""


# For what is far from the request, such as a line of a log.
ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


def asked_of(connection: HTTPConnection) -> Asked:
    """Return what is known of the request that a handler is given."""
    asked: Asked = connection.scope["asked"]
    return asked


def read_request_id(given: str | None, random: Random) -> str:
    """Return the caller's name for a request where it can be one, else one of our own."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return f"{random.getrandbits(128):032x}"


def read_trace(traceparent: str | None, random: Random) -> Trace:
    """Return where a request stands: below the caller's span, or at the root of a trace of its own."""
    span = f"{random.getrandbits(64) | 1:016x}"
    found = _TRACEPARENT.fullmatch(traceparent or "")
    if found is None:
        return Trace(f"{random.getrandbits(128) | 1:032x}", span)
    return Trace(found[1], span, found[2], found[3])
