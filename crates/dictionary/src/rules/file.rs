//! Read rules from TOML. `data/rules.toml` describes the format.

use std::fmt;

use toml::de::{DeTable, DeValue};

use super::{FieldName, Rule, Rules, Term, Test};
use crate::nearest::did_you_mean;
use crate::violation::Reason;

const KEYS: [&str; 6] = ["when", "when_any", "require", "require_any", "messages", "reason"];

/// Why a rule file cannot be used. `rule` counts from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleError {
    /// The file is no TOML.
    Syntax {
        /// The line and what is wrong there.
        message: String,
    },
    /// The file has no rule.
    NoRule,
    /// `rule` is something else than a list of tables.
    NotAList,
    /// A key that is not known.
    UnknownKey {
        /// The rule, 0 for the file itself.
        rule: usize,
        /// The key.
        key: String,
    },
    /// A key is missing or does not hold what it should.
    Wrong {
        /// The rule.
        rule: usize,
        /// The key.
        key: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// A name or MsgType(35) that no dictionary has.
    UnknownName {
        /// The rule.
        rule: usize,
        /// What it stands for.
        what: &'static str,
        /// The name.
        name: String,
        /// `; did you mean X?`, or nothing.
        meant: String,
    },
    /// A term or field that cannot be read.
    Term {
        /// The rule.
        rule: usize,
        /// The text.
        text: String,
    },
}

impl fmt::Display for RuleError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { message } => write!(out, "the rule file is no TOML: {message}"),
            Self::NoRule => out.write_str("the rule file has no rule: each begins with [[rule]]"),
            Self::NotAList => out.write_str("the rules must be a list of tables: each begins with [[rule]]"),
            Self::UnknownKey { rule: 0, key } => {
                write!(out, "{key} is no key of a rule file{}", did_you_mean(key, ["rule"]))
            }
            Self::UnknownKey { rule, key } => {
                write!(out, "rule {rule}: {key} is no key of it{}", did_you_mean(key, KEYS))
            }
            Self::Wrong { rule, key, expected } => write!(out, "rule {rule}: {key} must be {expected}"),
            Self::UnknownName { rule, what, name, meant } => {
                write!(out, "rule {rule}: no dictionary has the {what} {name}{meant}")
            }
            Self::Term { rule, text } => write!(out, "rule {rule}: '{text}' cannot be read as a field or term"),
        }
    }
}

impl std::error::Error for RuleError {}

impl Rules {
    /// Read a rule file.
    ///
    /// # Errors
    /// The first fault of the file.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let document = DeTable::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(start).filter(|&byte| byte == b'\n').count() + 1;
            RuleError::Syntax { message: format!("line {line}: {}", error.message()) }
        })?;
        let table = document.get_ref();
        if let Some(key) = keys(table).find(|key| *key != "rule") {
            return Err(RuleError::UnknownKey { rule: 0, key: key.to_owned() });
        }
        let rules = match value(table, "rule") {
            Some(DeValue::Array(rules)) if !rules.is_empty() => rules,
            None | Some(DeValue::Array(_)) => {
                return Err(RuleError::NoRule);
            }
            Some(_) => return Err(RuleError::NotAList),
        };
        let rules =
            rules.iter().enumerate().map(|(at, rule)| read_rule(at + 1, rule.get_ref())).collect::<Result<_, _>>()?;
        Ok(Self { rules })
    }
}

fn read_rule(number: usize, rule: &DeValue<'_>) -> Result<Rule, RuleError> {
    let DeValue::Table(table) = rule else { return Err(RuleError::NotAList) };
    if let Some(key) = keys(table).find(|key| !KEYS.contains(key)) {
        return Err(RuleError::UnknownKey { rule: number, key: key.to_owned() });
    }
    let when = texts(number, table, "when")?.unwrap_or_default();
    let when_any = texts(number, table, "when_any")?.unwrap_or_default();
    let (all, any) = (texts(number, table, "require")?, texts(number, table, "require_any")?);
    let (require, is_any) = match (all, any) {
        (Some(all), None) => (all, false),
        (None, Some(any)) => (any, true),
        _ => return Err(RuleError::Wrong { rule: number, key: "require", expected: "given, or else require_any" }),
    };
    if require.is_empty() {
        return Err(RuleError::Wrong { rule: number, key: "require", expected: "the name of a field, or more" });
    }
    let messages = texts(number, table, "messages")?.filter(|messages| !messages.is_empty());
    let Some(messages) = messages else {
        return Err(RuleError::Wrong { rule: number, key: "messages", expected: "a list of values of MsgType(35)" });
    };
    let reason = match value(table, "reason") {
        None => Reason::ConditionallyRequiredFieldMissing,
        Some(DeValue::String(text)) if text == "conditional" => Reason::ConditionallyRequiredFieldMissing,
        Some(DeValue::String(text)) if text == "other" => Reason::Other,
        Some(_) => {
            return Err(RuleError::Wrong { rule: number, key: "reason", expected: "'conditional' or 'other'" });
        }
    };
    Ok(Rule {
        when: when.iter().map(|text| read_term(number, text)).collect::<Result<_, _>>()?,
        when_any: when_any.iter().map(|text| read_fields(number, text)).collect::<Result<_, _>>()?,
        require: require.iter().map(|text| read_field(number, text)).collect::<Result<_, _>>()?,
        any: is_any,
        messages,
        reason,
    })
}

fn keys<'t>(table: &'t DeTable<'_>) -> impl Iterator<Item = &'t str> {
    table.keys().map(|key| key.get_ref().as_ref())
}

fn value<'t, 'd>(table: &'t DeTable<'d>, name: &str) -> Option<&'t DeValue<'d>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value.get_ref())
}

/// A text or a list of texts.
fn texts(rule: usize, table: &DeTable<'_>, key: &'static str) -> Result<Option<Vec<String>>, RuleError> {
    let wrong = RuleError::Wrong { rule, key, expected: "a text or a list of texts" };
    match value(table, key) {
        None => Ok(None),
        Some(DeValue::String(text)) => Ok(Some(vec![text.clone().into_owned()])),
        Some(DeValue::Array(values)) => {
            let text = |value: &DeValue<'_>| value.as_str().map(str::to_owned);
            values.iter().map(|value| text(value.get_ref())).collect::<Option<Vec<_>>>().map(Some).ok_or(wrong)
        }
        Some(_) => Err(wrong),
    }
}

fn read_term(rule: usize, text: &str) -> Result<Term, RuleError> {
    let values = |list: &str| list.split('|').map(str::to_owned).collect();
    let (field, test) = if let Some((field, list)) = text.split_once("!=") {
        (field, Test::NoneOf(values(list)))
    } else if let Some((field, list)) = text.split_once('=') {
        (field, Test::OneOf(values(list)))
    } else if let Some(field) = text.strip_prefix('!') {
        (field, Test::Absent)
    } else {
        (text, Test::Present)
    };
    Ok(Term { field: read_field(rule, field)?, test })
}

/// What `read_field` reads, or `Encoded*` for all data fields whose names begin so.
fn read_fields(rule: usize, text: &str) -> Result<FieldName, RuleError> {
    let Some(start) = text.trim().strip_suffix('*') else { return read_field(rule, text) };
    match read_field(rule, start)? {
        FieldName::Name(start) => Ok(FieldName::DataFields(start)),
        _ => Err(RuleError::Term { rule, text: text.to_owned() }),
    }
}

/// `44`, `Price` or `Price(44)`.
fn read_field(rule: usize, text: &str) -> Result<FieldName, RuleError> {
    let text = text.trim();
    let fault = || RuleError::Term { rule, text: text.to_owned() };
    let number = match text.split_once('(') {
        Some((_, rest)) => Some(rest.strip_suffix(')').ok_or_else(fault)?),
        None => text.starts_with(|letter: char| letter.is_ascii_digit()).then_some(text),
    };
    match number {
        Some(number) => number.parse().map(FieldName::Tag).map_err(|_| fault()),
        None if !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_') => {
            Ok(FieldName::Name(text.to_owned()))
        }
        None => Err(fault()),
    }
}
