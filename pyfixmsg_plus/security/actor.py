"""Who asks for something, and from where.

Identity is the issuer's word and the subject's: no field of a request decides it. Persons are compared by both, the
subject in Unicode's composed form and without regard to case.
"""

import unicodedata
from dataclasses import dataclass

from pyfixmsg_plus.security.scopes import scopes_of

__all__ = ["SYSTEM", "Actor"]

_OWN_ISSUER = "urn:pyfixmsg"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program that asks.

    Attributes:
        issuer: Who vouches for them.
        sub: Their name at the issuer.
        roles: Names of ``Role`` that they hold.
        ip: Address they ask from, where there is one.
        agent: What their program calls itself.
        request_id: Of the request they ask in.
        trace_id: Of the trace that the request belongs to.
        granted: Scopes that the issuer gave by name, besides those of the roles.
    """

    issuer: str
    sub: str
    roles: frozenset[str] = frozenset()
    ip: str = ""
    agent: str = ""
    request_id: str = ""
    trace_id: str = ""
    granted: frozenset[str] = frozenset()

    @property
    def person(self) -> tuple[str, str]:
        """By which two actors are the same: the issuer, and the subject composed and case-folded."""
        return self.issuer, unicodedata.normalize("NFC", unicodedata.normalize("NFC", self.sub).casefold())

    @property
    def name(self) -> str:
        """How they are called in records."""
        return self.sub

    @property
    def scopes(self) -> frozenset[str]:
        """All that they may do."""
        return scopes_of(self.roles) | self.granted

    @property
    def is_system(self) -> bool:
        """Whether it is the service itself."""
        return self.issuer == _OWN_ISSUER

    def may(self, scope: str) -> bool:
        """Whether a scope is open to them; nothing is closed to the service itself."""
        return self.is_system or scope in self.scopes

    def has(self, role: str) -> bool:
        """Whether they hold a role."""
        return role in self.roles


# What the service does by itself: results that come back, schedules that start.
SYSTEM = Actor(issuer=_OWN_ISSUER, sub="system", roles=frozenset({"SYSTEM"}))
