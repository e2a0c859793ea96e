"""Frames to messages, whatever their bytes."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.feeds.refinitiv.wire import Frame, FrameError, number, read, whole
from pyfixmsg_plus.feeds.refinitiv.words import CODES, DOMAINS, NAK_CODES, word
from tests.unit.feeds.refinitiv.talk import LOGIN_OK, Talk


def test_numbers_come_from_their_digits() -> None:
    (message,) = read(b'{"a":9000,"b":9000.0,"c":0.1,"d":1e3}').messages
    assert [number(message[key]) for key in "abcd"] == [Decimal(9000), Decimal(9000), Decimal("0.1"), Decimal(1000)]


@pytest.mark.parametrize(
    ("data", "frame"),
    [
        (b"[]", Frame([], mended=False, strangers=0)),
        (b'[{"a":1},5,"x",[{}]]', Frame([{"a": 1}], mended=False, strangers=3)),
        (b'{"a":"\xff"}', Frame([{"a": "\N{REPLACEMENT CHARACTER}"}], mended=True, strangers=0)),
        (b'{"a":"\\ud800"}', Frame([{"a": "\N{REPLACEMENT CHARACTER}"}], mended=True, strangers=0)),
        ('{"a":"\\ud83d\\ude00"}', Frame([{"a": "\N{GRINNING FACE}"}], mended=False, strangers=0)),
    ],
)
def test_frames_are_read_as_far_as_they_can_be(data: bytes | str, frame: Frame) -> None:
    assert read(data) == frame


@pytest.mark.parametrize(
    "data", [b"", b"5", b'"x"', b"[{]", b"\xff", b"[" * 100_000, b'{"a":"\xff}', b'{"a":"\\ud800"']
)
def test_what_is_no_frame_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(FrameError):
        read(data)


@pytest.mark.parametrize(
    "value", [True, None, "5", "Inf", Decimal("NaN"), Decimal("Infinity"), Decimal("1e99"), [], {}]
)
def test_what_is_no_number_is_none(value: Any) -> None:
    assert number(value) is None


@pytest.mark.parametrize(("value", "found"), [(5, 5), (Decimal("5.0"), 5), (Decimal("5.5"), None), ("5", None)])
def test_a_whole_number_has_no_fraction(value: Any, found: int | None) -> None:
    assert whole(value) == found


@pytest.mark.parametrize(
    ("value", "words", "found"),
    [
        (6, DOMAINS, "MarketPrice"), (127, DOMAINS, "System"), (99, DOMAINS, "99"), ("New", DOMAINS, "New"),
        (True, DOMAINS, "-"), (None, DOMAINS, "-"), (35, CODES, "AppAuthorizationFailed"), (34, CODES, "GapFill"),
        (23, CODES, "UnableToRequestAsBatch"), (11, CODES, "GapDetected"), (12, NAK_CODES, "InvalidContent"),
    ],
)  # fmt: skip
def test_words_come_as_words_or_numbers(value: Any, words: Any, found: str) -> None:
    assert word(value, words, "-") == found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
KEYS = st.sampled_from(
    [
        "ID",
        "Type",
        "Domain",
        "Key",
        "State",
        "Fields",
        "Map",
        "PartNumber",
        "Complete",
        "SeqNumber",
        "AckID",
        "Text",
        "Qos",
    ]
)
MESSAGES = st.dictionaries(KEYS, JSON | st.sampled_from(["Refresh", "Update", "Status", "Ack", "Error", "Login", 1, 2]))


@given(st.lists(MESSAGES, max_size=5))
def test_no_message_of_a_server_breaks_the_client(messages: list[dict[str, Any]]) -> None:
    talk = Talk()
    talk.connect()
    talk.hear(LOGIN_OK)
    talk.request("A", "B")
    talk.request("C", domain="MarketByPrice")
    talk.hear(*messages)
    talk.after(1)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_client(data: bytes) -> None:
    talk = Talk()
    talk.login()
    talk.raw(data)
