"""TLS as bytes in and bytes out, without a connection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.errors import TlsError
from pyfixmsg_plus.transport.contract import PeerInfo
from pyfixmsg_plus.transport.tls.channel import TlsChannel
from tests.transport.handshakes import CLIENT, SERVER, factory

PEER = PeerInfo("192.0.2.1", 9876)


def agreed() -> tuple[TlsChannel, TlsChannel]:
    """A client and a server after their handshake."""
    client = factory(CLIENT, server_side=False).channel("venue.test", 0.0)
    server = factory(SERVER).channel("", 0.0)
    server.begin(PEER)
    there, done = client.begin(PEER).send, False
    while not done:
        answer = server.receive(there)
        done = answer.done
        if answer.send:
            there = client.receive(answer.send).send
    return client, server


@given(data=st.binary(min_size=1, max_size=100_000), step=st.integers(1, 5000))
def test_bytes_go_through_however_they_are_cut(data: bytes, step: int) -> None:
    client, server = agreed()
    sealed = client.encrypt(data)
    clear = b"".join(server.decrypt(sealed[start : start + step]) for start in range(0, len(sealed), step))
    assert clear == data
    assert server.failure is None
    assert not server.closed_by_peer


def test_the_end_is_said_within_tls() -> None:
    client, server = agreed()
    assert server.decrypt(client.encrypt(b"last") + client.shut()) == b"last"
    assert server.closed_by_peer
    assert client.decrypt(server.shut()) == b""
    assert client.closed_by_peer
    assert client.failure is None


def test_what_came_before_a_fault_is_kept() -> None:
    client, server = agreed()
    sound, broken = client.encrypt(b"sound"), bytearray(client.encrypt(b"broken"))
    broken[-1] ^= 1
    assert server.decrypt(sound + broken) == b"sound"
    assert isinstance(server.failure, TlsError)
    assert "DECRYPTION_FAILED" in server.failure.kind
    assert server.outgoing()  # the alert that says so


def test_nothing_is_sent_after_the_end() -> None:
    client, _ = agreed()
    client.shut()
    with pytest.raises(TlsError, match="shutdown"):
        client.encrypt(b"too late")


def test_a_cut_is_no_end() -> None:
    client, _ = agreed()
    assert client.truncated().kind == "TRUNCATED"
