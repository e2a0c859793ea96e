"""What the values module reads and writes by itself."""

import pytest

from pyfixmsg_plus.values import (
    MonthYear,
    SessionRejectReason,
    Tenor,
    format_timestamp,
    read_date,
    read_month_year,
    read_multiple,
    read_tenor,
    read_time,
)


@pytest.mark.parametrize(("ns", "digits", "text"), [
    (0, 3, "19700101-00:00:00.000"),
    (0, 0, "19700101-00:00:00"),
    (1_772_461_800_123_456_789, 9, "20260302-14:30:00.123456789"),
    (1_772_461_800_123_456_789, 6, "20260302-14:30:00.123456"),
    (1_772_461_800_999_999_999, 3, "20260302-14:30:00.999"),
    (-1, 9, "19691231-23:59:59.999999999"),
    (-62_135_596_800 * 10**9, 0, "00010101-00:00:00"),
])  # fmt: skip
def test_nanoseconds_are_written_as_a_timestamp(ns: int, digits: int, text: str) -> None:
    assert format_timestamp(ns, digits) == text


@pytest.mark.parametrize(("ns", "digits", "error"), [(0, 10, "digits"), (0, -1, "digits"), (10**30, 3, "years")])
def test_what_is_no_timestamp_is_not_written(ns: int, digits: int, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        format_timestamp(ns, digits)


def test_month_year_and_tenor_are_written_as_they_are_read() -> None:
    for text in ["202603", "20260315", "202603w3"]:
        assert read_month_year(text).wire == str(read_month_year(text)) == text
    assert read_tenor("M18") == Tenor("M", 18)
    assert read_tenor("M18").wire == "M18"
    assert MonthYear(2026, 3, day=1) != MonthYear(2026, 3)


@pytest.mark.parametrize("text", ["14:30:00x", "25:00:00", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_time(text)


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_date("20260230")


def test_words_are_parted_by_one_blank() -> None:
    assert read_multiple("1 G") == ("1", "G")


def test_the_reasons_have_the_numbers_of_the_standard() -> None:
    assert [reason.value for reason in SessionRejectReason] == [*range(19), 99]
