"""A message that is changed in any way agrees with a plain list of fields that is changed alike."""

import pickle

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import pyfixmsg_plus as fix

PLAIN = [1, 11, 15, 38, 40, 44, 54, 55, 58, 60, 5001, 70_000]
text = st.text(
    alphabet=st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), min_size=1, max_size=6
)
entry = st.fixed_dictionaries({448: text}, optional={447: st.just("D"), 452: st.just("1")})


class Changes(RuleBasedStateMachine):
    """One message of ours beside a plain model: fields by tag, the entries of one group."""

    @initialize(received=st.booleans())
    def begin(self, received: bool) -> None:
        self.fields: dict[int, str] = {11: "A1", 55: "IBM"}
        self.parties: list[dict[int, str]] = []
        self.data: bytes | None = None
        message = fix.Message({8: "FIX.4.4", 35: "D", 49: "A", 56: "B", **self.fields})
        self.message = fix.parse(message.encode()) if received else message

    @rule(tag=st.sampled_from(PLAIN), value=text)
    def put(self, tag: int, value: str) -> None:
        self.message[tag] = value
        self.fields[tag] = value

    @rule(tag=st.sampled_from(PLAIN))
    def take_out(self, tag: int) -> None:
        if self.fields.pop(tag, None) is None:
            with pytest.raises(KeyError):
                del self.message[tag]
        else:
            del self.message[tag]

    @rule(value=st.binary(max_size=12))
    def put_data(self, value: bytes) -> None:
        self.message[96] = value
        self.data = value

    @precondition(lambda self: self.data is not None)
    @rule()
    def take_data(self) -> None:
        del self.message["RawData"]
        self.data = None

    @rule(made=entry, data=st.data())
    def add(self, made: dict[int, str], data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.parties)))
        assert self.message.add_group(453, made, at).index == at
        self.parties.insert(at, dict(made))

    @precondition(lambda self: self.parties)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.parties) - 1))
        self.message.remove_group(453, at)
        del self.parties[at]

    @precondition(lambda self: self.parties)
    @rule(data=st.data(), tag=st.sampled_from([447, 448, 452]), value=text)
    def put_member(self, data: st.DataObject, tag: int, value: str) -> None:
        at = data.draw(st.integers(0, len(self.parties) - 1))
        self.message.groups(453)[at][tag] = value
        self.parties[at][tag] = value

    @rule(made=st.lists(entry, max_size=3))
    def put_group(self, made: list[dict[int, str]]) -> None:
        self.message["NoPartyIDs"] = made
        self.parties = [dict(one) for one in made]

    @rule(how=st.sampled_from(["copy", "pickle", "bytes", "json"]))
    def replace(self, how: str) -> None:
        match how:
            case "copy":
                self.message = self.message.copy()
            case "pickle":
                self.message = pickle.loads(pickle.dumps(self.message))
            case "bytes":
                self.message = fix.parse(self.message.encode())
            case _:
                self.message = fix.Message.from_json(self.message.to_json(mask=False))

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "message"):
            return
        message = self.message
        assert {tag: message[tag] for tag in PLAIN if tag in message} == self.fields
        found = [{tag: one[tag] for tag in (448, 447, 452) if tag in one} for one in message.groups(453)]
        assert found == self.parties
        if self.data is None:
            assert 96 not in message
            assert 95 not in message
        else:
            assert message.raw(96) == self.data
            assert message.int(95) == len(self.data)
        read = fix.parse(message.encode())
        assert read.diff(message) == []
        assert read.tags()[:3] == [8, 9, 35]
        assert read.tags()[-1] == 10


TestChanges = Changes.TestCase
