"""Every message type of every version, with every member filled, survives the way to bytes and back."""

import random
from functools import cache
from importlib import import_module
from types import ModuleType

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import Component, Entries, Typed, TypedMessage
from pyfixmsg_plus.message_types.fields import Fixed, GroupOf, Part
from pyfixmsg_plus.message_types.versions import MODULES
from tests.content import value_of

# What is generated follows the dictionary, which says nothing of conditions between fields.
STRUCTURE = fix.ValidationSettings(conditional_rules=False)
NESTED = 2


@cache
def module_of(name: str) -> ModuleType:
    return import_module(f"pyfixmsg_plus.message_types.{name}")


@cache
def dictionary_of(name: str) -> fix.Dictionary:
    return fix.load_dictionary(MODULES[name])


@cache
def lengths_of(name: str) -> frozenset[int]:
    return frozenset(field.length_tag for field in dictionary_of(name).fields() if field.length_tag is not None)


def filled(module: str, kind: type[Typed], chance: random.Random, depth: int) -> dict[str, object]:
    """A value for every attribute of a class, groups down to ``depth`` with one entry each."""
    values: dict[str, object] = {}
    for name, member in kind._members.items():
        if isinstance(member, GroupOf):
            if depth or name in required_groups(module, kind.__name__):
                values[name] = [member.entry(**filled(module, member.entry, chance, max(depth - 1, 0)))]
        elif not isinstance(member, Part | Fixed) and member.tag not in lengths_of(module):
            values[name] = value_of(field_of(module, member.tag), chance)
    return values


@cache
def field_of(module: str, tag: int) -> fix.dictionary.FieldDefinition:
    return dictionary_of(module).field(tag)


@cache
def required_groups(module: str, name: str) -> frozenset[str]:
    """Groups that a class cannot be without: those required, and one that begins every entry."""
    layout = module_of(module).library.layout
    held = [known for known in layout.attributes(name) if known.kind != "component"]
    begins = held[:1] if layout.structure(name).kind == "group" else []
    return frozenset(known.name for known in held if known.kind == "group" and (known.required or known in begins))


def read(typed: Typed) -> dict[str, object]:
    """All attributes, entries of groups likewise."""
    values: dict[str, object] = {}
    for name, member in typed._members.items():
        if not isinstance(member, Part | Fixed):
            value = getattr(typed, name)
            values[name] = [read(entry) for entry in value] if isinstance(value, Entries) else value
    return values


def given(typed: Typed) -> dict[str, object]:
    """The attributes as they are given to a class again."""
    values = {
        name: getattr(typed, name) for name, member in typed._members.items() if not isinstance(member, Part | Fixed)
    }
    return {name: value for name, value in values.items() if value is not None}


CASES = [
    pytest.param(module, message.msg_type, id=f"{module}-{message.msg_type}")
    for module in MODULES
    for message in dictionary_of(module).messages()
]


@pytest.mark.parametrize(("module", "msg_type"), CASES)
def test_what_was_built_is_read_again(module: str, msg_type: str) -> None:
    kind: type[TypedMessage] = module_of(module).library.message_class(msg_type)
    content = filled(module, kind, random.Random(f"{module} {msg_type}"), NESTED)
    built = kind(**content)
    parsed = kind.parse(built.encode())
    assert dictionary_of(module).validate(parsed.message, STRUCTURE) == []
    assert parsed == built
    values = read(parsed)
    assert values == read(built)
    assert all(values[name] not in (None, []) for name in content)
    # The values in their types make the same message as the text that they came from.
    again = kind(**given(parsed))
    assert read(again) == values
    assert read(kind.parse(again.encode())) == values


def test_every_message_component_and_group_has_its_class() -> None:
    for name, version in MODULES.items():
        dictionary, module = dictionary_of(name), module_of(name)
        classes = [getattr(module, known) for known in dir(module)]
        messages = {known.MSG_TYPE for known in classes if isinstance(known, type) and issubclass(known, TypedMessage)}
        assert messages == {known.msg_type for known in dictionary.messages()}, version
        counts = {known.COUNT_TAG for known in classes if hasattr(known, "COUNT_TAG")}
        assert counts == {known.count_tag for known in dictionary.groups()}, version
        sole = {known.name for known in dictionary.components() if [part.kind for part in known.members] == ["group"]}
        groups = {known.name for known in dictionary.groups()}
        for component in dictionary.components():
            made = getattr(module, component.name)
            assert issubclass(made, Component) or component.name in sole | groups, (version, component.name)
