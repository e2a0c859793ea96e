"""Long output is compared with files, which are read as a diff before they are renewed.

``FIXPLUS_RENEW=golden python -m pytest tests/golden`` writes them anew.
"""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pyfixmsg_plus as fix
from pyfixmsg_plus.cli import app
from pyfixmsg_plus.cli.lines import Lines
from pyfixmsg_plus.cli.screen import Screen
from pyfixmsg_plus.diagnostics import Dictionaries, read_log

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = Path(__file__).parent / "output"
LOG = "examples/data/every_kind.log"

CASES = {
    "lines": ["parse", LOG],
    "pretty": ["parse", "--pretty", LOG],
    "raw": ["parse", "--raw", "--limit", "20", LOG],
    "json": ["parse", "--json", "--validate", "--filter", "34<3 or 35=B or 35=AP", LOG],
    "csv": ["parse", "--csv", LOG],
    "summary": ["parse", "--summary", LOG],
    "summary_validated": ["parse", "--summary", "--validate", LOG],
    "summary_json": ["parse", "--summary", "--json", LOG],
    "validate": ["validate", LOG],
    "show_message": ["dictionary", "show", "4.4", "NewOrderSingle"],
    "show_field": ["dictionary", "show", "5.0SP2", "ExecType"],
    "stats": ["dictionary", "stats"],
    "search": ["dictionary", "search", "AllocID", "--limit", "10"],
}


def _compare(name: str, found: str) -> None:
    path = OUTPUT / f"{name}.txt"
    if os.environ.get("FIXPLUS_RENEW") == "golden":
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_output_is_as_it_was_read_and_found_good(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    _compare(name, CliRunner().invoke(app, CASES[name]).stdout)


@pytest.mark.parametrize("columns", [80, 140])
def test_lines_fit_the_terminal(columns: int) -> None:
    screen = Screen(is_terminal=True, has_colour=False, columns=columns)
    lines = Lines(screen)
    dictionaries = Dictionaries()
    written = []
    for entry in read_log(ROOT / LOG):
        message = dictionaries.parse(entry)
        written.append(lines.text(entry, message, dictionaries.for_message(message), ()))
    text = "\n".join(written) + "\n"
    assert max(map(len, text.splitlines())) <= columns
    _compare(f"lines_{columns}", text)


def test_colours_change_nothing_but_colour() -> None:
    plain, coloured = (
        Lines(Screen(is_terminal=True, has_colour=has_colour, columns=100)) for has_colour in (False, True)
    )
    for entry in read_log(ROOT / LOG):
        message = fix.parse(entry.message, strict=False)
        dictionary = Dictionaries().for_message(message)
        seen = coloured.text(entry, message, dictionary, ())
        for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[36m"):
            seen = seen.replace(code, "")
        assert seen.split() == plain.text(entry, message, dictionary, ()).split()
