"""Scenarios in our own language: what is read, and how errors are told."""

from pathlib import Path

import pytest

from pyfixmsg_plus.testing.certification import ScenarioError, read_scenario, read_scenario_file
from pyfixmsg_plus.testing.certification.escapes import EscapeError, readable, to_bytes, written
from pyfixmsg_plus.testing.certification.language import LARGEST_FILE
from pyfixmsg_plus.testing.certification.steps import (
    Close,
    Compare,
    Condition,
    Connect,
    Course,
    Either,
    Expect,
    ExpectClose,
    Leave,
    Logon,
    Logout,
    Ping,
    Raw,
    Role,
    Rule,
    Scenario,
    Send,
    Set,
    Shift,
    Silence,
    Span,
    Step,
    Wait,
    When,
)

HEAD = "id: x\ntitle: A title\nrule: A rule\n"


def steps(text: str) -> tuple[Step, ...]:
    return read_scenario(f"{HEAD}---\n{text}", "file").steps


def step(text: str) -> Step:
    (only,) = steps(text)
    return only


def head(text: str) -> Scenario:
    return read_scenario(f"{HEAD}{text}\n---\nping\n", "file")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("connect", Connect(line=5)),
        ("@2 connect", Connect(line=5, connection=2)),
        ("disconnect", Close(line=5)),
        ("lose", Close(line=5, is_lost=True)),
        ("send 35=0|34=2", Send(line=5, text="35=0|34=2|")),
        ("send MsgType=1|TestReqID=a b|", Send(line=5, text="35=1|112=a b|")),
        ("send 35=A|$LOGON|-1=x", Send(line=5, text="35=A|$LOGON|-1=x|")),
        ("raw 8=FIX.4.4|9=x|", Raw(line=5, text="8=FIX.4.4|9=x|")),
        ("expect disconnect", ExpectClose(line=5)),
        ("expect after 1s before 2H disconnect", ExpectClose(line=5, after=Span(1.0), before=Span(heartbeats=2.0))),
        ("expect silence 250ms", Silence(line=5, span=Span(0.25))),
        ("wait 1.5H", Wait(line=5, span=Span(heartbeats=1.5))),
        ("logon", Logon(line=5)),
        ("logon HeartBtInt=5|141=!", Logon(line=5, text="108=5|141=!|")),
        ("logout", Logout(line=5)),
        ("leave", Leave(line=5)),
        ("ping", Ping(line=5)),
        ("set first = $in+1", Set(line=5, name="first", text="$in+1")),
        ("clock -121s", Shift(line=5, seconds=-121.0)),
        ("clock 0s", Shift(line=5, seconds=0.0)),
    ],
)
def test_a_line_is_a_step(text: str, read: Step) -> None:
    assert step(text) == read


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("112=A=B", Rule(112, Compare.EQUAL, "A=B")),
        ("TestReqID=A", Rule(112, Compare.EQUAL, "A")),
        ("112=*", Rule(112, Compare.ANY)),
        ("112=!", Rule(112, Compare.ABSENT)),
        ("112={A,B}", Rule(112, Compare.ONE_OF, "A,B")),
        (r"112=~A\|B.*", Rule(112, Compare.PATTERN, r"A\|B.*")),
        ("112=?A", Rule(112, Compare.IF_PRESENT, "A")),
        ("112=@id", Rule(112, Compare.NAME, "id")),
        ("112=?@id", Rule(112, Compare.NAME_IF_PRESENT, "id")),
    ],
)
def test_an_expectation_says_something_of_each_field(field: str, rule: Rule) -> None:
    read = step(f"expect only ordered after 1s before 2s {field}")
    assert isinstance(read, Expect)
    assert read.rules == (rule,)
    assert (read.only, read.ordered, read.after, read.before) == (True, True, Span(1.0), Span(2.0))
    assert str(rule) == field.replace("TestReqID", "112")


def test_a_line_that_begins_with_a_bar_goes_on_with_the_message_before() -> None:
    assert steps("send 35=D|11=A\n  |55=IBM\nping") == (Send(line=5, text="35=D|11=A|55=IBM|"), Ping(line=7))


def test_comments_and_empty_lines_are_passed_over() -> None:
    assert steps("# one\n\n  # two\n  ping\n") == (Ping(line=8),)


def test_courses_are_told_apart_by_or() -> None:
    text = "either quickfix:\n  expect 35=5\n  ping\nor standard:\n  expect silence 1s\nor:\nend"
    expected = Expect(line=6, text="35=5", rules=(Rule(35, Compare.EQUAL, "5"),))
    assert step(text) == Either(
        line=5,
        branches=(
            Course(name="quickfix", steps=(expected, Ping(line=7))),
            Course(name="standard", steps=(Silence(line=9, span=Span(1.0)),)),
            Course(name="", steps=()),
        ),
    )


def test_what_is_optional_is_a_course_beside_nothing() -> None:
    expected = Expect(line=5, text="35=5", rules=(Rule(35, Compare.EQUAL, "5"),), before=Span(1.0))
    courses = (Course(name="", steps=(expected,)), Course(name="", steps=()))
    assert step("optional before 1s 35=5") == Either(line=5, branches=courses)


def test_steps_may_be_for_some_versions_roles_or_options() -> None:
    text = "when FIX.4.2, acceptor, application=echo\n  ping\nelse\n  when FIXT.1.1\n    logout\n  end\nend"
    conditions = (Condition(name="FIX.4.2"), Condition(name="acceptor"), Condition(name="application", value="echo"))
    inner = When(line=8, conditions=(Condition(name="FIXT.1.1"),), then=(Logout(line=9),))
    assert step(text) == When(line=5, conditions=conditions, then=(Ping(line=6),), otherwise=(inner,))


def test_the_head_says_what_the_scenario_proves() -> None:
    read = head(
        "case: 2b, 2c\nroles: acceptor\nversions: FIX.4.0, 5.0SP1+\nneeds: application=echo, dictionary\n"
        "kind: optional\nunseen: a warning\nheartbeats: judged\nheartbeat: 2"
    )
    assert read.cases == ("2b", "2c")
    assert read.roles == {Role.ACCEPTOR}
    assert read.versions == {"FIX.4.0", "FIX.5.0SP1", "FIX.5.0SP2"}
    assert read.needs == (Condition(name="application", value="echo"), Condition(name="dictionary"))
    assert [str(need) for need in read.needs] == ["application=echo", "dictionary"]
    assert not read.is_mandatory
    assert (read.unseen, read.judges_heartbeats, read.heart_bt_int) == ("a warning", True, 2)


def test_a_head_that_says_little_means_all_roles_and_versions() -> None:
    read = head("# nothing more\n")
    assert read.roles == set(Role)
    assert read.versions == frozenset()
    assert read.is_mandatory
    assert not read.judges_heartbeats


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ("id: x", 1, "no line --- stands between"),
        (f"{HEAD}---\n# nothing\n", 4, "there are no steps"),
        ("id: x\ntitle: y\n---\nping", 1, "the head does not say rule"),
        ("id: x\ncolour: red\n---\nping", 2, "'colour' is no key"),
        ("id: x\nid: y\n---\nping", 2, "id is said twice"),
        (f"{HEAD}roles: venue\n---\nping", 4, "roles: 'venue' is not acceptor"),
        (f"{HEAD}versions: FIX.9\n---\nping", 4, "versions: 'FIX.9' is none of"),
        (f"{HEAD}kind: maybe\n---\nping", 4, "kind: 'maybe' is none of mandatory, optional"),
        (f"{HEAD}heartbeat: soon\n---\nping", 4, "heartbeat: 'soon' is no number"),
        (f"{HEAD}needs: a b\n---\nping", 4, "'a b' is no role, version or option"),
        (f"{HEAD}---\nping\nshout\n", 6, "'shout' is no step"),
        (f"{HEAD}---\nsend\n", 5, "the message has no fields"),
        (f"{HEAD}---\nsend 35=0|Colour=red\n", 5, "there is no field 'Colour'"),
        (f"{HEAD}---\nsend 35=0|red\n", 5, "'red' is no field"),
        (f"{HEAD}---\nsend 58=\\q\n", 5, "there is no escape \\q"),
        (f"{HEAD}---\nexpect\n", 5, "nothing is expected"),
        (f"{HEAD}---\nexpect 58=~(\n", 5, "'(' is no regular expression"),
        (f"{HEAD}---\nexpect 58=@a-b\n", 5, "'a-b' cannot be the name"),
        (f"{HEAD}---\nexpect before soon 35=0\n", 5, "'soon' is no length of time"),
        (f"{HEAD}---\nwait\n", 5, "'' is no length of time"),
        (f"{HEAD}---\nset = 5\n", 5, "a name is given a value by"),
        (f"{HEAD}---\nclock fast\n", 5, "'fast' does not say how wrong"),
        (f"{HEAD}---\n|55=IBM\n", 5, "there is no message that this line"),
        (f"{HEAD}---\nping\nend\n", 6, "'end' belongs to no block"),
        (f"{HEAD}---\nwhen FIX.4.2\nping\n", 6, "a block has no end"),
        (f"{HEAD}---\nwhen\nping\nend\n", 5, "'when' names no role"),
        (f"{HEAD}---\nwhen FIX.4.2\nping\nor\nend\n", 7, "'or' does not belong to 'when'"),
        (f"{HEAD}---\neither\nping\nend\n", 5, "each course begins with what is expected"),
        (f"{HEAD}---\neither\nexpect 35=0\nelse\nend\n", 7, "'else' belongs to 'when'"),
    ],
)
def test_an_error_names_file_line_and_cause(text: str, line: int, cause: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text, "folder/file.scenario")
    assert caught.value.line == line
    assert caught.value.cause.startswith(cause)
    assert str(caught.value).startswith(f"folder/file.scenario:{line}: ")


def test_a_file_is_read_as_utf_8_and_has_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.scenario"
    path.write_text(f"{HEAD}---\nsend 35=0|58=é\n", encoding="utf-8")
    assert read_scenario_file(path).file == str(path)
    path.write_bytes(b"id: x\ntitle: \xff\n")
    with pytest.raises(ScenarioError, match=r":2: the file is not UTF-8"):
        read_scenario_file(path)
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(ScenarioError, match="longer than"):
        read_scenario_file(path)


def test_bytes_are_written_so_that_they_are_read_back() -> None:
    every = bytes(range(256))
    assert to_bytes(written(every)) == every
    assert written(b"a\x01b|\\$\x00\xff") == r"a|b\|\\\$\x00\xff"
    assert to_bytes("é€") == "é€".encode()


def test_a_backslash_at_the_end_stands_for_nothing() -> None:
    with pytest.raises(EscapeError):
        to_bytes("a\\")


def test_bytes_for_a_person_stay_on_one_line_and_have_an_end() -> None:
    assert readable(b"8=FIX\x01\n\x9b") == r"8=FIX|\x0a\x9b"
    assert readable(b"x" * 10, limit=4) == "xxxx... (10 bytes)"


def test_a_span_says_itself_as_it_is_written() -> None:
    assert [str(Span(0.5)), str(Span(heartbeats=1.5))] == ["0.5s", "1.5H"]
