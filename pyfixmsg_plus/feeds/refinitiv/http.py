"""What is asked of the platform's HTTP services and what an answer means: values only, nothing is sent here.

Source: the vendor's rules for its token and discovery services. Looping on 400 and 401 locks accounts, so whatever is
not known to pass by itself stops.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from random import Random
from urllib.parse import urljoin, urlsplit

import msgspec

from pyfixmsg_plus.clock import Now

__all__ = ["Backoff", "HttpAnswer", "HttpRequest", "Meaning", "meaning", "object_of", "redirected", "said_error"]

SECOND_NS = 1_000_000_000
HOPS_MAX = 3
_REDIRECTS = frozenset({301, 302, 307, 308})
_STOP = frozenset({403, 404, 410, 451})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ERROR_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is to be asked. Headers and form hold secrets and are never shown.

    Attributes:
        method: ``GET`` or ``POST``.
        url: Where.
        headers: Of the request.
        form: Of a POST.
        auth: User and password of HTTP Basic.
        hops: Redirects that led here.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)
    hops: int = 0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What was answered. The body of a token service is a secret and is never shown."""

    status: int
    body: bytes = field(default=b"", repr=False)
    location: str = field(default="", repr=False)


class Meaning(Enum):
    """What follows from a status."""

    GOOD = auto()
    ELSEWHERE = auto()
    DENIED = auto()
    STOP = auto()
    LATER = auto()


def meaning(status: int) -> Meaning:
    """Return what follows from a status."""
    if status == 200:
        return Meaning.GOOD
    if status in _REDIRECTS:
        return Meaning.ELSEWHERE
    if status in (400, 401):
        return Meaning.DENIED
    return Meaning.STOP if status in _STOP else Meaning.LATER


def redirected(request: HttpRequest, location: str) -> HttpRequest | None:
    """Return the same request at another place; ``None`` where that may not be followed.

    Secrets travel over https alone; a server on loopback may send on to another one there.
    """
    try:
        url = urljoin(request.url, location)
        to, here = urlsplit(url), urlsplit(request.url)
        safe = to.scheme == "https" or (to.hostname in _LOOPBACK and here.hostname in _LOOPBACK)
    except ValueError:
        return None
    if not location or not safe or to.hostname is None or request.hops >= HOPS_MAX:
        return None
    return HttpRequest(request.method, url, request.headers, request.form, request.auth, request.hops + 1)


def object_of(body: bytes) -> dict[str, object]:
    """Return the JSON object of a body; an empty one where it is none."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def said_error(answer: HttpAnswer) -> str:
    """Return status and error code of an answer, and never its text: that may quote what we sent."""
    code = object_of(answer.body).get("error")
    known = code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else ""
    return f"HTTP {answer.status} {known}".rstrip()


class Backoff:
    """Delays after failures: five seconds or more, doubled, with chance in them.

    Args:
        random: For delays.
        first_s: The shortest delay.
        most_s: The longest delay.
    """

    def __init__(self, random: Random, first_s: float = 5.0, most_s: float = 60.0) -> None:
        self._random = random
        self._first_s = first_s
        self._most_s = most_s
        self._failures = 0
        self.until_ns = 0

    def failed(self, now: Now) -> None:
        """Something failed: nothing is tried before ``until_ns``, monotonic."""
        longest_s = min(self._most_s, self._first_s * 2 ** min(self._failures, 16))
        self._failures += 1
        delay_s = self._first_s + self._random.random() * (longest_s - self._first_s)
        self.until_ns = now.mono_ns + int(delay_s * SECOND_NS)

    def succeeded(self) -> None:
        """Something worked: delays begin anew."""
        self._failures = 0
        self.until_ns = 0
