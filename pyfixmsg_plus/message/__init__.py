"""Messages and the entries of their repeating groups."""

from pyfixmsg_plus._core import Fault, Group, Message

__all__ = ["Fault", "Group", "Message"]
