"""The catalogue is whole: every session test case has its scenarios, or says why it has none."""

import subprocess
import sys
from pathlib import Path

import pytest

from pyfixmsg_plus.testing.certification import CASES, VERSIONS, Case, Counterparty, Role, Scenario, catalogue
from pyfixmsg_plus.testing.certification.profile import why_not

ROOT = Path(__file__).resolve().parents[3]

# FIX Trading Community, "FIX session layer test cases", version 1.0, June 2020: the numbers, in order.
MANDATORY = {
    "1Ba", "1Bb", "1Bc", "1Bd", "1Be", "1Sa", "1Sb", "1Sc", "1Sd", "2S", "2a", "2b", "2c", "2d", "2e", "2f", "2g", "2h",
    "2i", "2j", "2k", "2l", "2m", "2n", "2o", "2p", "2q", "2r", "2s", "2t", "3a", "3b", "3c", "3d", "3e", "4a", "4b",
    "5", "6", "7", "8", "10a", "10b", "10c", "10d", "10e", "11a", "11b", "11c", "12", "13a", "13b", "14a", "14b", "14c",
    "14d", "14e", "14f", "14g", "14h", "14i", "14j", "14k", "14m", "14n", "16a", "16b", "19a", "19b", "20",
}  # fmt: skip
OPTIONAL = {"9", "14l", "15", "17a", "17b", "17c", "17d", "17e", "17f", "17g", "17h", "17i", "17j", "18a", "18b"}
# Encryption of fields and signatures are left to TLS.
WITHOUT = {"14n", "17c", "17d", "17e", "17f", "17g", "17h", "17i", "17j"}


def test_every_case_of_the_standard_is_listed() -> None:
    assert {case.name for case in CASES if case.is_mandatory} == MANDATORY
    assert {case.name for case in CASES if not case.is_mandatory} == OPTIONAL
    assert len(CASES) == len(MANDATORY) + len(OPTIONAL)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_has_scenarios_or_says_why_not(case: Case) -> None:
    has_scenario = any(case.name in scenario.cases for scenario in catalogue())
    assert has_scenario or case.remark


def test_only_encryption_and_signatures_have_no_scenario() -> None:
    judged = {name for scenario in catalogue() for name in scenario.cases}
    assert {case.name for case in CASES} - judged == WITHOUT
    assert judged <= {case.name for case in CASES}


def test_ids_are_used_once() -> None:
    names = [scenario.name for scenario in catalogue()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("scenario", catalogue(), ids=lambda scenario: scenario.name)
def test_a_scenario_applies_to_a_version_that_we_certify(scenario: Scenario) -> None:
    options = {need.name: need.value or "Y" for need in scenario.needs}
    versions = ("FIX.4.2", "FIX.4.4", "FIX.5.0SP2")
    parties = [Counterparty(VERSIONS[version], "US", "PEER", options=options) for version in versions]
    assert any(not why_not(scenario, party, role) for party in parties for role in Role)


def test_a_case_whose_warning_or_error_cannot_be_seen_is_marked() -> None:
    warned = {case.name for case in CASES if "warning" in case.remark}
    marked = {name for scenario in catalogue() if scenario.unseen for name in scenario.cases}
    assert warned <= marked


def test_the_page_of_cases_is_the_one_that_is_generated() -> None:
    command = [sys.executable, str(ROOT / "tools" / "generators" / "session_cases.py"), "--check"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
