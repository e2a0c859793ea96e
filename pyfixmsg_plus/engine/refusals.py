"""How the peer is told that the application refuses a message.

Source: FIX session layer, Rejects: Reject(35=3) for faults in the message, BusinessMessageReject(35=j) for those of
meaning.
"""

from typing import Any

from pyfixmsg_plus.errors import (
    BusinessReject,
    FieldNotFound,
    IncorrectDataFormat,
    IncorrectTagValue,
    Refusal,
    RejectLogon,
    UnsupportedMessageType,
)
from pyfixmsg_plus.session import Deliver
from pyfixmsg_plus.values import SessionRejectReason

__all__ = ["refusal_of"]

# BusinessRejectReason(380).
_UNSUPPORTED_MESSAGE_TYPE = 3
_CONDITIONALLY_REQUIRED_FIELD_MISSING = 5


def refusal_of(refusal: Refusal, effect: Deliver) -> tuple[str, dict[str, Any]]:
    """Return the command that tells the session of it, with its arguments."""
    message, is_admin = effect.message, effect.kind == "admin"
    match refusal:
        case RejectLogon(text=text):
            return "logout", {"text": text}
        case FieldNotFound(tag=tag) if is_admin:
            return _reject(message, SessionRejectReason.REQUIRED_TAG_MISSING, tag)
        case FieldNotFound(tag=tag):
            text = f"Conditionally Required Field Missing ({tag})"
            return _business_reject(message, _CONDITIONALLY_REQUIRED_FIELD_MISSING, text)
        case IncorrectDataFormat(tag=tag):
            return _reject(message, SessionRejectReason.INCORRECT_DATA_FORMAT_FOR_VALUE, tag)
        case IncorrectTagValue(tag=tag):
            return _reject(message, SessionRejectReason.VALUE_IS_INCORRECT, tag)
        case BusinessReject(reason=reason, text=text, ref_id=ref_id) if not is_admin:
            return _business_reject(message, reason, text, ref_id)
        case UnsupportedMessageType() if not is_admin:
            return _business_reject(message, _UNSUPPORTED_MESSAGE_TYPE)
        case _:
            return _reject(message, SessionRejectReason.OTHER, None)


def _reject(message: Any, reason: int, ref_tag: int | None) -> tuple[str, dict[str, Any]]:
    return "reject", {"message": message, "reason": int(reason), "ref_tag": ref_tag}


def _business_reject(
    message: Any, reason: int, text: str | None = None, ref_id: str | None = None
) -> tuple[str, dict[str, Any]]:
    return "business_reject", {"message": message, "reason": reason, "text": text, "ref_id": ref_id}
