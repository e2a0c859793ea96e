"""Show results: a line each, a table, JUnit XML, JSON."""

import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from pyfixmsg_plus.testing.certification.verdicts import Result, Verdict, tally

__all__ = ["as_json", "as_junit", "as_line", "as_table", "as_text"]

_MARKS = {
    Verdict.PASS: "ok", Verdict.FAIL: "FAIL", Verdict.NOT_APPLICABLE: "n/a", Verdict.INCONCLUSIVE: "????",
}  # fmt: skip


def as_line(result: Result) -> str:
    """Return one line: verdict, version, id, title, and why it did not pass."""
    scenario = result.scenario
    line = f"{_MARKS[result.verdict]:<5} {result.session:<11} {scenario.name}  {scenario.title}"
    if result.notes:
        line += f"  (as {', '.join(result.notes)})"
    if result.verdict is Verdict.NOT_APPLICABLE and result.finding is not None:
        line += f"  [{result.finding.cause}]"
    return line


def as_text(result: Result, *, transcript: bool = True) -> str:
    """Return a result at length: what was expected and received, the rule behind it, and the conversation."""
    lines = [as_line(result)]
    if result.finding is not None and result.verdict is not Verdict.NOT_APPLICABLE:
        lines.append(f"      {result.scenario.file}:{result.finding.line}: {result.finding.cause}")
        if result.finding.expected:
            lines.append(f"      expected  {result.finding.expected}")
        if result.finding.received:
            lines.append(f"      received  {result.finding.received}")
        lines.append(f"      rule      {result.scenario.rule}")
    if transcript:
        lines += [f"    {entry}" for entry in result.transcript]
    return "\n".join(lines)


def as_table(results: Sequence[Result]) -> str:
    """Return the counts of each version, and the closing line."""
    head = f"{'':<12} {'passed':>7} {'failed':>7} {'not applicable':>15} {'inconclusive':>13}"
    lines = [head]
    for session in dict.fromkeys(result.session for result in results):
        of_session = tally(result for result in results if result.session == session)
        lines.append(
            f"{session:<12} {of_session.passed:>7} {of_session.failed:>7} "
            f"{of_session.not_applicable:>15} {of_session.inconclusive:>13}"
        )
    return "\n".join([*lines, str(tally(results))])


def as_json(results: Sequence[Result]) -> str:
    """Return all results with their conversations as one JSON document."""
    counted = tally(results)
    document = {
        "passed": counted.passed,
        "failed": counted.failed,
        "not_applicable": counted.not_applicable,
        "inconclusive": counted.inconclusive,
        "results": [_as_data(result) for result in results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _as_data(result: Result) -> dict[str, Any]:
    scenario, finding = result.scenario, result.finding
    return {
        "id": scenario.name,
        "title": scenario.title,
        "cases": list(scenario.cases),
        "rule": scenario.rule,
        "mandatory": scenario.is_mandatory,
        "unseen": scenario.unseen or None,
        "file": scenario.file,
        "session": result.session,
        "role": result.role.value,
        "verdict": result.verdict.value,
        "notes": list(result.notes),
        "finding": None
        if finding is None
        else {
            "line": finding.line,
            "cause": finding.cause,
            "expected": finding.expected or None,
            "received": finding.received or None,
        },
        "elapsed_ms": round(result.elapsed_ns / 1e6, 3),
        "transcript": [
            {
                "elapsed_ms": round(entry.elapsed_ns / 1e6, 3),
                "utc_ns": entry.utc_ns,
                "connection": entry.connection,
                "direction": {"->": "sent", "<-": "received"}.get(entry.mark, "event"),
                "sending_time": entry.sending_time or None,
                "text": entry.text,
            }
            for entry in result.transcript
        ],
    }


def as_junit(results: Sequence[Result]) -> str:
    """Return the results as JUnit XML, a test suite for each version."""
    root = ElementTree.Element("testsuites", name="fixplus certify")
    for session in dict.fromkeys(result.session for result in results):
        of_session = [result for result in results if result.session == session]
        counted = tally(of_session)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=session,
            tests=str(len(of_session)),
            failures=str(counted.failed),
            errors=str(counted.inconclusive),
            skipped=str(counted.not_applicable),
            time=f"{sum(result.elapsed_ns for result in of_session) / 1e9:.3f}",
        )
        for result in of_session:
            suite.append(_as_case(result))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _as_case(result: Result) -> ElementTree.Element:
    scenario = result.scenario
    case = ElementTree.Element(
        "testcase",
        classname=f"{result.session}.{result.role.value}",
        name=f"{scenario.name} {_xml(scenario.title)}",
        time=f"{result.elapsed_ns / 1e9:.3f}",
    )
    elements = {Verdict.FAIL: "failure", Verdict.INCONCLUSIVE: "error", Verdict.NOT_APPLICABLE: "skipped"}
    if result.verdict in elements:
        cause = "" if result.finding is None else result.finding.cause
        told = ElementTree.SubElement(case, elements[result.verdict], message=_xml(cause))
        if result.verdict is not Verdict.NOT_APPLICABLE:
            told.text = _xml(as_text(result))
    return case


def _xml(text: str) -> str:
    """The text without the characters that XML has no way to write."""
    return "".join(one if one in "\t\n\r" or ord(one) >= 0x20 else "?" for one in text)
