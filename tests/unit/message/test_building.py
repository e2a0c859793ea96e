"""Building and changing a message: the order of fields, groups, data, and what is refused."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import pyfixmsg_plus as fix
from tests.wire import wire

HEAD: dict[Any, Any] = {8: "FIX.4.4", 35: "D", 34: 2, 49: "A", 56: "B", 52: "20260302-14:30:01"}


def shown(message: fix.Message) -> str:
    return message.encode().decode("latin-1").replace("\x01", "|")


def body(message: fix.Message) -> str:
    return shown(message).partition("|56=B|")[2].rpartition("10=")[0]


def test_fields_are_written_header_body_trailer_and_ascending_in_each() -> None:
    header: dict[Any, Any] = {52: "20260302-14:30:01", 49: "A", 56: "B", 35: "D", 8: "FIX.4.4"}
    message = fix.Message({93: 3, 89: b"sig", 55: "IBM", "ClOrdID": "A1"} | header)
    assert shown(message).startswith("8=FIX.4.4|9=")
    assert fix.parse(message.encode()).tags() == [8, 9, 35, 49, 52, 56, 11, 55, 93, 89, 10]


def test_the_order_of_the_caller_can_be_kept() -> None:
    message = fix.Message({**HEAD, 55: "IBM", 11: "A1", 1: "ACC"}, preserve_order=True)
    assert body(message).endswith("55=IBM|11=A1|1=ACC|")


def test_names_and_tags_may_be_mixed_and_pairs_given() -> None:
    one = fix.Message({"BeginString": "FIX.4.4", "MsgType": "D", 55: "IBM", "44": "1.5"})
    two = fix.Message([(8, "FIX.4.4"), ("MsgType", "D"), ("Price", "1.5"), (55, "IBM")])
    assert one == two
    assert fix.Message({8: "FIX.4.4", 35: "D", 55: None}) == fix.Message({8: "FIX.4.4", 35: "D"})


def test_members_of_entries_are_written_in_the_order_of_the_dictionary() -> None:
    party = {"PartyRole": 1, "PartyIDSource": "D", "PartyID": "A", "NoPartySubIDs": [{803: 4, 523: "X"}]}
    message = fix.Message({**HEAD, "NoPartyIDs": [party]})
    assert body(message) == "453=1|448=A|447=D|452=1|802=1|523=X|803=4|"


def test_data_brings_its_length() -> None:
    message = fix.Message({**HEAD, "RawData": b"a\x0110=000\x01b=c"})
    assert message.int(95) == 12
    assert "95=12|96=a|10=000|b=c|" in shown(message)
    assert fix.parse(message.encode()).raw(96) == b"a\x0110=000\x01b=c"
    assert fix.Message({**HEAD, 95: 12, 96: b"a\x0110=000\x01b=c"}) == message
    message[96] = b"longer than before"
    assert message.int(95) == 18
    del message[96]
    assert 95 not in message
    assert fix.parse(message.encode()) == message


def test_text_in_a_group_is_written_in_the_charset_that_the_message_names() -> None:
    legs = [{600: "X", 622: "東京"}]
    message = fix.Message({**HEAD, 35: "AB", 347: "UTF-8", 555: legs})
    assert message.groups(555)[0].raw(622) == "東京".encode()
    message.groups(555)[0][622] = "京都"
    message.add_group(555, {600: "Y", 622: "大阪"})
    read = fix.parse(message.encode())
    assert [leg["EncodedLegSecurityDesc"] for leg in read.groups(555)] == ["京都", "大阪"]
    assert [leg.int(621) for leg in read.groups(555)] == [6, 6]


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+100000"), 1.5, object(), ["A", ["B"]]]
)
def test_a_value_that_cannot_be_written_names_its_field(value: Any) -> None:
    message = fix.Message({**HEAD, 453: [{448: "A"}]})
    for build in (
        lambda: fix.Message({**HEAD, 44: value}),
        lambda: fix.Message({**HEAD, 78: [{79: "A", 44: value}]}, dictionary=False),
        lambda: message.__setitem__("Price", value),
        lambda: message.groups(453)[0].__setitem__(44, value),
    ):
        with pytest.raises((ValueError, TypeError), match=r"^(Price\(44\)|tag 44|44): ") as caught:
            build()
        assert type(caught.value) in (ValueError, TypeError)
    with pytest.raises((ValueError, TypeError), match=r"^BeginString\(8\): "):
        fix.Message({8: value, 35: "D"})


@pytest.mark.parametrize("owner", [fix.Message, fix.Group])
def test_every_public_method_and_property_says_what_it_does(owner: type) -> None:
    public = [name for name in dir(owner) if not name.startswith("_")]
    assert [name for name in public if not getattr(owner, name).__doc__] == []


@pytest.mark.parametrize(("build", "text"), [
    (lambda: fix.Message({**HEAD, 58: "a\x01b"}).encode(), "Text(58)|58"),
    (lambda: fix.Message({**HEAD, "ClOrdID": "A", 11: "B"}), "ClOrdID(11) is given twice"),
    (lambda: fix.Message({**HEAD, 58: "東京"}), "outside ISO-8859-1"),
    (lambda: fix.Message({**HEAD, 359: "東京"}), "outside ISO-8859-1"),
    (lambda: fix.Message({**HEAD, 347: "EUC-JP", 359: "\U0001f600"}), "cannot be written in EUC-JP"),
    (lambda: fix.Message({**HEAD, 95: 4, 96: b"abc"}).encode(), "95"),
    (lambda: fix.Message({**HEAD, 1128: "9"}).encode(), "1128 is no field of FIX.4.4"),
    (lambda: fix.Message({**HEAD, 453: [{447: "D"}]}), "PartyID(448)"),
    (lambda: fix.Message({**HEAD, 453: [{}]}), "PartyID(448)"),
    (lambda: fix.Message({**HEAD, 453: [{448: "A", 55: "IBM"}]}), "Symbol(55) does not belong to the group"),
    (lambda: fix.Message({**HEAD, 453: [{448: "A", "PartyID": "B"}]}), "PartyID(448) is given twice"),
    (lambda: fix.Message({35: "D"}).encode(), "8"),
    (lambda: fix.Message({8: "FIX.4.4"}).encode(), "35"),
    (lambda: fix.Message({8: "FIX4", 35: "D"}).encode(), "FIX.<n>.<n>"),
    (lambda: fix.Message({8: "FIX.4.4", 35: "D\x01"}).encode(), "35"),
    (lambda: fix.Message({**HEAD, 0: "x"}), "0 is no tag"),
])  # fmt: skip
def test_what_fix_forbids_is_refused_by_name(build: Callable[[], object], text: str) -> None:
    with pytest.raises(fix.LocalProtocolError) as caught:
        build()
    assert any(part in str(caught.value) for part in text.split("|")), caught.value


@pytest.mark.parametrize(("fields", "error"), [
    ({**HEAD, 55: [{1: "A"}]}, ValueError),
    ({**HEAD, "Simbol": "IBM"}, KeyError),
    ({**HEAD, 1.5: "IBM"}, TypeError),
    ([(8, "FIX.4.4", "more")], TypeError),
    ([8], TypeError),
    (8, TypeError),
])  # fmt: skip
def test_what_is_no_list_of_fields_is_a_mistake_of_the_caller(fields: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        fix.Message(fields)


def test_a_dictionary_is_one_or_none_or_false() -> None:
    with pytest.raises(TypeError, match="dictionary is"):
        fix.Message({}, dictionary="FIX.4.4")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="dictionary is"):
        fix.parse(b"", dictionary=True)  # type: ignore[arg-type]


ORDER_BODY = "35=D|34=2|11=A1|54=1|55=IBM|453=2|448=A|447=D|452=1|448=B|447=D|452=4|60=20260302-14:30:01|40=1|"
ORDER = wire("8=FIX.4.4|" + ORDER_BODY)


def test_a_changed_value_keeps_its_place() -> None:
    order = fix.parse(ORDER)
    order["ClOrdID"] = "A2"
    assert order.is_changed
    assert [tag for tag in order.tags() if tag not in {9, 10}] == [
        tag for tag in fix.parse(ORDER).tags() if tag not in {9, 10}
    ]
    assert order.encode() == wire("8=FIX.4.4|" + ORDER_BODY.replace("11=A1", "11=A2"))


def test_a_new_field_takes_its_place_among_ascending_ones() -> None:
    message = fix.Message({**HEAD, 11: "A1", 55: "IBM", 78: [{79: "X", 80: 1}], 100: "X"})
    message[54] = "1"
    message["Account"] = "ACC"
    message[5001] = "own"
    message[43] = True
    assert fix.parse(message.encode()).tags() == [
        8,
        9,
        35,
        34,
        43,
        49,
        52,
        56,
        1,
        11,
        54,
        55,
        78,
        79,
        80,
        100,
        5001,
        10,
    ]


def test_a_new_field_of_a_message_that_is_not_ascending_goes_to_the_end_of_its_section() -> None:
    order = fix.parse(ORDER)
    order["Account"] = "ACC"
    order["PossDupFlag"] = True
    tags = order.tags()
    assert [tag for tag in tags if tag != 10][-1] == 1
    assert tags.index(43) < tags.index(11)


def test_fields_are_taken_out_and_what_is_not_there_is_named() -> None:
    order = fix.parse(ORDER)
    del order["NoPartyIDs"]
    assert not {453, 448, 447, 452} & set(order.tags())
    del order[11]
    with pytest.raises(KeyError, match=r"ClOrdID\(11\) is not in this NewOrderSingle"):
        del order[11]


def test_length_and_sum_cannot_be_given() -> None:
    order = fix.parse(ORDER)
    for tag in (9, 10):
        with pytest.raises(fix.LocalProtocolError, match="computed"):
            order[tag] = "5"


def test_entries_are_changed_in_their_message() -> None:
    order = fix.parse(ORDER)
    first, second = order.groups(453)
    second["PartyID"] = "C"
    first["PartyRole"] = 3
    assert [entry["PartyID"] for entry in order.groups(453)] == ["A", "C"]
    del first["PartyRole"]
    assert first.tags() == [448, 447]
    first["PartyRole"] = 7
    assert first.tags() == [448, 447, 452], "the order of the dictionary"
    first[802] = [{523: "X", 803: 4}]
    assert first.groups(802)[0][523] == "X"
    first.groups(802)[0][523] = "Y"
    desk = first.add_group(802, {523: "Z"})
    assert desk["PartySubID"] == "Z"
    assert first.int(802) == 2
    first.remove_group("NoPartySubIDs", 0)
    assert [desk[523] for desk in first.groups(802)] == ["Z"]
    assert second["PartyID"] == "C"
    assert fix.parse(order.encode()) == order


def test_a_delimiter_cannot_be_taken_out_of_its_entry() -> None:
    order = fix.parse(ORDER)
    with pytest.raises(fix.LocalProtocolError, match=r"PartyID\(448\) begins the entry"):
        del order.groups(453)[0]["PartyID"]
    with pytest.raises(KeyError):
        del order.groups(453)[0][523]


def test_entries_are_added_and_removed() -> None:
    order = fix.parse(ORDER)
    added = order.add_group("NoPartyIDs", {448: "C", 452: 7, 447: "D"})
    assert (added.index, order.int(453)) == (2, 3)
    order.add_group(453, {448: "FIRST"}, index=0)
    assert [entry[448] for entry in order.groups(453)] == ["FIRST", "A", "B", "C"]
    for _ in range(4):
        order.remove_group(453, 0)
    assert 453 not in order
    with pytest.raises(KeyError, match=r"NoPartyIDs\(453\) has no entry 1"):
        order.remove_group(453, 0)
    order.add_group(453, {448: "NEW"})
    assert order.groups(453)[0].tags() == [448]
    order[78] = []
    assert order[78] == "0"
    order.add_group(78, {79: "X", 80: 5})
    assert order.int(78) == 1
    assert fix.parse(order.encode()).groups(78)[0][79] == "X"


def test_an_entry_that_is_gone_says_so() -> None:
    order = fix.parse(ORDER)
    _, second = order.groups(453)
    order.remove_group(453, 1)
    with pytest.raises(KeyError, match=r"entry 2 of NoPartyIDs\(453\) is no longer in the message"):
        second["PartyID"]


def test_a_group_that_the_message_does_not_have_is_refused() -> None:
    order = fix.parse(ORDER)
    with pytest.raises(ValueError, match="is no group here"):
        order.add_group("NoLegs", {600: "X"})
    with pytest.raises(ValueError, match="is no group here"):
        fix.parse(ORDER, dictionary=False).add_group(453, {448: "X"})


def test_update_gives_several_fields_values() -> None:
    order = fix.parse(ORDER)
    order.update({"ClOrdID": "A2", 55: "MSFT"})
    order.update([(54, "2")])
    assert (order[11], order[55], order[54]) == ("A2", "MSFT", "2")


def test_a_tag_that_stands_twice_is_not_written_again() -> None:
    raw = wire("8=FIX.4.4|35=D|34=2|11=A1|55=IBM|55=MSFT|")
    order = fix.parse(raw)
    assert order.encode() == raw, "untouched, it is written as it came"
    order[11] = "A2"
    with pytest.raises(fix.LocalProtocolError, match=r"Symbol\(55\) stands twice"):
        order.encode()


def test_without_a_dictionary_groups_are_written_as_they_are_given() -> None:
    message = fix.Message({**HEAD, 20001: [{20002: "A", 20003: "B"}, {20002: "C"}]}, dictionary=False)
    assert body(message) == "20001=2|20002=A|20003=B|20002=C|"
    read = fix.parse(message.encode(), dictionary=False)
    first, second = read.groups(20001, 20002)
    first[20003] = "X"
    second[20004] = "Y"
    assert body(read) == "20001=2|20002=A|20003=X|20002=C|20004=Y|"


def test_a_group_with_no_entries_keeps_its_zero() -> None:
    raw = wire("8=FIX.4.4|35=D|34=2|11=A1|55=IBM|454=0|")
    order = fix.parse(raw)
    order[11] = "A2"
    assert order[454] == "0"
    assert b"454=0\x01" in order.encode()
    assert order.groups(454) == []
