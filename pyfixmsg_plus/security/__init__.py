"""Who may do what: actors, roles and scopes."""

from pyfixmsg_plus.security.actor import SYSTEM, Actor
from pyfixmsg_plus.security.scopes import ROLE_SCOPES, SCOPES, Role, roles_of, scopes_of

__all__ = ["ROLE_SCOPES", "SCOPES", "SYSTEM", "Actor", "Role", "roles_of", "scopes_of"]
