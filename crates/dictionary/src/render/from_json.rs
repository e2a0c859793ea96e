//! A message from FIX-JSON: the flat list of its fields, in the order of the text.

use std::fmt;

use serde_json::{Map, Value};

use super::Charset;
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
/// list of objects is a group, whose count field is made from its length.
///
/// # Errors
/// The first fault of the text.
pub fn from_json(dictionary: &Dictionary, text: &str, charset: Charset) -> Result<Vec<(u32, Vec<u8>)>, JsonError> {
    let value: Value = serde_json::from_str(text).map_err(|error| JsonError::Syntax { message: error.to_string() })?;
    let Value::Object(parts) = value else { return Err(JsonError::NotAnObject { path: String::new() }) };
    if let Some(name) = parts.keys().find(|key| !PARTS.contains(&key.as_str())) {
        return Err(JsonError::UnknownPart { name: name.clone() });
    }
    let mut reader = Reader { dictionary, charset, fields: Vec::new() };
    for name in PARTS {
        match parts.get(name) {
            None => {}
            Some(Value::Object(members)) => reader.members(members, name)?,
            Some(_) => return Err(JsonError::NotAnObject { path: name.into() }),
        }
    }
    Ok(reader.fields)
}

/// The values of BeginString(8) and ApplVerID(1128) in the header of a FIX-JSON message, by which its dictionary is
/// found.
#[must_use]
pub fn versions_of_json(text: &str) -> (Option<String>, Option<String>) {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let header = value.get("Header");
    let of = |name: &str, tag: &str| {
        let found = header.and_then(|header| header.get(name).or_else(|| header.get(tag)))?;
        found.as_str().map(str::to_owned)
    };
    (of("BeginString", "8"), of("ApplVerID", "1128"))
}

struct Reader<'d> {
    dictionary: &'d Dictionary,
    charset: Charset,
    fields: Vec<(u32, Vec<u8>)>,
}

impl Reader<'_> {
    fn members(&mut self, members: &Map<String, Value>, path: &str) -> Result<(), JsonError> {
        for (name, value) in members {
            let tag = self.tag(name, path)?;
            let path = format!("{path}.{name}");
            match value {
                Value::Array(values) if values.iter().all(Value::is_object) => {
                    self.fields.push((tag, values.len().to_string().into_bytes()));
                    for (number, entry) in values.iter().enumerate() {
                        if let Value::Object(entry) = entry {
                            self.members(entry, &format!("{path}[{number}]"))?;
                        }
                    }
                }
                Value::Array(values) => {
                    for value in values {
                        self.field(tag, value, &path)?;
                    }
                }
                one => self.field(tag, one, &path)?,
            }
        }
        Ok(())
    }

    fn field(&mut self, tag: u32, value: &Value, path: &str) -> Result<(), JsonError> {
        let wrong = || JsonError::Value { path: path.to_owned() };
        let bytes = match value {
            Value::String(text) => {
                self.charset.encode(text).ok_or_else(|| JsonError::Charset { path: path.to_owned() })?
            }
            Value::Bool(true) => b"Y".to_vec(),
            Value::Bool(false) => b"N".to_vec(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string().into_bytes(),
            _ => return Err(wrong()),
        };
        self.fields.push((tag, bytes));
        Ok(())
    }

    fn tag(&self, name: &str, path: &str) -> Result<u32, JsonError> {
        if let Some(field) = self.dictionary.field_by_name(name) {
            return Ok(field.tag);
        }
        if !name.starts_with('0')
            && name.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(tag) = name.parse()
        {
            return Ok(tag);
        }
        let meant = did_you_mean(name, self.dictionary.fields().map(|field| field.name.as_ref()));
        Err(JsonError::UnknownName { path: path.to_owned(), name: name.to_owned(), meant })
    }
}
