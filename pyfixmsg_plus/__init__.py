"""A FIX platform for Python.

The names that most programs need::

    import pyfixmsg_plus as fix

    order = fix.parse(raw)
    order["ClOrdID"], order.decimal(44)
    for entry in order.groups("NoPartyIDs"):
        print(entry["PartyID"], entry.int("PartyRole"))
"""

from pyfixmsg_plus.codec import Splitter, parse, split
from pyfixmsg_plus.dictionary import Dictionary, ValidationSettings, Violation, load_dictionary
from pyfixmsg_plus.errors import (
    DecodeError,
    DictionaryError,
    LocalProtocolError,
    PyFixMsgError,
    RemoteProtocolError,
    ValueFormatError,
)
from pyfixmsg_plus.message import Component, Difference, Fault, Group, Message

__all__ = [
    "Component",
    "DecodeError",
    "Dictionary",
    "DictionaryError",
    "Difference",
    "Fault",
    "Group",
    "LocalProtocolError",
    "Message",
    "PyFixMsgError",
    "RemoteProtocolError",
    "Splitter",
    "ValidationSettings",
    "ValueFormatError",
    "Violation",
    "load_dictionary",
    "parse",
    "split",
]
