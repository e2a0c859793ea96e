"""A FIX platform for Python.

The names that most programs need::

    import pyfixmsg_plus as fix

    order = fix.parse(raw)
    order["ClOrdID"], order.decimal(44)
    for entry in order.groups("NoPartyIDs"):
        print(entry["PartyID"], entry.int("PartyRole"))


    class Desk(fix.Application):
        def on_execution_report(self, message: fix.Message, session: fix.Session) -> None:
            print(message["ClOrdID"], message["OrdStatus"])


    fix.Initiator.from_config("initiator.cfg", Desk()).run()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyfixmsg_plus.codec import Splitter, parse, split
from pyfixmsg_plus.dictionary import Dictionary, ValidationSettings, Violation, load_dictionary
from pyfixmsg_plus.errors import (
    BusinessReject,
    ConfigError,
    DecodeError,
    DictionaryError,
    DoNotSend,
    FieldNotFound,
    IncorrectDataFormat,
    IncorrectTagValue,
    LocalProtocolError,
    PyFixMsgError,
    QueueFull,
    Refusal,
    RejectLogon,
    RemoteProtocolError,
    StoreError,
    TransportError,
    UnsupportedMessageType,
    ValueFormatError,
)
from pyfixmsg_plus.message import Component, Difference, Fault, Group, Message
from pyfixmsg_plus.values import SessionID

if TYPE_CHECKING:
    from pyfixmsg_plus.engine import Acceptor, Application, Initiator, LogonDecision, Session

__all__ = [
    "Acceptor",
    "Application",
    "BusinessReject",
    "Component",
    "ConfigError",
    "DecodeError",
    "Dictionary",
    "DictionaryError",
    "Difference",
    "DoNotSend",
    "Fault",
    "FieldNotFound",
    "Group",
    "IncorrectDataFormat",
    "IncorrectTagValue",
    "Initiator",
    "LocalProtocolError",
    "LogonDecision",
    "Message",
    "PyFixMsgError",
    "QueueFull",
    "Refusal",
    "RejectLogon",
    "RemoteProtocolError",
    "Session",
    "SessionID",
    "Splitter",
    "StoreError",
    "TransportError",
    "UnsupportedMessageType",
    "ValidationSettings",
    "ValueFormatError",
    "Violation",
    "load_dictionary",
    "parse",
    "split",
]

# Who reads messages and logs alone does not load what runs sessions.
_OF_THE_ENGINE = frozenset({"Acceptor", "Application", "Initiator", "LogonDecision", "Session"})


def __getattr__(name: str) -> Any:
    if name in _OF_THE_ENGINE:
        return getattr(import_module("pyfixmsg_plus.engine"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
