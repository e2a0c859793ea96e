//! Change a dictionary by layers: what a venue, and then a house, adds to a version, changes in it or takes away.
//!
//! A layer is an [`Overlay`], an ordered list of edits. It is written by hand as TOML (see
//! [`overlay_toml`](crate::overlay_toml)) or is a small QuickFIX or Orchestra file, read as a model and turned into edits
//! by [`Overlay::from_model`]. [`apply`] lays one over a model; a stack is applied from the bottom, and later wins.

mod apply;
mod definitions;
mod error;
mod from_model;
mod members;
mod whole;

pub use apply::{apply, apply_all};
pub use error::{LayerError, LayerErrors, LayerFault};

use crate::model::{Category, Code, CodeSet, Component, Datatype, Field, Group, Member, Presence};

/// What one layer changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overlay {
    /// Where it comes from, such as a file name; it begins each error.
    pub name: String,
    /// What the resulting version is called, if not as before.
    pub version: Option<String>,
    /// The edits. Definitions are made before members refer to them and removed after, whatever the order here.
    pub edits: Vec<Edit>,
}

/// One change and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where it is written.
    pub place: Place,
    /// What it does.
    pub action: Action,
}

/// Where in its source an edit is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The way to it, such as `messages.D.add`.
    pub key: String,
    /// The line, from 1, where the source has lines.
    pub line: Option<usize>,
}

/// A field, by tag or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldRef {
    /// By its tag.
    Tag(u32),
    /// By its name.
    Name(String),
}

/// A member, by what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberRef {
    /// The field of this tag or name.
    Field(FieldRef),
    /// The component of this name.
    Component(String),
    /// The group of this name.
    Group(String),
    /// What has this name: a field, else a component, else a group.
    Any(String),
}

/// What has members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// The message of this MsgType(35), or else of this name.
    Message(String),
    /// The component of this name.
    Component(String),
    /// The group of this name.
    Group(String),
    /// StandardHeader.
    Header,
    /// StandardTrailer.
    Trailer,
}

/// Where a new member goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Position {
    /// Behind all others.
    #[default]
    Last,
    /// Directly before this member.
    Before(MemberRef),
    /// Directly after this member.
    After(MemberRef),
}

/// A member to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// What it refers to.
    pub what: MemberRef,
    /// Whether it must be there.
    pub presence: Presence,
    /// Where it goes.
    pub position: Position,
}

/// What becomes of a field; what is `None` stays, and of a new field takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldChange {
    /// Another name. A new field must have one.
    pub name: Option<String>,
    /// Another datatype; the code set takes it too. A new field must have one.
    pub datatype: Option<String>,
    /// The code set, by name; an empty name takes the codes away.
    pub code_set: Option<String>,
    /// The whole list of codes of this field. A list that other fields share stays as it is.
    pub codes: Option<Vec<Code>>,
    /// A datatype whose values are legal beside the codes; an empty name takes it away.
    pub union_datatype: Option<String>,
    /// The field that holds the length.
    pub length: Option<FieldRef>,
    /// Whether values outside the code set are legal.
    pub open_codes: Option<bool>,
}

/// What becomes of a message, component or group beside its members.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HolderChange {
    /// Another name. A message that the model lacks must have one.
    pub name: Option<String>,
    /// Another category.
    pub category: Option<String>,
    /// The count field of a group. A group that the model lacks must have one.
    pub count: Option<FieldRef>,
    /// The whole list of members, in place of those that were there.
    pub members: Option<Vec<NewMember>>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Add a datatype, or replace the one of this name.
    Datatype(Datatype),
    /// Add a category, or replace the one of this name.
    Category(Category),
    /// Add a section, if it is not there.
    Section(String),
    /// Add a code set, or replace the one of this name.
    CodeSet(CodeSet),
    /// Add a field, or replace the one of this tag. One that only restates the name and datatype of the field that
    /// is there leaves its codes, its length field and its history alone.
    Field(Field),
    /// Add a component, or replace the one of this name.
    Component(Component),
    /// Add a group, or replace the one of this name.
    Group(Group),
    /// Change a field, or add it if the tag is new.
    ChangeField {
        /// Which field.
        field: FieldRef,
        /// What becomes of it.
        change: FieldChange,
    },
    /// Change the codes of a field, or of all fields of a code set.
    ChangeCodes {
        /// The name or tag of a field, or the name of a code set.
        owner: String,
        /// The codes to add; one whose value is there renames it.
        add: Vec<Code>,
        /// The values to take away.
        remove: Vec<String>,
    },
    /// Change a message, component or group, or add it.
    Holder {
        /// Which one.
        holder: Holder,
        /// What becomes of it.
        change: HolderChange,
    },
    /// Change one member.
    Member {
        /// Whose member.
        holder: Holder,
        /// What becomes of it.
        change: MemberChange,
    },
    /// Remove a field, and every member that refers to it.
    RemoveField(FieldRef),
    /// Remove a message, or a component or group with every member that refers to it.
    RemoveHolder(Holder),
}

/// What becomes of a member.
///
/// A member that comes to its holder through a component is changed for this holder alone: the reference to the
/// component is replaced by the component's members first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberChange {
    /// Add a member that is not there.
    Add(NewMember),
    /// Add a member, or give the one that is there this presence.
    Put(Member),
    /// Remove a member.
    Remove(MemberRef),
    /// Set the presence of a member.
    Presence(MemberRef, Presence),
}

impl From<u32> for FieldRef {
    fn from(tag: u32) -> Self {
        Self::Tag(tag)
    }
}

impl From<&str> for FieldRef {
    /// Digits are a tag, all else a name.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Tag)
    }
}
