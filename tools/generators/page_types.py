"""Write the page's types from the views that the service shows: ``python -m tools.generators.page_types > FILE``.

The file is ``web/src/stream/views.ts``; a test compares it.
"""

import types
import typing
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal

from pyfixmsg_plus.monitor import (
    ApprovalView,
    BasketView,
    ConstituentView,
    DecisionView,
    DecodedField,
    DecodedMessage,
    FixEventView,
    LatencyPoint,
    LatencyView,
    MessageView,
    ServiceView,
    SessionView,
    SourceView,
    VendorStatusView,
    VendorView,
)
from pyfixmsg_plus.monitor.plain import name_of

__all__ = ["typescript"]

_SHOWN = (
    ServiceView, VendorStatusView, BasketView, ConstituentView, DecisionView, ApprovalView, VendorView, SourceView,
    SessionView, MessageView, LatencyPoint, LatencyView, FixEventView, DecodedField, DecodedMessage,
)  # fmt: skip
_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", Decimal: "Exact", type(None): "null"}

_HEAD = """\
// Written by tools/generators/page_types.py from the views of the service. Change those.

/** A decimal as text: it is shown as it came and never computed with. */
export type Exact = string;
/** A time as RFC 3339 with Z and milliseconds. */
export type Moment = string;
"""

_STATE = """
export interface PageState {
  readonly service: Partial<ServiceView>;
  readonly baskets: Readonly<Record<string, BasketView>>;
  readonly constituents: Readonly<Record<string, Readonly<Record<string, ConstituentView>>>>;
  readonly approvals: Readonly<Record<string, ApprovalView>>;
  readonly vendors: Readonly<Record<string, VendorView>>;
  readonly sources: Readonly<Record<string, SourceView>>;
  readonly sessions: Readonly<Record<string, SessionView>>;
  readonly messages: Readonly<Record<string, MessageView>>;
  readonly latency: Readonly<Record<string, LatencyView>>;
  readonly fix_events: Readonly<Record<string, FixEventView>>;
}
"""


def _type(hint: object, *, is_time: bool) -> str:
    if is_time:
        return "Moment | null" if type(None) in typing.get_args(hint) else "Moment"
    if isinstance(hint, type) and hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return " | ".join(f'"{word}"' for word in arguments)
    if origin in (types.UnionType, typing.Union):
        # TypeScript needs no order, but a reader expects null last.
        known = sorted(arguments, key=lambda one: one is type(None))
        return " | ".join(dict.fromkeys(_type(one, is_time=False) for one in known))
    if origin is tuple:
        return f"readonly {_type(arguments[0], is_time=False)}[]"
    if origin is Mapping:
        return f"Readonly<Record<string, {_type(arguments[1], is_time=False)}>>"
    return typing.cast("type", hint).__name__


def typescript() -> str:
    """Return the text of the file."""
    parts = [_HEAD]
    for view in _SHOWN:
        hints = typing.get_type_hints(view)
        lines = [
            f"  readonly {name_of(field.name)}: {_type(hints[field.name], is_time=field.name.endswith('_ns'))};"
            for field in fields(view)
        ]
        parts.append("\n".join(["", f"export interface {view.__name__} {{", *lines, "}", ""]))
    return "".join([*parts, _STATE])


if __name__ == "__main__":
    print(typescript(), end="")
