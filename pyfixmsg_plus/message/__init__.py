"""Messages and the entries of their repeating groups."""

from pyfixmsg_plus._core import Difference, Fault, Group, Message
from pyfixmsg_plus.message.component import Component
from pyfixmsg_plus.message.privacy import MASK, hidden_fields, hide_fields, is_secret

__all__ = [
    "MASK",
    "Component",
    "Difference",
    "Fault",
    "Group",
    "Message",
    "hidden_fields",
    "hide_fields",
    "is_secret",
]
