"""What a kind of values is."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

__all__ = ["CONTROL", "Kind", "NotReadable", "Schema", "or_reference", "shown"]

Schema: TypeAlias = dict[str, Any]


CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


_SHOWN = 60


class NotReadable(ValueError):  # noqa: N818 # reads as what it says: the text is not readable as this kind
    """A text that is no value of its kind.

    Args:
        cause: What is wrong with it.
        remedy: What to write instead.
    """

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.remedy = remedy


def or_reference(schema: Schema) -> Schema:
    """Return the schema of a value for which a reference such as ``${NAME}`` may stand."""
    return {"anyOf": [schema, {"type": "string", "pattern": r"\$[{(]"}]}


def shown(value: object) -> str:
    """Return a value as an error shows it: in quotes, and cut where it is long."""
    text = value if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


@dataclass(frozen=True)
class Kind:
    """What all kinds have in common; the kind of plain text."""

    annotation: ClassVar[str] = "str"
    is_secret: ClassVar[bool] = False
    # What the empty text stands for: a key that is there and says nothing.
    has_empty: ClassVar[bool] = True

    def read(self, value: object) -> Any:
        """Return the value.

        Raises:
            NotReadable: It is none of this kind.
        """
        return self._text(value)

    def write(self, value: Any) -> str:
        """Return the text that ``read`` makes this value of."""
        return str(value)

    def toml(self, value: Any) -> object:
        """Return what TOML writes for it: a text, number, flag, list or table."""
        return self.write(value)

    def schema(self) -> Schema:
        """Return the JSON schema of what TOML writes."""
        return {"type": "string"}

    @property
    def words(self) -> str:
        """What a value looks like, in a few words for the reference."""
        return "text"

    def _text(self, value: object) -> str:
        if not isinstance(value, str):
            raise NotReadable(f"{shown(value)} is not {self.words}", f"Write {self.words} in quotes.")
        text = value.strip()
        if CONTROL.search(text):
            raise NotReadable("it holds a control character or a line break", "Write it on one line.")
        return text

    def _refuse(self, value: object, remedy: str = "") -> NotReadable:
        return NotReadable(f"{shown(value)} is not {self.words}", remedy or f"Write {self.words}.")
