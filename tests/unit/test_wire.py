"""wire() supplies what a test leaves out, and nothing that it wrote."""

import pytest

from tests.wire import wire


@pytest.mark.parametrize(
    ("text", "header", "expected"),
    [
        (
            "8=FIX.4.4|35=2|34=5|49=BUYSIDE|52=20260302-14:31:00.000|56=VENUE|7=2|16=0|",
            True,
            "8=FIX.4.4|9=64|35=2|34=5|49=BUYSIDE|52=20260302-14:31:00.000|56=VENUE|7=2|16=0|10=216|",
        ),
        ("8=FIX.4.4|35=0|", False, "8=FIX.4.4|9=5|35=0|10=163|"),
        ("8=FIX.4.4|9=6|35=0|10=000|", False, "8=FIX.4.4|9=6|35=0|10=000|"),
        (
            "8=FIX.4.4|35=0|34=7|43=Y|122=20260302-14:30:00|112=T|10=000|",
            True,
            "8=FIX.4.4|9=82|35=0|34=7|43=Y|49=PEER|52=20260302-14:30:00.000|56=US|122=20260302-14:30:00|112=T|10=000|",
        ),
    ],
)
def test_what_is_missing_is_supplied_in_its_place(text: str, header: bool, expected: str) -> None:
    assert wire(text, header=header) == expected.encode().replace(b"|", b"\x01")


def test_lengths_count_bytes() -> None:
    assert wire("8=FIX.4.4|35=B|359=東京|", header=False).startswith(b"8=FIX.4.4\x019=16\x01")
