"""Recorded logs of others: every message is found, read and, where groups are known, walked."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus._core import LogEntry, LogReader


def entries(path: Path, *, join_lines: bool = True) -> list[LogEntry]:
    reader = LogReader(join_lines=join_lines)
    return reader.feed(path.read_bytes()) + reader.finish()


@cache
def read(path: Path) -> tuple[LogEntry, ...]:
    return tuple(entries(path))


def total(folder: Path, pattern: str = "*", *, join_lines: bool = True) -> tuple[int, int]:
    logs = [path for path in sorted(folder.glob(pattern)) if "LICENSE" not in path.name]
    found = [entry for path in logs for entry in entries(path, join_lines=join_lines)]
    return len(found), sum(entry.is_valid for entry in found)


@pytest.mark.parametrize(("path", "messages", "valid"), [
    ("hffix/fix.5.0.set.1", 13_888, 13_888),
    ("hffix/fix.4.1.set.1", 16, 16),
    ("fixie/secdef-test.dat", 10, 10),
    ("jspurefix/FIX.4.4-all-types.txt", 50, 50),
    ("jspurefix/md-data-snapshot.txt", 1, 0),
    ("fix-protocol-tools/example.fix.log", 9, 0),
    ("fxfixparser/fx-venues-even.txt", 32, 0),
])  # fmt: skip
def test_each_log_has_the_messages_that_its_source_counts(shared: Path, path: str, messages: int, valid: int) -> None:
    found = read(shared / "corpora/fix" / path)
    assert len(found) == messages
    # BeginString FIX4.4 and messages without one are read, and are right as far as length and sum go.
    assert sum(entry.is_valid for entry in found) == valid


def test_folders_of_logs_have_the_messages_that_their_sources_count(shared: Path) -> None:
    fixes = shared / "corpora/fix"
    # One message is broken inside a tag: joined it is whole, and the one behind it is found too.
    assert total(fixes / "log4fix", join_lines=False) == (37, 36)
    assert total(fixes / "log4fix") == (38, 38)
    messages, _ = total(fixes / "quickfix-logviewer")
    assert messages >= 126
    assert total(fixes / "jspurefix/corpus", "*/*.txt")[0] == 18


def test_the_exchange_feed_has_its_types_and_entries(shared: Path) -> None:
    found = read(shared / "corpora/fix/hffix/fix.5.0.set.1")
    dictionary = fix.load_dictionary("FIX.5.0SP2")
    types: Counter[str | None] = Counter()
    walked = 0
    for entry in found:
        message = fix.parse(entry.message, dictionary)
        assert message.encode() == entry.message
        types[message.msg_type] += 1
        if message.msg_type == "X":
            group = message.groups(268)
            assert len(group) == message.int(268)
            walked += len(group)
            assert all(one.tags()[0] == 279 for one in group)
    assert types == {"X": 11_365, "0": 2_523}
    assert walked == 14_375


def test_the_exchange_feed_is_one_stream(shared: Path) -> None:
    data = (shared / "corpora/fix/hffix/fix.5.0.set.1").read_bytes()
    frames, rest = fix.split(data)
    assert (len(frames), rest) == (13_888, b"")


@pytest.mark.parametrize(("group", "first", "delimiter"), [
    (555, 600, None), (864, 865, None), (870, 871, None), (1141, 1022, 1022),
])  # fmt: skip
def test_the_groups_of_security_definitions_are_walked(
    shared: Path, group: int, first: int, delimiter: int | None
) -> None:
    dictionary = fix.load_dictionary("FIX.5.0SP2")
    walked = 0
    for entry in read(shared / "corpora/fix/fixie/secdef-test.dat"):
        message = entry.parse(dictionary)
        assert message.msg_type == "d"
        if group in message:
            # The venue's feed types are no group of the standard's SecurityDefinition(35=d).
            entries = message.groups(group, delimiter)
            assert len(entries) == message.int(group)
            assert all(one.tags()[0] == first for one in entries)
            walked += len(entries)
    assert walked > 0


def test_every_type_of_a_generated_log_is_read_with_its_groups(shared: Path) -> None:
    dictionary = fix.load_dictionary("FIX.4.4")
    types = set()
    for entry in read(shared / "corpora/fix/jspurefix/FIX.4.4-all-types.txt"):
        message = entry.parse()
        types.add(message.msg_type)
        assert entry.counts_printed
        assert message.name is not None
        for structure in message.to_dict().values():
            assert isinstance(structure, str | bytes | list)
        again = fix.Message(message.to_dict(names=False), dictionary=dictionary, preserve_order=True)
        assert again.to_dict().keys() >= message.to_dict().keys() - {"BodyLength", "CheckSum"}
    assert len(types) >= 38


CASES = [
    "allocation-instrument-scattered", "bond-instrument-scattered", "currency-claimed-by-sibling",
    "currency-inside-instrument", "equity-fill-instrument-scattered", "instrument-scattered-in-body",
    "leg-scattered-in-group-instance", "md-entry-instrument-scattered", "nested-component-in-instrument",
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_scattered_fields_give_the_values_of_the_canonical_order(shared: Path, case: str) -> None:
    folder = shared / "corpora/fix/jspurefix/corpus" / case
    assert json.loads((folder / "case.json").read_text())
    one, two = (
        read(folder / name)[0].parse(fix.load_dictionary("FIX.4.4")) for name in ("scattered.txt", "canonical.txt")
    )

    def values(message: fix.Message) -> dict[Any, Any]:
        return {key: value for key, value in message.to_dict().items() if key not in {"BodyLength", "CheckSum"}}

    assert values(one) == values(two)
    assert [(found.path, found.tag) for found in one.diff(two)] == []


def test_all_of_the_logs_is_read_leniently_shown_and_held_against_its_dictionary(shared: Path) -> None:
    seen = 0
    for path in sorted((shared / "corpora/fix").rglob("*")):
        if (
            not path.is_file()
            or "LICENSE" in path.name
            or path.suffix in {".md", ".json"}
            or path.name == "fix.5.0.set.1"
        ):
            continue
        for entry in read(path):
            message = entry.parse()
            assert message.pretty()
            assert repr(message)
            assert fix.Message.from_json(message.to_json(mask=False), message.dictionary or False) is not None
            if message.dictionary is not None:
                message.dictionary.validate(message)
            seen += 1
    assert seen > 250
