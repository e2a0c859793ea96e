"""ValidateLengthAndChecksum and ValidateChecksum: what is let pass when they are off, and what never is."""

import copy
import pickle

import pytest

import pyfixmsg_plus as fix
from tests.wire import wire

GOOD = wire("8=FIX.4.4|35=0|34=2|112=T|")
WRONG_SUM = GOOD[:-4] + b"%03d\x01" % ((int(GOOD[-4:-1]) + 1) % 256)
NO_SUM = GOOD[:-4] + b"999\x01"
WRONG_LENGTH = wire("8=FIX.4.4|9=3|35=0|34=2|112=T|")
LONG_LENGTH = wire("8=FIX.4.4|9=9000|35=0|34=2|112=T|")
NO_LENGTH = wire("8=FIX.4.4|9=x|35=0|34=2|112=T|")
DATA = b"a\x0110=000\x01b=c"
WITH_DATA = wire("8=FIX.4.4|35=B|34=2|95=12|96=DATA|148=x|").replace(b"DATA", DATA)


@pytest.mark.parametrize(("raw", "kind", "without_sum"), [
    (WRONG_SUM, "check_sum", True),
    (NO_SUM, "check_sum", True),
    (WRONG_LENGTH, "body_length", False),
    (LONG_LENGTH, "body_length", False),
    (NO_LENGTH, "body_length", False),
])  # fmt: skip
def test_a_wrong_length_or_sum_passes_where_it_is_not_checked(raw: bytes, kind: str, without_sum: bool) -> None:
    with pytest.raises(fix.DecodeError) as caught:
        fix.parse(raw)
    assert caught.value.kind == kind
    message = fix.parse(raw, validate_length_and_checksum=False)
    assert message["TestReqID"] == "T"
    assert message.encode() == raw
    if without_sum:
        assert fix.parse(raw, validate_checksum=False).encode() == raw
    else:
        with pytest.raises(fix.DecodeError, match=r"BodyLength\(9\)"):
            fix.parse(raw, validate_checksum=False)


@pytest.mark.parametrize("raw", [WRONG_SUM, NO_SUM, WRONG_LENGTH, NO_LENGTH])
def test_a_lenient_reader_does_not_report_what_is_not_checked(raw: bytes) -> None:
    assert fix.parse(raw, strict=False).faults
    message = fix.parse(raw, strict=False, validate_length_and_checksum=False)
    assert message.faults == []
    for same in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert same.faults == []
    other = raw.replace(b"112=T", b"T=112")
    kinds = [fault.kind for fault in fix.parse(other, strict=False, validate_length_and_checksum=False).faults]
    assert [kind for kind in kinds if kind not in ("check_sum",)] == ["tag"]


def test_printed_messages_are_read_with_the_switches_too() -> None:
    printed = WRONG_SUM.replace(b"\x01", b"|")
    assert fix.parse(printed, separator=b"|", validate_checksum=False)["TestReqID"] == "T"
    with pytest.raises(fix.DecodeError):
        fix.parse(printed, separator=b"|")


@pytest.mark.parametrize("raw", [
    b"8=FIX.4.4\x019=5\x0135=0\x0110=7\x01",
    b"8=FIX.4.4\x0135=0\x019=5\x0110=163\x01",
    b"8=FIX.4.4\x019=5\x0135=0\x0158=a\x01b\x0110=163\x01",
    b"8=FIX.4.4\x019=5\x0135=0\x01",
])  # fmt: skip
def test_order_and_syntax_are_always_checked(raw: bytes) -> None:
    with pytest.raises(fix.DecodeError):
        fix.parse(raw, validate_length_and_checksum=False)


def test_a_stream_is_cut_by_check_sums_where_lengths_are_not_checked() -> None:
    wrong = [WRONG_LENGTH, LONG_LENGTH, NO_LENGTH, GOOD, WRONG_SUM, NO_SUM, WITH_DATA]
    stream = b"noise".join(wrong) + GOOD[:20]
    assert fix.split(stream, validate_length_and_checksum=False) == (wrong, GOOD[:20])
    splitter = fix.Splitter(validate_length_and_checksum=False)
    assert [frame for byte in stream for frame in splitter.feed(bytes([byte]))] == wrong
    assert (splitter.rest, splitter.garbled()) == (GOOD[:20], [])


def test_frames_with_wrong_sums_are_kept_where_sums_are_not_checked() -> None:
    stream = GOOD + WRONG_SUM + GOOD
    assert fix.split(stream, validate_checksum=False) == ([GOOD, WRONG_SUM, GOOD], b"")
    assert fix.Splitter(validate_checksum=False).feed(stream) == [GOOD, WRONG_SUM, GOOD]


def test_what_never_ends_is_given_up_in_bounded_memory() -> None:
    splitter = fix.Splitter(1000, validate_length_and_checksum=False)
    endless = b"8=FIX.4.4\x019=5\x0135=0\x01" + b"58=x\x01" * 10_000
    for at in range(0, len(endless), 7):
        assert splitter.feed(endless[at : at + 7]) == []
        assert len(splitter.rest) < 1100
    assert "CheckSum(10) does not come within 1000 bytes" in splitter.garbled()[0][2]
    assert splitter.feed(GOOD) == [GOOD]


def test_a_message_that_lost_its_end_does_not_take_the_next_one_with_it() -> None:
    splitter = fix.Splitter(validate_length_and_checksum=False)
    assert splitter.feed(GOOD[:-7] + GOOD) == [GOOD]
    assert splitter.garbled() == [(0, len(GOOD) - 7, "the next message begins before CheckSum(10)")]
