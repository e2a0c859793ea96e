"""What every request passes: who asks, how often, how much, in which form, and whether again."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from pyfixmsg_plus.clock import ManualClock, Now
from pyfixmsg_plus.market_data import BudgetSpent, FxRateMissing, SourceUnavailable
from pyfixmsg_plus.security import Actor
from pyfixmsg_plus.services.basket_pricing.faults import Fault
from pyfixmsg_plus.services.basket_pricing.http.answers import Json, enveloped
from pyfixmsg_plus.services.basket_pricing.http.asked import Asked, asked_of
from pyfixmsg_plus.services.basket_pricing.http.rates import Rates
from pyfixmsg_plus.services.basket_pricing.http.routing import Operation, opens
from pyfixmsg_plus.services.basket_pricing.http.values import Body, Currency, Moment, Price, Symbol
from tests.services.running import on_loopback, served
from tests.virtual_time import NOON


class Order(Body):
    symbol: Symbol
    price: Price
    currency: Currency = "USD"
    timestamp: Moment | None = None


@dataclass
class Desk:
    """A few operations to ask for."""

    served: int = 0
    holding: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def router(self) -> APIRouter:
        router = APIRouter(route_class=Operation)

        @router.get("/who", openapi_extra=opens("baskets:read"))
        async def who(request: Request) -> Response:
            asked = asked_of(request)
            data = {"sub": asked.actor.sub, "roles": sorted(asked.actor.roles), "ip": asked.actor.ip}
            return enveloped(asked, data)

        @router.get("/list", openapi_extra=opens("baskets:read"))
        async def listed(
            page: Annotated[int, Query(ge=0)] = 0, size: Annotated[int, Query(ge=1, le=100)] = 20
        ) -> Response:
            return Json({"page": page, "size": size})

        @router.post("/orders", openapi_extra=opens("baskets:write"), status_code=201)
        async def orders(request: Request, order: Order) -> Response:
            self.served += 1
            asked_of(request)
            body = {"served": self.served, "price": f"{order.price:f}", "timestamp": order.timestamp}
            return Json(body, 201, {"Location": "/api/v1/orders/1", "ETag": '"1"'})

        @router.post("/slow", openapi_extra=opens("baskets:write"))
        async def slow() -> Response:
            self.begun.set()
            await self.holding.wait()
            return Json({})

        @router.post("/fail/{how}", openapi_extra=opens("baskets:write"))
        async def fail(how: str) -> Response:
            self.served += 1
            raise {
                "fault": Fault("SERVICE_UNAVAILABLE", "later", retry_after_s=2.5),
                "bug": RuntimeError("secret of ours"),
                "source": SourceUnavailable("no prices"),
                "budget": BudgetSpent("spent"),
                "rate": FxRateMissing("ZAR", "USD"),
            }[how]

        return router


JSON = {"content-type": "application/json"}
TEXT = {"content-type": "text/plain"}
ORDER = {"symbol": "AAPL", "price": "1.5"}


@on_loopback
async def test_every_answer_names_its_request() -> None:
    async with served([Desk().router()]) as client:
        given = await client.get("/api/v1/who", headers={"X-Request-ID": "abc-1"})
        made = await client.get("/api/v1/who", headers={"X-Request-ID": "x" * 129})
        assert given.headers["x-request-id"] == given.json()["requestId"] == "abc-1"
        assert len(made.headers["x-request-id"]) == 32


@on_loopback
async def test_the_envelope_has_all_its_parts() -> None:
    async with served([Desk().router()], clock=ManualClock(NOON)) as client:
        answer = (await client.get("/api/v1/who", headers={"X-Request-ID": "r"})).json()
        roles = ["ADMIN", "APPROVER", "AUDITOR", "MAKER", "OPERATOR", "SCRAPER", "TRADER", "VIEWER"]
        assert answer == {
            "success": True,
            "message": "OK",
            "data": {"sub": "local-dev", "roles": roles, "ip": "127.0.0.1"},
            "timestamp": "2026-03-02T12:00:00.000Z",
            "requestId": "r",
            "errors": [],
        }


@on_loopback
async def test_an_error_has_the_one_form_and_a_trace_goes_on() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    async with served([Desk().router()], clock=ManualClock(NOON)) as client:
        headers = {"X-Request-ID": "r", "traceparent": f"00-{trace}-b7ad6b7169203331-01"}
        answer = await client.get("/api/v1/nothing", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
        assert answer.json() == {
            "success": False,
            "error": "RESOURCE_NOT_FOUND",
            "message": "Not Found",
            "timestamp": "2026-03-02T12:00:00.000Z",
            "path": "/api/v1/nothing",
            "status": 404,
            "requestId": "r",
            "traceId": trace,
            "details": [],
        }


@on_loopback
async def test_an_error_is_a_problem_where_that_is_asked_for() -> None:
    async with served([Desk().router()]) as client:
        headers = {"X-Request-ID": "r", "accept": "application/problem+json", **JSON}
        answer = await client.post("/api/v1/orders", headers=headers, content=b'{"symbol": "A A", "price": 1}')
        body = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert body.pop("traceId")
        assert body.pop("detail").startswith("symbol: ")
        assert body.pop("errors")[0] | {"message": ""} == {
            "field": "symbol", "rejectedValue": "A A", "code": "INVALID_SYMBOL", "message": "",
        }  # fmt: skip
        assert body == {
            "type": "urn:pyfixmsg:problem:VALIDATION_ERROR",
            "title": HTTPStatus(422).phrase,
            "status": 422,
            "instance": "/api/v1/orders",
            "code": "VALIDATION_ERROR",
            "requestId": "r",
        }


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "code"),
    [
        ("GET", "/api/v1/list?page=-1", {}, 400, "BAD_REQUEST"),
        ("GET", "/api/v1/list?size=101", {}, 400, "BAD_REQUEST"),
        ("GET", "/api/v1/list?size=x&page=-1", {}, 400, "BAD_REQUEST"),
        ("DELETE", "/api/v1/list", {}, 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/api/v1/list/", {}, 404, "RESOURCE_NOT_FOUND"),
        ("GET", "/api/v1/list", {"headers": {"accept": "text/html"}}, 406, "NOT_ACCEPTABLE"),
        ("POST", "/api/v1/orders", {"content": b"a=1", "headers": TEXT}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/api/v1/orders", {"content": b"{}"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("POST", "/api/v1/orders", {"headers": JSON}, 422, "VALIDATION_ERROR"),
        ("POST", "/api/v1/orders", {"content": b"{", "headers": JSON}, 400, "BAD_REQUEST"),
        ("POST", "/api/v1/orders", {"content": b"\xff", "headers": JSON}, 400, "BAD_REQUEST"),
        ("POST", "/api/v1/orders", {"content": b'{"a":1,"a":2}', "headers": JSON}, 400, "BAD_REQUEST"),
        ("POST", "/api/v1/orders", {"content": b'{"a":NaN}', "headers": JSON}, 400, "BAD_REQUEST"),
        ("POST", "/api/v1/orders", {"content": b'{"a":-Infinity}', "headers": JSON}, 400, "BAD_REQUEST"),
        ("POST", "/api/v1/orders", {"content": b"[" * 33 + b"]" * 33, "headers": JSON}, 400, "BAD_REQUEST"),
        ("POST", "/api/v1/orders", {"content": b"[" * 200_000, "headers": JSON}, 400, "BAD_REQUEST"),
        ("POST", "/api/v1/orders", {"content": b" " * (1 << 20) + b"{}", "headers": JSON}, 413, "PAYLOAD_TOO_LARGE"),
        ("POST", "/api/v1/fail/fault", {}, 503, "SERVICE_UNAVAILABLE"),
        ("POST", "/api/v1/fail/bug", {}, 500, "INTERNAL_SERVER_ERROR"),
        ("POST", "/api/v1/fail/source", {}, 503, "MARKET_DATA_UNAVAILABLE"),
        ("POST", "/api/v1/fail/budget", {}, 429, "RATE_LIMIT_EXCEEDED"),
        ("POST", "/api/v1/fail/rate", {}, 503, "FX_RATE_MISSING"),
    ],
)  # fmt: skip
@on_loopback
async def test_what_cannot_be_answered_is_refused(
    method: str, path: str, more: dict[str, Any], status: int, code: str
) -> None:
    async with served([Desk().router()]) as client:
        answer = await client.request(method, path, **more)
        assert (answer.status_code, answer.json()["error"]) == (status, code)
        assert "secret" not in answer.text


@on_loopback
async def test_thirty_two_levels_are_not_too_deep() -> None:
    async with served([Desk().router()]) as client:
        deep: Any = 1
        for _ in range(31):
            deep = [deep]
        answer = await client.post("/api/v1/orders", json={**ORDER, "deep": deep})
        assert (answer.status_code, answer.headers["x-ignored-fields"]) == (201, "deep")


@on_loopback
async def test_a_body_without_its_length_is_counted_as_it_comes() -> None:
    async def parts() -> Any:
        for _ in range(1100):
            yield b" " * 1024

    async with served([Desk().router()]) as client:
        answer = await client.post("/api/v1/orders", content=parts(), headers=JSON)
        assert answer.status_code == 413


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({}, [("symbol", "MISSING_REQUIRED_FIELD"), ("price", "MISSING_REQUIRED_FIELD")]),
        ({**ORDER, "price": 0}, [("price", "INVALID_FIELD_VALUE")]),
        ({**ORDER, "price": -1}, [("price", "INVALID_FIELD_VALUE")]),
        ({**ORDER, "price": "abc"}, [("price", "INVALID_FIELD_VALUE")]),
        ({**ORDER, "price": True}, [("price", "INVALID_FIELD_VALUE")]),
        ({**ORDER, "price": "1e400"}, [("price", "INVALID_FIELD_VALUE")]),
        ({**ORDER, "currency": "ZZZ"}, [("currency", "INVALID_CURRENCY")]),
        ({**ORDER, "timestamp": "2026-01-01T00:00:00"}, [("timestamp", "TIMESTAMP_WITHOUT_ZONE")]),
        ({**ORDER, "timestamp": "2026-02-30T00:00:00Z"}, [("timestamp", "INVALID_FIELD_VALUE")]),
        ({**ORDER, "timestamp": "yesterday"}, [("timestamp", "INVALID_FIELD_VALUE")]),
        ({"symbol": "A" * 33, "price": 0}, [("symbol", "INVALID_SYMBOL"), ("price", "INVALID_FIELD_VALUE")]),
        ({**ORDER, "symbol": "A\x01B"}, [("symbol", "CONTROL_CHARACTER")]),
        ({**ORDER, "note": "8=FIX.4.4"}, [("note", "CONTROL_CHARACTER")]),
        ({**ORDER, "note": ["\ud800"]}, [("note[0]", "CONTROL_CHARACTER")]),
        ([], [("body", "INVALID_FIELD_VALUE")]),
    ],
)
@on_loopback
async def test_all_faults_of_a_body_are_told_at_once(fields: Any, faults: list[tuple[str, str]]) -> None:
    async with served([Desk().router()]) as client:
        answer = await client.post("/api/v1/orders", content=json.dumps(fields), headers=JSON)
        assert answer.status_code == 422
        assert [(one["field"], one["code"]) for one in answer.json()["details"]] == faults


@pytest.mark.parametrize(
    ("text", "digits"),
    [(b"100.10", "100.10"), (b'"100.10"', "100.10"), (b"1e2", "100"), (b"0.30000000000000004", "0.30000000000000004")],
)
@on_loopback
async def test_numbers_are_read_from_their_digits(text: bytes, digits: str) -> None:
    async with served([Desk().router()]) as client:
        answer = await client.post("/api/v1/orders", content=b'{"symbol":"A","price":' + text + b"}", headers=JSON)
        assert answer.json()["price"] == digits


@pytest.mark.parametrize("text", [b"1e400", b"1e99999999999999999999", b"-1e99999999999999999999", b"9" * 5000])
@on_loopback
async def test_a_number_beyond_all_bounds_is_a_fault_of_its_field(text: bytes) -> None:
    async with served([Desk().router()]) as client:
        answer = await client.post("/api/v1/orders", content=b'{"symbol":"A","price":' + text + b"}", headers=JSON)
        assert (answer.status_code, answer.json()["details"][0]["field"]) == (422, "price")
        assert len(answer.content) < 1000


@pytest.mark.parametrize(
    ("time", "ns"),
    [
        ("2026-03-02T12:00:00Z", NOON),
        ("2026-03-02t13:00:00.123456789+01:00", NOON + 123_456_789),
        ("2026-03-02 12:00:00.5z", NOON + 500_000_000),
    ],
)
@on_loopback
async def test_times_are_read_with_their_zone(time: str, ns: int) -> None:
    async with served([Desk().router()]) as client:
        answer = await client.post("/api/v1/orders", json={**ORDER, "timestamp": time})
        assert answer.json()["timestamp"] == ns


@on_loopback
async def test_a_caller_who_asks_too_often_is_told_when_to_come_again() -> None:
    clock = ManualClock(NOON)
    async with served([Desk().router()], rates=Rates(2, 3), clock=clock) as client:
        assert [(await client.get("/api/v1/who")).status_code for _ in range(4)] == [200, 200, 200, 429]
        late = await client.get("/api/v1/who")
        other = await client.get("/api/v1/who", headers={"X-User-ID": "other"})
        clock.advance(500_000_000)
        again = await client.get("/api/v1/who")
        assert (late.json()["error"], late.headers["retry-after"]) == ("RATE_LIMIT_EXCEEDED", "1")
        assert [other.status_code, again.status_code] == [200, 200]


@on_loopback
async def test_in_open_mode_a_caller_is_who_they_say() -> None:
    async with served([Desk().router()]) as client:
        headers = {"X-User-ID": "mia", "X-User-Roles": "MAKER, VIEWER,STRANGER"}
        data = (await client.get("/api/v1/who", headers=headers)).json()["data"]
        refused = await client.post("/api/v1/orders", json=ORDER, headers={"X-User-Roles": "VIEWER"})
        long = await client.get("/api/v1/who", headers={"X-User-ID": "m" * 256})
        assert data == {"sub": "mia", "roles": ["MAKER", "VIEWER"], "ip": "127.0.0.1"}
        assert (refused.status_code, refused.json()["error"]) == (403, "FORBIDDEN")
        assert long.status_code == 401


class Doorman:
    """Lets in who says the word."""

    async def admit(self, headers: Mapping[str, str], now: Now) -> Actor:
        if headers.get("authorization") != "Bearer word":
            raise Fault("UNAUTHORIZED", "a bearer token is needed")
        return Actor("https://id", "mia", frozenset({"MAKER"}))

    async def admit_token(self, token: str, now: Now) -> tuple[Actor, int | None]:
        return await self.admit({"authorization": f"Bearer {token}"}, now), None

    def ignored(self, headers: Mapping[str, str]) -> list[str]:
        return ["X-User-ID"] if "x-user-id" in headers else []


@on_loopback
async def test_without_a_token_nothing_is_open_but_health() -> None:
    refusals: list[tuple[str, int]] = []

    def refusal(asked: Asked, status: int) -> None:
        refusals.append((asked.path, status))

    health = APIRouter(route_class=Operation)

    @health.get("/actuator/health", openapi_extra=opens())
    async def alive(request: Request) -> Response:
        return Json({"status": "UP", "who": asked_of(request).actor.sub})

    async with served([Desk().router()], health, callers=Doorman(), refusal=refusal) as client:
        for path in ("/api/v1/who", "/api/v1/nothing", "/metrics", "/openapi.json"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="pyfixmsg-plus"')
        wrong = await client.get("/api/v1/who", headers={"authorization": "Bearer other"})
        assert 'error="invalid_token"' in wrong.headers["www-authenticate"]
        assert (await client.get("/actuator/health")).json() == {"status": "UP", "who": "anonymous"}
        known = await client.get("/actuator/health", headers={"authorization": "Bearer word"})
        assert known.json()["who"] == "mia"
        mia = {"authorization": "Bearer word", "X-User-ID": "boss"}
        answer = await client.get("/api/v1/who", headers=mia)
        assert (answer.json()["data"]["sub"], answer.headers["x-ignored-fields"]) == ("mia", "X-User-ID")
    assert refusals[0] == ("/api/v1/who", 401)
    assert len(refusals) == 5


@on_loopback
async def test_a_request_that_is_sent_again_is_answered_as_before() -> None:
    desk = Desk()
    async with served([desk.router()]) as client:
        headers = {"Idempotency-Key": "k1"}
        first = await client.post("/api/v1/orders", json={**ORDER, "extra": 1}, headers=headers)
        again = await client.post("/api/v1/orders", json={**ORDER, "extra": 1}, headers=headers)
        assert (first.status_code, first.json()["served"], "idempotent-replayed" in first.headers) == (201, 1, False)
        assert (again.status_code, again.json()["served"], again.headers["idempotent-replayed"]) == (201, 1, "true")
        for header in ("location", "etag", "x-ignored-fields", "content-type"):
            assert again.headers[header] == first.headers[header]
        assert again.headers["x-request-id"] != first.headers["x-request-id"]


@on_loopback
async def test_a_key_belongs_to_one_caller_path_and_body() -> None:
    desk = Desk()
    async with served([desk.router()]) as client:
        headers = {"Idempotency-Key": "k1"}
        await client.post("/api/v1/orders", json=ORDER, headers=headers)
        other = await client.post("/api/v1/orders", json={**ORDER, "price": 2}, headers=headers)
        assert (other.status_code, other.json()["error"]) == (422, "IDEMPOTENCY_KEY_REUSED")
        elsewhere = await client.post("/api/v1/orders?x=1", json={**ORDER, "price": 2}, headers=headers)
        somebody = await client.post("/api/v1/orders", json=ORDER, headers={**headers, "X-User-ID": "zoe"})
        assert [elsewhere.json()["served"], somebody.json()["served"]] == [2, 3]
        for key in ("", "k" * 129):
            bad = await client.post("/api/v1/orders", json=ORDER, headers={"Idempotency-Key": key})
            assert bad.status_code == 400


@on_loopback
async def test_a_refusal_is_an_answer_and_is_repeated_but_a_failure_is_not() -> None:
    desk = Desk()
    async with served([desk.router()]) as client:
        headers = {"Idempotency-Key": "k1"}
        for replayed in (False, True):
            answer = await client.post("/api/v1/orders", json={}, headers=headers)
            assert (answer.status_code, "idempotent-replayed" in answer.headers) == (422, replayed)
        for times in (1, 2):
            answer = await client.post("/api/v1/fail/fault", headers=headers)
            assert (answer.status_code, answer.headers["retry-after"], desk.served) == (503, "3", times)


@on_loopback
async def test_a_request_whose_first_sending_is_running_is_refused() -> None:
    desk = Desk()
    async with served([desk.router()]) as client:
        headers = {"Idempotency-Key": "k1"}
        first = asyncio.ensure_future(client.post("/api/v1/slow", headers=headers))
        await desk.begun.wait()
        again = await client.post("/api/v1/slow", headers=headers)
        desk.holding.set()
        assert (again.status_code, again.json()["error"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
        assert again.headers["retry-after"] == "1"
        assert (await first).status_code == 200


@on_loopback
async def test_every_answer_is_told_with_its_pattern_and_time() -> None:
    told: list[tuple[str, str, int]] = []
    async with served(
        [Desk().router()], told=lambda asked, status, ns: told.append((asked.method, asked.route, status))
    ) as client:
        await client.post("/api/v1/fail/bug")
        await client.get("/api/v1/nothing")
    assert told == [("POST", "/fail/{how}", 500), ("GET", "", 404)]
