"""Check digits of securities' numbers."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.basket.identifiers import is_cusip, is_figi, is_isin, is_sedol

KNOWN: list[tuple[Callable[[str], bool], str]] = [
    (is_isin, "US0378331005"),
    (is_isin, "US5949181045"),
    (is_isin, "GB0002634946"),
    (is_isin, "AU0000XVGZA3"),
    (is_isin, "DE0007164600"),
    (is_cusip, "037833100"),
    (is_cusip, "594918104"),
    (is_cusip, "38259P508"),
    (is_sedol, "0263494"),
    (is_sedol, "B0WNLY7"),
    (is_sedol, "2046251"),
    (is_figi, "BBG000B9XRY4"),
    (is_figi, "BBG000BLNNH6"),
    (is_figi, "NRG92C84SB39"),
]


@pytest.mark.parametrize(("check", "number"), KNOWN)
def test_a_number_in_use_is_right(check: Callable[[str], bool], number: str) -> None:
    assert check(number)


@pytest.mark.parametrize(("check", "number"), KNOWN)
def test_another_check_digit_is_wrong(check: Callable[[str], bool], number: str) -> None:
    assert not any(check(number[:-1] + digit) for digit in "0123456789" if digit != number[-1])


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (is_isin, "us0378331005"),
        (is_isin, "US037833100"),
        (is_isin, "US037833100٥"),
        (is_cusip, "03783310"),
        (is_sedol, "A263494"),
        (is_figi, "GBG000B9XRY4"),
        (is_figi, "BBX000B9XRY4"),
        (is_figi, "BBG000A9XRY4"),
    ],
)
def test_another_form_is_wrong(check: Callable[[str], bool], text: str) -> None:
    assert not check(text)


@pytest.mark.parametrize("check", [is_isin, is_cusip, is_sedol, is_figi])
@given(text=st.text())
def test_any_text_is_right_or_wrong(check: Callable[[str], bool], text: str) -> None:
    assert check(text) in (True, False)
