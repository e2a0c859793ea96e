"""INI as QuickFIX reads it, and INI with a ``[FIX]`` section.

``[DEFAULT]``, ``[SESSION]`` and ``Key=Value`` lines. ``#`` in column one, after trimming, begins a comment; ``;`` does
not. Lines before the first section are ignored. A value is the rest of its line, trimmed.
"""

import re

from pyfixmsg_plus.config.reading.sections import SECTIONS, Entry, Found, Section

__all__ = ["sections"]

# Only these end a line: a value may hold what else Unicode calls a line separator.
_LINES = re.compile(r"\r\n|\n|\r")
_SHOWN = 40


def sections(text: str, file: str) -> Found:
    """Return the sections of an INI text."""
    found = Found(file)
    current: Section | None = None
    is_passed_over = False
    for number, raw in enumerate(_LINES.split(text), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            title = line[1:-1].strip()
            kind = SECTIONS.get(title.lower())
            is_passed_over = kind is None
            if kind is None:
                found.unknown_section(number, title)
                continue
            current = Section(kind, title, number)
            found.sections.append(current)
        elif not is_passed_over and current is not None:
            _entry(found, current, number, line)
    return found


def _entry(found: Found, section: Section, number: int, line: str) -> None:
    name, sign, value = line.partition("=")
    if sign and name.strip():
        section.entries.append(Entry(name.strip(), value.strip(), number))
        return
    shown = line.split()[0][:_SHOWN]
    remedy = "Begin a comment with #." if line.startswith((";", "//", "--")) else "Write Key=Value."
    found.fault(number, f"the line that begins {shown!r} is neither a section nor Key=Value", remedy,
                section=f"[{section.title}]")  # fmt: skip
