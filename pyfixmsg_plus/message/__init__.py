"""Messages and the entries of their repeating groups."""

from pyfixmsg_plus._core import Difference, Fault, Group, Message

__all__ = ["Difference", "Fault", "Group", "Message"]
