"""Every datatype, read and refused: the tables of the standard's datatypes."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.values import MonthYear, Tenor

# A field of each datatype, by version: what is read is typed by the dictionary.
FIELDS = {
    "int": ("FIX.4.4", 82),
    "SeqNum": ("FIX.4.4", 34),
    "Length": ("FIX.4.4", 95),
    "DayOfMonth": ("FIX.4.2", 205),
    "float": ("FIX.4.4", 154),
    "char": ("FIX.4.4", 54),
    "Boolean": ("FIX.4.4", 43),
    "MultipleCharValue": ("FIX.5.0SP2", 18),
    "MultipleStringValue": ("FIX.5.0SP2", 276),
    "UTCTimestamp": ("FIX.4.4", 60),
    "UTCTimeOnly": ("FIX.4.4", 273),
    "LocalMktDate": ("FIX.4.4", 64),
    "UTCDateOnly": ("FIX.4.4", 272),
    "TZTimeOnly": ("FIX.5.0SP2", 1079),
    "TZTimestamp": ("FIX.5.0SP2", 1132),
    "MonthYear": ("FIX.4.4", 200),
    "Country": ("FIX.4.4", 421),
    "Currency": ("FIX.4.4", 15),
    "Exchange": ("FIX.4.4", 207),
    "Language": ("FIX.5.0SP2", 1474),
}


def read(datatype: str, text: str) -> object:
    version, tag = FIELDS[datatype]
    message = fix.Message({tag: text}, dictionary=fix.load_dictionary(version))
    return message.value(tag)


@pytest.mark.parametrize(("datatype", "text", "value"), [
    ("int", "0", 0),
    ("int", "-5", -5),
    ("int", "007", 7),
    ("SeqNum", "1", 1),
    ("SeqNum", "18446744073709551615", 2**64 - 1),
    ("Length", "0", 0),
    ("DayOfMonth", "31", 31),
    ("float", "23", Decimal(23)),
    ("float", "23.", Decimal(23)),
    ("float", ".5", Decimal("0.5")),
    ("float", "-.5", Decimal("-0.5")),
    ("float", "-0.10", Decimal("-0.10")),
    ("float", "00023.2300", Decimal("23.2300")),
    ("float", "123456789012345678901234567890.123456789", Decimal("123456789012345678901234567890.123456789")),
    ("char", "A", "A"),
    ("char", "=", "="),
    ("Boolean", "Y", True),
    ("Boolean", "N", False),
    ("MultipleCharValue", "1 G B", ("1", "G", "B")),
    ("MultipleStringValue", "AV AN A", ("AV", "AN", "A")),
    ("UTCTimestamp", "20260302-14:30:00", 1772461800 * 10**9),
    ("UTCTimestamp", "20260302-14:30:00.1", 1772461800 * 10**9 + 10**8),
    ("UTCTimestamp", "20260302-14:30:00.123456789012", 1772461800 * 10**9 + 123456789),
    ("UTCTimestamp", "20161231-23:59:60", 1483228799 * 10**9 + 999_999_999),
    ("UTCTimestamp", "19700101-00:00:00", 0),
    ("UTCTimeOnly", "14:30:00.250", time(14, 30, 0, 250_000)),
    ("UTCTimeOnly", "23:59:60", time(23, 59, 59, 999_999)),
    ("LocalMktDate", "20240229", date(2024, 2, 29)),
    ("UTCDateOnly", "20260302", date(2026, 3, 2)),
    ("TZTimeOnly", "07:39Z", time(7, 39, tzinfo=UTC)),
    ("TZTimeOnly", "02:39-05", time(2, 39, tzinfo=timezone(timedelta(hours=-5)))),
    ("TZTimeOnly", "13:09:00.1+05:30", time(13, 9, 0, 100_000, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
    ("TZTimestamp", "20060901-07:39Z", datetime(2006, 9, 1, 7, 39, tzinfo=UTC)),
    ("MonthYear", "202603", MonthYear(2026, 3)),
    ("MonthYear", "20260315", MonthYear(2026, 3, day=15)),
    ("MonthYear", "202603w3", MonthYear(2026, 3, week=3)),
    ("Country", "JP", "JP"),
    ("Currency", "EUR", "EUR"),
    ("Exchange", "XNYS", "XNYS"),
    ("Language", "en", "en"),
])  # fmt: skip
def test_a_value_has_the_type_of_its_datatype(datatype: str, text: str, value: object) -> None:
    found = read(datatype, text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("datatype", "texts"), [
    ("int", ["+5", "5.0", " 5", "--5", "0x5", "5 ", "-"]),
    ("SeqNum", ["-1", "1e3", "18446744073709551616"]),
    ("DayOfMonth", ["0", "32"]),
    ("float", ["+200.00", "1e5", "1,000", ".", "-", "NaN", "inf", "1.2.3"]),
    ("char", ["AB"]),
    ("Boolean", ["y", "1", "true"]),
    ("MultipleCharValue", ["1G", "1  G", " 1", "1 "]),
    ("MultipleStringValue", ["AV  AN", " AV", "AV "]),
    ("UTCTimestamp", ["20260302 14:30:00", "20260302-24:00:00", "20260230-00:00:00", "2026-03-02T14:30:00Z",
                      "20260302-14:30:00.1234567890123", "20260302-14:30", "20260302-14:30:61", "20260302-14:30:00."]),
    ("UTCTimeOnly", ["14:30", "24:00:00"]),
    ("LocalMktDate", ["20230229", "20260302-00:00:00", "2026032"]),
    ("TZTimeOnly", ["07:39", "07:39+5"]),
    ("TZTimestamp", ["20060901-07:39"]),
    ("MonthYear", ["2026", "202613", "202603w6", "202603W3", "20260332"]),
    ("Country", ["USA", "us1"]),
    ("Currency", ["EU", "EURO"]),
])  # fmt: skip
def test_what_has_another_form_is_refused_and_named(datatype: str, texts: list[str]) -> None:
    version, tag = FIELDS[datatype]
    dictionary = fix.load_dictionary(version)
    for text in texts:
        message = fix.Message({8: "FIX.4.4", 35: "D", tag: text}, dictionary=dictionary)
        with pytest.raises(fix.ValueFormatError) as caught:
            message.value(tag)
        error = caught.value
        assert (error.tag, error.value) == (tag, text)
        assert error.datatype
        assert f"{dictionary.field(tag).name}({tag})" in str(error)
        assert message[tag] == text, "the text is there all the same"
        found = [fault for fault in dictionary.validate(message) if fault.ref_tag_id == tag and fault.reason == 6]
        assert found, f"{text!r} passes as {datatype}"


def test_a_tenor_is_read_as_one_of_the_words_of_settl_type() -> None:
    dictionary = fix.load_dictionary("FIX.5.0SP2")
    assert dictionary.field(63).union_datatype == "Tenor"
    for text, passes in [("D5", True), ("M18", True), ("0", True), ("18M", False), ("M0", False)]:
        message = fix.Message({8: "FIXT.1.1", 35: "D", 63: text}, dictionary=dictionary)
        assert any(fault.ref_tag_id == 63 for fault in dictionary.validate(message)) != passes, text
    assert Tenor("M", 18).wire == str(Tenor("M", 18)) == "M18"


@pytest.mark.parametrize(
    ("text", "passes"), [("1", True), ("100", True), ("101", True), ("99", False), ("PRE-OPEN", False)]
)
def test_a_union_takes_a_code_or_its_second_type(text: str, passes: bool) -> None:
    for version, has_list in [("FIX.5.0SP2", True), ("FIX.4.4", False)]:
        dictionary = fix.load_dictionary(version)
        message = fix.Message({8: "FIXT.1.1", 35: "D", 336: text}, dictionary=dictionary)
        found = [fault for fault in dictionary.validate(message) if fault.ref_tag_id == 336 and fault.reason == 5]
        assert (not found) == (passes or not has_list), (version, found)


def test_each_getter_reads_its_type() -> None:
    message = fix.Message({38: "002000.00", 34: "7", 43: "Y", 60: "20260302-14:30:00.123456789012", 58: "caf\xe9"})
    assert message.decimal(38) == Decimal("2000.00")
    assert message[38] == "002000.00"
    assert message.scaled(38, 2) == 200_000
    assert message.int(34) == 7
    assert message.bool(43) is True
    assert message.timestamp(60) == 1772461800_123456789
    assert message.raw(58) == b"caf\xe9"
    assert message.get(58) == "caf\xe9"


def test_a_scale_that_would_lose_digits_is_refused() -> None:
    message = fix.Message({44: "1.005"})
    assert message.scaled(44, 3) == 1005
    with pytest.raises(fix.ValueFormatError, match="more than 2 decimal places"):
        message.scaled(44, 2)


def test_numbers_of_any_size_have_a_bounded_cost() -> None:
    digits = "9" * 100_000
    message = fix.Message({44: digits, 34: digits})
    assert message.decimal(44) == Decimal(digits)
    with pytest.raises(fix.ValueFormatError):
        message.int(34)
    with pytest.raises(fix.ValueFormatError):
        message.scaled(44, 2)


@pytest.mark.parametrize(("value", "text"), [
    ("text", "text"),
    (b"bytes", "bytes"),
    (bytearray(b"more"), "more"),
    (7, "7"),
    (-(2**70), str(-(2**70))),
    (True, "Y"),
    (False, "N"),
    (Decimal("1.50"), "1.50"),
    (Decimal("1E+3"), "1000"),
    (Decimal("-0.5"), "-0.5"),
    (date(2026, 3, 2), "20260302"),
    (time(14, 30), "14:30:00"),
    (time(14, 30, 0, 250_000), "14:30:00.250"),
    (time(14, 30, tzinfo=UTC), "14:30:00Z"),
    (time(14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))), "14:30:00+05:30"),
    (time(14, 30, tzinfo=timezone(timedelta(hours=-5))), "14:30:00-05"),
    (datetime(2026, 3, 2, 14, 30, tzinfo=UTC), "20260302-14:30:00.000"),
    (datetime(2026, 3, 2, 14, 30, 0, 250_122, tzinfo=UTC), "20260302-14:30:00.250122"),
    (datetime(2026, 3, 2, 16, 30, tzinfo=timezone(timedelta(hours=2))), "20260302-14:30:00.000"),
    (MonthYear(2026, 3, week=3), "202603w3"),
    (Tenor("M", 18), "M18"),
    (("1", "G"), "1 G"),
    (["AV", "AN"], "AV AN"),
    (Decimal("1E+4300"), "1" + "0" * 4300),
    (Decimal("-2.50E-10"), "-0.000000000250"),
])  # fmt: skip
def test_a_value_of_python_is_written_as_fix_writes_it(value: object, text: str) -> None:
    message = fix.Message({58: value})
    assert message[58] == text
    message[58] = "before"
    message[58] = value  # type: ignore[assignment]
    assert message[58] == text


@pytest.mark.parametrize(("value", "error"), [
    (1.5, "float"),
    (object(), "object"),
    (Decimal("NaN"), "no number"),
    (Decimal("Infinity"), "no number"),
    (Decimal("1E+1000000000000"), "more than 4300 digits"),
    (Decimal("1E-4301"), "more than 4300 digits"),
    (datetime(2026, 3, 2), "zone"),  # noqa: DTZ001
    (["a", ["b"]], "lists"),
])  # fmt: skip
def test_what_no_field_can_hold_is_refused(value: object, error: str) -> None:
    with pytest.raises((TypeError, ValueError), match=error):
        fix.Message({58: value})


def test_a_list_that_holds_itself_ends() -> None:
    words: list[object] = ["a"]
    words.append(words)
    with pytest.raises(TypeError, match="lists"):
        fix.Message({58: words})
    entry: dict[int, object] = {448: "A"}
    entry[802] = [entry]
    with pytest.raises(ValueError, match="nested deeper"):
        fix.Message({453: [entry]}, dictionary=False)
