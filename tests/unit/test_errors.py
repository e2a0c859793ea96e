"""Every error is of one root, carries what its reader needs, and survives the way between processes."""

import pickle

import pytest

from pyfixmsg_plus.errors import (
    ConnectError,
    ConnectionRefused,
    DecodeError,
    DictionaryError,
    DictionaryFault,
    LocalProtocolError,
    ProxyError,
    ProxyHeaderError,
    PyFixMsgError,
    RemoteProtocolError,
    SlowConsumer,
    TlsError,
    TransportTimeout,
    ValueFormatError,
)

FAULT = ("venue.xml", 12, "field", "Price", "no type")
ERRORS = [
    LocalProtocolError("a value may not hold SOH"),
    RemoteProtocolError("Required tag missing", reason=1, ref_tag_id=55),
    DecodeError("CheckSum(10) is 64, the bytes sum to 63", offset=140, tag=10, kind="check_sum", reason=None),
    ValueFormatError("Price(44): not a Price", tag=44, datatype="Price", value="1e5"),
    DictionaryError("venue.xml:12: field Price: no type", faults=[FAULT]),
    ConnectError("cannot connect to venue:9876", host="venue", port=9876),
    ConnectionRefused("1000 connections are open, no more may be", reason="connections"),
    ProxyError("the HTTP proxy refused: 407", code=407),
    ProxyHeaderError("the connection does not begin with a PROXY header"),
    SlowConsumer("the peer does not read", unwritten=17_000_000, limit=16_777_216),
    TlsError("the TLS handshake failed: certificate has expired", kind="CERTIFICATE_VERIFY_FAILED"),
    TransportTimeout("the TLS handshake took longer than 10 s", limit_s=10.0),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_the_same_after_pickling(error: PyFixMsgError) -> None:
    restored = pickle.loads(pickle.dumps(error))
    assert type(restored) is type(error)
    assert str(restored) == str(error)
    assert vars(restored) == vars(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_of_the_one_root(error: Exception) -> None:
    assert isinstance(error, PyFixMsgError)


def test_a_value_of_the_wrong_form_is_a_value_error_too() -> None:
    with pytest.raises(ValueError, match="not a Price"):
        raise ValueFormatError("Price(44): not a Price", tag=44, datatype="Price", value="1e5")


def test_the_faults_of_a_dictionary_have_names() -> None:
    (fault,) = DictionaryError("faulty", faults=[FAULT]).faults
    assert fault == DictionaryFault(file="venue.xml", line=12, element="field", name="Price", text="no type")
