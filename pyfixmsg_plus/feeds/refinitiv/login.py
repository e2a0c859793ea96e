"""The Login: what we say of ourselves, what the server says of itself, and what follows from a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pyfixmsg_plus.config.secret import MASK, Secret
from pyfixmsg_plus.feeds.refinitiv.events import LoginRule
from pyfixmsg_plus.feeds.refinitiv.wire import Message, whole

__all__ = ["LOGIN_ID", "Features", "LoginSettings", "features_of", "login_rule", "without"]

LOGIN_ID = 1
_STOP = frozenset(
    {"NotEntitled", "UserUnknownToPermSys", "UserAccessToAppDenied", "AppAuthorizationFailed", "InvalidArgument"}
)
# Typical values of servers, for those that do not say.
_MAX_MSG_SIZE = 61_440
_PING_TIMEOUT_S = 30
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSettings:
    """Who logs in.

    Attributes:
        name: User name; not used where there is a token.
        name_type: ``Name``, ``EmailAddress``, ``Token`` or ``AuthnToken`` (for which the token is given in).
        application_id: 1 to 65535; 256 and below are the vendor's own.
        position: Such as ``10.1.2.3/ws07``.
        app_key: Of a desktop proxy.
        by_cookie: Cookies of the handshake log in: nothing is sent, and the server's answer has the ID -1.
        elements: Further elements of the key.
    """

    name: str = ""
    name_type: str = "Name"
    application_id: str = "256"
    position: str = "127.0.0.1/net"
    app_key: Secret | None = None
    by_cookie: bool = False
    elements: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    def message(self, token: Secret | None, *, renewal: bool = False) -> Message:
        """Return the Login request."""
        elements: dict[str, Any] = {"ApplicationId": self.application_id, "Position": self.position, **self.elements}
        key: dict[str, Any] = {}
        if self.app_key is not None:
            elements["AppKey"] = self.app_key.reveal()
            if token is not None:
                elements["Authorization"] = f"Bearer {token.reveal()}"
        elif token is not None:
            key["NameType"] = "AuthnToken"
            elements["AuthenticationToken"] = token.reveal()
        if token is None or self.app_key is not None:
            key["Name"] = self.name
            if self.name_type != "Name":
                key["NameType"] = self.name_type
        key["Elements"] = elements
        return {"ID": LOGIN_ID, "Domain": "Login", **({"Refresh": False} if renewal else {}), "Key": key}


@dataclass(frozen=True, slots=True)
class Features:
    """What the server says of itself in the Login.

    Attributes:
        max_msg_size: Bytes of a frame of ours.
        ping_timeout_s: Silence after which a connection is dead.
        batch_request: Many names in one request.
        batch_close: Many IDs in one Close.
        pause: Items can be paused.
        pause_all: A pause on the Login pauses all.
        post: Posts are taken.
        single_open: The server recovers items by itself.
        reissue_by_s: When a new token must have come, in seconds since 1970.
    """

    max_msg_size: int = _MAX_MSG_SIZE
    ping_timeout_s: int = _PING_TIMEOUT_S
    batch_request: bool = False
    batch_close: bool = False
    pause: bool = False
    pause_all: bool = False
    post: bool = False
    single_open: bool = False
    reissue_by_s: int | None = None


def features_of(message: Message) -> Features:
    """Read what the Login's Refresh says of the server; what is missing or absurd is as the typical server has it."""
    key = message.get("Key")
    said = _elements(key.get("Elements") if isinstance(key, dict) else None)
    limits = _elements(message.get("Elements"))
    size, ping = whole(limits.get("MaxMsgSize")), whole(limits.get("PingTimeout"))
    batches = whole(said.get("SupportBatchRequests")) or 0
    return Features(
        max_msg_size=size if size is not None and size >= 1024 else _MAX_MSG_SIZE,
        ping_timeout_s=ping if ping is not None and 1 <= ping <= 3600 else _PING_TIMEOUT_S,
        batch_request=bool(batches & 1),
        batch_close=bool(batches & 4),
        pause=said.get("SupportPauseResume") == 1,
        pause_all=said.get("SupportOptimizedPauseResume") == 1,
        post=said.get("SupportOMMPost") == 1,
        single_open=said.get("SingleOpen", 1) == 1,
        reissue_by_s=whole(said.get("AuthenticationTTReissue")),
    )


def _elements(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        return {}
    return {name: value.get("Data") if isinstance(value, dict) else value for name, value in raw.items()}


def login_rule(code: str, stream: str, *, accepted: bool, fresh_token_left: bool) -> LoginRule:
    """Return what follows from a Login that was refused, or ended after it had been accepted."""
    if accepted:
        return LoginRule.LATER
    if stream == "ClosedRecover":
        return LoginRule.BACK_OFF
    if code in _STOP:
        return LoginRule.FRESH_TOKEN if fresh_token_left else LoginRule.STOP
    return LoginRule.LATER


def without(secret: Secret | None, text: str) -> str:
    """Return a text of the server without a secret that it may quote."""
    return text.replace(secret.reveal(), MASK) if secret else text
