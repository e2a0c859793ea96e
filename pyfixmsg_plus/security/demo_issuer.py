"""An issuer of our own for demonstrations: a key made at the start, three persons, links that sign in once.

It vouches for whoever holds the printed link, which is all the proof there is; it is no identity provider and is
refused where the profile is production.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from joserfc import jwt
from joserfc.jwk import OKPKey

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.security.scopes import Role
from pyfixmsg_plus.security.tokens import Algorithms

__all__ = ["DEMO_PERSONS", "DemoIssuer"]

_S = 1_000_000_000
_TOKEN_S = 3600
_LINK_S = 600
_MOST_LINKS = 1000

# Each sees all; makers define, approvers release, operators run. The operator may suspend and read the trail as well,
# so that everything can be shown.
DEMO_PERSONS: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "maker": frozenset({Role.MAKER}),
        "approver": frozenset({Role.APPROVER}),
        "operator": frozenset({Role.OPERATOR, Role.ADMIN, Role.AUDITOR, Role.SCRAPER}),
    }
)


class DemoIssuer:
    """Make tokens for the persons of a demonstration.

    Args:
        url: Where it is reached; it stands in the tokens as ``iss``.
        audience: For whom the tokens are.
        word: Gives words for links and names that nobody guesses, such as ``secrets.token_hex``.
    """

    def __init__(self, url: str, audience: str, word: Callable[[], str]) -> None:
        self.url = url
        self._audience = audience
        self._word = word
        self._key = OKPKey.generate_key("Ed25519", {"kid": self._word(), "use": "sig", "alg": "EdDSA"})
        self._links: dict[str, int] = {}

    def metadata(self) -> Mapping[str, object]:
        """What OpenID Connect Discovery tells of us."""
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint": f"{self.url}/token",
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
        }

    def jwks(self) -> Mapping[str, object]:
        """Our public key."""
        return {"keys": [self._key.as_dict(private=False)]}

    def token(self, person: str, now: Now) -> str:
        """Return a token for one of the persons.

        Raises:
            KeyError: There is no such person.
        """
        seconds = now.utc_ns // _S
        claims: dict[str, object] = {
            "iss": self.url,
            "aud": self._audience,
            "sub": person,
            "iat": seconds,
            "nbf": seconds,
            "exp": seconds + _TOKEN_S,
            "jti": self._word(),
            "roles": sorted(DEMO_PERSONS[person]),
        }
        header = {"alg": "EdDSA", "typ": "at+jwt", "kid": str(self._key.kid)}
        return jwt.encode(header, claims, self._key, registry=Algorithms(["EdDSA"]))

    def link(self, now: Now) -> str:
        """Return a word that signs in once, within ten minutes."""
        word = self._word()
        self._links[word] = now.mono_ns + _LINK_S * _S
        while len(self._links) > _MOST_LINKS:
            del self._links[next(iter(self._links))]
        return word

    def redeem(self, word: str, now: Now) -> bool:
        """Whether a word signs in; from now on it does not."""
        until = self._links.pop(word, None)
        return until is not None and now.mono_ns < until
