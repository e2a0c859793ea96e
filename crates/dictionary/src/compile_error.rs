//! Why a model cannot be compiled.

use std::fmt;

/// A fault of a model that keeps it from being compiled. `holder` names the message, component or group in which it
/// stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompileError {
    /// A member refers to a field that is not defined.
    UnknownField {
        /// The tag.
        tag: u32,
        /// Who refers to it.
        holder: String,
    },
    /// A member refers to a component that is not defined.
    UnknownComponent {
        /// The component.
        name: String,
        /// Who refers to it.
        holder: String,
    },
    /// A member refers to a group that is not defined.
    UnknownGroup {
        /// The group.
        name: String,
        /// Who refers to it.
        holder: String,
    },
    /// A component or group contains itself.
    Cycle {
        /// The component or group at which the circle was noticed.
        name: String,
    },
    /// Components and groups stand in each other deeper than [`MAX_NESTING`](crate::plan::MAX_NESTING), or groups alone
    /// deeper than [`MAX_DEPTH`](crate::plan::MAX_DEPTH).
    TooDeep {
        /// The component or group that is too deep.
        name: String,
    },
    /// A message has more members, components and groups expanded, than [`MAX_MEMBERS`](crate::plan::MAX_MEMBERS).
    TooLarge {
        /// The message.
        name: String,
    },
    /// There are more fields, components, groups or messages than a table can number.
    TooMany {
        /// What there is too much of.
        what: &'static str,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField { tag, holder } => {
                write!(out, "{holder} refers to the field {tag}, which is not defined")
            }
            Self::UnknownComponent { name, holder } => {
                write!(out, "{holder} refers to the component {name}, which is not defined")
            }
            Self::UnknownGroup { name, holder } => {
                write!(out, "{holder} refers to the group {name}, which is not defined")
            }
            Self::Cycle { name } => write!(out, "{name} contains itself"),
            Self::TooDeep { name } => write!(out, "{name} nests components or groups too deeply"),
            Self::TooLarge { name } => {
                write!(out, "{name} has too many members when its components and groups are expanded")
            }
            Self::TooMany { what } => write!(out, "the dictionary has too many {what}"),
        }
    }
}

impl std::error::Error for CompileError {}
