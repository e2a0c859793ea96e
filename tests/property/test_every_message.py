"""Laws that hold for every message type of every version, with generated content."""

import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyfixmsg_plus as fix
from pyfixmsg_plus.codec import Splitter
from tests.content import VERSIONS, dictionary_of, message_content, message_types

# What is generated follows the dictionary, which says nothing of conditions between fields.
STRUCTURE = fix.ValidationSettings(conditional_rules=False)

EVERY_TYPE = [pytest.param(version, msg_type) for version in VERSIONS for msg_type in message_types(version)]


@st.composite
def contents(draw: st.DrawFn) -> tuple[fix.Dictionary, dict[int, object]]:
    """Content of a message of any type of any version."""
    version = draw(st.sampled_from(VERSIONS))
    msg_type = draw(st.sampled_from(message_types(version)))
    dictionary = dictionary_of(version)
    return dictionary, message_content(dictionary, msg_type, draw(st.integers(0, 2**32)), depth=draw(st.integers(0, 5)))


def same(made: object, read: fix.Message | fix.Group, tag: int) -> bool:
    """Whether a message holds what it was made of."""
    if isinstance(made, list):
        entries = read.groups(tag)
        return (
            len(entries) == len(made)
            and read.int(tag) == len(made)
            and all(set(map(int, own_tags(entry))) >= set(one) for one, entry in zip(made, entries, strict=True))
            and all(
                same(value, entry, key) for one, entry in zip(made, entries, strict=True) for key, value in one.items()
            )
        )
    return read.raw(tag) == (made if isinstance(made, bytes) else str(made).encode("latin-1"))


def own_tags(entry: fix.Group) -> list[int]:
    return [int(tag) for tag in entry.to_dict(names=False)]


@pytest.mark.parametrize(("version", "msg_type"), EVERY_TYPE)
def test_what_is_encoded_is_decoded_with_all_values_and_entries(version: str, msg_type: str) -> None:
    dictionary = dictionary_of(version)
    for seed in range(3):
        content = message_content(dictionary, msg_type, seed)
        raw = fix.Message(content, dictionary=dictionary).encode()
        read = fix.parse(raw, dictionary)
        assert all(same(value, read, tag) for tag, value in content.items()), (seed, raw)
        assert dictionary.validate(read, STRUCTURE) == []
        assert fix.parse(raw) == read, seed
        assert fix.parse(raw).name == dictionary.message(msg_type).later_name


def test_every_message_type_of_every_version_is_tried() -> None:
    counts = {version: len(message_types(version)) for version in VERSIONS}
    assert counts == {
        "FIX.4.0": 27,
        "FIX.4.1": 28,
        "FIX.4.2": 46,
        "FIX.4.3": 68,
        "FIX.4.4": 93,
        "FIX.5.0": 101,
        "FIX.5.0SP1": 113,
        "FIX.5.0SP2": 116,
    }


@given(contents())
def test_a_message_that_validates_encodes_to_bytes_that_parse_strictly(
    made: tuple[fix.Dictionary, dict[int, object]],
) -> None:
    dictionary, content = made
    message = fix.Message(content, dictionary=dictionary)
    assert dictionary.validate(message, STRUCTURE) == []
    read = fix.parse(message.encode(), dictionary)
    assert read == message
    assert dictionary.first_fault(read, STRUCTURE) is None


@given(contents())
def test_an_untouched_message_is_written_as_it_came(made: tuple[fix.Dictionary, dict[int, object]]) -> None:
    dictionary, content = made
    raw = fix.Message(content, dictionary=dictionary).encode()
    assert fix.parse(raw).encode() == raw
    assert bytes(fix.parse(bytearray(raw), dictionary=False)) == raw


@given(contents())
def test_a_message_that_was_taken_over_field_by_field_is_written_as_it_came(
    made: tuple[fix.Dictionary, dict[int, object]],
) -> None:
    dictionary, content = made
    raw = fix.Message(content, dictionary=dictionary).encode()
    message = fix.parse(raw, dictionary)
    message[56] = message[56]
    assert message.is_changed
    assert message.encode() == raw


@given(contents())
def test_json_holds_all_of_a_message(made: tuple[fix.Dictionary, dict[int, object]]) -> None:
    dictionary, content = made
    message = fix.parse(fix.Message(content, dictionary=dictionary).encode(), dictionary)
    again = fix.Message.from_json(message.to_json(mask=False), dictionary)
    assert message.diff(again) == []
    assert sorted(again.to_dict(names=False)) == sorted(
        tag for tag in message.to_dict(names=False) if tag not in {9, 10}
    )


@given(contents())
def test_a_dict_holds_all_of_a_message(made: tuple[fix.Dictionary, dict[int, object]]) -> None:
    dictionary, content = made
    message = fix.parse(fix.Message(content, dictionary=dictionary).encode(), dictionary)
    for names in (True, False):
        assert fix.Message(message.to_dict(names=names), dictionary=dictionary).encode() == message.encode()


@given(contents(), st.booleans())
def test_pickling_keeps_a_message(made: tuple[fix.Dictionary, dict[int, object]], changed: bool) -> None:
    dictionary, content = made
    built = fix.Message(content, dictionary=dictionary)
    message = built if changed else fix.parse(built.encode(), dictionary)
    again = pickle.loads(pickle.dumps(message))
    assert again == message
    assert again.is_changed == changed
    assert again.encode() == message.encode()
    assert again.dictionary == dictionary
    assert again.to_dict() == message.to_dict()


@given(st.lists(contents(), max_size=4), st.binary(max_size=40), st.lists(st.integers(0, 4000), max_size=12))
def test_framing_does_not_depend_on_how_bytes_arrive(
    made: list[tuple[fix.Dictionary, dict[int, object]]], noise: bytes, cuts: list[int]
) -> None:
    messages = [fix.Message(content, dictionary=dictionary).encode() for dictionary, content in made]
    stream = noise.join(messages) + noise
    frames, rest = fix.split(stream)
    splitter = Splitter()
    found: list[bytes] = []
    bounds = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    for start, end in pairwise(bounds):
        found += splitter.feed(memoryview(stream)[start:end])
    assert found == frames
    assert splitter.rest == rest
    if b"8" not in noise:
        assert frames == messages
