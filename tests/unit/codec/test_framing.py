"""What is a message and what is none: framing, length, sum, syntax, data."""

from collections.abc import Callable

import pytest

import pyfixmsg_plus as fix
from tests.wire import wire

GOOD = wire("8=FIX.4.4|35=0|34=2|112=T|")


def framed(body: bytes, begin_string: bytes = b"FIX.4.4", length: bytes | None = None) -> bytes:
    head = b"8=%s\x019=%s\x01%s" % (begin_string, length or b"%d" % len(body), body)
    return head + b"10=%03d\x01" % (sum(head) % 256)


def body(text: str) -> bytes:
    return text.replace("|", "\x01").encode("latin-1")


@pytest.mark.parametrize("begin_string", [b"FIX.4.0", b"FIX.4.4", b"FIXT.1.1", b"FIX.9.9"])
def test_every_begin_string_of_the_form_is_taken(begin_string: bytes) -> None:
    assert fix.parse(framed(body("35=0|"), begin_string)).begin_string == begin_string.decode()


@pytest.mark.parametrize(("raw", "kind", "reason"), [
    (b"", "empty", None),
    (framed(body("35=0|"), b"FIX4.4"), "begin_string", None),
    (framed(body("35=0|"), b"FIX.5.0SP2"), "begin_string", None),
    (framed(body("35=0|"), length=b"4"), "body_length", None),
    (framed(body("35=0|"), length=b"x"), "body_length", None),
    (framed(body("35=0|"), length=b"6"), "body_length", None),
    (framed(body("35=0|"))[:-4] + b"000\x01", "check_sum", None),
    (framed(body("35=0|"))[:-4] + b"7\x01", "check_sum", None),
    (framed(body("35=0|"))[:-4] + b"256\x01", "check_sum", None),
    (framed(body("34=1|35=0|")), "order", None),
    (body("35=0|10=000|"), "order", None),
    (framed(body("35=0|x=1|")), "tag", None),
    (framed(body("35=0|4294967296=1|")), "tag", None),
    (framed(body("35=0|5 =1|")), "tag", None),
    (framed(body("35=0|nothing|")), "no_equals", 17),
    (framed(body("35=0|95=9|96=abc|")), "data_length", 6),
    (framed(body("35=0|95=x|96=abc|")), "data_length", 6),
    (framed(body("35=0|96=abc|")), "no_length", 1),
    (GOOD[:-1], "unterminated", None),
    (GOOD + b"x", "unterminated", None),
    (GOOD + GOOD, "body_length", None),
    (GOOD + body("58=x|"), "order", None),
])  # fmt: skip
def test_what_is_no_message_is_named_by_kind(raw: bytes, kind: str, reason: int | None) -> None:
    with pytest.raises(fix.DecodeError) as caught:
        fix.parse(raw)
    error = caught.value
    assert (error.kind, error.reason) == (kind, reason), str(error)
    assert 0 <= error.offset <= len(raw)
    lenient = fix.parse(raw, strict=False)
    assert lenient.faults
    assert all(str(fault) == fault.text and fault.text in repr(fault) for fault in lenient.faults)
    assert lenient.faults == fix.parse(raw, strict=False).faults


@pytest.mark.parametrize(("text", "reason", "tag"), [("35=0|0=x|", 0, 0), ("35=0|-1=x|", 0, -1), ("35=0|01=x|", 2, 1)])
def test_integers_that_are_no_tags_reach_the_dictionary(text: str, reason: int, tag: int) -> None:
    message = fix.parse(framed(body(text)))
    found = [(one.reason, one.ref_tag_id) for one in fix.load_dictionary("FIX.4.4").validate(message)]
    assert (reason, tag) in found


def test_leading_zeros_of_a_length_are_read() -> None:
    raw = framed(body("35=0|"), length=b"0000005")
    assert fix.parse(raw).encode() == raw
    changed = fix.parse(raw)
    changed[112] = "T"
    assert b"9=11\x01" in changed.encode()


def test_an_empty_value_is_a_field() -> None:
    message = fix.parse(framed(body("35=0|112=|")))
    assert message[112] == ""
    assert [one.reason for one in fix.load_dictionary("FIX.4.4").validate(message) if one.ref_tag_id == 112] == [4]


def test_a_data_field_may_hold_a_whole_false_trailer() -> None:
    data = b"a\x0110=000\x01b=c"
    raw = framed(body("35=B|58=see raw|95=12|") + b"96=" + data + b"\x01148=Raw\x01")
    message = fix.parse(raw)
    assert message.raw(96) == data
    assert message[148] == "Raw"
    assert fix.split(raw + raw) == ([raw, raw], b"")


@pytest.mark.parametrize("view", [bytes, lambda store: store, memoryview])
def test_any_buffer_is_read_and_none_is_kept(view: Callable[[bytearray], bytes | bytearray | memoryview]) -> None:
    store = bytearray(GOOD)
    buffer = view(store)
    message = fix.parse(buffer)
    store[:] = b"x" * len(store)
    assert message["TestReqID"] == "T"
    assert message.encode() == GOOD


def test_a_slice_of_a_buffer_is_read() -> None:
    assert fix.parse(memoryview(b"x" + GOOD + b"y")[1:-1]).encode() == GOOD
    assert fix.parse(memoryview(bytes(b for byte in GOOD for b in (byte, 0)))[::2]).encode() == GOOD


@pytest.mark.parametrize("raw", ["text", 5, None, [1]])
def test_what_holds_no_bytes_is_refused(raw: object) -> None:
    with pytest.raises(TypeError, match="bytes, bytearray or memoryview"):
        fix.parse(raw)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="bytes, bytearray or memoryview"):
        fix.split(raw)  # type: ignore[arg-type]


@pytest.mark.parametrize("separator", [b"|", b";", b"^A", b"<SOH>", b"\\x01", "␁".encode(), b" "])
def test_a_printed_message_is_read_by_its_separator(separator: bytes) -> None:
    raw = wire("8=FIX.4.4|35=D|34=2|52=20260302-14:30:01|11=A1|55=IBM|")
    printed = raw.replace(b"\x01", separator)
    assert fix.parse(printed, separator=separator).encode() == raw
    assert fix.parse(printed, strict=False) == fix.parse(raw)
    assert fix.parse(printed.removesuffix(separator), separator=separator, strict=False) == fix.parse(raw)


@pytest.mark.parametrize("damage", [b"|", b"\xff4.4="])
def test_damage_behind_begin_string_is_no_separator_of_the_rest(damage: bytes) -> None:
    raw = b"8=FIX.4.4" + damage + b"9=13\x0135=0\x0158=a" + damage + b"b\x0110=163\x01"
    message = fix.parse(raw, strict=False)
    assert message.encode() == raw
    assert message.raw(58) == b"a" + damage + b"b"
    assert message.faults


@pytest.mark.parametrize("separator", [b"", "|", 5])
def test_a_separator_is_bytes(separator: object) -> None:
    with pytest.raises(ValueError, match="separator must be bytes"):
        fix.parse(GOOD, separator=separator)  # type: ignore[arg-type]


def test_a_stream_is_cut_and_what_is_garbled_is_left_out() -> None:
    wrong = GOOD[:-4] + b"%03d\x01" % ((int(GOOD[-4:-1]) + 1) % 256)
    short = GOOD.replace(b"9=%d" % (len(GOOD) - 22), b"9=9")
    stream = b"noise" + GOOD + wrong + short + GOOD + GOOD[:20]
    frames, rest = fix.split(stream)
    assert frames == [GOOD, GOOD]
    assert rest == GOOD[:20]
    splitter = fix.Splitter()
    assert [frame for byte in stream for frame in splitter.feed(bytes([byte]))] == frames
    assert splitter.rest == rest
    garbled = splitter.garbled()
    assert garbled[0][2] == "CheckSum(10) is wrong"
    assert all(stream[offset:].startswith(b"8=FIX") and length > 0 for offset, length, _ in garbled)
    assert splitter.garbled() == []


def test_a_length_above_the_limit_is_refused_before_the_bytes_arrive() -> None:
    splitter = fix.Splitter(max_message_size=100)
    assert splitter.feed(b"8=FIX.4.4\x019=101\x01") == []
    ((offset, _, why),) = splitter.garbled()
    assert offset == 0
    assert "101" in why
    assert splitter.feed(GOOD) == [GOOD]


@pytest.mark.parametrize(("begin_string", "appl_ver_id", "version", "transport"), [
    ("FIX.4.0", None, "FIX.4.0", None),
    ("FIX.4.4", None, "FIX.4.4", None),
    ("FIXT.1.1", None, "FIX.5.0SP2", "FIXT.1.1"),
    ("FIXT.1.1", "9", "FIX.5.0SP2", "FIXT.1.1"),
    ("FIXT.1.1", "8", "FIX.5.0SP1", "FIXT.1.1"),
    ("FIXT.1.1", "7", "FIX.5.0", "FIXT.1.1"),
    ("FIXT.1.1", "6", "FIX.4.4", "FIXT.1.1"),
    ("FIXT.1.1", "2", "FIX.4.0", "FIXT.1.1"),
    ("FIXT.1.1", "x", "FIX.5.0SP2", "FIXT.1.1"),
])  # fmt: skip
def test_the_dictionary_is_found_by_begin_string_and_appl_ver_id(
    begin_string: str, appl_ver_id: str | None, version: str, transport: str | None
) -> None:
    text = f"8={begin_string}|35=D|" + (f"1128={appl_ver_id}|" if appl_ver_id else "") + "11=A|"
    message = fix.parse(wire(text))
    assert message.dictionary is not None
    assert (message.dictionary.version, message.dictionary.transport_version) == (version, transport)
    assert message.name == "NewOrderSingle"
    built = fix.Message({8: begin_string, 35: "D", 1128: appl_ver_id})
    assert built.dictionary == message.dictionary


def test_a_lenient_reader_takes_begin_strings_that_only_logs_have() -> None:
    for begin_string in ("FIX4.4", "FIX.5.0SP2"):
        message = fix.parse(framed(body("35=D|55=IBM|"), begin_string.encode()), strict=False)
        assert message["Symbol"] == "IBM"
        assert [fault.kind for fault in message.faults] == ["begin_string"]
