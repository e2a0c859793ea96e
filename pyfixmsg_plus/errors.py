"""The errors of the whole package, under one root.

Expected outcomes are values, not exceptions; these are for a caller's mistake and a failing world. Each carries what
the reader needs in order to act as attributes, and says it in its text.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

__all__ = [
    "BusinessReject",
    "ConfigError",
    "ConfigFault",
    "ConnectError",
    "ConnectionRefused",
    "DecodeError",
    "DictionaryError",
    "DictionaryFault",
    "DoNotSend",
    "FieldNotFound",
    "IncorrectDataFormat",
    "IncorrectTagValue",
    "LocalProtocolError",
    "ProxyError",
    "ProxyHeaderError",
    "PyFixMsgError",
    "QueueFull",
    "Refusal",
    "RejectLogon",
    "RemoteProtocolError",
    "SlowConsumer",
    "StoreDamagedError",
    "StoreError",
    "StoreInUseError",
    "TlsError",
    "TransportError",
    "TransportTimeout",
    "UnsupportedMessageType",
    "ValueFormatError",
]

_E = TypeVar("_E", bound="PyFixMsgError")


def _restored(kind: type[_E], args: tuple[object, ...], state: dict[str, Any]) -> _E:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class PyFixMsgError(Exception):
    """The one root of our errors."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders. What an exception does by itself would call the class with the text alone.
        return _restored, (type(self), self.args, self.__dict__)


class LocalProtocolError(PyFixMsgError):
    """Our side asked for what FIX forbids now."""


class RemoteProtocolError(PyFixMsgError):
    """The peer broke the rules.

    Attributes:
        reason: SessionRejectReason(373).
        ref_tag_id: RefTagID(371), the tag at fault where there is one.
    """

    def __init__(self, text: str, *, reason: int, ref_tag_id: int | None) -> None:
        super().__init__(text)
        self.reason = reason
        self.ref_tag_id = ref_tag_id


class DecodeError(PyFixMsgError):
    """Bytes that are no message.

    Attributes:
        offset: Bytes from the start of the input to the fault.
        tag: The tag at fault where it could be read.
        kind: The fault in one word, the same from version to version, for programs.
        reason: SessionRejectReason(373) when a session would answer with a Reject(35=3); otherwise the bytes are
            garbled and a session ignores them.
    """

    def __init__(self, text: str, *, offset: int, tag: int | None, kind: str, reason: int | None) -> None:
        super().__init__(text)
        self.offset = offset
        self.tag = tag
        self.kind = kind
        self.reason = reason


class ValueFormatError(PyFixMsgError, ValueError):
    """A field's value does not have the form of the type it was read as.

    Attributes:
        tag: The field.
        datatype: The name of the type in the standard, such as ``UTCTimestamp``.
        value: The value as it stands in the message; masked for fields that hold a secret.
    """

    def __init__(self, text: str, *, tag: int, datatype: str, value: str) -> None:
        super().__init__(text)
        self.tag = tag
        self.datatype = datatype
        self.value = value


class DictionaryFault(NamedTuple):
    """One fault of a dictionary file."""

    file: str
    line: int
    element: str
    name: str
    text: str


class DictionaryError(PyFixMsgError):
    """A dictionary that cannot be used.

    Attributes:
        faults: Every fault that was found, in the order of the file.
    """

    def __init__(self, text: str, *, faults: Iterable[tuple[str, int, str, str, str]] = ()) -> None:
        super().__init__(text)
        self.faults = tuple(DictionaryFault(*fault) for fault in faults)


class ConfigFault(NamedTuple):
    """One fault of the settings.

    Attributes:
        file: The file, ``environment`` for a variable, or empty for settings made in code.
        line: Its line, from 1; 0 where there is none.
        session: The session, such as ``FIX.4.4:US->PEER``, or the section; empty where it is about neither.
        key: The key as it is written there; empty where it is about no single key.
        text: What is wrong.
        remedy: What to do about it.
    """

    file: str
    line: int
    session: str
    key: str
    text: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [part for part in (place, self.session, self.key) if part]
        return f"{': '.join([*parts, self.text])}. {self.remedy}".rstrip()


class ConfigError(PyFixMsgError):
    """Settings that cannot be used.

    Attributes:
        faults: Every fault that was found, in the order of the file.
    """

    def __init__(self, text: str, *, faults: Iterable[tuple[str, int, str, str, str, str]] = ()) -> None:
        super().__init__(text)
        self.faults = tuple(ConfigFault(*fault) for fault in faults)


class TransportError(PyFixMsgError):
    """A connection could not be made or kept."""


class ConnectError(TransportError):
    """A connection to a peer could not be made.

    Attributes:
        host: The host as it was asked for.
        port: The port as it was asked for.
        causes: What each address of the host answered, in the order in which they were tried.
    """

    def __init__(self, text: str, *, host: str, port: int, causes: Iterable[Exception] = ()) -> None:
        super().__init__(text)
        self.host = host
        self.port = port
        self.causes = tuple(causes)


class ProxyError(TransportError):
    """A proxy refused, or what it said is no answer of its protocol.

    Attributes:
        code: What the proxy gave as the reason: the status of HTTP, the reply code of SOCKS; None where it gave none.
    """

    def __init__(self, text: str, *, code: int | None = None) -> None:
        super().__init__(text)
        self.code = code


class ProxyHeaderError(TransportError):
    """The bytes in front of a connection are no header of the PROXY protocol."""


class TlsError(TransportError):
    """TLS could not be set up, agreed or carried on.

    Attributes:
        kind: The library's word for the fault, such as ``CERTIFICATE_VERIFY_FAILED``, or ``""``.
    """

    def __init__(self, text: str, *, kind: str = "") -> None:
        super().__init__(text)
        self.kind = kind


class TransportTimeout(TransportError):  # noqa: N818 - what Python calls a TimeoutError, without hiding that name
    """Something did not happen within its time.

    Attributes:
        limit_s: The time that was allowed, in seconds.
    """

    def __init__(self, text: str, *, limit_s: float) -> None:
        super().__init__(text)
        self.limit_s = limit_s


class SlowConsumer(TransportError):  # noqa: N818 - the word for it in the trade
    """The peer does not take what is sent, and more waits for it than may.

    Attributes:
        unwritten: Bytes that waited.
        limit: Bytes that may wait, or writes where those are limited.
    """

    def __init__(self, text: str, *, unwritten: int, limit: int) -> None:
        super().__init__(text)
        self.unwritten = unwritten
        self.limit = limit


class ConnectionRefused(TransportError):  # noqa: N818 - the fact, as Python names it with Error
    """A connection that came in was not let in.

    Attributes:
        reason: In one word: ``address``, ``connections``, ``rate`` or ``stopping``.
    """

    def __init__(self, text: str, *, reason: str) -> None:
        super().__init__(text)
        self.reason = reason


class StoreError(PyFixMsgError):
    """Messages or numbers that cannot be kept or read."""


class StoreInUseError(StoreError):
    """Another writer holds the store.

    Attributes:
        path: The file or folder of the store.
        holder: The process that holds it, where that is known.
    """

    def __init__(self, text: str, *, path: Path, holder: int | None = None) -> None:
        super().__init__(text)
        self.path = path
        self.holder = holder


class StoreDamagedError(StoreError):
    """A record is not as it was written, and is no torn end of the last write.

    Attributes:
        path: The file.
        offset: Bytes from the start of the file to the fault.
        position: How many records stand before it in the store.
    """

    def __init__(self, text: str, *, path: Path, offset: int, position: int) -> None:
        super().__init__(text)
        self.path = path
        self.offset = offset
        self.position = position


class QueueFull(LocalProtocolError):  # noqa: N818 - the state, as asyncio names it
    """More messages wait to be sent than may.

    Attributes:
        limit: How many messages, or how many bytes of them, may wait.
    """

    def __init__(self, text: str, *, limit: int) -> None:
        super().__init__(text)
        self.limit = limit


class DoNotSend(PyFixMsgError):  # noqa: N818 - what the application asks for, not an error
    """The application, asked by ``to_app``, does not want this message to be sent, or to be sent again."""


class Refusal(PyFixMsgError):  # noqa: N818 - what the application says, not an error
    """The application, given a message, refuses it; each kind says how the peer is told."""


class RejectLogon(Refusal):
    """The Logon(35=A) is refused; the peer is sent a Logout(35=5).

    Attributes:
        text: Text(58).
        session_status: SessionStatus(1409), sent where the session is set to send it.
    """

    def __init__(self, text: str = "", session_status: int | None = None) -> None:
        super().__init__(text or "the application refuses the Logon")
        self.text = text
        self.session_status = session_status


class UnsupportedMessageType(Refusal):
    """A type that the application does not take: BusinessMessageReject(35=j) with BusinessRejectReason(380)=3."""


class FieldNotFound(Refusal):
    """A field that the application needs is missing: BusinessRejectReason(380)=5.

    A session message is answered with a Reject(35=3) of SessionRejectReason(373)=1.

    Attributes:
        tag: The field.
    """

    def __init__(self, tag: int) -> None:
        super().__init__(f"field {tag} is missing")
        self.tag = tag


class IncorrectDataFormat(Refusal):
    """A value that cannot be read: Reject(35=3) with SessionRejectReason(373)=6.

    Attributes:
        tag: The field.
    """

    def __init__(self, tag: int) -> None:
        super().__init__(f"the value of field {tag} cannot be read")
        self.tag = tag


class IncorrectTagValue(Refusal):
    """A value that is not allowed: Reject(35=3) with SessionRejectReason(373)=5.

    Attributes:
        tag: The field.
    """

    def __init__(self, tag: int) -> None:
        super().__init__(f"the value of field {tag} is not allowed")
        self.tag = tag


class BusinessReject(Refusal):
    """The message cannot be carried out: BusinessMessageReject(35=j).

    Attributes:
        reason: BusinessRejectReason(380).
        text: Text(58); nothing: the text of the reason.
        ref_id: BusinessRejectRefID(379), such as the ClOrdID(11).
    """

    def __init__(self, reason: int, text: str | None = None, ref_id: str | None = None) -> None:
        super().__init__(text or f"refused with BusinessRejectReason(380)={reason}")
        self.reason = reason
        self.text = text
        self.ref_id = ref_id
