//! A dictionary as its source says it: names, tags, types, codes and structure, in source order.
//!
//! Readers make a [`Model`], layers change it, exporters and the differ read it. It is for people
//! and tools; messages are checked against the plans that are compiled from it.

use std::collections::BTreeMap;

/// Whether a member must, may or must not be in a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Presence {
    /// The member must be there whenever the structure that holds it is.
    Required,
    /// The member may be there.
    #[default]
    Optional,
    /// The member must not be there.
    Forbidden,
    /// The member may be there and is not looked at.
    Ignored,
    /// The member has this value, whether it is written or not.
    Constant(String),
}

/// What a member of a message, component or group refers to. References to groups and components go
/// by name, which is unique within each of the two kinds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MemberKind {
    /// A field, by its tag.
    Field(u32),
    /// A component, by the name of its definition.
    Component(String),
    /// A repeating group, by the name of its definition.
    Group(String),
}

/// One line of a message, component or group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What it refers to.
    pub kind: MemberKind,
    /// Whether it must be there.
    pub presence: Presence,
}

/// A field definition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// The tag, at least 1.
    pub tag: u32,
    /// The name, such as `ClOrdID`.
    pub name: String,
    /// The name of the datatype in Orchestra's spelling, such as `Price` or `UTCTimestamp`. For a coded field it
    /// is the base type of the code set.
    pub datatype: String,
    /// The name of the code set whose codes are the legal values.
    pub code_set: Option<String>,
    /// A second datatype whose values are legal beside the codes, such as `Reserved100Plus`.
    pub union_datatype: Option<String>,
    /// For a field of type data or XMLData: the tag of the field that holds its length.
    pub length_tag: Option<u32>,
    /// Values outside the code set are legal (`allowOtherValues` of QuickFIX/J files).
    pub open_codes: bool,
    /// The version that added the field, where the source says so.
    pub added: Option<String>,
    /// The version that deprecated the field, where the source says so.
    pub deprecated: Option<String>,
}

/// One legal value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Code {
    /// The value on the wire.
    pub value: String,
    /// The name, such as `Buy` (Orchestra) or `BUY` (QuickFIX).
    pub name: String,
    /// The version that deprecated the code.
    pub deprecated: Option<String>,
}

/// A list of legal values, which may serve several fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeSet {
    /// The name, unique; `<FieldName>CodeSet` where the source does not name it.
    pub name: String,
    /// The name of the base datatype.
    pub datatype: String,
    /// The codes in source order.
    pub codes: Vec<Code>,
}

/// A named run of members that has no bytes of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Component {
    /// The name, unique among components.
    pub name: String,
    /// The category, where the source says it.
    pub category: Option<String>,
    /// The members in source order.
    pub members: Vec<Member>,
}

/// A repeating group: a count field and the members of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// The name, unique among groups. Sources that name groups by their count field may hold several definitions for
    /// one count; the second and later are then named `<count field>.<holder>`.
    pub name: String,
    /// The tag of the count field.
    pub count_tag: u32,
    /// The category, where the source says it.
    pub category: Option<String>,
    /// The members in source order. The first field reached through them is the delimiter.
    pub members: Vec<Member>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The name, such as `NewOrderSingle`.
    pub name: String,
    /// The value of MsgType(35).
    pub msg_type: String,
    /// The category, such as `SingleGeneralOrderHandling`; `Session` for session messages, for sources that only tell
    /// admin from app `Session` and nothing.
    pub category: Option<String>,
    /// The members of the body in source order, without header and trailer.
    pub members: Vec<Member>,
}

impl Message {
    /// Whether the message belongs to the session layer.
    #[must_use]
    pub fn is_session(&self) -> bool {
        self.category.as_deref() == Some("Session")
    }
}

/// A datatype.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Datatype {
    /// The name.
    pub name: String,
    /// The datatype it narrows.
    pub base: Option<String>,
}

/// A category of messages and components.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Category {
    /// The name.
    pub name: String,
    /// The section it stands in.
    pub section: Option<String>,
}

/// All that one source says of one version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    /// The version: `FIX.4.0` ... `FIX.4.4`, `FIX.5.0`, `FIX.5.0SP1`, `FIX.5.0SP2`, `FIXT.1.1`, or what a user's file says.
    pub version: String,
    /// The extension pack, where the source says it.
    pub extension_pack: Option<u32>,
    /// Where the facts come from, one line a source, with its revision and licence.
    pub sources: Vec<String>,
    /// The datatypes in source order; empty for QuickFIX files.
    pub datatypes: Vec<Datatype>,
    /// The categories in source order.
    pub categories: Vec<Category>,
    /// The sections in source order.
    pub sections: Vec<String>,
    /// The code sets in source order.
    pub code_sets: Vec<CodeSet>,
    /// The fields by tag.
    pub fields: BTreeMap<u32, Field>,
    /// The components in source order, without StandardHeader and StandardTrailer.
    pub components: Vec<Component>,
    /// The groups in source order.
    pub groups: Vec<Group>,
    /// The messages in source order.
    pub messages: Vec<Message>,
    /// The members of StandardHeader; empty for FIX 5.0 and later, whose header is FIXT's.
    pub header: Vec<Member>,
    /// The members of StandardTrailer.
    pub trailer: Vec<Member>,
}

impl Model {
    /// The field of this name.
    #[must_use]
    pub fn field_by_name(&self, name: &str) -> Option<&Field> {
        self.fields.values().find(|field| field.name == name)
    }

    /// The component of this name.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.name == name)
    }

    /// The group of this name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// The code set of this name.
    #[must_use]
    pub fn code_set(&self, name: &str) -> Option<&CodeSet> {
        self.code_sets.iter().find(|set| set.name == name)
    }

    /// The message of this MsgType(35).
    #[must_use]
    pub fn message(&self, msg_type: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.msg_type == msg_type)
    }
}
