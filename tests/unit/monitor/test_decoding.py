"""A message is explained field by field, and tells no secret."""

import pyfixmsg_plus as fix
from pyfixmsg_plus.monitor import DecodedField, decode
from tests.wire import wire

FIX44 = fix.load_dictionary("FIX.4.4")


def test_each_field_has_its_name_and_a_code_its_meaning() -> None:
    told = decode(fix.parse(wire("8=FIX.4.4|35=X|34=2|268=1|279=0|269=3|")), FIX44)
    assert (told.msg_type, told.name, told.admin) == ("X", "MarketDataIncrementalRefresh", False)
    assert DecodedField(35, "MsgType", "X", "MarketDataIncrementalRefresh") in told.fields
    assert DecodedField(279, "MDUpdateAction", "0", "New") in told.fields
    assert DecodedField(34, "MsgSeqNum", "2", None) in told.fields


def test_a_password_is_masked_in_the_fields_and_in_the_text() -> None:
    told = decode(fix.parse(wire("8=FIX.4.4|35=A|34=1|98=0|108=30|554=secret|")), FIX44)
    assert told.admin
    assert "secret" not in repr(told)
    assert any(field.tag == 554 and field.name == "Password" for field in told.fields)


def test_what_the_dictionary_does_not_know_is_shown_without_a_name() -> None:
    told = decode(fix.parse(wire("8=FIX.4.4|35=zz|34=2|9999=x|"), strict=False), FIX44)
    assert told.name is None
    assert DecodedField(9999, None, "x", None) in told.fields
    assert DecodedField(35, "MsgType", "zz", None) in told.fields


def test_control_characters_do_not_reach_the_page() -> None:
    told = decode(fix.parse(wire("8=FIX.4.4|35=0|34=2|112=a\x1bb|"), strict=False), FIX44)
    assert "\x1b" not in told.text


def test_faults_are_told_in_words() -> None:
    told = decode(fix.parse(b"8=FIX.4.4\x019=5\x0135=0\x0110=161\x01", strict=False), FIX44)
    assert any("CheckSum" in fault for fault in told.faults)
