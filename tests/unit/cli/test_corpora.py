"""The command finds in recorded logs what their README counted."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.run import run

# Folder or file, messages, valid. Without joining lines, as the README counted; joined, the two broken messages of
# log4fix make one more, and all are valid.
COUNTS = [
    ("hffix/fix.5.0.set.1", 13_888, 13_888),
    ("hffix/fix.4.1.set.1", 16, 16),
    ("fixie/secdef-test.dat", 10, 10),
    ("jspurefix/FIX.4.4-all-types.txt", 50, 50),
    ("jspurefix/md-data-snapshot.txt", 1, 0),
    ("jspurefix/corpus/*/*.txt", 18, 12),
    ("log4fix/*.log", 37, 36),
    ("fix-protocol-tools/example.fix.log", 9, 0),
    ("quickfix-logviewer/*.log", 146, 40),
    ("fxfixparser/fx-venues-even.txt", 32, 0),
]


def _files(shared: Path, pattern: str) -> list[str]:
    return sorted(map(str, (shared / "corpora" / "fix").glob(pattern)))


@pytest.mark.parametrize(("pattern", "messages", "valid"), COUNTS)
def test_recorded_logs_hold_what_their_readme_counted(shared: Path, pattern: str, messages: int, valid: int) -> None:
    files = _files(shared, pattern)
    counted = json.loads(run("parse", "--summary", "--json", "--no-join", *files).stdout)
    assert (counted["messages"], counted["valid"]) == (messages, valid)


@pytest.mark.parametrize("pattern", [pattern for pattern, *_ in COUNTS])
@pytest.mark.parametrize("form", ["--raw", "--pretty", "--json", "--csv"])
def test_every_message_is_shown_in_every_form(shared: Path, pattern: str, form: str) -> None:
    files = _files(shared, pattern)
    counted = json.loads(run("parse", "--summary", "--json", *files).stdout)
    shown = run("parse", form, "--limit", "500", *files)
    assert shown.exit_code in (0, 1)
    if form == "--json":
        found = [json.loads(line) for line in shown.stdout.splitlines()]
        assert len(found) == min(counted["messages"], 500)
        assert all(set(one["message"]) <= {"Header", "Body", "Trailer"} for one in found)


def test_joined_lines_make_the_broken_messages_of_log4fix_whole(shared: Path) -> None:
    counted = json.loads(run("parse", "--summary", "--json", *_files(shared, "log4fix/*.log")).stdout)
    assert (counted["messages"], counted["valid"]) == (38, 38)


def test_every_recorded_log_can_be_validated(shared: Path) -> None:
    for pattern, *_ in COUNTS:
        assert run("validate", "--json", *_files(shared, pattern)).exit_code in (0, 1)
