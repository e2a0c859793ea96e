"""Find the dictionary that a message is read and held against."""

from collections.abc import Sequence
from pathlib import Path

from pyfixmsg_plus._core import Dictionary, LogEntry, Message

__all__ = ["Dictionaries", "version_named"]

_BUNDLED = {version.replace(".", ""): version for version in Dictionary.versions()}


def version_named(text: str) -> str | None:
    """Return the bundled version that a text means: ``4.4``, ``FIX44``, ``fix.5.0.sp2`` and ``fixt`` are understood."""
    word = "".join(letter for letter in text.upper() if letter.isalnum())
    if word in ("FIXT", "T11"):
        return "FIXT.1.1"
    return _BUNDLED.get(word) or _BUNDLED.get(f"FIX{word}")


class Dictionaries:
    """The dictionary for each message of a log.

    Args:
        given: A dictionary for all messages; without it each has the bundled one of its BeginString(8) and ApplVerID(1128).
        layers: Paths of layers that are laid over every dictionary.

    Raises:
        DictionaryError: A layer does not fit the given dictionary.
    """

    def __init__(self, given: Dictionary | None = None, layers: Sequence[str | Path] = ()) -> None:
        self._layers = tuple(layers)
        self._given = self._layered(given) if given is not None else None
        self._found: dict[tuple[str | None, str | None], Dictionary | None] = {}

    def _layered(self, dictionary: Dictionary) -> Dictionary:
        for layer in self._layers:
            path = Path(layer)
            dictionary = dictionary.with_layer(path.read_bytes(), str(path))
        return dictionary

    def for_message(self, message: Message) -> Dictionary | None:
        """Return the dictionary of a message; nothing for a version that is not bundled.

        Raises:
            DictionaryError: A layer does not fit the dictionary of this message.
        """
        if self._given is not None:
            return self._given
        key = (message.begin_string, message.get(1128))
        if key not in self._found:
            bundled = message.dictionary
            self._found[key] = None if bundled is None else self._layered(bundled)
        return self._found[key]

    def parse(self, entry: LogEntry) -> Message:
        """Return the message of a log's entry, read by its dictionary."""
        if self._given is not None:
            return entry.parse(self._given)
        message = entry.parse()
        # Without layers the message has found its dictionary by itself.
        return entry.parse(self.for_message(message)) if self._layers else message
