"""`fixplus validate` says all that is wrong with messages, and why."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.run import SAMPLE, run
from tests.wire import wire

GOOD = wire("8=FIX.4.4|35=D|34=1|11=A|55=IBM|54=1|60=20260302-14:30:00|38=1|40=1|")
BAD = wire("8=FIX.4.4|35=D|34=2|11=A|55=IBM|54=x|453=2|448=A|447=D|452=1|60=20260302-14:30:00|38=1|40=2|5000=z|")


def test_good_messages_end_with_0() -> None:
    result = run("validate", "-", given=GOOD + GOOD)
    assert (result.exit_code, result.stdout) == (0, "2 messages: 2 good\n")


def test_every_fault_is_told_with_reason_tag_and_sentence() -> None:
    result = run("validate", "-", given=GOOD + b"\n" + BAD)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "line 2  NewOrderSingle(35=D)  MsgSeqNum 2"
    assert "  373=5      54  Side(54) is 'x'" in result.stdout
    assert "  373=16    453  NoPartyIDs(453) says 2, 1 entry follows" in result.stdout
    assert "Price(44)" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("2 messages: 1 good, 1 with ")


def test_garbled_messages_are_faulty() -> None:
    result = run("validate", "-", given=GOOD.replace(b"IBM", b"IBN"))
    assert result.exit_code == 1
    assert "garbled        CheckSum(10) says" in result.stdout


def test_json_is_an_object_for_each_faulty_message() -> None:
    result = run("validate", "--json", "-", given=GOOD + b"\n" + BAD)
    found = json.loads(result.stdout)
    assert (found["line"], found["msg_type"], found["msg_seq_num"], found["valid"]) == (2, "D", "2", True)
    reasons = {violation["ref_tag_id"]: violation["reason"] for violation in found["violations"]}
    assert reasons[54] == 5
    assert reasons[453] == 16
    assert "2 messages: 1 good" in result.stderr


@pytest.mark.parametrize("setting", ["ValidateUserDefinedFields=N", "validate_user_defined_fields=N"])
def test_settings_have_the_names_of_session_settings(setting: str) -> None:
    given = wire("8=FIX.4.4|35=0|34=2|5000=z|")
    assert run("validate", "-", given=given).exit_code == 1
    assert run("validate", "--setting", setting, "-", given=given).exit_code == 0


def test_codes_may_be_let_pass_field_by_field() -> None:
    given = GOOD.replace(b"54=1", b"54=x")
    assert "Side(54)" in run("validate", "-", given=given).stdout
    assert "Side(54)" not in run("validate", "--setting", "AllowCodes=54,40", "-", given=given).stdout
    assert run("validate", "--setting", "MissingGroupDelimiter=accept", "-", given=GOOD).exit_code == 0


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("ValidateUserDefinedFields", "a setting is NAME=VALUE"),
        ("ValidateUserDefinedFields=maybe", "expected Y or N"),
        ("AllowCodes=x", "expected tags with commas between them"),
        ("ValidateEverything=Y", "ValidateEverything=Y: there is no such setting"),
        ("MissingGroupDelimiter=ignore", "reject_15"),
    ],
)
def test_a_wrong_setting_says_what_is_expected(setting: str, said: str) -> None:
    result = run("validate", "--setting", setting, SAMPLE)
    assert result.exit_code == 2
    assert said in result.stderr


def test_rules_of_ones_own_are_checked_too(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nmessages = ["D"]\nwhen = ["Side(54)=1"]\nrequire = ["Account(1)"]\n', encoding="utf-8")
    result = run("validate", "--rules", str(rules), "-", given=GOOD)
    assert result.exit_code == 1
    assert "380=5       1  Account(1)" in result.stdout
    assert run("validate", "--rules", "none.toml", "-", given=GOOD).exit_code == 2


def test_filters_dictionaries_and_several_logs(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(GOOD + b"\n" + BAD)
    result = run("validate", "--filter", "34=2", "--dictionary", "4.4", str(path), str(path))
    assert result.stdout.count(f"{path}:2  NewOrderSingle") == 2
    assert "2 messages: 0 good, 2 with" in result.stdout


def test_a_log_without_messages_ends_with_2() -> None:
    result = run("validate", "-", given=b"nothing")
    assert result.exit_code == 2
    assert "no FIX message was found" in result.stderr
