"""Reading .def files, and writing them in our language."""

from pathlib import Path

import pytest

from pyfixmsg_plus.testing.certification import (
    ScenarioError,
    find_definitions,
    read_definition,
    read_scenario,
    to_language,
)
from pyfixmsg_plus.testing.certification.definitions import LARGEST_FILE
from pyfixmsg_plus.testing.certification.steps import (
    Close,
    Connect,
    Dialect,
    Expect,
    ExpectClose,
    Scenario,
    Send,
    Span,
    Wait,
)

SMALL = b"iCONNECT\nI8=FIX.4.4\x0135=A\x01\nE8=FIX.4.4\x019=5\x0135=A\x0110=0\x01\neDISCONNECT"


def scenario_of(folder: Path, content: bytes, name: str = "2b_Any.def") -> Scenario:
    path = folder / name
    path.write_bytes(content)
    return read_definition(path, folder)


def test_a_file_is_a_conversation(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, b"# comment\n\n" + SMALL)
    assert scenario.steps == (
        Connect(line=3),
        Send(line=4, text="8=FIX.4.4|35=A|"),
        Expect(line=5, text="8=FIX.4.4|9=5|35=A|10=0|"),
        ExpectClose(line=6),
    )
    assert (scenario.name, scenario.cases, scenario.dialect) == ("2b_Any", ("2b",), Dialect.QUICKFIX)


def test_lines_may_end_with_cr_lf(tmp_path: Path) -> None:
    unix = scenario_of(tmp_path, SMALL)
    assert scenario_of(tmp_path, SMALL.replace(b"\n", b"\r\n")).steps == unix.steps


def test_connections_have_a_digit(tmp_path: Path) -> None:
    content = b"i1,CONNECT\ni2,CONNECT\nI2,8=FIX.4.4\x01\nE1,8=x\x01\ne2,DISCONNECT\ni1,DISCONNECT\nsleep(0.2)\n"
    assert scenario_of(tmp_path, content).steps == (
        Connect(line=1),
        Connect(line=2, connection=2),
        Send(line=3, connection=2, text="8=FIX.4.4|"),
        Expect(line=4, text="8=x|"),
        ExpectClose(line=5, connection=2),
        Close(line=6),
        Wait(line=7, span=Span(0.2)),
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"iSET_SESSION FIX.4.4:A->B NEXTSENDERSEQNUM=5", "line 2: iSET_SESSION sets a number"),
        (b"eCONNECT", "line 2: it belongs to the client suite"),
        (b"e2,CONNECT", "line 2: it belongs to the client suite"),
        (b"R8=FIX.4.4\x01", "line 2: it belongs to the client suite"),
    ],
)
def test_what_cannot_be_done_from_outside_is_said(tmp_path: Path, line: bytes, told: str) -> None:
    assert scenario_of(tmp_path, b"iCONNECT\n" + line + b"\n").not_applicable.startswith(told)


@pytest.mark.parametrize(
    ("content", "line", "cause"),
    [
        (b"iCONNECT\nhello\n", 2, "no line of the language begins with 'h'"),
        (b"iCONNECT\n\niCLOSE\n", 3, "'iCLOSE' is neither CONNECT nor DISCONNECT"),
        (b" # not in column one\n", 1, "no line of the language begins with ' '"),
        (b"I8=FIX.4.4\x01\n", 1, "the scenario never connects"),
        (b"iCONNECT\nI8=FIX.4.4\x0196=<FILE:gone.txt>\x01\n", 2, "<FILE:gone.txt>: there is no such file"),
        (b"#" * (LARGEST_FILE + 1), 1, "the file is longer than"),
    ],
)
def test_an_error_names_file_line_and_cause(tmp_path: Path, content: bytes, line: int, cause: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario_of(tmp_path, content)
    assert caught.value.line == line
    assert caught.value.cause.startswith(cause)
    assert str(caught.value).startswith(f"{tmp_path / '2b_Any.def'}:{line}: ")


def test_a_file_may_be_put_into_a_message(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_bytes(b"\n text with | and \\ \n")
    folder = tmp_path / "fix44"
    folder.mkdir()
    path = folder / "a.def"
    path.write_bytes(b"iCONNECT\nI8=FIX.4.4\x0158=<FILE:data.txt>\x01\n")
    assert read_definition(path, tmp_path).steps[1] == Send(line=2, text="8=FIX.4.4|58=text with \\| and \\\\|")


def test_a_file_outside_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "fix44"
    folder.mkdir()
    path = folder / "a.def"
    path.write_bytes(b"iCONNECT\nI8=FIX.4.4\x0158=<FILE:../secret.txt>\x01\n")
    with pytest.raises(ScenarioError, match="there is no such file"):
        read_definition(path, folder)


def test_files_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b/2.def", "a/3.def", "b/1.def", "b/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in find_definitions(tmp_path)] == [
        "a/3.def",
        "b/1.def",
        "b/2.def",
    ]
    assert find_definitions(tmp_path / "b/1.def") == [tmp_path / "b/1.def"]


def test_our_language_holds_the_same_conversation(tmp_path: Path) -> None:
    content = SMALL + b"\r\ni2,CONNECT\nI2,raw \\ | $US \xe9\x02\x01\nsleep(1.5)\ni2,DISCONNECT\n"
    scenario = scenario_of(tmp_path, content)
    again = read_scenario(to_language(scenario), "again")
    assert [type(step) for step in again.steps] == [type(step) for step in scenario.steps]
    assert [step.text for step in again.steps if isinstance(step, Send | Expect)] == [
        step.text for step in scenario.steps if isinstance(step, Send | Expect)
    ]
    assert (again.name, again.cases, again.dialect) == (scenario.name, scenario.cases, Dialect.QUICKFIX)


def test_a_scenario_that_cannot_be_played_says_so_in_our_language_too(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, b"iCONNECT\neCONNECT\n")
    assert read_scenario(to_language(scenario), "again").not_applicable == scenario.not_applicable


def test_steps_of_our_own_are_not_written_as_a_definition(tmp_path: Path) -> None:
    ours = read_scenario("id: x\ntitle: x\nrule: x\n---\nping\n", "ours")
    with pytest.raises(TypeError, match="Ping"):
        to_language(ours)
