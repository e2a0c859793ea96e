"""Write the page that says which scenarios judge which session test case.

Run from the repository: ``python tools/generators/session_cases.py [--check]``. With ``--check``
nothing is written; it ends with 1 if the page is not the one that would be.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from pyfixmsg_plus.testing.certification import CASES, Role, Scenario, catalogue

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "session_cases.md"

HEAD = """# Session test cases and scenarios

Which scenarios of `fixplus certify` judge which session test case of the FIX Trading Community ("FIX session layer test
cases", version 1.0, June 2020); the titles are in our words. (o) is optional. A scenario is played against an acceptor
(A), an initiator (I), or both (A I). *Cannot be seen* is what the case asks for and nobody can judge from
outside. Written by `tools/generators/session_cases.py`.
"""


def roles(scenario: Scenario) -> str:
    """Return the roles that a scenario is for, a letter each."""
    return " ".join(letter for role, letter in ((Role.ACCEPTOR, "A"), (Role.INITIATOR, "I")) if role in scenario.roles)


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *_cases(), "", *_others()]) + "\n"


def _cases() -> Iterator[str]:
    yield "| case | what happens, and what should come of it | scenarios | cannot be seen, or why there is none |"
    yield "|---|---|---|---|"
    for case in CASES:
        found = [scenario for scenario in catalogue() if case.name in scenario.cases]
        named = ", ".join(f"`{scenario.name}` ({roles(scenario)})" for scenario in found) or "none"
        optional = "" if case.is_mandatory else " (o)"
        yield f"| {case.name}{optional} | {case.title} | {named} | {case.remark} |"


def _others() -> Iterator[str]:
    yield "## Scenarios of options, and others without a case"
    yield ""
    yield "| scenario | title | against | needs | rule |"
    yield "|---|---|---|---|---|"
    for scenario in catalogue():
        if not scenario.cases:
            needs = ", ".join(f"`{need}`" for need in scenario.needs)
            yield f"| `{scenario.name}` | {scenario.title} | {roles(scenario)} | {needs} | {scenario.rule} |"


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
