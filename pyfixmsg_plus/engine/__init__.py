"""FIX sessions that run: an ``Initiator`` connects, an ``Acceptor`` is connected to, an ``Application`` answers.

::

    class Desk(fix.Application):
        def on_logon(self, session: fix.Session) -> None:
            session.send(order)

        def on_execution_report(self, message: fix.Message, session: fix.Session) -> None:
            print(message["ClOrdID"], message["OrdStatus"])


    fix.Initiator.from_config("initiator.cfg", Desk()).run()

What a session decides stands in ``session``; here it is joined to a store, a connection, a log and the application.
"""

from pyfixmsg_plus.engine.acceptor import Acceptor
from pyfixmsg_plus.engine.application import Application, LogonDecision
from pyfixmsg_plus.engine.authentication import is_named_by_certificate
from pyfixmsg_plus.engine.engine import Engine
from pyfixmsg_plus.engine.initiator import Initiator
from pyfixmsg_plus.engine.logs import LogOptions, SessionLog
from pyfixmsg_plus.engine.session import Session

__all__ = [
    "Acceptor",
    "Application",
    "Engine",
    "Initiator",
    "LogOptions",
    "LogonDecision",
    "Session",
    "SessionLog",
    "is_named_by_certificate",
]
