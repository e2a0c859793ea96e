"""TOML: tables, native values, and the line of each."""

from pathlib import Path

import pytest

from pyfixmsg_plus.config import load_settings, read_settings
from pyfixmsg_plus.config.reading import forms
from pyfixmsg_plus.config.reading.positions import Positions

DEFAULT = """[default]
connection_type = "initiator"
begin_string = "FIX.4.4"
sender_comp_id = "US"
target_comp_id = "PEER"
heart_bt_int = 30
non_stop_session = true
socket_connect_host = "localhost"
socket_connect_port = 9876
"""


def test_one_session_may_be_a_table() -> None:
    assert len(load_settings(DEFAULT + "[session]\n", {})) == 1
    assert len(load_settings(DEFAULT + "[fix]\n", {})) == 1
    assert len(load_settings(DEFAULT + "[[FIX]]\n[[FIX]]\ntarget_comp_id = 'B'\n", {})) == 2


def test_unknown_keys_are_kept_as_text() -> None:
    lines = "[session]\nnumber = 5\nflag = true\nlist = ['a', 2]\nday = 2026-01-02\ntext = ' t '\n'od d' = 'x'\n"
    (one,) = load_settings(DEFAULT + lines, {})
    assert one.extra == {
        "number": "5", "flag": "Y", "list": "a,2", "day": "2026-01-02", "text": "t", "od d": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ("[[session]]\nheart_bt_int = \n", 11, "it is no TOML: Invalid value"),
        ("[[session]]\na = 1\na = 2\n", 12, "it is no TOML: Cannot overwrite a value"),
        ("[[session]]\nx = 'y", 11, "it is no TOML"),
        ("session = 5\n", None, "heart_bt_int"),
        ("[[session]]\nown = { a = 1 }\n", 11, "it is no text"),
        ('[[session]]\n"a=b" = "x"\n', 11, "its name cannot be written in every form"),
        ('[[session]]\n" a" = "x"\n', 11, "its name cannot be written in every form"),
        ('[[session]]\nown = """a\nb"""\n', 11, "a control character or a line break"),
        ("[[session]]\nheart_bt_int = 1.5\n", 11, "is not whole seconds"),
        ("[[session]]\nheart_bt_int = []\n", 11, "is not whole seconds"),
        ("[[session]]\nprofile = 5\n", 11, "'5' is not text"),
        ("[[session]]\n", None, ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(lines: str, line: int | None, said: str) -> None:
    faults = read_settings(DEFAULT + lines, {}).faults
    if line is not None:
        (fault,) = faults
        assert (fault.line, said in fault.text) == (line, True), fault


def test_a_key_outside_of_every_section_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "fix.toml"
    file.write_text("\nheart_bt_int = 5\n" + DEFAULT + "[[session]]\n", encoding="utf-8")
    (fault,) = read_settings(file, {}).faults
    assert (fault.line, fault.key, fault.text) == (2, "heart_bt_int", "a key stands outside of every section")
    file.write_text("session = [1]\n", encoding="utf-8")
    (fault,) = read_settings(file, {}).faults
    assert fault.line == 1
    file.write_text("", encoding="utf-8")
    (fault,) = read_settings(file, {}).faults
    assert fault.text == "there is no session"


def test_another_table_is_passed_over_with_a_warning() -> None:
    (warning,) = read_settings(DEFAULT + "[[session]]\n[basket]\na = 1\n", {}).settings.warnings
    assert (warning.line, warning.session) == (11, "[basket]")


def test_a_table_within_a_session_gives_dictionaries() -> None:
    lines = '[[session]]\nprofile = "cme"\n[session.app_data_dictionary]\n"FIX.4.4" = "FIX44"\n"FIX.4.2" = "${D}"\n'
    (one,) = load_settings(DEFAULT + lines, {"D": "FIX42"})
    assert one.app_data_dictionary == {"FIX.4.2": "FIX42", "FIX.4.4": "FIX44"}
    assert one.sources["app_data_dictionary"].line == 12
    assert one.origins == {"app_data_dictionary@FIX.4.2": "${D}"}


def test_references_stand_within_lists_too() -> None:
    lines = '[[session]]\nlogon_tag = ["553=a", "554=${P}"]\n'
    (one,) = load_settings(DEFAULT + lines, {"P": "hunter2"})
    assert one.logon_tag[1].value.reveal() == "hunter2"
    assert one.origins == {"logon_tag@1": "554=${P}"}


def test_a_file_is_read_by_its_suffix(tmp_path: Path) -> None:
    text = DEFAULT + "[session]\n"
    for suffix, is_read in ((".toml", True), (".txt", True), (".cfg", False)):
        file = tmp_path / f"fix{suffix}"
        file.write_text(text, encoding="utf-8")
        assert bool(read_settings(file, {}).settings.sessions) == is_read


def test_a_text_in_latin_1_is_read(tmp_path: Path) -> None:
    file = tmp_path / "fix.toml"
    file.write_bytes((DEFAULT + "[session]\ndescription = 'é'\n").encode("latin-1"))
    (one,) = load_settings(file, {})
    assert one.description == "é"


def test_a_file_that_is_too_long_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MAX_BYTES", 1 << 20)
    file = tmp_path / "fix.toml"
    file.write_text("#" * ((1 << 20) + 1), encoding="utf-8")
    (fault,) = read_settings(file, {}).faults
    assert fault.text == "it cannot be read: it is longer than 1 MiB, which no settings file is"
    (fault,) = read_settings(file.read_text(encoding="utf-8") + "\n", {}).faults
    assert (fault.text, fault.remedy) == ("it is too long", "Keep it below 1 MiB.")


def test_a_last_line_need_not_end() -> None:
    assert Positions("a = 1\nb = 2").line((), "b") == 2


def test_lines_are_found_behind_whatever_toml_allows() -> None:
    text = '''a = """
[[session]]
b = 1
"""
c = [ # [x]
  "]", '"',
  1,
] # "
"quoted key" = 'x # y'
[[session]]
d.e = { f = "}" }
# [[session]]
g = "\\"[" # z
[session.inner]
h = 1
[[session]]
g = \'\'\'
g = 2\'\'\'
i = 3
'''
    positions = Positions(text)
    found = {
        "a": positions.line((), "a"),
        "c": positions.line((), "c"),
        "quoted key": positions.line((), "quoted key"),
        "first": positions.table(("session", 0)),
        "d": positions.line(("session", 0), "d"),
        "g": positions.line(("session", 0), "g"),
        "inner": positions.line(("session", 0), "inner"),
        "second": positions.table(("session", 1)),
        "g2": positions.line(("session", 1), "g"),
        "i": positions.line(("session", 1), "i"),
        "nothing": positions.line(("session", 1), "z"),
        "no table": positions.table(("default", 0)),
        "no key": positions.line((), "z"),
    }
    assert found == {
        "a": 1, "c": 5, "quoted key": 9, "first": 10, "d": 11, "g": 13, "inner": 14, "second": 16, "g2": 17, "i": 19,
        "nothing": 16, "no table": 1, "no key": 1,
    }  # fmt: skip
