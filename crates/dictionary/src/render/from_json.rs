//! A message from FIX-JSON: the flat list of its fields, in the order of the text.

use std::collections::HashMap;
use std::fmt;

use super::Charset;
use super::tree::Tree;
use crate::dictionary::Dictionary;
use crate::nearest::did_you_mean;

/// Why JSON is no message. `path` says where, such as `Body.NoPartyIDs[1].PartyRole`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// The text is no JSON.
    Syntax {
        /// What the reader says, with line and column.
        message: String,
    },
    /// The text or one of its parts is not an object.
    NotAnObject {
        /// Where.
        path: String,
    },
    /// A key that is neither Header, Body nor Trailer.
    UnknownPart {
        /// The key.
        name: String,
    },
    /// A name that the dictionary does not have.
    UnknownName {
        /// Where.
        path: String,
        /// The name.
        name: String,
        /// `; did you mean X?`, or nothing.
        meant: String,
    },
    /// A key that would be a tag and is none, such as 0 or 055, which a faulty message may have. No message can be made of
    /// it.
    NoTag {
        /// Where.
        path: String,
        /// The key.
        name: String,
    },
    /// A key that comes twice in one object, or two keys that stand for one field. What comes twice is written as a list.
    Twice {
        /// Where.
        path: String,
        /// The first key.
        name: String,
        /// The second key.
        again: String,
    },
    /// A value that is not a text, integer, Boolean or list. A number with a point must be written as text, or digits
    /// would be lost.
    Value {
        /// Where.
        path: String,
    },
    /// A character that the charset does not have.
    Charset {
        /// Where.
        path: String,
    },
}

impl fmt::Display for JsonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { message } => write!(out, "the text is no JSON: {message}"),
            Self::NotAnObject { path } if path.is_empty() => out.write_str("a FIX-JSON message is an object"),
            Self::NotAnObject { path } => write!(out, "{path} is not an object"),
            Self::UnknownPart { name } => {
                write!(out, "{name} is no part of a message{}", did_you_mean(name, PARTS))
            }
            Self::UnknownName { path, name, meant } => write!(out, "{path}: the dictionary has no field {name}{meant}"),
            Self::NoTag { path, name } => {
                write!(out, "{path}: {name} is no tag: tags are numbers from 1 to 4294967295 without leading zeros")
            }
            Self::Twice { path, name, again } => {
                let dot = if path.is_empty() { "" } else { ": " };
                if name == again {
                    write!(out, "{path}{dot}{name} comes twice; values of one field that comes twice stand in a list")
                } else {
                    write!(out, "{path}{dot}{name} and {again} are the same field")
                }
            }
            Self::Value { path } => {
                write!(out, "{path}: a value is a text, an integer, a Boolean or a list of entries")
            }
            Self::Charset { path } => write!(out, "{path}: the charset does not have all characters of the value"),
        }
    }
}

impl std::error::Error for JsonError {}

const PARTS: [&str; 3] = ["Header", "Body", "Trailer"];

/// The fields of a FIX-JSON message: header, body, trailer, whatever their order in the text. Keys are names or tags. A
/// list of objects is a group, whose count field is made from its length; where a text stands before them, that is the
/// count, right or wrong.
///
/// # Errors
/// The first fault of the text.
pub fn from_json(dictionary: &Dictionary, text: &str, charset: Charset) -> Result<Vec<(u32, Vec<u8>)>, JsonError> {
    let tree: Tree = serde_json::from_str(text).map_err(|error| JsonError::Syntax { message: error.to_string() })?;
    let Tree::Object(parts) = &tree else { return Err(JsonError::NotAnObject { path: String::new() }) };
    for (at, (name, _)) in parts.iter().enumerate() {
        if !PARTS.contains(&name.as_str()) {
            return Err(JsonError::UnknownPart { name: name.clone() });
        }
        if parts.iter().take(at).any(|(before, _)| before == name) {
            return Err(JsonError::Twice { path: String::new(), name: name.clone(), again: name.clone() });
        }
    }
    let mut reader = Reader { dictionary, charset, fields: Vec::new() };
    for name in PARTS {
        match tree.get(name) {
            None => {}
            Some(Tree::Object(members)) => reader.members(members, name)?,
            Some(_) => return Err(JsonError::NotAnObject { path: name.into() }),
        }
    }
    Ok(reader.fields)
}

/// The values of BeginString(8) and ApplVerID(1128) in the header of a FIX-JSON message, by which its dictionary is
/// found.
#[must_use]
pub fn versions_of_json(text: &str) -> (Option<String>, Option<String>) {
    let tree: Tree = serde_json::from_str(text).unwrap_or(Tree::Other);
    let of = |name: &str, tag: &str| {
        let header = tree.get("Header")?;
        match header.get(name).or_else(|| header.get(tag))? {
            Tree::Text(text) => Some(text.clone()),
            _ => None,
        }
    };
    (of("BeginString", "8"), of("ApplVerID", "1128"))
}

struct Reader<'d> {
    dictionary: &'d Dictionary,
    charset: Charset,
    fields: Vec<(u32, Vec<u8>)>,
}

impl Reader<'_> {
    fn members(&mut self, members: &[(String, Tree)], path: &str) -> Result<(), JsonError> {
        let mut seen: HashMap<u32, &str> = HashMap::with_capacity(members.len());
        for (name, value) in members {
            let tag = self.tag(name, path)?;
            if let Some(before) = seen.insert(tag, name) {
                let (path, name, again) = (path.to_owned(), before.to_owned(), name.clone());
                return Err(JsonError::Twice { path, name, again });
            }
            let path = format!("{path}.{name}");
            match value {
                Tree::List(values) => self.list(tag, values, &path)?,
                one => self.field(tag, one, &path)?,
            }
        }
        Ok(())
    }

    /// The entries of a group, behind its count where there is one, or the values of a tag that comes more than once.
    fn list(&mut self, tag: u32, values: &[Tree], path: &str) -> Result<(), JsonError> {
        if values.iter().all(Tree::is_object) {
            self.fields.push((tag, values.len().to_string().into_bytes()));
        } else if values.first().is_some_and(Tree::is_object) {
            return Err(JsonError::Value { path: path.to_owned() });
        }
        let mut number = 0;
        for value in values {
            if let Tree::Object(entry) = value {
                self.members(entry, &format!("{path}[{number}]"))?;
                number += 1;
            } else {
                self.field(tag, value, path)?;
                number = 0;
            }
        }
        Ok(())
    }

    fn field(&mut self, tag: u32, value: &Tree, path: &str) -> Result<(), JsonError> {
        let Tree::Text(text) = value else { return Err(JsonError::Value { path: path.to_owned() }) };
        let bytes = self.charset.encode(text).ok_or_else(|| JsonError::Charset { path: path.to_owned() })?;
        self.fields.push((tag, bytes));
        Ok(())
    }

    fn tag(&self, name: &str, path: &str) -> Result<u32, JsonError> {
        if let Some(field) = self.dictionary.field_by_name(name) {
            return Ok(field.tag);
        }
        let digits = name.strip_prefix('-').unwrap_or(name);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let tag = name.parse().ok().filter(|_| !name.starts_with('0'));
            return tag.ok_or_else(|| JsonError::NoTag { path: path.to_owned(), name: name.to_owned() });
        }
        let meant = did_you_mean(name, self.dictionary.fields().map(|field| field.name.as_ref()));
        Err(JsonError::UnknownName { path: path.to_owned(), name: name.to_owned(), meant })
    }
}
