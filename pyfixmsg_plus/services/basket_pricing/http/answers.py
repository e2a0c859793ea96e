"""The forms of answers: the bare resource, the envelope, the page, and the two forms of an error.

Source for the second form: RFC 9457, Problem Details for HTTP APIs.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

from pyfixmsg_plus.monitor import moment
from pyfixmsg_plus.services.basket_pricing.faults import Fault
from pyfixmsg_plus.services.basket_pricing.http.asked import Asked

__all__ = ["Json", "encoded", "enveloped", "error_body", "paged", "refused", "text"]


def text(number: Decimal | None) -> str | None:
    """Return a decimal as it is written in answers: all its digits, no exponent."""
    return None if number is None else f"{number:f}"


def _other(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON")


_ENCODER = msgspec.json.Encoder(enc_hook=_other, decimal_format="string")


def encoded(value: object) -> bytes:
    """Return a value as JSON."""
    return _ENCODER.encode(value)


class Json(Response):
    """An answer in JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the bytes of the body."""
        return encoded(content)


def enveloped(
    asked: Asked, data: object, *, message: str = "OK", status: int = 200, headers: Mapping[str, str] | None = None
) -> Json:
    """Return an answer in the envelope."""
    body = {
        "success": True,
        "message": message,
        "data": data,
        "timestamp": moment(asked.now.utc_ns),
        "requestId": asked.request_id,
        "errors": (),
    }
    return Json(body, status, dict(headers or {}))


def paged(content: Sequence[object], *, page: int, size: int, total: int) -> dict[str, object]:
    """Return one page of a list."""
    pages = -(-total // size)
    return {
        "content": content,
        "page": page,
        "size": size,
        "totalElements": total,
        "totalPages": pages,
        "hasNext": page + 1 < pages,
        "hasPrevious": page > 0,
    }


def _shown(value: object) -> object:
    return text(value) if isinstance(value, Decimal) else value


def error_body(asked: Asked, fault: Fault) -> dict[str, object]:
    """Return an error in the form that the caller wants."""
    details = [
        {
            "field": detail.field,
            "rejectedValue": _shown(detail.rejected_value),
            "message": detail.message,
            "code": str(detail.code),
        }
        for detail in fault.details
    ]
    if asked.problem:
        return {
            "type": f"urn:pyfixmsg:problem:{fault.code}",
            "title": HTTPStatus(fault.status).phrase,
            "status": fault.status,
            "detail": fault.message,
            "instance": asked.path,
            "code": fault.code,
            "requestId": asked.request_id,
            "traceId": asked.trace.trace_id,
            "errors": details,
        }
    return {
        "success": False,
        "error": fault.code,
        "message": fault.message,
        "timestamp": moment(asked.now.utc_ns),
        "path": asked.path,
        "status": fault.status,
        "requestId": asked.request_id,
        "traceId": asked.trace.trace_id,
        "details": details,
    }


def refused(asked: Asked, fault: Fault, headers: Mapping[str, str] | None = None) -> Json:
    """Return the answer to a request that is not carried out."""
    sent = dict(headers or {})
    if fault.retry_after_s is not None:
        sent["Retry-After"] = str(max(1, -(-int(fault.retry_after_s * 1000) // 1000)))
    answer = Json(error_body(asked, fault), fault.status, sent)
    if asked.problem:
        answer.headers["Content-Type"] = "application/problem+json"
    return answer
