"""Reading a message: by tag and by name, its groups, and what is said where something is not there."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import pyfixmsg_plus as fix
from tests.wire import wire

ORDER = wire("8=FIX.4.4|35=D|34=2|11=A1|21=1|38=100|40=2|44=99.25|54=1|55=IBM|60=20260302-14:30:01.249|")
FILL = wire(
    "8=FIX.4.4|35=8|34=3|6=0|11=A1|14=0|17=E1|37=O1|39=0|54=1|55=IBM|150=0|151=100|"
    "453=2|448=BRK|447=D|452=1|802=1|523=DESK|803=4|448=CLR|447=D|452=4|"
)


def test_a_field_is_read_by_tag_and_by_name() -> None:
    order = fix.parse(ORDER)
    assert order[55] == order["Symbol"] == order["55"] == order.get("Symbol") == "IBM"
    assert order.raw("Symbol") == b"IBM"
    assert order.decimal("Price") == Decimal("99.25")
    assert 55 in order
    assert "Symbol" in order
    assert 1 not in order
    assert order.get(1) is None
    assert order.get("Account", "none") == "none"


def test_a_message_says_what_it_is() -> None:
    order = fix.parse(ORDER)
    assert (order.msg_type, order.begin_string, order.name) == ("D", "FIX.4.4", "NewOrderSingle")
    assert order.dictionary == fix.load_dictionary("FIX.4.4")
    assert not order.is_changed
    assert order.faults == []
    empty = fix.Message()
    assert (empty.msg_type, empty.begin_string, empty.name, len(empty)) == (None, None, None, 0)


def test_the_fields_of_the_wire_are_listed_in_their_order() -> None:
    order = fix.parse(ORDER)
    assert order.tags() == list(order) == [tag for tag, _ in order.items()]
    assert order.tags()[:3] == [8, 9, 35]
    assert len(order) == 16
    assert order.items()[-1] == (10, order[10])


@pytest.mark.parametrize(("key", "text"), [
    (44_000, "44000 is not in this NewOrderSingle(35=D)"),
    ("Account", "Account(1) is not in this NewOrderSingle(35=D)"),
    ("Simbol", "FIX.4.4 has no field 'Simbol'; did you mean Symbol(55)?"),
    ("Pryce", "FIX.4.4 has no field 'Pryce'; did you mean Price(44)?"),
])  # fmt: skip
def test_what_is_not_there_is_named(key: int | str, text: str) -> None:
    order = fix.parse(ORDER)
    with pytest.raises(KeyError) as caught:
        order[key]
    assert caught.value.args[0].replace('"', "'") == text


@pytest.mark.parametrize("key", [1.5, None, b"Symbol", -1])
def test_a_field_is_named_by_tag_or_name_alone(key: object) -> None:
    with pytest.raises(TypeError, match="by its tag or its name"):
        fix.parse(ORDER)[key]  # type: ignore[index]


def test_a_value_of_another_form_says_field_type_and_value() -> None:
    order = fix.parse(ORDER)
    with pytest.raises(fix.ValueFormatError) as caught:
        order.int("Price")
    assert (caught.value.tag, caught.value.datatype, caught.value.value) == (44, "int", "99.25")
    assert "Price(44)" in str(caught.value)
    assert isinstance(caught.value, ValueError)
    for read in (order.bool, order.timestamp, order.decimal):
        with pytest.raises(fix.ValueFormatError, match=r"Symbol\(55\)"):
            read("Symbol")


@pytest.mark.parametrize("read", [fix.Message.int, fix.Message.timestamp, lambda found, tag: found.scaled(tag, 2)])
def test_an_error_shows_the_start_of_a_long_value_and_holds_all_of_it(read: Callable[[fix.Message, int], int]) -> None:
    long = "0." + "5" * 100_000
    order = fix.Message({8: "FIX.4.4", 35: "D", 44: long})
    with pytest.raises(fix.ValueFormatError) as caught:
        read(order, 44)
    assert len(str(caught.value)) < 200
    assert f"{long[:40]}..." in str(caught.value)
    assert caught.value.value == long


def test_an_error_about_a_secret_does_not_show_it() -> None:
    logon = fix.parse(wire("8=FIX.4.4|35=A|34=1|98=0|108=30|553=desk|554=secret|"))
    with pytest.raises(fix.ValueFormatError) as caught:
        logon.int(554)
    assert "secret" not in str(caught.value)
    assert caught.value.value == "***"


def test_groups_are_lists_of_entries_that_nest() -> None:
    fill = fix.parse(FILL)
    broker, clearer = fill.groups("NoPartyIDs")
    assert [broker["PartyID"], clearer["PartyID"]] == ["BRK", "CLR"]
    assert broker.int("PartyRole") == 1
    assert broker.tags() == list(broker) == [448, 447, 452, 802, 523, 803]
    assert clearer.items() == [(448, "CLR"), (447, "D"), (452, "4")]
    assert len(clearer) == 3
    assert (clearer.count_tag, clearer.index) == (453, 1)
    assert clearer.message is fill
    (desk,) = broker.groups(802)
    assert desk["PartySubID"] == "DESK"
    assert desk.value(803) == 4
    assert clearer.groups(802) == []
    assert fill.groups("NoAllocs") == []
    assert 802 in broker
    assert 802 not in clearer
    assert clearer.get(523) is None
    assert clearer.get(523, "none") == "none"


def test_a_member_that_an_entry_lacks_is_named_with_its_entry() -> None:
    fill = fix.parse(FILL)
    with pytest.raises(KeyError, match=r"PartySubID\(523\) is not in entry 2 of NoPartyIDs\(453\)"):
        fill.groups(453)[1]["PartySubID"]


def test_each_getter_of_an_entry_reads_its_type() -> None:
    raw = wire("8=FIX.4.4|35=X|34=7|262=M|268=1|279=0|269=0|55=IBM|270=99.24|271=500|272=20260302|37=O|432=20260302|")
    (entry,) = fix.parse(raw).groups(268)
    assert entry.decimal(270) == Decimal("99.24")
    assert entry.scaled(270, 4) == 992_400
    assert entry.int(271) == 500
    assert entry.raw(37) == b"O"
    assert entry.value("MDUpdateAction") == "0"
    quote = fix.Message(
        {
            8: "FIX.4.4",
            35: "i",
            117: "Q",
            296: [{302: "S", 304: 1, 893: "Y", 295: [{299: "E", 60: "20260302-14:30:00"}]}],
        }
    )
    (entries,) = quote.groups(296)
    assert entries.bool("LastFragment") is True
    assert entries.groups(295)[0].timestamp(60) == 1772461800 * 10**9
    for read in (entry.int, entry.bool, entry.timestamp):
        with pytest.raises(fix.ValueFormatError):
            read(270)
    with pytest.raises(fix.ValueFormatError):
        entry.decimal(55)
    with pytest.raises(fix.ValueFormatError, match="decimal places"):
        entry.scaled(270, 1)
    with pytest.raises(fix.ValueFormatError):
        entry.scaled(55, 1)


def test_rows_give_the_values_of_every_entry_at_once() -> None:
    raw = wire("8=FIX.4.4|35=X|34=7|262=M|268=2|279=0|269=0|270=99.24|271=500|279=2|269=1|270=99.26|")
    update = fix.parse(raw)
    assert update.rows(268, "MDUpdateAction", 270, "MDEntrySize") == [
        ("0", Decimal("99.24"), Decimal(500)),
        ("2", Decimal("99.26"), None),
    ]
    assert update.rows("NoUnderlyings", 311) == []


def test_rows_give_numbers_as_scaled_integers_where_a_scale_stands_beside_the_field() -> None:
    raw = wire("8=FIX.4.4|35=X|34=7|262=M|268=2|279=0|269=0|270=99.24|271=500|279=2|269=1|270=-99.2600|")
    received = fix.parse(raw)
    changed = received.copy()
    changed[262] = "N"
    for update in (received, changed):
        assert update.rows(268, 269, (270, 3), ("MDEntrySize", 0)) == [("0", 99_240, 500), ("1", -99_260, None)]


@pytest.mark.parametrize(
    ("member", "error"),
    [
        ((270, 1), fix.ValueFormatError),  # 99.24 has two decimal places
        ((37, 1), fix.ValueFormatError),  # no number
        ((270, 256), OverflowError),
        ((270, -1), OverflowError),
        ((270, "2"), TypeError),
        ((270,), ValueError),
        ((270, 2, 2), ValueError),
        (("NoSuchField", 2), KeyError),
        (([270], 2), TypeError),
    ],
)
def test_rows_refuse_a_scale_that_would_lose_digits_and_a_pair_that_is_none(
    member: Any, error: type[Exception]
) -> None:
    update = fix.parse(wire("8=FIX.4.4|35=X|34=7|262=M|268=1|279=0|269=0|270=99.24|271=500|37=O|"))
    with pytest.raises(error):
        update.rows(268, 269, member)


@pytest.mark.parametrize(
    ("text", "scale", "number"),
    [
        ("1.08345", 5, 108_345),
        ("-0", 2, 0),
        ("9223372036854775807", 0, 2**63 - 1),
        ("-9223372036854775808", 0, -(2**63)),
        ("9223372036854775808", 0, 2**63),
        ("123456789.123456789012", 12, 123_456_789_123_456_789_012),
        ("-1", 38, -(10**38)),
        ("1.5000", 1, 15),
    ],
)
def test_a_scaled_integer_is_exact_at_any_size(text: str, scale: int, number: int) -> None:
    update = fix.parse(wire(f"8=FIX.4.4|35=X|34=7|262=M|268=1|279=0|269=0|270={text}|"))
    (entry,) = update.groups(268)
    assert entry.scaled(270, scale) == update.scaled(270, scale) == update.rows(268, (270, scale))[0][0] == number


def test_without_a_dictionary_the_caller_names_the_delimiter() -> None:
    flat = fix.parse(FILL, dictionary=False)
    assert flat.dictionary is None
    assert flat.name is None
    assert flat.tags().count(448) == 2
    entries = flat.groups(453, 448)
    assert [entry[448] for entry in entries] == ["BRK", "CLR"]
    assert [entry.get(523) for entry in entries] == ["DESK", None]
    with pytest.raises(ValueError, match="name the delimiter"):
        flat.groups(453)
    with pytest.raises(KeyError, match="named by its tag"):
        flat["Symbol"]
    assert flat.groups(999, 1) == []


def test_a_field_of_the_body_with_the_tag_of_a_group_is_the_bodys() -> None:
    # Symbol(55) of the order stands behind the group, in which it could not.
    raw = wire("8=FIX.4.4|35=D|34=2|11=A1|453=1|448=A|447=D|452=1|55=IBM|54=1|60=20260302-14:30:01|40=1|")
    order = fix.parse(raw)
    assert order["Symbol"] == "IBM"
    assert 55 not in order.groups(453)[0]


def test_entries_are_equal_when_their_fields_are() -> None:
    one, two = fix.parse(FILL).groups(453), fix.parse(FILL).groups(453)
    assert one == two
    assert one[0] != one[1]
    assert (one[0] == "text") is False
    assert one[0].to_dict() == {
        "PartyID": "BRK", "PartyIDSource": "D", "PartyRole": "1",
        "NoPartySubIDs": [{"PartySubID": "DESK", "PartySubIDType": "4"}],
    }  # fmt: skip


def test_text_of_a_data_field_is_in_the_charset_that_the_message_names() -> None:
    raw = wire("8=FIX.4.4|35=B|34=5|347=UTF-8|33=1|58=open|148=Tokyo|358=6|359=東京|")
    news = fix.parse(raw)
    assert news["EncodedHeadline"] == news.get(359) == "東京"
    assert news.raw(359) == "東京".encode()
    assert dict(news.items())[359] == "東京"
    japanese = fix.Message({8: "FIX.4.4", 35: "B", 347: "Shift_JIS", 359: "東京"})
    assert japanese.raw(359) == "東京".encode("shift_jis")
    assert fix.parse(japanese.encode())[359] == "東京"


@pytest.mark.parametrize("charset", ["ISO-2022-JP", "EUC-JP", "Shift_JIS", "SHIFT_JIS", "UTF-8"])
def test_every_charset_of_the_standard_is_read_and_written(charset: str) -> None:
    message = fix.Message({8: "FIX.4.4", 35: "B", 347: charset, 58: "Tokyo", 355: "東京"})
    assert fix.parse(message.encode())[355] == "東京"


def test_bytes_that_are_no_text_of_the_charset_are_an_error_on_reading_them_as_text_alone() -> None:
    news = fix.parse(wire("8=FIX.4.4|35=B|347=UTF-8|"))
    news[359] = b"\xff\xfe"
    assert news.raw(359) == b"\xff\xfe"
    with pytest.raises(fix.ValueFormatError, match="UTF-8"):
        news[359]
    news[347] = "no such charset"
    with pytest.raises(fix.ValueFormatError, match="no such charset"):
        news[359]
    assert news.encode()


@pytest.mark.parametrize("charset", ["punycode", "PUNYCODE", "idna", "unicode_escape", "undefined", "hex"])
def test_what_is_no_charset_decodes_nothing(charset: str) -> None:
    # Half a megabyte of punycode would take minutes.
    news = fix.parse(fix.Message({8: "FIX.4.4", 35: "B", 347: charset, 359: b"a" * 500_000}).encode())
    with pytest.raises(fix.ValueFormatError, match=rf"the bytes are no {charset}, which MessageEncoding\(347\)"):
        news[359]
    assert len(news.raw(359)) == 500_000


def test_what_an_error_quotes_of_a_message_is_short_and_on_one_line() -> None:
    long = "x\n" + "y" * 100_000
    news = fix.parse(fix.Message({8: "FIX.4.4", 35: long, 347: long, 359: b"\xff"}).encode())
    for tag, error in ((359, fix.ValueFormatError), (148, KeyError)):
        with pytest.raises(error) as caught:
            news[tag]
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 200
    assert "\n" not in repr(news).partition(")")[0]


def test_bytes_beyond_ascii_are_text_that_loses_nothing() -> None:
    raw = wire("8=FIX.4.4|35=B|58=x|").replace(b"58=x", b"58=\xe9")
    news = fix.parse(raw[:-4], strict=False)
    assert news[58] == "é"
    assert news.raw(58) == b"\xe9"
