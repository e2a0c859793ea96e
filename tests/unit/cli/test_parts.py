"""The parts of the command that its output shows only here and there."""

import io
import sys
from pathlib import Path

import pytest
import typer

import pyfixmsg_plus as fix
from pyfixmsg_plus.cli import about, counts, main
from pyfixmsg_plus.cli.endings import Ending, guarded
from pyfixmsg_plus.cli.gist import gist
from pyfixmsg_plus.cli.screen import Screen
from pyfixmsg_plus.cli.times import duration, iso, spoken
from pyfixmsg_plus.diagnostics import Report, SessionCount, ViolationCount
from tests.unit.cli.run import SAMPLE, run
from tests.wire import wire

PLAIN = Screen(is_terminal=False, has_colour=False, columns=None)
SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (38_000_000, "0.038 s"),
        (59 * SECOND, "59.000 s"),
        (60 * SECOND, "1 min"),
        (61 * SECOND, "1 min 1 s"),
        (7_200 * SECOND, "2 h"),
        (90_061 * SECOND, "1 d 1 h"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(ns: int, text: str) -> None:
    assert duration(ns) == text


def test_points_in_time_are_told_for_people_and_for_programs() -> None:
    assert spoken(1_772_461_800_123_456_789) == ("2026-03-02", "14:30:00.123")
    assert iso(1_772_461_800_123_456_789) == "2026-03-02T14:30:00.123456789Z"
    assert (iso(None), "".join(spoken(None)).strip()) == (None, "")


@pytest.mark.parametrize(
    ("size", "text"), [(999, "999 B"), (1000, "1.0 KB"), (2_092_069, "2.1 MB"), (5_000_000_000, "5.0 GB")]
)
def test_sizes_are_told_in_their_unit(size: int, text: str) -> None:
    assert f"size      {text}" in counts.as_text(Report(message_bytes=size), None, PLAIN)


def test_a_summary_says_what_it_leaves_out() -> None:
    report = Report(
        messages=3000,
        valid=3000,
        types={"D": 2000},
        other_types=1000,
        span=(0, 86_400 * SECOND),
        sessions=[SessionCount("", "", "", 1) for _ in range(30)],
        separators=[(b" ", 1), (b"^A", 2999)],
        validated=True,
        violating=30,
        violations=[ViolationCount("D", 1, tag, f"sentence {tag}", 1) for tag in range(25)],
        other_violations=5,
    )
    text = counts.as_text(report, None, PLAIN)
    assert "1970-01-01 00:00:00.000 to 1970-01-02 00:00:00.000 (1 d)" in text
    assert "1,000  of further types" in text
    assert "and 10 more sessions" in text
    assert "and 10 more faults; fixplus validate shows all" in text
    assert "no BeginString ? > ?" in text
    assert "blank" in text
    assert "^A" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("35=0|", ""),
        ("35=5|58=bye|", "bye"),
        ("35=2|7=3|16=9|", "3 to 9"),
        ("35=2|", ""),
        ("35=4|36=9|", "reset to 9"),
        ("35=A|98=0|108=30|1137=9|", "every 30 s version 9"),
        ("35=D|11=A|55=IBM|54=5|38=10|40=3|99=9|59=1|", "sell short 10 IBM stop stop 9 good till cancel · A"),
        ("35=D|11=A|48=US0000000001|54=1|152=5000|40=1|", "buy 5000 US0000000001 market · A"),
        ("35=8|39=2|55=IBM|54=1|58=done|", "filled · buy IBM · done"),
        ("35=8|150=4|39=4|", "canceled ·"),
        ("35=W|55=IBM|268=1|269=0|270=1|", "IBM 1 entry"),
        ("35=S|117=Q|55=IBM|133=5|", "IBM 5 · Q"),
        ("35=BE|923=U|924=1|553=me|554=hush|", ""),
        ("35=XYZ|55=IBM|9000=1|", "Symbol IBM"),
    ],
)
def test_a_message_is_told_in_a_few_words(text: str, said: str) -> None:
    message = fix.parse(wire(f"8=FIX.4.4|{text}"), strict=False)
    assert message.dictionary is not None
    assert gist(message, message.dictionary) == said


def test_a_field_that_the_dictionary_lacks_is_told_by_its_tag() -> None:
    message = fix.parse(wire("8=FIX.4.0|35=Z|710=PR1|"), strict=False)
    assert message.dictionary is not None
    assert gist(message, message.dictionary) == "710 PR1"


def test_the_screen_is_what_standard_output_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "90")
    assert Screen.here() == Screen(is_terminal=True, has_colour=True, columns=90)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Screen.here().has_colour
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert Screen.here() == PLAIN
    assert Screen(is_terminal=True, has_colour=False, columns=100).bar_width == 40


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (KeyboardInterrupt(), Ending.INTERRUPTED),
        (BrokenPipeError(), Ending.READER_GONE),
        (PermissionError(13, "Permission denied", "a.log"), Ending.USAGE),
        (fix.DictionaryError("bad", faults=[("a.xml", n, "field", "X", "wrong") for n in range(12)]), Ending.USAGE),
    ],
)
def test_whatever_goes_wrong_has_its_ending(
    error: BaseException, ending: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not the test's own standard output, which would be silenced.
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with pytest.raises(typer.Exit) as caught, guarded():
        raise error
    assert caught.value.exit_code == ending


def test_many_faults_of_a_dictionary_are_not_all_told(capsys: pytest.CaptureFixture[str]) -> None:
    error = fix.DictionaryError("bad", faults=[("a.xml", n, "field", "X", "wrong") for n in range(12)])
    with pytest.raises(typer.Exit), guarded():
        raise error
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "fixplus: bad"
    assert told[1] == "  a.xml:0: field X: wrong"
    assert told[-1] == "  and 2 more"


@pytest.mark.parametrize(("error", "ending"), [(KeyboardInterrupt, 130), (BrokenPipeError, 141)])
def test_what_happens_outside_of_a_command_has_its_ending_too(
    error: type[BaseException], ending: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr("pyfixmsg_plus.cli.command.app", fail)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == ending


def test_the_process_ends_with_the_commands_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["fixplus", "--version"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("fixplus 0.")


def test_the_source_tree_has_its_licences_without_being_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "_DISTRIBUTION", "not-installed-at-all")
    assert about.version_line() == "fixplus (not installed)"
    assert "quickfixengine.org" in about.licence_text()
    monkeypatch.setattr(about, "__file__", "/nowhere/at/all/about.py")
    with pytest.raises(FileNotFoundError, match="reinstall"):
        about.licence_text()


def test_what_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pyfixmsg_plus.cli.inputs.os.access", lambda *_: False)
    result = run("parse", SAMPLE)
    assert result.exit_code == 2
    assert "may not be read" in result.stderr


def test_a_constant_and_a_deprecated_code_are_shown(tmp_path: Path) -> None:
    shown = (
        run("dictionary", "show", "4.4", "MultiLegRptTypeReq").stdout
        + run("dictionary", "show", "5.0SP2", "327").stdout
    )
    assert "deprecated" in run("dictionary", "show", "5.0SP2", "OrdType").stdout + shown
    assert "or Reserved100Plus" in run("dictionary", "show", "5.0SP2", "SecurityTradingStatus").stdout
