"""When a token is asked for, renewed, used again, or not asked for any more. It decides and sends nothing.

Of a v1 account the token is renewed while connected, at 90 % of its life. Of a v2 account it is taken anew for the
first reconnection, and used again by later attempts until its end is near.
"""

from dataclasses import dataclass
from random import Random

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.feeds.refinitiv.grants import MachineAccount, ServiceAccount
from pyfixmsg_plus.feeds.refinitiv.http import (
    Backoff,
    HttpAnswer,
    HttpRequest,
    Meaning,
    meaning,
    object_of,
    redirected,
    said_error,
)

__all__ = ["Ask", "Have", "Stopped", "TokenAgent", "Wait", "Want"]

SECOND_NS = 1_000_000_000
# What the vendor's refresh tokens live, where the answer does not say.
_REFRESH_LIFE_S = 900
_LIFE_MOST_S = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Have:
    """Use this token."""

    token: Secret


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for it by this request, and tell ``answered`` or ``failed``."""

    request: HttpRequest


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask again at this time, monotonic nanoseconds."""

    until_ns: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """There is no token, and asking again could lock the account."""

    text: str


Want = Have | Ask | Wait | Stopped


class TokenAgent:
    """The token of one account.

    Args:
        account: Whose.
        random: For delays.
    """

    def __init__(self, account: MachineAccount | ServiceAccount, random: Random) -> None:
        self._account = account
        self._backoff = Backoff(random)
        self._token: Secret | None = None
        self._got_ns = 0
        self._life_ns = 0
        self._first_life_ns = 0
        self._refresh_token: Secret | None = None
        self._refresh_until_ns = 0
        self._used = False
        self._renewing = False
        self._again: HttpRequest | None = None
        self._asked: HttpRequest | None = None
        self._by_refresh = False
        self._password_once = False
        self._stopped = ""

    def want(self, now: Now, *, fresh: bool = False) -> Want:
        """Return how to come by a token.

        Args:
            now: The time.
            fresh: The one there is was refused.
        """
        if self._stopped:
            return Stopped(self._stopped)
        if self._asked is not None:
            return Wait(now.mono_ns)
        if fresh:
            self.forget()
        if self._again is None and self._token is not None and not self._spent(now):
            return Have(self._token)
        if now.mono_ns < self._backoff.until_ns:
            return Wait(self._backoff.until_ns)
        request, self._again = self._again or self._grant(now), None
        self._asked = request
        return Ask(request)

    def renew(self) -> None:
        """Let the next token be wanted although the one before still holds."""
        self._renewing = True

    def forget(self) -> None:
        """The token was refused: it is used no more."""
        self._token = None

    def login_accepted(self) -> None:
        """The token has logged in: of a v2 account the next connection takes another."""
        self._used = True

    def renewal_due_ns(self, now: Now, reissue_by_s: int | None) -> int | None:
        """Return when a new token is needed while connected, monotonic nanoseconds; of a v2 account never.

        Args:
            now: The time.
            reissue_by_s: The latest that the server names, in seconds since 1970.
        """
        if isinstance(self._account, ServiceAccount) or self._token is None:
            return None
        due_ns = self._got_ns + self._life_ns * 9 // 10
        if reissue_by_s is not None:
            left_ns = reissue_by_s * SECOND_NS - now.utc_ns
            due_ns = min(due_ns, now.mono_ns + max(left_ns, 0) * 9 // 10)
        return max(due_ns, self._backoff.until_ns)

    def age_ns(self, now: Now) -> int | None:
        """Return how old the token is, in nanoseconds."""
        return None if self._token is None else now.mono_ns - self._got_ns

    def answered(self, answer: HttpAnswer, now: Now) -> None:
        """Take what the token service answered."""
        asked, self._asked = self._asked, None
        if asked is None:
            return
        match meaning(answer.status):
            case Meaning.GOOD:
                self._granted(answer, now)
            case Meaning.ELSEWHERE:
                self._again = redirected(asked, answer.location)
                if self._again is None:
                    self._stopped = f"the token service sends on to where it may not be followed: HTTP {answer.status}"
            case Meaning.DENIED if self._by_refresh and not self._password_once:
                # The refresh token is spent or was taken over: the password may speak once.
                self._refresh_token = None
                self._password_once = True
            case Meaning.DENIED | Meaning.STOP:
                self._stopped = f"the token service refuses: {said_error(answer)}"
            case Meaning.LATER:
                self._backoff.failed(now)

    def failed(self, now: Now) -> None:
        """The token service could not be reached."""
        self._asked = None
        self._backoff.failed(now)

    def _grant(self, now: Now) -> HttpRequest:
        self._by_refresh = False
        if isinstance(self._account, ServiceAccount):
            return self._account.request(now)
        refresh = self._refresh_token
        if refresh is not None and now.mono_ns < self._refresh_until_ns:
            self._by_refresh = True
            return self._account.by_refresh_token(refresh)
        return self._account.by_password()

    def _granted(self, answer: HttpAnswer, now: Now) -> None:
        said = object_of(answer.body)
        token, life_s = said.get("access_token"), _seconds(said.get("expires_in"))
        if not isinstance(token, str) or not token or life_s is None:
            self._backoff.failed(now)
            return
        life_ns = life_s * SECOND_NS
        shrunk = self._by_refresh and life_ns != self._first_life_ns and not self._password_once
        if shrunk:
            # The session nears its end: only the password begins a new one.
            self._refresh_token = None
            self._password_once = True
        if not self._by_refresh:
            self._first_life_ns = life_ns
        refresh = said.get("refresh_token")
        if isinstance(refresh, str) and refresh and not shrunk:
            self._refresh_token = Secret(refresh)
            self._refresh_until_ns = now.mono_ns + _REFRESH_LIFE_S * SECOND_NS
        self._backoff.succeeded()
        self._token, self._got_ns, self._life_ns = Secret(token), now.mono_ns, life_ns
        self._used, self._renewing = False, shrunk
        if not shrunk:
            self._password_once = False

    def _spent(self, now: Now) -> bool:
        """Whether the token is not to be used for the next thing."""
        left_ns = self._got_ns + self._life_ns - now.mono_ns
        if isinstance(self._account, ServiceAccount):
            long = self._life_ns >= 600 * SECOND_NS
            margin_ns = 300 * SECOND_NS if long else self._life_ns // 20
            return self._used or left_ns <= margin_ns
        return self._renewing or left_ns <= self._life_ns // 10


def _seconds(value: object) -> int | None:
    """A life in seconds, which services write as a number or as text."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return min(value, _LIFE_MOST_S)
    return None
