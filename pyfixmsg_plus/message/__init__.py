"""Messages and the entries of their repeating groups."""

from pyfixmsg_plus._core import Difference, Fault, Group, Message
from pyfixmsg_plus.message.component import Component

__all__ = ["Component", "Difference", "Fault", "Group", "Message"]
