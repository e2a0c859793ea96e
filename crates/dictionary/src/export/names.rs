//! What a model must have for its references to be written, and what is said when it has not.

use std::fmt;

use crate::model::{Component, Field, Group, Model};

/// Why a model cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportError {
    /// A member refers to a field that the model lacks.
    UnknownField {
        /// The tag.
        tag: u32,
    },
    /// A member refers to a component that the model lacks.
    UnknownComponent {
        /// The name.
        name: String,
    },
    /// A member refers to a group that the model lacks.
    UnknownGroup {
        /// The name.
        name: String,
    },
    /// A message of a binary protocol has no MsgType(35), by which this format knows messages.
    NoMsgType {
        /// The name of the message.
        message: String,
    },
    /// Groups written inside groups have no end: one holds itself, or they unfold beyond all measure.
    TooLarge {
        /// The group that was to be written.
        group: String,
    },
}

impl fmt::Display for ExportError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField { tag } => write!(out, "a member refers to field {tag}, which is not defined"),
            Self::UnknownComponent { name } => write!(out, "a member refers to component {name}, which is not defined"),
            Self::UnknownGroup { name } => write!(out, "a member refers to group {name}, which is not defined"),
            Self::NoMsgType { message } => write!(out, "message {message} has no MsgType(35)"),
            Self::TooLarge { group } => write!(out, "group {group} holds itself, or too many groups are nested"),
        }
    }
}

impl std::error::Error for ExportError {}

pub(super) fn field(model: &Model, tag: u32) -> Result<&Field, ExportError> {
    model.fields.get(&tag).ok_or(ExportError::UnknownField { tag })
}

pub(super) fn component<'a>(model: &'a Model, name: &str) -> Result<&'a Component, ExportError> {
    model.component(name).ok_or_else(|| ExportError::UnknownComponent { name: name.to_owned() })
}

pub(super) fn group<'a>(model: &'a Model, name: &str) -> Result<&'a Group, ExportError> {
    model.group(name).ok_or_else(|| ExportError::UnknownGroup { name: name.to_owned() })
}
