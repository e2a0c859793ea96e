"""Certify a FIX session from outside: play scenarios over TCP, judge each answer, report.

Scenarios are text files, of ours or of the QuickFIX family; `catalogue` returns those that are delivered with the
package. `fixplus certify` is a thin front over this package.
"""

from pyfixmsg_plus.testing.certification.catalogue import CASES, Case, catalogue
from pyfixmsg_plus.testing.certification.definitions import find_definitions, read_definition, to_language
from pyfixmsg_plus.testing.certification.errors import ProfileError, ScenarioError
from pyfixmsg_plus.testing.certification.language import read_scenario, read_scenario_file
from pyfixmsg_plus.testing.certification.profile import Counterparty, Limits, load_profile
from pyfixmsg_plus.testing.certification.report import as_json, as_junit, as_line, as_table, as_text
from pyfixmsg_plus.testing.certification.steps import Role, Scenario
from pyfixmsg_plus.testing.certification.suite import (
    Lane,
    Listener,
    lanes_of_definitions,
    run_against_acceptor,
    run_against_initiators,
)
from pyfixmsg_plus.testing.certification.verdicts import Finding, Result, Tally, Verdict, tally
from pyfixmsg_plus.testing.certification.versions import VERSIONS, Version

__all__ = [
    "CASES",
    "VERSIONS",
    "Case",
    "Counterparty",
    "Finding",
    "Lane",
    "Limits",
    "Listener",
    "ProfileError",
    "Result",
    "Role",
    "Scenario",
    "ScenarioError",
    "Tally",
    "Verdict",
    "Version",
    "as_json",
    "as_junit",
    "as_line",
    "as_table",
    "as_text",
    "catalogue",
    "find_definitions",
    "lanes_of_definitions",
    "load_profile",
    "read_definition",
    "read_scenario",
    "read_scenario_file",
    "run_against_acceptor",
    "run_against_initiators",
    "tally",
    "to_language",
]
