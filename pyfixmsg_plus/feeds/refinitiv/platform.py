"""The platform's HTTP services, carried out: tokens for connections, their renewal, and the list of endpoints."""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import assert_never

import httpx

from pyfixmsg_plus.clock import Clock
from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.errors import ConfigError, TransportError
from pyfixmsg_plus.feeds.refinitiv.discovery import (
    DISCOVERY_URL,
    Endpoint,
    discovery_request,
    endpoints,
    first_choice,
    two_zones,
)
from pyfixmsg_plus.feeds.refinitiv.grants import MachineAccount, ServiceAccount
from pyfixmsg_plus.feeds.refinitiv.http import (
    HttpAnswer,
    HttpRequest,
    Meaning,
    meaning,
    redirected,
    said_error,
)
from pyfixmsg_plus.feeds.refinitiv.line import Line, TokenStopped
from pyfixmsg_plus.feeds.refinitiv.tokens import Ask, Have, Stopped, TokenAgent, Wait

__all__ = ["Platform", "PlatformSettings", "ZonePlaces"]

_LOG = logging.getLogger("pyfixmsg_plus.feeds.refinitiv")
SECOND_NS = 1_000_000_000
_BODY_MAX = 1_048_576
# A list of endpoints is believed for so long; it changes rarely, and each attempt to connect looks at it.
_LIST_NS = 300 * SECOND_NS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSettings:
    """How the platform is reached.

    Attributes:
        account: Who asks for tokens.
        region: Of the endpoints, such as ``us-east``; empty: any.
        discovery_url: Of the list of endpoints.
        secure: Endpoints are reached over TLS; only a simulator's on loopback are not.
        ca_file: Certificates that the services' must go back to; empty: the system's.
        proxy: URL of a proxy to go through; empty: none.
        timeout_s: For one answer, in seconds.
    """

    account: MachineAccount | ServiceAccount
    region: str = ""
    discovery_url: str = DISCOVERY_URL
    secure: bool = True
    ca_file: str = ""
    proxy: str = field(default="", repr=False)
    timeout_s: float = 10.0


class Platform:
    """Tokens and endpoints for any number of connections of one account.

    Args:
        settings: How the platform is reached.
        clock: Says the time.
        random: For delays.
    """

    def __init__(self, settings: PlatformSettings, clock: Clock, random: Random) -> None:
        self._settings = settings
        self._clock = clock
        self._agent = TokenAgent(settings.account, random)
        self._asking = asyncio.Lock()
        self._client: httpx.AsyncClient | None = None
        self._lines: dict[Line, int | None] = {}
        self._renewals: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._list: list[Endpoint] = []
        self._listed_ns: int | None = None

    async def close(self) -> None:
        """End renewals and connections."""
        task, self._renewals = self._renewals, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def token_age_ns(self) -> int | None:
        """Return how old the token is, in nanoseconds."""
        return self._agent.age_ns(self._clock.now())

    async def token(self, *, fresh: bool) -> Secret:
        """Return a token that may log in.

        Raises:
            TokenStopped: There is none, and there will be none.
        """
        async with self._asking:
            while True:
                try:
                    want = self._agent.want(self._clock.now(), fresh=fresh)
                except ConfigError as error:
                    raise TokenStopped(str(error)) from None
                fresh = False
                match want:
                    case Have(token):
                        return token
                    case Ask(request):
                        await self._carry_out(request)
                    case Wait(until_ns):
                        await self._until(until_ns)
                    case Stopped(text):
                        raise TokenStopped(text)
                    case _:
                        assert_never(want)

    def login_accepted(self, line: Line, reissue_by_s: int | None) -> None:
        """Renew the token for this line from now on."""
        self._agent.login_accepted()
        self._lines[line] = reissue_by_s
        self._changed.set()
        if self._renewals is None:
            self._renewals = asyncio.get_running_loop().create_task(self._renew())

    def login_ended(self, line: Line) -> None:
        """Renew the token for this line no more."""
        self._lines.pop(line, None)
        self._changed.set()

    async def urls(self, token: Secret | None) -> Sequence[str]:
        """Return the endpoints, those that share the load first.

        Raises:
            TokenStopped: The service refuses, and asking again is of no use.
            TransportError: The list cannot be had now.
        """
        return [endpoint.url for endpoint in first_choice(await self.endpoints(token))]

    async def endpoints(self, token: Secret | None) -> list[Endpoint]:
        """Return the endpoints in the order of the list.

        Raises:
            TokenStopped: The service refuses, and asking again is of no use.
            TransportError: The list cannot be had now.
        """
        now = self._clock.now()
        if self._listed_ns is not None and now.mono_ns - self._listed_ns < _LIST_NS:
            return self._list
        if token is None:
            raise TokenStopped("the list of endpoints needs a token")
        request: HttpRequest | None = discovery_request(token, self._settings.discovery_url)
        while request is not None:
            answer = await self._ask(request)
            match meaning(answer.status):
                case Meaning.GOOD:
                    self._list = endpoints(answer.body, self._settings.region, secure=self._settings.secure)
                    self._listed_ns = now.mono_ns if self._list else None
                    return self._list
                case Meaning.ELSEWHERE:
                    request = redirected(request, answer.location)
                case Meaning.LATER:
                    raise TransportError(f"the list of endpoints cannot be had: {said_error(answer)}")
                case Meaning.DENIED | Meaning.STOP:
                    raise TokenStopped(f"the list of endpoints is refused: {said_error(answer)}")
        raise TokenStopped("the list of endpoints is sent on to where it may not be followed")

    async def _renew(self) -> None:
        """Hand a new token to each line that is logged in, in time."""
        while True:
            self._changed.clear()
            now = self._clock.now()
            dues = [due for each in self._lines.values() if (due := self._agent.renewal_due_ns(now, each)) is not None]
            if not dues or min(dues) > now.mono_ns:
                left_s = (min(dues) - now.mono_ns) / SECOND_NS if dues else None
                try:
                    async with asyncio.timeout(left_s):
                        await self._changed.wait()
                except TimeoutError:
                    pass
                continue
            self._agent.renew()
            try:
                token = await self.token(fresh=False)
            except TokenStopped as error:
                # The server ends the Login when the token does; then the line finds out that there is no other.
                _LOG.error("the token is not renewed: %s", error)
                return
            for line in list(self._lines):
                self._lines[line] = None
                line.renew(token)

    async def _until(self, mono_ns: int) -> None:
        while (left_ns := mono_ns - self._clock.now().mono_ns) > 0:
            await asyncio.sleep(min(left_ns / SECOND_NS, 1.0))

    async def _carry_out(self, request: HttpRequest) -> None:
        try:
            answer = await self._ask(request)
        except TransportError as error:
            _LOG.warning("the token service cannot be reached: %s", error)
            self._agent.failed(self._clock.now())
        except asyncio.CancelledError:
            self._agent.failed(self._clock.now())
            raise
        else:
            self._agent.answered(answer, self._clock.now())

    async def _ask(self, request: HttpRequest) -> HttpAnswer:
        """Ask, bounded in time and size.

        Raises:
            TransportError: There is no answer.
        """
        if self._client is None:
            self._client = self._opened()
        try:
            async with (
                asyncio.timeout(self._settings.timeout_s),
                self._client.stream(
                    request.method,
                    request.url,
                    headers=dict(request.headers),
                    data=dict(request.form) if request.form else None,
                    auth=request.auth,
                ) as answer,
            ):
                body = b""
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _BODY_MAX:
                        raise TransportError("the answer is too long")
                return HttpAnswer(answer.status_code, body, answer.headers.get("location", ""))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            # The text of the library's error may hold the address, and that a secret.
            raise TransportError(f"no answer: {type(error).__name__}") from None

    def _opened(self) -> httpx.AsyncClient:
        context = ssl.create_default_context(cafile=self._settings.ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return httpx.AsyncClient(
            headers={"Accept-Encoding": "identity"},
            verify=context,
            proxy=self._settings.proxy or None,
            timeout=self._settings.timeout_s,
            follow_redirects=False,
            trust_env=False,
        )


class ZonePlaces:
    """One of two endpoints in different zones, for one line of a hot standby.

    Args:
        platform: Whose endpoints.
        side: 0 or 1.
    """

    def __init__(self, platform: Platform, side: int) -> None:
        self._platform = platform
        self._side = side

    async def urls(self, token: Secret | None) -> Sequence[str]:
        """Return the endpoint of this side; where there are no two zones, those of the list from there on.

        Raises:
            TokenStopped: The service refuses, and asking again is of no use.
            TransportError: The list cannot be had now.
        """
        found = await self._platform.endpoints(token)
        pair = two_zones(found)
        if pair is not None:
            return [pair[self._side].url]
        ordered = [endpoint.url for endpoint in first_choice(found)]
        start = self._side % max(len(ordered), 1)
        return ordered[start:] + ordered[:start]
