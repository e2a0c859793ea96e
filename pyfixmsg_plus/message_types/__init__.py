"""Typed messages of every version: ``from pyfixmsg_plus.message_types import fix44``.

Each version is a module with a class for each message, group and component and an enum for each set of codes::

    order = fix44.NewOrderSingle(cl_ord_id="A1", symbol="AAPL", side=fix44.Side.BUY, order_qty=100)
    order.price = Decimal("99.25")
    order.encode()

Names are the standard's in Python's case. The fields of components are the message's own; a repeating group has the
name of its count field without the ``No``: NoPartyIDs(453) is ``party_ids``. Source: FIX field, component and message
definitions of each version.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.message_types.codes import NumberCode, TextCode
from pyfixmsg_plus.message_types.entries import Entries
from pyfixmsg_plus.message_types.typed import Component, Entry, Typed, TypedMessage
from pyfixmsg_plus.message_types.versions import module_of

if TYPE_CHECKING:
    from pyfixmsg_plus.message_types.library import Library
    from pyfixmsg_plus.message_types.tags import Tag

__all__ = ["Component", "Entries", "Entry", "NumberCode", "Tag", "TextCode", "Typed", "TypedMessage", "typed"]


def typed(message: Message) -> TypedMessage:
    """See a message through the class of its version and MsgType(35). It is not copied.

    The version is that of the message's dictionary. A venue's dictionary that has a name of its own is taken for the
    version which BeginString(8), or for FIXT 1.1 ApplVerID(1128), names.

    Raises:
        KeyError: The version has no such message.
    """
    used = message.dictionary or _standard(message)
    module = module_of(used.version) or module_of(_standard(message).version)
    library: Library = import_module(f"{__name__}.{module}").library
    return library.message_class(message.msg_type or "").from_message(message)


def _standard(message: Message) -> Dictionary:
    """The bundled dictionary that a message names by itself; that of FIX 5.0 SP2 if it names none."""
    named = {tag: value for tag in (8, 1128) if (value := message.get(tag)) is not None}
    return Message(named).dictionary or Dictionary.bundled("FIX.5.0SP2")


def __getattr__(name: str) -> Any:
    if name == "Tag":
        return import_module(f"{__name__}.tags").Tag
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
