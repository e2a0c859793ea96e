"""QuickFIX C++ with the echo application of its acceptance tests, as a process of its own.

``python quickfix_peer.py acceptor|initiator SETTINGS`` prints ``ready`` when it runs, and stops when its input ends.
"""

# ruff: noqa: N802

import sys
from typing import Any

import quickfix

ECHOED = frozenset({"C", "d", "D"})


class Echo(quickfix.Application):  # type: ignore[misc] # the wheel has no types
    """Echoes emails, security definitions and orders; drops an order that may be resent and was seen."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[tuple[str, str]] = set()

    def onCreate(self, session_id: Any) -> None:
        quickfix.Session.lookupSession(session_id).reset()

    def onLogon(self, session_id: Any) -> None:
        pass

    def onLogout(self, session_id: Any) -> None:
        self._seen = {order for order in self._seen if order[1] != session_id.toString()}

    def toAdmin(self, message: Any, session_id: Any) -> None:
        pass

    def fromAdmin(self, message: Any, session_id: Any) -> None:
        pass

    def toApp(self, message: Any, session_id: Any) -> None:
        pass

    def fromApp(self, message: Any, session_id: Any) -> None:
        header = message.getHeader()
        msg_type = header.getField(35)
        if msg_type not in ECHOED:
            raise quickfix.UnsupportedMessageType
        if msg_type == "D":
            order = (message.getField(11), session_id.toString())
            if header.isSetField(97) and header.getField(97) == "Y" and order in self._seen:
                return
            self._seen.add(order)
        quickfix.Session.sendToTarget(quickfix.Message(message), session_id)


def main() -> None:
    role, path = sys.argv[1:]
    settings = quickfix.SessionSettings(path)
    application = Echo()
    factory = quickfix.MemoryStoreFactory()
    kind = quickfix.SocketAcceptor if role == "acceptor" else quickfix.ThreadedSocketInitiator
    engine = kind(application, factory, settings)
    engine.start()
    print("ready", flush=True)
    sys.stdin.read()
    engine.stop(True)


if __name__ == "__main__":
    main()
