"""The signing keys of an issuer: where they are found, how long they serve, when they are asked for again.

Source: OpenID Connect Discovery 1.0, sections 3 and 4; RFC 7517 (JWK sets); RFC 9111, ``max-age``. ``KeyRing`` decides;
``IssuerKeys`` asks the issuer, once for all that wait.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from pyfixmsg_plus.clock import Clock, Now
from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["Fetched", "IssuerKeys", "KeyRing", "KeysUnavailable", "UnknownKey", "freshness_s", "read_keys"]

_S = 1_000_000_000
_DEFAULT_S, _LEAST_S, _MOST_S = 600, 60, 86_400
# An unknown key may be one that was made a moment ago, or one that a stranger made up to have us ask all day.
_UNKNOWN_EVERY_S = 30
# With no key at all nobody can be let in, so the issuer is asked more often.
_EMPTY_EVERY_S = 1
_MOST_KEYS = 100
_LEAST_RSA_BITS = 2048
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NEVER_KEPT = re.compile(r"(?:^|[\s,])no-(?:store|cache)\b", re.IGNORECASE)


class KeysUnavailable(PyFixMsgError):  # noqa: N818 - the state: nobody can be told from anybody
    """The issuer gave no keys, and none of an earlier answer may still be used."""


class UnknownKey(PyFixMsgError):  # noqa: N818 - what the token names
    """The issuer has no key of this name."""


class Fetched(NamedTuple):
    """An answer of the issuer.

    Attributes:
        status: Of HTTP.
        cache_control: The header of that name, or nothing.
        body: As it came, of bounded length.
    """

    status: int
    cache_control: str
    body: bytes


Fetch = Callable[[str], Awaitable[Fetched]]


def freshness_s(cache_control: str) -> int:
    """Return for how many seconds keys stay fresh: what the issuer says, from a minute to a day, else ten minutes."""
    if _NEVER_KEPT.search(cache_control):
        return _LEAST_S
    said = _MAX_AGE.search(cache_control)
    return min(max(int(said[1]), _LEAST_S), _MOST_S) if said else _DEFAULT_S


def _usable(entry: Any) -> tuple[str, Key] | None:
    if not isinstance(entry, Mapping) or entry.get("use", "sig") != "sig":
        return None
    operations, kid, modulus = entry.get("key_ops", ["verify"]), entry.get("kid", ""), entry.get("n", "")
    if not isinstance(operations, list) or "verify" not in operations or not isinstance(kid, str):
        return None
    kind = entry.get("kty")
    if kind not in ("RSA", "EC", "OKP") or not isinstance(modulus, str):
        return None
    if kind == "RSA" and len(modulus.rstrip("=")) * 6 < _LEAST_RSA_BITS:
        return None
    try:
        return kid, import_key(dict(entry))
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def read_keys(body: bytes) -> dict[str, Key]:
    """Return the keys of a JWK set by their names; those that verify no signature, or are too short, are left out.

    Raises:
        KeysUnavailable: The bytes are no JWK set, or no key of it can be used.
    """
    try:
        entries = json.loads(body)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeysUnavailable("the issuer's keys are no JWK set") from error
    if not isinstance(entries, list) or len(entries) > _MOST_KEYS:
        raise KeysUnavailable("the issuer's keys are no JWK set of a reasonable size")
    found = dict(one for one in map(_usable, entries) if one is not None)
    if not found:
        raise KeysUnavailable("none of the issuer's keys can be used")
    return found


@dataclass(slots=True)
class KeyRing:
    """The keys in hand, and whether the issuer is to be asked before one is looked up.

    Times are monotonic nanoseconds.
    """

    keys: dict[str, Key] = field(default_factory=dict)
    fetched_ns: int | None = None
    fresh_until_ns: int = 0
    tried_ns: int | None = None

    def is_due(self, kid: str | None, now_ns: int) -> bool:
        """Whether to ask the issuer now: there are no keys, they are no longer fresh, or one is unknown."""
        if self.tried_ns is None:
            return True
        if not self._usable(now_ns):
            return now_ns - self.tried_ns >= _EMPTY_EVERY_S * _S
        if now_ns < self.fresh_until_ns and (kid is None or kid in self.keys):
            return False
        return now_ns - self.tried_ns >= _UNKNOWN_EVERY_S * _S

    def take(self, keys: Mapping[str, Key], fresh_s: int, now_ns: int) -> None:
        """Keep what the issuer answered."""
        self.keys = dict(keys)
        self.fetched_ns = now_ns
        self.fresh_until_ns = now_ns + fresh_s * _S

    def find(self, kid: str | None, now_ns: int) -> Key:
        """Return a key by its name; without a name, the only one there is.

        Raises:
            KeysUnavailable: There are none that may be used: never any, or none for a day.
            UnknownKey: There is none of that name, or more than one and no name.
        """
        if not self._usable(now_ns):
            raise KeysUnavailable("the issuer's keys are not to be had")
        if kid is None and len(self.keys) == 1:
            return next(iter(self.keys.values()))
        if kid is None or kid not in self.keys:
            raise UnknownKey("the issuer has no such key")
        return self.keys[kid]

    def _usable(self, now_ns: int) -> bool:
        return self.fetched_ns is not None and now_ns - self.fetched_ns <= _MOST_S * _S


class IssuerKeys:
    """Ask an issuer for its keys when they are wanted, and once for all that wait.

    Args:
        issuer: As tokens name it; its metadata lie below it.
        fetch: Gets what lies at an address; may raise ``OSError`` or ``TimeoutError``.
        clock: Says when an answer came.
    """

    def __init__(self, issuer: str, fetch: Fetch, clock: Clock) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._clock = clock
        self._ring = KeyRing()
        self._refreshing: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, now: Now) -> Key:
        """Return the key of that name.

        Raises:
            KeysUnavailable: There are none that may be used.
            UnknownKey: There is none of that name.
        """
        if self._ring.is_due(kid, now.mono_ns):
            if self._refreshing is None:
                self._ring.tried_ns = now.mono_ns
                self._refreshing = asyncio.ensure_future(self._refresh())
            # Who gives up waiting does not stop it for the others.
            await asyncio.shield(self._refreshing)
        elif self._refreshing is not None and kid not in self._ring.keys:
            await asyncio.shield(self._refreshing)
        return self._ring.find(kid, self._clock.now().mono_ns)

    async def close(self) -> None:
        """Stop asking."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    async def _refresh(self) -> None:
        try:
            answer = await self._get(await self._jwks_uri())
            self._ring.take(read_keys(answer.body), freshness_s(answer.cache_control), self._clock.now().mono_ns)
        except (KeysUnavailable, OSError, TimeoutError):
            # The last good keys go on serving; the ring says when there are none.
            pass
        finally:
            self._refreshing = None

    async def _jwks_uri(self) -> str:
        answer = await self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            said = json.loads(answer.body)
            issuer, uri = said["issuer"], said["jwks_uri"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise KeysUnavailable("the issuer's metadata cannot be read") from error
        if issuer != self._issuer:
            raise KeysUnavailable("the metadata are of another issuer")
        if not isinstance(uri, str) or not _is_as_safe(self._issuer, uri):
            raise KeysUnavailable("the issuer's keys lie at no safe address")
        return uri

    async def _get(self, url: str) -> Fetched:
        answer = await self._fetch(url)
        if answer.status != 200:
            raise KeysUnavailable(f"the issuer answers with {answer.status}")
        return answer


def _is_as_safe(issuer: str, uri: str) -> bool:
    scheme = urlsplit(uri).scheme
    return scheme == "https" or (scheme == "http" and urlsplit(issuer).scheme == "http")
