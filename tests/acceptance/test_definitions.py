"""The scenario files of the QuickFIX family against QuickFIX itself, which proves how we read and judge them."""

import asyncio
from pathlib import Path

from pyfixmsg_plus.clock import SystemClock
from pyfixmsg_plus.testing.certification import (
    Limits,
    as_text,
    find_definitions,
    lanes_of_definitions,
    read_definition,
    read_scenario,
    run_against_acceptor,
    to_language,
)
from pyfixmsg_plus.testing.certification.verdicts import Verdict
from tests.acceptance.engines import ACCEPTOR, DEFINITIONS, free_port, quickfix_engine


def test_every_file_passes_against_the_engine_that_it_was_written_for(shared: Path, tmp_path: Path) -> None:
    root = shared / "acceptance"
    scenarios = [read_definition(path, root) for path in find_definitions(root)]
    assert len(scenarios) == 120
    port = free_port()
    with quickfix_engine(ACCEPTOR, port, DEFINITIONS, tmp_path, shared / "dictionaries/quickfix"):
        lanes = lanes_of_definitions(scenarios)
        results = asyncio.run(run_against_acceptor("127.0.0.1", port, lanes, SystemClock(), Limits()))
    assert len(results) == 120
    assert [as_text(result) for result in results if result.verdict is not Verdict.PASS] == []


def test_every_file_is_the_same_conversation_in_our_language(shared: Path) -> None:
    root = shared / "acceptance"
    for path in find_definitions(root):
        scenario = read_definition(path, root)
        text = to_language(scenario)
        again = read_scenario(text, "again")
        assert to_language(again) == text
        assert len(again.steps) == len(scenario.steps)
