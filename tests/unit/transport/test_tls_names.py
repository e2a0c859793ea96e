"""Names in certificates, and suites by their two kinds of names."""

import ssl

import pytest

from pyfixmsg_plus.transport.tls.names import is_for, names_of
from pyfixmsg_plus.transport.tls.suites import is_tls13, openssl_name

CERTIFICATE = {
    "subjectAltName": (
        ("DNS", "venue.test"),
        ("DNS", "*.fix.venue.test"),
        ("DNS", "*.test"),
        ("DNS", "a*.venue.test"),
        ("IP Address", "192.0.2.7"),
        ("IP Address", "2001:DB8:0:0:0:0:0:7\n"),
    )
}


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("venue.test", True),
        ("VENUE.test.", True),
        ("one.fix.venue.test", True),
        ("fix.venue.test", False),
        ("two.one.fix.venue.test", False),
        ("other.test", False),
        ("ab.venue.test", False),
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("2001:db8::7", True),
        ("", False),
        (".fix.venue.test", False),
    ],
)
def test_a_certificate_is_for_the_names_it_holds(name: str, fits: bool) -> None:
    assert is_for(CERTIFICATE, name) == fits


def test_a_certificate_without_names_is_for_nobody() -> None:
    assert not is_for({"subject": ((("commonName", "venue.test"),),)}, "venue.test")


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("Venue, Ltd", r"CN=Venue\, Ltd"),
        ("x,CN=admin", r"CN=x\,CN=admin"),
        ('a+b"c\\d<e>f;', r"CN=a\+b\"c\\d\<e\>f\;"),
        ("#1", r"CN=\#1"),
        (" a ", r"CN=\ a\ "),
        (" ", r"CN=\ "),
    ],
)
def test_no_value_of_a_subject_can_look_like_another(value: str, line: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    bare = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO())
    assert names_of({"subject": ((("commonName", value),),)}, _Certified(bare)).subject == line


class _Certified(ssl.SSLObject):
    """A connection with some certificate."""

    def __new__(cls, bare: ssl.SSLObject) -> "_Certified":
        return object.__new__(cls)

    def __init__(self, bare: ssl.SSLObject) -> None:
        self._sslobj = bare._sslobj  # type: ignore[attr-defined]  # made without a handshake

    def getpeercert(self, binary_form: bool = False) -> bytes:  # type: ignore[override]  # only the bytes are asked for
        return b"a certificate"


@pytest.mark.parametrize(
    ("name", "openssl"),
    [
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
        ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"),
        ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "DHE-RSA-AES256-GCM-SHA384"),
        ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ECDHE-RSA-AES256-SHA384"),
        ("TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"),
        ("TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384"),
        ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
        ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
    ],
)
def test_suites_have_two_names(name: str, openssl: str) -> None:
    assert openssl_name(name) == openssl
    if not is_tls13(name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers(f"{openssl}:@SECLEVEL=0")
        assert openssl in {cipher["name"] for cipher in context.get_ciphers()}


@pytest.mark.parametrize(
    ("name", "new"),
    [("TLS_AES_128_GCM_SHA256", True), ("TLS_RSA_WITH_AES_128_CBC_SHA", False), ("AES128-SHA", False)],
)
def test_suites_of_tls13_are_known_by_their_names(name: str, new: bool) -> None:
    assert is_tls13(name) == new
