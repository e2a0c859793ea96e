"""What a settings file holds, before anything is known of its keys."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pyfixmsg_plus.errors import ConfigFault

__all__ = ["SECTIONS", "Entry", "Found", "Section", "SectionKind"]

SectionKind: TypeAlias = Literal["default", "session"]
# How sections are called; `FIX` is a session in our names.
SECTIONS: dict[str, SectionKind] = {"default": "default", "session": "session", "fix": "session"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One key with its value: text, or in TOML a number, flag, time, list or table."""

    name: str
    value: object
    line: int


@dataclass(slots=True)
class Section:
    """One section with its entries, in the order of the file."""

    kind: SectionKind
    title: str
    line: int
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    """What a file holds, and what is wrong with its form."""

    file: str
    sections: list[Section] = field(default_factory=list)
    faults: list[ConfigFault] = field(default_factory=list)
    warnings: list[ConfigFault] = field(default_factory=list)

    def fault(self, line: int, text: str, remedy: str, *, section: str = "", key: str = "") -> None:
        """Add something that is wrong."""
        self.faults.append(ConfigFault(self.file, line, section, key, text, remedy))

    def unknown_section(self, line: int, title: str) -> None:
        """Add a section that is none of ours, and is passed over."""
        self.warnings.append(
            ConfigFault(
                self.file, line, f"[{title}]", "", "there is no such section; it is passed over",
                "Sections are [DEFAULT] and [SESSION]; [FIX] is a session in our names.",
            )
        )  # fmt: skip
