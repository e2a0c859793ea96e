"""Why the service does not do what it was asked: a code, the status of HTTP that goes with it, and the fields at fault.

Codes are the interface's words; each has one status, whoever answers with it.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pyfixmsg_plus.basket.faults import FaultCode, FieldFault
from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["STATUSES", "Fault", "FaultCode", "FieldFault", "invalid"]

STATUSES: Mapping[str, int] = MappingProxyType(
    {
        "BAD_REQUEST": 400,
        "UNAUTHORIZED": 401,
        "FORBIDDEN": 403,
        "FOUR_EYES_VIOLATION": 403,
        "RESOURCE_NOT_FOUND": 404,
        "SYMBOL_NOT_FOUND": 404,
        "METHOD_NOT_ALLOWED": 405,
        "NOT_ACCEPTABLE": 406,
        "BUSINESS_RULE_VIOLATION": 409,
        "INVALID_STATE_TRANSITION": 409,
        "DUPLICATE_RESOURCE": 409,
        "CONCURRENT_MODIFICATION": 409,
        "ALREADY_DECIDED": 409,
        "IDEMPOTENCY_IN_PROGRESS": 409,
        "PRECONDITION_FAILED": 412,
        "PAYLOAD_TOO_LARGE": 413,
        "UNSUPPORTED_MEDIA_TYPE": 415,
        "IDEMPOTENCY_KEY_REUSED": 422,
        "VALIDATION_ERROR": 422,
        "RATE_LIMIT_EXCEEDED": 429,
        "INTERNAL_SERVER_ERROR": 500,
        "NOT_IMPLEMENTED": 501,
        "VENDOR_API_ERROR": 502,
        "SERVICE_UNAVAILABLE": 503,
        "MARKET_DATA_UNAVAILABLE": 503,
        "FX_RATE_MISSING": 503,
        "FIX_SESSION_DOWN": 503,
        "CIRCUIT_BREAKER_OPEN": 503,
        "GATEWAY_TIMEOUT": 504,
    }
)


class Fault(PyFixMsgError):  # noqa: N818 - the word of the interface
    """A request that is not carried out.

    Attributes:
        code: One of ``STATUSES``.
        status: Of HTTP.
        message: What is wrong, for a person.
        details: Every field at fault.
        retry_after_s: After how many seconds to try again, where that is known.
    """

    def __init__(
        self, code: str, message: str, *, details: Iterable[FieldFault] = (), retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = STATUSES[code]
        self.message = message
        self.details = tuple(details)
        self.retry_after_s = retry_after_s


def invalid(details: Iterable[FieldFault]) -> Fault:
    """Return the fault of fields that cannot be taken."""
    found = tuple(details)
    named = found[0] if len(found) == 1 else f"{len(found)} fields are at fault"
    return Fault("VALIDATION_ERROR", str(named), details=found)
