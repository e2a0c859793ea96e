"""What a check finds, and in which words it names keys."""

from dataclasses import dataclass

from pyfixmsg_plus.config.keys import ATTRIBUTES

__all__ = ["Finding", "missing", "quickfix_name"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the values of one or several keys.

    Attributes:
        keys: Our names of the keys, the one to change first.
        cause: What is wrong.
        remedy: What to do about it.
        is_warning: It works, and probably not as meant.
        is_lax: It is a warning only where the first key is inherited by sessions of several kinds.
    """

    keys: tuple[str, ...]
    cause: str
    remedy: str
    is_warning: bool = False
    is_lax: bool = False


def quickfix_name(name: str) -> str:
    """Return the QuickFIX name of one of our names."""
    return ATTRIBUTES[name].quickfix


def missing(name: str, example: str) -> Finding:
    """Return the finding that a key is missing."""
    return Finding((name,), f"{quickfix_name(name)} is missing", f"Write {example}.")
