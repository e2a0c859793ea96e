"""Hold a message that came against what is expected of it. Nothing is read or sent here."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pyfixmsg_plus.testing.certification.completion import expand
from pyfixmsg_plus.testing.certification.escapes import SOH, readable, to_bytes, written
from pyfixmsg_plus.testing.certification.fields import pattern_of
from pyfixmsg_plus.testing.certification.steps import Compare, Expect, Rule

__all__ = ["Comparison", "compare", "envelope_faults", "parse", "value_of"]

Fields = Sequence[tuple[int, bytes]]

_EVERYWHERE = frozenset({8, 9, 10, 34, 35, 49, 52, 56})
_SENDING_TIME = re.compile(rb"(\d{8}-\d\d:\d\d:\d\d)(\.\d{3}(?:\d{3}){0,3})?")
_MAX_LATENCY_S = 120


def parse(raw: bytes) -> Fields:
    """Return tags and values in the order of the message; a piece that is no field has tag 0."""
    return tuple(map(_field, raw.removesuffix(SOH).split(SOH)))


def _field(piece: bytes) -> tuple[int, bytes]:
    tag, sign, value = piece.partition(b"=")
    return (int(tag), value) if sign and tag.isdigit() and len(tag) < 10 else (0, piece)


def value_of(fields: Fields, tag: int) -> bytes | None:
    """Return the first value of a tag."""
    return next((value for one, value in fields if one == tag), None)


@dataclass(slots=True)
class Comparison:
    """What came of comparing a message with an expectation.

    Attributes:
        faults: In what it differs, a sentence each.
        names: The values that the expectation keeps.
    """

    faults: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def compare(expected: Expect, fields: Fields, variables: Mapping[str, str], ignored: frozenset[int]) -> Comparison:
    """Compare the fields of a message with what is expected.

    Args:
        expected: The expectation. The second rule for a tag is held against its second field, and so on.
        fields: The message.
        variables: The values of names.
        ignored: Tags that may come although ``only`` is asked for.

    Raises:
        VariableError: A name has no value.
    """
    result = Comparison()
    seen: Counter[int] = Counter()
    places: list[int] = []
    for rule in expected.rules:
        found = [(place, value) for place, (tag, value) in enumerate(fields) if tag == rule.tag]
        place, value = found[seen[rule.tag]] if len(found) > seen[rule.tag] else (-1, None)
        seen[rule.tag] += 1
        fault = _fault(rule, value, variables, result.names)
        if fault:
            result.faults.append(fault)
        elif place >= 0:
            places.append(place)
    if expected.ordered and not result.faults and places != sorted(places):
        result.faults.append("the fields come in another order")
    if expected.only:
        counted = Counter(tag for tag, _ in fields if tag not in _EVERYWHERE and tag not in ignored)
        result.faults += [f"field {tag} is not expected" for tag, number in counted.items() if number > seen[tag]]
    return result


def _fault(rule: Rule, value: bytes | None, variables: Mapping[str, str], names: dict[str, str]) -> str:
    if rule.compare is Compare.ABSENT:
        return "" if value is None else f"field {rule.tag}: expected none, received {readable(value)}"
    if value is None:
        is_optional = rule.compare in (Compare.IF_PRESENT, Compare.NAME_IF_PRESENT)
        return "" if is_optional else f"field {rule.tag} is missing"
    if rule.compare in (Compare.NAME, Compare.NAME_IF_PRESENT):
        names[rule.text] = written(value)
        return ""
    if _fits(rule, value, variables):
        return ""
    return f"field {rule.tag}: expected {expand(rule.text, variables)}, received {readable(value)}"


def _fits(rule: Rule, value: bytes, variables: Mapping[str, str]) -> bool:
    match rule.compare:
        case Compare.ANY:
            return value != b""
        case Compare.PATTERN:
            quoted = {name: re.escape(text) for name, text in variables.items()}
            return pattern_of(expand(rule.text, quoted)).fullmatch(value) is not None
        case Compare.ONE_OF:
            return value in [to_bytes(one) for one in expand(rule.text, variables).split(",")]
    return value == to_bytes(expand(rule.text, variables))


def envelope_faults(raw: bytes, expected: Mapping[int, str], written_tags: frozenset[int], utc_ns: int) -> list[str]:
    """Return what is wrong with the frame, the identity or the time of a message.

    Args:
        raw: The message.
        expected: The value that BeginString(8), SenderCompID(49), TargetCompID(56) and MsgSeqNum(34) must have.
        written_tags: Tags of which the expectation itself speaks; they are not looked at here.
        utc_ns: When it came.

    Source: session test cases 2a, 2h, 2j, 2l, 2n, 2p, 2s, 3a, 3d, seen from the other side.
    """
    fields = parse(raw)
    tags = [tag for tag, _ in fields]
    faults = []
    if tags[:3] != [8, 9, 35]:
        faults.append("8, 9 and 35 are not the first three fields")
    if tags[-1] != 10 or not re.fullmatch(rb"\d{3}", fields[-1][1]):
        faults.append("the message does not end with a CheckSum(10) of three digits")
    elif int(fields[-1][1]) != sum(raw[: raw.rfind(b"\x0110=") + 1]) % 256:
        faults.append("CheckSum(10) is wrong")
    for tag, wanted in expected.items():
        value = value_of(fields, tag)
        if tag not in written_tags and value != wanted.encode("latin-1", "replace"):
            faults.append(f"field {tag}: expected {wanted}, received {'none' if value is None else readable(value)}")
    if 52 not in written_tags:
        faults += _time_faults(value_of(fields, 52), utc_ns)
    return faults


def _time_faults(value: bytes | None, utc_ns: int) -> list[str]:
    found = None if value is None else _SENDING_TIME.fullmatch(value)
    if found is None:
        return ["SendingTime(52) is no UTCTimestamp" if value is not None else "field 52 is missing"]
    try:
        sent = datetime.strptime(found[1].decode(), "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return ["SendingTime(52) is no UTCTimestamp"]
    late = abs(utc_ns / 1e9 - sent.timestamp())
    return [f"SendingTime(52) is {late:.0f} s away from our clock"] if late > _MAX_LATENCY_S else []
