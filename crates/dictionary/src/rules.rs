//! Rules about fields that are required on a condition, such as Price(44) when OrdType(40) is 2.
//!
//! They are ours, kept in a file of their own, and never called the standard's. A user's file adds to them. They are
//! checked apart from the dictionary: a message that breaks one is well formed, but means nothing.

mod bound;
mod file;
#[cfg(test)]
mod tests;

use crate::bundled::VERSIONS;
use crate::dictionary::Dictionary;
use crate::nearest::did_you_mean;
use crate::violation::Reason;
pub use bound::BoundRules;
pub use file::RuleError;

/// Stands among the messages of a rule for all of them.
pub const EVERY_MESSAGE: &str = "*";

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
    /// All data fields whose names begin so.
    DataFields(String),
}

impl FieldName {
    /// The tags that a dictionary has by this name.
    fn tags(&self, dictionary: &Dictionary) -> Vec<u32> {
        match self {
            Self::Tag(tag) => dictionary.field(*tag).map(|field| field.tag).into_iter().collect(),
            Self::Name(name) => dictionary.field_by_name(name).map(|field| field.tag).into_iter().collect(),
            Self::DataFields(start) => {
                let named = dictionary.fields().filter(|field| field.name.starts_with(start.as_str()));
                named.filter(|field| field.length_tag.is_some()).map(|field| field.tag).collect()
            }
        }
    }
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
    /// Fields of which one must be there besides, in the message or in an entry of its groups; empty for no such condition.
    pub when_any: Vec<FieldName>,
    /// The fields that must be there.
    pub require: Vec<FieldName>,
    /// One of them is enough.
    pub any: bool,
    /// The values of MsgType(35) to which the rule applies; [`EVERY_MESSAGE`] for all.
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

    /// See that the names in these rules mean something: that this dictionary or a bundled one has each field and
    /// message. A name that none has is a mistake, and the rule would never say anything.
    ///
    /// # Errors
    /// The first name that no dictionary has.
    pub fn check_names(&self, dictionary: &Dictionary) -> Result<(), RuleError> {
        let bundled = || VERSIONS.into_iter().filter_map(Dictionary::bundled);
        for (rule, number) in self.rules.iter().zip(1..) {
            let terms = rule.when.iter().map(|term| &term.field);
            for field in terms.chain(&rule.when_any).chain(&rule.require) {
                let is_in = |dictionary: &Dictionary| !field.tags(dictionary).is_empty();
                if !is_in(dictionary) && !bundled().any(|dictionary| is_in(&dictionary)) {
                    let (name, meant) = match field {
                        FieldName::Tag(tag) => (tag.to_string(), String::new()),
                        FieldName::DataFields(start) => (format!("{start}*"), String::new()),
                        FieldName::Name(name) => {
                            (name.clone(), did_you_mean(name, dictionary.fields().map(|field| field.name.as_ref())))
                        }
                    };
                    return Err(RuleError::UnknownName { rule: number, what: "field", name, meant });
                }
            }
            for msg_type in rule.messages.iter().filter(|msg_type| *msg_type != EVERY_MESSAGE) {
                let is_in = |dictionary: &Dictionary| dictionary.message(msg_type.as_bytes()).is_some();
                if !is_in(dictionary) && !bundled().any(|dictionary| is_in(&dictionary)) {
                    let named = dictionary.messages().find(|message| message.name == *msg_type);
                    let meant =
                        named.map_or_else(String::new, |found| format!("; that of {msg_type} is {}", found.msg_type));
                    let name = msg_type.clone();
                    return Err(RuleError::UnknownName { rule: number, what: "value of MsgType(35)", name, meant });
                }
            }
        }
        Ok(())
    }

    /// Add a user's rules behind these.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.rules.extend(other.rules);
        self
    }
}
