"""Versions of FIXT sessions, as tools and people see them."""

import pytest

from pyfixmsg_plus.errors import RemoteProtocolError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.protocols import (
    ApplVersion,
    Declaration,
    FIXTSessionProtocol,
    MsgTypeEntry,
    VersionNegotiation,
    appl_ver_id,
    appl_version,
)

ORDERS = MsgTypeEntry("D", sends=True, version="FIX.4.2", is_default=True)
REPORTS = MsgTypeEntry("8", sends=False, version="FIX.5.0", appl_ext_id="97", cstm_appl_ver_id="house")


def order(**fields: str) -> Message:
    return Message({8: "FIXT.1.1", 35: "D", 11: "A1"} | {int(tag[1:]): value for tag, value in fields.items()})


@pytest.mark.parametrize(
    ("text", "value", "name"),
    [
        ("FIX.5.0SP2", "9", "FIX.5.0SP2"),
        ("FIX50SP1", "8", "FIX.5.0SP1"),
        ("6", "6", "FIX.4.4"),
        ("FIX.Latest", "10", "FIX.Latest"),
    ],
)
def test_versions_have_a_name_and_a_value(text: str, value: str, name: str) -> None:
    assert (appl_ver_id(text), appl_version(value)) == (value, name)


@pytest.mark.parametrize("text", ["", "FIXT.1.1", "11", "fix"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no version of the application"):
        appl_ver_id(text)
    with pytest.raises(ValueError, match="no value of ApplVerID"):
        appl_version(text)
    with pytest.raises(ValueError, match="no version of the application"):
        Declaration(text)


def test_the_first_that_applies_decides_the_version() -> None:
    declaration = Declaration("FIX.5.0SP2", (ORDERS, REPORTS), default_cstm_appl_ver_id="c", default_appl_ext_id="5")
    assert declaration.version_of(order(_1128="7", _1129="own", _1156="1")) == ("7", "own", "1")
    assert declaration.version_of(order()) == ApplVersion("4", "c", "5")
    # Listed for the other direction.
    assert declaration.version_of(Message({8: "FIXT.1.1", 35: "8"})) == ApplVersion("9", "c", "5")
    assert declaration.default.version == "FIX.5.0SP2"
    assert ApplVersion("77").version is None


def test_a_declaration_returns_from_the_logon_that_says_it() -> None:
    declaration = Declaration("9", (ORDERS, REPORTS), default_cstm_appl_ver_id="c", default_appl_ext_id="5")
    logon = Message({8: "FIXT.1.1", 35: "A", 98: 0, 108: 30, **declaration.logon_fields()})
    again = Declaration.from_logon(logon)
    assert again == declaration
    assert hash(again) == hash(declaration)
    assert again != Declaration("9")
    assert again != "9"
    assert [entry.msg_type for entry in again.msg_types] == ["D", "8"]
    assert again.msg_types[1].fields() == {372: "8", 385: "R", 1130: "7", 1406: "97", 1131: "house"}
    assert MsgTypeEntry("9", sends=True).fields() == {372: "9", 385: "S"}
    assert repr(again) == "Declaration('FIX.5.0SP2', 2 types)"
    assert Declaration("9").logon_fields() == {1137: "9"}


def test_a_side_that_lists_what_it_receives_receives_nothing_else() -> None:
    negotiation = VersionNegotiation(Declaration("9"), Declaration("9", (ORDERS, REPORTS)))
    assert negotiation.may_send("8")
    assert not negotiation.may_send("D")
    assert negotiation.may_receive("anything")
    assert negotiation.version_received(order()).version == "FIX.4.2"
    assert negotiation.version_sent(order()).version == "FIX.5.0SP2"


def test_a_logon_says_what_is_declared() -> None:
    protocol = FIXTSessionProtocol("FIX.5.0SP1", msg_types=(ORDERS,))
    logon = protocol.logon(30)
    assert str(logon) == "8=FIXT.1.1|35=A|98=0|108=30|384=1|372=D|385=S|1130=4|1410=Y|1137=8|"
    assert protocol.is_session_message(logon)
    assert not protocol.is_session_message(order())
    assert protocol.negotiate(logon).peer == protocol.declaration


@pytest.mark.parametrize(
    ("fields", "reason", "text"),
    [
        ({}, 1, r"no DefaultApplVerID\(1137\)"),
        ({1137: "10"}, 18, r"DefaultApplVerID\(1137\)=10 is not supported"),
        ({1137: "x"}, 18, r"DefaultApplVerID\(1137\)=x is not supported"),
    ],
)
def test_a_logon_without_a_version_that_is_supported_is_refused(fields: dict[int, str], reason: int, text: str) -> None:
    logon = Message({8: "FIXT.1.1", 35: "A", 98: 0, 108: 30, **fields})
    with pytest.raises(RemoteProtocolError, match=text) as caught:
        FIXTSessionProtocol().negotiate(logon)
    assert (caught.value.reason, caught.value.ref_tag_id) == (reason, 1137)


def test_the_default_is_one_of_those_that_are_supported() -> None:
    with pytest.raises(ValueError, match=r"FIX\.5\.0SP2, is not among"):
        FIXTSessionProtocol(supported_versions=("FIX.4.4",))
    assert FIXTSessionProtocol("6", ("FIX44",)).supported_versions == ("FIX.4.4",)


def test_a_version_finds_the_dictionary_that_describes_it_on_fixt() -> None:
    protocol = FIXTSessionProtocol()
    dictionary = protocol.dictionary_for(ApplVersion("6"))
    assert dictionary.version == "FIX.4.4"
    for version, tag in [(ApplVersion("10"), 1128), (ApplVersion("9", "house"), 1129), (ApplVersion("x"), 1128)]:
        with pytest.raises(RemoteProtocolError, match="there is no dictionary") as caught:
            protocol.dictionary_for(version)
        assert caught.value.ref_tag_id == tag
    with pytest.raises(RemoteProtocolError):
        FIXTSessionProtocol("9", ("9",)).dictionary_for(ApplVersion("6"))
