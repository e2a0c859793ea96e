"""Validation: the rules about groups, every switch, the examples of the standard."""

from pathlib import Path

import pytest

import pyfixmsg_plus as fix
from tests.wire import wire

FIX44 = fix.load_dictionary("FIX.4.4")
ORDER = "8=FIX.4.4|35=D|34=2|11=A1|55=IBM|54=1|60=20260302-14:30:01|38=100|40=1|"


def faults(text: str, settings: fix.ValidationSettings | None = None) -> list[tuple[int | None, int | None]]:
    message = fix.parse(wire(text))
    found = FIX44.validate(message, settings)
    first = FIX44.first_fault(message, settings)
    assert (first is None) == (not found)
    if found:
        assert first == found[0]
    return [(fault.reason, fault.ref_tag_id) for fault in found]


@pytest.mark.parametrize(("group", "settings", "expected"), [
    ("78=2|79=A|80=1|79=B|80=2|", {}, []),
    ("78=2|79=A|80=1|661=1|79=B|80=2|661=1|", {}, (15, 661)),
    ("78=2|79=A|80=1|661=1|79=B|80=2|661=1|", {"validate_unordered_group_fields": False}, []),
    ("78=3|79=A|80=1|79=B|80=2|", {}, (16, 78)),
    ("78=1|80=1|79=A|", {}, (15, 80)),
    ("78=1|80=1|79=A|", {"first_field_in_group_is_delimiter": True, "validate_unordered_group_fields": False}, []),
    ("78=1|80=1|79=A|", {"missing_group_delimiter": "reject_99"}, (99, 78)),
    ("78=x|79=A|80=1|", {}, (6, 78)),
    ("78=0|", {}, []),
    ("79=A|80=1|", {}, (2, 79)),
])  # fmt: skip
def test_groups_are_held_against_the_table(group: str, settings: dict[str, bool], expected: object) -> None:
    found = faults(ORDER + group, fix.ValidationSettings(**settings))  # type: ignore[arg-type]
    assert found[:1] == ([expected] if expected else []), found


@pytest.mark.parametrize(("more", "expected", "settings"), [
    ("58=|", (4, 58), {"validate_fields_have_values": False}),
    ("38=|", (4, 38), {"validate_fields_have_values": False}),
    ("5555=x|", (0, 5555), {"validate_user_defined_fields": False}),
    ("5555=x|", (0, 5555), {"allow_tags": [5555]}),
    ("4999=x|", (0, 4999), {"allow_unknown_msg_fields": True}),
    ("269=0|", (2, 269), {"allow_unknown_msg_fields": True}),
    ("59=Z|", (5, 59), {"allow_unknown_enum_values": True}),
    ("59=Z|", (5, 59), {"allow_codes": [59]}),
    ("116=X|", (14, 116), {"validate_fields_out_of_order": False}),
    ("110=ten|", (6, 110), None),
    ("58=a|58=b|", (13, 58), None),
])  # fmt: skip
def test_each_switch_lets_pass_what_it_is_for(
    more: str, expected: tuple[int, int], settings: dict[str, bool] | None
) -> None:
    text = ORDER.replace("38=100|", "") + more if more.startswith("38=") else ORDER + more
    assert expected in faults(text)
    if settings is not None:
        assert faults(text, fix.ValidationSettings(**settings)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "expected"), [
    (ORDER.replace("54=1|", ""), (1, 54)),
    (ORDER.replace("35=D", "35=XCN"), (11, None)),
    (ORDER + "44=abc|", (6, 44)),
    (ORDER.replace("40=1", "40=2"), (5, 44)),
])  # fmt: skip
def test_what_is_missing_or_wrong_has_its_reason(text: str, expected: tuple[int, int]) -> None:
    found = FIX44.validate(fix.parse(wire(text)))
    assert expected in [(fault.reason or fault.business_reason, fault.ref_tag_id) for fault in found], found


def test_a_condition_is_ours_and_can_be_left_out() -> None:
    limit = ORDER.replace("40=1|", "40=2|")
    assert len(faults(limit)) == 1
    assert faults(limit, fix.ValidationSettings(conditional_rules=False)) == []


def test_xml_is_looked_at_on_request() -> None:
    message = fix.Message({8: "FIX.4.4", 35: "0", 34: 1, 49: "A", 56: "B", 52: "20260302-14:30:01", 213: b"<a>"})
    assert FIX44.validate(message) == []
    strict = fix.ValidationSettings(check_xml=True)
    sp2 = fix.load_dictionary("FIX.5.0SP2")
    order = fix.Message({8: "FIXT.1.1", 35: "D", 1185: b"<a>"})
    assert any(fault.ref_tag_id == 1185 for fault in sp2.validate(order, strict))
    assert not any(fault.ref_tag_id == 1185 for fault in sp2.validate(order))


def test_a_wrong_start_of_a_group_is_said_as_the_engines_do_that_answer_99() -> None:
    settings = fix.ValidationSettings(missing_group_delimiter="reject_99")
    found = FIX44.validate(fix.parse(wire(ORDER + "78=1|80=1|")), settings)
    assert (found[0].ref_tag_id, found[0].text) == (78, "Group 78's first entry does not start with delimiter 79")


def test_encoded_text_without_its_charset_lacks_a_field() -> None:
    (found,) = FIX44.validate(fix.parse(wire(ORDER + "354=1|355=a|")))
    assert (found.business_reason, found.ref_tag_id) == (5, 347)
    assert found.sentence == "MessageEncoding(347) is required because EncodedText(355) is there"
    assert FIX44.validate(fix.parse(wire(ORDER.replace("34=2|", "34=2|347=UTF-8|") + "354=1|355=a|"))) == []


def test_a_type_is_told_for_people() -> None:
    long = fix.parse(wire(f"8=FIX.4.4|35={'A' * 50}\x1b|34=2|"))
    assert {found.ref_msg_type for found in FIX44.validate(long)} == {"A" * 40 + "..."}
    escape = fix.parse(wire("8=FIX.4.4|35=A\x1b|34=2|"))
    assert {found.ref_msg_type for found in FIX44.validate(escape)} == {"A\u00b7"}
    assert escape.raw(35) == b"A\x1b"


def test_a_violation_says_where_and_why() -> None:
    text = ORDER + "453=3|448=A|447=D|452=1|448=B|447=D|452=999|"
    found = FIX44.validate(fix.parse(wire(text)))
    count = next(fault for fault in found if fault.reason == 16)
    assert count.sentence == str(count) == "NoPartyIDs(453) says 3, 2 entries follow"
    assert (count.ref_tag_id, count.ref_msg_type, count.business_reason) == (453, "D", None)
    assert count.position is not None
    assert count.offset is not None
    code = next(fault for fault in found if fault.ref_tag_id == 452)
    assert (code.reason, code.path) == (5, "NoPartyIDs[1]")
    assert "373=5" in repr(code)
    assert count.text


def test_settings_are_values() -> None:
    assert fix.ValidationSettings() == fix.ValidationSettings()
    assert fix.ValidationSettings(check_xml=True) != fix.ValidationSettings()
    with pytest.raises(ValueError, match="missing_group_delimiter is"):
        fix.ValidationSettings(missing_group_delimiter="other")  # type: ignore[arg-type]


# One message a line, SOH as |, an SOH within data as ^.
EXAMPLES = (Path(__file__).parent / "examples.txt").read_text(encoding="utf-8").splitlines()


def example(line: str) -> bytes:
    return line.encode().replace(b"|", b"\x01").replace(b"^", b"\x01")


@pytest.mark.parametrize("line", EXAMPLES, ids=[line.split("|")[2] + f"-{at}" for at, line in enumerate(EXAMPLES)])
def test_the_examples_are_read_valid_and_written_as_they_are(line: str) -> None:
    raw = example(line)
    message = fix.parse(raw)
    assert message.encode() == raw
    assert message.dictionary is not None
    # The News line names no source of its text, and the update carries no price type: structure alone is asked for.
    assert message.dictionary.validate(message, fix.ValidationSettings(conditional_rules=False)) == []
    head, _, trailer = raw.rpartition(b"10=")
    assert int(trailer[:3]) == sum(head) % 256
    assert message.int(9) == len(head.split(b"\x01", 2)[2])


def test_the_examples_with_a_wrong_sum_or_length_are_garbled() -> None:
    raw = example(EXAMPLES[1])
    for wrong in (raw.replace(b"10=063", b"10=064"), raw.replace(b"9=129", b"9=128")):
        with pytest.raises(fix.DecodeError):
            fix.parse(wrong)
        assert fix.split(wrong)[0] == []


def test_the_examples_hold_what_they_show() -> None:
    hidden, wide, nested = (fix.parse(example(EXAMPLES[at])) for at in (5, 6, 4))
    assert hidden.raw(96) == b"a\x0110=000\x01b=c"
    assert wide["EncodedHeadline"] == "東京"
    assert nested.groups(453)[0].groups(802)[0]["PartySubID"] == "DESK"
    late = fix.parse(example(EXAMPLES[8]))
    assert late.timestamp(60) % 10**9 == 250_122_456
    assert late.dictionary is not None
    assert late.dictionary.version == "FIX.4.4"


@pytest.mark.parametrize(("text", "reason", "tag", "sentence"), [
    ("33=1|58=x|95=3|", 1, 96, "RawData(96) must stand directly behind RawDataLength(95), which says 3"),
    ("33=1|58=x|354=2|", 1, 355, "EncodedText(355) must stand directly behind EncodedTextLen(354), which says 2"),
])  # fmt: skip
def test_a_length_without_its_data_is_a_fault(text: str, reason: int, tag: int, sentence: str) -> None:
    message = fix.parse(wire(f"8=FIX.4.4|35=B|34=2|148=x|{text}"))
    (found,) = fix.load_dictionary("FIX.4.4").validate(message)
    assert (found.reason, found.ref_tag_id, found.sentence) == (reason, tag, sentence)
    assert found.text == "Required tag missing"


def test_a_length_of_nothing_needs_no_data() -> None:
    message = fix.parse(wire("8=FIX.4.4|35=0|34=2|"))
    assert fix.load_dictionary("FIX.4.4").validate(message) == []
    message = fix.parse(wire("8=FIX.4.4|35=B|34=2|148=x|33=1|58=x|95=0|"))
    assert fix.load_dictionary("FIX.4.4").validate(message) == []


def test_faults_that_are_not_listed_are_counted() -> None:
    message = fix.parse(wire("8=FIX.4.4|35=0|34=2|" + "9999=x|" * 20_000))
    found = fix.load_dictionary("FIX.4.4").validate(message)
    assert len(found) == 10_001
    assert found[-1].sentence == "29999 further faults of this message are not listed"
    assert (found[-1].reason, found[-1].ref_tag_id) == (99, None)
