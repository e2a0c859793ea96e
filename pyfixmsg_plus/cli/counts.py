"""A summary of logs as people read it, and as programs do."""

import json
from collections.abc import Sequence

from pyfixmsg_plus.cli.screen import Screen
from pyfixmsg_plus.cli.times import duration, iso, spoken
from pyfixmsg_plus.diagnostics import Report
from pyfixmsg_plus.diagnostics.privacy import printable
from pyfixmsg_plus.dictionary import Dictionary

__all__ = ["as_json", "as_text"]

_SEPARATORS = {b"\x01": "SOH", b" ": "blank"}
# The latest first: their names are those that people know.
_NAMING = ("FIX.5.0SP2", "FIX.4.4", "FIX.4.3", "FIX.4.2")
_MOST_SHOWN = 20
_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "KB"))


def _type_names(report: Report, given: Dictionary | None) -> dict[str, str]:
    """The names of the types that were counted: of the latest version that occurs, or that knows the type."""
    occurring = {session.begin_string for session in report.sessions}
    versions = [
        version for version in reversed(Dictionary.versions()) if version in occurring and version != "FIXT.1.1"
    ]
    dictionaries = [given] if given is not None else []
    dictionaries += [Dictionary.bundled(version) for version in dict.fromkeys((*versions, *_NAMING))]
    names: dict[str, str] = {}
    for dictionary in dictionaries:
        known = {message.msg_type: message.later_name for message in dictionary.messages()}
        names |= {key: known[key] for key in report.types if key in known and key not in names}
        if len(names) == len(report.types):
            break
    return names


def separator_name(separator: bytes) -> str:
    """Return what stands between fields, as people call it."""
    return _SEPARATORS.get(separator) or separator.decode("latin-1")


def as_json(report: Report, given: Dictionary | None, files: Sequence[str]) -> str:
    """Return the summary of files as one JSON object."""
    names = _type_names(report, given)
    first, last = report.span or (None, None)
    data: dict[str, object] = {
        "messages": report.messages,
        "valid": report.valid,
        "invalid": report.invalid,
        "message_bytes": report.message_bytes,
        "types": [
            {"msg_type": msg_type, "name": names.get(msg_type), "messages": count}
            for msg_type, count in report.types.items()
        ],
        "other_types": report.other_types,
        "reasons": report.reasons,
        "first_sending_time": iso(first),
        "last_sending_time": iso(last),
        "sessions": [
            {
                "begin_string": session.begin_string,
                "sender_comp_id": session.sender_comp_id,
                "target_comp_id": session.target_comp_id,
                "messages": session.messages,
            }
            for session in report.sessions
        ],
        "other_sessions": report.other_sessions,
        "damages": [
            {"file": files[damage.source], "offset": damage.offset, "text": damage.text} for damage in report.damages
        ],
        "separators": [
            {"separator": separator.decode("latin-1"), "messages": count} for separator, count in report.separators
        ],
    }
    if report.validated:
        data["validation"] = {
            "violating": report.violating,
            "violations": [
                {
                    "msg_type": violation.msg_type,
                    "reason": violation.reason,
                    "ref_tag_id": violation.ref_tag_id,
                    "sentence": violation.sentence,
                    "messages": violation.messages,
                }
                for violation in report.violations
            ],
            "other_violations": report.other_violations,
        }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} B"
    scale, unit = next((scale, unit) for scale, unit in _UNITS if count >= scale)
    return f"{count / scale:.1f} {unit}"


class _Page:
    """The lines of a summary, with counts that stand under each other."""

    def __init__(self, screen: Screen, widest: int) -> None:
        self._screen = screen
        self._width = max(8, len(f"{widest:,}") + 2)
        self.lines: list[str] = []

    def fact(self, name: str, text: str) -> None:
        self.lines.append(f"{self._screen.paint(f'{name:<{self._width + 2}}', 'dim')}{text}")

    def heading(self, text: str) -> None:
        self.lines += ["", self._screen.paint(text, "bold")]

    def count(self, count: int, text: str, style: str = "") -> None:
        shown = self._screen.cut(text, self._width + 2)
        self.lines.append(f"{count:>{self._width},}  {self._screen.paint(shown, style) if style else shown}")

    def more(self, hidden: int, of_what: str) -> None:
        if hidden > 0:
            self.lines.append(self._screen.paint(f"{'':>{self._width}}  and {hidden:,} more {of_what}", "dim"))


def as_text(report: Report, given: Dictionary | None, screen: Screen) -> str:
    """Return the summary as text."""
    page = _Page(screen, report.messages)
    verdict = screen.paint(f"{report.valid:,} valid", "green" if report.invalid == 0 else "bold")
    if report.invalid:
        verdict += ", " + screen.paint(f"{report.invalid:,} invalid", "red")
    page.fact("messages", f"{report.messages:,}: {verdict}")
    if report.span is not None:
        first, last = report.span
        (day, time), (last_day, last_time) = spoken(first), spoken(last)
        end = last_time if day == last_day else f"{last_day} {last_time}"
        page.fact("sent", f"{day} {time} to {end} ({duration(last - first)})")
    page.fact("size", _size(report.message_bytes))
    _write_types(page, report, given, screen)
    if report.reasons:
        page.heading("invalid")
        for reason, count in report.reasons.items():
            page.count(count, reason, "red")
    if report.validated:
        _write_validation(page, report)
    if report.sessions:
        page.heading("sessions")
        for session in report.sessions[:_MOST_SHOWN]:
            begin = printable(session.begin_string) or "no BeginString"
            parties = f"{printable(session.sender_comp_id) or '?'} > {printable(session.target_comp_id) or '?'}"
            page.count(session.messages, f"{begin:<10} {parties}")
        page.more(len(report.sessions) - _MOST_SHOWN, "sessions")
    if report.separators:
        page.heading("separators")
        for separator, count in report.separators:
            page.count(count, printable(separator_name(separator)))
    return "\n".join(page.lines)


def _write_types(page: _Page, report: Report, given: Dictionary | None, screen: Screen) -> None:
    if not report.types:
        return
    names = _type_names(report, given)
    page.heading("types")
    shown = [(names.get(key, "") or ("no MsgType(35)" if not key else "unknown"), key) for key in report.types]
    wide = max(len(name) for name, _ in shown)
    keys = max(len(printable(key)) for _, key in shown)
    most = max(report.types.values())
    for name, key in shown:
        count = report.types[key]
        bar = "█" * round(screen.bar_width * count / most) or "▏"
        page.count(count, f"{name:<{wide}}  {printable(key):<{keys}}  {bar if screen.bar_width else ''}".rstrip())
    if report.other_types:
        page.count(report.other_types, "of further types")


def _write_validation(page: _Page, report: Report) -> None:
    page.heading("against the dictionary")
    page.count(report.messages - report.violating, "without fault")
    if report.violating:
        page.count(report.violating, "with faults:", "red")
    for violation in report.violations[:_MOST_SHOWN]:
        page.count(violation.messages, f"  35={printable(violation.msg_type)}: {printable(violation.sentence)}")
    hidden = len(report.violations) - _MOST_SHOWN
    page.more(max(hidden, 0) + report.other_violations, "faults; fixplus validate shows all")
