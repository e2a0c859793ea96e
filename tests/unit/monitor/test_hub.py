"""A reader that applies snapshot and deltas holds exactly the state of the hub, however late it reads."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.monitor import Follower, FrameError, Hub, Reader

PARTS = {"baskets": "baskets:read", "sessions": "fix:read"}
ALL = frozenset(PARTS.values())

keys = st.sampled_from(["a", "b", "c"])
leaves = st.none() | st.booleans() | st.integers(0, 2) | st.floats(0, 2) | st.text(max_size=3)
values = st.recursive(leaves, lambda below: st.lists(below, max_size=2) | st.dictionaries(keys, below, max_size=2))
paths = st.tuples(st.sampled_from(list(PARTS)), keys) | st.tuples(st.sampled_from(list(PARTS)), keys, keys, keys)
puts = st.tuples(st.just("put"), paths, values)
removes = st.tuples(st.just("remove"), paths | st.tuples(st.sampled_from(list(PARTS))), st.none())
reads = st.tuples(st.just("read"), st.integers(0, 2), st.none())


def hub(**options: Any) -> Hub:
    return Hub("one", PARTS, **options)


def frames(reader: Reader) -> list[Any]:
    found = []
    while (text := reader.take(0)) is not None:
        found.append(json.loads(text))
    return found


def plain_text(state: object) -> str:
    return json.dumps(state, sort_keys=True)


@given(steps=st.lists(puts | removes | reads, max_size=40), limit=st.integers(1, 5))
def test_a_reader_holds_exactly_the_state_of_the_hub(steps: list[tuple[str, Any, Any]], limit: int) -> None:
    it = hub(changes_max=limit)
    scopes = [ALL, frozenset({"fix:read"}), frozenset[str]()]
    readers = [(it.reader(held, lambda: None), Follower()) for held in scopes]
    for step, where, value in steps:
        if step == "read":
            reader, follower = readers[where]
            if (frame := reader.take(0)) is not None:
                follower.take(frame)
            continue
        with contextlib.suppress(ValueError):  # the path leads through a value that has nothing below it
            it.put(where, value) if step == "put" else it.remove(where)
        assert all(reader.waiting <= limit for reader, _ in readers)
    for reader, follower in readers:
        while (frame := reader.take(0)) is not None:
            follower.take(frame)
        assert plain_text(follower.state) == plain_text(it.state(reader.parts))


def test_the_first_frame_is_a_snapshot_and_the_next_what_changed() -> None:
    it = hub()
    it.put(("baskets", "TECH"), {"level": "177.5000"})
    reader = it.reader(ALL, lambda: None)
    [first] = frames(reader)
    it.put(("baskets", "TECH"), {"level": "177.6000"})
    [second] = frames(reader)
    assert first["type"] == "snapshot"
    assert first["state"] == {"baskets": {"TECH": {"level": "177.5000"}}, "sessions": {}}
    assert second["changes"] == [{"path": ["baskets", "TECH"], "value": {"level": "177.6000"}}]
    assert (first["seq"], second["since"], second["seq"]) == (1, 1, 2)


def test_of_many_changes_at_one_place_the_last_value_is_sent() -> None:
    it = hub()
    reader = it.reader(ALL, lambda: None)
    frames(reader)
    for level in range(1000):
        it.put(("baskets", "TECH"), level)
    assert reader.waiting == 1
    [frame] = frames(reader)
    assert frame["changes"] == [{"path": ["baskets", "TECH"], "value": 999}]
    assert frame["seq"] - frame["since"] == 1000


def test_a_reader_that_is_too_far_behind_gets_a_new_snapshot() -> None:
    it = hub(changes_max=2)
    reader = it.reader(ALL, lambda: None)
    frames(reader)
    for name in "abc":
        it.put(("baskets", name), 1)
    assert [frame["type"] for frame in frames(reader)] == ["snapshot"]


def test_what_a_scope_does_not_open_is_neither_shown_nor_told() -> None:
    it = hub()
    woken: list[int] = []
    reader = it.reader({"fix:read"}, lambda: woken.append(1))
    [first] = frames(reader)
    it.put(("baskets", "TECH"), 1)
    assert first["state"] == {"sessions": {}}
    assert frames(reader) == []
    assert woken == []


def test_a_value_that_was_there_already_is_no_change() -> None:
    it = hub()
    assert it.put(("baskets", "TECH"), {"a": [1, "x"]})
    assert not it.put(("baskets", "TECH"), {"a": [1, "x"]})
    assert it.seq == 1


@pytest.mark.parametrize("other", [1.0, True, [1], None, "1"])
def test_values_that_json_tells_apart_are_changes(other: object) -> None:
    it = hub()
    it.put(("baskets", "TECH"), 1)
    assert it.put(("baskets", "TECH"), other)


def test_removing_what_is_not_there_is_no_change() -> None:
    it = hub()
    assert not it.remove(("baskets", "TECH"))
    assert not it.remove(("baskets", "TECH", "deep"))
    assert not it.remove(("baskets",))


def test_a_part_that_is_removed_stays_empty() -> None:
    it = hub()
    it.put(("baskets", "TECH"), 1)
    assert it.remove(("baskets",))
    assert it.state() == {"baskets": {}, "sessions": {}}


def test_what_is_empty_above_a_removed_value_goes_too() -> None:
    it = hub()
    it.put(("baskets", "TECH", "AAPL"), 1)
    it.remove(("baskets", "TECH", "AAPL"))
    assert it.get(("baskets", "TECH")) is None


def test_a_caller_that_changes_its_value_later_changes_nothing_here() -> None:
    it = hub()
    value = {"vendors": ["A"]}
    it.put(("baskets", "TECH"), value)
    value["vendors"].append("B")
    assert it.get(("baskets", "TECH", "vendors")) == ["A"]


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ((), {}, ValueError),
        (("baskets",), 1, ValueError),
        (("nowhere", "x"), 1, KeyError),
        (("baskets", "leaf", "below"), 1, ValueError),
        (("baskets", "x"), float("nan"), TypeError),
        (("baskets", "x"), float("inf"), TypeError),
        (("baskets", "x"), {1: 2}, TypeError),
        (("baskets", "x"), object(), TypeError),
    ],
)
def test_what_cannot_be_shown_is_refused(path: tuple[str, ...], value: object, error: type[Exception]) -> None:
    it = hub()
    it.put(("baskets", "leaf"), 1)
    with pytest.raises(error):
        it.put(path, value)


def test_a_path_without_steps_names_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        hub().remove(())


def test_a_reader_that_closed_is_told_no_more() -> None:
    it = hub()
    woken: list[int] = []
    reader = it.reader(ALL, lambda: woken.append(1))
    reader.close()
    reader.close()
    it.put(("baskets", "TECH"), 1)
    assert (it.readers, woken) == (0, [])


def test_a_beat_says_where_the_reader_stands() -> None:
    it = hub()
    reader = it.reader(ALL, lambda: None)
    follower = Follower()
    follower.take(str(reader.take(0)))
    follower.take(reader.beat(0))
    assert follower.seq == 0


def test_a_frame_is_refused_when_one_before_it_is_missing() -> None:
    it = hub()
    reader = it.reader(ALL, lambda: None)
    follower = Follower()
    follower.take(str(reader.take(0)))
    it.put(("baskets", "a"), 1)
    reader.take(0)
    it.put(("baskets", "a"), 2)
    with pytest.raises(FrameError, match="expected one/0, received one/1"):
        follower.take(str(reader.take(0)))


def test_what_was_removed_leaves_the_reader_too() -> None:
    it = hub()
    it.put(("baskets", "a", "b", "c"), 1)
    it.put(("baskets", "a", "b", "d"), 2)
    reader = it.reader(ALL, lambda: None)
    follower = Follower()
    follower.take(str(reader.take(0)))
    it.remove(("baskets", "a", "b", "c"))
    it.put(("sessions", "gone", "at once"), 1)
    it.remove(("sessions", "gone"))
    follower.take(str(reader.take(0)))
    assert follower.state == it.state() == {"baskets": {"a": {"b": {"d": 2}}}, "sessions": {}}
