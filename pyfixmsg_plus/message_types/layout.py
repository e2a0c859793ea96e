"""Which classes a version has, and what each of them holds: read from its dictionary when first asked.

The classes at run time and the stubs that editors read are both made from what is said here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pyfixmsg_plus.dictionary import Dictionary, FieldDefinition, MemberDefinition, StructureDefinition
from pyfixmsg_plus.message_types import naming

__all__ = ["Attribute", "Layout", "Structure"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a class.

    Attributes:
        kind: ``field``, ``group`` or ``component``.
        tag: Of a group the tag of its count field, of a component 0.
        target: The class of a group's entries or of a component, the enum of a coded field, or nothing.
        datatype: Of a field, the name of its datatype.
    """

    name: str
    kind: str
    tag: int
    target: str
    datatype: str
    required: bool


@dataclass(frozen=True, slots=True)
class Structure:
    """One class: a message, the entries of a group, or a component.

    Attributes:
        own: The attributes that are declared in it, components among them, in the order of the source.
        bases: The components whose attributes it has too.
        msg_type: Of a message, MsgType(35).
        count_tag: Of a group, the tag of its count field.
    """

    name: str
    kind: str
    own: tuple[Attribute, ...]
    bases: tuple[str, ...] = ()
    msg_type: str = ""
    count_tag: int = 0


@dataclass
class Layout:
    """The classes of one version."""

    dictionary: Dictionary
    _structures: dict[str, Structure] = field(default_factory=dict)

    @cached_property
    def fields(self) -> dict[int, FieldDefinition]:
        """The fields by tag."""
        return {known.tag: known for known in self.dictionary.fields()}

    @cached_property
    def messages(self) -> dict[str, str]:
        """The classes of the messages, by MsgType(35)."""
        return {known.msg_type: known.name for known in self.dictionary.messages() if known.msg_type is not None}

    @cached_property
    def _groups(self) -> dict[str, StructureDefinition]:
        # A group that the session layer has too is the session layer's, which comes first.
        return {known.name: known for known in reversed(self.dictionary.groups())}

    @cached_property
    def _components(self) -> dict[str, StructureDefinition]:
        found = {known.name: known for known in self.dictionary.components() if known.name not in self._groups}
        frame = (self.dictionary.header, self.dictionary.trailer)
        return {known.name: known for known in frame} | found

    @cached_property
    def wrapped(self) -> dict[str, str]:
        """Components that hold one group and nothing else, and the class that both are."""
        wrapped: dict[str, str] = {}
        first: dict[str, str] = {}
        for known in self._components.values():
            if [member.kind for member in known.members] == ["group"]:
                wrapped[known.name] = first.setdefault(known.members[0].name, known.name)
        return wrapped

    @cached_property
    def _class_of_group(self) -> dict[str, str]:
        wrapped = {self._components[name].members[0].name: name for name in dict.fromkeys(self.wrapped.values())}
        return {name: wrapped.get(name) or self._named(known) for name, known in self._groups.items()}

    def _named(self, group: StructureDefinition) -> str:
        return naming.group_class(group.name, self.fields[group.count_tag or 0].name)

    @cached_property
    def _definitions(self) -> dict[str, StructureDefinition]:
        found = {known.name: known for known in self.dictionary.messages()}
        found |= {name: known for name, known in self._components.items() if name not in self.wrapped}
        return found | {self._class_of_group[name]: known for name, known in self._groups.items()}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The classes of messages, components and groups."""
        return tuple(self._definitions)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Further names of classes: of components that hold the same group, and what a message is called later.

        FIX 4.2 says OrderSingle where all others say NewOrderSingle(35=D).
        """
        renamed = {known.later_name: known.name for known in self.dictionary.messages()}
        found = {name: target for name, target in (renamed | self.wrapped).items() if name != target}
        return {name: target for name, target in found.items() if name not in self._definitions}

    @cached_property
    def enums(self) -> dict[str, FieldDefinition]:
        """The enums by name, each with a field that has its codes."""
        found: dict[str, FieldDefinition] = {}
        for known in self.fields.values():
            if known.codes:
                found.setdefault(self.enum_of(known), known)
        return found

    def enum_of(self, known: FieldDefinition) -> str:
        """The enum of a coded field. Where a message or group has the name already, ``Code`` comes behind it."""
        name = naming.enum_name(known.code_set or known.name)
        return f"{name}Code" if name in self._definitions or name in self.aliases else name

    def codes(self, enum: str) -> Iterator[tuple[str, str]]:
        """The members of an enum: name and value."""
        seen: set[str] = set()
        for code in self.enums[enum].codes:
            name = naming.code_name(code.name)
            if name in seen:
                # A name that the source gives twice: the value tells them apart.
                name = f"{name}_{code.value}"
            seen.add(name)
            yield name, code.value

    def structure(self, name: str) -> Structure:
        """The class of this name."""
        found = self._structures.get(name)
        if found is None:
            found = self._structures[name] = self._read(name, self._definitions[name])
        return found

    def _read(self, name: str, known: StructureDefinition) -> Structure:
        members = [self._member(member) for member in known.members if member.presence != "forbidden"]
        own = tuple({attribute.name: attribute for attribute in reversed(members)}.values())[::-1]
        parts = [attribute.target for attribute in own if attribute.kind == "component"]
        if known.kind == "message":
            parts = ["StandardHeader", *parts, "StandardTrailer"]
        return Structure(name, known.kind, own, tuple(dict.fromkeys(parts)), known.msg_type or "", known.count_tag or 0)

    def _member(self, member: MemberDefinition) -> Attribute:
        required = member.presence == "required"
        if member.kind == "component" and member.name not in self.wrapped and member.name not in self._groups:
            return Attribute(self._part(member.name), "component", 0, member.name, "", required)
        if member.kind == "field":
            known = self.fields[member.tag or 0]
            target = self.enum_of(known) if known.codes else ""
            return Attribute(naming.attribute(known.name), "field", known.tag, target, known.datatype, required)
        group = self._components[member.name].members[0].name if member.name in self.wrapped else member.name
        count_tag = self._groups[group].count_tag or 0
        attribute = naming.entries_attribute(self.fields[count_tag].name)
        return Attribute(attribute, "group", count_tag, self._class_of_group[group], "", required)

    def _part(self, component: str) -> str:
        """The attribute of a component; ``security_xml_part`` where the component has a field of its own name."""
        name = naming.attribute(component)
        fields = {member.name for member in self._components[component].members if member.kind == "field"}
        return f"{name}_part" if component in fields else name

    def attributes(self, name: str) -> list[Attribute]:
        """All attributes of a class, those of its components in their places, each once."""
        found: dict[str, Attribute] = {}
        self._collect(name, found)
        return list(found.values())

    def description(self, name: str) -> str:
        """One line about a class."""
        structure = self.structure(name)
        if structure.kind == "message":
            return f"{name}(35={structure.msg_type})."
        if structure.kind == "group":
            return f"An entry of {self.fields[structure.count_tag].name}({structure.count_tag})."
        return f"The component {name}."

    def match_args(self, name: str) -> tuple[str, ...]:
        """The fields that a class pattern matches by position: those that the class itself always has."""
        own = self.structure(name).own
        return tuple(known.name for known in own if known.kind == "field" and known.required)

    def _collect(self, name: str, found: dict[str, Attribute]) -> None:
        structure = self.structure(name)
        if structure.kind == "message":
            self._collect("StandardHeader", found)
        for attribute in structure.own:
            found.setdefault(attribute.name, attribute)
            if attribute.kind == "component":
                self._collect(attribute.target, found)
        if structure.kind == "message":
            self._collect("StandardTrailer", found)
