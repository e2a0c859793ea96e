"""simplefix: a parser and writer in Python. It checks neither checksum nor length and knows no groups."""

import importlib.metadata as metadata
from collections.abc import Sequence
from typing import Any

import simplefix

from measuring.samples import READS, Draft

__all__ = ["SimpleFix"]


class SimpleFix:
    """Group members are read by tag and number, which is right only where every entry has them all."""

    name = f"simplefix {metadata.version('simplefix')}"

    def item(self, frame: bytes) -> Any:
        return frame

    def reads(self, kind: str) -> Any:
        a, b, c, d, e = READS[kind]
        parser = simplefix.FixParser()

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                parser.append_buffer(raw)
                get = parser.get_message().get
                last = (get(a).decode(), get(b).decode(), get(c).decode(), float(get(d)), float(get(e)))
            return last

        return run

    def walk(self, _kind: str) -> Any:
        parser = simplefix.FixParser()

        def run(items: Sequence[bytes]) -> object:
            for raw in items:
                parser.append_buffer(raw)
                get = parser.get_message().get
                count = int(get(268))
                last = [(get(269, n).decode(), float(get(270, n)), float(get(271, n))) for n in range(1, count + 1)]
            return last

        return run

    def draft(self, draft: Draft) -> Any:
        fields: list[tuple[int, object]] = [(8, "FIX.4.4"), *draft.header, *draft.body]
        if draft.entries:
            fields.append((268, len(draft.entries)))
            fields += [field for entry in draft.entries for field in entry]
        return fields

    def build(self, _kind: str) -> Any:
        message = simplefix.FixMessage

        def run(items: Sequence[Any]) -> bytes:
            for fields in items:
                m = message()
                put = m.append_pair
                for tag, value in fields:
                    put(tag, value)
                last = m.encode()
            return last

        return run
