"""What a dictionary says of a field, message, component or group: as text with a tree, and as data."""

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from pyfixmsg_plus.cli.endings import Failure
from pyfixmsg_plus.cli.screen import Screen
from pyfixmsg_plus.dictionary import (
    CodeDefinition,
    Dictionary,
    FieldDefinition,
    MemberDefinition,
    StructureDefinition,
)

__all__ = ["Found", "as_data", "as_text", "contents_as_data", "contents_as_text", "find"]

_Kind = TypeVar("_Kind")
# A field may be asked for together with one of its codes.
Found: TypeAlias = tuple[FieldDefinition, CodeDefinition] | FieldDefinition | StructureDefinition

_FRAMES = ("StandardHeader", "StandardTrailer")


def find(dictionary: Dictionary, what: str) -> list[Found]:
    """Return everything that a tag, a name or ``TAG=VALUE`` means.

    Raises:
        Failure: It means nothing; what is near is told.
    """
    key, sign, value = what.partition("=")
    if key in ("35", "MsgType") and sign:
        return [*_first_of(dictionary, value, dictionary.message)]
    if sign:
        return [_code(dictionary, key, value)]
    if what in _FRAMES:
        return [dictionary.header if what == "StandardHeader" else dictionary.trailer]
    if what.isascii() and what.isdigit():
        return [*_first_of(dictionary, what, dictionary.field)]
    kinds: tuple[Callable[[str], Found], ...]
    kinds = (dictionary.message, dictionary.component, dictionary.group, dictionary.field)
    return _first_of(dictionary, what, *kinds)


def _first_of(dictionary: Dictionary, what: str, *kinds: Callable[[str], _Kind]) -> list[_Kind]:
    """What these find: a name may be that of a count field and of its group."""
    found = []
    hints = []
    for get in kinds:
        try:
            found.append(get(what))
        except KeyError as error:
            _, _, hint = str(error.args[0]).partition("; did you mean ")
            hints.append(hint.removesuffix("?").strip('"'))
    if not found:
        raise _nothing(dictionary, what, [hint for hint in hints if hint])
    return found


def _nothing(dictionary: Dictionary, what: str, near: list[str]) -> Failure:
    near = near or [f"{name}({tag})" if tag else name for _, name, tag, _, _ in dictionary.search(what)[:3]]
    remedy = f"Near it: {', '.join(near)}." if near else "`fixplus dictionary search TEXT` looks for parts of names."
    return Failure(f"{dictionary.version} has nothing of the name {what!r}", remedy)


def _code(dictionary: Dictionary, key: str, value: str) -> tuple[FieldDefinition, CodeDefinition]:
    (field,) = _first_of(dictionary, key, dictionary.field)
    for code in field.codes:
        if value in (code.value, code.name):
            return field, code
    known = ", ".join(f"{code.value} {code.name}" for code in field.codes[:12])
    remedy = f"It has {known}{', …' if len(field.codes) > 12 else ''}." if known else "It has no codes."
    raise Failure(f"{field.name}({field.tag}) has no code {value!r}", remedy)


def _inside(dictionary: Dictionary, member: MemberDefinition) -> StructureDefinition | None:
    """The component or group that a member refers to."""
    if member.kind == "component":
        return dictionary.component(member.name)
    return dictionary.group(member.name) if member.kind == "group" else None


def _field_data(field: FieldDefinition) -> dict[str, object]:
    return {
        "kind": "field",
        "tag": field.tag,
        "name": field.name,
        "datatype": field.datatype,
        "union_datatype": field.union_datatype,
        "code_set": field.code_set,
        "length_tag": field.length_tag,
        "added": field.added,
        "deprecated": field.deprecated,
        "codes": [_code_data(code) for code in field.codes],
    }


def _code_data(code: CodeDefinition) -> dict[str, object]:
    return {"value": code.value, "name": code.name, "deprecated": code.deprecated}


def _member_data(dictionary: Dictionary, member: MemberDefinition, depth: int | None) -> dict[str, object]:
    data: dict[str, object] = {
        "kind": member.kind,
        "name": member.name,
        "tag": member.tag,
        "presence": member.presence,
    }
    if member.constant is not None:
        data["constant"] = member.constant
    inside = _inside(dictionary, member) if depth != 0 else None
    if inside is not None:
        deeper = None if depth is None else depth - 1
        data["members"] = [_member_data(dictionary, one, deeper) for one in inside.members]
    return data


def as_data(dictionary: Dictionary, found: Found, depth: int | None) -> dict[str, object]:
    """Return a definition for JSON, its components and groups down to ``depth``."""
    if isinstance(found, tuple):
        field, code = found
        return {"kind": "code", "tag": field.tag, "field": field.name, **_code_data(code)}
    if isinstance(found, FieldDefinition):
        return _field_data(found)
    return {
        "kind": found.kind,
        "name": found.name,
        "later_name": found.later_name,
        "msg_type": found.msg_type,
        "count_tag": found.count_tag,
        "category": found.category,
        "members": [_member_data(dictionary, member, depth) for member in found.members],
    }


def _field_text(field: FieldDefinition, screen: Screen) -> str:
    facts = [field.datatype]
    if field.union_datatype:
        facts.append(f"or {field.union_datatype}")
    if field.code_set:
        facts.append(f"codes {field.code_set}")
    if field.open_codes:
        facts.append("or other values")
    if field.length_tag is not None:
        facts.append(f"length in {field.length_tag}")
    if field.added:
        facts.append(f"since {field.added}")
    if field.deprecated:
        facts.append(f"deprecated in {field.deprecated}")
    lines = [f"{screen.paint(f'{field.name}({field.tag})', 'bold')}  {', '.join(facts)}"]
    wide = max((len(code.value) for code in field.codes), default=0)
    for code in field.codes:
        old = screen.paint(f"  deprecated in {code.deprecated}", "dim") if code.deprecated else ""
        lines.append(f"  {code.value:<{wide}}  {code.name}{old}")
    return "\n".join(lines)


def _tree(
    dictionary: Dictionary, members: list[MemberDefinition], depth: int | None, before: str, screen: Screen
) -> Iterator[str]:
    for place, member in enumerate(members):
        is_last = place == len(members) - 1
        yield before + ("└─ " if is_last else "├─ ") + _member_text(dictionary, member, screen)
        inside = _inside(dictionary, member) if depth != 0 else None
        if inside is not None:
            deeper = None if depth is None else depth - 1
            yield from _tree(dictionary, inside.members, deeper, before + ("   " if is_last else "│  "), screen)


def _member_text(dictionary: Dictionary, member: MemberDefinition, screen: Screen) -> str:
    presence = "" if member.presence == "optional" else screen.paint(f"  {member.presence}", "yellow")
    if member.constant is not None:
        presence += f" {member.constant}"
    if member.kind == "component":
        return f"{screen.paint(member.name, 'cyan')}{presence}"
    if member.kind == "group":
        count = "" if member.tag is None else dictionary.field(member.tag).name
        return f"{screen.paint(f'{count}({member.tag})', 'cyan')}  group {member.name}{presence}"
    datatype = "" if member.tag is None else dictionary.field(member.tag).datatype
    return f"{member.name}({member.tag})  {screen.paint(datatype, 'dim')}{presence}"


def as_text(dictionary: Dictionary, found: Found, depth: int | None, screen: Screen) -> str:
    """Return a definition as text, its components and groups as a tree down to ``depth``."""
    if isinstance(found, tuple):
        field, code = found
        old = f", deprecated in {code.deprecated}" if code.deprecated else ""
        return f"{screen.paint(f'{field.name}({field.tag})={code.value}', 'bold')}  {code.name}{old}"
    if isinstance(found, FieldDefinition):
        return _field_text(found, screen)
    facts = [found.kind]
    if found.msg_type is not None:
        facts = [f"35={found.msg_type}"]
    elif found.count_tag is not None:
        facts = [f"group counted by {dictionary.field(found.count_tag).name}({found.count_tag})"]
    facts += [fact for fact in (found.category, dictionary.version) if fact]
    if found.later_name != found.name:
        facts.append(f"later {found.later_name}")
    title = f"{screen.paint(found.name, 'bold')}  {', '.join(facts)}"
    return "\n".join([title, *_tree(dictionary, found.members, depth, "", screen)])


def contents_as_data(dictionary: Dictionary) -> dict[str, object]:
    """Return what a dictionary is and which messages it has, for JSON."""
    return {
        "version": dictionary.version,
        "transport_version": dictionary.transport_version,
        "extension_pack": dictionary.extension_pack,
        "sources": dictionary.sources,
        "notes": dictionary.notes,
        "messages": [
            {
                "msg_type": message.msg_type,
                "name": message.name,
                "category": message.category,
                "is_session": message.is_session,
            }
            for message in dictionary.messages()
        ],
    }


def contents_as_text(dictionary: Dictionary, screen: Screen) -> str:
    """Return what a dictionary is and which messages it has."""
    counts = dictionary.stats()
    pack = f", extension pack {dictionary.extension_pack}" if dictionary.extension_pack is not None else ""
    over = f" on {dictionary.transport_version}" if dictionary.transport_version else ""
    title = f"{screen.paint(dictionary.version, 'bold')}{over}{pack}: {counts['messages']:,} messages"
    title += f", {counts['fields']:,} fields, {counts['codes']:,} codes"
    lines = [
        title,
        *(screen.paint(source, "dim") for source in dictionary.sources),
        *(f"note: {text}" for text in dictionary.notes),
        "",
    ]
    messages = dictionary.messages()
    wide = max((len(message.name) for message in messages), default=0)
    for message in messages:
        category = message.category or ("session" if message.is_session else "")
        if message.later_name != message.name:
            category += f"{', ' if category else ''}later {message.later_name}"
        lines.append(f"  {message.msg_type or '':<3}  {message.name:<{wide}}  {screen.paint(category, 'dim')}".rstrip())
    return "\n".join(lines)
