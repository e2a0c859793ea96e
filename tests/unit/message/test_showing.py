"""A message as text, as data, as a copy, and beside another."""

import copy
import json
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import pyfixmsg_plus as fix
from tests.wire import wire

ORDER = wire(
    "8=FIX.4.4|35=D|34=2|11=A1|54=1|55=IBM|453=2|448=A|447=D|452=1|448=B|447=D|452=4|60=20260302-14:30:01|40=1|"
)
LOGON = wire("8=FIX.4.4|35=A|34=1|95=3|96=key|98=0|108=30|553=desk|554=secret|925=newer|")
SECRETS = ("key", "secret", "newer")


@pytest.mark.parametrize("tag", [554, 925, 96, 1402, 1404])
def test_secrets_are_never_shown(tag: int) -> None:
    message = fix.Message({8: "FIX.4.4", 35: "A", tag: b"secret"})
    again = fix.Message({8: "FIX.4.4", 35: "A", tag: b"other"})
    for text in (repr(message), str(message), message.pretty(), message.to_json(), str(message.diff(again)[-1])):
        assert "secret" not in text
        assert "***" in text
    assert message[tag] == "secret", "they are read all the same"
    assert "secret" in message.pretty(mask=False)
    assert "secret" in message.to_json(mask=False)


def test_the_repr_names_the_message_and_shows_its_fields() -> None:
    order = fix.parse(ORDER)
    assert repr(order).startswith("<NewOrderSingle(35=D) 8=FIX.4.4|9=")
    assert "|55=IBM|" in str(order)
    assert repr(order.groups(453)[1]) == "<NoPartyIDs(453)[1] 448=B|447=D|452=4|>"
    assert repr(fix.Message({35: "D", 58: "a\x7fb"}, dictionary=False)) == "<message(35=D) 35=D|58=a\\x7fb|>"
    assert not any(secret in repr(fix.parse(LOGON)) for secret in SECRETS)


def test_pretty_text_has_names_and_the_meaning_of_codes() -> None:
    text = fix.parse(ORDER).pretty()
    assert "NewOrderSingle" in text
    assert "54 Side = 1 (Buy)" in text
    assert text.index("PartyID") < text.index("PartyRole")
    assert fix.parse(ORDER, dictionary=False).pretty()
    assert fix.Message().pretty() is not None


def test_a_dict_has_names_or_tags_and_lists_for_groups() -> None:
    order = fix.parse(ORDER)
    by_name = order.to_dict()
    assert by_name["Symbol"] == "IBM"
    assert by_name["NoPartyIDs"] == [
        {"PartyID": "A", "PartyIDSource": "D", "PartyRole": "1"},
        {"PartyID": "B", "PartyIDSource": "D", "PartyRole": "4"},
    ]
    by_tag = order.to_dict(names=False)
    assert by_tag[453][1] == {448: "B", 447: "D", 452: "4"}
    assert fix.Message(by_name, preserve_order=True).encode() == ORDER
    assert fix.parse(LOGON).to_dict(names=False)[96] == b"key"
    assert fix.parse(wire("8=FIX.4.4|35=D|7777=x|")).to_dict()[7777] == "x"


def test_without_a_dictionary_a_repeated_tag_keeps_all_its_values_in_a_dict() -> None:
    flat = fix.parse(ORDER, dictionary=False).to_dict(names=False)
    assert flat[448] == ["A", "B"]
    assert flat[452] == ["1", "4"]
    three = fix.parse(wire("8=FIX.4.4|35=D|1=a|1=b|1=c|"), dictionary=False).to_dict()
    assert three[1] == ["a", "b", "c"]


def test_fix_json_has_header_body_and_trailer_and_is_read_back() -> None:
    order = fix.parse(ORDER)
    found = json.loads(order.to_json())
    assert list(found) == ["Header", "Body", "Trailer"]
    assert found["Body"]["Symbol"] == "IBM"
    assert found["Body"]["NoPartyIDs"][1]["PartyID"] == "B"
    again = fix.Message.from_json(order.to_json())
    assert again == order
    assert again.encode() == ORDER


def test_json_of_a_flat_message_is_refused_where_it_would_change_the_order_of_its_fields() -> None:
    apart = wire("8=FIX.4.4|35=D|34=2|453=2|448=A|447=D|448=B|447=D|")
    with pytest.raises(ValueError, match=r"448 comes again behind other fields, .* read it with a dictionary"):
        fix.parse(apart, dictionary=False).to_json()
    assert fix.parse(apart).to_json()
    together = fix.parse(wire("8=FIX.4.4|35=D|34=2|448=A|448=B|55=I|"), dictionary=False)
    assert fix.Message.from_json(together.to_json(), False) == together


@pytest.mark.parametrize("text", [
    "453=3|448=A|447=D|452=1|", "453=x|448=A|", "453=02|448=A|448=B|", "453=7|", "453=0|", "453=1|448=A|453=1|448=B|",
    "453=1|448=A|802=9|523=S|", "55=A|55=B|",
])  # fmt: skip
def test_what_is_wrong_with_a_message_survives_fix_json(text: str) -> None:
    message = fix.parse(wire(f"8=FIX.4.4|35=D|34=2|11=A1|{text}"))
    again = fix.Message.from_json(message.to_json())
    assert again == message
    assert again.dictionary is not None
    assert message.dictionary is not None
    ours, theirs = again.dictionary.validate(again), message.dictionary.validate(message)
    assert [one.sentence for one in ours] == [one.sentence for one in theirs]


def test_fix_json_names_what_it_cannot_say() -> None:
    message = fix.parse(wire("8=FIX.4.4|35=0|34=2|0=x|"))
    with pytest.raises(ValueError, match="Body: 0 is no tag: tags are numbers from 1"):
        fix.Message.from_json(message.to_json())


def test_fix_json_is_read_by_the_dictionary_that_its_header_names() -> None:
    text = '{"Header": {"BeginString": "FIXT.1.1", "ApplVerID": "7", "MsgType": "D"}, "Body": {"Symbol": "IBM"}}'
    message = fix.Message.from_json(text)
    assert message.dictionary == fix.load_dictionary("FIX.5.0")
    assert fix.Message.from_json('{"Body": {"55": "IBM"}}', False)[55] == "IBM"
    assert fix.Message.from_json('{"Body": {"55": "IBM"}}', fix.load_dictionary("FIX.4.2"))["Symbol"] == "IBM"
    numbers = fix.Message.from_json('{"Body": {"OrderQty": 100, "PossDupFlag": true}}')
    assert (numbers["OrderQty"], numbers["PossDupFlag"]) == ("100", "Y")


@pytest.mark.parametrize("text", [
    "", "[]", "{", '{"Other": {}}', '{"Body": []}', '{"Body": {"Simbol": "x"}}', '{"Body": {"Symbol": 1.5}}',
    '{"Body": {"Symbol": null}}', '{"Body": {"Symbol": "x", "Symbol": "x"}}', '{"Body": {"Symbol": "x", "55": "x"}}',
    '{"Body": {"0": "x"}}', '{"Body": {"-1": "x"}}', '{"Body": {}, "Body": {}}',
    '{"Body": {"Symbol": {"a": 1}}}', '{"Body": {"Symbol": "東京"}}',
    '{"Body": ' + "[" * 5000 + "]" * 5000 + "}",
])  # fmt: skip
def test_what_is_no_fix_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        fix.Message.from_json(text)


def test_fix_json_may_be_in_either_charset() -> None:
    message = fix.Message({8: "FIX.4.4", 35: "B", 58: "東京".encode()})
    assert "東京" in message.to_json(encoding="utf-8")
    assert fix.Message.from_json(message.to_json(encoding="utf-8"), encoding="utf-8") == message
    assert fix.Message.from_json(message.to_json()) == message
    with pytest.raises(ValueError, match="encoding is latin-1"):
        message.to_json(encoding="utf-16")


def test_a_copy_is_a_message_of_its_own() -> None:
    order = fix.parse(ORDER)
    for twin in (order.copy(), copy.copy(order), copy.deepcopy(order)):
        assert twin == order
        twin["ClOrdID"] = "A2"
        twin.remove_group(453, 0)
        assert order["ClOrdID"] == "A1"
        assert len(order.groups(453)) == 2
        again = twin.copy()
        assert again == twin
        assert again.is_changed
        assert again.encode() == twin.encode()
    assert not order.is_changed
    assert order.copy().encode() == ORDER


def test_messages_are_equal_when_their_fields_are_whatever_length_and_sum_say() -> None:
    order = fix.parse(ORDER)
    assert order == fix.parse(ORDER, dictionary=False)
    assert order == fix.parse(ORDER[:-4] + b"000\x01", strict=False)
    changed = order.copy()
    changed["ClOrdID"] = "A2"
    assert changed != order
    changed["ClOrdID"] = "A1"
    assert changed == order
    assert (order == "text") is False
    with pytest.raises(TypeError):
        hash(order)


def test_differences_are_named_by_entry_and_tag() -> None:
    order = fix.parse(ORDER)
    other = order.copy()
    other["ClOrdID"] = "A2"
    other.groups(453)[1]["PartyID"] = "C"
    other["Account"] = "ACC"
    del other["OrdType"]
    found = {(one.path, one.tag): (one.before, one.after) for one in order.diff(other)}
    assert found[("", 11)] == ("A1", "A2")
    assert found[("", 1)] == (None, "ACC")
    assert found[("", 40)] == ("1", None)
    assert found[("NoPartyIDs[1]", 448)] == ("B", "C")
    assert {one.name for one in order.diff(other)} == {"ClOrdID", "Account", "OrdType", "PartyID"}
    assert all(str(one) == one.text and one.text in repr(one) for one in order.diff(other))
    assert order.diff(other)[0] == order.diff(other)[0]


def test_pickling_keeps_bytes_changes_and_dictionary() -> None:
    order = fix.parse(ORDER)
    again = pickle.loads(pickle.dumps(order))
    assert again.encode() == ORDER
    assert not again.is_changed
    order["ClOrdID"] = "A2"
    again = pickle.loads(pickle.dumps(order))
    assert again == order
    assert again.encode() == order.encode()
    flat = pickle.loads(pickle.dumps(fix.parse(ORDER, dictionary=False)))
    assert flat.dictionary is None
    lenient = fix.parse(ORDER[:-3], strict=False)
    assert pickle.loads(pickle.dumps(lenient)).faults == lenient.faults
    twice = fix.parse(wire("8=FIX.4.4|35=D|55=IBM|55=MSFT|"))
    twice["ClOrdID"] = "A"
    with pytest.raises(fix.LocalProtocolError, match="stands twice"):
        pickle.loads(pickle.dumps(twice)).encode()


def _symbol(message: fix.Message) -> tuple[str, fix.Message]:
    return message["Symbol"], message


def test_messages_cross_process_borders() -> None:
    orders = [fix.parse(ORDER), fix.Message({8: "FIX.4.2", 35: "D", 55: "MSFT"})]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(_symbol, orders))
    assert found == [("IBM", orders[0]), ("MSFT", orders[1])]


def test_a_pickle_is_read_by_a_program_that_imported_nothing() -> None:
    data = pickle.dumps(fix.parse(ORDER))
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer)['Symbol'])"
    done = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True, check=True)
    assert done.stdout.strip() == b"IBM"
