import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.domain import DataQuality, MarketPrice
from pyfixmsg_plus.feeds.rest import BarMapping, HttpJsonSettings, HttpJsonSource, JsonMapping, Token
from pyfixmsg_plus.market_data import (
    SourceError,
    SourceGarbled,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
    UnknownSymbol,
)
from tests.on_loop import on_loop
from tests.unit.feeds.rest.server import Answer, Asked, Server, serving
from tests.virtual_time import NOON

JSON = "Content-Type: application/json"


@asynccontextmanager
async def source(server: Server, token: Token | None = None, **settings: Any) -> AsyncIterator[HttpJsonSource]:
    made = HttpJsonSource(
        HttpJsonSettings(url=server.url + "/price/{symbol}", **{"timeout_s": 10.0, **settings}),
        ManualClock(NOON),
        token,
    )
    await made.start()
    try:
        yield made
    finally:
        await made.close()


@on_loop
async def test_a_price_is_asked_for_by_name_and_read() -> None:
    async with serving() as server, source(server, headers={"X-Key": "s3cret"}) as rest:
        server.answers["/price/BRK%2FB"] = Answer(b'{"last": 150.10}')
        found = await rest.get("BRK/B")
        assert (found.symbol, found.source, found.quality) == ("BRK/B", "HTTP_JSON", DataQuality.MEDIUM)
        assert (str(found.last), found.received_ns) == ("150.10", NOON)
        assert server.asked[0].headers["x-key"] == "s3cret"
        assert server.asked[0].headers["accept-encoding"] == "identity"


@on_loop
async def test_where_nothing_changed_the_answer_before_stands() -> None:
    def answer(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"v1"':
            return Answer(b"", 304)
        return Answer(b'{"last": 1}', headers=(JSON, 'ETag: "v1"'))

    async with serving() as server, source(server) as rest:
        server.answers["/price/A"] = answer
        assert [(await rest.get("A")).last for _ in range(3)] == [1, 1, 1]
        assert ["if-none-match" in asked.headers for asked in server.asked] == [False, True, True]


@pytest.mark.parametrize("tag", ["x" * 300, "caf\x7f"])
@on_loop
async def test_a_tag_that_no_header_should_hold_is_not_sent_back(tag: str) -> None:
    async with serving() as server, source(server) as rest:
        server.answers["/price/A"] = Answer(b'{"last": 1}', headers=(JSON, f"ETag: {tag}"))
        await rest.get("A")
        await rest.get("A")
        assert "if-none-match" not in server.asked[1].headers


@on_loop
async def test_only_so_many_answers_are_remembered() -> None:
    async with serving() as server, source(server, images=1) as rest:
        for name in "AB":
            server.answers[f"/price/{name}"] = Answer(b'{"last": 1}', headers=(JSON, 'ETag: "v"'))
        for name in "ABAA":
            await rest.get(name)
        assert ["if-none-match" in asked.headers for asked in server.asked] == [False, False, False, True]


@pytest.mark.parametrize(
    ("answer", "kind", "retryable", "wait"),
    [
        (Answer(status=404), UnknownSymbol, False, None),
        (Answer(status=410), UnknownSymbol, False, None),
        (Answer(status=400), SourceRejected, False, None),
        (Answer(status=403), SourceRejected, False, None),
        (Answer(status=401), SourceUnavailable, False, None),
        (Answer(status=302), SourceUnavailable, False, None),
        (Answer(status=304), SourceUnavailable, False, None),
        (Answer(status=500), SourceUnavailable, True, None),
        (Answer(status=429, headers=("Retry-After: 7",)), SourceUnavailable, True, 7.0),
        (
            Answer(status=503, headers=("Retry-After: Mon, 02 Mar 2026 12:00:09 GMT",)),
            SourceUnavailable, True, 9.0,
        ),
        (Answer(status=503, headers=("Retry-After: Mon, 02 Mar 2026 12:00:04 -0000",)), SourceUnavailable, True, 4.0),
        (Answer(status=503, headers=("Retry-After: Mon, 02 Mar 2020 12:00:04 GMT",)), SourceUnavailable, True, 0.0),
        (Answer(status=503, headers=("Retry-After: later",)), SourceUnavailable, True, None),
        (Answer(b"<html>", headers=("Content-Type: text/html",)), SourceGarbled, False, None),
        (Answer(b"{}", headers=()), SourceGarbled, False, None),
        (Answer(b"{}", headers=(JSON, "Content-Encoding: gzip")), SourceGarbled, False, None),
        (Answer(b"<html>"), SourceGarbled, False, None),
        (Answer(b'{"last": "x"}'), SourceGarbled, False, None),
        (Answer(b'"' + b"x" * 2000 + b'"'), SourceGarbled, False, None),
        (Answer(b'{"last"', length=50), SourceUnavailable, True, None),
    ],
)  # fmt: skip
@on_loop
async def test_an_answer_that_is_no_price_says_what_it_means(
    answer: Answer, kind: type[SourceError], retryable: bool, wait: float | None
) -> None:
    async with serving() as server, source(server, max_bytes=1000) as rest:
        server.answers["/price/A"] = answer
        with pytest.raises(SourceError) as caught:
            await rest.get("A")
        assert isinstance(caught.value, kind)
        assert (caught.value.symbol, caught.value.retryable, caught.value.retry_after_s) == ("A", retryable, wait)
        assert rest.garbled == (kind is SourceGarbled)


@on_loop
async def test_another_kind_of_json_is_json() -> None:
    async with serving() as server, source(server) as rest:
        server.answers["/price/A"] = Answer(b'{"last": 1}', headers=("Content-Type: application/hal+json; charset=x",))
        assert (await rest.get("A")).last == 1


@on_loop
async def test_a_server_that_does_not_answer_is_given_up() -> None:
    async with serving() as server, source(server, timeout_s=0.05) as rest:
        server.answers["/price/A"] = Answer(hang=True)
        with pytest.raises(SourceTimeout):
            await rest.get("A")
        assert rest.health(ManualClock(NOON).now()).status == "DOWN"


@on_loop
async def test_a_server_that_is_not_there_is_unavailable_and_no_key_is_told() -> None:
    async with serving() as server:
        pass
    async with source(server, headers={"X-Key": "s3cret"}) as rest:
        with pytest.raises(SourceUnavailable) as caught:
            await rest.get("A?apikey=s3cret")
        assert "s3cret" not in str(caught.value)
        health = rest.health(ManualClock(NOON).now())
        assert (health.status, health.connected) == ("DOWN", False)


@on_loop
async def test_a_source_that_is_closed_gives_nothing() -> None:
    async with serving() as server, source(server) as rest:
        await rest.close()
        with pytest.raises(SourceUnavailable, match="closed"):
            await rest.get("A")


class Tokens:
    def __init__(self) -> None:
        self.asked: list[bool] = []

    async def __call__(self, *, refresh: bool) -> str:
        self.asked.append(refresh)
        return "new" if refresh else "old"


@pytest.mark.parametrize(("good", "refreshed"), [("old", [False]), ("new", [False, True])])
@on_loop
async def test_a_refused_token_is_renewed_once(good: str, refreshed: list[bool]) -> None:
    tokens = Tokens()
    async with serving() as server, source(server, tokens) as rest:
        server.answers["/price/A"] = lambda asked: (
            Answer(b'{"last": 1}') if asked.headers["authorization"] == good else Answer(status=401)
        )
        await rest.get("A")
        assert tokens.asked == refreshed


@on_loop
async def test_a_token_that_is_refused_again_is_not_renewed_again() -> None:
    tokens = Tokens()
    async with serving() as server, source(server, tokens) as rest:
        server.answers["/price/A"] = Answer(status=401)
        with pytest.raises(SourceUnavailable) as caught:
            await rest.get("A")
        assert (caught.value.retryable, tokens.asked) == (False, [False, True])


@on_loop
async def test_many_names_are_asked_for_together() -> None:
    mapping = JsonMapping(symbol="s")
    async with (
        serving() as server,
        source(server, batch_url=server.url + "/many?names={symbols}", mapping=mapping, names_per_call=2) as rest,
    ):
        server.answers["/many?names=A,B%2FC"] = Answer(b'[{"s": "B/C", "last": 2}, {"s": "A", "last": 1}]')
        server.answers["/many?names=D"] = Answer(status=500)
        found = await rest.batch(["A", "B/C", "D"])
        assert [str(one.last) if isinstance(one, MarketPrice) else type(one).__name__ for one in found] == [
            "1", "2", "SourceUnavailable",
        ]  # fmt: skip
        assert [one.symbol for one in found] == ["A", "B/C", "D"]


@on_loop
async def test_many_names_are_asked_for_one_by_one_where_the_service_has_no_other_way() -> None:
    async with serving() as server, source(server) as rest:
        server.answers["/price/A"] = Answer(b'{"last": 1}')
        found = await rest.batch(["A", "B"])
        assert [type(one) for one in found] == [MarketPrice, UnknownSymbol]
        assert await rest.batch([]) == []


@on_loop
async def test_history_is_read_where_there_is_one() -> None:
    rows = [{"date": f"2026-02-{day:02}", "open": 1, "high": 2, "low": 1, "close": 2} for day in (24, 25, 26)]
    async with (
        serving() as server,
        source(server, history_url=server.url + "/bars/{symbol}?n={days}", bars=BarMapping(records="rows")) as rest,
    ):
        server.answers["/bars/A?n=2"] = Answer(json.dumps({"rows": rows}).encode())
        assert [bar.day.day for bar in await rest.history("A", 2)] == [25, 26]
        with pytest.raises(UnknownSymbol) as caught:
            await rest.history("B", 2)
        assert caught.value.symbol == "B"
    async with source(server) as rest:
        with pytest.raises(SourceRejected, match="no history"):
            await rest.history("A", 2)


@on_loop
async def test_subscribed_names_are_looked_at_again_and_changes_are_told() -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    def told(price: MarketPrice) -> None:
        heard.put_nowait(f"{price.symbol} {price.last}")

    async with serving() as server, source(server, poll_s=0.001, mapping=JsonMapping(time="t", time_unit="s")) as rest:
        server.answers["/price/A"] = Answer(b'{"last": 1, "t": 1}')
        server.answers["/price/B"] = Answer(b"<html>")
        first = rest.subscribe(["A", "B"], told)
        async with asyncio.timeout(20):
            assert await heard.get() == "A 1"
            while len(server.asked) < 6:
                server.changed.clear()
                await server.changed.wait()
            assert heard.empty()
            server.answers["/price/A"] = Answer(b'{"last": 2, "t": 2}')
            assert await heard.get() == "A 2"
            second = rest.subscribe(["A"], told)
            assert heard.get_nowait() == "A 2"
            first.close()
            first.close()
            server.answers["/price/A"] = Answer(b'{"last": 3, "t": 3}')
            assert await heard.get() == "A 3"
        second.close()
        assert heard.empty()


@on_loop
async def test_closing_ends_the_looking() -> None:
    async with serving() as server, source(server) as rest:
        rest.subscribe(["A"], lambda _: None)
        async with asyncio.timeout(20):
            await server.changed.wait()


@on_loop
async def test_health_goes_by_the_last_answers() -> None:
    async with serving() as server, source(server, heard_s=60.0) as rest:

        def state(after_s: int = 0) -> tuple[str, str]:
            health = rest.health(ManualClock(NOON + after_s * 1_000_000_000).now())
            return health.status, health.detail

        assert state() == ("DEGRADED", "not asked yet")
        server.answers["/price/A"] = Answer(b'{"last": 1}')
        await rest.get("A")
        assert state(60) == ("UP", "")
        assert state(61) == ("DEGRADED", "not asked for a while")
        server.answers["/price/A"] = Answer(status=500)
        await rest.batch(["A"])
        assert state() == ("DEGRADED", "the source answers 500")


@pytest.mark.parametrize(
    "settings",
    [
        {"url": "http://x/A"},
        {"url": "ftp://x/{symbol}"},
        {"url": ""},
        {"url": "http://x/{symbol}", "batch_url": "http://x/"},
        {"url": "http://x/{symbol}", "batch_url": "http://x/{symbols}"},
        {"url": "http://x/{symbol}", "history_url": "http://x/{symbol}"},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"must be|needs"):
        HttpJsonSettings(**settings)  # type: ignore[arg-type] # each case names fields of the right type


def test_no_secret_is_shown() -> None:
    settings = HttpJsonSettings(
        url="http://x/{symbol}?key=s3cret", headers={"X-Key": "s3cret"}, proxy="http://me:s3cret@proxy"
    )
    assert "s3cret" not in repr(settings)
