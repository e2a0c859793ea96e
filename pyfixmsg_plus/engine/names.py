"""Who a Logon(35=A) comes from, and which session that is."""

from dataclasses import dataclass
from typing import Self

from pyfixmsg_plus.message import Message
from pyfixmsg_plus.values import SessionID

__all__ = ["LogonNames"]


@dataclass(frozen=True, slots=True)
class LogonNames:
    """The names on a Logon(35=A), as the peer wrote them.

    Attributes:
        begin_string: BeginString(8).
        sender_comp_id: SenderCompID(49), the peer; and so on.
    """

    begin_string: str
    sender_comp_id: str
    target_comp_id: str
    sender_sub_id: str = ""
    sender_location_id: str = ""
    target_sub_id: str = ""
    target_location_id: str = ""

    @classmethod
    def of(cls, logon: Message) -> Self | None:
        """The names of a message; nothing if it is no Logon(35=A) or lacks one that it needs."""
        if logon.msg_type != "A":
            return None
        begin_string, sender, target = logon.get(8), logon.get(49), logon.get(56)
        if not begin_string or not sender or not target:
            return None
        others = (logon.get(tag, "") for tag in (50, 142, 57, 143))
        return cls(begin_string, sender, target, *others)

    @property
    def session_id(self) -> SessionID:
        """The session, seen from our side, with every name that is there."""
        return SessionID(
            self.begin_string,
            self.target_comp_id,
            self.sender_comp_id,
            self.target_sub_id,
            self.target_location_id,
            self.sender_sub_id,
            self.sender_location_id,
        )

    def fits(self, session_id: SessionID) -> bool:
        """Whether they are those of a session: what it does not name may be anything."""
        ours = self.session_id
        return (
            session_id.begin_string == ours.begin_string
            and session_id.sender_comp_id == ours.sender_comp_id
            and session_id.target_comp_id == ours.target_comp_id
            and session_id.sender_sub_id in ("", ours.sender_sub_id)
            and session_id.sender_location_id in ("", ours.sender_location_id)
            and session_id.target_sub_id in ("", ours.target_sub_id)
            and session_id.target_location_id in ("", ours.target_location_id)
        )
