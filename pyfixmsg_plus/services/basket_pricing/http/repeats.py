"""Answer a request that is sent again as it was answered first, by its Idempotency-Key.

The first answer is kept for a day per caller, method, path and key. What is still running, or comes with another body,
is refused. Answers that say "later" are not kept: to send again is then what the caller should do.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.services.basket_pricing.faults import Fault

__all__ = ["KEPT_HEADERS", "Answer", "MemoryRepeats", "RepeatKey", "Repeats", "body_hash", "is_kept", "read_key"]

DAY_NS = 86_400 * 1_000_000_000
KEPT_HEADERS = frozenset({"content-type", "location", "etag", "x-ignored-fields", "www-authenticate"})
_KEY = re.compile(r"[ -~]{1,128}")


@dataclass(frozen=True, slots=True)
class RepeatKey:
    """What makes two requests the same.

    Attributes:
        principal: Who asks.
        method: Of HTTP.
        path: With its query.
        key: The caller's word.
    """

    principal: str
    method: str
    path: str
    key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent.

    Attributes:
        status: Of HTTP.
        headers: Those of ``KEPT_HEADERS``, their names in small letters.
        body: Its bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Repeats(Protocol):
    """Keeps first answers."""

    async def begin(self, key: RepeatKey, body: str, now: Now) -> Answer | None:
        """Return the first answer to this request, or ``None`` where it is the first.

        Args:
            key: What makes it the same.
            body: Its ``body_hash``.
            now: When it came.

        Raises:
            Fault: The first is still running, or had another body.
        """
        ...

    async def finish(self, key: RepeatKey, answer: Answer, now: Now) -> None:
        """Keep the answer for a day."""
        ...

    async def abandon(self, key: RepeatKey) -> None:
        """Forget that it was begun."""
        ...


def read_key(given: str | None) -> str | None:
    """Return the key of a request, or ``None`` where there is none.

    Raises:
        Fault: It is no key.
    """
    if given is None:
        return None
    if _KEY.fullmatch(given) is None:
        raise Fault("BAD_REQUEST", "Idempotency-Key has 1 to 128 printable characters")
    return given


def body_hash(body: bytes) -> str:
    """Return by what two bodies are the same."""
    return hashlib.sha256(body).hexdigest()


def is_kept(status: int) -> bool:
    """Whether an answer of this status is given again."""
    return status < 500 and status not in (401, 408, 425, 429)


def reused() -> Fault:
    """Return the fault of a key that comes with another body."""
    return Fault("IDEMPOTENCY_KEY_REUSED", "this Idempotency-Key was used for a request with another body")


def running() -> Fault:
    """Return the fault of a request whose first sending is still running."""
    return Fault("IDEMPOTENCY_IN_PROGRESS", "the first request of this Idempotency-Key is running", retry_after_s=1)


@dataclass(slots=True)
class _Kept:
    body: str
    expires_ns: int
    answer: Answer | None = None


class MemoryRepeats:
    """First answers in the memory of this process, for roles without a database.

    Args:
        limit: How many; of more, the oldest goes.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._kept: OrderedDict[RepeatKey, _Kept] = OrderedDict()

    async def begin(self, key: RepeatKey, body: str, now: Now) -> Answer | None:
        """Return the first answer, or ``None`` where this is the first request."""
        known = self._kept.get(key)
        if known is not None and known.expires_ns > now.mono_ns:
            if known.body != body:
                raise reused()
            if known.answer is None:
                raise running()
            return known.answer
        self._kept[key] = _Kept(body, now.mono_ns + DAY_NS)
        self._kept.move_to_end(key)
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        return None

    async def finish(self, key: RepeatKey, answer: Answer, now: Now) -> None:
        """Keep the answer."""
        known = self._kept.get(key)
        if known is not None:
            known.answer, known.expires_ns = answer, now.mono_ns + DAY_NS

    async def abandon(self, key: RepeatKey) -> None:
        """Forget that it was begun."""
        self._kept.pop(key, None)
