//! What differs between two dictionaries, as a list that a person can read and a program can sort.

mod expand;
mod fields;
mod order;
mod structures;

use std::fmt;

use crate::model::Model;

/// How structures are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Structure {
    /// As they are written: messages refer to components and groups, which are compared by name.
    #[default]
    Declared,
    /// As they come on the wire: the components of a message and its groups are replaced by their members, groups are
    /// known by their count field, and names of codes differ only if their letters and digits do. So a QuickFIX and an Orchestra file of one
    /// version can be compared.
    Expanded,
}

/// What to compare, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiffOptions {
    /// How structures are compared.
    pub structure: Structure,
}

/// What kind of change leads from A to B.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A field is only in B.
    FieldAdded,
    /// A field is only in A.
    FieldRemoved,
    /// A tag has another name.
    FieldRenamed,
    /// A field has another datatype, or another second datatype beside its codes.
    FieldRetyped,
    /// A data field has another length field.
    LengthChanged,
    /// Values outside the codes are legal in one and not in the other, or only one has codes.
    CodesOpened,
    /// A code is only in B.
    CodeAdded,
    /// A code is only in A.
    CodeRemoved,
    /// A code has another name.
    CodeRenamed,
    /// A message is only in B.
    MessageAdded,
    /// A message is only in A.
    MessageRemoved,
    /// A MsgType(35) has another name.
    MessageRenamed,
    /// A component is only in B.
    ComponentAdded,
    /// A component is only in A.
    ComponentRemoved,
    /// A group is only in B.
    GroupAdded,
    /// A group is only in A.
    GroupRemoved,
    /// A group has another count field.
    GroupRecounted,
    /// A member is only in B.
    MemberAdded,
    /// A member is only in A.
    MemberRemoved,
    /// A member stands elsewhere.
    MemberMoved,
    /// A member is required in one and optional in the other, or the like.
    PresenceChanged,
    /// The structure unfolds beyond all measure and is compared only in part.
    TooLarge,
}

/// One difference; as text it is a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of change.
    pub kind: ChangeKind,
    /// Where: `fields.44`, `codes.54.Z`, `messages.D.44`, `messages.D.453.448`, `components.Instrument.55`, `header.52`.
    pub path: String,
    /// What A has, where it is one word.
    pub a: Option<String>,
    /// What B has, where it is one word.
    pub b: Option<String>,
    /// The whole sentence.
    pub text: String,
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// All that differs between `a` and `b`: fields by tag, codes by field and value, messages by MsgType(35) in A's order
/// and then B's, components and groups by name, header and trailer.
///
/// Codes are compared field by field, since sources name and share code sets as they like.
#[must_use]
pub fn diff(a: &Model, b: &Model, options: DiffOptions) -> Vec<Change> {
    let mut changes = Vec::new();
    fields::compare(a, b, options, &mut changes);
    structures::compare(a, b, options, &mut changes);
    changes
}
