"""Which form a settings file has, and its text."""

import re
import tomllib
from pathlib import Path

from pyfixmsg_plus.config.reading import ini, toml
from pyfixmsg_plus.config.reading.sections import Found
from pyfixmsg_plus.errors import ConfigFault

__all__ = ["MAX_BYTES", "read_text", "sections_of"]

# Ten thousand sessions of forty keys are half as long.
MAX_BYTES = 32 << 20
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_ARRAY = re.compile(r"^[ \t]*\[\[", re.MULTILINE)
_NAME = "settings"


def read_text(source: str | Path) -> tuple[str, str]:
    """Return a name and the text of a settings file, or of settings that are given as text.

    A text is what holds a line break or begins with ``[``; everything else is the path of a file.

    Raises:
        OSError: The file cannot be read.
    """
    if isinstance(source, str) and ("\n" in source or source.lstrip("\ufeff \t").startswith("[")):
        return _NAME, source.removeprefix("\ufeff")
    with Path(source).open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise OSError(27, f"it is longer than {MAX_BYTES >> 20} MiB, which no settings file is", str(source))
    try:
        return str(source), raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return str(source), raw.decode("iso-8859-1")


def sections_of(text: str, file: str) -> Found:
    """Return the sections of a settings file in whichever form it is."""
    if len(text) > MAX_BYTES:
        found = Found(file)
        found.faults.append(ConfigFault(file, 0, "", "", "it is too long", f"Keep it below {MAX_BYTES >> 20} MiB."))
        return found
    return toml.sections(text, file) if _is_toml(text, file) else ini.sections(text, file)


def _is_toml(text: str, file: str) -> bool:
    suffix = Path(file).suffix.lower()
    if suffix == ".toml":
        return True
    if suffix in (".cfg", ".ini", ".conf"):
        return False
    if _ARRAY.search(text):
        return True
    if not _TABLE.search(text):
        return False
    # `[default]` may begin either: values of INI are not quoted, so that hardly any is TOML too.
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
