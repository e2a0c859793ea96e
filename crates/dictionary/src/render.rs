//! Messages shown by their dictionary: as text for people, as FIX-JSON both ways, and as the difference of two.

mod compare;
mod from_json;
mod pretty;
mod to_json;
mod tree;

use fixplus_wire::Field;

use crate::dictionary::Dictionary;
use crate::groups::GroupIndex;
use crate::plan::MessagePlan;

pub use compare::{Change, Difference, compare};
pub use from_json::{JsonError, from_json, versions_of_json};
pub use pretty::pretty;
pub use to_json::{to_json, to_json_value};

/// How the bytes of values and the characters of text go with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    /// UTF-8. Bytes that are none are shown as U+FFFD.
    #[default]
    Utf8,
    /// ISO-8859-1: every byte is a character, so nothing is lost.
    Latin1,
}

impl Charset {
    /// The text of these bytes.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect(),
        }
    }

    /// The bytes of this text, if the charset has all its characters.
    #[must_use]
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Latin1 => text.chars().map(|letter| u8::try_from(letter).ok()).collect(),
        }
    }
}

/// A decoded message with all that is needed to show it.
#[derive(Debug, Clone, Copy)]
pub struct View<'v> {
    /// The dictionary.
    pub dictionary: &'v Dictionary,
    /// The bytes.
    pub frame: &'v [u8],
    /// The fields in the order of the wire.
    pub fields: &'v [Field],
    /// How bytes become text.
    pub charset: Charset,
    /// Whether secrets are shown as `***`.
    pub masked: bool,
}

impl<'v> View<'v> {
    /// A view of a message in UTF-8 with secrets masked.
    #[must_use]
    pub fn new(dictionary: &'v Dictionary, frame: &'v [u8], fields: &'v [Field]) -> Self {
        Self { dictionary, frame, fields, charset: Charset::Utf8, masked: true }
    }

    fn plan(&self) -> &'v MessagePlan {
        self.dictionary.plan_of(self.frame, self.fields).unwrap_or_else(|| self.dictionary.headed_only())
    }

    fn groups(&self) -> GroupIndex {
        let mut groups = GroupIndex::new();
        groups.build(self.plan(), self.fields, false);
        groups
    }

    fn bytes(&self, field: &Field) -> &'v [u8] {
        self.frame.get(field.start as usize..field.end as usize).unwrap_or_default()
    }

    fn msg_type(&self) -> &'v [u8] {
        self.fields.iter().find(|field| field.tag == 35).map_or(&[], |field| self.bytes(field))
    }

    /// The value as text, or the mask if it is a secret.
    fn value(&self, field: &Field) -> String {
        if self.masked && crate::mask::is_secret(field.tag, self.msg_type()) {
            return crate::mask::MASK.into();
        }
        self.charset.decode(self.bytes(field))
    }

    /// The name of a field, or its tag if it has none.
    fn name(&self, at: usize, field: &Field) -> String {
        match self.dictionary.field(field.tag) {
            Some(info) => info.name.to_string(),
            None if field.tag != 0 => field.tag.to_string(),
            None => self.tag_text(at, field),
        }
    }

    /// The text before `=` of a field whose tag is no legal number.
    fn tag_text(&self, at: usize, field: &Field) -> String {
        let before = at.checked_sub(1).and_then(|at| self.fields.get(at));
        let start = before.map_or(0, |before| before.end as usize + 1);
        let text = self.frame.get(start..field.start as usize).unwrap_or_default();
        self.charset.decode(text.strip_suffix(b"=").unwrap_or(text))
    }
}

#[cfg(test)]
mod tests;
