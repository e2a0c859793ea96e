"""Find a dictionary by version or file, and lay layers over it."""

from pathlib import Path

from pyfixmsg_plus._core import Dictionary
from pyfixmsg_plus.errors import DictionaryError

__all__ = ["load_dictionary"]


def load_dictionary(
    source: str | Path, *layers: str | Path, transport: str | Path | Dictionary | None = None
) -> Dictionary:
    """Return the dictionary of a version, or the one in a file, with layers over it.

    Args:
        source: A bundled version, such as ``"FIX.4.4"`` or ``"FIX.5.0SP2"``, or the path of an Orchestra or QuickFIX
            XML file.
        layers: Paths of TOML overlays or of small Orchestra or QuickFIX files, each laid over what stands before it.
        transport: Gives header, trailer and session messages to a file that has none. Without it that is FIXT 1.1.

    Raises:
        DictionaryError: The version is not bundled, or a file cannot be used; ``faults`` names file, line and element
            of each fault.
        FileNotFoundError: A file is not there.
    """
    if isinstance(transport, str | Path):
        transport = load_dictionary(transport)
    if isinstance(source, str) and source in Dictionary.versions():
        dictionary = Dictionary.bundled(source)
    else:
        path = Path(source)
        if isinstance(source, str) and path.suffix not in _SUFFIXES and not path.is_file():
            # The error of an unknown version names the known ones.
            dictionary = Dictionary.bundled(source)
        else:
            dictionary = Dictionary.read(_content(path), str(path), transport)
    for layer in layers:
        path = Path(layer)
        dictionary = dictionary.with_layer(_content(path), str(path))
    return dictionary


# A text that ends otherwise and is no file was meant as a version.
_SUFFIXES = frozenset({".xml", ".fixd", ".toml"})
# A dictionary of FIX Latest has less than 30 MB.
_LARGEST = 64 * 1024 * 1024


def _content(path: Path) -> bytes:
    if path.is_file() and path.stat().st_size > _LARGEST:
        raise DictionaryError(f"{path} is larger than a dictionary can be: {path.stat().st_size} bytes")
    return path.read_bytes()
