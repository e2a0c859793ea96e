"""Who asks: by the token of an issuer, or, where that was chosen for local work, by the caller's own word."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from pyfixmsg_plus.clock import Now
from pyfixmsg_plus.security import Actor, Role, roles_of
from pyfixmsg_plus.security.keys import KeysUnavailable
from pyfixmsg_plus.security.tokens import TokenRefused, Verifier
from pyfixmsg_plus.services.basket_pricing.faults import Fault

__all__ = ["CHALLENGE", "Callers", "OpenCallers", "TokenCallers"]

CHALLENGE = 'Bearer realm="pyfixmsg-plus"'
_USER, _ROLES = "x-user-id", "x-user-roles"
_LONGEST_USER = 255
LOCAL_USER = "local-dev"
OPEN_ISSUER = "urn:pyfixmsg:open"


class Callers(Protocol):
    """Tells who asks."""

    async def admit(self, headers: Mapping[str, str], now: Now) -> Actor:
        """Return who asks.

        Raises:
            Fault: Nobody that may (401), or it cannot be told now (503).
        """
        ...

    async def admit_token(self, token: str, now: Now) -> tuple[Actor, int | None]:
        """Return who a token names, and the UTC nanosecond at which it ends, where it does.

        Raises:
            Fault: Nobody that may (401), or it cannot be told now (503).
        """
        ...

    def ignored(self, headers: Mapping[str, str]) -> list[str]:
        """Return the headers that say who asks and are not believed."""
        ...


@dataclass(frozen=True, slots=True)
class OpenCallers:
    """Believe what a caller says: ``X-User-ID``, ``X-User-Roles``. By default everybody is one user with all roles."""

    async def admit(self, headers: Mapping[str, str], now: Now) -> Actor:  # noqa: ARG002 - of the protocol
        """Return who the caller says that they are."""
        user = headers.get(_USER, "").strip() or LOCAL_USER
        if len(user) > _LONGEST_USER:
            raise Fault("UNAUTHORIZED", f"X-User-ID has more than {_LONGEST_USER} characters")
        said = headers.get(_ROLES)
        named = list(Role) if said is None else [part.strip() for part in said.split(",")]
        return Actor(OPEN_ISSUER, user, frozenset(role for role in named if role in Role.__members__))

    async def admit_token(self, token: str, now: Now) -> tuple[Actor, int | None]:
        """Return the user whose name is the token."""
        return await self.admit({_USER: token[:_LONGEST_USER]} if token.isprintable() else {}, now), None

    def ignored(self, headers: Mapping[str, str]) -> list[str]:  # noqa: ARG002 - of the protocol
        """Nothing is ignored."""
        return []


@dataclass(frozen=True, slots=True)
class TokenCallers:
    """Believe the issuer's tokens alone."""

    verifier: Verifier

    async def admit(self, headers: Mapping[str, str], now: Now) -> Actor:
        """Return who the bearer token names."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise Fault("UNAUTHORIZED", "a bearer token is needed")
        return (await self.admit_token(token.strip(), now))[0]

    async def admit_token(self, token: str, now: Now) -> tuple[Actor, int | None]:
        """Return who a token names, and when it ends."""
        try:
            known = await self.verifier.verify(token, now)
        except TokenRefused as error:
            raise Fault("UNAUTHORIZED", str(error)) from error
        except KeysUnavailable as error:
            raise Fault("SERVICE_UNAVAILABLE", "the issuer's keys are not to be had", retry_after_s=1) from error
        actor = Actor(known.issuer, known.sub, known.roles | roles_of(known.granted), granted=known.granted)
        return actor, known.expires_s * 1_000_000_000

    def ignored(self, headers: Mapping[str, str]) -> list[str]:
        """Return the headers with which a caller would say who they are."""
        return [name for name, header in (("X-User-ID", _USER), ("X-User-Roles", _ROLES)) if header in headers]


def at(actor: Actor, *, ip: str, agent: str, request_id: str, trace_id: str) -> Actor:
    """Return an actor with where they ask from."""
    return replace(actor, ip=ip, agent=agent[:_LONGEST_USER], request_id=request_id, trace_id=trace_id)
