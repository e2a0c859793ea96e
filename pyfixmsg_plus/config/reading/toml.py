"""TOML with our names: a ``[default]`` table, and a ``[[session]]`` table for each session."""

import re
import tomllib

from pyfixmsg_plus.config.reading.positions import Positions
from pyfixmsg_plus.config.reading.sections import SECTIONS, Entry, Found, Section

__all__ = ["sections"]

_PLACE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


def sections(text: str, file: str) -> Found:
    """Return the sections of a TOML text."""
    found = Found(file)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = _PLACE.search(str(error))
        cause = _PLACE.sub("", str(error)) if place else str(error).partition("\n")[0]
        line = int(place[1]) if place else text.count("\n") + 1
        found.fault(line, f"it is no TOML: {cause}", "Put texts into quotes, and write each table once.")
        return found
    positions = Positions(text)
    for title, value in document.items():
        kind = SECTIONS.get(title.lower())
        tables = value if isinstance(value, list) else [value]
        if kind is None and not all(isinstance(table, dict) for table in tables):
            line = positions.line((), title)
            found.fault(line, "a key stands outside of every section", "Write it below [default] or [[session]].",
                        key=title)  # fmt: skip
        elif kind is None:
            found.unknown_section(positions.line((), title), title)
        elif not all(isinstance(table, dict) for table in tables):
            found.fault(positions.line((), title), f"{title} is no table", f"Write [{title}] or [[{title}]].")
        else:
            for number, table in enumerate(tables):
                path = (title, number)
                section = Section(kind, title, positions.table(path))
                section.entries = [Entry(name, item, positions.line(path, name)) for name, item in table.items()]
                found.sections.append(section)
    # As in the file: a table may stand anywhere.
    found.sections.sort(key=lambda section: section.line)
    return found
