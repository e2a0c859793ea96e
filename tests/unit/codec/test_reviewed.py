"""What a careful user found: each case was wrong once."""

import pytest

import pyfixmsg_plus as fix
from tests.wire import wire


def test_a_lenient_reader_does_not_guess_a_separator_behind_soh() -> None:
    raw = wire("8=FIX.4.4|35=0|34=1|49=A|56=B|52=20260302-14:30:00|").replace(b"\x019=", b"\x01109=", 1)
    message = fix.parse(raw, strict=False)
    assert bytes(message) == raw
    assert [tag for tag, _ in message.items()][:2] == [8, 109]
    assert message.items()[-1][0] == 10
    assert "BodyLength(9) must be the second field" in message.faults[0].text


@pytest.mark.parametrize("text", ["99991231-23:59:59", "00010101-00:00:00"])
def test_a_timestamp_of_any_year_is_read(text: str) -> None:
    message = fix.Message({8: "FIX.4.4", 35: "D", 126: text})
    days = {"99991231-23:59:59": 253_402_300_799, "00010101-00:00:00": -62_135_596_800}
    assert message.timestamp(126) == message.value(126) == days[text] * 1_000_000_000


def test_a_version_that_does_not_exist_has_no_dictionary() -> None:
    message = fix.parse(wire("8=FIX.9.9|35=0|34=1|49=A|56=B|52=20260302-14:30:00|"))
    assert message.dictionary is None
    assert message[49] == "A"


def test_a_count_is_not_set_over_its_entries() -> None:
    message = fix.Message({8: "FIX.4.4", 35: "D", "NoPartyIDs": [{"PartyID": "A"}, {"PartyID": "B"}]})
    with pytest.raises(fix.LocalProtocolError, match=r"NoPartyIDs\(453\) counts the entries"):
        message["NoPartyIDs"] = "5"
    assert [party["PartyID"] for party in message.groups(453)] == ["A", "B"]


def test_validation_reports_a_piece_without_equals() -> None:
    raw = wire("8=FIX.4.4|35=0|34=1|49=A|56=B|52=20260302-14:30:00|112=a|b|")
    message = fix.parse(raw, strict=False)
    dictionary = fix.load_dictionary("FIX.4.4")
    assert [(v.reason, v.ref_tag_id) for v in dictionary.validate(message)] == [(17, 112)]
    first = dictionary.first_fault(message)
    assert first is not None
    assert first.text == "Non-data value includes field delimiter"


@pytest.mark.parametrize("version", ["4.4", "FIX.4.5", "5.0sp2", "nope"])
def test_an_unknown_version_names_the_known_ones(version: str) -> None:
    with pytest.raises(fix.DictionaryError, match=r"FIX\.4\.4"):
        fix.load_dictionary(version)
