"""The scenarios that are delivered with the package, and the session test cases that they are for.

Source: FIX Trading Community, "FIX session layer test cases", version 1.0, June 2020.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyfixmsg_plus.testing.certification.language import SUFFIX, read_scenario_file
from pyfixmsg_plus.testing.certification.steps import Scenario

__all__ = ["CASES", "Case", "catalogue"]

_FOLDER = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Case:
    """One session test case.

    Attributes:
        name: Its number, such as ``2b``.
        title: What happens and what should come of it, in a few words.
        is_mandatory: Whether the standard demands it.
        remark: Why it has no scenario, or what cannot be seen from outside.
    """

    name: str
    title: str
    is_mandatory: bool
    remark: str = ""


def _cases() -> tuple[Case, ...]:
    tables = tomllib.loads((_FOLDER / "cases.toml").read_text(encoding="utf-8"))["case"]
    return tuple(
        Case(table["name"], table["title"], not table.get("optional", False), table.get("remark", ""))
        for table in tables
    )


CASES = _cases()


@cache
def catalogue() -> tuple[Scenario, ...]:
    """Return the scenarios of the package, in the order of their names."""
    return tuple(
        read_scenario_file(path, path.relative_to(_FOLDER).as_posix()) for path in sorted(_FOLDER.rglob(f"*{SUFFIX}"))
    )
