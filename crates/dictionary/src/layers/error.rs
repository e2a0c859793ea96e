//! What can be wrong with a layer, where, and what was probably meant.

use std::fmt;

use super::Place;

/// One fault of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerError {
    /// The name of the layer.
    pub layer: String,
    /// Where in it.
    pub place: Place,
    /// What is wrong.
    pub fault: LayerFault,
}

/// What can be wrong with a layer. `near` is the known name that was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayerFault {
    /// The text is not TOML.
    Syntax {
        /// What the parser says.
        text: String,
    },
    /// A key has no meaning here.
    UnknownKey {
        /// The key.
        key: String,
        /// The known key that was probably meant.
        near: Option<String>,
    },
    /// A value cannot be used here.
    Value {
        /// What may stand here.
        expected: &'static str,
        /// What stands here.
        found: String,
    },
    /// Something is named that neither the base nor the layer has.
    Unknown {
        /// What it should be: `field`, `component`, `group`, `message`, `code set`, `datatype`, `member`.
        kind: &'static str,
        /// Its name.
        name: String,
        /// The known name that was probably meant.
        near: Option<String>,
    },
    /// A member is named that its holder has not.
    NoSuchMember {
        /// The holder, such as `NewOrderSingle(35=D)`.
        holder: String,
        /// The member.
        member: String,
        /// The group that holds it instead: its own members are changed under `groups`.
        group: Option<String>,
        /// The member that was probably meant.
        near: Option<String>,
    },
    /// A member is added that is there.
    AlreadyMember {
        /// The holder.
        holder: String,
        /// The member.
        member: String,
        /// The component through which it is there, if not directly.
        component: Option<String>,
    },
    /// A code is removed that is not there.
    NoSuchCode {
        /// The field or code set.
        owner: String,
        /// The value of the code.
        value: String,
    },
    /// Something new lacks what it must have.
    Incomplete {
        /// What is new.
        what: String,
        /// What it lacks.
        missing: &'static str,
        /// The known thing that was probably meant instead.
        near: Option<String>,
    },
    /// Two definitions have one name or one number.
    Taken {
        /// What is shared, such as `the name Side`.
        what: String,
        /// Who has it, such as `Side(54)`.
        by: String,
    },
    /// Something is removed that something else needs.
    Needed {
        /// What is removed.
        what: String,
        /// What needs it, as the end of a sentence, such as `counts the entries of group Parties`.
        because: String,
    },
    /// A component or group would have no members left.
    Empty {
        /// Which one.
        holder: String,
    },
    /// A component or group would hold itself.
    Circle {
        /// The names on the way round.
        names: Vec<String>,
    },
}

/// All faults of one layer, in the order found; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerErrors(pub Vec<LayerError>);

/// `; did you mean X?`, or nothing.
struct Meant<'a>(&'a Option<String>);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(out, "; did you mean {name}?"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for LayerFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { text } => out.write_str(text),
            Self::UnknownKey { key, near } => write!(out, "unknown key {key}{}", Meant(near)),
            Self::Value { expected, found } => write!(out, "expected {expected}, found {found}"),
            Self::Unknown { kind, name, near } => write!(out, "there is no {kind} {name}{}", Meant(near)),
            Self::NoSuchMember { holder, member, group: Some(group), .. } => {
                write!(out, "{holder} has {member} only inside group {group}; change it under groups.{group}")
            }
            Self::NoSuchMember { holder, member, near, .. } => {
                write!(out, "{holder} has no member {member}{}", Meant(near))
            }
            Self::AlreadyMember { holder, member, component: Some(component) } => {
                write!(out, "{holder} already has {member} through component {component}")
            }
            Self::AlreadyMember { holder, member, component: None } => write!(out, "{holder} already has {member}"),
            Self::NoSuchCode { owner, value } => write!(out, "{owner} has no code {value:?}"),
            Self::Incomplete { what, missing, near } => write!(out, "{what} is new and needs {missing}{}", Meant(near)),
            Self::Taken { what, by } => write!(out, "{what} is already that of {by}"),
            Self::Needed { what, because } => write!(out, "{what} cannot be removed: it {because}"),
            Self::Empty { holder } => write!(out, "{holder} has no members left"),
            Self::Circle { names } => write!(out, "{} is a circle", names.join(" > ")),
        }
    }
}

impl fmt::Display for LayerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.layer)?;
        if let Some(line) = self.place.line {
            write!(out, ":{line}")?;
        }
        if !self.place.key.is_empty() {
            write!(out, ": {}", self.place.key)?;
        }
        write!(out, ": {}", self.fault)
    }
}

impl fmt::Display for LayerErrors {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            if at > 0 {
                out.write_str("\n")?;
            }
            write!(out, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LayerFault {}
impl std::error::Error for LayerError {}
impl std::error::Error for LayerErrors {}
