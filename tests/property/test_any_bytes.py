"""Laws that hold for any bytes: a message or a documented error."""

from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import pyfixmsg_plus as fix
from tests.wire import wire

SOUND = wire("8=FIX.4.4|35=D|34=2|11=A1|55=IBM|54=1|60=20260302-14:30:00|40=1|453=1|448=A|447=D|452=1|95=3|96=a=b|")

fields = st.tuples(
    st.sampled_from(
        ["8", "9", "35", "34", "10", "95", "96", "453", "448", "447", "0", "-1", "01", "x", "99999999999", ""]
    ),
    st.sampled_from(["FIX.4.4", "5", "D", "000", "3", "", "=", "1", "\xe9", "20260302-14:30:00"]),
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound message with a few bytes changed, cut out or put in."""
    raw = bytearray(SOUND)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(raw) - 1))
        end = at + draw(st.integers(0, 8))
        raw[at:end] = draw(st.binary(max_size=8))
    return bytes(raw)


@st.composite
def nearly(draw: st.DrawFn) -> bytes:
    """Fields that may be those of a message, with right length and sum or wrong."""
    text = "".join(f"{tag}={value}\x01" for tag, value in draw(st.lists(fields, max_size=12)))
    body = text.encode("latin-1")
    if draw(st.booleans()):
        head = b"8=FIX.4.4\x019=%d\x01" % len(body) + body
        return head + b"10=%03d\x01" % (sum(head) % 256)
    return body


any_bytes = st.one_of(st.binary(max_size=200), damaged(), nearly())
dictionaries = st.sampled_from([None, False, "FIX.4.0", "FIX.4.4", "FIX.5.0SP2"]).map(
    lambda version: fix.load_dictionary(version) if isinstance(version, str) else version
)


@given(any_bytes)
def test_strict_reading_gives_a_message_or_a_decode_error(raw: bytes) -> None:
    if fix.parse(raw, strict=False).faults:
        with pytest.raises(fix.DecodeError) as caught:
            fix.parse(raw)
        error = caught.value
        assert 0 <= error.offset <= len(raw)
        assert error.kind
        assert str(error)
        assert error.reason is None or error.reason in {1, 6, 17}
        return
    message = fix.parse(raw)
    assert message.encode() == raw
    assert message.faults == []


@given(any_bytes, dictionaries, st.sampled_from([b"\x01", b"|", b"^A", b";"]))
@example(b"", None, b"|")
@example(b"|", None, b"|")
def test_lenient_reading_never_raises(
    raw: bytes, dictionary: fix.Dictionary | Literal[False] | None, separator: bytes
) -> None:
    message = fix.parse(raw, dictionary, separator=separator, strict=False)
    assert all(0 <= fault.offset <= len(raw) + 1 for fault in message.faults)
    assert len(message.tags()) == len(message) == len(message.items())
    # Everything that shows a message takes any.
    assert repr(message)
    assert isinstance(str(message), str)
    assert message.pretty() is not None
    if dictionary is not False:
        assert message.to_json()
    assert isinstance(message.to_dict(names=False), dict)
    assert message.diff(message.copy()) == []
    known = message.dictionary
    if known is not None:
        assert bool(known.validate(message)) == (known.first_fault(message) is not None)


@given(any_bytes, dictionaries)
def test_every_entry_of_every_group_lies_in_its_message(raw: bytes, dictionary: fix.Dictionary | None) -> None:
    message = fix.parse(raw, dictionary, strict=False)
    if 453 in message:
        for entry in message.groups(453, 448):
            assert set(entry.tags()) <= set(message.tags())


@given(any_bytes)
def test_no_byte_of_a_value_is_lost_as_text(raw: bytes) -> None:
    message = fix.parse(raw, dictionary=False, strict=False)
    for tag, text in message.items():
        if tag != 0:
            assert text.encode("latin-1") in raw


@pytest.mark.parametrize("byte", range(2, 256))
def test_every_byte_but_soh_passes_through_a_value(byte: int) -> None:
    value = bytes([byte, 0x41, byte])
    message = fix.Message({8: "FIX.4.4", 35: "B", 58: value})
    assert fix.parse(message.encode()).raw(58) == value
    assert fix.parse(message.encode())[58] == value.decode("latin-1")
    assert fix.Message({8: "FIX.4.4", 35: "B", 58: value.decode("latin-1")}).encode() == message.encode()
