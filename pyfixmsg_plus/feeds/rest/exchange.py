"""One request and its answer, bounded in time and size; what the answer means is told in the errors of a source."""

import asyncio
import ssl
from collections import OrderedDict
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol

import httpx

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.feeds.rest.settings import HttpJsonSettings
from pyfixmsg_plus.market_data.source import (
    SourceGarbled,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
    UnknownSymbol,
)

__all__ = ["Exchange", "Token"]

_SECOND_NS = 1_000_000_000


class Token(Protocol):
    """Gives the value of the header Authorization."""

    async def __call__(self, *, refresh: bool) -> str:
        """Return it; a new one after the source refused the one before."""
        ...


class _Image(NamedTuple):
    tag: str
    body: bytes


class Exchange:
    """Asks one server.

    Args:
        settings: How it is asked.
        clock: Says the time.
        token: Gives the value of the header Authorization.
    """

    def __init__(self, settings: HttpJsonSettings, clock: Clock, token: Token | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._token = token
        self._client: httpx.AsyncClient | None = None
        self._images: OrderedDict[str, _Image] = OrderedDict()
        self.heard_ns: int | None = None
        self.connected = False
        self.unchanged = 0

    def open(self) -> None:
        """Get ready to ask; no connection is made yet."""
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.ca_file or None)
        self._client = httpx.AsyncClient(
            # What is compressed may be many times as large as it looks.
            headers={**settings.headers, "Accept": "application/json", "Accept-Encoding": "identity"},
            verify=context,
            proxy=settings.proxy or None,
            timeout=settings.timeout_s,
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close all connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def get(self, url: str) -> bytes:
        """Return the body of an answer, that of the one before where the server says that nothing changed.

        Raises:
            SourceError: There is none that could be a price.
        """
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                return await self._with_token(url)
        except (TimeoutError, httpx.TimeoutException):
            self.connected = False
            raise SourceTimeout("the source did not answer in time") from None
        except httpx.HTTPError as error:
            self.connected = False
            # The text of the library's error may hold the address, and that a key.
            raise SourceUnavailable(f"the source cannot be reached: {type(error).__name__}") from None

    async def _with_token(self, url: str) -> bytes:
        if self._token is None:
            return await self._ask(url, {})
        try:
            return await self._ask(url, {"Authorization": await self._token(refresh=False)})
        except _Unauthorised:
            return await self._ask(url, {"Authorization": await self._token(refresh=True)})

    async def _ask(self, url: str, headers: dict[str, str]) -> bytes:
        if self._client is None:
            raise SourceUnavailable("the source is closed", retryable=False)
        image = self._images.get(url)
        if image is not None:
            headers["If-None-Match"] = image.tag
        async with self._client.stream("GET", url, headers=headers) as answer:
            self.connected = True
            self.heard_ns = self._clock.now().utc_ns
            if answer.status_code == httpx.codes.NOT_MODIFIED and image is not None:
                self.unchanged += 1
                return image.body
            self._refuse(answer)
            body = await self._body(answer)
        self._remember(url, answer.headers.get("etag"), body)
        return body

    def _refuse(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status == httpx.codes.OK:
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
                raise SourceGarbled("the answer is no JSON by its own word")
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise SourceGarbled("the answer is compressed, which was not asked for")
        elif status in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise UnknownSymbol("the source does not know the name")
        elif status == httpx.codes.UNAUTHORIZED:
            raise _Unauthorised("the source refuses our credentials", retryable=False)
        elif status == httpx.codes.FORBIDDEN:
            raise SourceRejected("the source does not permit it")
        elif status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise SourceUnavailable(f"the source answers {status}", retry_after_s=self._retry_after(answer))
        elif status >= httpx.codes.BAD_REQUEST:
            raise SourceRejected(f"the source answers {status}")
        else:
            raise SourceUnavailable(f"the source answers {status}", retryable=False)

    def _retry_after(self, answer: httpx.Response) -> float | None:
        text = answer.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdecimal():
            return float(text[:9])
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - self._clock.now().utc_ns / _SECOND_NS)

    async def _body(self, answer: httpx.Response) -> bytes:
        body = bytearray()
        async for part in answer.aiter_raw():
            body += part
            if len(body) > self._settings.max_bytes:
                raise SourceGarbled(f"the answer is longer than {self._settings.max_bytes} bytes")
        return bytes(body)

    def _remember(self, url: str, tag: str | None, body: bytes) -> None:
        self._images.pop(url, None)
        # The tag goes back into a header: what no header may hold is not kept.
        if tag is not None and tag.isprintable() and tag.isascii() and len(tag) <= 200:
            self._images[url] = _Image(tag, body)
            if len(self._images) > self._settings.images:
                self._images.popitem(last=False)


class _Unauthorised(SourceUnavailable):
    """The source refuses our credentials."""
