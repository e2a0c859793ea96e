//! What a dictionary says of fields, messages, components and groups.

use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::later_name::later_name;
use fixplus_dictionary::model::{Component, Group, Member, MemberKind, Message, Presence};
use pyo3::prelude::*;

/// One legal value of a field.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyfixmsg_plus.dictionary", name = "CodeDefinition")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CodeDefinition {
    /// The value on the wire.
    value: String,
    /// The name.
    name: String,
    /// The version that deprecated it.
    deprecated: Option<String>,
}

#[pymethods]
impl CodeDefinition {
    fn __repr__(&self) -> String {
        format!("<Code {} {}>", self.value, self.name)
    }
}

/// What a dictionary says of a field.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyfixmsg_plus.dictionary", name = "FieldDefinition")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct FieldDefinition {
    /// The tag.
    tag: u32,
    /// The name.
    name: String,
    /// The name of the datatype; of a coded field the base type of its codes.
    datatype: String,
    /// The name of the code set.
    code_set: Option<String>,
    /// A second datatype whose values are legal beside the codes.
    union_datatype: Option<String>,
    /// Of a data field, the tag of the field that holds its length.
    length_tag: Option<u32>,
    /// Values outside the code set are legal.
    open_codes: bool,
    /// The version that added it.
    added: Option<String>,
    /// The version that deprecated it.
    deprecated: Option<String>,
    /// The legal values in the order of the source.
    codes: Vec<CodeDefinition>,
}

impl FieldDefinition {
    pub(crate) fn of(dictionary: &Dictionary, tag: u32) -> Option<Self> {
        let field = dictionary.definition(tag)?;
        let codes = dictionary.codes(tag).map(|set| set.codes.as_slice()).unwrap_or_default();
        Some(Self {
            tag,
            name: field.name.clone(),
            datatype: field.datatype.clone(),
            code_set: field.code_set.clone(),
            union_datatype: field.union_datatype.clone(),
            length_tag: field.length_tag,
            open_codes: field.open_codes,
            added: field.added.clone(),
            deprecated: field.deprecated.clone(),
            codes: codes
                .iter()
                .map(|code| CodeDefinition {
                    value: code.value.clone(),
                    name: code.name.clone(),
                    deprecated: code.deprecated.clone(),
                })
                .collect(),
        })
    }
}

#[pymethods]
impl FieldDefinition {
    fn __repr__(&self) -> String {
        format!("<Field {}({}) {}>", self.name, self.tag, self.datatype)
    }
}

/// One line of a message, component or group.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyfixmsg_plus.dictionary", name = "MemberDefinition")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MemberDefinition {
    /// `field`, `component` or `group`.
    kind: &'static str,
    /// The name of what it refers to.
    name: String,
    /// The tag of a field; of a group the tag of its count field.
    tag: Option<u32>,
    /// `required`, `optional`, `forbidden`, `ignored` or `constant`.
    presence: &'static str,
    /// The one value of a constant.
    constant: Option<String>,
}

impl MemberDefinition {
    fn of(dictionary: &Dictionary, member: &Member) -> Self {
        let models = || dictionary.transport_model().into_iter().chain([dictionary.model()]);
        let (kind, name, tag) = match &member.kind {
            MemberKind::Field(tag) => {
                ("field", dictionary.field(*tag).map_or_else(String::new, |field| field.name.to_string()), Some(*tag))
            }
            MemberKind::Component(name) => ("component", name.clone(), None),
            MemberKind::Group(name) => {
                ("group", name.clone(), models().find_map(|model| model.group(name)).map(|group| group.count_tag))
            }
        };
        let (presence, constant) = match &member.presence {
            Presence::Required => ("required", None),
            Presence::Optional => ("optional", None),
            Presence::Forbidden => ("forbidden", None),
            Presence::Ignored => ("ignored", None),
            Presence::Constant(value) => ("constant", Some(value.clone())),
        };
        Self { kind, name, tag, presence, constant }
    }
}

#[pymethods]
impl MemberDefinition {
    fn __repr__(&self) -> String {
        let tag = self.tag.map_or_else(String::new, |tag| format!("({tag})"));
        format!("<{} {}{tag} {}>", self.kind, self.name, self.presence)
    }
}

/// What a dictionary says of a message, component or group.
#[pyclass(frozen, get_all, eq, skip_from_py_object, module = "pyfixmsg_plus.dictionary", name = "StructureDefinition")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StructureDefinition {
    /// `message`, `component`, `group`, or `frame` for header and trailer.
    kind: &'static str,
    /// The name.
    name: String,
    /// The name that a message has since FIX 4.4, by which programs know it: NewOrderSingle for OrderSingle. The name
    /// where it was never renamed, and of what is no message.
    later_name: String,
    /// Of a message, the value of MsgType(35).
    msg_type: Option<String>,
    /// Of a group, the tag of its count field.
    count_tag: Option<u32>,
    /// The category.
    category: Option<String>,
    /// Whether a message belongs to the session layer.
    is_session: bool,
    /// The members in the order of the source.
    members: Vec<MemberDefinition>,
}

impl StructureDefinition {
    fn new(
        dictionary: &Dictionary,
        kind: &'static str,
        name: &str,
        category: Option<&String>,
        members: &[Member],
    ) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            later_name: name.to_owned(),
            msg_type: None,
            count_tag: None,
            category: category.cloned(),
            is_session: false,
            members: members.iter().map(|member| MemberDefinition::of(dictionary, member)).collect(),
        }
    }

    pub(crate) fn message(dictionary: &Dictionary, message: &Message) -> Self {
        let found = Self::new(dictionary, "message", &message.name, message.category.as_ref(), &message.members);
        let later_name = later_name(&message.msg_type, &message.name).to_owned();
        Self { later_name, msg_type: Some(message.msg_type.clone()), is_session: message.is_session(), ..found }
    }

    pub(crate) fn component(dictionary: &Dictionary, component: &Component) -> Self {
        Self::new(dictionary, "component", &component.name, component.category.as_ref(), &component.members)
    }

    pub(crate) fn group(dictionary: &Dictionary, group: &Group) -> Self {
        let found = Self::new(dictionary, "group", &group.name, group.category.as_ref(), &group.members);
        Self { count_tag: Some(group.count_tag), ..found }
    }

    /// Header or trailer: of these lists of members, the first that has any.
    pub(crate) fn frame<'m>(
        dictionary: &Dictionary,
        name: &str,
        mut lists: impl Iterator<Item = &'m Vec<Member>>,
    ) -> Self {
        let members = lists.find(|members| !members.is_empty());
        Self::new(dictionary, "frame", name, None, members.map(Vec::as_slice).unwrap_or_default())
    }
}

#[pymethods]
impl StructureDefinition {
    fn __repr__(&self) -> String {
        let more = match (&self.msg_type, self.count_tag) {
            (Some(msg_type), _) => format!("(35={msg_type})"),
            (None, Some(tag)) => format!("({tag})"),
            (None, None) => String::new(),
        };
        format!("<{} {}{more}: {} members>", self.kind, self.name, self.members.len())
    }
}
