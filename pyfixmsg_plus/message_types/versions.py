"""The versions that have typed messages, and the module of each."""

from collections.abc import Iterator

from pyfixmsg_plus.dictionary import Dictionary

__all__ = ["MODULES", "all_tags", "module_of"]

MODULES = {
    "fix40": "FIX.4.0",
    "fix41": "FIX.4.1",
    "fix42": "FIX.4.2",
    "fix43": "FIX.4.3",
    "fix44": "FIX.4.4",
    "fix50": "FIX.5.0",
    "fix50sp1": "FIX.5.0SP1",
    "fix50sp2": "FIX.5.0SP2",
    "fixt11": "FIXT.1.1",
}
_BY_VERSION = {version: module for module, version in MODULES.items()}


def module_of(version: str | None) -> str | None:
    """The module of a version's typed messages, nothing for a version that has none."""
    return _BY_VERSION.get(version or "")


def all_tags() -> Iterator[tuple[str, int]]:
    """Every field of every version, by its names: the latest name of a tag first, then those that it had before."""
    # A name that was given to another tag later stands for the later one.
    found: dict[str, int] = {}
    for version in ("FIX.5.0SP2", "FIX.5.0SP1", "FIX.5.0", "FIX.4.4", "FIX.4.3", "FIX.4.2", "FIX.4.1", "FIX.4.0"):
        for known in Dictionary.bundled(version).fields():
            found.setdefault(known.name, known.tag)
    # The sort is stable: among the names of one tag the latest stays first.
    yield from sorted(found.items(), key=lambda item: item[1])
