"""The header of the PROXY protocol, versions 1 and 2, and everything that is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.errors import ProxyHeaderError
from pyfixmsg_plus.transport.contract import Address, PeerInfo
from pyfixmsg_plus.transport.proxy.header import ProxyHeader

BALANCER = PeerInfo("10.0.0.1", 50000, Address("10.0.0.2", 9876))
SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def version_2(command: int, family: int, body: bytes, *, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return SIGNATURE + bytes((0x20 | command, family)) + size.to_bytes(2, "big") + body


IPV4 = bytes((192, 0, 2, 7, 10, 0, 0, 2)) + (4242).to_bytes(2, "big") + (9876).to_bytes(2, "big")
IPV6 = bytes.fromhex("20010db8000000000000000000000007" * 2) + (4242).to_bytes(2, "big") + bytes(2)
MAPPED = bytes(10) + b"\xff\xff" + bytes((192, 0, 2, 7)) + bytes(16) + (4242).to_bytes(2, "big") + bytes(2)
FOUR, SIX = Address("192.0.2.7", 4242), Address("2001:db8::7", 4242)

HEADERS = [
    (b"PROXY TCP4 192.0.2.7 10.0.0.2 4242 9876\r\n", FOUR),
    (b"PROXY TCP6 2001:db8::7 2001:db8::2 4242 9876\r\n", SIX),
    (b"PROXY TCP6 ::ffff:192.0.2.7 ::ffff:10.0.0.2 4242 9876\r\n", FOUR),
    (b"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", Address("255.255.255.255", 65535)),
    (b"PROXY TCP4 192.0.2.7 10.0.0.2 0 0\r\n", Address("192.0.2.7", 0)),
    (b"PROXY UNKNOWN\r\n", None),
    (b"PROXY UNKNOWN ffff:ffff::ffff ffff::ffff 65535 65535\r\n", None),
    (version_2(1, 0x11, IPV4), FOUR),
    (version_2(1, 0x12, IPV4), FOUR),
    (version_2(1, 0x11, IPV4 + b"\x04\x00\x03abc"), FOUR),
    (version_2(1, 0x21, IPV6), SIX),
    (version_2(1, 0x21, MAPPED), FOUR),
    (version_2(0, 0x11, IPV4), None),
    (version_2(0, 0x00, b""), None),
    (version_2(1, 0x00, b""), None),
    (version_2(1, 0x31, bytes(216)), None),
]


@pytest.mark.parametrize(("header", "announced"), HEADERS)
@pytest.mark.parametrize("rest", [b"", b"8=FIX.4.4\x01", b"\r\nPROXY "])
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_a_header_announces_the_peer_however_it_is_cut(
    header: bytes, announced: Address | None, rest: bytes, step: int
) -> None:
    opening, stream = ProxyHeader(5.0), header + rest
    assert not opening.begin(BALANCER).done
    for start in range(0, len(stream), step):
        answer = opening.receive(stream[start : start + step])
        assert not answer.send
        if answer.done:
            assert answer.rest + stream[start + step :] == rest
            assert answer.peer is not None
            assert answer.peer.announced == announced
            assert answer.peer.origin == (announced or Address("10.0.0.1", 50000))
            assert answer.peer.address == "10.0.0.1"
            return
    pytest.fail("the header was not understood")


@pytest.mark.parametrize(
    "stream",
    [
        b"8=FIX.4.4\x01",
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01",
        b"proxy TCP4 192.0.2.7 10.0.0.2 4242 9876\r\n",
        b"PROXY\r\n",
        b"PROXY \r\n",
        b"PROXY TCP4\r\n",
        b"PROXY TCP5 192.0.2.7 10.0.0.2 4242 9876\r\n",
        b"PROXY TCP4 192.0.2.7 10.0.0.2 4242\r\n",
        b"PROXY TCP4 192.0.2.7 10.0.0.2 4242 9876 1\r\n",
        b"PROXY TCP4  192.0.2.7 10.0.0.2 4242 9876\r\n",
        b"PROXY TCP4 192.0.2.256 10.0.0.2 4242 9876\r\n",
        b"PROXY TCP4 192.0.2.7 venue 4242 9876\r\n",
        b"PROXY TCP4 2001:db8::7 2001:db8::2 4242 9876\r\n",
        b"PROXY TCP6 192.0.2.7 10.0.0.2 4242 9876\r\n",
        b"PROXY TCP4 192.0.2.7 10.0.0.2 65536 9876\r\n",
        b"PROXY TCP4 192.0.2.7 10.0.0.2 04242 9876\r\n",
        b"PROXY TCP4 192.0.2.7 10.0.0.2 -1 9876\r\n",
        b"PROXY TCP4 192.0.2.7 10.0.0.2 4242 \xd9\xa9\r\n",
        b"PROXY TCP4 192.0.2.7 10.0.0.2 4242 9876\n",
        b"PROXY UNKNOWN" + b"x" * 200,
        b"PROXY UNKNOWN" + b"x" * 200 + b"\r\n",
        b"\r\n\r\n\x00\r\nQUIT\r",
        SIGNATURE + b"\x11\x11\x00\x0c" + IPV4,
        version_2(2, 0x11, IPV4),
        version_2(1, 0x13, IPV4),
        version_2(1, 0x41, IPV4),
        version_2(1, 0x11, IPV4[:-1]),
        version_2(1, 0x21, IPV4),
        version_2(1, 0x11, IPV4, length=4096),
        version_2(0, 0x00, b"", length=65535),
    ],
)
def test_what_is_no_header_ends_the_connection(stream: bytes) -> None:
    opening = ProxyHeader(5.0)
    opening.begin(BALANCER)
    with pytest.raises(ProxyHeaderError):
        opening.receive(stream + b"x" * 120)
    assert opening.farewell() == b""


@given(
    begin=st.sampled_from([b"\r", SIGNATURE, b"PROXY "]),
    pieces=st.lists(st.binary(min_size=1, max_size=200), max_size=30),
)
def test_any_bytes_are_a_header_or_an_error_or_wait_for_more_within_bounds(begin: bytes, pieces: list[bytes]) -> None:
    opening = ProxyHeader(5.0)
    opening.begin(BALANCER)
    taken = 0
    try:
        for piece in [begin, *pieces]:
            if opening.receive(piece).done:
                return
            taken += len(piece)
            assert taken <= 4096
    except ProxyHeaderError:
        pass
