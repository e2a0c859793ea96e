"""Who we are and what we stand on."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

__all__ = ["licence_text", "version_line"]

_DISTRIBUTION = "pyfixmsg-plus"


def version_line() -> str:
    """Return the name and the version."""
    try:
        return f"fixplus {distribution(_DISTRIBUTION).version}"
    except PackageNotFoundError:
        return "fixplus (not installed)"


def _file(name: str) -> str | None:
    """The text of a licence file: from the installed distribution, else from the source tree."""
    try:
        for file in distribution(_DISTRIBUTION).files or ():
            if file.name == name and "licenses" in file.parts:
                return file.read_text(encoding="utf-8")
    except (PackageNotFoundError, OSError):
        pass
    beside = Path(__file__).resolve().parents[2] / name
    return beside.read_text(encoding="utf-8") if beside.is_file() else None


def licence_text() -> str:
    """Return the notice, which names our licence and those of the dictionary sources.

    Raises:
        FileNotFoundError: The distribution was stripped of it.
    """
    notice = _file("NOTICE")
    if notice is None:
        raise FileNotFoundError(2, "the distribution lacks it; reinstall pyfixmsg-plus", "NOTICE")
    return notice.rstrip("\n")
