"""What every request passes before its handler: its name, who asks, how often, how much, and whether again.

One plain ASGI application around the other. Whatever goes wrong inside leaves as an error of the one form, without a
trace of our own code.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import replace
from random import Random
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.monitor import page_file
from pyfixmsg_plus.services.basket_pricing.faults import Fault
from pyfixmsg_plus.services.basket_pricing.http.answers import refused
from pyfixmsg_plus.services.basket_pricing.http.asked import ANONYMOUS, ASKED, Asked, read_request_id, read_trace
from pyfixmsg_plus.services.basket_pricing.http.callers import CHALLENGE, Callers, at
from pyfixmsg_plus.services.basket_pricing.http.rates import Rates
from pyfixmsg_plus.services.basket_pricing.http.repeats import (
    KEPT_HEADERS,
    Answer,
    RepeatKey,
    Repeats,
    body_hash,
    is_kept,
    read_key,
)

__all__ = ["OPEN_PATHS", "Gate", "Told"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
# Told of every request that was answered: what was asked, the status, nanoseconds.
Told = Callable[[Asked, int, int], None]

_LOG = logging.getLogger("pyfixmsg_plus.http")

OPEN_PATHS = frozenset({"/actuator/health", "/api/v1/sma/health", "/api/v1/fix/health"})
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class _Body:
    """A body that was read, given again; then what else the connection says."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        return await self._receive()


class _Sending:
    """Adds to an answer what every answer has, and notes what was sent."""

    def __init__(self, asked: Asked, send: Send, *, keep: bool = False) -> None:
        self._asked = asked
        self._send = send
        self._keep = keep
        self._headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self.status = 0
        self.ended = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message.setdefault("headers", [])
            headers.append((b"x-request-id", self._asked.request_id.encode()))
            if self._asked.ignored:
                named = ", ".join(dict.fromkeys(self._asked.ignored))[:1000]
                headers.append((b"x-ignored-fields", named.encode("ascii", "backslashreplace")))
            if self.status == 401 and not any(name.lower() == b"www-authenticate" for name, _ in headers):
                headers.append((b"www-authenticate", CHALLENGE.encode()))
            if self._keep:
                self._headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
        elif message["type"] == "http.response.body":
            if self._keep:
                self._parts.append(message.get("body", b""))
            self.ended = not message.get("more_body", False)
        await self._send(message)

    def answer(self) -> Answer | None:
        """What was sent, where it is to be given again."""
        if not self._keep or not self.ended or not is_kept(self.status):
            return None
        if self._headers.get("content-type", "").startswith(("text/event-stream", "application/x-ndjson")):
            return None
        kept = {name: value for name, value in self._headers.items() if name in KEPT_HEADERS}
        return Answer(self.status, kept, b"".join(self._parts))


class Gate:
    """The way in.

    Args:
        app: What answers.
        callers: Tells who asks.
        repeats: Keeps first answers.
        rates: Counts requests.
        clock: Says the time.
        random: Where names of requests and traces come from.
        told: Told of every answer.
        refusal: Told of every 401 and 403, for the audit trail.
        open_paths: Which need no token, by method and path, besides those that never do.
        max_body: Bytes that a body may have.
    """

    def __init__(
        self,
        app: App,
        *,
        callers: Callers,
        repeats: Repeats,
        rates: Rates,
        clock: Clock,
        random: Random,
        told: Told = lambda *_: None,
        refusal: Callable[[Asked, int], None] = lambda *_: None,
        open_paths: frozenset[str] = frozenset(),
        max_body: int = 1 << 20,
    ) -> None:
        self._app = app
        self._callers = callers
        self._repeats = repeats
        self._rates = rates
        self._clock = clock
        self._random = random
        self._told = told
        self._refusal = refusal
        self._open = OPEN_PATHS | open_paths
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        now = self._clock.now()
        trace = read_trace(headers.get("traceparent"), self._random)
        request_id = read_request_id(headers.get("x-request-id"), self._random)
        problem = "application/problem+json" in headers.get("accept", "").lower()
        asked = Asked(ANONYMOUS, now, request_id, trace, scope.get("method", "GET"), scope["path"], problem)
        scope["asked"] = asked
        token = ASKED.set(asked)
        try:
            if scope["type"] == "websocket":
                # It says who it is in its first message.
                await self._app(scope, receive, send)
            else:
                await self._serve(asked, scope, headers, receive, send)
        finally:
            ASKED.reset(token)

    async def _serve(self, asked: Asked, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        sending = _Sending(asked, send)
        try:
            if asked.method in ("GET", "HEAD") and (found := page_file(asked.path)) is not None:
                answer = Response(found.content, media_type=None, headers=dict(found.headers))
                answer.headers["Content-Type"] = found.media_type
                await answer(scope, receive, sending)
            else:
                sending = await self._admitted(asked, scope, headers, receive, send, sending)
        except Fault as fault:
            await self._refuse(asked, fault, scope, receive, sending)
        except Exception:
            _LOG.exception("a request failed", extra={"request_id": asked.request_id})
            await self._refuse(
                asked, Fault("INTERNAL_SERVER_ERROR", "this failed on our side"), scope, receive, sending
            )
        finally:
            if sending.status in (401, 403):
                self._refusal(asked, sending.status)
            self._told(asked, sending.status or 499, self._clock.now().mono_ns - asked.now.mono_ns)

    async def _refuse(self, asked: Asked, fault: Fault, scope: Scope, receive: Receive, sending: _Sending) -> None:
        # An answer that has begun cannot become another one.
        if not sending.status:
            headers = {}
            if fault.status == 401 and "authorization" in Headers(scope=scope):
                headers["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token", error_description="{fault.message}"'
            await refused(asked, fault, headers)(scope, receive, sending)

    async def _admitted(
        self, asked: Asked, scope: Scope, headers: Headers, receive: Receive, send: Send, sending: _Sending
    ) -> _Sending:
        await self._identify(asked, scope, headers)
        if asked.method not in _BODILESS:
            body = await self._read(headers, receive)
            receive = _Body(body, receive)
            key = read_key(headers.get("idempotency-key")) if asked.method == "POST" else None
            if key is not None:
                return await self._once(asked, scope, receive, send, key, body)
        await self._app(scope, receive, sending)
        return sending

    async def _identify(self, asked: Asked, scope: Scope, headers: Headers) -> None:
        ip = (scope.get("client") or ("",))[0]
        try:
            actor = await self._callers.admit(headers, asked.now)
        except Fault:
            if asked.path not in self._open:
                raise
            actor = ANONYMOUS
        agent = headers.get("user-agent", "")
        asked.actor = at(actor, ip=ip, agent=agent, request_id=asked.request_id, trace_id=asked.trace.trace_id)
        asked.ignored += self._callers.ignored(headers)
        self._rates.take(ip if actor is ANONYMOUS else actor.person, asked.now)

    async def _read(self, headers: Mapping[str, str], receive: Receive) -> bytes:
        too_large = Fault("PAYLOAD_TOO_LARGE", f"a body has at most {self._max_body} bytes")
        length = headers.get("content-length", "")
        if length.isdigit() and (len(length) > 18 or int(length) > self._max_body):
            raise too_large
        parts, size = list[bytes](), 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Fault("BAD_REQUEST", "the body was cut short")
            part = message.get("body", b"")
            size += len(part)
            if size > self._max_body:
                raise too_large
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _once(self, asked: Asked, scope: Scope, receive: Receive, send: Send, key: str, body: bytes) -> _Sending:
        query = scope.get("query_string", b"").decode("latin-1")
        path = f"{asked.path}?{query}" if query else asked.path
        repeat = RepeatKey("\x1f".join(asked.actor.person), asked.method, path, key)
        first = await self._repeats.begin(repeat, body_hash(body), asked.now)
        if first is not None:
            sending = _Sending(replace(asked, ignored=[]), send)
            answer = Response(first.body, first.status, {**first.headers, "Idempotent-Replayed": "true"})
            await answer(scope, receive, sending)
            return sending
        sending = _Sending(asked, send, keep=True)
        try:
            await self._app(scope, receive, sending)
        except Fault as fault:
            await self._refuse(asked, fault, scope, receive, sending)
        finally:
            answered = sending.answer()
            if answered is None:
                await self._repeats.abandon(repeat)
            else:
                await self._repeats.finish(repeat, answered, self._clock.now())
        return sending
