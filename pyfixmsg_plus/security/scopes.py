"""Roles that people hold, and the scopes that each of them opens.

A role is what an issuer says of a person; a scope is what an operation asks for. Every role but those for one purpose
alone may read; only the auditor reads the audit trail, and only the scraper the figures.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

__all__ = ["ROLE_SCOPES", "SCOPES", "Role", "roles_of", "scopes_of"]


class Role(StrEnum):
    """What a person is for the service."""

    VIEWER = "VIEWER"
    MAKER = "MAKER"
    APPROVER = "APPROVER"
    OPERATOR = "OPERATOR"
    ADMIN = "ADMIN"
    TRADER = "TRADER"
    AUDITOR = "AUDITOR"
    SCRAPER = "SCRAPER"


_READS = frozenset(
    {"baskets:read", "market-data:read", "publishing:read", "sma:read", "fix:read", "integration:read"},
)
_OPERATES = frozenset(
    {"publishing:write", "integration:operate", "fix:publish", "fix:admin", "sma:admin", "market-data:admin"}
)

ROLE_SCOPES: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.VIEWER: _READS,
        Role.MAKER: _READS | {"baskets:write"},
        Role.APPROVER: _READS | {"baskets:approve"},
        Role.OPERATOR: _READS | _OPERATES,
        # An admin may change what others own, but releases nothing: that takes an approver.
        Role.ADMIN: _READS | {"baskets:write", "baskets:admin", "admin"},
        Role.TRADER: _READS | {"fix:orders"},
        Role.AUDITOR: _READS | {"audit:read"},
        Role.SCRAPER: frozenset({"metrics:read"}),
    }
)

SCOPES = frozenset[str]().union(*ROLE_SCOPES.values())


def scopes_of(roles: Iterable[str]) -> frozenset[str]:
    """Return all that these roles open; a name that is no role of ours opens nothing."""
    known = (ROLE_SCOPES[Role(role)] for role in roles if role in Role.__members__)
    return frozenset[str]().union(*known)


def roles_of(scopes: Iterable[str]) -> frozenset[str]:
    """Return the roles whose scopes are all among these: an issuer may speak of scopes alone."""
    given = frozenset(scopes)
    return frozenset(role.value for role, opened in ROLE_SCOPES.items() if opened - _READS and opened - _READS <= given)
