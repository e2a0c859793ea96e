"""What is said to proxies, and everything that they may answer."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.errors import ProxyError
from pyfixmsg_plus.transport.contract import Address, PeerInfo
from pyfixmsg_plus.transport.opening import Answer, Gate, Opening
from pyfixmsg_plus.transport.proxy.http_connect import HttpConnect
from pyfixmsg_plus.transport.proxy.socks4 import Socks4
from pyfixmsg_plus.transport.proxy.socks5 import Socks5

PEER = PeerInfo("192.0.2.1", 1080)
VENUE = Address("venue.test", 9876)


def http() -> HttpConnect:
    return HttpConnect(VENUE, "me", "secret")


def socks4() -> Socks4:
    return Socks4(VENUE, "me", names=True)


def socks5() -> Socks5:
    return Socks5(VENUE, "me", "secret")


def heard(opening: Opening, *pieces: bytes) -> Answer:
    """What an opening wants after these bytes: all that it sends, and whether it is done."""
    answer = opening.begin(PEER)
    send = answer.send
    for piece in pieces:
        answer = opening.receive(piece)
        send += answer.send
    return answer._replace(send=send)


@pytest.mark.parametrize(
    ("opening", "request_bytes"),
    [
        (HttpConnect(VENUE), b"CONNECT venue.test:9876 HTTP/1.1\r\nHost: venue.test:9876\r\n\r\n"),
        (HttpConnect(Address("::1", 1)), b"CONNECT [::1]:1 HTTP/1.1\r\nHost: [::1]:1\r\n\r\n"),
        (
            HttpConnect(Address("h", 1), "Aladdin", "open sesame"),  # RFC 7617, section 2
            b"CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n",
        ),
        (Socks4(Address("192.0.2.9", 258), names=False), b"\x04\x01\x01\x02\xc0\x00\x02\x09\x00"),
        (Socks4(Address("192.0.2.9", 258), "me", names=True), b"\x04\x01\x01\x02\xc0\x00\x02\x09me\x00"),
        (Socks4(Address("v.test", 258), "me", names=True), b"\x04\x01\x01\x02\x00\x00\x00\x01me\x00v.test\x00"),
        (Socks5(VENUE), b"\x05\x01\x00"),
        (Socks5(VENUE, "me", "secret"), b"\x05\x02\x00\x02"),
    ],
)
def test_the_request(opening: Opening, request_bytes: bytes) -> None:
    assert opening.begin(PEER) == Answer(send=request_bytes)


@pytest.mark.parametrize(
    ("target", "request_bytes"),
    [
        (Address("192.0.2.9", 258), b"\x05\x01\x00\x01\xc0\x00\x02\x09\x01\x02"),
        (Address("::1", 258), b"\x05\x01\x00\x04" + bytes(15) + b"\x01\x01\x02"),
        (VENUE, b"\x05\x01\x00\x03\x0avenue.test\x26\x94"),
    ],
)
def test_socks5_asks_for_the_target_in_its_own_form(target: Address, request_bytes: bytes) -> None:
    assert heard(Socks5(target), b"\x05\x00").send == b"\x05\x01\x00" + request_bytes


def test_socks5_says_user_and_password_when_it_is_asked() -> None:
    answer = heard(socks5(), b"\x05\x02", b"\x01\x00")
    assert answer.send == b"\x05\x02\x00\x02" + b"\x01\x02me\x06secret" + b"\x05\x01\x00\x03\x0avenue.test\x26\x94"


GRANTED = [
    (http, b"HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n"),
    (http, b"HTTP/1.0 200\r\n\r\n"),
    (http, b"HTTP/1.1 204 No Content\n\n"),
    (socks4, b"\x00\x5a\x00\x00\x00\x00\x00\x00"),
    (socks5, b"\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"),
    (socks5, b"\x05\x02\x01\x00\x05\x00\x00\x03\x04host\x00\x00"),
    (socks5, b"\x05\x00\x05\x00\x00\x04" + bytes(18)),
]


@pytest.mark.parametrize(("opening", "answer"), GRANTED)
@pytest.mark.parametrize("rest", [b"", b"8=FIX.4.4\x01", b"\r\n\r\n", b"\x05\x00"])
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_a_granted_connection_begins_after_the_answer_however_it_is_cut(
    opening: Callable[[], Opening], answer: bytes, rest: bytes, step: int
) -> None:
    stream = answer + rest
    asked = opening()
    asked.begin(PEER)
    for start in range(0, len(stream), step):
        told = asked.receive(stream[start : start + step])
        if told.done:
            assert told.rest + stream[start + step :] == rest
            assert start + step >= len(answer)
            return
    pytest.fail("the answer was not understood")


@pytest.mark.parametrize(
    ("opening", "answer", "text", "code"),
    [
        (http, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "refused: 407 Proxy Authentication", 407),
        (http, b"HTTP/1.1 503\r\n\r\n", "refused: 503$", 503),
        (http, b"HTTP/1.1 302 \x1b[31mred\r\n\r\n", r"302 \?\[31mred", 302),
        (http, b"HTTP/1.1 403 " + b"x" * 500 + b"\r\n\r\n", r"403 x{80}$", 403),
        (http, b"HTTP/1.1 101 Switching\r\n\r\n", "refused: 101", 101),
        (http, b"HTTP/2 200 OK\r\n\r\n", "not HTTP", None),
        (http, b"HTTP/1.1 20 OK\r\n\r\n", "not HTTP", None),
        (http, b"HTTP/1.1 999 OK\r\n\r\n", "not HTTP", None),
        (http, b"HTTP/1.1 2000\r\n\r\n", "not HTTP", None),
        (http, b"SSH-2.0-OpenSSH\r\n", "not HTTP", None),
        (http, b"\x05\x00", "not HTTP", None),
        (http, b"\r\n\r\n", "not HTTP", None),
        (http, b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000, "no end within 16384", None),
        (http, b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", "no end within 16384", None),
        (socks4, b"\x00\x5b\x00\x00\x00\x00\x00\x00", "refused: 91 request rejected", 91),
        (socks4, b"\x00\x01\x00\x00\x00\x00\x00\x00", "refused: 1 unknown code", 1),
        (socks4, b"\x04", "not SOCKS 4", None),
        (socks4, b"HTTP/1.1 400 Bad Request\r\n\r\n", "not SOCKS 4", None),
        (socks5, b"\x05\xff", "none of the ways", 255),
        (socks5, b"\x05\x01", "did not offer", 1),
        (socks5, b"\x05\x02\x01\x01", "refused user and password", 1),
        (socks5, b"\x05\x02\x05\x00", "not SOCKS 5", None),
        (socks5, b"\x04\x00", "not SOCKS 5", None),
        (socks5, b"\x05\x00\x04", "not SOCKS 5", None),
        (socks5, b"\x05\x00\x05\x05", "refused: 5 connection refused", 5),
        (socks5, b"\x05\x00\x05\x77\x00\x01", "refused: 119 unknown code", 119),
        (socks5, b"\x05\x00\x05\x00\x01\x01\x00", "not SOCKS 5", None),
        (socks5, b"\x05\x00\x05\x00\x00\x02\x00", "not SOCKS 5", None),
    ],
)
def test_what_is_no_grant_is_refused_by_name(
    opening: Callable[[], Opening], answer: bytes, text: str, code: int | None
) -> None:
    with pytest.raises(ProxyError, match=text) as refused:
        heard(opening(), answer)
    assert refused.value.code == code
    assert "secret" not in str(refused.value)


def test_socks5_offers_no_password_when_it_has_none() -> None:
    with pytest.raises(ProxyError, match="did not offer"):
        heard(Socks5(VENUE), b"\x05\x02")


@pytest.mark.parametrize(
    "opening",
    [
        HttpConnect(Address("a b", 1)),
        HttpConnect(Address("a\r\nX: y", 1)),
        HttpConnect(Address("vénue", 1)),
        HttpConnect(VENUE, "a:b", "c"),
        Socks4(Address("a\0b", 1), names=True),
        Socks4(Address("vénue", 1), names=True),
        Socks4(VENUE, "a\0b", names=True),
        Socks4(VENUE, names=False),
        Socks4(Address("::1", 1), names=False),
        Socks5(Address("v" * 256, 1)),
        Socks5(Address("", 1)),
        Socks5(Address("vénue", 1)),
        Socks5(VENUE, "u" * 256, "p"),
        Socks5(VENUE, "", "p"),
        Socks5(VENUE, "u", "p" * 256),
    ],
)
def test_what_cannot_be_written_in_a_request_is_refused_before_it_is_sent(opening: Opening) -> None:
    with pytest.raises(ProxyError):
        opening.begin(PEER)


@given(pieces=st.lists(st.binary(min_size=1, max_size=300), max_size=20))
@pytest.mark.parametrize("opening", [http, socks4, socks5])
def test_any_bytes_are_a_grant_or_an_error_or_wait_for_more(
    opening: Callable[[], Opening], pieces: list[bytes]
) -> None:
    asked = opening()
    asked.begin(PEER)
    try:
        for piece in pieces:
            if asked.receive(piece).done:
                return
    except ProxyError:
        pass


@pytest.mark.parametrize("opening", [http(), socks4(), socks5(), Gate(lambda _: None)])
def test_nothing_is_said_to_a_proxy_that_failed(opening: Opening) -> None:
    assert opening.farewell() == b""


def test_a_gate_takes_no_bytes() -> None:
    assert Gate(lambda _: None).receive(b"8=FIX") == Answer(done=True, rest=b"8=FIX")
