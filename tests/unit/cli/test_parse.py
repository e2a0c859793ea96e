"""`fixplus parse` shows what logs hold."""

import csv
import gzip
import io
import json
import sys
from pathlib import Path

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.cli.records import as_csv
from pyfixmsg_plus.diagnostics import read_log
from tests.unit.cli.run import SAMPLE, run
from tests.wire import wire

HEARTBEAT = wire("8=FIX.4.4|35=0|34=7|")
LOGON = wire("8=FIX.4.4|35=A|34=1|98=0|108=30|95=13|96=a\x01554=b\x0110=0|553=me|554=hush|925=shh|1402=x|")


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "venue.log"
    path.write_bytes(b"20260302-14:30:00.5 : " + HEARTBEAT + b"\n")
    return str(path)


def test_a_message_is_one_line(log: str) -> None:
    result = run("parse", log)
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert line.split() == ["1", "2026-03-02", "14:30:00.500", "→", "Heartbeat", "PEER", ">", "US", "7"]


def test_direction_is_the_logs_own_or_else_follows_who_was_seen_first(tmp_path: Path) -> None:
    there, back = wire("8=FIX.4.4|35=0|34=1|49=A|56=B|"), wire("8=FIX.4.4|35=0|34=1|49=B|56=A|")
    result = run("parse", "-", given=there + b"\n" + back + b"\nincoming " + there + b"\noutgoing " + back + b"\n")
    assert [line.split()[3] for line in result.stdout.splitlines()] == ["→", "←", "←", "→"]


def test_faults_stand_on_the_line_and_end_with_1() -> None:
    result = run("parse", "-", given=HEARTBEAT.replace(b"34=7", b"34=8"))
    assert result.exit_code == 1
    assert "✗ CheckSum(10) says" in result.stdout


def test_standard_input_may_be_compressed() -> None:
    result = run("parse", "--raw", "-", given=gzip.compress(HEARTBEAT))
    assert result.stdout == HEARTBEAT.decode().replace("\x01", "|") + "\n"


SECRETS = ("hush", "shh", "1402=x", "554=b")


@pytest.mark.parametrize(
    "form", [(), ("--raw",), ("--pretty",), ("--json",), ("--csv", "--columns", "96,554,925,1402")]
)
def test_secrets_are_masked_in_every_form_unless_asked_for(form: tuple[str, ...]) -> None:
    masked = run("parse", *form, "-", given=LOGON).stdout
    assert not [secret for secret in SECRETS if secret in masked]
    if form:
        assert "***" in masked
        assert "hush" in run("parse", *form, "--no-mask", "-", given=LOGON).stdout


def test_a_secret_that_is_no_field_by_itself_is_masked_too() -> None:
    broken = LOGON.replace(b"95=13", b"95=99")
    assert "hush" not in run("parse", "--raw", "-", given=broken).stdout


def test_json_is_an_object_a_line_with_the_message_as_fix_json(log: str) -> None:
    result = run("parse", "--json", "--validate", log)
    found = json.loads(result.stdout)
    assert found["file"] == log
    assert (found["line"], found["offset"], found["valid"], found["reasons"]) == (1, 22, True, [])
    assert (found["prefix"], found["time"]) == ("20260302-14:30:00.5 : ", "2026-03-02T14:30:00.500000000Z")
    assert (found["direction"], found["msg_type"], found["name"]) == (None, "0", "Heartbeat")
    assert found["violations"] == []
    assert fix.Message.from_json(json.dumps(found["message"])) == fix.parse(HEARTBEAT)


def test_csv_has_the_columns_that_are_asked_for() -> None:
    arguments = ("--csv", "--columns", "line,35, PartyID,valid,name,file,offset,reasons,prefix,time,direction,99")
    result = run("parse", *arguments, "--filter", "has 453", "--limit", "1", "-", given=Path(SAMPLE).read_bytes())
    head, row = csv.reader(result.stdout.splitlines())
    assert head[:3] == ["line", "35", "PartyID"]
    assert row[:6] == ["22", "D", "DESK 7", "Y", "NewOrderSingle", "standard input"]
    assert row[-1] == "410.50"


def test_csv_joins_the_values_of_a_group() -> None:
    result = run("parse", "--csv", "--columns", "448", "--filter", "35=8 and has 453", "--limit", "1", SAMPLE)
    assert result.stdout.splitlines() == ["448", "BROKER;CLEAR"]


@pytest.mark.parametrize(("is_terminal", "shown"), [(True, r"a\x1b[2Jb"), (False, "a\x1b[2Jb")])
def test_csv_escapes_what_a_terminal_would_obey_and_nothing_for_a_file(
    is_terminal: bool, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = wire("8=FIX.4.4|35=0|34=2|112=a\x1b[2Jb|")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    (entry,) = read_log(io.BytesIO(raw))
    write = as_csv("112,99", None, mask=True)
    write("log", entry, fix.parse(raw), fix.load_dictionary("FIX.4.4"), None)
    assert capsys.readouterr().out == f"112,99\n{shown},\n"


def test_csv_has_columns_of_its_own() -> None:
    head = run("parse", "--csv", "--limit", "1", SAMPLE).stdout.splitlines()[0]
    assert head.startswith("SendingTime,MsgType,SenderCompID,TargetCompID,ClOrdID,Symbol,Side,OrderQty,Price")


def test_a_limit_stops_and_only_what_was_shown_counts() -> None:
    result = run("parse", "--limit", "2", SAMPLE, "/dev/null")
    assert len(result.stdout.splitlines()) == 3
    assert result.exit_code == 0


def test_only_messages_with_faults_are_shown_if_asked_for() -> None:
    assert len(run("parse", "--faults-only", SAMPLE).stdout.splitlines()) == 4
    result = run("parse", "--faults-only", "--validate", SAMPLE)
    assert len(result.stdout.splitlines()) == 5
    assert "Symbol(55) is required" in result.stdout


def test_several_logs_stand_under_their_names(log: str) -> None:
    result = run("parse", log, log)
    assert result.stdout.count(f"==> {log} <==") == 2


def test_what_does_not_match_is_told_apart_from_what_is_not_there(log: str) -> None:
    result = run("parse", "--filter", "35=8", log)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "none of 1 messages is shown" in result.stderr


def test_lines_are_joined_unless_forbidden() -> None:
    broken = HEARTBEAT.replace(b"49=PEER", b"49=PE\nER")
    assert run("parse", "-", given=broken).exit_code == 0
    assert run("parse", "--no-join", "-", given=broken).exit_code == 1


def test_the_summary_counts(log: str) -> None:
    result = run("parse", "--summary", SAMPLE)
    assert result.exit_code == 1
    assert "60: 56 valid, 4 invalid" in result.stdout
    assert run("parse", "--summary", log).exit_code == 0


def test_the_summary_holds_messages_against_the_dictionary_if_asked_to() -> None:
    result = run("parse", "--summary", "--validate", "--filter", "8=FIX.4.2", SAMPLE)
    assert result.exit_code == 1
    assert "Symbol(55) is required in NewOrderSingle(35=D)" in result.stdout


def test_the_summary_is_data_with_json() -> None:
    data = json.loads(run("parse", "--summary", "--json", "--validate", SAMPLE).stdout)
    assert (data["messages"], data["valid"], data["invalid"]) == (60, 56, 4)
    assert {"msg_type": "8", "name": "ExecutionReport", "messages": 8} in data["types"]
    assert data["first_sending_time"] == "2026-03-02T14:30:00.000000000Z"
    assert data["sessions"][0]["sender_comp_id"] == "BUYSIDE"
    assert data["separators"] == [{"separator": "\x01", "messages": 60}]
    assert data["validation"]["violating"] == 3


def test_the_summary_names_types_as_far_as_they_are_known() -> None:
    known = run("parse", "--summary", "--dictionary", "4.4", "-", given=HEARTBEAT)
    assert "Heartbeat" in known.stdout
    unknown = run("parse", "--summary", "-", given=wire("8=FIX.4.4|35=XCN|34=1|") + wire("8=FIX.4.4|34=1|"))
    assert "unknown XCN" in " ".join(unknown.stdout.split())
    assert "no MsgType(35)" in unknown.stdout


def test_a_layer_lies_over_the_dictionary_of_each_message(tmp_path: Path) -> None:
    layer = tmp_path / "house.toml"
    layer.write_text('[fields.9100]\nname = "HouseNote"\ntype = "String"\n', encoding="utf-8")
    given = wire("8=FIX.4.4|35=0|34=7|9100=x|")
    assert "9100 HouseNote = x" in run("parse", "--pretty", "--layer", str(layer), "-", given=given).stdout
    over = ("--dictionary", "4.4", "--layer", str(layer))
    assert run("parse", "--csv", "--columns", "HouseNote", *over, "-", given=given).stdout == "HouseNote\nx\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.log",), "nowhere.log: there is no such file"),
        (("nowhere/at/all.log",), "nor is there a directory nowhere/at"),
        (("examples/data/every_king.log",), "did you mean examples/data/every_kind.log?"),
        (("examples",), "examples is a directory\nName the logs in it, such as examples/*.log."),
        (("-", "-"), "standard input can be read once only"),
        ((SAMPLE, "--dictionary", "FIX.4.5"), "there is no bundled dictionary"),
        ((SAMPLE, "--dictionary", "none.xml"), "none.xml: there is no such file"),
        ((SAMPLE, "--dictionary", "examples"), "examples is a directory"),
        ((SAMPLE, "--dictionary", SAMPLE), SAMPLE),
        ((SAMPLE, "--layer", "none.toml"), "none.toml: there is no such file"),
        ((SAMPLE, "--filter", "35="), "--filter, column 4: expected a value after '=', found the end\n  35=\n     ^\n"),
        ((SAMPLE, "--csv", "--columns", "Symbl"), 'has no field "Symbl"; did you mean Symbol(55)?'),
        ((SAMPLE, "--columns", "55"), "--columns says what --csv shows"),
        ((SAMPLE, "--csv", "--raw"), "--csv and --raw exclude each other"),
        ((SAMPLE, "--summary", "--limit", "3"), "--summary counts all messages"),
    ],
)
def test_what_cannot_be_done_says_what_to_do_and_ends_with_2(arguments: tuple[str, ...], said: str) -> None:
    result = run("parse", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"nothing to see\n", "no FIX message was found: nothing in it begins with 8=FIX"),
        (b"\x7fELF\0\0\0", "it looks like binary data"),
        (b"PK\x03\x04rest", "it is a zip archive: unpack it first"),
        ("8=FIX.4.4|".encode("utf-16"), "it is UTF-16: pipe it in with `iconv -f UTF-16 -t UTF-8"),
        (b"8=FIX.4.4\r\n", "8=FIX occurs, but no field stands behind it"),
        (b"\xfd7zXZ\0", "it is compressed with xz"),
        (b"\xd4\xc3\xb2\xa1\0\0", "it is a packet capture"),
    ],
)
@pytest.mark.parametrize("form", [(), ("--summary",)])
def test_a_file_without_messages_says_what_it_seems_to_be(
    tmp_path: Path, content: bytes, said: str, form: tuple[str, ...]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    result = run("parse", *form, str(path))
    assert result.exit_code == 2
    assert said in result.stderr


def test_damaged_gzip_ends_with_2_behind_what_could_be_read() -> None:
    packed = gzip.compress(HEARTBEAT * 5000)
    result = run("parse", "-", given=packed[:-10])
    assert result.exit_code == 2
    assert "the gzip data end too early" in result.stderr
    assert "Heartbeat" in result.stdout


def test_progress_is_shown_where_it_is_asked_for() -> None:
    for form in ((), ("--summary",)):
        result = run("parse", "--progress", *form, SAMPLE)
        assert result.exit_code == 1
        assert "reading" in result.stderr
        assert "reading" not in run("parse", *form, SAMPLE).stderr


def test_a_field_to_hide_is_named_by_tag_or_name() -> None:
    # What is hidden stays so: a tag that nothing else here has.
    assert run("parse", "--hide", "99999,", SAMPLE).stdout == run("parse", SAMPLE).stdout
    result = run("parse", "--hide", "Simbol", SAMPLE)
    assert result.exit_code == 2
    assert "--hide: " in result.stderr
    assert "did you mean Symbol(55)?" in result.stderr
