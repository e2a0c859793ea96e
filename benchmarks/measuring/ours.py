"""PyFixMsg Plus."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyfixmsg_plus as fix
from measuring.samples import READS, Draft

__all__ = ["SCALE", "Ours"]

SCALE = 6
"""The scale of prices that are read as integers: no sample price has more decimal places."""


class Ours:
    """Checksum, length, field syntax and data pairs are checked on every parse."""

    name = "pyfixmsg_plus"

    def __init__(self, dictionary: Path | None) -> None:
        self.dictionary = fix.load_dictionary(dictionary if dictionary else "FIX.4.4")

    def item(self, frame: bytes) -> Any:
        return frame

    def reads(self, kind: str) -> Any:
        a, b, c, d, e = READS[kind]
        parse = fix.parse

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                m = parse(raw)
                last = (m[a], m[b], m[c], m.int(d), m.decimal(e))
            return last

        return run

    def reads_scaled(self, kind: str) -> Any:
        a, b, c, d, e = READS[kind]
        parse, scale = fix.parse, SCALE

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                m = parse(raw)
                last = (m[a], m[b], m[c], m.int(d), m.scaled(e, scale))
            return last

        return run

    def walk(self, _kind: str) -> Any:
        parse = fix.parse

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                last = [(entry[269], entry.decimal(270), entry.int(271)) for entry in parse(raw).groups(268)]
            return last

        return run

    def walk_scaled(self, _kind: str) -> Any:
        parse, scale = fix.parse, SCALE

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                last = [(entry[269], entry.scaled(270, scale), entry.int(271)) for entry in parse(raw).groups(268)]
            return last

        return run

    def rows(self, _kind: str) -> Any:
        parse = fix.parse

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                last = parse(raw).rows(268, 269, 270, 271)
            return last

        return run

    def rows_scaled(self, _kind: str) -> Any:
        parse, price, quantity = fix.parse, (270, SCALE), (271, 0)

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                last = parse(raw).rows(268, 269, price, quantity)
            return last

        return run

    def validated(self, kind: str) -> Any:
        a, b, c, d, e = READS[kind]
        parse, validate = fix.parse, self.dictionary.validate

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                m = parse(raw)
                if violations := validate(m):
                    raise ValueError(violations)
                last = (m[a], m[b], m[c], m.int(d), m.decimal(e))
            return last

        return run

    def draft(self, draft: Draft) -> Any:
        fields: dict[int, object] = {8: "FIX.4.4", **dict(draft.header), **dict(draft.body)}
        if draft.entries:
            fields[268] = [dict(entry) for entry in draft.entries]
        return fields

    def build(self, _kind: str) -> Any:
        message = fix.Message

        def run(items: Sequence[dict[int, object]]) -> bytes:
            for fields in items:
                last = message(fields).encode()
            return last

        return run
