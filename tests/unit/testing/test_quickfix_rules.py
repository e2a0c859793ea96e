"""Completion and comparison as the runner of the QuickFIX family has them, mistakes included."""

import pytest

from pyfixmsg_plus.testing.certification.quickfix_rules import complete, difference, expand_times

NOON_NS = 1_772_452_800_000_000_000  # 2026-03-02 12:00:00 UTC


def soh(text: str) -> bytes:
    return text.encode("latin-1").replace(b"|", b"\x01")


@pytest.mark.parametrize(
    ("body", "completed"),
    [
        ("8=FIX.4.4|35=0|34=2|", "8=FIX.4.4|9=10|35=0|34=2|10=166|"),
        # What is written stays, right or wrong.
        ("8=FIX.4.4|9=99|35=0|", "8=FIX.4.4|9=99|35=0|10=224|"),
        ("8=FIX.4.4|9=5|35=0|10=7|", "8=FIX.4.4|9=5|35=0|10=7|"),
        # A written sum beside an automatic length: the SOH in front of it is not counted.
        ("8=FIX.4.4|35=0|34=2|10=256|", "8=FIX.4.4|9=9|35=0|34=2|10=256|"),
        # A body that does not begin with 8= is sent as it is.
        ("35=0|8=FIX.4.4|9=29|10=121|", "35=0|8=FIX.4.4|9=29|10=121|"),
        ("8=FIX.4.4", "8=FIX.4.4"),
    ],
)
def test_length_and_sum_are_added_where_they_are_not_written(body: str, completed: str) -> None:
    assert complete(soh(body)) == soh(completed)


@pytest.mark.parametrize(
    ("body", "expanded"),
    [
        ("52=<TIME>|60=<TIME>|", "52=20260302-12:00:00|60=20260302-12:00:00|"),
        ("52=<TIME+121>|", "52=20260302-12:02:01|"),
        ("52=<TIME-1>|", "52=20260302-11:59:59|"),
        ("52=<TIMES>|", "52=<TIMES>|"),
    ],
)
def test_times_are_utc_to_the_second(body: str, expanded: str) -> None:
    assert expand_times(soh(body), NOON_NS + 999_999_999) == soh(expanded)


HEAD = "8=FIX.4.4|9=1|35=0|"


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ("112=A|10=0|", "112=A|10=123|"),
        # Patterns are found anywhere in the value.
        ("10=0|", "10=91234|"),
        ("52=00000000-00:00:00.000|10=0|", "52=20260302-12:00:00|10=123|"),
        ("52=00000000-00:00:00|10=0|", "52=20260302-12:00:00.123456|10=123|"),
        ("60=0|42=0|122=0|10=0|", "60=20260302-12:00:00.1|42=x20260302-12:00:00|122=20260302-12:00:00|10=123|"),
        # A value ends at its second =, and a field without a value is the same with and without a sign.
        ("58=a=b|10=0|", "58=a=c|10=123|"),
        ("112|10=0|", "112=|10=123|"),
    ],
)
def test_these_messages_are_the_same(expected: str, received: str) -> None:
    assert difference(soh(HEAD + expected), soh(HEAD + received)) == ""


@pytest.mark.parametrize(
    ("expected", "received", "told"),
    [
        ("112=A|10=0|", "10=123|", "expected 5 fields, received 4"),
        ("112=A|58=B|10=0|", "58=B|112=A|10=123|", "expected field '112', received field '58'"),
        ("112=A|10=0|", "112=B|10=123|", "field '112': expected 'A', received 'B'"),
        ("10=0|", "10=12|", r"field '10': '12' does not match \d{3}"),
        ("52=0|10=0|", "52=20260302-12:00|10=123|", "field '52': "),
    ],
)
def test_these_messages_differ(expected: str, received: str, told: str) -> None:
    assert difference(soh(HEAD + expected), soh(HEAD + received)).startswith(told)


def test_the_length_is_compared_to_the_letter() -> None:
    assert (
        difference(soh("8=FIX.4.4|9=5|10=0|"), soh("8=FIX.4.4|9=05|10=123|"))
        == "field '9': expected '5', received '05'"
    )
