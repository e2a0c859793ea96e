"""What decides is told the time and given its seed: the clock is read in one file, and chance in none."""

from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, calls, modules

CLOCK_READINGS = frozenset(
    {
        "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns",
        "time.process_time", "time.process_time_ns", "time.clock_gettime", "time.clock_gettime_ns",
        "time.gmtime", "time.localtime", "time.sleep",
        "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    }
)  # fmt: skip
# random.Random(seed) is how chance comes in; every other name of the module draws from a hidden source.
SEEDED = frozenset({"random.Random"})
HIDDEN_SOURCES = frozenset({"os.urandom", "uuid.uuid1", "uuid.uuid4"})


def sources() -> list[Path]:
    return [path for path in modules() if path != PACKAGE / "clock.py"]


def test_the_system_clock_is_read_in_clock_alone() -> None:
    assert not [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sources()
        for line, name in calls(path)
        if name in CLOCK_READINGS
    ]


def test_chance_comes_in_as_a_seed() -> None:
    assert not [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in modules()
        for line, name in calls(path)
        if name in HIDDEN_SOURCES or (name.startswith("random.") and name not in SEEDED)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import time\ntime.time()", "time.time"),
        ("import time as t\nt.monotonic_ns()", "time.monotonic_ns"),
        ("from time import perf_counter as tick\ntick()", "time.perf_counter"),
        ("import datetime\ndatetime.datetime.now()", "datetime.datetime.now"),
        ("from datetime import datetime, UTC\ndatetime.now(UTC)", "datetime.datetime.now"),
        ("import os.path\nos.urandom(8)", "os.urandom"),
    ],
)
def test_a_call_is_recognised_under_any_import(tmp_path: Path, text: str, found: str) -> None:
    file = tmp_path / "module.py"
    file.write_text(text, encoding="utf-8")
    assert [name for _, name in calls(file)] == [found]
