"""Sessions that are made from the Logon(35=A) of an unknown peer: AcceptorTemplate, DynamicSessions."""

from collections.abc import Iterable
from itertools import count
from typing import NamedTuple

from pyfixmsg_plus.config import SessionSettings
from pyfixmsg_plus.engine.names import LogonNames

__all__ = ["FromTemplate", "Templates"]

_ANY = "*"
_IDS = ("sender_sub_id", "sender_location_id", "target_sub_id", "target_location_id")


class FromTemplate(NamedTuple):
    """What a template makes.

    Attributes:
        settings: Of the session.
        qualifier: Tells it from others of the same names, as DynamicQualifier asks; empty: there is one alone.
    """

    settings: SessionSettings
    qualifier: str


class Templates:
    """The templates of one port.

    Args:
        sessions: The settings of the port; those that are templates are used.
    """

    __slots__ = ("_counter", "_templates")

    def __init__(self, sessions: Iterable[SessionSettings]) -> None:
        self._templates = [one for one in sessions if one.acceptor_template or one.dynamic_sessions]
        self._counter = count(1)

    def settings_for(self, names: LogonNames) -> FromTemplate | None:
        """The settings of a session for these names, by the first template that takes them."""
        ours = names.session_id
        for template in self._templates:
            if template.begin_string not in (_ANY, names.begin_string):
                continue
            # DynamicSessions stands in the settings of a session, whose names do not bind those that are made.
            ids = ("sender_comp_id",) if template.dynamic_sessions else ("sender_comp_id", "target_comp_id", *_IDS)
            if any(getattr(template, name) not in ("", _ANY, getattr(ours, name)) for name in ids):
                continue
            # Sub and location ids are part of the session only where the template has them.
            given = {name: getattr(ours, name) for name in _IDS if getattr(template, name)}
            settings = template.replace(
                begin_string=names.begin_string,
                sender_comp_id=ours.sender_comp_id,
                target_comp_id=ours.target_comp_id,
                acceptor_template=False,
                dynamic_sessions=False,
                dynamic_qualifier=False,
                **given,
            )
            return FromTemplate(settings, f"{next(self._counter)}" if template.dynamic_qualifier else "")
        return None
