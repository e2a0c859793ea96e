//! Rules about fields that are required on a condition, such as Price(44) when OrdType(40) is 2.
//!
//! They are ours, kept in a file of their own, and never called the standard's. A user's file adds to them. They are
//! checked apart from the dictionary: a message that breaks one is well formed, but means nothing.

mod bound;
mod file;
#[cfg(test)]
mod tests;

use crate::violation::Reason;
pub use bound::BoundRules;
pub use file::RuleError;

/// What a term of a condition asks of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The field has one of these values. Of a field of several words it has one of these words.
    OneOf(Vec<String>),
    /// The field is absent or has none of these values.
    NoneOf(Vec<String>),
    /// The field is there.
    Present,
    /// The field is not there.
    Absent,
}

/// How a rule names a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldName {
    /// By tag, with or without a name beside it.
    Tag(u32),
    /// By name.
    Name(String),
}

/// One term of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The field.
    pub field: FieldName,
    /// What is asked of it.
    pub test: Test,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The condition: all terms must hold.
    pub when: Vec<Term>,
    /// The fields that must be there.
    pub require: Vec<FieldName>,
    /// One of them is enough.
    pub any: bool,
    /// The values of MsgType(35) to which the rule applies.
    pub messages: Vec<String>,
    /// [`Reason::ConditionallyRequiredFieldMissing`] or [`Reason::Other`].
    pub reason: Reason,
}

/// A list of rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// The rules in the order in which they are checked.
    pub rules: Vec<Rule>,
}

impl Rules {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// None in a sound build; the file is part of it.
    pub fn bundled() -> Result<Self, RuleError> {
        Self::parse(include_str!("../data/rules.toml"))
    }

    /// Add a user's rules behind these.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.rules.extend(other.rules);
        self
    }
}
