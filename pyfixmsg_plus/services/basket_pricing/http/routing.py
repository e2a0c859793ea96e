"""One operation of the interface: which scope it takes, what it reads and what it answers with."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from pyfixmsg_plus.services.basket_pricing.faults import Fault
from pyfixmsg_plus.services.basket_pricing.http.asked import Asked, asked_of
from pyfixmsg_plus.services.basket_pricing.http.reading import read_json

__all__ = ["JSON", "Operation", "demand", "opens"]

JSON = "application/json"
_PROBLEM = "application/problem+json"


def opens(*scopes: str, answers: Iterable[str] = (JSON,), reads: Iterable[str] = (JSON,)) -> dict[str, Any]:
    """Return what an operation says of itself in the description of the interface.

    Args:
        scopes: Any of which opens it; none: every caller that is known.
        answers: Media types of its answers.
        reads: Media types of its body.
    """
    return {"x-scopes": list(scopes), "x-answers": list(answers), "x-reads": list(reads)}


def demand(asked: Asked, *scopes: str) -> None:
    """Let pass only who may.

    Raises:
        Fault: The caller has none of the scopes.
    """
    if scopes and not any(asked.actor.may(scope) for scope in scopes):
        raise Fault("FORBIDDEN", f"this takes the scope {' or '.join(scopes)}")


class _Parsed(Request):
    """A request whose body was read strictly."""

    parsed: Any = None

    async def json(self) -> Any:
        """Return what the body says."""
        return self.parsed


def _accepts(accept: str, answers: Iterable[str]) -> bool:
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    given = {_PROBLEM, *answers}
    return any(
        media in ("", "*/*")
        or media in given
        or (media.endswith("/*") and any(one.startswith(media[:-1]) for one in given))
        for media in wanted
    )


class Operation(APIRoute):
    """An operation: who may, what is accepted and what is sent are looked at before its handler runs."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()
        said = self.openapi_extra or {}
        scopes, answers, reads = said.get("x-scopes", ()), said.get("x-answers", (JSON,)), said.get("x-reads", (JSON,))
        takes_body = self.body_field is not None
        pattern = self.path

        async def answer(request: Request) -> Response:
            asked = asked_of(request)
            asked.route = pattern
            demand(asked, *scopes)
            accept = request.headers.get("accept")
            if accept is not None and not _accepts(accept, answers):
                raise Fault("NOT_ACCEPTABLE", f"the answer is {' or '.join(answers)}")
            if not takes_body:
                return await handle(request)
            media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            body = await request.body()
            if body and media not in reads:
                raise Fault("UNSUPPORTED_MEDIA_TYPE", f"the body is {' or '.join(reads)}")
            if not body or media != JSON:
                return await handle(request)
            strict = _Parsed(request.scope, request.receive)
            strict.parsed = read_json(body)
            # The handler asks for the bytes too, to know that there are any.
            strict._body = body  # noqa: SLF001 - where Starlette keeps them
            return await handle(strict)

        return answer
