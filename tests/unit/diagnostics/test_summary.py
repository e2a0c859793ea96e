"""Summaries count the same, whichever way they go through a log."""

import gzip
import io
from pathlib import Path

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.diagnostics import (
    Dictionaries,
    LogSourceError,
    SessionCount,
    filters,
    read_log,
    summarise,
    version_named,
)
from pyfixmsg_plus.diagnostics.privacy import is_secret, printable
from tests.wire import wire

SAMPLE = Path(__file__).resolve().parents[3] / "examples" / "data" / "every_kind.log"
ALL = filters.compile("has 8 or not has 8")


def test_looking_at_each_message_counts_what_the_compiled_reader_counts() -> None:
    natively = summarise([SAMPLE])
    assert summarise([SAMPLE], chosen=ALL) == natively
    assert natively.messages == 60
    assert natively.valid == 56
    assert natively.invalid == 4
    assert not natively.is_sound
    assert natively.sessions[0] == SessionCount("FIX.4.2", "BUYSIDE", "VENUE", 8)
    assert natively.separators == [(b"\x01", 60)]


def test_files_streams_and_compressed_logs_count_alike(tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    once = summarise([SAMPLE])
    for source in (str(SAMPLE), packed, io.BytesIO(SAMPLE.read_bytes()), io.BytesIO(packed.read_bytes())):
        assert summarise([source]) == once
    assert summarise([SAMPLE, packed]).messages == 2 * once.messages


@pytest.mark.parametrize("chosen", [None, ALL], ids=["natively", "each message"])
def test_what_stands_before_the_damage_of_a_log_counts_and_the_next_log_too(
    tmp_path: Path, chosen: filters.Filter | None
) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(SAMPLE.read_bytes())[:1000])
    report = summarise([cut, SAMPLE], chosen=chosen)
    assert report.messages == len(_all_of(cut)) + 60
    (damage,) = report.damages
    assert (damage.source, damage.offset) == (0, 1000)
    assert damage.text == "the gzip data end too early, after 1000 bytes"
    assert not report.is_sound
    assert summarise([SAMPLE], chosen=chosen).damages == []


def _all_of(cut: Path) -> list[object]:
    found: list[object] = []
    with pytest.raises(LogSourceError):
        found.extend(read_log(cut))
    return found


def test_progress_goes_on_from_file_to_file(tmp_path: Path) -> None:
    size = SAMPLE.stat().st_size
    for chosen in (None, ALL):
        told: list[int] = []
        summarise([SAMPLE, SAMPLE], chosen=chosen, progress=told.append)
        assert told == [size, 2 * size]


def test_only_chosen_messages_are_counted() -> None:
    report = summarise([SAMPLE], chosen=filters.compile("35=W or 35=X"))
    assert report.types == {"W": 2, "X": 2}
    assert report.is_sound


def test_faults_are_counted_by_what_they_are() -> None:
    order = wire("8=FIX.4.2|35=D|34=1|11=A|21=1|38=1|40=1|54=1|60=20260302-14:30:00|")
    heartbeat = wire("8=FIX.4.2|35=0|34=1|")
    report = summarise([io.BytesIO(order + order + heartbeat)], validate=True)
    assert report.validated
    assert report.violating == 2
    first = report.violations[0]
    assert (first.msg_type, first.reason, first.ref_tag_id, first.messages) == ("D", 1, 55, 2)
    assert first.sentence == "Symbol(55) is required in NewOrderSingle(35=D)"
    assert not report.is_sound


def test_the_same_fault_twice_in_a_message_counts_once() -> None:
    parties = "453=2|448=A|447=D|452=x|448=B|447=D|452=y|"
    text = f"8=FIX.4.4|35=D|34=1|11=A|{parties}55=IBM|54=1|60=20260302-14:30:00|38=1|40=1|"
    report = summarise([io.BytesIO(wire(text))], validate=True)
    assert [(fault.ref_tag_id, fault.messages) for fault in report.violations] == [(452, 1)]


def test_faults_beyond_the_limit_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfixmsg_plus.diagnostics.summary._MOST_VIOLATIONS", 1)
    text = "8=FIX.4.2|35=D|34=1|11=A|21=1|38=1|40=1|54=1|"
    report = summarise([io.BytesIO(wire(text))], validate=True)
    assert len(report.violations) == 1
    assert report.other_violations == 1


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("4.4", "FIX.4.4"), ("FIX44", "FIX.4.4"), ("fix.4.2", "FIX.4.2"), ("fix50sp2", "FIX.5.0SP2"),
        ("5.0 SP1", "FIX.5.0SP1"), ("FIX.5.0.SP2", "FIX.5.0SP2"), ("50", "FIX.5.0"), ("fixt", "FIXT.1.1"),
        ("FIXT11", "FIXT.1.1"), ("T1.1", "FIXT.1.1"), ("4.5", None), ("", None), ("latest", None),
    ],
)  # fmt: skip
def test_versions_are_understood_as_people_write_them(text: str, version: str | None) -> None:
    assert version_named(text) == version


def test_a_given_dictionary_serves_all_messages(tmp_path: Path) -> None:
    dictionaries = Dictionaries(fix.load_dictionary("FIX.4.2"))
    (entry,) = read_log(io.BytesIO(wire("8=FIX.4.4|35=D|34=1|")))
    message = dictionaries.parse(entry)
    assert message.name == "NewOrderSingle"
    known = dictionaries.for_message(message)
    assert known is not None
    assert known.version == "FIX.4.2"


def test_layers_and_rules_lie_over_the_dictionary_of_each_message(tmp_path: Path) -> None:
    layer = tmp_path / "house.toml"
    layer.write_text('[fields.9100]\nname = "HouseNote"\ntype = "String"\n', encoding="utf-8")
    dictionaries = Dictionaries(layers=[layer])
    for version in ("FIX.4.2", "FIX.4.4"):
        (entry,) = read_log(io.BytesIO(wire(f"8={version}|35=0|34=1|9100=x|")))
        message = dictionaries.parse(entry)
        assert message["HouseNote"] == "x"
        known = dictionaries.for_message(message)
        assert known is not None
        assert (known.version, known.field("HouseNote").tag) == (version, 9100)


def test_secrets_are_told_by_tag_and_raw_data_by_the_message() -> None:
    assert [tag for tag in (554, 925, 96, 1402, 1404, 553) if is_secret(tag, "A")] == [554, 925, 96, 1402, 1404]
    assert not is_secret(96, "B")


def test_what_would_break_a_line_is_written_as_an_escape() -> None:
    assert printable("a\nb\x1b[31m\x85é") == "a\\x0ab\\x1b[31m\\x85é"
