"""Completing our messages and comparing theirs, by table and by law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.testing.certification.completion import VariableError, complete, expand, filled, stamp
from pyfixmsg_plus.testing.certification.escapes import written
from pyfixmsg_plus.testing.certification.fields import read_rules, split_fields
from pyfixmsg_plus.testing.certification.judge import compare, envelope_faults, parse, value_of
from pyfixmsg_plus.testing.certification.steps import Expect
from tests.unit.testing.peers import NOW_NS
from tests.wire import wire

VARIABLES = {"BEGIN": "FIX.4.4", "US": "US", "PEER": "PEER", "out": "7", "id": "A1"}
HEADER = "49=US|52=20260302-14:30:00.000|56=PEER"


def soh(text: str) -> bytes:
    return text.encode("latin-1").replace(b"|", b"\x01")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("35=0|", f"8=FIX.4.4|9=49|35=0|34=7|{HEADER}|10="),
        # At their ascending places; the rest as it is written.
        ("35=0|43=Y|122=<TIME-1>|58=x|", f"35=0|34=7|43=Y|{HEADER}|122=20260302-14:29:59.000|58=x|10="),
        ("35=1|115=DESK|112=$id|", f"35=1|34=7|{HEADER}|115=DESK|112=A1|10="),
        ("35=0|34=$out+5|", f"35=0|34=12|{HEADER}|10="),
        ("35=0|52=!|", "35=0|34=7|49=US|56=PEER|10="),
        ("34=7|35=0|", f"|34=7|{HEADER}|35=0|10="),
        # A text that begins with 8= has its own header.
        ("8=FIX.4.2|35=0|34=1|", "8=FIX.4.2|9=10|35=0|34=1|10="),
        ("35=0|9=<LENGTH+5>|", f"8=FIX.4.4|9=54|35=0|34=7|{HEADER}|10="),
        ("35=0|52=<TIME.6+1.5>|", "|52=20260302-14:30:01.500000|"),
        ("35=0|52=<TIME.0>|", "|52=20260302-14:30:00|"),
        ("35=0|52=<TIME.99>|", "|52=20260302-14:30:00.000000000000|"),
    ],
)
def test_a_message_is_completed(text: str, made: str) -> None:
    assert soh(made) in complete(text, VARIABLES, NOW_NS, 3)


@pytest.mark.parametrize(("text", "ending"), [("35=0|", 0), ("35=0|10=<SUM+1>|", 1), ("35=0|10=<SUM-1>|", 255)])
def test_the_sum_is_right_or_as_wrong_as_it_is_written(text: str, ending: int) -> None:
    raw = complete(text, VARIABLES, NOW_NS, 3)
    right = sum(raw[: raw.rfind(b"\x0110=") + 1])
    assert int(raw[-4:-1]) == (right + ending) % 256


def test_a_sum_that_is_written_stays() -> None:
    assert complete("35=0|10=7|", VARIABLES, NOW_NS, 3).endswith(b"\x0110=7\x01")


def test_soh_can_stand_in_a_value() -> None:
    assert b"\x0158=a\x01b\x0110=" in complete("35=0|58=a\\x01b|", VARIABLES, NOW_NS, 3)


def test_raw_text_has_only_its_placeholders_filled() -> None:
    text = r"35=0|9=<LENGTH>|34=$out|58=\|\$out|10=<SUM>|"
    body = soh("35=0|9=14|34=7|58=") + b"|$out\x01"
    assert filled(text, VARIABLES, NOW_NS, 3) == body + b"10=%03d\x01" % (sum(body) % 256)
    assert filled("8=FIX.4.4|9=<LENGTH>|35=0|", VARIABLES, NOW_NS, 3) == soh("8=FIX.4.4|9=5|35=0|")
    assert filled("nothing", VARIABLES, NOW_NS, 3) == b"nothing"


def test_names_stand_for_values() -> None:
    assert expand(r"$id $out+3 $out-3 \$id 5$", VARIABLES) == r"A1 10 4 \$id 5$"
    assert expand("$one", {"one": "$two", "two": "2"}) == "2"


@pytest.mark.parametrize("text", ["$gone", "$id+1"])
def test_a_name_without_a_number_is_refused(text: str) -> None:
    with pytest.raises(VariableError, match=r"gone|A1"):
        expand(text, VARIABLES)


@pytest.mark.parametrize(
    ("digits", "text"), [(0, b"14:30:00"), (3, b"14:30:00.123"), (9, b"14:30:00.123456789"), (12, b".123456789000")]
)
def test_a_stamp_has_so_many_digits(digits: int, text: bytes) -> None:
    assert stamp(NOW_NS + 123_456_789, digits).endswith(text)


@given(st.lists(st.binary(min_size=1, max_size=8), max_size=5))
def test_values_survive_the_way_into_fields(values: list[bytes]) -> None:
    text = "".join(f"58={written(value)}|" for value in values if b"\x01" not in value)
    assert len(split_fields(text)) == sum(b"\x01" not in value for value in values)


def expectation(text: str, *, only: bool = False, ordered: bool = False) -> Expect:
    return Expect(line=1, text=text, rules=read_rules(text), only=only, ordered=ordered)


MESSAGE = parse(wire("8=FIX.4.4|35=8|34=7|58=|448=A|448=B|11=A1|"))


@pytest.mark.parametrize(
    "text",
    [
        "35=8|11=A1",
        "MsgType=8|ClOrdID=$id",
        "11=*|12=!",
        "11={B1,$id}",
        r"11=~[A-Z]\d",
        r"11=~B\|$id",
        "11=?A1|12=?B",
        "448=A|448=B|448=!",
        "58=",
    ],
)
def test_a_message_fits(text: str) -> None:
    assert compare(expectation(text), MESSAGE, VARIABLES, frozenset()).faults == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("11=A2", ["field 11: expected A2, received A1"]),
        ("12=A", ["field 12 is missing"]),
        ("12=@name", ["field 12 is missing"]),
        ("11=!", ["field 11: expected none, received A1"]),
        ("58=*", ["field 58: expected , received "]),
        ("11={A,B}", ["field 11: expected A,B, received A1"]),
        ("11=~A", ["field 11: expected A, received A1"]),
        ("11=?A2", ["field 11: expected A2, received A1"]),
        ("448=A|448=A", ["field 448: expected A, received B"]),
        ("11=A2|35=9", ["field 11: expected A2, received A1", "field 35: expected 9, received 8"]),
    ],
)
def test_a_message_differs(text: str, faults: list[str]) -> None:
    assert compare(expectation(text), MESSAGE, VARIABLES, frozenset()).faults == faults


def test_values_are_kept_under_their_names() -> None:
    kept = compare(expectation("11=@first|448=@party|12=?@none"), MESSAGE, VARIABLES, frozenset())
    assert (kept.faults, kept.names) == ([], {"first": "A1", "party": "A"})


def test_only_what_is_listed_may_be_there() -> None:
    only = expectation("35=8|11=A1", only=True)
    assert compare(only, MESSAGE, VARIABLES, frozenset({448})).faults == ["field 58 is not expected"]
    assert compare(only, MESSAGE, VARIABLES, frozenset({448, 58})).faults == []
    one = expectation("35=8|11=A1|58=|448=A", only=True)
    assert compare(one, MESSAGE, VARIABLES, frozenset()).faults == ["field 448 is not expected"]


def test_the_order_counts_if_it_is_asked_for() -> None:
    assert compare(expectation("448=A|11=A1", ordered=True), MESSAGE, VARIABLES, frozenset()).faults == []
    told = compare(expectation("11=A1|448=A", ordered=True), MESSAGE, VARIABLES, frozenset()).faults
    assert told == ["the fields come in another order"]


@given(st.binary(max_size=60))
def test_any_bytes_have_fields_and_an_envelope(raw: bytes) -> None:
    assert value_of(parse(raw), 0) is None or parse(raw)
    assert envelope_faults(raw, {8: "FIX.4.4"}, frozenset(), NOW_NS)


def test_a_good_envelope_has_no_fault() -> None:
    raw = wire("8=FIX.4.4|35=0|34=7|")
    expected = {8: "FIX.4.4", 49: "PEER", 56: "US", 34: "7"}
    assert envelope_faults(raw, expected, frozenset(), NOW_NS) == []
    assert envelope_faults(raw, {34: "8"}, frozenset({34}), NOW_NS) == []


@pytest.mark.parametrize("text", ["20260302-14:30:00", "20260302-14:30:00.123456", "20260302-14:31:59.999"])
def test_a_sending_time_may_have_a_fraction_and_be_two_minutes_off(text: str) -> None:
    assert envelope_faults(wire(f"8=FIX.4.4|35=0|34=7|52={text}|"), {}, frozenset(), NOW_NS) == []
