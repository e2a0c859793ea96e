"""Choose messages by an expression, such as ``35=8 and 55=AAPL and 44>10``.

A comparison names a field by tag or name, and holds if any occurrence of the field in the message makes it hold, in
groups too; a field that is absent makes none hold. ``docs/guides/reading_logs.md`` describes the language.
"""

from pyfixmsg_plus.diagnostics.filters.conditions import Filter
from pyfixmsg_plus.diagnostics.filters.errors import FilterError
from pyfixmsg_plus.diagnostics.filters.fields import field_named
from pyfixmsg_plus.diagnostics.filters.grammar import compile  # noqa: A004 # the name that `re` uses too

__all__ = ["Filter", "FilterError", "compile", "field_named"]
