"""The C++ engine as a counterparty: ``quickfix_cpp.py initiator|acceptor SETTINGS``.

Commands come on standard input, a line each; what happened goes to standard output, a JSON object a line.
"""

import json
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import quickfix as qf

_LOCK = threading.Lock()
_KINDS = {"D": "order", "8": "report", "3": "reject", "5": "logout_received"}


def say(event: str, **more: object) -> None:
    with _LOCK:
        sys.stdout.write(json.dumps({"event": event, **more}) + "\n")
        sys.stdout.flush()


def field(part: qf.FieldMap, tag: int) -> str:
    return str(part.getField(tag)) if part.isSetField(tag) else ""


class Peer(qf.Application):  # type: ignore[misc]  # the wheel ships no types
    session: qf.SessionID | None = None

    def onCreate(self, session_id: qf.SessionID) -> None:  # noqa: N802  # the engine's own names
        self.session = session_id

    def onLogon(self, session_id: qf.SessionID) -> None:  # noqa: N802
        say("logon")

    def onLogout(self, session_id: qf.SessionID) -> None:  # noqa: N802
        say("logout")

    def toAdmin(self, message: qf.Message, session_id: qf.SessionID) -> None:  # noqa: N802
        pass

    def toApp(self, message: qf.Message, session_id: qf.SessionID) -> None:  # noqa: N802
        pass

    def fromAdmin(self, message: qf.Message, session_id: qf.SessionID) -> None:  # noqa: N802
        kind = field(message.getHeader(), 35)
        if kind in ("3", "5"):
            say(_KINDS[kind], text=field(message, 58))

    def fromApp(self, message: qf.Message, session_id: qf.SessionID) -> None:  # noqa: N802
        header = message.getHeader()
        kind = field(header, 35)
        if kind not in ("D", "8"):
            raise qf.UnsupportedMessageType
        again = field(header, 43) == "Y"
        say(_KINDS[kind], id=field(message, 11), seq=int(field(header, 34)), again=again)
        if kind == "D":
            qf.Session.sendToTarget(self.report(message), session_id)

    def order(self, cl_ord_id: str) -> qf.Message:
        order = qf.Message()
        order.getHeader().setField(35, "D")
        fields = {11: cl_ord_id, 21: "1", 38: "100", 40: "2", 44: "99.25", 54: "1", 55: "IBM"}
        fields[60] = datetime.now(UTC).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]
        for tag, value in fields.items():
            order.setField(tag, value)
        return order

    def report(self, order: qf.Message) -> qf.Message:
        report = qf.Message()
        report.getHeader().setField(35, "8")
        cl_ord_id, quantity = field(order, 11), field(order, 38)
        fields = {6: "0", 11: cl_ord_id, 14: "0", 17: f"E{cl_ord_id}", 37: f"X{cl_ord_id}", 38: quantity, 39: "0"}
        fields |= {54: field(order, 54), 55: field(order, 55), 150: "0", 151: quantity}
        if self.session is not None and self.session.getBeginString().getString() == "FIX.4.2":
            fields[20] = "0"
        for tag, value in fields.items():
            report.setField(tag, value)
        return report

    def obey(self, line: str) -> bool:
        """Carry out one command; false ends the peer."""
        words = line.split()
        session = qf.Session.lookupSession(self.session)
        match words:
            case ["orders", first, count]:
                for number in range(int(first), int(first) + int(count)):
                    qf.Session.sendToTarget(self.order(f"O{number}"), self.session)
            case ["logout"]:
                session.logout()
            case ["logon"]:
                session.logon()
            case ["disconnect"]:
                session.disconnect()
            case ["reset"]:
                session.reset()
            case ["next", out, inbound]:
                session.setNextSenderMsgSeqNum(int(out))
                session.setNextTargetMsgSeqNum(int(inbound))
            case ["numbers"]:
                say("numbers", out=session.getExpectedSenderNum(), **{"in": session.getExpectedTargetNum()})
            case ["quit"]:
                return False
            case _:
                say("unknown")
        return True


def main(role: str, settings_file: str) -> None:
    settings = qf.SessionSettings(settings_file)
    peer = Peer()
    tls = "CertificateFile" in Path(settings_file).read_text(encoding="utf-8")
    kinds = {
        ("initiator", False): qf.SocketInitiator,
        ("initiator", True): qf.SSLSocketInitiator,
        ("acceptor", False): qf.SocketAcceptor,
        ("acceptor", True): qf.SSLSocketAcceptor,
    }
    engine = kinds[role, tls](peer, qf.FileStoreFactory(settings), settings, qf.FileLogFactory(settings))
    engine.start()
    say("ready")
    for line in sys.stdin:
        if not peer.obey(line):
            break
    engine.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
