"""What the sessions of one file must be to each other."""

from collections.abc import Iterator, Sequence

from pyfixmsg_plus.config.checks import Finding
from pyfixmsg_plus.config.key import Group
from pyfixmsg_plus.config.keys import ATTRIBUTES
from pyfixmsg_plus.config.session_keys import SessionKeys
from pyfixmsg_plus.config.settings import label

__all__ = ["across"]

_IDENTITY = (
    "begin_string", "sender_comp_id", "sender_sub_id", "sender_location_id", "target_comp_id", "target_sub_id",
    "target_location_id", "session_qualifier",
)  # fmt: skip
# What belongs to the listener, and not to the session that a Logon(35=A) finds behind it.
_SHARED = (
    *(name for name, key in ATTRIBUTES.items() if key.group is Group.TLS),
    "socket_accept_protocol",
    "use_tcp_proxy",
)


def across(sessions: Sequence[SessionKeys]) -> Iterator[tuple[int, Finding]]:
    """Yield what is wrong between sessions, with the place of the one that came later."""
    first_of: dict[tuple[str, ...], int] = {}
    listeners: dict[tuple[str, int], int] = {}
    for place, session in enumerate(sessions):
        identity = tuple(getattr(session, name) for name in _IDENTITY)
        if session.sender_comp_id and session.target_comp_id and first_of.setdefault(identity, place) != place:
            yield (
                place,
                Finding(
                    ("target_comp_id", "sender_comp_id", "begin_string"),
                    f"the session {label(session)} is there twice",
                    "Leave one out, or tell them apart by SessionQualifier (initiators) or sub ids.",
                ),
            )
        if session.connection_type != "acceptor" or not session.socket_accept_port:
            continue
        where = (session.socket_accept_address, session.socket_accept_port)
        other = sessions[listeners.setdefault(where, place)]
        for name in _SHARED:
            if getattr(session, name) != getattr(other, name):
                key = ATTRIBUTES[name]
                yield (
                    place,
                    Finding(
                        (name, "socket_accept_port"),
                        f"{label(other)} listens on port {where[1]} too, with another {key.quickfix}",
                        f"Give both the same {key.quickfix}, or this one a port of its own.",
                    ),
                )
                break
