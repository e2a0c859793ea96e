"""The QuickFIX engine through its Python binding, each thing done in the quickest way we know.

The binding takes text, so its input is decoded before the clock starts. Numbers are read as ``float(getField(tag))``,
which costs a twelfth of its typed fields with ``getValue``. Groups are read into one plain ``Group`` that is used
again; a group of the generated classes, made for each message as the binding's documentation shows, is a line of its
own.
"""

import importlib.metadata as metadata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import quickfix
import quickfix44

from measuring.samples import READS, Draft

__all__ = ["QuickFix"]

_DELIMITERS = {"W": 269, "X": 279}


def _distribution() -> str:
    for name in ("quickfix", "quickfix-tls"):
        try:
            return f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue
    return "quickfix"


class QuickFix:
    """Length and checksum are checked; groups need the dictionary, so every parse has it."""

    name = _distribution()

    def __init__(self, dictionary: Path) -> None:
        self.dictionary = quickfix.DataDictionary(str(dictionary))

    def item(self, frame: bytes) -> Any:
        return frame.decode("latin-1")

    def reads(self, kind: str) -> Any:
        a, b, c, d, e = READS[kind]
        message, dictionary = quickfix.Message, self.dictionary

        def run(items: Sequence[str]) -> object:
            for raw in items:
                m = message(raw, dictionary, True)
                get = m.getField
                last = (get(a), get(b), get(c), float(get(d)), float(get(e)))
            return last

        return run

    def walk(self, kind: str) -> Any:
        message, dictionary = quickfix.Message, self.dictionary
        group = quickfix.Group(268, _DELIMITERS[kind])

        def run(items: Sequence[str]) -> object:
            get = group.getField
            for raw in items:
                m = message(raw, dictionary, True)
                last = []
                for number in range(1, int(m.getField(268)) + 1):
                    m.getGroup(number, group)
                    last.append((get(269), float(get(270)), float(get(271))))
            return last

        return run

    def walk_documented(self, kind: str) -> Any:
        message, dictionary = quickfix.Message, self.dictionary
        made = {"W": quickfix44.MarketDataSnapshotFullRefresh, "X": quickfix44.MarketDataIncrementalRefresh}[
            kind
        ].NoMDEntries

        def run(items: Sequence[str]) -> object:
            for raw in items:
                m = message(raw, dictionary, True)
                group = made()
                get = group.getField
                last = []
                for number in range(1, int(m.getField(268)) + 1):
                    m.getGroup(number, group)
                    last.append((get(269), float(get(270)), float(get(271))))
            return last

        return run

    def validated(self, kind: str) -> Any:
        a, b, c, d, e = READS[kind]
        message, dictionary = quickfix.Message, self.dictionary
        validate = dictionary.validate

        def run(items: Sequence[str]) -> object:
            for raw in items:
                m = message(raw, dictionary, True)
                validate(m)
                get = m.getField
                last = (get(a), get(b), get(c), float(get(d)), float(get(e)))
            return last

        return run

    def draft(self, draft: Draft) -> Any:
        return draft.header, draft.body, draft.entries

    def build(self, kind: str) -> Any:
        message = quickfix.Message
        group = quickfix.Group(268, _DELIMITERS.get(kind, 269))

        def run(items: Sequence[Any]) -> bytes:
            for head, body, entries in items:
                m = message()
                put = m.getHeader().setField
                put(8, "FIX.4.4")
                for tag, value in head:
                    put(tag, value)
                put = m.setField
                for tag, value in body:
                    put(tag, value)
                put = group.setField
                for entry in entries:
                    for tag, value in entry:
                        put(tag, value)
                    m.addGroup(group)
                last = m.toString()
            return last.encode("latin-1")

        return run

    def build_typed(self, kind: str) -> Any:
        message = quickfix.Message
        group = quickfix.Group(268, _DELIMITERS.get(kind, 269))

        def run(items: Sequence[Any]) -> bytes:
            for head, body, entries in items:
                m = message()
                put = m.getHeader().setField
                put(8, "FIX.4.4")
                for tag, value in head:
                    put(tag, str(value))
                put = m.setField
                for tag, value in body:
                    put(tag, str(value))
                put = group.setField
                for entry in entries:
                    for tag, value in entry:
                        put(tag, str(value))
                    m.addGroup(group)
                last = m.toString()
            return last.encode("latin-1")

        return run
