"""The tags of all versions by the standard's names: ``Tag.MsgSeqNum == 34``.

A field that was renamed has all its names; the enum is made when it is first used.
"""

from enum import IntEnum
from functools import cache
from typing import Any

from pyfixmsg_plus.message_types.versions import all_tags

__all__ = ["Tag"]  # noqa: F822 - made below, when it is first used


@cache
def _tag() -> type[IntEnum]:
    return IntEnum("Tag", list(all_tags()), module=__name__, qualname="Tag")


def __getattr__(name: str) -> Any:
    if name == "Tag":
        return _tag()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
