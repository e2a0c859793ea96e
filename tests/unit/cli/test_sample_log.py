"""The sample log is what its generator writes, and shows what it promises."""

import importlib.util
from pathlib import Path

from pyfixmsg_plus.diagnostics import Dictionaries, read_log, summarise
from tests.unit.cli.run import SAMPLE

GENERATOR = Path(__file__).resolve().parents[3] / "tools" / "generators" / "sample_log.py"


def test_the_sample_log_is_what_its_generator_writes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("sample_log", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert generator.sample_log() == Path(SAMPLE).read_bytes(), f"run {GENERATOR.name}"


def test_the_sample_log_has_every_kind_of_message_on_every_kind_of_session() -> None:
    report = summarise([SAMPLE])
    kinds = "A 0 1 2 3 4 5 j B D 8 F G 9 R S V W X J P AK T AL AN AP d"
    assert set(report.types) == set(kinds.split())
    assert {session.begin_string for session in report.sessions} == {"FIX.4.2", "FIX.4.4", "FIXT.1.1"}


def test_only_the_order_that_is_rejected_and_the_last_four_lines_have_faults() -> None:
    dictionaries = Dictionaries()
    faulty = []
    for entry in read_log(SAMPLE):
        message = dictionaries.parse(entry)
        if not entry.is_valid or dictionaries.for_message(message).validate(message):
            faulty.append(entry.line)
    assert faulty == [14, 57, 58, 59, 60]


def test_data_that_look_like_a_trailer_are_data() -> None:
    (news,) = (entry.parse() for entry in read_log(SAMPLE) if b"\x0135=B\x01" in entry.message)
    assert news.raw("RawData") == b"a\x0110=000\x01b=4.25"
