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
        given: A dictionary for all messages; without it each has the bundled one of BeginString(8) and ApplVerID(1128).
        layers: Paths of layers that are laid over every dictionary.
        rules: Paths of rules about conditionally required fields, beside the bundled ones.

    Raises:
        DictionaryError: A layer or rule does not fit the given dictionary.
        OSError: A file cannot be read.
    """

    def __init__(
        self,
        given: Dictionary | None = None,
        layers: Sequence[str | Path] = (),
        rules: Sequence[str | Path] = (),
    ) -> None:
        self._layers = [(Path(layer).read_bytes(), str(layer)) for layer in layers]
        self._rules = [(Path(rule).read_bytes(), str(rule)) for rule in rules]
        self.given = None if given is None else self._extended(given)
        self._found: dict[tuple[str | None, str | None], Dictionary] = {}

    def _extended(self, dictionary: Dictionary) -> Dictionary:
        for content, origin in self._layers:
            dictionary = dictionary.with_layer(content, origin)
        for content, origin in self._rules:
            dictionary = dictionary.with_rules(content, origin)
        return dictionary

    def for_message(self, message: Message) -> Dictionary:
        """Return the dictionary of a message; FIX 5.0 SP2 for a version that is not bundled.

        Raises:
            DictionaryError: A layer or rule does not fit the dictionary of this message.
        """
        if self.given is not None:
            return self.given
        key = (message.begin_string, message.get(1128))
        if key not in self._found:
            self._found[key] = self._extended(message.dictionary or Dictionary.bundled("FIX.5.0SP2"))
        return self._found[key]

    def parse(self, entry: LogEntry) -> Message:
        """Return the message of a log's entry, read by its dictionary."""
        if self.given is not None:
            return entry.parse(self.given)
        message = entry.parse()
        # Without layers the message finds its dictionary by itself.
        return entry.parse(self.for_message(message)) if self._layers else message
