"""How a token is asked for: by password and refresh token (v1), by a client secret or a signed assertion (v2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.feeds.refinitiv.http import HttpRequest

__all__ = ["AUDIENCE", "SCOPE", "Assertion", "MachineAccount", "ServiceAccount"]

SCOPE = "trapi.streaming.pricing.read"
AUDIENCE = "https://login.ciam.refinitiv.com/as/token.oauth2"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ACCEPT = {"Accept": "application/json"}
_V1 = "https://api.refinitiv.com/auth/oauth2/v1/token"
_V2 = "https://api.refinitiv.com/auth/oauth2/v2/token"
_ASSERTION_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineAccount:
    """A v1 account, ``GE-A-...``.

    Attributes:
        username: Of the account.
        password: Of the account.
        client_id: The application key.
        scope: What the token is for.
        exclusive: Take the session over from whoever has it; two that do so steal it from each other.
        new_password: Changes the password with the next grant: 30 characters or more, of three of four classes.
        url: Of the token service.
    """

    username: str
    password: Secret
    client_id: str
    scope: str = SCOPE
    exclusive: bool = True
    new_password: Secret | None = None
    url: str = _V1

    def __post_init__(self) -> None:
        if self.new_password is not None:
            text = self.new_password.reveal()
            classes = (str.isupper, str.islower, str.isdigit, lambda each: not each.isalnum())
            if len(text) < 30 or sum(any(map(kind, text)) for kind in classes) < 3:
                raise ConfigError("a new password has 30 characters or more, of three of four classes")

    def by_password(self) -> HttpRequest:
        """Return the password grant."""
        form = {
            "grant_type": "password",
            "username": self.username,
            "password": self.password.reveal(),
            "client_id": self.client_id,
            "scope": self.scope,
            "takeExclusiveSignOnControl": "true" if self.exclusive else "false",
        }
        if self.new_password is not None:
            form["newPassword"] = self.new_password.reveal()
        return self._post(form)

    def by_refresh_token(self, token: Secret) -> HttpRequest:
        """Return the grant by refresh token."""
        return self._post(
            {
                "grant_type": "refresh_token",
                "username": self.username,
                "client_id": self.client_id,
                "refresh_token": token.reveal(),
            }
        )

    def _post(self, form: Mapping[str, str]) -> HttpRequest:
        return HttpRequest("POST", self.url, _ACCEPT, form, (self.client_id, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """The private key with which a client proves who it is.

    Attributes:
        jwk: The key as a JSON Web Key, with ``kid`` and, where it is not told by the kind of key, ``alg``.
        audience: For whom the proof is.
    """

    jwk: Mapping[str, Any] = field(repr=False)
    audience: str = AUDIENCE

    def signed(self, client_id: str, now: Now) -> str:
        """Return a signed proof that holds for an hour.

        Raises:
            ConfigError: The key cannot sign.
        """
        issued = now.utc_ns // 1_000_000_000
        claims = {"iss": client_id, "sub": client_id, "aud": self.audience, "iat": issued, "exp": issued + _ASSERTION_S}
        if self.jwk.get("kty") not in ("RSA", "EC", "OKP"):
            raise ConfigError("the key of the client assertion is of no kind that can sign it")
        try:
            key = import_key(dict(self.jwk))
            if not isinstance(key, RSAKey | ECKey | OKPKey) or not key.is_private:
                raise ConfigError("the key of the client assertion is no private key")
            algorithm = str(self.jwk.get("alg") or _algorithm(key))
            header = {"alg": algorithm, "typ": "JWT", "kid": str(self.jwk.get("kid", ""))}
            return jwt.encode(header, claims, key, algorithms=[algorithm])
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ConfigError(f"the key of the client assertion cannot sign: {type(error).__name__}") from None


def _algorithm(key: RSAKey | ECKey | OKPKey) -> str:
    if isinstance(key, RSAKey):
        return "RS256"
    return {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}.get(key.curve_name, "Ed25519")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """A v2 account, ``GE-...``.

    Attributes:
        client_id: Of the account.
        proof: Its secret, or the key that signs for it.
        scope: What the token is for.
        url: Of the token service.
    """

    client_id: str
    proof: Secret | Assertion
    scope: str = SCOPE
    url: str = _V2

    def request(self, now: Now) -> HttpRequest:
        """Return the grant.

        Raises:
            ConfigError: The key cannot sign.
        """
        form = {"grant_type": "client_credentials", "scope": self.scope, "client_id": self.client_id}
        if isinstance(self.proof, Secret):
            form["client_secret"] = self.proof.reveal()
        else:
            form["client_assertion_type"] = _ASSERTION_TYPE
            form["client_assertion"] = self.proof.signed(self.client_id, now)
        return HttpRequest("POST", self.url, _ACCEPT, form)
