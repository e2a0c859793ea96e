//! Take values out of a TOML document, each with its way and its line.

use toml::de::{DeTable, DeValue};

use super::Reader;

pub(super) use toml::de::DeValue as Value;

/// Where lines begin, to turn a byte offset into a line number.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect())
    }

    /// The line, from 1, that holds this byte.
    pub(super) fn of(&self, offset: usize) -> usize {
        self.0.partition_point(|begin| *begin <= offset) + 1
    }
}

/// A value, the key it stands under, and where.
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    /// All keys from the top, joined by dots.
    pub(super) path: String,
    /// The offset of the key, or of the value in a list.
    pub(super) at: usize,
    pub(super) value: &'a DeValue<'a>,
}

/// The entries of a table as they are written.
pub(super) fn entries<'a>(table: &'a DeTable<'_>, path: &str) -> Vec<Entry<'a>> {
    let path_of = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let entry = |(key, value): (&'a toml::Spanned<_>, &'a toml::Spanned<DeValue<'_>>)| {
        let name: &std::borrow::Cow<'_, str> = key.get_ref();
        Entry { key: name.as_ref(), path: path_of(name), at: key.span().start, value: value.get_ref() }
    };
    let mut found: Vec<Entry<'a>> = table.iter().map(entry).collect();
    found.sort_by_key(|entry| entry.at);
    found
}

impl Reader {
    pub(super) fn table<'a>(&mut self, entry: &Entry<'a>) -> Vec<Entry<'a>> {
        if let DeValue::Table(table) = entry.value {
            return entries(table, &entry.path);
        }
        self.wrong(entry, "a table");
        Vec::new()
    }

    pub(super) fn list<'a>(&mut self, entry: &Entry<'a>) -> Vec<Entry<'a>> {
        if let DeValue::Array(list) = entry.value {
            let entry = |value: &'a toml::Spanned<DeValue<'_>>| Entry {
                key: entry.key,
                path: entry.path.clone(),
                at: value.span().start,
                value: value.get_ref(),
            };
            return list.iter().map(entry).collect();
        }
        self.wrong(entry, "a list");
        Vec::new()
    }

    pub(super) fn text(&mut self, entry: &Entry<'_>) -> Option<String> {
        if let DeValue::String(text) = entry.value {
            return Some(text.clone().into_owned());
        }
        self.wrong(entry, "a text in quotes");
        None
    }

    /// A name or a number: tags and codes may be written without quotes.
    pub(super) fn word(&mut self, entry: &Entry<'_>) -> Option<String> {
        match entry.value {
            DeValue::String(text) => return Some(text.clone().into_owned()),
            DeValue::Integer(number) if number.radix() == 10 => return Some(number.as_str().to_owned()),
            _ => self.wrong(entry, "a name or a number"),
        }
        None
    }

    pub(super) fn truth(&mut self, entry: &Entry<'_>) -> Option<bool> {
        if let DeValue::Boolean(truth) = entry.value {
            return Some(*truth);
        }
        self.wrong(entry, "true or false");
        None
    }
}
