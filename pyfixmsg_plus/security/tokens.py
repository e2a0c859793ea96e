"""Tell from a bearer token who asks.

Source: RFC 7519 (JWT), RFC 8725 (best practices), RFC 9068 (access tokens), RFC 6750, section 3.1 for what is said of a
token that is refused. Signatures and claims are checked by joserfc; which are good enough stands here.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.security.keys import IssuerKeys, UnknownKey
from pyfixmsg_plus.security.scopes import SCOPES, Role, roles_of

__all__ = ["ALGORITHMS", "Algorithms", "Identity", "TokenPolicy", "TokenRefused", "Verifier"]

_S = 1_000_000_000
# No key that both sides share, and never none at all.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_MOST_TOKEN = 16_384
_MOST_SUB = 255
_REMEMBERED_S = 60
_MOST_REMEMBERED = 10_000


class Algorithms(JWSRegistry):
    """The algorithms of joserfc that are allowed here, and no others.

    RFC 9864 has another name for ``EdDSA``, for which joserfc warns of this one; issuers go on using it.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        # Unknown header parameters are ignored, as RFC 7515, section 4 demands; critical ones are not.
        super().__init__(algorithms=list(allowed), strict_check_header=False)

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an algorithm by its name."""
        if name not in (self.allowed or ()) or name not in self.algorithms:
            raise UnsupportedAlgorithmError(f"Algorithm of '{name}' is not allowed")
        return self.algorithms[name]


class TokenRefused(PyFixMsgError):  # noqa: N818 - the outcome
    """A token that does not let anybody in; the text says why and holds nothing of the token."""


@dataclass(frozen=True, slots=True)
class TokenPolicy:
    """Which tokens are good enough.

    Attributes:
        issuer: ``iss``, to the letter.
        audience: One of ``aud``.
        algorithms: ``alg``, some of ``ALGORITHMS``.
        types: ``typ``, in small letters.
        leeway_s: By how much clocks may differ.
    """

    issuer: str
    audience: str
    algorithms: tuple[str, ...] = ALGORITHMS
    types: frozenset[str] = frozenset({"jwt", "at+jwt", "application/at+jwt"})
    leeway_s: int = 60

    def __post_init__(self) -> None:
        if not self.algorithms or not set(self.algorithms) <= set(ALGORITHMS):
            raise ValueError(f"algorithms must be some of {', '.join(ALGORITHMS)}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a token says of who holds it.

    Attributes:
        issuer: ``iss``.
        sub: ``sub``.
        roles: Roles of ours among ``roles`` and ``realm_access.roles``, and those that the scopes amount to.
        granted: Scopes of ours among ``scope`` and ``scp``.
        expires_s: ``exp``.
    """

    issuer: str
    sub: str
    roles: frozenset[str]
    granted: frozenset[str]
    expires_s: int


def _words(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return value.split()
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _identity(claims: Mapping[str, Any]) -> Identity:
    realm = claims.get("realm_access")
    granted = SCOPES.intersection([*_words(claims.get("scope")), *_words(claims.get("scp"))])
    said = [*_words(claims.get("roles")), *(_words(realm.get("roles")) if isinstance(realm, dict) else [])]
    roles = frozenset(role for role in said if role in Role.__members__)
    return Identity(claims["iss"], claims["sub"], roles | roles_of(granted), granted, int(claims["exp"]))


class Verifier:
    """Check tokens, and remember for a while those that were good.

    Args:
        policy: Which are good enough.
        keys: Of the issuer.
    """

    def __init__(self, policy: TokenPolicy, keys: IssuerKeys) -> None:
        self._policy = policy
        self._keys = keys
        self._good: OrderedDict[bytes, tuple[Identity, int]] = OrderedDict()
        self._registry = Algorithms(policy.algorithms)

    async def verify(self, token: str, now: Now) -> Identity:
        """Return who holds a token.

        Raises:
            TokenRefused: It lets nobody in.
            KeysUnavailable: It cannot be checked now.
        """
        known = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        found = self._good.get(known)
        if found is not None and now.mono_ns < found[1]:
            if now.utc_ns < (found[0].expires_s + self._policy.leeway_s) * _S:
                return found[0]
            raise TokenRefused("the token has expired")
        identity = await self._check(token, now)
        self._good[known] = identity, now.mono_ns + _REMEMBERED_S * _S
        while len(self._good) > _MOST_REMEMBERED:
            self._good.popitem(last=False)
        return identity

    async def _check(self, token: str, now: Now) -> Identity:
        if len(token) > _MOST_TOKEN:
            raise TokenRefused("the token is too long")
        header = self._header(token)
        kid = header.get("kid")
        try:
            key = await self._keys.find(kid if kid is None else str(kid), now)
        except UnknownKey as error:
            raise TokenRefused("the token is signed with a key that the issuer does not have") from error
        try:
            claims = jwt.decode(token, key, registry=self._registry).claims
            self._claims(now).validate(claims)
        except (JoseError, ValueError, TypeError, OverflowError) as error:
            raise TokenRefused(_reason(error)) from error
        sub = claims["sub"]
        if not isinstance(sub, str) or not sub.strip() or len(sub) > _MOST_SUB or not sub.isprintable():
            raise TokenRefused("the token does not say whose it is")
        return _identity(claims)

    def _header(self, token: str) -> dict[str, Any]:
        try:
            header = jws.extract_compact(token.encode("ascii"), registry=self._registry).headers()
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused("the token cannot be read") from error
        if header.get("alg") not in self._policy.algorithms:
            raise TokenRefused("the token is signed in a way that is not allowed")
        kind = header.get("typ")
        if not isinstance(kind, str) or kind.lower() not in self._policy.types:
            raise TokenRefused("the token is of another type")
        return header

    def _claims(self, now: Now) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=now.utc_ns // _S,
            leeway=self._policy.leeway_s,
            iss={"essential": True, "value": self._policy.issuer},
            aud={"essential": True, "value": self._policy.audience},
            sub={"essential": True},
            exp={"essential": True},
        )


def _reason(error: Exception) -> str:
    kind = getattr(error, "error", "")
    claim = getattr(error, "claim", None)
    match kind:
        case "expired_token":
            return "the token has expired"
        case "bad_signature":
            return "the token's signature is wrong"
        case "missing_claim" | "invalid_claim" | "insecure_claim" if claim:
            return f"the token's claim {claim} is missing or wrong"
        case "invalid_token":
            return "the token is not valid yet"
        case _:
            return "the token cannot be used"
