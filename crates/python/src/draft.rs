//! Fields while they are collected: values as bytes, lengths before data, members of entries in the order of the dictionary.

use crate::given::pairs_of;
use crate::{convert, dictionary, errors};
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::plan::MessagePlan;
use fixplus_wire::{DataPairs, FieldList, Role};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt, PyString};

/// Standard messages nest groups to a depth of seven.
const DEEPEST: usize = 32;

/// Room is made for no more entries than this at once: the count is the caller's.
const ROOM: usize = 64;

/// Fields while they are collected.
pub(crate) struct Draft<'d> {
    pub(crate) list: FieldList,
    /// The bytes of a data field, while its length is written.
    value: Vec<u8>,
    pub(crate) dictionary: Option<&'d Dictionary>,
    pub(crate) pairs: &'d DataPairs,
    /// The caller gave the length of the data field that is next.
    pub(crate) length_is_given: bool,
    /// How many groups are open.
    depth: usize,
    /// The dictionary has every tag so far, as far as it must have it.
    pub(crate) is_known: bool,
}

impl<'d> Draft<'d> {
    pub(crate) fn new(list: FieldList, dictionary: Option<&'d Dictionary>, pairs: &'d DataPairs) -> Self {
        Self { list, value: Vec::new(), dictionary, pairs, length_is_given: false, depth: 0, is_known: true }
    }

    /// Note a tag that no plan has a place for.
    pub(crate) fn note(&mut self, tag: u32) {
        self.is_known &= self.dictionary.is_none_or(|dictionary| is_known(dictionary, tag));
    }

    /// Append a field that is no data.
    #[inline]
    pub(crate) fn plain(&mut self, py: Python<'_>, tag: u32, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let dictionary = self.dictionary;
        let written = self.list.push_with(tag, |bytes| match convert::write_value(value, bytes) {
            Ok(Some(())) => Ok(()),
            Ok(None) => Err(not_latin(py, dictionary, tag)),
            Err(error) => Err(named(py, dictionary, tag, error)),
        });
        if written? { Ok(()) } else { Err(errors::local(py, "the message is larger than 4 GiB".into())) }
    }

    /// Append a field, a data field behind its length.
    pub(crate) fn field(
        &mut self,
        py: Python<'_>,
        tag: u32,
        value: &Bound<'_, PyAny>,
        encoding: &dyn Fn() -> PyResult<Option<Vec<u8>>>,
    ) -> PyResult<()> {
        if tag == 0 {
            return Err(errors::local(py, "0 is no tag".into()));
        }
        self.value.clear();
        let is_data = self.pairs.role(tag) == Role::Data;
        if is_data && value.is_instance_of::<PyString>() {
            self.value = encoded(py, self.dictionary, tag, value, encoding()?)?;
        } else {
            match convert::write_value(value, &mut self.value) {
                Ok(Some(())) => {}
                Ok(None) => return Err(not_latin(py, self.dictionary, tag)),
                Err(error) => return Err(named(py, self.dictionary, tag, error)),
            }
        }
        if is_data && !self.length_is_given {
            self.length_before(tag);
        }
        let Self { list, value, .. } = self;
        if list.push(tag, value) { Ok(()) } else { Err(errors::local(py, "the message is larger than 4 GiB".into())) }
    }

    /// The length of a data field that is about to be appended, unless it is there already.
    fn length_before(&mut self, tag: u32) {
        if let Some(length_tag) = self.pairs.length_of(tag) {
            if self.list.fields().last().is_none_or(|field| field.tag != length_tag) {
                let length = self.value.len().to_string();
                self.note(length_tag);
                self.list.push(length_tag, length.as_bytes());
            }
        }
    }

    /// Append a count field and its entries, the members of each in the order of the dictionary.
    pub(crate) fn group(
        &mut self,
        tag: u32,
        entries: &Bound<'_, PyAny>,
        plan: Option<&MessagePlan>,
        level: u16,
        encoding: &dyn Fn() -> PyResult<Option<Vec<u8>>>,
    ) -> PyResult<()> {
        let py = entries.py();
        // Without a dictionary nothing else ends a list that holds itself.
        if self.depth == DEEPEST {
            return Err(errors::argument(format!("groups are nested deeper than {DEEPEST}")));
        }
        self.depth += 1;
        let opened = plan.and_then(|plan| plan.slot_on(tag, level)).map(|(_, slot)| slot.group);
        let opened = opened.filter(|&group| plan.is_some_and(|plan| plan.levels().get(usize::from(group)).is_some()));
        if plan.is_some() && opened.is_none() {
            let label = dictionary::label(self.dictionary, tag);
            return Err(errors::argument(format!("{label} is no group here, and cannot hold a list of entries")));
        }
        let count = entries.len()?;
        self.list.push(tag, count.to_string().as_bytes());
        // Most entries have a handful of short values.
        self.list.reserve(8 * count.min(ROOM), 96 * count.min(ROOM));
        for entry in entries.try_iter()? {
            self.entry(py, &entry?, plan, opened, tag, encoding)?;
        }
        self.depth -= 1;
        Ok(())
    }

    pub(crate) fn entry(
        &mut self,
        py: Python<'_>,
        entry: &Bound<'_, PyAny>,
        plan: Option<&MessagePlan>,
        level: Option<u16>,
        count_tag: u32,
        encoding: &dyn Fn() -> PyResult<Option<Vec<u8>>>,
    ) -> PyResult<()> {
        let level = level.filter(|_| plan.is_some());
        if let (Ok(entry), Some(plan), Some(level)) = (entry.cast::<PyDict>(), plan, level) {
            let before = self.list.fields().len();
            if self.plain_entry(entry, plan, level) {
                return Ok(());
            }
            self.list.truncate(before);
        }
        let pairs = pairs_of(entry)?;
        let mut members = Vec::with_capacity(pairs.len());
        // Members that come in the order of the dictionary, as most do, need no sorting and cannot be given twice.
        let mut ascending = true;
        let mut last = None;
        for (key, value) in pairs {
            let tag = match key.extract::<u32>() {
                Ok(tag) => tag,
                Err(_) => dictionary::tag_by_name(self.dictionary, key.cast::<PyString>()?.to_str()?)?,
            };
            let slot = plan.zip(level).and_then(|(plan, level)| plan.slot_on(tag, level)).map(|(number, _)| number);
            if level.is_some() && slot.is_none() && tag < 5000 && !self.is_length(tag) {
                let (label, group) =
                    (dictionary::label(self.dictionary, tag), dictionary::label(self.dictionary, count_tag));
                return Err(errors::local(py, format!("{label} does not belong to the group {group}")));
            }
            if slot.is_none() {
                self.note(tag);
            }
            if !value.is_none() {
                ascending &= slot.is_some() && last < slot;
                last = slot;
                members.push((slot.unwrap_or(u16::MAX), tag, value));
            }
        }
        if !ascending {
            members.sort_by_key(|member| member.0);
            for (at, (_, tag, _)) in members.iter().enumerate() {
                if members.iter().take(at).any(|member| member.1 == *tag) {
                    let label = dictionary::label(self.dictionary, *tag);
                    return Err(errors::local(py, format!("{label} is given twice")));
                }
            }
        }
        if let Some(plan) = plan.zip(level).and_then(|(plan, level)| plan.levels().get(usize::from(level))) {
            if members.first().is_none_or(|member| member.1 != plan.delimiter) {
                let (label, group) =
                    (dictionary::label(self.dictionary, plan.delimiter), dictionary::label(self.dictionary, count_tag));
                return Err(errors::local(py, format!("every entry of {group} must have its first field, {label}")));
            }
        }
        for (_, tag, value) in &members {
            if convert::holds_entries(value)? {
                self.group(*tag, value, plan, level.unwrap_or(u16::MAX), encoding)?;
            } else if self.pairs.role(*tag) == Role::Data {
                self.field(py, *tag, value, encoding)?;
            } else {
                self.plain(py, *tag, value)?;
            }
        }
        Ok(())
    }

    /// Append an entry of plain values that come in the order of the dictionary, as most do; `false`, with some of it appended,
    /// where it is another. Nothing here runs code of the caller, which could change the entry.
    fn plain_entry(&mut self, entry: &Bound<'_, PyDict>, plan: &MessagePlan, level: u16) -> bool {
        let mut last = None;
        for (key, value) in entry {
            let Some(tag) = key.cast::<PyInt>().ok().and_then(|key| key.extract::<u32>().ok()) else { return false };
            let Some((slot, _)) = plan.slot_on(tag, level) else { return false };
            if value.is_none() {
                continue;
            }
            let is_in_order = match last {
                None => plan.levels().get(usize::from(level)).is_some_and(|level| level.delimiter == tag),
                Some(last) => last < slot,
            };
            if !is_in_order || self.pairs.role(tag) == Role::Data {
                return false;
            }
            let write = |bytes: &mut Vec<u8>| if convert::write_common(&value, bytes) { Ok(()) } else { Err(()) };
            if self.list.push_with(tag, write) != Ok(true) {
                return false;
            }
            last = Some(slot);
        }
        last.is_some()
    }

    fn is_length(&self, tag: u32) -> bool {
        self.pairs.role(tag) == Role::Length
    }
}

/// Whether a tag can be written with this dictionary: tags above the standard's are for the parties to agree on.
pub(crate) fn is_known(dictionary: &Dictionary, tag: u32) -> bool {
    tag >= 5000 || dictionary.field(tag).is_some()
}

/// Why a value cannot be written, with the field that it is for.
#[cold]
fn named(py: Python<'_>, dictionary: Option<&Dictionary>, tag: u32, error: PyErr) -> PyErr {
    errors::named(py, &dictionary::label(dictionary, tag), error)
}

#[cold]
fn not_latin(py: Python<'_>, dictionary: Option<&Dictionary>, tag: u32) -> PyErr {
    let label = dictionary::label(dictionary, tag);
    errors::local(
        py,
        format!(
            "{label} has characters outside ISO-8859-1: put the text into the Encoded field and name MessageEncoding(347), or give bytes"
        ),
    )
}

/// Text of a data field in the charset of MessageEncoding(347), else in ISO-8859-1.
fn encoded(
    py: Python<'_>,
    dictionary: Option<&Dictionary>,
    tag: u32,
    text: &Bound<'_, PyAny>,
    encoding: Option<Vec<u8>>,
) -> PyResult<Vec<u8>> {
    let name = encoding.map_or_else(|| "latin-1".to_owned(), |name| String::from_utf8_lossy(&name).into_owned());
    let bytes = text.call_method1("encode", (name.as_str(),));
    let bytes = bytes.map_err(|_| match name.as_str() {
        "latin-1" => not_latin(py, dictionary, tag),
        _ => errors::local(py, format!("{} cannot be written in {name}", dictionary::label(dictionary, tag))),
    })?;
    Ok(bytes.cast::<PyBytes>()?.as_bytes().to_vec())
}
