"""Turn what handlers raise into the faults of the interface."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pyfixmsg_plus.basket.texts import shown
from pyfixmsg_plus.market_data import FxRateMissing, SourceError
from pyfixmsg_plus.services.basket_pricing.faults import Fault, FaultCode, FieldFault, invalid
from pyfixmsg_plus.services.basket_pricing.http.answers import refused
from pyfixmsg_plus.services.basket_pricing.http.asked import asked_of

__all__ = ["answer_errors", "fault_of_source"]

_STATUSES = {400: "BAD_REQUEST", 404: "RESOURCE_NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
_CODES: Mapping[str, FaultCode] = MappingProxyType(
    {
        "missing": FaultCode.MISSING_REQUIRED_FIELD,
        "string_pattern_mismatch": FaultCode.PATTERN_VIOLATION,
        "string_too_long": FaultCode.FIELD_LENGTH_EXCEEDED,
        "string_too_short": FaultCode.FIELD_LENGTH_EXCEEDED,
        "too_long": FaultCode.FIELD_LENGTH_EXCEEDED,
        "too_short": FaultCode.FIELD_LENGTH_EXCEEDED,
    }
)
# A client is told nothing of a source's own words where the service stands for it.
_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "SYMBOL_NOT_FOUND": "SYMBOL_NOT_FOUND",
        "VENDOR_API_ERROR": "MARKET_DATA_UNAVAILABLE",
        "GATEWAY_TIMEOUT": "MARKET_DATA_UNAVAILABLE",
        "CIRCUIT_BREAKER_OPEN": "MARKET_DATA_UNAVAILABLE",
        "RATE_LIMIT_EXCEEDED": "RATE_LIMIT_EXCEEDED",
    }
)


def fault_of_source(error: SourceError) -> Fault:
    """Return the fault of a price that a source does not give."""
    code = _SOURCES.get(error.code, "MARKET_DATA_UNAVAILABLE")
    wait = error.retry_after_s
    return Fault(code, str(error), retry_after_s=1.0 if wait is None and code == "RATE_LIMIT_EXCEEDED" else wait)


def _path(parts: Sequence[str | int]) -> str:
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _field(error: Mapping[str, Any]) -> FieldFault:
    kind = str(error["type"])
    code = FaultCode[kind] if kind in FaultCode.__members__ else _CODES.get(kind, FaultCode.INVALID_FIELD_VALUE)
    given = error.get("input")
    value = (
        None
        if kind == "missing"
        else shown(f"{given:f}" if isinstance(given, Decimal) and given.is_finite() else given)
    )
    return FieldFault(code, _path(error["loc"][1:]) or "body", value, str(error["msg"]))


def fault_of_validation(error: RequestValidationError) -> Fault:
    """Return the fault of a request that does not fit its model: one of the body is 422, any other one 400."""
    faults = [_field(one) for one in error.errors()]
    if all(one["loc"][0] == "body" for one in error.errors()):
        return invalid(faults)
    return Fault(
        "BAD_REQUEST", str(faults[0]) if len(faults) == 1 else f"{len(faults)} values are wrong", details=faults
    )


def answer_errors(app: FastAPI) -> None:
    """Let an application answer what its handlers raise."""

    async def fault(request: Request, error: Exception) -> Response:
        assert isinstance(error, Fault)  # noqa: S101 - registered so
        return refused(asked_of(request), error)

    async def source(request: Request, error: Exception) -> Response:
        assert isinstance(error, SourceError)  # noqa: S101 - registered so
        return refused(asked_of(request), fault_of_source(error))

    async def rate(request: Request, error: Exception) -> Response:
        return refused(asked_of(request), Fault("FX_RATE_MISSING", str(error)))

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered so
        return refused(asked_of(request), fault_of_validation(error))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered so
        code = _STATUSES.get(error.status_code, "BAD_REQUEST" if error.status_code < 500 else "INTERNAL_SERVER_ERROR")
        headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return refused(asked_of(request), Fault(code, str(error.detail)), headers)

    async def failure(request: Request, _: Exception) -> Response:
        # What went wrong is logged at the gate, and told to nobody else.
        return refused(asked_of(request), Fault("INTERNAL_SERVER_ERROR", "this failed on our side"))

    app.add_exception_handler(Exception, failure)
    app.add_exception_handler(Fault, fault)
    app.add_exception_handler(SourceError, source)
    app.add_exception_handler(FxRateMissing, rate)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
