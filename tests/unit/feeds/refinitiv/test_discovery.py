"""The list of endpoints."""

import json
from typing import Any

import pytest

from pyfixmsg_plus.config.secret import Secret
from pyfixmsg_plus.feeds.refinitiv.discovery import discovery_request, endpoints, first_choice, two_zones


def service(endpoint: str = "a.example.net", *zones: str, **rest: Any) -> dict[str, Any]:
    return {
        "transport": "websocket", "provider": "aws", "endpoint": endpoint, "port": 443, "location": list(zones),
        "dataFormat": ["tr_json2"], **rest,
    }  # fmt: skip


def body(*services: Any) -> bytes:
    return json.dumps({"services": services}).encode()


def test_endpoints_of_the_region_that_share_the_load_come_first() -> None:
    answer = body(
        service("b.example.net", "us-east-1b"),
        service("a.example.net", "us-east-1a", "us-east-1b"),
        service("e.example.net", "eu-west-1a", "eu-west-1b"),
        service("t.example.net", "us-east-1a", transport="tcp"),
    )
    urls = [endpoint.url for endpoint in first_choice(endpoints(answer, "us-east"))]
    assert urls == ["wss://a.example.net:443/WebSocket", "wss://b.example.net:443/WebSocket"]


def test_an_endpoint_may_carry_its_path() -> None:
    (found,) = endpoints(body(service("a.example.net/other/way", "z", port=8443)))
    assert found.url == "wss://a.example.net:8443/other/way"


def test_a_hot_standby_takes_two_zones() -> None:
    found = endpoints(
        body(service("a", "z1", "z2"), service("b", "z1"), service("c", "z1"), service("d", "z2")), secure=False
    )
    pair = two_zones(found)
    assert pair is not None
    assert [endpoint.url for endpoint in pair] == ["ws://b:443/WebSocket", "ws://d:443/WebSocket"]
    same = two_zones(found[:3])
    assert same is not None
    assert [endpoint.url for endpoint in same] == ["ws://b:443/WebSocket", "ws://c:443/WebSocket"]
    assert two_zones(found[:2]) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"\xff", b"[]", b'{"services":5}', body(5), body(service("", "z")), body(service("a")),
        body({"transport": "websocket", "endpoint": "a", "location": [5]}),
        body(service("a", "z", dataFormat=["rwf"])),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(answer: bytes) -> None:
    assert endpoints(answer) == []


@pytest.mark.parametrize("port", [None, True, 0, 70000, "443"])
def test_a_port_that_is_none_is_the_usual_one(port: Any) -> None:
    (found,) = endpoints(body(service("a", "z", port=port)))
    assert found.url == "wss://a:443/WebSocket"


def test_the_request_bears_the_token_and_does_not_show_it() -> None:
    request = discovery_request(Secret("abc"))
    assert request.headers["Authorization"] == "Bearer abc"
    assert "abc" not in repr(request)
